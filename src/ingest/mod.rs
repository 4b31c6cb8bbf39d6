//! A page becomes a document: bytes are decoded, the main text is kept as blocks in order, furniture is left out, and
//! what the page says of itself is read.

mod claims;
mod clean;
mod date;
mod headline;
mod jsonld;
mod labels;
mod lines;
mod markdown;
mod metadata;
mod text;
mod versions;
mod walk;

use crate::language::Languages;
use crate::model::{Document, Page, Refusal};

/// Makes the document of a page.
///
/// The document has an id, text, blocks, metadata and provenance; its language is `und` and it has no sentences yet.
/// A page without usable text is a [`Refusal`] that says why.
pub fn document(page: &Page, languages: &Languages) -> Result<Document, Refusal> {
    let _ = languages;
    Err(Refusal { place: page.provenance.place(), reason: "not written yet".into() })
}
