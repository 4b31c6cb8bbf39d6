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

/// The evidence of a pair that was imported: its beads are those of the file.
pub const IMPORTED: &str = "file";

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

impl Pair {
    /// Versions of one work, as an imported file says.
    pub fn imported(source: &str, target: &str) -> Pair {
        let (source, target) = (source.to_owned(), target.to_owned());
        Pair { source, target, kind: PairKind::Version, score: 1.0, evidence: vec![IMPORTED.to_owned()] }
    }
}

/// A work: what several documents say, apart from any language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Stable name: `w` and 12 hexadecimal digits.
    pub id: String,
    /// Ids of its documents, sorted by language, then id.
    pub documents: Vec<String>,
}

/// What pairing keeps of a document: small, language-neutral, comparable without the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signature {
    /// Day of publication since 1970-01-01, where known.
    pub day: Option<i32>,
    /// Its heaviest features (names, numbers, rare words in romanised form), at most 256, sorted by hash, each hash once.
    pub features: Vec<Feature>,
    /// MinHash of its word shingles (Broder 1997), for near-duplicates in one language; empty for very short texts.
    pub minhash: Vec<u32>,
}

/// One language-neutral feature of a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// A stable 64-bit hash of the feature.
    pub hash: u64,
    /// Its weight in the document, above 0.
    pub weight: f32,
}
