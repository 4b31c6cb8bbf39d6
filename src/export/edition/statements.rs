//! The page of the statements of a work: the renderings of each side by side, what differs, and where each stands in the texts.

use super::super::bond;
use super::super::report::{html, statements as list};
use super::page::navigation;
use super::{SEARCH, Work, begin, end};
use std::io::{self, Write};

/// Writes the statements of a work as a page that links to its texts.
///
/// Whatever comes from a text is escaped.
pub fn statements(out: &mut dyn Write, work: &Work) -> io::Result<()> {
    let name = work.facing.first().map_or("", |facing| facing.sides[0].name());
    begin(out, &format!("Statements: {name}"))?;
    navigation(out, work, None)?;
    let lang = work.facing.first().map(|facing| html::tongue(&facing.sides[0].language.lang, name)).unwrap_or_default();
    write!(
        out,
        "<header>\n<h1 {lang}>{}</h1>\n<p class=\"note\">{}.</p>\n</header>\n{SEARCH}<main>\n",
        html::text(name),
        bond::count(work.statements.len(), "statement", "statements"),
    )?;
    list::write(out, "", work.statements, work.handlings, &|statement, n| work.place(statement, n))?;
    out.write_all(b"</main>\n")?;
    end(out, "Quotes, groups and differences are found by machine and not reviewed.")
}
