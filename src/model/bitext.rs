use serde::{Deserialize, Serialize};

/// How long the segments are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Blocks: paragraphs, headings, items, captions.
    Paragraph,
    /// Sentences.
    Sentence,
}

impl Level {
    /// `paragraph` or `sentence`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Paragraph => "paragraph",
            Level::Sentence => "sentence",
        }
    }
}

/// A bead: some source segments with the target segments that say the same. One side may be empty: then the segment
/// has no counterpart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bead {
    /// Indices of the source segments, increasing.
    pub source: Vec<u32>,
    /// Indices of the target segments, increasing.
    pub target: Vec<u32>,
    /// The aligner's own strength of belief; comparable within one alignment only.
    pub score: f32,
    /// Probability that the bead is right, 0 to 1.
    pub confidence: f32,
}

impl Bead {
    /// Whether both sides hold segments.
    pub fn is_aligned(&self) -> bool {
        !self.source.is_empty() && !self.target.is_empty()
    }

    /// `1-2` for one source segment with two target segments.
    pub fn shape(&self) -> String {
        format!("{}-{}", self.source.len(), self.target.len())
    }
}

/// A bitext: two documents, a level, and the beads between them. Every segment is in exactly one bead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bitext {
    /// Id of the source document.
    pub source: String,
    /// Id of the target document.
    pub target: String,
    /// What the beads hold.
    pub level: Level,
    /// The beads in source order.
    pub beads: Vec<Bead>,
}
