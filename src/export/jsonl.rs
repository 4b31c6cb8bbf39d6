//! JSON Lines: documents and beads, one a line, as `schemas/document.schema.json` and `schemas/bitext.schema.json` say.
//!
//! Text is written as it is: spans (byte offsets into the UTF-8 of `text`) hold. A line of a document is also a
//! [`Document`] for serde; what it has beyond that, the names and texts of segments, is for readers that do not count
//! bytes.

use super::{number, segment};
use crate::language::Lang;
use crate::model::{Bitext, Block, BlockKind, Document, Identification, Level, Metadata, Provenance, Span};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct DocumentLine<'a> {
    id: &'a str,
    revision: u32,
    language: &'a Identification,
    metadata: &'a Metadata,
    provenance: &'a Provenance,
    blocks: Vec<BlockLine<'a>>,
    text: &'a str,
}

#[derive(Serialize)]
struct BlockLine<'a> {
    id: String,
    kind: BlockKind,
    span: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a Identification>,
    text: &'a str,
    sentences: &'a [Span],
    sentence_ids: Vec<String>,
    sentence_texts: Vec<&'a str>,
}

#[derive(Serialize)]
struct BeadLine<'a> {
    source: &'a str,
    target: &'a str,
    source_language: &'a Lang,
    target_language: &'a Lang,
    level: Level,
    bead: String,
    source_ids: Vec<String>,
    target_ids: Vec<String>,
    source_texts: Vec<&'a str>,
    target_texts: Vec<&'a str>,
    score: Option<f32>,
    confidence: Option<f32>,
}

/// Writes a document as one line.
///
/// ```
/// use korpu::{export::jsonl, model::Document};
/// let document = Document { id: "d1".into(), text: "Salam, dünya!".into(), ..Document::default() };
/// let mut out = Vec::new();
/// jsonl::document(&mut out, &document).unwrap();
/// assert_eq!(serde_json::from_slice::<Document>(&out).unwrap(), document);
/// ```
pub fn document(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    let mut sentence = 0;
    let blocks = document.blocks.iter().enumerate().map(|(n, block)| {
        let first = sentence;
        sentence += block.sentences.len();
        BlockLine {
            id: segment::id(&document.id, Level::Paragraph, n),
            kind: block.kind,
            span: block.span,
            language: block.language.as_ref(),
            text: block.span.of(&document.text),
            sentences: &block.sentences,
            sentence_ids: (first..sentence).map(|s| segment::id(&document.id, Level::Sentence, s)).collect(),
            sentence_texts: sentence_texts(block, &document.text),
        }
    });
    let line = DocumentLine {
        id: &document.id,
        revision: document.revision,
        language: &document.language,
        metadata: &document.metadata,
        provenance: &document.provenance,
        blocks: blocks.collect(),
        text: &document.text,
    };
    write_line(out, &line)
}

fn sentence_texts<'a>(block: &Block, text: &'a str) -> Vec<&'a str> {
    block.sentences.iter().map(|span| span.of(text)).collect()
}

/// Writes the beads of a bitext, one a line, those without a counterpart too (`"bead":"1-0"`).
///
/// `source` and `target` are the bitext's documents.
pub fn bitext(out: &mut dyn Write, bitext: &Bitext, source: &Document, target: &Document) -> io::Result<()> {
    let sides = [source, target].map(|document| (document, segment::segments(document, bitext.level)));
    let [(source, source_segments), (target, target_segments)] = &sides;
    let ids = |document: &Document, indices: &[u32]| {
        indices.iter().map(|n| segment::id(&document.id, bitext.level, *n as usize)).collect()
    };
    for bead in &bitext.beads {
        write_line(
            out,
            &BeadLine {
                source: &source.id,
                target: &target.id,
                source_language: &source.language.lang,
                target_language: &target.language.lang,
                level: bitext.level,
                bead: bead.shape(),
                source_ids: ids(source, &bead.source),
                target_ids: ids(target, &bead.target),
                source_texts: texts(source_segments, &bead.source),
                target_texts: texts(target_segments, &bead.target),
                score: number::finite(bead.score),
                confidence: number::finite(bead.confidence).map(|c| c.clamp(0.0, 1.0)),
            },
        )?;
    }
    Ok(())
}

fn texts<'a>(segments: &[segment::Segment<'a>], indices: &[u32]) -> Vec<&'a str> {
    indices.iter().map(|n| segments.get(*n as usize).map_or("", |s| s.text)).collect()
}

fn write_line(out: &mut dyn Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Bead;

    #[test]
    fn a_bead_line_names_its_segments_and_a_score_that_is_none_is_null() {
        let side = |id: &str, text: &str| Document {
            id: id.into(),
            text: text.into(),
            blocks: vec![Block::new(BlockKind::Paragraph, Span::new(0, text.len()))],
            ..Document::default()
        };
        let bead = Bead { source: vec![0], target: vec![], score: f32::NAN, confidence: 0.5 };
        let beads = Bitext { source: "d1".into(), target: "d2".into(), level: Level::Paragraph, beads: vec![bead] };
        let mut out = Vec::new();
        bitext(&mut out, &beads, &side("d1", "Salam."), &side("d2", "Привет.")).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"source\":\"d1\",\"target\":\"d2\",\"source_language\":\"und\",\"target_language\":\"und\",\
             \"level\":\"paragraph\",\"bead\":\"1-0\",\"source_ids\":[\"d1.p1\"],\"target_ids\":[],\
             \"source_texts\":[\"Salam.\"],\"target_texts\":[],\"score\":null,\"confidence\":0.5}\n"
        );
    }
}
