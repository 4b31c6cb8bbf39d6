//! The list of the pages: every pair of texts by its titles.

use super::super::bond;
use super::super::report::{card, html};
use super::{ALIGNED, SEARCH, Work, begin, end};
use crate::model::Document;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the list, one page at a time.
pub struct Index<'o> {
    out: &'o mut dyn Write,
}

impl<'o> Index<'o> {
    /// Begins the list with the title of the corpus.
    pub fn new(out: &'o mut dyn Write, title: &str) -> io::Result<Self> {
        begin(out, title)?;
        writeln!(out, "<header>\n<h1>{}</h1>\n</header>\n{SEARCH}<main>", html::text(title))?;
        Ok(Index { out })
    }

    /// Names the pages of a work: those of its bitexts by their documents, then that of its statements.
    pub fn work(&mut self, work: &Work) -> io::Result<()> {
        for (file, sides) in work.pages() {
            self.page(&file, sides)?;
        }
        let Some(file) = work.statements_file() else { return Ok(()) };
        let speakers: BTreeSet<&str> = work.statements.iter().filter_map(|statement| statement.speaker()).collect();
        let speakers: Vec<String> = speakers.into_iter().map(html::name).collect();
        writeln!(
            self.out,
            "<a data-row class=\"statements\" href=\"{file}\">{} in other words <span class=\"note\">{}</span></a>",
            bond::count(work.statements.len(), "statement", "statements"),
            speakers.join(", "),
        )
    }

    fn page(&mut self, file: &str, [source, target]: [&Document; 2]) -> io::Result<()> {
        let side = |document: &Document| {
            let (lang, name) = (&document.language.lang, document.name());
            let day = document.metadata.published.map(|published| format!(" · {}", html::moment(published)));
            format!(
                "<div><span {}>{}</span> <span class=\"note\">{}{}</span></div>",
                html::tongue(lang, name),
                html::text(name),
                card::byname(document),
                day.unwrap_or_default(),
            )
        };
        writeln!(self.out, "<a data-row class=\"facing\" href=\"{file}\">{}{}</a>", side(source), side(target),)
    }

    /// Ends the list.
    pub fn finish(self) -> io::Result<()> {
        self.out.write_all(b"</main>\n")?;
        end(self.out, ALIGNED)
    }
}
