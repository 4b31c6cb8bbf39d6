use super::{Global, Outcome, knowledge::Additions, output};
use crate::import::{Fault, Severity};
use crate::pipeline::{self, Checked};
use anyhow::Result;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Whether programs will accept a TMX or TEI file, and whether what is in it is right.
///
/// Of both: that it is XML, which is where whole files are refused. Of TMX: what the format asks for, and of the texts their
/// language, lengths, numbers and repetitions. Of TEI: ids, pointers, links, languages, and what may stand in what.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu check memory.tmx\n  korpu check -v tei/*.xml\n\n\
                        Exit codes: 0 nothing wrong, perhaps something doubtful; 1 something is wrong, or a program will refuse \
                        the file.")]
pub(super) struct Args {
    /// The files, plain or as gzip; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    additions: Additions,
}

/// So many faults of a kind are shown, without -v.
const SHOWN: u64 = 5;

/// Faults of one kind: how bad, how many, and the lines and words of the first.
#[derive(Default)]
struct Kind {
    severity: Option<Severity>,
    count: u64,
    first: Vec<(u64, String)>,
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let knowledge = self.additions.knowledge(global)?;
        let mut right = true;
        output::print(|out| {
            for file in &self.files {
                let mut kinds: BTreeMap<&'static str, Kind> = BTreeMap::new();
                let mut failure = Ok(());
                let checked = pipeline::check(file, knowledge, |fault| {
                    let kind = kinds.entry(fault.what).or_default();
                    kind.severity = kind.severity.max(Some(fault.severity));
                    kind.count += 1;
                    let shown = kind.count <= SHOWN || global.verbose > 0;
                    if shown && !global.json && !global.quiet && failure.is_ok() {
                        failure = print(out, file, &fault);
                    }
                    if kind.count <= SHOWN {
                        kind.first.push((fault.line, fault.detail));
                    }
                });
                failure?;
                let wrong = count(&kinds, |severity| severity > Severity::Doubtful);
                let doubtful = count(&kinds, |severity| severity == Severity::Doubtful);
                right &= wrong == 0;
                let (format, held) = match checked {
                    Ok(Checked::Units(format, units)) => (format.name(), format!("{units} units")),
                    Ok(Checked::Tei(elements)) => ("TEI", format!("{elements} elements")),
                    Err(error) => {
                        right = false;
                        match global.json {
                            true => writeln!(out, "{}", unread(file, &error))?,
                            false => eprintln!("korpu: {error}"),
                        }
                        continue;
                    }
                };
                if global.json {
                    writeln!(out, "{}", json(file, format, &held, &kinds))?;
                } else if !global.quiet {
                    if global.verbose == 0 {
                        for (what, kind) in kinds.iter().filter(|(_, kind)| kind.count > SHOWN) {
                            writeln!(out, "{}: {} more: {what}", file.display(), kind.count - SHOWN)?;
                        }
                    }
                    writeln!(out, "{}: {format}, {held}: {wrong} wrong, {doubtful} doubtful", file.display())?;
                }
            }
            Ok(())
        })?;
        Ok(if right { Outcome::Done } else { Outcome::Wrong })
    }
}

fn count(kinds: &BTreeMap<&str, Kind>, is: impl Fn(Severity) -> bool) -> u64 {
    kinds.values().filter(|kind| kind.severity.is_some_and(&is)).map(|kind| kind.count).sum()
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Doubtful => "doubtful",
        Severity::Wrong => "wrong",
        Severity::Broken => "broken",
    }
}

fn print(out: &mut dyn Write, file: &Path, fault: &Fault) -> std::io::Result<()> {
    writeln!(out, "{}:{}: {}: {fault}", file.display(), fault.line, name(fault.severity))
}

fn unread(file: &Path, error: &crate::Error) -> serde_json::Value {
    serde_json::json!({"file": file.to_string_lossy(), "error": error.to_string()})
}

fn json(file: &Path, format: &str, held: &str, kinds: &BTreeMap<&str, Kind>) -> serde_json::Value {
    let first = |kind: &Kind| -> Vec<_> {
        kind.first.iter().map(|(line, detail)| serde_json::json!({"line": line, "detail": detail})).collect()
    };
    let faults: Vec<_> = kinds
        .iter()
        .map(|(what, kind)| {
            serde_json::json!({
                "what": what,
                "severity": kind.severity.map(name),
                "count": kind.count,
                "first": first(kind),
            })
        })
        .collect();
    serde_json::json!({"file": file.to_string_lossy(), "format": format, "holds": held, "faults": faults})
}
