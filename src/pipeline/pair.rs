//! Documents are paired.

use super::Watch;
use crate::error::Result;
use crate::language::Lang;
use crate::model::{Pair, Signature};
use crate::pair::{Index, Works, pairs_of};
use crate::store::Store;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

/// So many documents are worked on between two commits.
const BATCH: usize = 512;

/// A connection to the store belongs to one thread; each serves so many documents to pair. What it has looked up is kept as
/// long: documents wait by day, so that neighbours ask for the same.
const PAIRED: usize = 64;

/// From this frequency on, how many documents hold a feature is counted once a stage and not once a chunk. There are few
/// such features, however many documents: their number is at most that of all postings divided by this.
const FREQUENT: u32 = 256;

/// The store as an index of features. Nothing is written while there is one, so that it may remember what it was asked.
struct Stored<'a> {
    store: Store,
    documents: usize,
    /// Frequencies of frequent features, for all threads.
    frequent: &'a RwLock<FxHashMap<u64, u32>>,
    rare: RefCell<FxHashMap<u64, u32>>,
    signatures: RefCell<FxHashMap<String, Option<(Lang, Signature)>>>,
}

impl<'a> Stored<'a> {
    fn open(path: &Path, documents: usize, frequent: &'a RwLock<FxHashMap<u64, u32>>) -> Result<Self> {
        let store = Store::reader(path)?;
        Ok(Stored { store, documents, frequent, rare: RefCell::default(), signatures: RefCell::default() })
    }

    /// What is remembered of a feature. A lock that a panic left poisoned still guards whole entries.
    fn remembered(&self, feature: u64) -> Option<u32> {
        let rare = self.rare.borrow().get(&feature).copied();
        rare.or_else(|| self.frequent.read().unwrap_or_else(PoisonError::into_inner).get(&feature).copied())
    }
}

impl Index for Stored<'_> {
    fn documents(&self) -> Result<usize> {
        Ok(self.documents)
    }
    fn frequency(&self, feature: u64) -> Result<u32> {
        if let Some(known) = self.remembered(feature) {
            return Ok(known);
        }
        let frequency = self.store.frequency(feature, u32::MAX)?;
        if frequency < FREQUENT {
            self.rare.borrow_mut().insert(feature, frequency);
        } else {
            self.frequent.write().unwrap_or_else(PoisonError::into_inner).insert(feature, frequency);
        }
        Ok(frequency)
    }
    fn postings(&self, feature: u64, days: Option<RangeInclusive<i32>>, limit: usize) -> Result<Vec<String>> {
        self.store.postings(feature, days, limit)
    }
    fn signature(&self, id: &str) -> Result<Option<(Lang, Signature)>> {
        if let Some(known) = self.signatures.borrow().get(id) {
            return Ok(known.clone());
        }
        let signature = self.store.signature(id)?;
        self.signatures.borrow_mut().insert(id.to_owned(), signature.clone());
        Ok(signature)
    }
    fn offered(&self, id: &str) -> Result<Vec<String>> {
        self.store.offered(id)
    }
}

/// Pairs the documents that wait for it, and works out the works anew. Gives the number of pairs that are new.
pub fn pair(store: &mut Store, watch: &impl Watch) -> Result<usize> {
    let counts = store.counts()?;
    let frequent = RwLock::default();
    watch.stage("pairing", None);
    loop {
        let ids = store.unpaired(BATCH)?;
        if ids.is_empty() {
            break;
        }
        let path = store.path().to_owned();
        let found: Result<Vec<Vec<Pair>>> = ids
            .par_chunks(PAIRED)
            .map(|ids| {
                let index = Stored::open(&path, counts.documents, &frequent)?;
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
    renew_works(store)?;
    Ok(store.counts()?.pairs.saturating_sub(counts.pairs))
}

/// Works out the works anew where the pairs say something else.
pub(super) fn renew_works(store: &mut Store) -> Result<()> {
    if works_differ(store)? {
        let works = works(store)?;
        store.set_works(works)?;
    }
    Ok(())
}

/// The works that the pairs in the store imply.
fn works(store: &Store) -> Result<Works> {
    let mut works = Works::new(store.document_ids()?);
    store.for_each_pair(|pair| {
        works.add(&pair);
        Ok(())
    })?;
    Ok(works)
}

/// Whether they are other works than the store holds.
fn works_differ(store: &Store) -> Result<bool> {
    let mut implied = works(store)?.into_iter();
    let mut differ = false;
    store.for_each_work(|work| {
        differ = differ || implied.next() != Some(work);
        Ok(())
    })?;
    Ok(differ || implied.next().is_some())
}
