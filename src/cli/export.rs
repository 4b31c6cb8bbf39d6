use super::{Global, Outcome, progress::Progress};
use crate::export::LangMap;
use crate::pipeline::{self, Options};
use crate::store::Store;
use anyhow::Result;
use std::path::PathBuf;

/// What a store holds, in the formats of others.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu export out/corpus.korpu -o exports\n  \
                        korpu export my.korpu --format tmx -o tm --lang-map az=az-Latn-AZ\n  \
                        korpu export my.korpu --format parquet,edition -o exports")]
pub(super) struct Args {
    /// The store.
    store: PathBuf,
    /// The folder for the files; made where it is missing.
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// What to write; tmx, tei, jsonl and report by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    format: Vec<Format>,
    /// Language tags for the TMX and XLIFF files: az=az-Latn-AZ,ru=ru-RU.
    #[arg(long, value_name = "MAP", value_parser = LangMap::parse)]
    lang_map: Option<LangMap>,
    /// The title of the corpus.
    #[arg(long)]
    title: Option<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// tmx/az-en.tmx ...: a file for each pair of languages.
    Tmx,
    /// tei/corpus.xml and a file for each document.
    Tei,
    /// jsonl/documents.jsonl and jsonl/bitexts.jsonl.
    Jsonl,
    /// report.html.
    Report,
    /// tsv/sentences.tsv and paragraphs.tsv: tables of beads.
    Tsv,
    /// csv/sentences.csv and paragraphs.csv: the same for spreadsheets.
    Csv,
    /// parquet/sentences.parquet and paragraphs.parquet: the same, typed.
    Parquet,
    /// moses/az-en.az, az-en.en ...: two texts line by line, and az-en.origin.tsv.
    Moses,
    /// xliff/az-en.xlf ...: XLIFF 2.0 for translators.
    Xliff,
    /// vertical/az.vrt ...: corpora for CWB and Manatee, and tables that align them.
    Vertical,
    /// edition/index.html and a page for each bitext, to read.
    Edition,
}

impl From<Format> for pipeline::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Tmx => pipeline::Format::Tmx,
            Format::Tei => pipeline::Format::Tei,
            Format::Jsonl => pipeline::Format::Jsonl,
            Format::Report => pipeline::Format::Report,
            Format::Tsv => pipeline::Format::Tsv,
            Format::Csv => pipeline::Format::Csv,
            Format::Parquet => pipeline::Format::Parquet,
            Format::Moses => pipeline::Format::Moses,
            Format::Xliff => pipeline::Format::Xliff,
            Format::Vertical => pipeline::Format::Vertical,
            Format::Edition => pipeline::Format::Edition,
        }
    }
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let store = Store::open_existing(self.store)?;
        std::fs::create_dir_all(&self.out).map_err(|e| crate::Error::io(&self.out, e))?;
        let formats: Vec<pipeline::Format> = match self.format.as_slice() {
            [] => pipeline::Format::USUAL.to_vec(),
            some => some.iter().map(|f| (*f).into()).collect(),
        };
        let options = Options { lang_map: self.lang_map.unwrap_or_default(), title: self.title, ..Options::default() };
        pipeline::export(&store, &self.out, &formats, &options, &Progress::new(global))?;
        Ok(Outcome::Done)
    }
}
