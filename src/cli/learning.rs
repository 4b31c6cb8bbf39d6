use super::Global;
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
            let memory = glossary::memory(path)?;
            let before = options.memory.units.len();
            for entry in memory.entries {
                let Some((source, target)) = entry.languages else { continue };
                if let (Some(source), Some(target)) = (Lang::parse(&source), Lang::parse(&target)) {
                    options.memory.units.push([(source, entry.source), (target, entry.target)]);
                }
            }
            if !global.quiet {
                let unread = match (&memory.first_unread, memory.unread) {
                    (Some(first), count) if count > 0 => format!(", {count} could not be read, the first at {first}"),
                    _ => String::new(),
                };
                let taken = options.memory.units.len() - before;
                eprintln!("korpu: {}: {taken} pairs of segments taken{unread}", path.display());
            }
        }
        Ok(())
    }
}
