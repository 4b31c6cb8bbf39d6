//! A row is a bead, or two renderings of one statement, with all that is known of it: its texts, where each side comes from, how
//! sure it is. Tables, Moses pairs and XLIFF are made of rows.

use super::segment::{self, Segment};
use super::{Length, Sieve, xml};
use crate::language::Lang;
use crate::model::{Bitext, Document, Form, Level};
use std::borrow::Cow;

/// A bead of a bitext, or two renderings of one statement, with texts and documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// Its name, distinct within the corpus: `d1-d2.s3` for the third sentence bead between two documents.
    pub id: String,
    /// How long its texts are.
    pub length: Length,
    /// The shape of the bead: `1-1`, `2-1`, `0-1`.
    pub bead: String,
    /// Probability that the bead is right, 0 to 1; no number where that is unknown.
    pub confidence: f32,
    /// The aligner's score.
    pub score: f32,
    /// The source side.
    pub source: Side<'a>,
    /// The target side.
    pub target: Side<'a>,
}

/// One side of a row. Where the bead has no segments on this side, there are no names and no text.
#[derive(Clone, Debug, PartialEq)]
pub struct Side<'a> {
    /// The document it is from.
    pub document: &'a Document,
    /// Its language: that of its segments, `und` where they differ, that of the document where there are none.
    pub lang: Lang,
    /// The names of its segments: `d1.s1`; of a rendering that of its quote: `d1.q1`.
    pub segments: Vec<String>,
    /// Its text as it stands in the document, segments joined by a space.
    pub text: Cow<'a, str>,
    /// Of a rendering, how it gives the words.
    pub form: Option<Form>,
    /// Of a rendering, who says it, where somebody is named.
    pub speaker: Option<&'a str>,
}

/// The rows of a bitext, one for each bead, in order.
///
/// `source` and `target` are the bitext's documents.
///
/// ```
/// use korpu::export::rows;
/// use korpu::model::{Bead, Bitext, Block, BlockKind, Document, Level, Span};
/// let document = |id: &str, text: &str| Document {
///     id: id.into(),
///     text: text.into(),
///     blocks: vec![Block::new(BlockKind::Paragraph, Span::new(0, text.len()))],
///     ..Document::default()
/// };
/// let (source, target) = (document("d1", "Salam."), document("d2", "Привет."));
/// let beads = vec![Bead { source: vec![0], target: vec![0], score: 2.5, confidence: 0.9 }];
/// let bitext = Bitext { source: "d1".into(), target: "d2".into(), level: Level::Paragraph, beads };
/// let row = rows(&bitext, &source, &target).next().unwrap();
/// assert_eq!((row.id.as_str(), &*row.target.text), ("d1-d2.p1", "Привет."));
/// ```
pub fn rows<'a>(bitext: &'a Bitext, source: &'a Document, target: &'a Document) -> impl Iterator<Item = Row<'a>> {
    let level = bitext.level;
    let name = format!("{}-{}", source.id, target.id);
    let [sources, targets] = [source, target].map(|document| segment::segments(document, level));
    bitext.beads.iter().enumerate().map(move |(n, bead)| Row {
        id: segment::id(&name, level, n),
        length: level.into(),
        bead: bead.shape(),
        confidence: bead.confidence,
        score: bead.score,
        source: side(source, level, &sources, &bead.source),
        target: side(target, level, &targets, &bead.target),
    })
}

fn side<'a>(document: &'a Document, level: Level, segments: &[Segment<'a>], indices: &[u32]) -> Side<'a> {
    let chosen: Vec<Segment<'a>> = indices.iter().filter_map(|n| segments.get(*n as usize)).copied().collect();
    let lang = match chosen.first() {
        Some(first) if chosen.iter().all(|s| s.lang == first.lang) => first.lang.clone(),
        Some(_) => Lang::UNKNOWN,
        None => document.language.lang.clone(),
    };
    let text = match chosen.as_slice() {
        [only] => Cow::Borrowed(only.text),
        several => Cow::Owned(several.iter().map(|s| s.text).collect::<Vec<_>>().join(" ")),
    };
    let segments = indices.iter().map(|n| segment::id(&document.id, level, *n as usize)).collect();
    Side { document, lang, segments, text, form: None, speaker: None }
}

impl Row<'_> {
    /// Whether it is wanted; `reviewed` says whether a reviewer decided on it. What has no counterpart is no unit: a filter leaves
    /// it out.
    pub fn passes(&self, sieve: &mut Sieve, reviewed: bool) -> bool {
        let is_unit = !self.source.segments.is_empty() && !self.target.segments.is_empty();
        sieve.takes_all() || is_unit && sieve.takes(&[&self.source.text, &self.target.text], self.confidence, reviewed)
    }

    /// Whether it is a translation from one language into the other: both sides have text, each in its language (a Russian
    /// quotation in an Azerbaijani article is not), and the languages differ in more than script or region.
    pub(super) fn translates(&self, source: &Lang, target: &Lang) -> bool {
        let has_text = |side: &Side| !xml::is_blank(&side.text);
        is_in(&self.source.lang, source)
            && is_in(&self.target.lang, target)
            && source.primary() != target.primary()
            && has_text(&self.source)
            && has_text(&self.target)
    }
}

/// Whether a segment's language is known and the file's: the language and the script count, a region does not.
pub(super) fn is_in(lang: &Lang, file: &Lang) -> bool {
    // Nearly all are the same tag.
    let is_same = lang == file || lang.primary() == file.primary() && lang.script() == file.script();
    is_same && lang.primary() != Lang::UNKNOWN.primary()
}

impl Side<'_> {
    /// The address of its document: what the page calls its own, else where it was fetched.
    pub fn url(&self) -> Option<&str> {
        self.document.url()
    }

    /// Who published its document.
    pub fn outlet(&self) -> Option<&str> {
        self.document.metadata.outlet.as_deref()
    }

    /// When its document was published, as ISO 8601.
    pub fn published(&self) -> Option<String> {
        self.document.metadata.published.map(|moment| moment.to_string())
    }

    /// The licence of its document.
    pub fn licence(&self) -> Option<&str> {
        self.document.metadata.licence.as_deref()
    }
}
