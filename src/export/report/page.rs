//! The page of one bitext: the table of the report by itself, in the same dress and under the same policy.

use super::super::bond;
use super::{aligned, begin, card, end};
use crate::model::{Bitext, Document};
use std::io::{self, Write};

/// Writes one bitext as an HTML file, its source document on the left.
///
/// Nothing runs in it and nothing is loaded; whatever comes from a text is escaped.
///
/// ```
/// use korpu::export::report;
/// use korpu::model::{Bitext, Document, Level};
/// let (source, target) = (Document { id: "a.az".into(), ..Document::default() }, Document::default());
/// let bitext = Bitext { source: "a.az".into(), target: "".into(), level: Level::Sentence, beads: vec![] };
/// let mut out = Vec::new();
/// report::bitext(&mut out, &bitext, &source, &target).unwrap();
/// assert!(String::from_utf8(out).unwrap().contains("a.az"));
/// ```
pub fn bitext(out: &mut dyn Write, bitext: &Bitext, source: &Document, target: &Document) -> io::Result<()> {
    begin(out, &format!("{} ↔ {}", source.id, target.id))?;
    write!(
        out,
        "<header>\n<h1>{} ↔ {}</h1>\n<p class=\"made\">{}</p>\n</header>\n<main>\n<div class=\"bitext\">\n",
        card::byname(source),
        card::byname(target),
        bond::tally(bitext),
    )?;
    aligned::table(out, bitext, (source, target))?;
    out.write_all(b"</div>\n")?;
    end(out, "The alignment is made by machine and not reviewed.")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bead, bitext, count, document, texts, values};
    use scraper::Html;

    fn page(source: &[&str], target: &[&str], beads: Vec<crate::model::Bead>) -> (String, Html) {
        let mut out = Vec::new();
        let documents = (document("d1", "az", source), document("d2", "he", target));
        super::bitext(&mut out, &bitext(beads), &documents.0, &documents.1).unwrap();
        let text = String::from_utf8(out).unwrap();
        let html = Html::parse_document(&text);
        (text, html)
    }

    #[test]
    fn a_bitext_is_a_page_of_its_own() {
        let beads = vec![bead(&[0], &[1], 0.97), bead(&[1], &[0], 0.4), bead(&[2], &[], 0.8)];
        let (_, html) = page(&["Bir", "İki.", "Üç."], &["שתיים", "אחת"], beads);
        assert_eq!(texts(&html, "h1"), ["az d1 ↔ he d2"]);
        assert_eq!(texts(&html, ".made"), ["2 sentence beads, 1 + 0 unaligned"]);
        assert_eq!(texts(&html, "td.bond"), [" 97\u{A0}% moved", " 40\u{A0}%", "unaligned"]);
        assert_eq!(values(&html, "td.target p[lang]", "dir"), ["rtl", "rtl"]);
        assert_eq!(values(&html, "td.target p[lang]", "lang"), ["he", "he"]);
    }

    #[test]
    fn a_hostile_text_stays_text() {
        let attack = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>\u{1b}[31m";
        let (text, html) = page(&[attack, attack], &[attack], vec![bead(&[0, 1], &[0], f32::NAN)]);
        assert_eq!(count(&html, "script, img, link, form, [onerror], [src]"), 0);
        assert!(!text.contains('\u{1b}'));
        let shown = attack.replace('\u{1b}', "");
        assert_eq!(texts(&html, "td.source p"), [shown.as_str(), shown.as_str()]);
    }
}
