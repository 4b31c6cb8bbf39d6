//! Words are learned: from a first alignment of the texts themselves, and from translation memories.

use super::{Options, Watch, align::Text};
use crate::align::Known;
use crate::error::Error;
use crate::language::Lang;
use crate::learn::Learner;
use crate::model::{Bead, Document};
use crate::represent::{Representation, Translations, represent};
use crate::store::Store;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// So many pairs of documents, or units of a memory, are in memory at a time.
const BATCH: usize = 256;

/// A pair of languages, source first, without script and region.
type Languages = (String, String);

/// What was learned of the words of each pair of languages.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    by: BTreeMap<Languages, Translations>,
}

impl Learned {
    /// What was learned of two languages, if anything.
    pub fn of(&self, source: &Lang, target: &Lang) -> Option<&Translations> {
        self.by.get(&languages(source, target)).filter(|learned| !learned.is_empty())
    }
}

/// A translation memory: what others translated.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Two texts that say the same, each with its language.
    pub units: Vec<[(Lang, String); 2]>,
}

fn languages(source: &Lang, target: &Lang) -> Languages {
    (source.primary().to_owned(), target.primary().to_owned())
}

/// Learns from the memories, then from a first alignment of all jobs with what they taught, and from both together. A job is whatever `load`
/// makes two documents of; it is loaded once. Jobs within one language teach nothing.
pub fn learn<J: Sync, E: Send + From<Error>>(
    jobs: &[J],
    load: impl Fn(&J) -> Result<(Document, Document), E> + Sync,
    options: &Options,
    watch: &impl Watch,
) -> Result<Learned, E> {
    let mut learners: BTreeMap<Languages, Learner> = BTreeMap::new();
    let mut first = Learned::default();
    watch.stage("learning", Some(jobs.len() as u64));
    for batch in jobs.chunks(BATCH) {
        let loaded: Vec<(Document, Document)> = batch.par_iter().map(&load).collect::<Result<_, E>>()?;
        for (source, target) in &loaded {
            let pair = languages(&source.language.lang, &target.language.lang);
            learners.entry(pair).or_insert_with_key(|pair| {
                let learner = options.memory.learner(&source.language.lang, &target.language.lang, options);
                first.by.insert(pair.clone(), learner.clone().translations());
                learner
            });
        }
        if !options.learn {
            continue;
        }
        let aligned: Vec<_> = loaded
            .par_iter()
            .map(|(source, target)| {
                let pair = languages(&source.language.lang, &target.language.lang);
                let (source, target) = (Text::new(source, options), Text::new(target, options));
                let known = Known { translations: first.by.get(&pair), ..Known::default() };
                let beads = if pair.0 == pair.1 { vec![] } else { source.align(&target, known, options)? };
                Ok((pair, source.terms, target.terms, beads))
            })
            .collect::<Result<_, Error>>()?;
        for (pair, source, target, beads) in aligned {
            learners.entry(pair).or_default().add(&source, &target, &beads);
        }
        watch.done(batch.len() as u64);
    }
    Ok(Learned { by: learners.into_par_iter().map(|(pair, learner)| (pair, learner.translations())).collect() })
}

/// What [`align`](super::align) learns of the words of a store; nothing where it is not to learn. What one run learned is not kept.
pub fn learned(store: &Store, options: &Options) -> Result<Learned, Error> {
    if options.learns() { from_store(store, options, &()) } else { Ok(Learned::default()) }
}

/// Learns from all pairs of a store.
pub(super) fn from_store(store: &Store, options: &Options, watch: &impl Watch) -> Result<Learned, Error> {
    let mut pairs = Vec::new();
    store.for_each_pair(|pair| {
        pairs.push((pair.source, pair.target));
        Ok(())
    })?;
    let path = store.path();
    let load = |(source, target): &(String, String)| -> Result<_, Error> {
        let reader = Store::reader(path)?;
        let load = |id: &str| Ok(reader.document(id)?.unwrap_or_default());
        Ok((load(source)?, load(target)?))
    };
    learn(&pairs, load, options, watch)
}

impl Memory {
    /// Has a learner read the units in two languages, whichever stands first.
    fn learner(&self, source: &Lang, target: &Lang, options: &Options) -> Learner {
        let mut learner = Learner::default();
        let is = |unit: &(Lang, String), lang: &Lang| unit.0.primary() == lang.primary();
        let units = self.units.iter().filter_map(|[a, b]| match () {
            () if is(a, source) && is(b, target) => Some([a.1.as_str(), b.1.as_str()]),
            () if is(a, target) && is(b, source) => Some([b.1.as_str(), a.1.as_str()]),
            () => None,
        });
        let units: Vec<[&str; 2]> = units.collect();
        for batch in units.chunks(BATCH) {
            let side = |n: usize, lang: &Lang| -> Representation {
                let texts: Vec<&str> = batch.iter().map(|unit| unit[n]).collect();
                represent(&texts, lang.as_str(), options.knowledge.languages, options.knowledge.lexicon)
            };
            let bead = |n: u32| Bead { source: vec![n], target: vec![n], score: 0.0, confidence: 1.0 };
            let beads: Vec<Bead> = (0..batch.len() as u32).map(bead).collect();
            learner.add(&side(0, source), &side(1, target), &beads);
        }
        learner
    }
}
