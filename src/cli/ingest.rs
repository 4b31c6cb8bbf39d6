use super::{Global, Outcome, knowledge::Additions, output, progress::Progress, run::Reading};
use crate::model::{BlockKind, Document, Page, Refusal};
use crate::pipeline::{self, Knowledge, Options, input::Inputs};
use crate::store::Store;
use crate::{export::jsonl, ingest};
use anyhow::Result;
use std::io::Write;
use std::path::PathBuf;

/// Pages in, documents out: main text, metadata, provenance.
///
/// Prints the documents, or with --store puts them into a store. Refused pages are named on standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu ingest page.html                     the main text, paragraphs apart\n  \
                        korpu ingest --format jsonl crawl.warc.gz  all that is known, a document a line\n  \
                        korpu ingest pages/ --store my.korpu       into a store, to be paired and aligned")]
pub(super) struct Args {
    /// Files, folders (with all below them), or - for standard input.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Put the documents into this store instead; made where it is missing.
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    store: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    additions: Additions,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// The running text: title, headings, paragraphs, items, a blank line between them; no captions.
    Text,
    /// The whole document as JSON, one a line (schemas/document.schema.json).
    Jsonl,
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let inputs = Inputs::new(&self.inputs, self.reading.options(self.store.as_ref()))?;
        let knowledge = self.additions.knowledge(global)?;
        if let Some(path) = self.store {
            let options = Options { knowledge, ..Options::default() };
            let progress = Progress::new(global);
            let summary = pipeline::read(&mut Store::open(path)?, &inputs, &options, &progress)?;
            drop(progress);
            return output::print(|out| {
                if global.json {
                    let line =
                        serde_json::json!({"new": summary.new, "known": summary.known, "refused": summary.refused});
                    writeln!(out, "{line}")?;
                } else if !global.quiet {
                    writeln!(out, "{} new, {} known, {} refused", summary.new, summary.known, summary.refused.len())?;
                }
                Ok(())
            })
            .map(|()| Outcome::Done);
        }
        let (mut read, mut refused) = (0u64, 0u64);
        output::print(|out| {
            let mut failure = None;
            inputs.for_each(&mut |page| {
                match page.and_then(|page| self.format.read(&page, knowledge)) {
                    Ok(document) => {
                        if let Err(error) = self.format.print(out, &document, read > 0) {
                            failure.get_or_insert(error);
                        }
                        read += 1;
                    }
                    Err(refusal) => {
                        refused += 1;
                        eprintln!("korpu: refused {}: {}", refusal.place, refusal.reason);
                    }
                }
                Ok(())
            })?;
            failure.map_or(Ok(()), |e| Err(e.into()))
        })?;
        anyhow::ensure!(read > 0 || refused == 0, "no input gave a document");
        Ok(Outcome::Done)
    }
}

impl Format {
    /// The document of a page, as far as the format shows it: running text needs neither languages nor sentences.
    fn read(self, page: &Page, knowledge: Knowledge) -> std::result::Result<Document, Refusal> {
        match self {
            Format::Text => ingest::document(page, knowledge.languages),
            Format::Jsonl => pipeline::document(page, knowledge),
        }
    }

    fn print(self, out: &mut dyn Write, document: &Document, apart: bool) -> std::io::Result<()> {
        match self {
            Format::Text => {
                let blocks = document.blocks.iter().filter(|b| b.kind != BlockKind::Caption);
                for (n, block) in blocks.enumerate() {
                    let line = if n > 0 || apart { "\n" } else { "" };
                    writeln!(out, "{line}{}", block.span.of(&document.text))?;
                }
                Ok(())
            }
            Format::Jsonl => jsonl::document(out, document),
        }
    }
}
