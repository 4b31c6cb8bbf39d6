//! Stores and documents for the tests of this folder.

use super::{Entry, Store};
use crate::language::Lang;
use crate::model::{
    Block, BlockKind, Document, Feature, Identification, Metadata, OfferedVersion, Provenance, Republication,
    Signature, Span,
};
use tempfile::TempDir;

/// An empty store; its folder is gone with the first value.
pub(super) fn new_store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("corpus.korpu")).unwrap();
    (folder, store)
}

pub(super) fn lang(tag: &str) -> Lang {
    Lang::parse(tag).unwrap()
}

/// A document of one paragraph, with a sentence up to each full stop.
pub(super) fn document(id: &str, tag: &str, text: &str) -> Document {
    let mut sentences = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive(". ") {
        let sentence = part.trim_end();
        sentences.push(Span::new(start, start + sentence.len()));
        start += part.len();
    }
    let span = Span::new(0, text.trim_end().len());
    Document {
        id: id.into(),
        revision: 1,
        text: text.into(),
        blocks: vec![Block { sentences, ..Block::new(BlockKind::Paragraph, span) }],
        language: Identification { lang: lang(tag), confidence: 0.97 },
        provenance: Provenance {
            path: format!("pages/{id}.html"),
            blake3: blake3::hash(format!("{id} {text}").as_bytes()).to_hex().to_string(),
            bytes: text.len() as u64,
            encoding: "UTF-8".into(),
            ..Provenance::default()
        },
        ..Document::default()
    }
}

/// A document that says everything a document can say.
pub(super) fn full_document(id: &str) -> Document {
    let parts = [
        (BlockKind::Title, "Körpü açıldı", 1),
        (BlockKind::Paragraph, "Bu gün. Dünən.", 2),
        (BlockKind::Heading, "Sözlər", 0),
        (BlockKind::Quote, "«Мы рады».", 1),
        (BlockKind::Item, "birinci", 0),
        (BlockKind::Caption, "Foto: Aydın", 1),
    ];
    let (mut text, mut blocks) = (String::new(), Vec::new());
    for (kind, part, sentences) in parts {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let span = Span::new(text.len(), text.len() + part.len());
        text.push_str(part);
        let cut = span.start + 7;
        let sentences = match sentences {
            0 => vec![],
            1 => vec![span],
            _ => vec![Span { end: cut, ..span }, Span { start: cut + 2, ..span }],
        };
        blocks.push(Block { sentences, ..Block::new(kind, span) });
    }
    blocks[3].language = Some(Identification { lang: lang("ru"), confidence: 0.875 });
    Document {
        id: id.into(),
        revision: 1,
        text,
        blocks,
        language: Identification { lang: lang("az"), confidence: 0.9 },
        metadata: Metadata {
            title: Some("Körpü açıldı".into()),
            outlet: Some("Xəzər Xəbər".into()),
            bylines: vec!["Aydın Quliyev".into(), "Aydın Quliyev".into(), "В. Лист".into()],
            published: Some("2017-11-19T19:32:00+04:00".parse().unwrap()),
            modified: Some("2017-11-20".parse().unwrap()),
            url: Some("https://khazar.example/az/1".into()),
            section: Some("Cəmiyyət".into()),
            licence: Some("CC BY 4.0".into()),
            description: Some("Körpü haqqında".into()),
            declared_language: Some("az-AZ".into()),
            versions: vec![
                OfferedVersion { lang: lang("iw"), source_tag: "iw".into(), url: None },
                OfferedVersion {
                    lang: lang("en"),
                    source_tag: "EN".into(),
                    url: Some("https://khazar.example/en/1".into()),
                },
            ],
            republished: Some(Republication {
                source: Some("Bulvar".into()),
                url: Some("https://bulvar.example/1".into()),
                published: Some("2017-11-18T08:00:00Z".parse().unwrap()),
            }),
        },
        provenance: Provenance {
            path: "crawl/2017.warc.gz".into(),
            member: Some("urn:uuid:1".into()),
            url: Some("http://www.khazar.example/az/1?utm_source=x".into()),
            fetched: Some("2017-11-21T00:00:01Z".parse().unwrap()),
            blake3: blake3::hash(id.as_bytes()).to_hex().to_string(),
            bytes: 41_234,
            encoding: "windows-1254".into(),
        },
    }
}

/// The document with an empty signature.
pub(super) fn entry(document: Document) -> Entry {
    Entry::Document { document, signature: Signature::default() }
}

/// The document with these features, each of weight 1.5, and a day.
pub(super) fn signed(document: Document, day: Option<i32>, hashes: &[u64]) -> Entry {
    let features = hashes.iter().map(|&hash| Feature { hash, weight: 1.5 }).collect();
    Entry::Document { document, signature: Signature { day, features, minhash: vec![1, u32::MAX, 3] } }
}
