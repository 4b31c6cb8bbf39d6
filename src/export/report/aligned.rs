//! The aligned text: a bitext as a table, one row for each bead, source and target side by side.
//!
//! Nothing is left out. A segment without a counterpart stands in its place with a dash opposite. Rows follow the source,
//! so a bead that the target tells elsewhere is marked as moved.

use super::super::bond::{self, Surety};
use super::super::segment::{self, Segment};
use super::{card, html, work};
use crate::model::{Bead, Bitext, BlockKind, Document, Level, Pair};
use std::io::{self, Write};

/// The bitexts of one work: a browser keeps one of the same name open.
pub(super) struct Group<'a> {
    pub(super) name: &'a str,
    pub(super) open: bool,
}

/// Writes a bitext between its documents, source first.
pub(super) fn write(
    out: &mut dyn Write,
    bitext: &Bitext,
    (source, target): (&Document, &Document),
    pair: Option<&Pair>,
    group: Group,
) -> io::Result<()> {
    write!(
        out,
        "<details class=\"bitext\" name=\"{}\"{}>\n<summary><span class=\"sides\">{} ↔ {}</span> \
         <span class=\"note\">{}</span></summary>\n",
        group.name,
        if group.open { " open" } else { "" },
        card::byname(source),
        card::byname(target),
        bond::tally(bitext),
    )?;
    if let Some(pair) = pair {
        writeln!(out, "<p class=\"note\">Paired as {}.</p>", work::reason(pair))?;
    }
    table(out, bitext, (source, target))?;
    out.write_all(b"</details>\n")
}

/// Writes the beads of a bitext as a table.
pub(super) fn table(out: &mut dyn Write, bitext: &Bitext, (source, target): (&Document, &Document)) -> io::Result<()> {
    write!(
        out,
        "<table class=\"aligned\">\n<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">Confidence</th>\
         <th scope=\"col\">{}</th></tr></thead>\n<tbody>\n",
        card::byname(source),
        card::byname(target),
    )?;
    let sides = (Side::new(source, bitext.level), Side::new(target, bitext.level));
    for (bead, moved) in bitext.beads.iter().zip(bond::moved(&bitext.beads)) {
        row(out, bead, &sides, moved)?;
    }
    out.write_all(b"</tbody>\n</table>\n")
}

/// Writes the text of one document, block by block.
pub(super) fn text(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    let side = Side::new(document, Level::Paragraph);
    (0..side.segments.len()).try_for_each(|n| side.segment(out, n as u32))
}

/// A bead as a row: source, confidence, target.
fn row(out: &mut dyn Write, bead: &Bead, (source, target): &(Side, Side), moved: bool) -> io::Result<()> {
    let class = match Surety::of(bead) {
        Surety::Sure => "sure",
        Surety::Fair => "fair",
        Surety::Doubtful => "doubtful",
        Surety::Alone => "alone",
    };
    let starts =
        segment::opens_block(&source.segments, &bead.source) || segment::opens_block(&target.segments, &bead.target);
    let starts = if starts { " opens" } else { "" };
    write!(out, "<tr class=\"bead {class}{starts}\">")?;
    source.cell(out, "source", &bead.source)?;
    write!(out, "<td class=\"bond\">{}</td>", between(bead, moved))?;
    target.cell(out, "target", &bead.target)?;
    out.write_all(b"</tr>\n")
}

/// What stands between the two sides: how sure the bead is, and what is unusual about it.
fn between(bead: &Bead, moved: bool) -> String {
    if !bead.is_aligned() {
        return "<span class=\"label\">unaligned</span>".to_owned();
    }
    let mut out = match html::percent(bead.confidence) {
        Some(percent) => format!(
            "<span class=\"gauge\"><span style=\"width:{:.0}%\"></span></span> {percent}",
            bead.confidence.clamp(0.0, 1.0) * 100.0,
        ),
        None => "no confidence".to_owned(),
    };
    if (bead.source.len(), bead.target.len()) != (1, 1) {
        out.push_str(&format!(" <span class=\"label\">{}</span>", bead.shape()));
    }
    if moved {
        out.push_str(" <span class=\"label\">moved</span>");
    }
    out
}

/// One side of a bitext: a document and its segments.
pub(in super::super) struct Side<'a> {
    document: &'a Document,
    pub(in super::super) segments: Vec<Segment<'a>>,
}

impl<'a> Side<'a> {
    pub(in super::super) fn new(document: &'a Document, level: Level) -> Self {
        Side { document, segments: segment::segments(document, level) }
    }

    /// The segments of a bead in one cell; a dash where there are none.
    fn cell(&self, out: &mut dyn Write, class: &str, indices: &[u32]) -> io::Result<()> {
        if indices.is_empty() {
            return write!(out, "<td class=\"{class} none\"><p>—</p></td>");
        }
        write!(out, "<td class=\"{class}\">")?;
        indices.iter().try_for_each(|n| self.segment(out, *n))?;
        out.write_all(b"</td>")
    }

    /// A segment with its number, which counts from 1 as the names of segments in TEI and JSONL do.
    pub(in super::super) fn segment(&self, out: &mut dyn Write, index: u32) -> io::Result<()> {
        let number = u64::from(index) + 1;
        let Some(segment) = self.segments.get(index as usize).filter(|s| !s.is_blank()) else {
            return write!(out, "<p data-n=\"{number}\" class=\"label\">no text</p>");
        };
        let class = match self.document.blocks.get(segment.block).map(|b| b.kind) {
            Some(BlockKind::Title | BlockKind::Heading) => " class=\"head\"",
            Some(BlockKind::Quote) => " class=\"quote\"",
            Some(BlockKind::Item) => " class=\"item\"",
            Some(BlockKind::Caption) => " class=\"caption\"",
            Some(BlockKind::Paragraph) | None => "",
        };
        let tongue = html::tongue(segment.lang, segment.text);
        write!(out, "<p data-n=\"{number}\"{class} {tongue}>{}</p>", html::text(segment.text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bead, bitext, document, report, texts, values};
    use super::super::{Overview, WorkView, Writer};
    use super::*;

    #[test]
    fn every_bead_is_a_row_and_every_segment_stands_in_one() {
        let source = document("d1", "az", &["Bir", "İki.", "Üç.", "Dörd."]);
        let target = document("d2", "ru", &["Раз", "Два.", "Четыре.", "Пять."]);
        let beads = vec![
            bead(&[0], &[0], 0.97),
            bead(&[1, 2], &[2], 0.6),
            bead(&[3], &[], 0.8),
            bead(&[], &[3], 0.8),
            bead(&[], &[1], f32::NAN),
        ];
        let (documents, bitexts) = ([source, target], [bitext(beads)]);
        let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
        let html = report(&Overview::default(), &view);
        assert_eq!(
            values(&html, "tr.bead", "class"),
            ["bead sure opens", "bead fair opens", "bead alone opens", "bead alone opens", "bead alone opens"]
        );
        assert_eq!(texts(&html, "td.source p"), ["Bir", "İki.", "Üç.", "Dörd.", "—", "—"]);
        assert_eq!(texts(&html, "td.target p"), ["Раз", "Четыре.", "—", "Пять.", "Два."]);
        assert_eq!(values(&html, "td.source p[lang]", "data-n"), ["1", "2", "3", "4"]);
        assert_eq!(texts(&html, "td.bond"), [" 97\u{A0}%", " 60\u{A0}% 2-1", "unaligned", "unaligned", "unaligned"]);
        assert_eq!(texts(&html, "summary .note"), ["2 sentence beads, 1 + 2 unaligned"]);
    }

    #[test]
    fn a_bead_that_the_target_tells_elsewhere_is_marked() {
        let documents = [document("d1", "az", &["Bir", "İki.", "Üç."]), document("d2", "ru", &["Раз", "Два.", "Три."])];
        let bitexts = [bitext(vec![bead(&[0], &[2], 0.9), bead(&[1], &[0], 0.9), bead(&[2], &[1], 0.9)])];
        let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
        let html = report(&Overview::default(), &view);
        assert_eq!(texts(&html, "td.bond"), [" 90\u{A0}% moved", " 90\u{A0}%", " 90\u{A0}%"]);
    }

    #[test]
    fn a_confidence_shows_as_a_class_a_length_and_a_figure() {
        let check = |confidence: f32, class: &str, width: &[&str], words: &str| {
            let documents = [document("d1", "az", &["Bir"]), document("d2", "ru", &["Раз"])];
            let bitexts = [bitext(vec![bead(&[0], &[0], confidence)])];
            let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
            let html = report(&Overview::default(), &view);
            assert_eq!(values(&html, "tr.bead", "class"), [format!("bead {class} opens")]);
            assert_eq!(values(&html, ".gauge span", "style"), width);
            assert_eq!(texts(&html, "td.bond"), [words]);
        };
        check(0.97, "sure", &["width:97%"], " 97\u{A0}%");
        check(0.7, "fair", &["width:70%"], " 70\u{A0}%");
        check(0.2, "doubtful", &["width:20%"], " 20\u{A0}%");
        check(7.0, "sure", &["width:100%"], " 100\u{A0}%");
        check(f32::NAN, "doubtful", &[], "no confidence");
    }

    #[test]
    fn segments_that_are_not_there_and_bitexts_of_strangers_do_no_harm() {
        let documents = [document("d1", "az", &["Bir"]), document("d2", "ru", &["\u{0}"])];
        let bitexts = [bitext(vec![bead(&[0], &[0], 0.9), bead(&[7], &[u32::MAX], 0.9)])];
        let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
        let html = report(&Overview::default(), &view);
        assert_eq!(texts(&html, "td p"), ["Bir", "no text", "no text", "no text"]);

        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, &Overview::default()).unwrap();
        let error = writer.work(&WorkView { documents: &documents[..1], ..view }).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), "a bitext of work \"w1\" is of \"d2\", which is not among its documents");
    }
}
