//! A report is one HTML file to look at: what was read, what was refused and why, and the aligned texts side by side.
//!
//! [`bitext`] writes a single bitext as such a file.
//!
//! It needs nothing but itself and runs nothing: no script, font, style or picture from anywhere, which its content
//! security policy enforces. Choosing among the bitexts of a work is left to `<details>` of one name, of which a browser
//! keeps one open.
//!
//! ```
//! use korpu::export::report::{Overview, WorkView, Writer};
//! use korpu::model::Document;
//!
//! let documents = [Document { id: "d1".into(), text: "Salam, dünya!".into(), ..Document::default() }];
//! let work = WorkView { id: "w1", documents: &documents, ..WorkView::default() };
//! let overview = Overview { title: "Xəbərlər", documents: 1, works: 1, contents: &[work.entry()], ..Overview::default() };
//!
//! let mut out = Vec::new();
//! let mut report = Writer::new(&mut out, &overview).unwrap();
//! report.work(&work).unwrap();
//! report.finish().unwrap();
//! assert!(String::from_utf8(out).unwrap().contains("<title>Xəbərlər</title>"));
//! ```

pub(super) mod aligned;
pub(super) mod card;
pub(super) mod html;
mod overview;
mod page;
#[cfg(test)]
mod samples;
pub(super) mod statements;
mod work;

pub use page::bitext;
pub use statements::statements;

use super::release;
use super::statement::Statement;
use crate::language::Lang;
use crate::model::{Bitext, Document, Handling, Moment, Pair, Refusal};
use std::io::{self, Write};

/// What is said before the works. Counts are of the whole corpus; lists may hold less, and the report says so.
#[derive(Clone, Debug, Default)]
pub struct Overview<'a> {
    /// The title of the corpus.
    pub title: &'a str,
    /// When the report is made.
    pub created: Option<Moment>,
    /// Number of documents.
    pub documents: usize,
    /// Number of outlets.
    pub outlets: usize,
    /// Number of works.
    pub works: usize,
    /// Number of pairs of all kinds.
    pub pairs: usize,
    /// Number of pairs that are reports of one event.
    pub events: usize,
    /// Number of beads of all bitexts.
    pub beads: usize,
    /// Number of inputs that gave no document.
    pub refused: usize,
    /// Main languages with the number of their documents, in the order to show.
    pub languages: &'a [(Lang, usize)],
    /// Inputs that gave no document, and why: all, or the first ones.
    pub refusals: &'a [Refusal],
    /// The works and events that the report shows, in the order in which they will be written.
    pub contents: &'a [Entry],
}

/// What a part of the report is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Heading {
    /// A work: versions and witnesses.
    #[default]
    Work,
    /// Two documents that report one event, each in its own way.
    Event,
}

impl Heading {
    fn name(self) -> &'static str {
        match self {
            Heading::Work => "work",
            Heading::Event => "event",
        }
    }
}

/// A line in the list of contents; [`WorkView::entry`] makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Whether it is a work or an event.
    pub heading: Heading,
    /// The id of the part.
    pub id: String,
    /// What it is called, with the language: a work by its first document, an event by both of its documents.
    pub titles: Vec<(String, Lang)>,
    /// Its documents: id and language.
    pub documents: Vec<(String, Lang)>,
}

/// A work with all that the report shows of it, or two reports of one event.
#[derive(Clone, Copy, Debug, Default)]
pub struct WorkView<'a> {
    /// Whether it is a work or an event.
    pub heading: Heading,
    /// The id of the work; of an event, any name that no other event has.
    pub id: &'a str,
    /// Its documents in the order to show.
    pub documents: &'a [Document],
    /// The bitexts between them, in the order to show.
    pub bitexts: &'a [Bitext],
    /// The pairs among them.
    pub pairs: &'a [Pair],
    /// What several of its documents quote, in the order to show.
    pub statements: &'a [Statement<'a>],
    /// What each document makes of what the others quote.
    pub handlings: &'a [(&'a Document, Handling)],
}

impl WorkView<'_> {
    /// Its line in the list of contents.
    pub fn entry(&self) -> Entry {
        let named = match self.heading {
            Heading::Work => self.documents.get(..1),
            Heading::Event => Some(self.documents),
        };
        let title = |d: &Document| (d.name().to_owned(), d.language.lang.clone());
        Entry {
            heading: self.heading,
            id: self.id.to_owned(),
            titles: named.unwrap_or_default().iter().map(title).collect(),
            documents: self.documents.iter().map(|d| (d.id.clone(), d.language.lang.clone())).collect(),
        }
    }

    fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|d| d.id == id)
    }
}

/// Writes a report, one work at a time; it keeps nothing of what it has written.
pub struct Writer<'o> {
    out: &'o mut dyn Write,
}

/// Nothing is loaded and nothing runs; styles stand in the file itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

impl<'o> Writer<'o> {
    /// Begins a report.
    pub fn new(out: &'o mut dyn Write, overview: &Overview) -> io::Result<Self> {
        begin(out, overview.title)?;
        overview::write(out, overview)?;
        out.write_all(b"<main>\n")?;
        Ok(Writer { out })
    }

    /// Writes a work or an event.
    ///
    /// Fails with `InvalidInput` where a bitext is of a document that is not among its documents.
    pub fn work(&mut self, view: &WorkView) -> io::Result<()> {
        work::write(self.out, view)
    }

    /// Ends the report and flushes.
    pub fn finish(self) -> io::Result<()> {
        end(self.out, "Pairs and alignments are made by machine and not reviewed.")
    }
}

/// The head of a page.
fn begin(out: &mut dyn Write, title: &str) -> io::Result<()> {
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"korpu {}\">\n<title>{}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n",
        release(),
        html::text(title),
        include_str!("style.css"),
        statements::STYLE,
    )
}

/// The foot of a page, with what a reader should bear in mind.
fn end(out: &mut dyn Write, caution: &str) -> io::Result<()> {
    write!(out, "</main>\n<footer><p>Made by korpu {}. {caution}</p></footer>\n</body>\n</html>\n", release(),)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::samples::{bead, bitext, count, document, lang, pair, report, texts, values};
    use super::*;
    use crate::model::{Identification, Metadata, OfferedVersion, PairKind, Republication};
    use scraper::Html;

    #[test]
    fn hostile_pages_stay_text() {
        let attack = "\"><script>alert(1)</script><img src=https://evil.example/x onerror='alert(2)'>\u{0}";
        let mut source = document("d1\" onclick=\"x", "az", &[attack]);
        source.metadata = Metadata {
            title: Some(attack.into()),
            outlet: Some(attack.into()),
            bylines: vec![attack.into()],
            section: Some(attack.into()),
            licence: Some(attack.into()),
            declared_language: Some(attack.into()),
            url: Some("javascript:alert(3)".into()),
            versions: vec![OfferedVersion {
                lang: lang("ru"),
                source_tag: attack.into(),
                url: Some("data:text/html,<script>".into()),
            }],
            republished: Some(Republication {
                source: Some(attack.into()),
                url: Some(" java\nscript:alert(4)".into()),
                published: None,
            }),
            ..Metadata::default()
        };
        source.provenance.path = attack.into();
        source.provenance.encoding = attack.into();
        let documents = [source];
        let pairs = [Pair { evidence: vec![attack.into()], target: attack.into(), ..pair(PairKind::Version) }];
        let view = WorkView { id: attack, documents: &documents, pairs: &pairs, ..WorkView::default() };
        let refusals = [Refusal { place: attack.into(), reason: attack.into() }];
        let html = report(&Overview { title: attack, refusals: &refusals, refused: 1, ..Overview::default() }, &view);
        assert_eq!(
            count(&html, "script, img, iframe, object, embed, link, form, base, [src], [onclick], [onerror]"),
            0
        );
        assert!(values(&html, "a", "href").iter().all(|href| href.starts_with('#')));
        let shown = attack.trim_end_matches('\0');
        assert_eq!(texts(&html, "title"), [shown]);
        assert_eq!(texts(&html, "h2 span:last-child"), [shown]);
        assert_eq!(texts(&html, ".refusals td"), [shown, shown]);
    }

    #[test]
    fn links_inside_the_report_lead_somewhere_and_ids_are_distinct() {
        let documents = [document("d1", "az", &["Bir"]), document("d2", "ru", &["Раз"])];
        let work = WorkView { id: "w1", documents: &documents, ..WorkView::default() };
        let event = WorkView { heading: Heading::Event, id: "d1-d2", ..work };
        let contents = [work.entry(), event.entry()];
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, &Overview { contents: &contents, ..Overview::default() }).unwrap();
        writer.work(&work).unwrap();
        writer.work(&event).unwrap();
        writer.finish().unwrap();
        let html = Html::parse_document(&String::from_utf8(out).unwrap());
        assert_eq!(texts(&html, "nav li"), ["Bir az ru", "Bir ↔ Раз az ru"]);
        let mut ids = values(&html, "[id]", "id");
        let links = values(&html, "a", "href");
        assert_eq!(links.len(), 8, "{links:?}");
        assert!(links.iter().all(|link| ids.iter().any(|id| link.strip_prefix('#') == Some(id))), "{links:?} {ids:?}");
        ids.sort();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{ids:?}");
    }

    #[test]
    fn every_text_says_its_language_and_its_direction() {
        let mut source = document("d1", "az", &["Bakıda forum", "BBC: منتدى باكو افتتح اليوم في المدينة"]);
        source.blocks[1].language = Some(Identification { lang: lang("ar"), confidence: 0.9 });
        let documents = [source, document("d2", "he", &["הפורום נפתח"])];
        let bitexts = [bitext(vec![bead(&[0], &[0], 0.9), bead(&[1], &[], 0.9)])];
        let view = WorkView { id: "w1", documents: &documents, bitexts: &bitexts, ..WorkView::default() };
        let html = report(&Overview::default(), &view);
        let check = |selector: &str, expected: &[&str]| {
            let (langs, directions) = (values(&html, selector, "lang"), values(&html, selector, "dir"));
            let found: Vec<String> = langs.into_iter().zip(directions).map(|(l, d)| format!("{l} {d}")).collect();
            assert_eq!(found, expected, "{selector}");
        };
        check("td p[data-n]", &["az ltr", "he rtl", "ar rtl"]);
        check("h2 span[dir], .title span[dir]", &["az ltr", "he rtl"]);
        check("nav li > a:first-child span", &["az ltr"]);
    }
}
