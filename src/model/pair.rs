use serde::{Deserialize, Serialize};

/// Why two documents belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PairKind {
    /// Versions of one work in two languages.
    Version,
    /// Two attestations of one text in the same language (syndicated, near-duplicate).
    Witness,
    /// Reports of one event, told freely.
    Event,
}

/// Two documents believed to be versions of one work or reports of one event.
///
/// The side with the smaller language tag is the source; within one language, the one with the smaller id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Id of the source document.
    pub source: String,
    /// Id of the target document.
    pub target: String,
    /// Why they belong together.
    pub kind: PairKind,
    /// Strength of belief, 0 to 1; 1 where the pages themselves say so.
    pub score: f32,
    /// What it rests on: `hreflang`, `names`, `numbers`, `text`, ...
    pub evidence: Vec<String>,
}

/// A work: what several documents say, apart from any language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Stable name: `w` and 12 hexadecimal digits.
    pub id: String,
    /// Ids of its documents, sorted by language, then id.
    pub documents: Vec<String>,
}
