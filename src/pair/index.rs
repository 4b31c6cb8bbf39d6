use crate::error::Result;
use crate::language::Lang;
use crate::model::Signature;
use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;

/// An inverted index: which documents hold a feature. The store is one; [`Memory`] is one for a list of files.
pub trait Index {
    /// How many documents there are.
    fn documents(&self) -> Result<usize>;
    /// How many of them hold a feature.
    fn frequency(&self, feature: u64) -> Result<u32>;
    /// Some documents that hold a feature, with their day in the range or without a day, at most `limit`.
    fn postings(&self, feature: u64, days: Option<RangeInclusive<i32>>, limit: usize) -> Result<Vec<String>>;
    /// The language and signature of a document.
    fn signature(&self, id: &str) -> Result<Option<(Lang, Signature)>>;
    /// The documents that it, or that themselves, offer as other versions.
    fn offered(&self, id: &str) -> Result<Vec<String>>;
}

/// An index in memory.
#[derive(Debug, Default)]
pub struct Memory {
    documents: FxHashMap<String, (Lang, Signature)>,
    postings: FxHashMap<u64, Vec<String>>,
}

impl Memory {
    /// Adds a document; one of the same id must not be there yet.
    pub fn add(&mut self, id: &str, lang: Lang, signature: Signature) {
        for feature in &signature.features {
            self.postings.entry(feature.hash).or_default().push(id.to_owned());
        }
        self.documents.insert(id.to_owned(), (lang, signature));
    }
}

impl Memory {
    /// The language of a document.
    pub fn lang(&self, id: &str) -> Option<&Lang> {
        self.documents.get(id).map(|d| &d.0)
    }
}

impl Index for Memory {
    fn documents(&self) -> Result<usize> {
        Ok(self.documents.len())
    }

    fn frequency(&self, feature: u64) -> Result<u32> {
        Ok(self.postings.get(&feature).map_or(0, |p| p.len() as u32))
    }

    fn postings(&self, feature: u64, days: Option<RangeInclusive<i32>>, limit: usize) -> Result<Vec<String>> {
        let near = |id: &&String| match (&days, self.documents.get(*id).and_then(|d| d.1.day)) {
            (Some(days), Some(day)) => days.contains(&day),
            _ => true,
        };
        Ok(self.postings.get(&feature).into_iter().flatten().filter(near).take(limit).cloned().collect())
    }

    fn signature(&self, id: &str) -> Result<Option<(Lang, Signature)>> {
        Ok(self.documents.get(id).cloned())
    }

    fn offered(&self, _: &str) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}
