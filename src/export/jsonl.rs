//! JSON Lines: documents, beads, quotes and groups of renderings, one a line, as `schemas/document.schema.json`,
//! `bitext.schema.json`, `quote.schema.json` and `group.schema.json` say.
//!
//! Text is written as it is: spans (byte offsets into the UTF-8 of `text`) hold. A line of a document is also a
//! [`Document`] for serde; what it has beyond that, the names and texts of segments, is for readers that do not count
//! bytes.

use super::{number, segment};
use crate::language::Lang;
use crate::model::{
    Bitext, Block, BlockKind, Document, Form, Group, Identification, Level, Metadata, Moment, Provenance, Quote,
    Recovery, Span,
};
use serde::Serialize;
use std::collections::BTreeMap;
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

/// Words of a text: where they stand, and the words.
#[derive(Serialize)]
struct Words<'a> {
    span: Span,
    text: &'a str,
}

impl<'a> Words<'a> {
    fn of(span: Span, text: &'a str) -> Self {
        Words { span, text: span.of(text) }
    }

    fn all(spans: &[Span], text: &'a str) -> Vec<Self> {
        spans.iter().map(|span| Words::of(*span, text)).collect()
    }
}

#[derive(Serialize)]
struct QuoteLine<'a> {
    id: String,
    document: &'a str,
    language: &'a Lang,
    form: Form,
    words: Vec<Words<'a>>,
    clause: Option<Words<'a>>,
    cue: Option<Words<'a>>,
    mention: Option<Words<'a>>,
    speaker: Option<&'a str>,
    alternatives: &'a [String],
    insertions: Vec<Words<'a>>,
    earlier: bool,
    recovered: Option<Recovery>,
    confidence: Option<f32>,
    groups: Vec<&'a str>,
}

#[derive(Serialize)]
struct GroupLine<'a> {
    id: &'a str,
    confidence: Option<f32>,
    renderings: Vec<RenderingLine<'a>>,
}

#[derive(Serialize)]
struct RenderingLine<'a> {
    quote: String,
    document: &'a str,
    outlet: Option<&'a str>,
    url: Option<&'a str>,
    published: Option<Moment>,
    language: &'a Lang,
    form: Form,
    speaker: Option<&'a str>,
    words: Vec<Words<'a>>,
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
                confidence: probability(bead.confidence),
            },
        )?;
    }
    Ok(())
}

/// Writes the quotes of a document, one a line; `groups` are those that have a rendering in it.
pub fn quotes(out: &mut dyn Write, document: &Document, quotes: &[Quote], groups: &[Group]) -> io::Result<()> {
    let mut of: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for group in groups {
        let here = group.renderings.iter().filter(|rendering| rendering.document == document.id);
        here.for_each(|rendering| of.entry(rendering.quote).or_default().push(&group.id));
    }
    let text = document.text.as_str();
    for (n, quote) in quotes.iter().enumerate() {
        let line = QuoteLine {
            id: segment::quote_id(&document.id, n),
            document: &document.id,
            language: &document.language.lang,
            form: quote.form,
            words: Words::all(&quote.spans, text),
            clause: quote.clause.map(|span| Words::of(span, text)),
            cue: quote.cue.map(|span| Words::of(span, text)),
            mention: quote.mention.map(|span| Words::of(span, text)),
            speaker: quote.speaker.as_deref(),
            alternatives: &quote.alternatives,
            insertions: Words::all(&quote.insertions, text),
            earlier: quote.earlier,
            recovered: quote.recovered,
            confidence: probability(quote.confidence),
            groups: of.remove(&(n as u32)).unwrap_or_default(),
        };
        write_line(out, &line)?;
    }
    Ok(())
}

/// Writes a group of renderings as one line; `documents` has each of their documents by its id, with its quotes. A rendering of a
/// quote that is not there is left out.
pub fn group(
    out: &mut dyn Write,
    group: &Group,
    documents: &BTreeMap<String, (Document, Vec<Quote>)>,
) -> io::Result<()> {
    let renderings = group.renderings.iter().filter_map(|rendering| {
        let (document, quotes) = documents.get(&rendering.document)?;
        let quote = quotes.get(rendering.quote as usize)?;
        Some(RenderingLine {
            quote: segment::quote_id(&document.id, rendering.quote as usize),
            document: &document.id,
            outlet: document.metadata.outlet.as_deref(),
            url: document.url(),
            published: document.metadata.published,
            language: &document.language.lang,
            form: quote.form,
            speaker: quote.speaker.as_deref(),
            words: Words::all(&rendering.spans, &document.text),
            confidence: probability(rendering.confidence),
        })
    });
    let line = GroupLine { id: &group.id, confidence: probability(group.confidence), renderings: renderings.collect() };
    write_line(out, &line)
}

/// A number from 0 to 1; `None` where it is none.
fn probability(value: f32) -> Option<f32> {
    number::finite(value).map(|c| c.clamp(0.0, 1.0))
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
