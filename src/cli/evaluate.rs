use super::{Global, Outcome, output};
use crate::evaluate::{Score, parse_ladder, score};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// What was found against gold.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Beads: strict and lax precision, recall and F1, as vecalign's score.py counts them.
    #[command(after_help = "Examples:\n  korpu evaluate beads gold.beads found.beads\n  \
                            korpu evaluate beads gold/ found/   every *.gold or *.beads against the same path,\n                                                \
                            or the one that ends in .align")]
    Beads {
        /// A ladder of gold, or a folder of them.
        gold: PathBuf,
        /// A ladder to judge, or a folder of them.
        test: PathBuf,
    },
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let What::Beads { gold, test } = self.what;
        let mut total = Score::default();
        for (gold, test) in files(&gold, &test)? {
            let read = |path: &Path| {
                parse_ladder(&output::read_text(path)?)
                    .map_err(anyhow::Error::msg)
                    .with_context(|| path.display().to_string())
            };
            total += score(&read(&gold)?, &read(&test)?);
        }
        output::print(|out| {
            if global.json {
                writeln!(out, "{}", serde_json::json!({"strict": total.strict(), "lax": total.lax()}))?;
                return Ok(());
            }
            for (name, f) in [("strict", total.strict()), ("lax", total.lax())] {
                writeln!(out, "{name:6} P {:.4} R {:.4} F1 {:.4}", f.precision, f.recall, f.f1)?;
            }
            Ok(())
        })?;
        Ok(Outcome::Done)
    }
}

/// The files to compare: the two named, or all below a folder with the ending `.gold` or `.beads`.
fn files(gold: &Path, test: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    if !gold.is_dir() {
        return Ok(vec![(gold.to_owned(), test.to_owned())]);
    }
    let mut found = Vec::new();
    let mut folders = vec![gold.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "gold" || e == "beads") {
                let same = test.join(path.strip_prefix(gold)?);
                let align = same.with_extension("align");
                found.push((path, if !same.exists() && align.exists() { align } else { same }));
            }
        }
    }
    found.sort();
    Ok(found)
}
