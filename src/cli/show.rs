use super::{Global, Outcome, output, terminal};
use crate::export::side_by_side;
use crate::language::Lang;
use crate::model::{Document, Level};
use crate::store::Store;
use anyhow::{Context, Result};
use std::io::Write;
use std::path::PathBuf;

/// What a store holds: its works, a document, a bitext, or the sentences with some words.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu show out/corpus.korpu                    works and their documents\n  \
                        korpu show out/corpus.korpu d0123456789ab      a document\n  \
                        korpu show out/corpus.korpu SOURCE TARGET      a bitext, side by side\n  \
                        korpu show out/corpus.korpu --search 'ısparta gül*' --lang az")]
pub(super) struct Args {
    /// The store.
    store: PathBuf,
    /// Ids of one document, or of the two documents of a bitext.
    #[arg(num_args = 0..=2, value_name = "ID")]
    ids: Vec<String>,
    /// Sentences with these words; a word may end in * for any ending.
    #[arg(long, value_name = "WORDS", conflicts_with = "ids")]
    search: Option<String>,
    /// Search in this language only.
    #[arg(long, value_name = "TAG", requires = "search")]
    lang: Option<Lang>,
    /// At most so many hits.
    #[arg(long, value_name = "N", default_value_t = 50, requires = "search")]
    limit: usize,
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let store = Store::open_existing(&self.store)?;
        let load =
            |id: &str| store.document(id)?.with_context(|| format!("{}: no document {id:?}", self.store.display()));
        output::print(|out| match (&self.search, self.ids.as_slice()) {
            (Some(words), _) => {
                for hit in store.search(words, self.lang.as_ref(), self.limit)? {
                    writeln!(out, "{}\t{}\t{}", hit.document, hit.sentence, hit.text)?;
                }
                Ok(())
            }
            (None, []) => works(out, &store, global),
            (None, [id]) if global.json => Ok(crate::export::jsonl::document(out, &load(id)?)?),
            (None, [id]) => document(out, &load(id)?),
            (None, [source, target, ..]) => {
                let found = store.bitext(source, target, Level::Sentence)?;
                let bitext = match found {
                    Some(bitext) => Some(bitext),
                    None => store.bitext(target, source, Level::Sentence)?,
                };
                let bitext = bitext.with_context(|| format!("no bitext of {source} and {target}"))?;
                let (source, target) = (load(&bitext.source)?, load(&bitext.target)?);
                if global.json {
                    return Ok(crate::export::jsonl::bitext(out, &bitext, &source, &target)?);
                }
                Ok(side_by_side::bitext(out, &bitext, &source, &target, terminal::view(global))?)
            }
        })?;
        Ok(Outcome::Done)
    }
}

fn works(out: &mut dyn Write, store: &Store, global: &Global) -> Result<()> {
    for work in store.works()? {
        if global.json {
            writeln!(out, "{}", serde_json::to_string(&work)?)?;
            continue;
        }
        writeln!(out, "{}", work.id)?;
        for id in &work.documents {
            if let Some(document) = store.document(id)? {
                let m = &document.metadata;
                let day = m.published.map(|p| p.to_string()).unwrap_or_default();
                let outlet = m.outlet.as_deref().unwrap_or("");
                writeln!(
                    out,
                    "  {id}  {:7}  {day:25}  {outlet}: {}",
                    document.language.lang.as_str(),
                    document.name()
                )?;
            }
        }
    }
    Ok(())
}

fn document(out: &mut dyn Write, document: &Document) -> Result<()> {
    let m = &document.metadata;
    let p = &document.provenance;
    let language = format!("{} ({:.2})", document.language.lang, document.language.confidence);
    let versions: Vec<&str> = m.versions.iter().map(|v| v.lang.as_str()).collect();
    let published = m.published.map(|p| p.to_string());
    let rows = [
        ("id", Some(document.id.as_str())),
        ("language", Some(language.as_str())),
        ("title", m.title.as_deref()),
        ("outlet", m.outlet.as_deref()),
        ("byline", m.bylines.first().map(String::as_str)),
        ("published", published.as_deref()),
        ("address", m.url.as_deref().or(p.url.as_deref())),
        ("licence", m.licence.as_deref()),
        ("file", Some(p.path.as_str())),
        ("encoding", Some(p.encoding.as_str())),
        ("blake3", Some(p.blake3.as_str())),
    ];
    for (name, value) in rows {
        if let Some(value) = value {
            writeln!(out, "{name:10} {value}")?;
        }
    }
    if !versions.is_empty() {
        writeln!(out, "{:10} {}", "versions", versions.join(" "))?;
    }
    for block in &document.blocks {
        writeln!(out)?;
        for sentence in &block.sentences {
            writeln!(out, "{}", sentence.of(&document.text))?;
        }
    }
    Ok(())
}
