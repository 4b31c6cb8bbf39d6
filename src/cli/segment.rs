use super::{Outcome, knowledge::Folders, output};
use crate::language::Lang;
use crate::segment::sentences;
use anyhow::Result;
use std::path::PathBuf;

/// Sentences of plain text: one a line, a blank line between paragraphs.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  korpu segment --lang az article.txt\n  korpu segment - < article.txt   the language is identified"
)]
pub(super) struct Args {
    /// A text file in UTF-8 with blank lines between paragraphs, or - for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The language of the text; identified where it is not given.
    #[arg(long, value_name = "TAG")]
    lang: Option<Lang>,
    #[command(flatten)]
    languages: Folders,
}

impl Args {
    pub fn call(self) -> Result<Outcome> {
        let text = output::read_text(&self.file)?;
        let knowledge = self.languages.knowledge()?;
        let lang = self.lang.unwrap_or_else(|| knowledge.identifier.identify(&text, &[]).lang);
        let language = knowledge.languages.get(lang.as_str());
        output::print(|out| {
            for (n, paragraph) in paragraphs(&text).enumerate() {
                if n > 0 {
                    writeln!(out)?;
                }
                for span in sentences(paragraph, language) {
                    for (k, line) in span.of(paragraph).split(['\n', '\r']).map(str::trim).enumerate() {
                        write!(out, "{}{line}", if k > 0 && !line.is_empty() { " " } else { "" })?;
                    }
                    writeln!(out)?;
                }
            }
            Ok(())
        })?;
        Ok(Outcome::Done)
    }
}

/// The stretches between blank lines.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim().is_empty() {
                break;
            }
            end += line.len();
        }
        let paragraph = rest[..end].trim_end();
        rest = &rest[end..];
        Some(paragraph)
    })
}
