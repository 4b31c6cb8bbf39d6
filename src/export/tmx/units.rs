use super::super::row::{self, Row};
use super::super::segment::{self, Segment};
use super::super::xml::Line;
use super::{Length, Side, Unit};
use crate::language::Lang;
use crate::model::{Between, Bitext, Document, Level, Mark};
use rustc_hash::FxHashMap;

/// A document as the sides of units see it: its segments of a level, each on one line.
pub struct Text<'a> {
    document: &'a Document,
    level: Level,
    segments: Vec<Segment<'a>>,
    lines: Vec<Line<'a>>,
}

impl<'a> Text<'a> {
    /// The segments of a document.
    pub fn new(document: &'a Document, level: Level) -> Self {
        let segments = segment::segments(document, level);
        let lines = segments.iter().map(|segment| Line::from(segment.text)).collect();
        Text { document, level, segments, lines }
    }

    /// The main language of the document.
    pub(super) fn lang(&self) -> &'a Lang {
        &self.document.language.lang
    }

    /// The side that these segments make.
    pub(super) fn side(&self, indices: &[u32]) -> Side<'a> {
        let at = |n: &u32| self.segments.get(*n as usize).zip(self.lines.get(*n as usize));
        let mut langs = indices.iter().filter_map(at).map(|(segment, _)| segment.lang);
        let lang = match langs.next() {
            Some(first) if langs.all(|lang| lang == first) => first.clone(),
            _ => Lang::UNKNOWN,
        };
        let lines: Vec<&Line<'a>> = indices.iter().filter_map(at).map(|(_, line)| line).collect();
        let Document { id, metadata, provenance, .. } = self.document;
        Side {
            document: id,
            lang,
            text: Line::join(&lines),
            url: metadata.url.as_deref().or(provenance.url.as_deref()),
            outlet: metadata.outlet.as_deref(),
            licence: metadata.licence.as_deref(),
            form: None,
            speaker: None,
            said: None,
        }
    }

    /// The segments before and after these.
    pub(super) fn around(&self, indices: &[u32]) -> (Option<Line<'a>>, Option<Line<'a>>) {
        let at = |n: Option<u32>| self.lines.get(n? as usize).cloned();
        (at(indices.first().and_then(|n| n.checked_sub(1))), at(indices.last().and_then(|n| n.checked_add(1))))
    }
}

/// The unit that two renderings of one statement make.
pub fn rendering(row: Row<'_>) -> Unit<'_> {
    let Row { id, length, bead, confidence, score, source, target } = row;
    unit(id, length, bead, (score, confidence), vec![source.into(), target.into()])
}

/// The unit that the surest renderings of one statement in all languages make, and how sure each is.
pub fn renderings<'a>(group: &str, sides: Vec<(f32, row::Side<'a>)>) -> Unit<'a> {
    let confidence = sides.iter().map(|(confidence, _)| *confidence).fold(1.0, f32::min);
    let bead = vec!["1"; sides.len()].join("-");
    let sides = sides.into_iter().map(|(_, side)| side.into()).collect();
    unit(group.to_owned(), Length::Quote, bead, (f32::NAN, confidence), sides)
}

fn unit(tuid: String, length: Length, bead: String, (score, confidence): (f32, f32), sides: Vec<Side>) -> Unit {
    Unit { tuid, sides, length, bead, score, confidence, reviewed: None, before: None, after: None, said: None }
}

/// The units of a bitext, in order: the beads with segments on both sides.
///
/// `source` and `target` are the bitext's documents at its level; `said` is what files say of units that were imported, by
/// the segments on both sides; `marks` says of the beads, in order, who decided on them, of those beyond its end nobody did.
pub fn units<'a>(
    bitext: &'a Bitext,
    source: &'a Text<'a>,
    target: &'a Text<'a>,
    said: &'a FxHashMap<(u32, u32), Between>,
    marks: &'a [Option<Mark>],
) -> impl Iterator<Item = Unit<'a>> {
    debug_assert!(source.level == bitext.level && target.level == bitext.level);
    let documents = format!("{}-{}", bitext.source, bitext.target);
    bitext.beads.iter().enumerate().filter(|(_, bead)| bead.is_aligned()).map(move |(n, bead)| {
        let (before, after) = source.around(&bead.source);
        let said = match (bead.source.as_slice(), bead.target.as_slice()) {
            ([source], [target]) => said.get(&(*source, *target)),
            _ => None,
        };
        let (mut source, mut target) = (source.side(&bead.source), target.side(&bead.target));
        source.said = said.map(|said| &said.source);
        target.said = said.map(|said| &said.target);
        let id = said.and_then(|said| said.unit.id.clone());
        Unit {
            tuid: id.unwrap_or_else(|| segment::id(&documents, bitext.level, n)),
            sides: vec![source, target],
            length: bitext.level.into(),
            bead: bead.shape(),
            score: bead.score,
            confidence: bead.confidence,
            reviewed: marks.get(n).and_then(Option::as_ref),
            before,
            after,
            said: said.map(|said| &said.unit),
        }
    })
}
