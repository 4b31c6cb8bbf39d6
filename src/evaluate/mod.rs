//! Found against gold: strict and lax precision, recall and F1 of alignments.

mod beads;

pub use beads::{Figures, Ladder, Score, parse_ladder, score};
