use super::Quote;
use crate::language::Lang;

/// A speaker of a document: a person or body to whom it attributes words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The fullest name in the document.
    pub name: String,
    /// What it is.
    pub kind: SpeakerKind,
}

/// What speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SpeakerKind {
    /// Somebody with a name.
    Person,
    /// Somebody whom the text calls by what he or she is: "the minister".
    Role,
    /// A ministry, a company, a report: whatever is no person.
    Body,
}

/// One and the same speaker in several documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What it is.
    pub kind: SpeakerKind,
    /// Its names in each language, each once, sorted.
    pub names: Vec<(Lang, String)>,
    /// The documents that name it, and its place among the [`speakers`] of each; sorted, at least two documents.
    pub speakers: Vec<(String, u32)>,
}

/// The names of the speakers of a document, and of those that may be meant in their place: each once, in the order of its quotes.
pub fn speakers(quotes: &[Quote]) -> Vec<&str> {
    let mut seen = std::collections::BTreeSet::new();
    let names = quotes.iter().flat_map(|q| q.speaker.iter().chain(&q.alternatives));
    names.map(String::as_str).filter(|name| seen.insert(*name)).collect()
}
