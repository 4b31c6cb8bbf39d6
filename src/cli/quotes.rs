use super::{Global, Outcome, knowledge::Folders, output, pair::lang_of, progress::Progress, statements};
use crate::error::Error;
use crate::language::Lang;
use crate::model::{Block, BlockKind, Document, Group, Identification, Quote, Rendering, Span};
use crate::pipeline::{self, Finders, Knowledge, Options};
use crate::segment;
use crate::store::Store;
use anyhow::{Result, bail};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Who said what: direct and mixed quotes, reported speech and headlines, each with its speaker.
///
/// The ending of a file may name its language (x.az). Blank lines part paragraphs.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu quotes article.en.txt                    a quote a line\n  \
                        korpu quotes --format jsonl texts/*.az         byte offsets, cue, mention, alternatives\n  \
                        korpu quotes --link kanal24.en avim.en         the same statement in each article, side by side\n  \
                        korpu quotes --compare kanal24.en avim.en      what differs between them\n  \
                        korpu quotes --store out/corpus.korpu --format tsv")]
pub(super) struct Args {
    /// Text files in UTF-8, or - for standard input.
    #[arg(required_unless_present = "store", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The documents of this store instead of files; what was not found or linked there yet is.
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    store: Option<PathBuf>,
    /// Group the renderings of one statement. Up to 16 files are all compared with each other; of more, those that are
    /// versions of one work or reports of one event.
    #[arg(long)]
    link: bool,
    /// Group renderings as --link does, and name what differs between those of each group: what is left out or added, numbers, hedges,
    /// intensifiers, modality, negation, person, form and speaker.
    #[arg(long)]
    compare: bool,
    /// What to print; with --compare text, jsonl (a group a line) or html (a page to look at).
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The language of the texts; that of the file's ending, or identified, where it is not given.
    #[arg(long, value_name = "TAG", conflicts_with = "store")]
    lang: Option<Lang>,
    #[command(flatten)]
    languages: Folders,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Speaker, form and words, for reading; with --link by group.
    Text,
    /// File, start, end, form, speaker, confidence, group, words.
    Tsv,
    /// A span a line, with all that is known of its quote; spans of one quote have its number in common.
    Jsonl,
    /// A page on which renderings stand side by side; with --compare.
    Html,
}

/// So many files are all compared with each other.
const COMPARED: usize = 16;

/// A span of a quote, as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    lang: &'a str,
    /// The number of the quote in its file.
    quote: usize,
    start: u32,
    end: u32,
    text: &'a str,
    form: &'a crate::model::Form,
    speaker: Option<&'a str>,
    cue: Option<&'a str>,
    mention: Option<&'a str>,
    alternatives: &'a [String],
    confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    /// Probability that the words are of the statement of this group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_confidence: Option<f32>,
    clause: Option<Span>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    earlier: bool,
    insertions: &'a [Span],
    recovered: Option<crate::model::Recovery>,
}

/// The renderings that a quote is cut into, by document and quote, each with its group.
type Cut<'a> = BTreeMap<(&'a str, u32), Vec<(&'a str, &'a Rendering)>>;

/// A document with its quotes.
type Quoted = (Document, Vec<Quote>);

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let shown = self.compared()?;
        let options = Options { knowledge: self.languages.knowledge()?, ..Options::default() };
        let finders = Finders::new(options.knowledge.languages);
        if let Some(path) = &self.store {
            return self.in_store(path, &options, shown, global);
        }
        if self.link || self.compare {
            let documents = self.files.iter().map(|file| self.read(file, &finders, options.knowledge));
            let documents: Vec<Quoted> = documents.collect::<Result<_>>()?;
            let pairs = self.pairs(&documents, options.knowledge)?;
            let groups = pipeline::link_documents(&documents, &pairs, &options, &Progress::new(global))?;
            if let Some(format) = shown {
                statements::print(&documents, &groups, options.knowledge, format, global)?;
                return Ok(Outcome::Done);
            }
            let cut = cut(&groups);
            output::print(|out| match self.format {
                Format::Text => by_group(out, &documents, &groups, &cut),
                _ => documents.iter().try_for_each(|quoted| self.write(out, quoted, &cut)),
            })?;
            return Ok(Outcome::Done);
        }
        output::print(|out| {
            self.files.iter().try_for_each(|file| {
                let quoted = self.read(file, &finders, options.knowledge)?;
                self.write(out, &quoted, &Cut::new())
            })
        })?;
        Ok(Outcome::Done)
    }

    /// In what to print differences, where they are asked for.
    fn compared(&self) -> Result<Option<statements::Format>> {
        match (self.compare, self.format) {
            (false, Format::Html) => bail!("--format html shows differences: add --compare"),
            (true, Format::Tsv) => bail!("--compare prints text, jsonl or html: differences are no table"),
            (false, _) => Ok(None),
            (true, Format::Text) => Ok(Some(statements::Format::Text)),
            (true, Format::Jsonl) => Ok(Some(statements::Format::Jsonl)),
            (true, Format::Html) => Ok(Some(statements::Format::Html)),
        }
    }

    /// Finds and links what waits for it in a store, and prints what is there.
    fn in_store(
        &self,
        path: &Path,
        options: &Options,
        shown: Option<statements::Format>,
        global: &Global,
    ) -> Result<Outcome> {
        let progress = Progress::new(global);
        let mut store = Store::open_existing(path)?;
        pipeline::quote(&mut store, options, &progress)?;
        if self.link || self.compare {
            pipeline::link(&mut store, options, &progress)?;
        }
        drop(progress);
        if let Some(format) = shown {
            statements::print_store(&store, options.knowledge, format, global)?;
            return Ok(Outcome::Done);
        }
        let load =
            |id: &str| -> crate::Result<Quoted> { Ok((store.document(id)?.unwrap_or_default(), store.quotes(id)?)) };
        output::print(|out| {
            if let (true, Format::Text) = (self.link, self.format) {
                let mut number = 0;
                store.for_each_group(|group| {
                    number += 1;
                    let documents = group.renderings.iter().map(|r| load(&r.document));
                    let documents: Vec<Quoted> = documents.collect::<crate::Result<_>>()?;
                    one_group(out, number, &group, |n| documents.get(n)).map_err(|e| Error::io("standard output", e))
                })?;
                return Ok(());
            }
            store.document_ids()?.iter().try_for_each(|id| {
                let groups = if self.link { store.groups_of(std::slice::from_ref(id))? } else { Vec::new() };
                self.write(out, &load(id)?, &cut(&groups))
            })
        })?;
        Ok(Outcome::Done)
    }

    fn read(&self, file: &Path, finders: &Finders, knowledge: Knowledge) -> Result<Quoted> {
        let text = output::read_whole(file)?;
        if text.len() > u32::MAX as usize {
            bail!("{}: over 4 GiB of text", file.display());
        }
        let lang = match &self.lang {
            Some(lang) => lang.clone(),
            None => lang_of(&language_name(file), &text, knowledge),
        };
        let quotes = finders.quotes(&lang, &text);
        Ok((document(file, text, lang, knowledge), quotes))
    }

    /// Which documents are compared.
    fn pairs(&self, documents: &[Quoted], knowledge: Knowledge) -> Result<Vec<(usize, usize)>> {
        if documents.len() <= COMPARED {
            return Ok((0..documents.len()).flat_map(|a| (a + 1..documents.len()).map(move |b| (a, b))).collect());
        }
        let place = |id: &str| documents.iter().position(|(document, _)| document.id == id);
        let found = super::pair::pairs(&self.files, knowledge)?;
        Ok(found.iter().filter_map(|pair| Some((place(&pair.source)?, place(&pair.target)?))).collect())
    }

    fn write(&self, out: &mut dyn Write, (document, quotes): &Quoted, cut: &Cut) -> Result<()> {
        for (n, quote) in quotes.iter().enumerate() {
            let renderings = cut.get(&(document.id.as_str(), n as u32)).map_or(&[][..], Vec::as_slice);
            let mut parts: Vec<(Span, Option<(&str, &Rendering)>)> = Vec::new();
            for (group, rendering) in renderings {
                parts.extend(rendering.spans.iter().map(|span| (*span, Some((*group, *rendering)))));
            }
            parts.sort_by_key(|(span, _)| *span);
            let taken: Vec<Span> = parts.iter().map(|(span, _)| *span).collect();
            let whole = quote.clause.is_some() && !taken.is_empty();
            parts.extend(quote.rest(&taken, &document.text).into_iter().filter(|_| !whole).map(|span| (span, None)));
            parts.sort_by_key(|(span, _)| *span);
            if let Format::Text = self.format {
                let words: Vec<String> = parts.iter().map(|(span, _)| one_line(*span, document)).collect();
                let speaker = quote.speaker.as_deref().unwrap_or("?");
                writeln!(out, "{speaker} ({}): {}", quote.form.name(), words.join(" … "))?;
                continue;
            }
            for (span, rendering) in parts {
                self.line(out, document, (n, quote), span, rendering)?;
            }
        }
        Ok(())
    }

    fn line(
        &self,
        out: &mut dyn Write,
        document: &Document,
        (n, quote): (usize, &Quote),
        span: Span,
        rendering: Option<(&str, &Rendering)>,
    ) -> Result<()> {
        let speaker = quote.speaker.as_deref();
        if let Format::Tsv = self.format {
            let (form, name, words) = (quote.form.name(), speaker.unwrap_or(""), one_line(span, document));
            let group = rendering.map_or("", |(group, _)| group);
            let Span { start, end } = span;
            writeln!(
                out,
                "{}\t{start}\t{end}\t{form}\t{name}\t{:.2}\t{group}\t{words}",
                document.id, quote.confidence
            )?;
            return Ok(());
        }
        let of = |span: Span| span.of(&document.text);
        let line = Line {
            file: &document.id,
            lang: document.language.lang.as_str(),
            quote: n,
            start: span.start,
            end: span.end,
            text: of(span),
            form: &quote.form,
            speaker,
            cue: quote.cue.map(of),
            mention: quote.mention.map(of),
            alternatives: &quote.alternatives,
            confidence: quote.confidence,
            group: rendering.map(|(group, _)| group),
            group_confidence: rendering.map(|(_, rendering)| rendering.confidence),
            clause: quote.clause,
            earlier: quote.earlier,
            insertions: &quote.insertions,
            recovered: quote.recovered,
        };
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
        Ok(())
    }
}

/// The renderings that quotes are cut into.
fn cut(groups: &[Group]) -> Cut<'_> {
    let mut cut: Cut = BTreeMap::new();
    for group in groups {
        for rendering in &group.renderings {
            cut.entry((&rendering.document, rendering.quote)).or_default().push((&group.id, rendering));
        }
    }
    cut
}

/// A group; `quoted` gives the document of each rendering.
fn one_group<'a>(
    out: &mut dyn Write,
    number: usize,
    group: &Group,
    quoted: impl Fn(usize) -> Option<&'a Quoted>,
) -> io::Result<()> {
    writeln!(out, "{number}. confidence {:.2}", group.confidence)?;
    for (n, rendering) in group.renderings.iter().enumerate() {
        let found = quoted(n).and_then(|(document, quotes)| Some((document, quotes.get(rendering.quote as usize)?)));
        if let Some((document, quote)) = found {
            said(out, document, quote, &rendering.spans)?;
        }
    }
    writeln!(out)
}

/// The groups, each with its renderings, and then what has no counterpart.
fn by_group(out: &mut dyn Write, documents: &[Quoted], groups: &[Group], cut: &Cut) -> Result<()> {
    let by_id: BTreeMap<&str, &Quoted> = documents.iter().map(|quoted| (quoted.0.id.as_str(), quoted)).collect();
    for (n, group) in groups.iter().enumerate() {
        one_group(out, n + 1, group, |n| by_id.get(group.renderings[n].document.as_str()).copied())?;
    }
    writeln!(out, "Without counterpart:")?;
    for (document, quotes) in documents {
        for (n, quote) in quotes.iter().enumerate() {
            let renderings = cut.get(&(document.id.as_str(), n as u32)).map_or(&[][..], Vec::as_slice);
            let mut taken: Vec<Span> = renderings.iter().flat_map(|(_, r)| r.spans.iter().copied()).collect();
            taken.sort_unstable();
            let rest = quote.rest(&taken, &document.text);
            if !rest.is_empty() && (taken.is_empty() || quote.clause.is_none()) {
                said(out, document, quote, &rest)?;
            }
        }
    }
    Ok(())
}

fn said(out: &mut dyn Write, document: &Document, quote: &Quote, spans: &[Span]) -> io::Result<()> {
    let words: Vec<String> = spans.iter().map(|span| one_line(*span, document)).collect();
    let speaker = quote.speaker.as_deref().unwrap_or("?");
    writeln!(out, "   {} {speaker} ({}): {}", document.id, quote.form.name(), words.join(" … "))
}

fn one_line(span: Span, document: &Document) -> String {
    span.of(&document.text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A file as a document: blank lines part its paragraphs.
fn document(file: &Path, text: String, lang: Lang, knowledge: Knowledge) -> Document {
    let mut blocks = Vec::new();
    let mut open: Option<Span> = None;
    let body = text.trim_start_matches(output::BYTE_ORDER_MARK);
    let mut at = text.len() - body.len();
    for line in body.split_inclusive('\n') {
        let span = Span::new(at, at + line.len()).trimmed(&text);
        at += line.len();
        if !span.is_empty() {
            open = Some(open.map_or(span, |open| Span { start: open.start, end: span.end }));
        } else if let Some(span) = open.take() {
            blocks.push(Block::new(BlockKind::Paragraph, span));
        }
    }
    blocks.extend(open.map(|span| Block::new(BlockKind::Paragraph, span)));
    let language = Identification { lang, confidence: 1.0 };
    let id = file.to_string_lossy().into_owned();
    let mut document = Document { id, revision: 1, text, blocks, language, ..Document::default() };
    segment::document(&mut document, knowledge.languages);
    document
}

/// A name without `.txt`, so that "x.az.txt" names its language.
fn language_name(file: &Path) -> PathBuf {
    if file.extension().is_some_and(|e| e == "txt") { file.with_extension("") } else { file.to_path_buf() }
}
