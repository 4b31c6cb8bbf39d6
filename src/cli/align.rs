use super::{
    Global, Outcome, anchors,
    knowledge::{Additions, Model},
    learning::Learning,
    output,
    pair::lang_of,
    progress::Progress,
    terminal,
};
use crate::align::{Completeness, Mode, Weights};
use crate::export::side_by_side::{self, View};
use crate::export::{LangMap, jsonl, report, tmx};
use crate::language::Lang;
use crate::model::{Bead, Bitext, Block, BlockKind, Document, Identification, Level, Span};
use crate::pipeline::{self, Knowledge, Learned, Options, Watch};
use crate::store::Store;
use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Beads between two texts, one segment a line; or between all pairs of a store.
///
/// A blank line is a paragraph break and no segment. The ending of a file names its language (x.az), or it is identified.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu align a.az a.en\n  korpu align a.az a.en --format tmx > a.tmx\n  \
                        korpu align a.az a.en --completeness full --lexicon az-en=words.tsv\n  \
                        korpu align a.az a.en --anchors headings.tsv --mode monotone\n  \
                        korpu align --batch jobs.tsv --format beads   source, target, output a line\n  \
                        korpu align --store my.korpu")]
pub(super) struct Args {
    /// The source: a text file in UTF-8, one segment a line.
    #[arg(required_unless_present_any = ["batch", "store"], requires = "target")]
    source: Option<PathBuf>,
    /// The target.
    target: Option<PathBuf>,
    /// Align many: a file with SOURCE, TARGET and OUTPUT a line, separated by tabs.
    #[arg(long, value_name = "LIST", conflicts_with_all = ["source", "store"])]
    batch: Option<PathBuf>,
    /// Align what waits for it in this store.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["source", "format"])]
    store: Option<PathBuf>,
    /// What to print: side-by-side on a terminal, beads elsewhere.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Beads of what.
    #[arg(long, value_enum, default_value_t = Of::Sentence, conflicts_with = "store")]
    level: Of,
    /// Weights of the features, as examples/fit_alignment.rs writes them, in place of the bundled ones.
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// How much of the texts is translated: estimated from them, nearly all of both, or only a part.
    #[arg(long, value_enum, default_value_t = HowMuch::Auto)]
    completeness: HowMuch,
    /// Sentence beads that hold: `[0,1]:[2]` a line, or a line of the source and its line of the target with a tab between.
    #[arg(long, value_name = "FILE", requires = "source", conflicts_with_all = ["batch", "store"])]
    anchors: Option<PathBuf>,
    /// Whether beads may cross.
    #[arg(long, value_enum, default_value_t = Order::Auto)]
    mode: Order,
    /// The language of the source, whatever its ending.
    #[arg(long, value_name = "TAG", requires = "source")]
    source_lang: Option<Lang>,
    /// The language of the target, whatever its ending.
    #[arg(long, value_name = "TAG", requires = "source")]
    target_lang: Option<Lang>,
    #[command(flatten)]
    learning: Learning,
    #[command(flatten)]
    additions: Additions,
    #[command(flatten)]
    model: Model,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum HowMuch {
    /// Estimated from the texts.
    Auto,
    /// Nearly all of both.
    Full,
    /// Much is left out on either side.
    Partial,
}

impl From<HowMuch> for Completeness {
    fn from(how_much: HowMuch) -> Self {
        match how_much {
            HowMuch::Auto => Completeness::Auto,
            HowMuch::Full => Completeness::Full,
            HowMuch::Partial => Completeness::Partial,
        }
    }
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Order {
    /// Where that is worth more than the order of the texts.
    Auto,
    /// Never.
    Monotone,
    /// Likely: retellings, comparable texts.
    Free,
}

impl From<Order> for Mode {
    fn from(order: Order) -> Mode {
        match order {
            Order::Auto => Mode::Auto,
            Order::Monotone => Mode::Monotone,
            Order::Free => Mode::Free,
        }
    }
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Of {
    /// Lines.
    Sentence,
    /// Paragraphs, lines between blank lines: aligned where lines of theirs are.
    Paragraph,
}

impl From<Of> for Level {
    fn from(of: Of) -> Level {
        match of {
            Of::Sentence => Level::Sentence,
            Of::Paragraph => Level::Paragraph,
        }
    }
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// `[source ids]:[target ids]:confidence`, ids counted from 0 without blank lines.
    Beads,
    /// Shape, confidence, source text, target text.
    Tsv,
    /// TMX 1.4b.
    Tmx,
    /// One bead a line (schemas/bitext.schema.json).
    Jsonl,
    /// A page for a browser, in one file.
    Html,
    /// Two columns, as wide as the terminal or COLUMNS. Segments are counted from 1.
    SideBySide,
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let mut options = Options { knowledge: self.additions.knowledge(global)?, ..Options::default() };
        self.learning.tell(&mut options, global)?;
        options.align.completeness = self.completeness.into();
        options.align.mode = self.mode.into();
        options.model = self.model.open()?;
        if let Some(path) = &self.weights {
            let weights = Weights::parse(&output::read_text(path)?).map_err(anyhow::Error::msg);
            options.align.weights = weights.with_context(|| path.display().to_string())?;
        }
        let progress = Progress::new(global);
        if let Some(path) = &self.store {
            let mut store = Store::open_existing(path)?;
            if options.learns() {
                store.unalign()?;
            }
            let count = pipeline::align(&mut store, &options, &progress)?;
            drop(progress);
            output::print(|out| Ok(writeln!(out, "{count} pairs aligned")?))?;
        } else if let Some(list) = &self.batch {
            let jobs = jobs(list)?;
            let load = |[source, target, _]: &[PathBuf; 3]| {
                Ok((read(source, None, options.knowledge)?, read(target, None, options.knowledge)?))
            };
            let (format, view) = (self.format.unwrap_or(Format::Beads), terminal::view(global));
            let learned = learn(&jobs, load, &options, &progress)?;
            progress.stage("aligning", Some(jobs.len() as u64));
            jobs.par_iter().try_for_each(|job| {
                let (source, target) = load(job)?;
                output::write(&job[2], |out| {
                    format.print(out, &self.bitext(&source, &target, &options, &learned, &[])?, &source, &target, view)
                })?;
                progress.done(1);
                Ok::<_, anyhow::Error>(())
            })?;
        } else if let (Some(source), Some(target)) = (&self.source, &self.target) {
            let source = read(source, self.source_lang.as_ref(), options.knowledge)?;
            let target = read(target, self.target_lang.as_ref(), options.knowledge)?;
            let anchors = self.anchors.as_deref().map(|path| anchors::read(path, &source, &target)).transpose()?;
            let anchors = anchors.unwrap_or_default();
            let load = |_: &()| Ok((source.clone(), target.clone()));
            let learned = learn(&[()], load, &options, &progress)?;
            drop(progress);
            let usual = if terminal::is_terminal() { Format::SideBySide } else { Format::Beads };
            let (format, view) = (self.format.unwrap_or(usual), terminal::view(global));
            output::print(|out| {
                format.print(out, &self.bitext(&source, &target, &options, &learned, &anchors)?, &source, &target, view)
            })?;
        }
        Ok(Outcome::Done)
    }
}

/// What is learned of the jobs, if anything is to be learned.
fn learn<J: Sync>(
    jobs: &[J],
    load: impl Fn(&J) -> Result<(Document, Document)> + Sync,
    options: &Options,
    progress: &Progress,
) -> Result<Learned> {
    if options.learns() { pipeline::learn(jobs, load, options, progress) } else { Ok(Learned::default()) }
}

/// The jobs of a list.
fn jobs(list: &Path) -> Result<Vec<[PathBuf; 3]>> {
    let text = output::read_text(list)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(n, line)| {
            let parts: Vec<PathBuf> = line.split('\t').map(PathBuf::from).collect();
            <[PathBuf; 3]>::try_from(parts).map_err(|_| {
                anyhow::anyhow!("{} line {}: not SOURCE, TARGET and OUTPUT separated by tabs", list.display(), n + 1)
            })
        })
        .collect()
}

/// A file as a document: each line that is not blank a sentence, blank lines between blocks.
fn read(path: &Path, lang: Option<&Lang>, knowledge: Knowledge) -> Result<Document> {
    let text = output::read_text(path).context("cannot be aligned")?;
    if text.len() > u32::MAX as usize {
        bail!("{}: over 4 GiB of text", path.display());
    }
    let mut blocks: Vec<Block> = Vec::new();
    let (mut at, mut fresh) = (0, true);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if trimmed.is_empty() {
            fresh = true;
            continue;
        }
        let span = Span::new(start, start + trimmed.len());
        match blocks.last_mut().filter(|_| !fresh) {
            Some(block) => {
                block.span.end = span.end;
                block.sentences.push(span);
            }
            None => blocks.push(Block { sentences: vec![span], ..Block::new(BlockKind::Paragraph, span) }),
        }
        fresh = false;
    }
    let lang = lang.cloned().unwrap_or_else(|| lang_of(path, &text, knowledge));
    let id: String = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let language = Identification { lang, confidence: 1.0 };
    Ok(Document { id, revision: 1, text, blocks, language, ..Document::default() })
}

impl Args {
    fn bitext(
        &self,
        source: &Document,
        target: &Document,
        options: &Options,
        learned: &Learned,
        anchors: &[Bead],
    ) -> Result<Bitext> {
        let level = self.level.into();
        let beads = pipeline::align_documents(source, target, level, options, learned, anchors)?;
        Ok(Bitext { source: source.id.clone(), target: target.id.clone(), level, beads })
    }
}

impl Format {
    fn print(
        self,
        out: &mut dyn Write,
        bitext: &Bitext,
        source: &Document,
        target: &Document,
        view: View,
    ) -> Result<()> {
        match self {
            Format::Beads => bitext.beads.iter().try_for_each(|bead| ladder(out, bead))?,
            Format::Tsv => {
                let (a, b) = (source.segments(bitext.level), target.segments(bitext.level));
                for bead in &bitext.beads {
                    let join = |ids: &[u32], spans: &[Span], text: &str| {
                        let texts: Vec<&str> = ids.iter().map(|n| spans[*n as usize].of(text)).collect();
                        texts.join(" ").replace(['\t', '\n', '\r'], " ")
                    };
                    let (s, t) = (join(&bead.source, &a, &source.text), join(&bead.target, &b, &target.text));
                    writeln!(out, "{}\t{:.3}\t{s}\t{t}", bead.shape(), bead.confidence)?;
                }
            }
            Format::Jsonl => jsonl::bitext(out, bitext, source, target)?,
            Format::Html => report::bitext(out, bitext, source, target)?,
            Format::SideBySide => side_by_side::bitext(out, bitext, source, target, view)?,
            Format::Tmx => {
                let known = |document: &Document| {
                    let lang = document.language.lang.clone();
                    if lang.is_unknown() {
                        bail!("{}: unknown language; name it with --source-lang or --target-lang", document.id);
                    }
                    Ok(lang)
                };
                let header = tmx::Header {
                    between: Some((known(source)?, known(target)?)),
                    length: bitext.level.into(),
                    created: None,
                    languages: LangMap::default(),
                    name: None,
                    monolingual: false,
                };
                let mut writer = tmx::Writer::new(out, &header)?;
                let (source, target) = (tmx::Text::new(source, bitext.level), tmx::Text::new(target, bitext.level));
                for unit in tmx::units(bitext, &source, &target, &Default::default(), &[]) {
                    writer.unit(&unit)?;
                }
                writer.finish()?;
            }
        }
        Ok(())
    }
}

fn ladder(out: &mut dyn Write, bead: &Bead) -> std::io::Result<()> {
    let ids = |ids: &[u32]| ids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    writeln!(out, "[{}]:[{}]:{:.4}", ids(&bead.source), ids(&bead.target), bead.confidence)
}
