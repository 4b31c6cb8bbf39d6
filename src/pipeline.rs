//! The whole path in order, over a store. The file to read first.
//!
//! [`run`] reads the inputs, pairs what is new, aligns what is paired, links what is said in it, and writes the usual outputs. Each stage asks the store
//! what is left to do, works on a batch in parallel, and commits it: killed at any moment, the next run goes on from there.
//! Results never depend on the number of threads: batches are made and committed in an order of their own.

mod align;
mod check;
mod clean;
mod compare;
mod embedder;
mod finders;
mod import;
pub mod input;
mod learn;
mod link;
mod output;
mod pair;
mod read;
mod speakers;

pub use align::{align, align_documents, realign};
pub use check::{Checked, check};
pub use clean::{Cleaned, Cleaning, Out, clean};
pub use compare::{compare_groups, handling};
pub use embedder::Embedder;
pub use finders::Finders;
pub use import::{Imported, Loss, Texts, import, import_texts};
pub use learn::{Learned, Memory, learn, learned};
pub use link::{link, link_documents, quote};
pub use output::{Format, Layout, Memories, export};
pub use pair::{pair, regroup};
pub use read::{document, read};
pub use speakers::persons;

use crate::error::{Error, Result};
use crate::export::LangMap;
use crate::identify::Identifier;
use crate::language::Languages;
use crate::model::Refusal;
use crate::represent::Lexicon;
use crate::store::{Counts, Store};
use input::Inputs;
use std::path::Path;

/// What is known of languages: it lives as long as the process.
#[derive(Clone, Copy, Debug)]
pub struct Knowledge {
    /// The languages to work with.
    pub languages: &'static Languages,
    /// What tells them apart.
    pub identifier: &'static Identifier,
    /// What their words mean.
    pub lexicon: &'static Lexicon,
}

/// What is bundled.
impl Default for Knowledge {
    fn default() -> Self {
        Knowledge { languages: Languages::bundled(), identifier: Identifier::bundled(), lexicon: Lexicon::bundled() }
    }
}

/// What a run may be told.
#[derive(Debug, Default)]
pub struct Options {
    /// What is known of languages.
    pub knowledge: Knowledge,
    /// How to align.
    pub align: crate::align::Config,
    /// Whether words are learned from a first alignment, for a second.
    pub learn: bool,
    /// Translation memories to learn words from.
    pub memory: Memory,
    /// Sentence embeddings as further evidence for the aligner.
    pub model: Option<Embedder>,
    /// Which translation memories are exported.
    pub memories: Memories,
    /// Which tags TMX files get for the languages.
    pub lang_map: LangMap,
    /// The title of the corpus.
    pub title: Option<String>,
    /// Who publishes the files, where somebody does: TEI headers say so.
    pub publisher: Option<String>,
    /// How the files of TEI hang together.
    pub tei: Layout,
}

impl Options {
    /// Whether words are learned before pairs are aligned.
    pub fn learns(&self) -> bool {
        self.learn || !self.memory.units.is_empty()
    }
}

/// Whoever wants to know how far a run is. Called from one thread.
pub trait Watch {
    /// A stage begins: its name, and how much there is to do where that is known.
    fn stage(&self, name: &'static str, expected: Option<u64>);
    /// So much more is done.
    fn done(&self, count: u64);
    /// An input was refused.
    fn refused(&self, refusal: &Refusal);
    /// The last so many quotes of a document were not linked: it has more than [`link::SEGMENTS`](crate::link::SEGMENTS) sentences of them.
    fn unlinked(&self, _document: &str, _quotes: usize) {}
}

/// Nobody wants to know.
impl Watch for () {
    fn stage(&self, _: &'static str, _: Option<u64>) {}
    fn done(&self, _: u64) {}
    fn refused(&self, _: &Refusal) {}
}

/// What a run did, and what the store holds after it.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Documents that were not there before, and new revisions of those that were.
    pub new: usize,
    /// Pages that the store knew already.
    pub known: usize,
    /// Inputs that gave no document, in this run.
    pub refused: Vec<Refusal>,
    /// Pairs found in this run.
    pub paired: usize,
    /// Pairs aligned in this run.
    pub aligned: usize,
    /// Documents whose quotes were looked for in this run.
    pub quoted: usize,
    /// Pairs whose quotes were compared in this run.
    pub linked: usize,
    /// What the store holds now.
    pub counts: Counts,
}

/// The name of the store in an output folder.
pub const STORE: &str = "corpus.korpu";

/// This file lies in the output folder while a run is under way. Found at the start of one, it says that the run before
/// was killed or failed: its outputs may be older than the store.
const UNFINISHED: &str = ".unfinished";

/// The whole path: reads `inputs` into the store of the folder `out`, pairs, aligns, and writes the usual outputs there.
///
/// Run again, it does only what is new. A bad input is refused and the run goes on; only a bad set-up is an error.
pub fn run(inputs: &Inputs, out: &Path, options: &Options, watch: &impl Watch) -> Result<Summary> {
    std::fs::create_dir_all(out).map_err(|e| Error::io(out, e))?;
    let mut store = Store::open(out.join(STORE))?;
    let mark = out.join(UNFINISHED);
    let decided = store.latest_decisions(1)?.first().map(|decision| decision.made);
    let stale = mark.exists() || !output::complete(out, decided);
    std::fs::write(&mark, []).map_err(|e| Error::io(&mark, e))?;
    let mut summary = read(&mut store, inputs, options, watch)?;
    summary.paired = pair(&mut store, watch)?;
    summary.aligned = align(&mut store, options, watch)?;
    summary.quoted = quote(&mut store, options, watch)?;
    summary.linked = link(&mut store, options, watch)?;
    let done = summary.paired + summary.aligned + summary.quoted + summary.linked;
    let changed = summary.new + summary.refused.len() + done > 0;
    if changed || stale {
        export(&store, out, &Format::USUAL, options, watch)?;
    }
    std::fs::remove_file(&mark).map_err(|e| Error::io(&mark, e))?;
    summary.counts = store.counts()?;
    Ok(summary)
}
