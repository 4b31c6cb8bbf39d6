use super::{Bead, Moment, PairKind, Span};
use serde::{Deserialize, Serialize};

/// A decision: what a reviewer laid down, about which texts, and when.
///
/// Decisions are only ever added: the latest wins, and undoing one is a further decision. What they come to is worked out in
/// [`crate::decide`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Its place among all decisions of a store, counted from 1.
    pub number: u64,
    /// What it is about.
    pub subject: Subject,
    /// Who decided, by the name they gave.
    pub reviewer: String,
    /// When.
    pub made: Moment,
    /// What was decided.
    pub act: Act,
}

/// A text as it was in one revision. Spans of a decision are of this text, so that it says nothing of later revisions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Text {
    /// Id of the document.
    pub document: String,
    /// The number of the revision.
    pub revision: u32,
}

/// What a decision is about: the pair of two texts, or one text alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// The source, or the one text.
    pub source: Text,
    /// The target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Text>,
}

impl Subject {
    /// Its texts: one or two.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        std::iter::once(&self.source).chain(&self.target)
    }
}

/// A bead as a decision names it: by the spans of its segments, which stay what they are when segments are counted anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The spans of the source segments, in order.
    pub source: Vec<Span>,
    /// The spans of the target segments, in order.
    pub target: Vec<Span>,
}

impl Held {
    /// The bead of these segments, by their places; `None` where a place is not there.
    pub fn of([source, target]: [&[u32]; 2], [sources, targets]: [&[Span]; 2]) -> Option<Held> {
        let side = |places: &[u32], segments: &[Span]| -> Option<Vec<Span>> {
            places.iter().map(|n| segments.get(*n as usize).copied()).collect()
        };
        Some(Held { source: side(source, sources)?, target: side(target, targets)? })
    }

    /// The bead by the places of its segments; `None` where a span is no segment, nor several that it was cut into since. Segments
    /// are in order.
    pub fn among(&self, [source, target]: [&[Span]; 2]) -> Option<Bead> {
        let side = |spans: &[Span], segments: &[Span]| -> Option<Vec<u32>> {
            let mut places = Vec::with_capacity(spans.len());
            for span in spans {
                let first = segments.binary_search_by_key(&span.start, |s| s.start).ok()?;
                let last = first + segments[first..].binary_search_by_key(&span.end, |s| s.end).ok()?;
                places.extend((first..=last).map(|n| n as u32));
            }
            Some(places)
        };
        Some(Bead {
            source: side(&self.source, source)?,
            target: side(&self.target, target)?,
            score: 0.0,
            confidence: 1.0,
        })
    }
}

/// One of the two texts of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The first.
    Source,
    /// The second.
    Target,
}

/// How a reviewer came by the beads that hold: the word for what was done, for whoever reads the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The aligner's bead is right.
    Accept,
    /// Beads became one.
    Merge,
    /// A bead became several.
    Split,
    /// A segment went from one bead to another.
    Move,
    /// Segments without a counterpart, or of several beads, became one bead.
    Link,
    /// The segments of a bead have no counterpart.
    Unlink,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// The segments of these beads are together as in them, and with no others.
    Hold {
        /// What the reviewer did.
        change: Change,
        /// The beads; no segment in two of them.
        beads: Vec<Held>,
    },
    /// This bead is wrong, whatever is right.
    Reject {
        /// The bead.
        bead: Held,
    },
    /// A sentence of one of the texts is two.
    Cut {
        /// Of which text.
        side: End,
        /// Before which byte of it the second begins.
        at: u32,
    },
    /// A remark on a bead, or on the whole pair where there is none.
    Note {
        /// The bead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bead: Option<Held>,
        /// The remark; empty takes it away.
        text: String,
    },
    /// The two documents belong together.
    Pair {
        /// Why.
        kind: PairKind,
    },
    /// The two documents do not belong together.
    Unpair,
    /// Whose words a quote is: its first span names it.
    Speaker {
        /// The first span of the quote.
        quote: Span,
        /// The speaker; absent where it is nobody's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speaker: Option<String>,
    },
    /// Two quotes, one of each text, render one statement, or do not.
    Rendering {
        /// Their first spans, that of the source first.
        quotes: [Span; 2],
        /// Whether they do.
        same: bool,
    },
    /// An earlier decision on the same subject no longer counts.
    Undo {
        /// Its number.
        decision: u64,
    },
    /// A decision that was undone counts again.
    Redo {
        /// Its number.
        decision: u64,
    },
}

impl Act {
    /// Whether it only says of another decision whether it counts.
    pub fn is_about_another(&self) -> bool {
        matches!(self, Act::Undo { .. } | Act::Redo { .. })
    }
}

/// That a bead is a reviewer's and no longer the aligner's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// The number of the decision by which it holds.
    pub decision: u64,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub made: Moment,
}
