//! The list of the pages: every pair of texts by its titles.

use super::super::report::{card, html};
use super::{SEARCH, begin, end, file_name};
use crate::model::Document;
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

    /// Names the page of a bitext by its documents.
    pub fn page(&mut self, source: &Document, target: &Document) -> io::Result<()> {
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
        writeln!(
            self.out,
            "<a data-row class=\"facing\" href=\"{}\">{}{}</a>",
            file_name(&source.id, &target.id),
            side(source),
            side(target),
        )
    }

    /// Ends the list.
    pub fn finish(self) -> io::Result<()> {
        self.out.write_all(b"</main>\n")?;
        end(self.out)
    }
}
