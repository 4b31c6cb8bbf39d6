use super::{Global, knowledge::unread};
use crate::import::glossary;
use crate::language::Lang;
use crate::pipeline::Options;
use anyhow::Result;
use std::path::PathBuf;

/// What words are learned from.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Learning {
    /// Learn from a first alignment which words stand for each other, and align again.
    #[arg(long)]
    learn: bool,
    /// Learn it from a translation memory (TMX), too.
    #[arg(long = "tm", value_name = "FILE")]
    memories: Vec<PathBuf>,
}

impl Learning {
    /// Tells it to a run. Says what it took of each memory.
    pub fn tell(&self, options: &mut Options, global: &Global) -> Result<()> {
        options.learn = self.learn;
        for path in &self.memories {
            let mut memory = glossary::memory(path)?;
            let before = options.memory.units.len();
            for entry in std::mem::take(&mut memory.entries) {
                let Some((source, target)) = entry.languages else { continue };
                if let (Some(source), Some(target)) = (Lang::parse(&source), Lang::parse(&target)) {
                    options.memory.units.push([(source, entry.source), (target, entry.target)]);
                }
            }
            if !global.quiet {
                let taken = options.memory.units.len() - before;
                eprintln!("korpu: {}: {taken} pairs of segments taken{}", path.display(), unread(&memory));
            }
        }
        Ok(())
    }
}
