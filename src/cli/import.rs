use super::{Global, Outcome, output, progress::Progress};
use crate::language::Lang;
use crate::pipeline::{self, Imported, Loss, Texts};
use crate::store::Store;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Files that others made, into a store: translation memories (TMX 1.1 to 1.4b), XLIFF 2, tables (TSV, CSV) whose first line
/// names languages, alignments of OPUS (XCES), pairs of texts.
///
/// A file is what its content says. What it says beyond the texts (names, properties, notes, dates, authors, markup) is
/// kept, and exported again; what cannot be kept is told. Imported again, a file takes the place of what it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu import memory.tmx -o my.korpu\n  \
                        korpu import *.tmx *.xlf -o my.korpu && korpu export my.korpu --format tmx -o out\n  \
                        korpu import az-en.xml.gz --documents opus/xml -o my.korpu\n  \
                        korpu import --texts corpus.az corpus.en -o my.korpu\n  \
                        korpu import --texts a.az a.en --ladder a.beads -o my.korpu\n\n\
                        Exit code 3 with --strict where a file was refused, or something of one was lost.")]
pub(super) struct Args {
    /// The files, plain or as gzip; - for standard input.
    #[arg(required_unless_present = "texts", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The store; made where it is missing.
    #[arg(short, long, value_name = "STORE")]
    out: PathBuf,
    /// Two texts, a segment a line: line n of one translates line n of the other (Moses).
    #[arg(long, num_args = 2, value_names = ["SOURCE", "TARGET"], conflicts_with = "files")]
    texts: Vec<PathBuf>,
    /// Which lines of the two texts stand for which: a ladder of vecalign, bertalign, hunalign or `korpu align`.
    #[arg(long, value_name = "FILE", requires = "texts")]
    ladder: Option<PathBuf>,
    /// The languages of the two texts; by the endings of their names without it.
    #[arg(long, value_name = "SOURCE,TARGET", value_delimiter = ',', requires = "texts", value_parser = lang)]
    languages: Vec<Lang>,
    /// Where the documents of XCES alignments are; by default the folder of the alignment.
    #[arg(long, value_name = "DIR", conflicts_with = "texts")]
    documents: Option<PathBuf>,
    /// Exit with 3 where a file was refused, or something of one was lost.
    #[arg(long)]
    strict: bool,
}

fn lang(tag: &str) -> Result<Lang, String> {
    Lang::parse(tag).ok_or_else(|| "no language tag of BCP 47".to_owned())
}

impl Args {
    /// The two texts that belong together, where there are some.
    fn texts(&self) -> Result<Option<Texts>> {
        let [source, target] = self.texts.as_slice() else { return Ok(None) };
        let ending = |path: &PathBuf| {
            let name = path.to_string_lossy();
            let name = name.strip_suffix(".gz").unwrap_or(&name);
            let lang = name.rsplit_once('.').and_then(|(_, ending)| Lang::parse(ending));
            // ".txt" is a well-formed tag, too: of three letters are endings of files.
            lang.filter(|lang| lang.primary().len() == 2)
                .with_context(|| format!("{name}: its ending names no language. Say --languages az,en"))
        };
        let (from, to) = match self.languages.as_slice() {
            [] => (ending(source)?, ending(target)?),
            [from, to] => (from.clone(), to.clone()),
            _ => anyhow::bail!("--languages takes two: that of the source and that of the target"),
        };
        anyhow::ensure!(from != to, "both texts are in {from}: an import joins two languages");
        let (source, target) = ((source.clone(), from), (target.clone(), to));
        Ok(Some(Texts { source, target, ladder: self.ladder.clone() }))
    }

    pub fn call(self, global: &Global) -> Result<Outcome> {
        let mut store = Store::open(&self.out)?;
        let progress = Progress::new(global);
        let (imported, refused) = match self.texts()? {
            Some(texts) => pipeline::import_texts(&mut store, &texts, &progress)?,
            None => pipeline::import(&mut store, &self.files, self.documents.as_deref(), &progress)?,
        };
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
        if global.verbose == 0 && !global.quiet {
            // With -v each is told as it comes.
            refused.iter().for_each(|refusal| eprintln!("korpu: {}: {}", refusal.place, refusal.reason));
        }
        if global.verbose > 0 {
            for one in &imported {
                for (line, reason) in store.losses(&one.path)? {
                    eprintln!("korpu: {}: line {line}: {reason}", one.path);
                }
            }
        }
        // With -v each was named as it came.
        for refusal in refused.iter().filter(|_| global.verbose == 0 && !global.json) {
            eprintln!("korpu: refused {}: {}", refusal.place, refusal.reason);
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
    print_losses(out, losses)
}

/// What was left out, a line for each kind.
pub(super) fn print_losses(out: &mut dyn Write, losses: &BTreeMap<&str, Loss>) -> Result<()> {
    for (what, loss) in losses {
        let detail = if loss.detail.is_empty() { String::new() } else { format!(" ({})", loss.detail) };
        writeln!(out, "  not kept ({}, first on line {}): {what}{detail}", loss.count, loss.line)?;
    }
    Ok(())
}

/// The same as JSON.
pub(super) fn losses(losses: &BTreeMap<&str, Loss>) -> Vec<serde_json::Value> {
    let json = |(what, l): (&&str, &Loss)| serde_json::json!({"what": what, "count": l.count, "line": l.line, "detail": l.detail});
    losses.iter().map(json).collect()
}

fn json(one: &Imported) -> serde_json::Value {
    serde_json::json!({
        "path": one.path,
        "format": one.format.name(),
        "units": one.units,
        "documents": one.documents,
        "new": one.new,
        "losses": losses(&one.losses),
    })
}
