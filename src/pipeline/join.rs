//! Documents are paired, and pairs are aligned.

use super::{Options, Watch};
use crate::error::Result;
use crate::language::Lang;
use crate::model::{Bead, Bitext, Document, Level, Pair, Signature};
use crate::pair::{Index, pairs_of, works};
use crate::represent::{Representation, represent};
use crate::store::Store;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// So many documents, or pairs, are worked on between two commits.
const BATCH: usize = 512;

/// A connection to the store belongs to one thread; each serves so many documents or pairs.
const CHUNK: usize = 16;

/// The store as an index of features.
struct Stored {
    store: Store,
    documents: usize,
}

impl Index for Stored {
    fn documents(&self) -> Result<usize> {
        Ok(self.documents)
    }
    fn frequency(&self, feature: u64, cap: u32) -> Result<u32> {
        self.store.frequency(feature, cap)
    }
    fn postings(&self, feature: u64, days: Option<RangeInclusive<i32>>, limit: usize) -> Result<Vec<String>> {
        self.store.postings(feature, days, limit)
    }
    fn signature(&self, id: &str) -> Result<Option<(Lang, Signature)>> {
        self.store.signature(id)
    }
    fn offered(&self, id: &str) -> Result<Vec<String>> {
        self.store.offered(id)
    }
}

/// Pairs the documents that wait for it, and works out the works anew. Gives the number of pairs that are new.
pub fn pair(store: &mut Store, watch: &impl Watch) -> Result<usize> {
    let counts = store.counts()?;
    watch.stage("pairing", None);
    loop {
        let ids = store.unpaired(BATCH)?;
        if ids.is_empty() {
            break;
        }
        let path = store.path().to_owned();
        let found: Result<Vec<Vec<Pair>>> = ids
            .par_chunks(CHUNK)
            .map(|ids| {
                let index = Stored { store: Store::open_existing(&path)?, documents: counts.documents };
                let find = |mut pairs: Vec<Pair>, id: &String| {
                    pairs.extend(pairs_of(id, &index)?);
                    Ok(pairs)
                };
                index.store.snapshot(|_| ids.iter().try_fold(Vec::new(), find))
            })
            .collect();
        let pairs: BTreeMap<(String, String), Pair> =
            found?.into_iter().flatten().map(|p| ((p.source.clone(), p.target.clone()), p)).collect();
        store.add_pairs(&pairs.into_values().collect::<Vec<_>>(), &ids)?;
        watch.done(ids.len() as u64);
    }
    // Not only after new pairs: a run may have been killed right here, or a page revised.
    let works = works(&store.document_ids()?, &store.pairs()?);
    if works != store.works()? {
        store.set_works(&works)?;
    }
    Ok(store.counts()?.pairs.saturating_sub(counts.pairs))
}

/// Aligns the pairs that wait for it, paragraphs and sentences. Gives their number.
pub fn align(store: &mut Store, options: &Options, watch: &impl Watch) -> Result<usize> {
    watch.stage("aligning", None);
    let mut count = 0;
    loop {
        let pairs = store.unaligned(BATCH)?;
        if pairs.is_empty() {
            return Ok(count);
        }
        let path = store.path().to_owned();
        let found: Result<Vec<Vec<Bitext>>> = pairs
            .par_chunks(CHUNK)
            .map(|pairs| {
                let reader = Store::open_existing(&path)?;
                pairs.iter().try_fold(Vec::new(), |mut all, pair| {
                    all.extend(bitexts(pair, &reader, options)?);
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
fn bitexts(pair: &Pair, store: &Store, options: &Options) -> Result<[Bitext; 2]> {
    let load = |id: &str| Ok(store.document(id)?.unwrap_or_default());
    let (source, target) = (load(&pair.source)?, load(&pair.target)?);
    let bitext = |level| Bitext {
        source: pair.source.clone(),
        target: pair.target.clone(),
        level,
        beads: align_documents(&source, &target, level, options),
    };
    Ok([bitext(Level::Paragraph), bitext(Level::Sentence)])
}

/// The beads between two documents at a level.
pub fn align_documents(source: &Document, target: &Document, level: Level, options: &Options) -> Vec<Bead> {
    crate::align::align(&terms(source, level, options), &terms(target, level, options), &options.align)
}

fn terms(document: &Document, level: Level, options: &Options) -> Representation {
    let segments: Vec<&str> = document.segments(level).iter().map(|s| s.of(&document.text)).collect();
    represent(&segments, document.language.lang.as_str(), options.languages, options.lexicon)
}
