//! Alignments as stand-off links: a bead with both sides is a `<link>`, a segment without a counterpart a `<ptr>`.

use super::header;
use crate::export::segment::{self, Segment};
use crate::export::{number, xml::Xml};
use crate::language::Lang;
use crate::model::{Bead, Bitext, Document};
use std::io;

/// The shapes of beads with a category of their own in the corpus header; all others are `align.m-n`.
pub(super) const SHAPES: [&str; 4] = ["1-1", "1-2", "2-1", "2-2"];

/// The kinds of links: between languages, and within one, where a passage is quoted in the other document's language.
/// They stand in groups of their own, since readers take every link of a `translation` to join two languages.
const KINDS: [&str; 2] = ["translation", "witness"];

/// The links of one bitext.
pub(super) struct Group<'a> {
    bitext: &'a Bitext,
    source: Side<'a>,
    target: Side<'a>,
}

/// One side of a bitext.
struct Side<'a> {
    document: &'a Document,
    segments: Vec<Segment<'a>>,
}

impl<'a> Group<'a> {
    /// The links between the documents of a bitext.
    pub(super) fn new(bitext: &'a Bitext, source: &'a Document, target: &'a Document) -> Self {
        let side = |document| Side { document, segments: segment::segments(document, bitext.level) };
        Group { bitext, source: side(source), target: side(target) }
    }

    /// Whether no bead has a segment that the texts have: TEI has no empty `<linkGrp>`.
    pub(super) fn is_empty(&self) -> bool {
        KINDS.into_iter().all(|kind| self.beads(kind).next().is_none())
    }

    /// Writes a `<linkGrp>` for each kind of link that there is. `by` numbers the reviewers of the beads, in order.
    pub(super) fn write(&self, xml: &mut Xml, by: &[Option<usize>]) -> io::Result<()> {
        let domains = format!("#{} #{}", self.source.document.id, self.target.document.id);
        let level = self.bitext.level.name();
        for kind in KINDS {
            let mut beads = self.beads(kind).peekable();
            if beads.peek().is_some() {
                let attributes = [("type", kind), ("subtype", level), ("domains", &domains), ("resp", "#korpu")];
                xml.open("linkGrp", &attributes)?;
                beads.try_for_each(|(n, bead)| self.bead(xml, n, bead, by.get(n).copied().flatten()))?;
                xml.close()?;
            }
        }
        Ok(())
    }

    /// The beads of a kind, with their numbers.
    fn beads(&self, kind: &'static str) -> impl Iterator<Item = (usize, &'a Bead)> {
        self.bitext.beads.iter().enumerate().filter(move |(_, bead)| self.kind(bead) == Some(kind))
    }

    /// The kind of a bead by the languages of its segments, of the documents where a side is empty; none where the
    /// texts have none of its segments.
    fn kind(&self, bead: &Bead) -> Option<&'static str> {
        let mut source = self.source.written(&bead.source).peekable();
        let mut target = self.target.written(&bead.target).peekable();
        let langs: Vec<&Lang> = match (source.peek().is_some(), target.peek().is_some()) {
            (false, false) => return None,
            (true, true) => source.chain(target).map(|(_, segment)| segment.lang).collect(),
            _ => vec![&self.source.document.language.lang, &self.target.document.language.lang],
        };
        let one = langs.windows(2).all(|pair| matches!(pair, [a, b] if a == b));
        Some(if one { "witness" } else { "translation" })
    }

    fn bead(&self, xml: &mut Xml, n: usize, bead: &Bead, by: Option<usize>) -> io::Result<()> {
        let level = self.bitext.level;
        let pointers = |side: &Side, indices: &[u32]| -> Vec<String> {
            side.written(indices).map(|(n, _)| format!("#{}", segment::id(&side.document.id, level, n))).collect()
        };
        let from = pointers(&self.source, &bead.source);
        let to = pointers(&self.target, &bead.target);
        if from.is_empty() || to.is_empty() {
            let mut alone = from.iter().chain(&to);
            return alone.try_for_each(|pointer| xml.empty("ptr", &[("type", "unaligned"), ("target", pointer)]));
        }
        let pair = format!("{}-{}", self.source.document.id, self.target.document.id);
        let shape = format!("{}-{}", from.len(), to.len());
        let reviewer = by.map(|n| format!("#{}", header::reviewer(n))).unwrap_or_default();
        let method = if by.is_some() { "reviewed" } else { "automatic" };
        let shape = SHAPES.into_iter().find(|known| *known == shape).unwrap_or("m-n");
        xml.empty(
            "link",
            &[
                ("xml:id", &segment::id(&pair, level, n)),
                ("target", &[from, to].concat().join(" ")),
                ("cert", &number::confidence(bead.confidence).unwrap_or_default()),
                ("resp", &reviewer),
                ("ana", &format!("#align.{shape} #method.{method}")),
            ],
        )
    }
}

impl<'a> Side<'a> {
    /// The segments at these places that the text of the document has.
    fn written(&self, indices: &[u32]) -> impl Iterator<Item = (usize, &Segment<'a>)> {
        let found = indices.iter().filter_map(|n| self.segments.get(*n as usize).map(|segment| (*n as usize, segment)));
        found.filter(|(_, segment)| !segment.is_blank())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, Identification, Level, Span};

    fn document(id: &str, lang: &str, paragraphs: &[&str]) -> Document {
        let language = Identification { lang: Lang::parse(lang).unwrap(), confidence: 1.0 };
        let mut document = Document { id: id.into(), language, ..Document::default() };
        for text in paragraphs {
            let start = document.text.len();
            document.text.push_str(text);
            document.blocks.push(Block::new(BlockKind::Paragraph, Span::new(start, document.text.len())));
        }
        document
    }

    fn written(target: &Document, beads: &[(&[u32], &[u32])]) -> String {
        written_by(target, beads, &[])
    }

    fn written_by(target: &Document, beads: &[(&[u32], &[u32])], by: &[Option<usize>]) -> String {
        let source = document("a", "az", &["Bir.", "İki.", "Üç."]);
        let bead =
            |(s, t): &(&[u32], &[u32])| Bead { source: s.to_vec(), target: t.to_vec(), score: 1.0, confidence: 0.875 };
        let beads = beads.iter().map(bead).collect();
        let bitext = Bitext { source: "a".into(), target: target.id.clone(), level: Level::Paragraph, beads };
        let mut out = Vec::new();
        let mut xml = Xml::new(&mut out, None).unwrap();
        Group::new(&bitext, &source, target).write(&mut xml, by).unwrap();
        xml.finish().unwrap();
        String::from_utf8(out).unwrap().replace("\" ana=\"#align.", " ").replace(" #method.automatic\"/>", "")
    }

    #[test]
    fn beads_become_links_and_lone_segments_pointers() {
        let target = document("b", "ru", &["Раз.", "\u{FFFD}", "Два-три."]);
        let written = written(&target, &[(&[0], &[0]), (&[], &[1]), (&[1, 2], &[2]), (&[9], &[])]);
        let expected = "<linkGrp type=\"translation\" subtype=\"paragraph\" domains=\"#a #b\" resp=\"#korpu\">\n \
                        <link xml:id=\"a-b.p1\" target=\"#a.p1 #b.p1\" cert=\"0.875 1-1\n \
                        <link xml:id=\"a-b.p3\" target=\"#a.p2 #a.p3 #b.p3\" cert=\"0.875 2-1\n</linkGrp>\n";
        assert_eq!(written.split_once('\n').unwrap().1, expected);
    }

    #[test]
    fn a_reviewed_bead_is_the_responsibility_of_its_reviewer() {
        let target = document("b", "ru", &["Раз.", "Два."]);
        let written = written_by(&target, &[(&[0], &[0]), (&[1], &[1])], &[None, Some(1)]);
        assert!(written.contains("<link xml:id=\"a-b.p1\" target=\"#a.p1 #b.p1\" cert=\"0.875 1-1\n"), "{written}");
        assert!(written.contains("resp=\"#reviewer.2 1-1 #method.reviewed\"/>"), "{written}");
    }

    #[test]
    fn within_one_language_links_are_between_witnesses() {
        let written = written(&document("b", "az", &["Bir."]), &[(&[0, 1, 2], &[0])]);
        assert!(written.contains("type=\"witness\"") && written.contains("0.875 m-n"), "{written}");
    }
}
