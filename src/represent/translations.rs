use super::Term;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// So many characters of a stem tell which word it is.
const BEGINNING: usize = 5;

/// Words of two languages that stand for each other, each pair with how surely: what was learned of them, not looked up.
///
/// Words are known by a hash of how their stems begin, so that the table holds no text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Translations {
    by_source: FxHashMap<u64, Vec<(u64, f32)>>,
}

impl Translations {
    /// By what a term is known here: endings that no stemmer knows would part the forms of a word.
    pub fn key(term: &Term) -> u64 {
        let mut hasher = FxHasher::default();
        let end = term.stem.char_indices().nth(BEGINNING).map_or(term.stem.len(), |(at, _)| at);
        hasher.write(&term.stem.as_bytes()[..end]);
        hasher.finish()
    }

    /// Adds a pair of keys with its similarity, above 0 and at most 1.
    pub fn add(&mut self, source: u64, target: u64, similarity: f32) {
        self.by_source.entry(source).or_default().push((target, similarity));
    }

    /// The translations of a source word: target keys with their similarities.
    pub fn of(&self, source: u64) -> &[(u64, f32)] {
        self.by_source.get(&source).map_or(&[], Vec::as_slice)
    }

    /// How many pairs it holds.
    pub fn len(&self) -> usize {
        self.by_source.values().map(Vec::len).sum()
    }

    /// Whether nothing was learned.
    pub fn is_empty(&self) -> bool {
        self.by_source.is_empty()
    }
}
