//! Moses pairs: two texts of which line n of one says what line n of the other says, as tools for machine translation
//! take them (Moses, Marian, fairseq, OPUS-MT, OpusFilter, Bicleaner).
//!
//! A third file says of every line where it comes from: the columns of our tables in their order, tabs between them,
//! without the two texts and without a line of names, so that line n there is line n here, too (`paste` joins them).
//!
//! What Moses escapes for itself (`|`, `[`) stays as it is: its own `escape-special-chars` is for that.

use super::row::Row;
use super::table::{Beads, Table, Value};
use super::xml;
use crate::language::Lang;
use std::io::{self, Write};

/// Writes the three files, one line of each at a time.
pub struct Writer<'o> {
    languages: (Lang, Lang),
    source: &'o mut dyn Write,
    target: &'o mut dyn Write,
    origin: &'o mut dyn Write,
}

impl<'o> Writer<'o> {
    /// Begins the files of two languages: source texts, target texts, and where they come from.
    pub fn new(
        languages: (Lang, Lang),
        source: &'o mut dyn Write,
        target: &'o mut dyn Write,
        origin: &'o mut dyn Write,
    ) -> Self {
        Writer { languages, source, target, origin }
    }

    /// Writes a line of each file, and says whether it did: not where a side is empty or in another language, since
    /// whoever learns from the files could not know.
    pub fn row(&mut self, row: &Row) -> io::Result<bool> {
        if !row.translates(&self.languages.0, &self.languages.1) {
            return Ok(false);
        }
        writeln!(self.source, "{}", xml::line(&row.source.text))?;
        writeln!(self.target, "{}", xml::line(&row.target.text))?;
        let about = Beads::COLUMNS.iter().filter(|column| !matches!(column.value, Value::Words(_)));
        let fields: Vec<String> = about.map(|column| xml::line(&column.text(row)).into_owned()).collect();
        writeln!(self.origin, "{}", fields.join("\t"))?;
        Ok(true)
    }

    /// Ends the files.
    pub fn finish(self) -> io::Result<()> {
        [self.source, self.target, self.origin].into_iter().try_for_each(|out| out.flush())
    }
}
