use super::{Outcome, knowledge::Folders, output, pair::lang_of};
use crate::language::Lang;
use crate::model::{Quote, Span};
use crate::quote::Finder;
use crate::store::Store;
use anyhow::Result;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;

/// Who said what: direct and mixed quotes, reported speech and headlines, each with its speaker.
///
/// The ending of a file may name its language (x.az). Blank lines part paragraphs.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu quotes article.en.txt                    a quote a line\n  \
                        korpu quotes --format jsonl texts/*.az         byte offsets, cue, mention, alternatives\n  \
                        korpu quotes --store out/corpus.korpu --format tsv")]
pub(super) struct Args {
    /// Text files in UTF-8, or - for standard input.
    #[arg(required_unless_present = "store", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The documents of this store instead of files.
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    store: Option<PathBuf>,
    /// What to print.
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
    /// Speaker, form and words, for reading.
    Text,
    /// File, start, end, form, speaker, score, words.
    Tsv,
    /// A span a line, with all that is known of its quote; spans of one quote have its number in common.
    Jsonl,
}

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
    score: f32,
    clause: Option<Span>,
    insertions: &'a [Span],
    recovered: Option<crate::model::Recovery>,
}

impl Args {
    pub fn call(self) -> Result<Outcome> {
        let knowledge = self.languages.knowledge()?;
        let mut finders: Vec<(String, Finder)> = Vec::new();
        let mut quotes = |lang: &Lang, text: &str| {
            let tag = lang.as_str();
            let at = finders.iter().position(|(known, _)| known == tag).unwrap_or_else(|| {
                finders.push((tag.to_owned(), Finder::new(knowledge.languages.get(tag))));
                finders.len() - 1
            });
            finders[at].1.quotes(text)
        };
        output::print(|out| {
            if let Some(path) = &self.store {
                let store = Store::open_existing(path)?;
                for id in store.document_ids()? {
                    let Some(document) = store.document(&id)? else { continue };
                    let found = quotes(&document.language.lang, &document.text);
                    self.write(out, &id, &document.language.lang, &document.text, &found)?;
                }
                return Ok(());
            }
            for file in &self.files {
                let text = output::read_text(file)?;
                let lang = match &self.lang {
                    Some(lang) => lang.clone(),
                    None => lang_of(&language_name(file), &text, knowledge),
                };
                let found = quotes(&lang, &text);
                self.write(out, &file.to_string_lossy(), &lang, &text, &found)?;
            }
            Ok(())
        })?;
        Ok(Outcome::Done)
    }

    fn write(&self, out: &mut dyn Write, file: &str, lang: &Lang, text: &str, quotes: &[Quote]) -> Result<()> {
        let one_line = |span: Span| span.of(text).split_whitespace().collect::<Vec<_>>().join(" ");
        for (n, quote) in quotes.iter().enumerate() {
            let speaker = quote.speaker.as_deref();
            let form = serde_json::to_value(quote.form)?;
            let form = form.as_str().unwrap_or_default();
            if let Format::Text = self.format {
                let words: Vec<String> = quote.spans.iter().map(|s| one_line(*s)).collect();
                writeln!(out, "{} ({form}): {}", speaker.unwrap_or("?"), words.join(" … "))?;
                continue;
            }
            for span in &quote.spans {
                if let Format::Tsv = self.format {
                    let name = speaker.unwrap_or("");
                    let words = one_line(*span);
                    writeln!(out, "{file}\t{}\t{}\t{form}\t{name}\t{:.2}\t{words}", span.start, span.end, quote.score)?;
                    continue;
                }
                let line = Line {
                    file,
                    lang: lang.as_str(),
                    quote: n,
                    start: span.start,
                    end: span.end,
                    text: span.of(text),
                    form: &quote.form,
                    speaker,
                    cue: quote.cue.map(|s| s.of(text)),
                    mention: quote.mention.map(|s| s.of(text)),
                    alternatives: &quote.alternatives,
                    score: quote.score,
                    clause: quote.clause,
                    insertions: &quote.insertions,
                    recovered: quote.recovered,
                };
                writeln!(out, "{}", serde_json::to_string(&line)?)?;
            }
        }
        Ok(())
    }
}

/// A name without `.txt`, so that "x.az.txt" names its language.
fn language_name(file: &std::path::Path) -> PathBuf {
    if file.extension().is_some_and(|e| e == "txt") { file.with_extension("") } else { file.to_path_buf() }
}
