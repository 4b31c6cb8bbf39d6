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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Provenance;
    use proptest::prelude::*;

    fn page(bytes: &[u8], media_type: MediaType) -> Page {
        let provenance = Provenance { path: "folder/page.html".into(), ..Provenance::default() };
        Page { bytes: bytes.to_vec(), media_type, charset: None, provenance }
    }

    fn check(bytes: &[u8], reason: &str) {
        let refusal = document(&page(bytes, MediaType::Html), Languages::bundled()).unwrap_err();
        assert_eq!(refusal.place, "folder/page.html");
        assert!(refusal.reason.contains(reason), "{}", refusal.reason);
    }

    /// That blocks lie on the boundaries of characters, in order, a blank line apart, and cover the text.
    fn is_sound(document: &Document) -> bool {
        let texts: Vec<_> = document.blocks.iter().map(|block| block.span.of(&document.text)).collect();
        texts.join("\n\n") == document.text && texts.iter().all(|text| !text.is_empty() && !text.contains('\n'))
    }

    #[test]
    fn a_page_becomes_a_document_with_its_provenance() {
        let html = "<!-- saved from url=(0030)https://korpu.example/az/1.html --><html><head><title>Başlıq</title></head>\
                    <body><h1>Başlıq</h1><p>Bakıda sərgi açılıb.</p></body></html>";
        let document = document(&page(html.as_bytes(), MediaType::Html), Languages::bundled()).unwrap();
        assert_eq!(document.text, "Başlıq\n\nBakıda sərgi açılıb.");
        let provenance = &document.provenance;
        assert_eq!(provenance.url.as_deref(), Some("https://korpu.example/az/1.html"));
        assert_eq!((provenance.encoding.as_str(), provenance.bytes), ("UTF-8", html.len() as u64));
        assert_eq!(provenance.blake3, blake3::hash(html.as_bytes()).to_hex().as_str());
        assert!(is_sound(&document));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        check(b"", "empty");
        check(b"%PDF-1.4", "looks like a PDF file");
        check(b"<html><body></body></html>", "no article text found");
        check(&vec![b'a'; PAGE_BYTES + (1 << 20)], "65 MB in one page, the limit is 64 MB");
    }

    #[test]
    fn a_page_nested_100_000_deep_is_read() {
        let html = format!("{}<p>Bakıda sərgi açılıb.</p>{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        let document = document(&page(html.as_bytes(), MediaType::Html), Languages::bundled()).unwrap();
        assert!(document.text.contains("Bakıda sərgi açılıb."));
    }

    /// Tags, text and fragments of markup, as broken pages mix them.
    fn soup() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "</?(p|div|b|a|i|table|tr|td|li|ul|h1|h2|br|span|figure|figcaption|blockquote|script|svg|title|body)( class=\"[a-z -]{0,8}\")?/?>",
            "[a-zəşıİğüА-я .,!«»—]{0,80}",
            "<[!/?a-z\"'= -]{0,6}|&[a-z#0-9]{0,6};?",
            "\\PC{0,20}",
            any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            for media_type in [MediaType::Html, MediaType::Text, MediaType::Markdown] {
                if let Ok(document) = document(&page(&bytes, media_type), Languages::bundled()) {
                    prop_assert!(is_sound(&document));
                }
            }
        }

        #[test]
        fn tag_soup_gives_sound_documents_or_none(html in soup()) {
            if let Ok(document) = document(&page(html.as_bytes(), MediaType::Html), Languages::bundled()) {
                prop_assert!(is_sound(&document), "{:?}", document.text);
            }
        }
    }
}
