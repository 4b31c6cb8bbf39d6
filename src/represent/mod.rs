//! A representation: what a segment says, as far as it can be compared without knowing its language.
//!
//! Words become [`Term`]s: an interned word with its stem, its romanised skeleton (so that names look alike across
//! scripts), its value if it is a [`Figure`], its concepts from the lexicon, and its vector. A [`Representation`] holds the terms of
//! one document's segments, computed once; pair and align compare terms ([`Similarity`]), never text.

mod comparison;
mod figure;
mod forms;
mod lexicon;
mod lists;
mod near;
mod piece;
mod similarity;
mod skeleton;
mod stem;
mod term;
mod translations;
mod weight;

pub use comparison::Comparison;
pub use figure::{Decimal, Figure, Meaning, Unit, figures};
pub use lexicon::{Lexicon, forms_of};
pub use lists::Lists;
pub use similarity::Similarity;
pub use skeleton::skeleton;
pub use stem::Stemmer;
pub use term::{Matrix, Representation, Represented, Term, represent};
pub use translations::Translations;
