//! A segment's borders: text -> spans of sentences, and of words. Nothing is copied.
//!
//! Sentences are found by rules over the data of a language (its abbreviations, whether a number with a stop is an
//! ordinal). A stop ends a sentence only where what follows can begin one; everything else is an exception to that.

mod sentence;
mod word;

pub use sentence::sentences;
pub(crate) use word::is_letter;
pub use word::{Word, words};

use crate::language::Languages;
use crate::model::Document;

/// Fills in the sentences of every block, by the rules of the block's language (else the document's).
pub fn document(document: &mut Document, languages: &Languages) {
    let main = document.language.lang.clone();
    for block in &mut document.blocks {
        let lang = block.language.as_ref().map_or(&main, |l| &l.lang);
        let text = block.span.of(&document.text);
        let start = block.span.start;
        block.sentences = sentences(text, languages.get(lang.as_str()))
            .into_iter()
            .map(|s| crate::model::Span { start: s.start + start, end: s.end + start })
            .collect();
    }
}
