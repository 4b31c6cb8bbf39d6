//! Pairs are aligned.

use super::{Learned, Options, Watch, learn};
use crate::align::{Embedded, Known, largest_encoded, lift};
use crate::error::Result;
use crate::learn::Learner;
use crate::model::{Bead, Bitext, Document, Level, Pair};
use crate::represent::{Representation, Translations, represent};
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
    let sentences = align_sentences(&source, &target, options, learned, &[])?;
    let bitext = |level, beads| Bitext { source: pair.source.clone(), target: pair.target.clone(), level, beads };
    let paragraphs = paragraphs(&source, &target, &sentences);
    Ok([bitext(Level::Paragraph, paragraphs), bitext(Level::Sentence, sentences)])
}

/// The beads between two documents at a level, with beads of sentences that hold.
pub fn align_documents(
    source: &Document,
    target: &Document,
    level: Level,
    options: &Options,
    learned: &Learned,
    anchors: &[Bead],
) -> Result<Vec<Bead>> {
    let sentences = align_sentences(source, target, options, learned, anchors)?;
    Ok(match level {
        Level::Sentence => sentences,
        Level::Paragraph => paragraphs(source, target, &sentences),
    })
}

fn align_sentences(
    source: &Document,
    target: &Document,
    options: &Options,
    learned: &Learned,
    anchors: &[Bead],
) -> Result<Vec<Bead>> {
    let sides = Sides::new(source, target, options)?;
    let translations = learned.of(&source.language.lang, &target.language.lang);
    let beads = sides.align(translations, anchors, options);
    if translations.is_some() || (sides.source.is_known() && sides.target.is_known()) {
        return Ok(beads);
    }
    // Where nothing is known of the words of a language, two documents still teach something about each other.
    let mut learner = Learner::default();
    learner.add(&sides.source, &sides.target, &beads);
    Ok(sides.align(Some(&learner.translations()), anchors, options))
}

/// Two documents as they are compared, by their sentences.
pub(super) struct Sides {
    pub source: Representation,
    pub target: Representation,
    embedded: Option<[Embedded; 2]>,
}

impl Sides {
    /// Fails only where a model cannot encode.
    pub fn new(source: &Document, target: &Document, options: &Options) -> Result<Sides> {
        let (source_texts, target_texts) = (sentences(source), sentences(target));
        let terms = |texts: &[&str], document: &Document| {
            let knowledge = options.knowledge;
            represent(texts, document.language.lang.as_str(), knowledge.languages, knowledge.lexicon)
        };
        let (source, target) = (terms(&source_texts, source), terms(&target_texts, target));
        let embedded = match &options.model {
            Some(model) => {
                let largest = largest_encoded(&source, &target);
                Some([model.embedded(&source_texts, largest)?, model.embedded(&target_texts, largest)?])
            }
            None => None,
        };
        Ok(Sides { source, target, embedded })
    }

    pub fn align(&self, translations: Option<&Translations>, anchors: &[Bead], options: &Options) -> Vec<Bead> {
        let embedded = self.embedded.as_ref().map(|[source, target]| [source, target]);
        crate::align::align(&self.source, &self.target, &options.align, Known { translations, embedded, anchors })
    }
}

fn sentences(document: &Document) -> Vec<&str> {
    document.segments(Level::Sentence).iter().map(|s| s.of(&document.text)).collect()
}

/// The beads of paragraphs that follow from those of their sentences.
fn paragraphs(source: &Document, target: &Document, sentences: &[Bead]) -> Vec<Bead> {
    let blocks = |document: &Document| -> Vec<u32> {
        (0..).zip(&document.blocks).flat_map(|(n, block)| block.sentences.iter().map(move |_| n)).collect()
    };
    lift(sentences, (&blocks(source), &blocks(target)), (source.blocks.len(), target.blocks.len()))
}
