//! A page becomes a document: bytes are decoded, the main text is kept as blocks in order, furniture is left out, and
//! what the page says of itself is read.

pub mod container;

mod assemble;
mod claims;
mod clean;
mod content;
mod date;
mod decode;
mod furniture;
mod headline;
mod jsonld;
mod labels;
mod lead;
mod lines;
mod markdown;
mod metadata;
mod saved;
mod text;
mod tree;
mod versions;
mod walk;

use crate::language::Languages;
use crate::model::{Document, MediaType, Page, Refusal};
use scraper::Html;
use url::Url;

/// Bytes a page may have: the largest news pages, with their pictures inlined, stay below 30 MB.
pub const PAGE_BYTES: usize = 64 << 20;

/// Makes the document of a page.
///
/// The document has an id, text, blocks, metadata and provenance; its language is `und` and it has no sentences yet.
/// A page without usable text is a [`Refusal`] that says why.
pub fn document(page: &Page, languages: &Languages) -> Result<Document, Refusal> {
    let refuse = |reason: String| Refusal { place: page.provenance.place(), reason };
    if page.bytes.len() > PAGE_BYTES {
        let (size, limit) = (page.bytes.len() >> 20, PAGE_BYTES >> 20);
        return Err(refuse(format!("{size} MB in one page, the limit is {limit} MB. Try splitting the file")));
    }
    let (decoded, encoding) = decode::decode(&page.bytes, page.charset.as_deref()).map_err(refuse)?;
    let mut provenance = page.provenance.clone();
    provenance.encoding = encoding.name().into();
    let (blocks, metadata) = match page.media_type {
        MediaType::Html => {
            if let (None, Some((url, fetched))) = (&provenance.url, saved::origin(&decoded)) {
                provenance.url = Some(url);
                provenance.fetched = fetched.or(provenance.fetched);
            }
            let html = tree::tidy(&decoded).map_err(refuse)?;
            let address = provenance.url.as_deref().and_then(|url| Url::parse(url).ok());
            let tree = Html::parse_document(&html);
            let metadata = metadata::read(&tree, address.as_ref(), languages);
            (content::blocks(&html, &tree, languages), metadata)
        }
        MediaType::Text => text::read(&decoded, false, languages),
        MediaType::Markdown => text::read(&decoded, true, languages),
    };
    if provenance.blake3.is_empty() {
        provenance.blake3 = blake3::hash(&page.bytes).to_hex().to_string();
    }
    provenance.bytes = page.bytes.len() as u64;
    assemble::document(blocks, metadata, provenance).map_err(refuse)
}
