//! korpu turns saved news pages into aligned multilingual corpora.
//!
//! The path data takes, one verb a module:
//!
//! 1. [`ingest`]: the bytes of a page become [`model::Document`]s with metadata and provenance.
//! 2. [`identify`]: each document and paragraph gets a language and a confidence, or `und`.
//! 3. [`segment`]: paragraphs become sentences, as spans into the text.
//! 4. [`represent`]: a text becomes a language-neutral representation (words, names, numbers).
//! 5. [`pair`]: documents that are versions of one work, or reports of one event, are paired.
//! 6. [`align`]: two documents become beads of paragraphs and of sentences; [`learn`] finds in them which words stand for each other.
//! 7. [`quote`]: who said what in a document, directly or in reported speech.
//! 8. [`link`]: quotes of many documents that render one statement become groups.
//! 9. [`compare`]: what differs between the renderings of a group, named.
//! 10. [`export`]: documents and bitexts become TMX, TEI, JSONL, a report to look at, and what other tools read.
//!
//! [`pipeline`] runs them in order over a [`store`]; [`evaluate`] compares what was found with gold.
//! Every step is a function of values: it takes no store, no clock and no network, and prints nothing.
#![warn(missing_docs)]

pub mod align;
pub mod cli;
pub mod compare;
pub mod decide;
pub mod embed;
pub mod error;
pub mod evaluate;
pub mod export;
pub mod identify;
pub mod import;
pub mod ingest;
pub mod language;
pub mod learn;
pub mod link;
pub mod model;
pub mod pair;
pub mod pipeline;
pub mod quote;
pub mod represent;
pub mod review;
pub mod segment;
pub mod store;

pub use error::{Error, Result};
