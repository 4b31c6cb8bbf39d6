//! A segment as exports see it: its name, its text and its language. The names are the same in TEI and JSONL.

use super::xml;
use crate::language::Lang;
use crate::model::{Document, Level};

/// A segment of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// Its text, as it stands in the document.
    pub(super) text: &'a str,
    /// The language of its block.
    pub(super) lang: &'a Lang,
    /// Which block of the document it is, or is in.
    pub(super) block: usize,
}

impl Segment<'_> {
    /// Whether XML keeps nothing of it; such a segment is not written and nothing may point to it.
    pub(super) fn is_blank(&self) -> bool {
        xml::is_blank(self.text)
    }
}

/// The segments of a level, in order: a bead's numbers are places in this list.
pub(super) fn segments(document: &Document, level: Level) -> Vec<Segment<'_>> {
    let segment = |block: usize, text| {
        let own = document.blocks.get(block).and_then(|b| b.language.as_ref());
        Segment { text, lang: &own.unwrap_or(&document.language).lang, block }
    };
    match level {
        Level::Paragraph => {
            document.blocks.iter().enumerate().map(|(n, b)| segment(n, b.span.of(&document.text))).collect()
        }
        Level::Sentence => document.sentences().map(|(n, span)| segment(n, span.of(&document.text))).collect(),
    }
}

/// Whether a bead with these segments begins with the first segment of a block.
pub(super) fn opens_block(segments: &[Segment], indices: &[u32]) -> bool {
    let block = |n: u32| segments.get(n as usize).map(|s| s.block);
    indices.first().is_some_and(|&n| n.checked_sub(1).is_none_or(|before| block(before) != block(n)))
}

/// The name of the segment at `index` (from 0): `d1.p1`, `d1.s1`.
pub(super) fn id(document: &str, level: Level, index: usize) -> String {
    let letter = match level {
        Level::Paragraph => 'p',
        Level::Sentence => 's',
    };
    format!("{document}.{letter}{}", index + 1)
}

/// The name of the quote at `index` (from 0): `d1.q1`.
pub(super) fn quote_id(document: &str, index: usize) -> String {
    format!("{document}.q{}", index + 1)
}
