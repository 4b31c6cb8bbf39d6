//! Pairs are aligned.

use super::{Learned, Options, Watch, learn};
use crate::align::{Known, lift};
use crate::error::Result;
use crate::learn::Learner;
use crate::model::{Bead, Bitext, Document, Level, Pair};
use crate::represent::{Representation, represent};
use crate::store::Store;
use rayon::prelude::*;

/// So many pairs are worked on between two commits.
const BATCH: usize = 512;

/// A connection to the store belongs to one thread; each serves so many pairs. They differ in length, so that a thread should not
/// have many left when others have none.
const PAIRS: usize = 8;

/// Aligns the pairs that wait for it, paragraphs and sentences. Gives their number.
///
/// Where words are to be learned, all pairs are aligned anew, since new ones teach about those that were there: the same pairs give
/// the same beads, in whatever order they came.
pub fn align(store: &mut Store, options: &Options, watch: &impl Watch) -> Result<usize> {
    let mut learned = Learned::default();
    if options.learns() && !store.unaligned(1)?.is_empty() {
        if options.learn {
            store.unalign()?;
        }
        learned = learn::from_store(store, options, watch)?;
    }
    watch.stage("aligning", None);
    let mut count = 0;
    loop {
        let pairs = store.unaligned(BATCH)?;
        if pairs.is_empty() {
            return Ok(count);
        }
        let path = store.path().to_owned();
        let found: Result<Vec<Vec<Bitext>>> = pairs
            .par_chunks(PAIRS)
            .map(|pairs| {
                let reader = Store::reader(&path)?;
                pairs.iter().try_fold(Vec::new(), |mut all, pair| {
                    all.extend(bitexts(pair, &reader, options, &learned)?);
                    Ok(all)
                })
            })
            .collect();
        store.add_bitexts(&found?.into_iter().flatten().collect::<Vec<_>>())?;
        count += pairs.len();
        watch.done(pairs.len() as u64);
    }
}

/// The bitexts of a pair at both levels.
fn bitexts(pair: &Pair, store: &Store, options: &Options, learned: &Learned) -> Result<[Bitext; 2]> {
    let load = |id: &str| Ok(store.document(id)?.unwrap_or_default());
    let (source, target) = (load(&pair.source)?, load(&pair.target)?);
    let sentences = align_sentences(&source, &target, options, learned);
    let bitext = |level, beads| Bitext { source: pair.source.clone(), target: pair.target.clone(), level, beads };
    let paragraphs = paragraphs(&source, &target, &sentences);
    Ok([bitext(Level::Paragraph, paragraphs), bitext(Level::Sentence, sentences)])
}

/// The beads between two documents at a level.
pub fn align_documents(
    source: &Document,
    target: &Document,
    level: Level,
    options: &Options,
    learned: &Learned,
) -> Vec<Bead> {
    let sentences = align_sentences(source, target, options, learned);
    match level {
        Level::Sentence => sentences,
        Level::Paragraph => paragraphs(source, target, &sentences),
    }
}

fn align_sentences(source: &Document, target: &Document, options: &Options, learned: &Learned) -> Vec<Bead> {
    let (a, b) = (terms(source, options), terms(target, options));
    let known = Known { translations: learned.of(&source.language.lang, &target.language.lang) };
    let beads = crate::align::align(&a, &b, &options.align, known);
    if known.translations.is_some() || (a.is_known() && b.is_known()) {
        return beads;
    }
    // Where nothing is known of the words of a language, two documents still teach something about each other.
    let mut learner = Learner::default();
    learner.add(&a, &b, &beads);
    let learned = learner.translations();
    crate::align::align(&a, &b, &options.align, Known { translations: Some(&learned) })
}

/// The beads of paragraphs that follow from those of their sentences.
fn paragraphs(source: &Document, target: &Document, sentences: &[Bead]) -> Vec<Bead> {
    let blocks = |document: &Document| -> Vec<u32> {
        (0..).zip(&document.blocks).flat_map(|(n, block)| block.sentences.iter().map(move |_| n)).collect()
    };
    lift(sentences, (&blocks(source), &blocks(target)), (source.blocks.len(), target.blocks.len()))
}

/// The sentences of a document as they are compared.
pub(super) fn terms(document: &Document, options: &Options) -> Representation {
    let segments: Vec<&str> = document.segments(Level::Sentence).iter().map(|s| s.of(&document.text)).collect();
    represent(&segments, document.language.lang.as_str(), options.knowledge.languages, options.knowledge.lexicon)
}
