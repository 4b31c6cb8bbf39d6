//! A representation: what a segment says, as far as it can be compared without knowing its language.
//!
//! Words become [`Term`]s: an interned word with its stem, its romanised skeleton (so that names look alike across
//! scripts), its number, and its concepts from the lexicon. A [`Representation`] holds the terms of one document's
//! segments, computed once; pair and align compare terms, never text.

mod lexicon;
mod skeleton;
mod stem;
mod term;

pub use lexicon::Lexicon;
pub use skeleton::skeleton;
pub use stem::Stemmer;
pub use term::{Representation, Represented, Term, represent};
