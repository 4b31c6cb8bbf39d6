use super::{Global, Outcome, progress::Progress, wanted::Wanted};
use crate::export::{Filter, LangMap, Length};
use crate::model::Level as CorpusLevel;
use crate::pipeline::{self, Options};
use crate::store::Store;
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
    /// Who publishes the files, for the headers of TEI: you, not the outlets, which the source of each text names.
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// How the files of TEI hang together.
    #[arg(long, value_enum, default_value = "xinclude")]
    tei: Layout,
    #[command(flatten)]
    memories: Memories,
}

/// Which translation memories are written.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Units (tmx, tsv, csv, parquet, moses, xliff)")]
struct Memories {
    /// How long the units are, in tsv, csv, parquet, moses and xliff, too. Without it: sentences, in tmx also paragraphs of what
    /// has no sentences, as many imported memories, and in tables both.
    #[arg(long, value_enum)]
    level: Option<Level>,
    /// In tmx units join all languages in which a work says the same: multilingual-az-en-ru.tmx, multilingual-az-en.tmx ..., a file
    /// for each set of languages that units have.
    #[arg(long)]
    multilingual: bool,
    /// Also write tmx between two scripts or regions of one language: az and az-Cyrl, en-GB and en-US.
    #[arg(long)]
    allow_monolingual: bool,
    #[command(flatten)]
    wanted: Wanted,
    /// Only units that a reviewer confirmed or corrected in `korpu review`. With this or one of the four above tables have
    /// units with both sides only.
    #[arg(long)]
    only_reviewed: bool,
    /// Begin a new file of tmx after so many MB: az-en-001.tmx, az-en-002.tmx ...
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u32).range(1..))]
    split_size: Option<u32>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Level {
    /// Sentences.
    Sentence,
    /// Paragraphs.
    Paragraph,
    /// What was said: renderings of one statement in two languages, where quotes are linked.
    Quote,
}

impl From<Memories> for pipeline::Memories {
    fn from(memories: Memories) -> Self {
        pipeline::Memories {
            length: memories.level.map(|level| match level {
                Level::Sentence => Length::Sentence,
                Level::Paragraph => Length::Paragraph,
                Level::Quote => Length::Quote,
            }),
            filter: Filter { reviewed: memories.only_reviewed, ..memories.wanted.into() },
            multilingual: memories.multilingual,
            monolingual: memories.allow_monolingual,
            split: memories.split_size.map(|mb| u64::from(mb) * 1_000_000),
        }
    }
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
    /// tsv/sentences.tsv and paragraphs.tsv: tables of beads; quotes.tsv, and groups.tsv: their renderings.
    Tsv,
    /// csv/sentences.csv ...: the same for spreadsheets.
    Csv,
    /// parquet/sentences.parquet ...: the same, typed.
    Parquet,
    /// moses/az-en.az, az-en.en ...: two texts line by line, and az-en.origin.tsv.
    Moses,
    /// xliff/az-en.xlf ...: XLIFF 2.0 for translators.
    Xliff,
    /// vertical/az.vrt ...: corpora for CWB and Manatee, and tables that align them.
    Vertical,
    /// edition/index.html, a page for each bitext and one for the statements of each work, to read.
    Edition,
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
    pub fn call(self, global: &Global) -> anyhow::Result<Outcome> {
        let store = Store::open_existing(self.store)?;
        std::fs::create_dir_all(&self.out).map_err(|e| crate::Error::io(&self.out, e))?;
        let formats: Vec<pipeline::Format> = match self.format.as_slice() {
            [] => pipeline::Format::USUAL.to_vec(),
            some => some.iter().map(|f| (*f).into()).collect(),
        };
        let of_quotes = matches!(self.memories.level, Some(Level::Quote));
        anyhow::ensure!(
            !(of_quotes && self.memories.only_reviewed),
            "reviewers decide on beads, not on statements: --only-reviewed goes with --level sentence or paragraph"
        );
        let options = Options {
            lang_map: self.lang_map.unwrap_or_default(),
            title: self.title,
            publisher: self.publisher,
            memories: self.memories.into(),
            tei: self.tei.into(),
            ..Options::default()
        };
        pipeline::export(&store, &self.out, &formats, &options, &Progress::new(global))?;
        if !global.quiet {
            unexported(&store, &formats, &options)?;
        }
        Ok(Outcome::Done)
    }
}

/// Tells what of the store is not in the files, as their formats have no place for it.
fn unexported(store: &Store, formats: &[pipeline::Format], options: &Options) -> anyhow::Result<()> {
    let of = |are: &[pipeline::Format]| -> Option<String> {
        let names = formats.iter().filter(|format| are.contains(format)).map(|format| format.name());
        Some(names.collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty())
    };
    let tell = |are: &[pipeline::Format], what: String| {
        of(are).into_iter().for_each(|names| eprintln!("korpu: not in {names}: {what}"))
    };
    use pipeline::Format::{Csv, Jsonl, Moses, Parquet, Tei, Tmx, Tsv, Vertical, Xliff};
    let carried = store.carried()?;
    let others = [Tei, Jsonl, Tsv, Csv, Parquet, Moses, Xliff, Vertical];
    if carried.units > 0 {
        tell(
            &others,
            format!("names, notes, properties, dates and authors of {} imported units; tmx has them", carried.units),
        );
    }
    if carried.texts > 0 {
        tell(&others, format!("the markup inside of {} imported texts; tmx has that of TMX", carried.texts));
    }
    if carried.xliff > 0 {
        tell(&[Tmx], format!("the markup inside of {} imported texts of XLIFF", carried.xliff));
    }
    if carried.files > 0 {
        tell(
            &[&[Tmx][..], &others].concat(),
            format!("notes and properties of {} imported files as a whole", carried.files),
        );
    }
    let pairs =
        store.language_pairs(CorpusLevel::Sentence)?.into_iter().chain(store.language_pairs(CorpusLevel::Paragraph)?);
    let mut pairs: Vec<String> = pairs
        .filter(|(source, target, _)| source != target && source.primary() == target.primary())
        .map(|(source, target, _)| format!("{source} and {target}"))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    if !pairs.is_empty() {
        let written = options.memories.monolingual;
        let are = if written { &[Moses, Xliff][..] } else { &[Tmx, Moses, Xliff] };
        let hint = if written { "" } else { "; --allow-monolingual writes them to tmx" };
        tell(are, format!("what is paired in one language, {}{hint}", pairs.join(", ")));
    }
    Ok(())
}
