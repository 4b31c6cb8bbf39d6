//! A report is one HTML file to look at: what was read, what was refused and why, and the aligned texts side by side.
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

mod aligned;
mod card;
mod html;
mod overview;
mod work;

use super::release;
use crate::language::Lang;
use crate::model::{Bitext, Document, Moment, Pair, Refusal};
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
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"generator\" content=\"korpu {}\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
            release(),
            html::text(overview.title),
            include_str!("style.css"),
        )?;
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
        write!(
            self.out,
            "</main>\n<footer><p>Made by korpu {}. Pairs and alignments are made by machine and not reviewed.</p></footer>\n\
             </body>\n</html>\n",
            release(),
        )?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
