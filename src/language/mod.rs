//! Languages: tags, casing, and the data a linguist can edit (`languages/`).
//!
//! Algorithms never name a language. They ask a [`Language`] for a property (its casing, its abbreviations), and a
//! [`Languages`] for the language of a tag. A new language is one folder of data and one line in `bundled.rs`.

mod bundled;
mod casing;
pub mod codes;
mod lang;
mod letters;
mod ngrams;
mod quote_words;
mod resources;
mod search_key;
mod shades;
mod spelling;
mod vectors;

pub use casing::{Casing, lower};
pub use lang::Lang;
pub use ngrams::{Ngrams, ORDER as NGRAM_ORDER, ngram_key};
pub use quote_words::{Cues, QuoteWords};
pub use resources::{Apostrophe, Language, Languages, Neighbour, Numbers};
pub use search_key::search_key;
pub use shades::{NONE, STRENGTHS, Senses, Shades, WEAK};
pub use vectors::{Found, Row, Vectors};
