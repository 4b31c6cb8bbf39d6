use super::{Global, Outcome, progress::Progress};
use crate::export::LangMap;
use crate::pipeline::{self, Options};
use crate::store::Store;
use anyhow::Result;
use std::path::PathBuf;

/// What a store holds, as TMX, TEI, JSONL and a report.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu export out/corpus.korpu -o exports\n  \
                        korpu export my.korpu --format tmx -o tm --lang-map az=az-Latn-AZ")]
pub(super) struct Args {
    /// The store.
    store: PathBuf,
    /// The folder for the files; made where it is missing.
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// What to write; everything by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    format: Vec<Format>,
    /// Language tags for the TMX files: az=az-Latn-AZ,ru=ru-RU.
    #[arg(long, value_name = "MAP", value_parser = LangMap::parse)]
    lang_map: Option<LangMap>,
    /// The title of the corpus.
    #[arg(long)]
    title: Option<String>,
    /// How the files of TEI hang together.
    #[arg(long, value_enum, default_value = "xinclude")]
    tei: Layout,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// tmx/az-en.tmx ...: a file for each pair of languages.
    Tmx,
    /// tei/corpus.xml and a file for each document.
    Tei,
    /// jsonl/documents.jsonl, bitexts.jsonl, quotes.jsonl and groups.jsonl.
    Jsonl,
    /// report.html.
    Report,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Layout {
    /// A file for each document, which corpus.xml includes.
    Xinclude,
    /// All in corpus.xml.
    One,
    /// A corpus for each work: its documents, with the links between them.
    Works,
}

impl From<Layout> for pipeline::Layout {
    fn from(layout: Layout) -> Self {
        match layout {
            Layout::Xinclude => pipeline::Layout::Include,
            Layout::One => pipeline::Layout::One,
            Layout::Works => pipeline::Layout::Works,
        }
    }
}

impl From<Format> for pipeline::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Tmx => pipeline::Format::Tmx,
            Format::Tei => pipeline::Format::Tei,
            Format::Jsonl => pipeline::Format::Jsonl,
            Format::Report => pipeline::Format::Report,
        }
    }
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let store = Store::open_existing(self.store)?;
        std::fs::create_dir_all(&self.out).map_err(|e| crate::Error::io(&self.out, e))?;
        let formats: Vec<pipeline::Format> = match self.format.as_slice() {
            [] => pipeline::Format::ALL.to_vec(),
            some => some.iter().map(|f| (*f).into()).collect(),
        };
        let options = Options {
            lang_map: self.lang_map.unwrap_or_default(),
            title: self.title,
            tei: self.tei.into(),
            ..Options::default()
        };
        pipeline::export(&store, &self.out, &formats, &options, &Progress::new(global))?;
        Ok(Outcome::Done)
    }
}
