//! Documents -> pairs that are versions of one work, or reports of one event.
//!
//! A page's own links to its other languages come first. The rest is found by what documents share whatever their
//! language: concepts, romanised names, numbers, and the day. Candidates come from an inverted [`Index`] of features,
//! never from comparing all with all; near-duplicates within a language are told by MinHash (Broder 1997).

mod among;
mod candidates;
mod index;
mod signature;
mod works;

pub use among::pairs_among;
pub use candidates::{Candidate, candidates_of, pairs_of};
pub use index::{Index, Memory};
pub use signature::{signature, similarity};
pub use works::Works;
