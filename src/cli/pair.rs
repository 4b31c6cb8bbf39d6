use super::{Global, Outcome, knowledge::Additions, output, progress::Progress};
use crate::language::Lang;
use crate::model::Pair;
use crate::pair::{Candidate, Memory, candidates_of, pairs_among, signature};
use crate::pipeline::{self, Knowledge};
use crate::represent::represent;
use crate::store::Store;
use anyhow::Result;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Which documents are versions of one work, or reports of one event.
///
/// Of plain files, each is one document; its ending may name its language (x.az). With --store the documents of a store
/// are paired instead.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu pair texts/*.az texts/*.en\n  korpu pair --store my.korpu")]
pub(super) struct Args {
    /// Text files in UTF-8.
    #[arg(required_unless_present = "store", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Tsv)]
    format: Format,
    /// Pair what waits for it in this store.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "format", "lexicons", "folders"])]
    store: Option<PathBuf>,
    #[command(flatten)]
    additions: Additions,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// File, file, score, kind.
    Tsv,
    /// A pair a line with its evidence.
    Jsonl,
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        if let Some(path) = self.store {
            let count = pipeline::pair(&mut Store::open_existing(path)?, &Progress::new(global))?;
            output::print(|out| Ok(writeln!(out, "{count} new pairs")?))?;
            return Ok(Outcome::Done);
        }
        let pairs = pairs(&self.files, self.additions.knowledge(global)?)?;
        output::print(|out| {
            for pair in &pairs {
                match self.format {
                    Format::Tsv => {
                        let kind = serde_json::to_value(pair.kind)?;
                        writeln!(
                            out,
                            "{}\t{}\t{:.4}\t{}",
                            pair.source,
                            pair.target,
                            pair.score,
                            kind.as_str().unwrap_or("")
                        )?;
                    }
                    Format::Jsonl => writeln!(out, "{}", serde_json::to_string(pair)?)?,
                }
            }
            Ok(())
        })?;
        Ok(Outcome::Done)
    }
}

/// The pairs among files, by source and target.
pub(super) fn pairs(files: &[PathBuf], knowledge: Knowledge) -> Result<Vec<Pair>> {
    let signed: Result<Vec<_>> = files
        .par_iter()
        .map(|file| {
            let text = output::read_text(file)?;
            let lang = lang_of(file, &text, knowledge);
            let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
            let terms = represent(&lines, lang.as_str(), knowledge.languages, knowledge.lexicon);
            Ok((file.to_string_lossy().into_owned(), lang, signature(&terms, None)))
        })
        .collect();
    let mut index = Memory::default();
    for (name, lang, signature) in signed? {
        index.add(&name, lang, signature);
    }
    let found: crate::Result<Vec<Vec<Candidate>>> =
        files.par_iter().map(|file| candidates_of(&file.to_string_lossy(), &index)).collect();
    Ok(pairs_among(found?.into_iter().flatten().collect(), &index))
}

/// The language that the ending of a file names, if korpu or BCP 47 knows it as one, else that of its text.
pub(super) fn lang_of(file: &Path, text: &str, knowledge: Knowledge) -> Lang {
    let ending = file.extension().and_then(|e| e.to_str()).filter(|e| e.len() <= 7);
    let media = crate::ingest::container::has_media_ending(&file.to_string_lossy());
    match ending.filter(|_| !media).and_then(Lang::parse) {
        Some(lang) => lang,
        None => knowledge.identifier.identify(text, &[]).lang,
    }
}
