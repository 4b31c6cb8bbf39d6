use super::super::answer::clean;
use crate::model::{Document, Level};

/// A segment as a page shows it.
#[derive(Clone, Debug)]
pub(in super::super) struct Segment {
    /// Its place among the segments of its document.
    pub n: u32,
    pub lang: String,
    pub text: String,
    /// Whether a block begins with it.
    pub opens: bool,
}

/// The segments of a document at a level.
pub(in super::super) fn segments(document: &Document, level: Level) -> Vec<Segment> {
    let lang = |block: usize| {
        let own = document.blocks.get(block).and_then(|block| block.language.as_ref());
        own.unwrap_or(&document.language).lang.to_string()
    };
    let blocks: Vec<(usize, crate::model::Span)> = match level {
        Level::Paragraph => document.blocks.iter().enumerate().map(|(n, block)| (n, block.span)).collect(),
        Level::Sentence => document.sentences().collect(),
    };
    let mut last = None;
    let segment = |(n, (block, span)): (u32, (usize, crate::model::Span))| {
        let opens = last.replace(block) != Some(block);
        Segment { n, lang: lang(block), text: clean(span.of(&document.text)), opens }
    };
    (0..).zip(blocks).map(segment).collect()
}
