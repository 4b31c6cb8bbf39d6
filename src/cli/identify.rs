use super::{Outcome, knowledge::Folders, output};
use anyhow::Result;
use std::path::PathBuf;

/// The language of texts: tag and confidence, `und` where unknown.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  korpu identify article.txt\n  korpu identify --lines titles.txt   one line of output for each line"
)]
pub(super) struct Args {
    /// Text files in UTF-8, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Identify every line by itself.
    #[arg(long)]
    lines: bool,
    #[command(flatten)]
    languages: Folders,
}

impl Args {
    pub fn call(self) -> Result<Outcome> {
        let identifier = self.languages.knowledge()?.identifier;
        output::print(|out| {
            for file in &self.files {
                let text = output::read_text(file)?;
                if self.lines {
                    for line in text.lines() {
                        let found = identifier.identify(line, &[]);
                        writeln!(out, "{}\t{:.3}", found.lang, found.confidence)?;
                    }
                } else {
                    let found = identifier.identify(&text, &[]);
                    writeln!(out, "{}\t{}\t{:.3}", file.display(), found.lang, found.confidence)?;
                }
            }
            Ok(())
        })?;
        Ok(Outcome::Done)
    }
}
