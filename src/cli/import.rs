use super::{Global, Outcome, output, progress::Progress};
use crate::pipeline::{self, Imported};
use crate::store::Store;
use anyhow::Result;
use std::io::Write;
use std::path::PathBuf;

/// Files that others made, into a store: translation memories (TMX 1.1 to 1.4b).
///
/// A file is what its content says. What it says beyond the texts (names, properties, notes, dates, authors, markup) is
/// kept, and exported again; what cannot be kept is told. Imported again, a file takes the place of what it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu import memory.tmx -o my.korpu\n  \
                        korpu import *.tmx -o my.korpu && korpu export my.korpu --format tmx -o out\n\n\
                        Exit code 3 with --strict where a file was refused, or something of one was lost.")]
pub(super) struct Args {
    /// The files, plain or as gzip; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The store; made where it is missing.
    #[arg(short, long, value_name = "STORE")]
    out: PathBuf,
    /// Exit with 3 where a file was refused, or something of one was lost.
    #[arg(long)]
    strict: bool,
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let mut store = Store::open(&self.out)?;
        let progress = Progress::new(global);
        let (imported, refused) = pipeline::import(&mut store, &self.files, &progress)?;
        drop(progress);
        output::print(|out| {
            if global.json {
                let files: Vec<_> = imported.iter().map(json).collect();
                let refused: Vec<_> = refused.iter().collect();
                writeln!(out, "{}", serde_json::json!({"imported": files, "refused": refused}))?;
            } else if !global.quiet {
                imported.iter().try_for_each(|one| print(out, one))?;
            }
            Ok(())
        })?;
        if global.verbose > 0 {
            for one in &imported {
                for (line, reason) in store.losses(&one.path)? {
                    eprintln!("korpu: {}: line {line}: {reason}", one.path);
                }
            }
        }
        // Nothing at all is no success.
        anyhow::ensure!(!imported.is_empty(), "no file was imported");
        let lossless = refused.is_empty() && imported.iter().all(|one| one.losses.is_empty());
        Ok(if self.strict && !lossless { Outcome::Refused } else { Outcome::Done })
    }
}

fn print(out: &mut dyn Write, one: &Imported) -> Result<()> {
    let Imported { path, format, units, documents, new, losses } = one;
    writeln!(out, "{path}: {}, {units} units in {documents} documents, {new} of them new", format.name())?;
    for (what, loss) in losses {
        let detail = if loss.detail.is_empty() { String::new() } else { format!(" ({})", loss.detail) };
        writeln!(out, "  not kept, {} times, first on line {}: {what}{detail}", loss.count, loss.line)?;
    }
    Ok(())
}

fn json(one: &Imported) -> serde_json::Value {
    let losses: Vec<_> = one
        .losses
        .iter()
        .map(|(what, l)| serde_json::json!({"what": what, "count": l.count, "line": l.line, "detail": l.detail}))
        .collect();
    serde_json::json!({
        "path": one.path,
        "format": one.format.name(),
        "units": one.units,
        "documents": one.documents,
        "new": one.new,
        "losses": losses,
    })
}
