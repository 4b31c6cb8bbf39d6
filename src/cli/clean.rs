use super::{Global, Outcome, import, output, wanted::Wanted};
use crate::export::LangMap;
use crate::pipeline::{self, Cleaned, Cleaning, Out};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Translation memories of others as one that every program reads, without a store: TMX 1.1 to 1.4b, XLIFF 2, tables.
///
/// What is against the format is put right or left out, units that are not wanted are left out, and of what is left out every kind
/// is told. Names, properties, notes, dates and authors of units stay. The first unit says between which languages the file is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu clean old.tmx -o new.tmx\n  \
                        korpu clean a.tmx b.tmx --dedupe --skip-same --max-length-ratio 3 -o both.tmx\n  \
                        korpu clean old.tmx --dedupe              what would be left out\n\n\
                        Exit code 3 with --strict where anything was left out.")]
pub(super) struct Args {
    /// The files, plain or as gzip; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The file to write; - for standard output. Without it, nothing is written: what would be left out is told.
    #[arg(short, long, value_name = "TMX")]
    out: Option<PathBuf>,
    /// Keep units in any languages. The file is one for corpus tools then: translators' tools want two.
    #[arg(long)]
    multilingual: bool,
    /// Keep units between two scripts or regions of one language, too: en-GB and en-US.
    #[arg(long)]
    allow_monolingual: bool,
    /// Language tags for the file: az=az-Latn-AZ,ru=ru-RU.
    #[arg(long, value_name = "MAP", value_parser = LangMap::parse)]
    lang_map: Option<LangMap>,
    #[command(flatten)]
    wanted: Wanted,
    /// Exit with 3 where anything was left out.
    #[arg(long)]
    strict: bool,
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let cleaning = Cleaning {
            filter: self.wanted.into(),
            multilingual: self.multilingual,
            monolingual: self.allow_monolingual,
            languages: self.lang_map.unwrap_or_default(),
        };
        let to_output = self.out.as_deref() == Some(Path::new("-"));
        let out = match &self.out {
            None => Out::Nowhere,
            Some(_) if to_output => Out::Stream(Box::new(std::io::stdout())),
            Some(path) => Out::File(path),
        };
        let cleaned = pipeline::clean(&self.files, out, &cleaning)?;
        output::report(to_output, |out| {
            if global.json {
                let files: Vec<_> = cleaned.iter().map(json).collect();
                writeln!(out, "{}", serde_json::json!({ "cleaned": files }))?;
            } else if !global.quiet {
                for Cleaned { path, format, units, written, losses } in &cleaned {
                    writeln!(out, "{path}: {}, {written} of {units} units", format.name())?;
                    import::print_losses(out, losses)?;
                }
            }
            Ok(())
        })?;
        let lossless = cleaned.iter().all(|one| one.losses.is_empty());
        Ok(if self.strict && !lossless { Outcome::Refused } else { Outcome::Done })
    }
}

fn json(one: &Cleaned) -> serde_json::Value {
    serde_json::json!({
        "path": one.path,
        "format": one.format.name(),
        "units": one.units,
        "written": one.written,
        "losses": import::losses(&one.losses),
    })
}
