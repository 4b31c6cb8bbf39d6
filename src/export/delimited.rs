//! Tables as text: TSV for programs, CSV for spreadsheets. The first line names the columns, every row is a line.
//!
//! Texts stand on one line, without the characters that no export of ours but JSON Lines and Parquet holds (`xml`).
//!
//! * TSV has neither quotation nor escapes, as IANA registered it: a field runs to the next tab, a quotation mark is a
//!   letter like others. UTF-8, lines end with `\n`.
//! * CSV is that of RFC 4180 in UTF-8, with the byte order mark by which spreadsheets know it. A text that begins like a
//!   formula (`=`, `+`, `-`, `@`) gets an apostrophe before it, because a spreadsheet would calculate it: a page may say
//!   `=HYPERLINK(...)`. [`unguarded`] takes the apostrophe away again.

use super::table::{Table, Value};
use super::xml;
use std::borrow::Cow;
use std::io::{self, Write};
use std::marker::PhantomData;

/// How fields are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Tabs.
    Tsv,
    /// Commas and quotation marks.
    Csv,
}

/// Writes a table, one row at a time.
pub struct Writer<'o, T> {
    out: csv::Writer<&'o mut dyn Write>,
    dialect: Dialect,
    of: PhantomData<T>,
}

impl<'o, T: Table> Writer<'o, T> {
    /// Begins a table with the names of its columns.
    pub fn new(out: &'o mut dyn Write, dialect: Dialect) -> io::Result<Self> {
        let mut builder = csv::WriterBuilder::new();
        match dialect {
            Dialect::Tsv => builder.delimiter(b'\t').quote_style(csv::QuoteStyle::Never),
            Dialect::Csv => {
                out.write_all("\u{FEFF}".as_bytes())?;
                builder.terminator(csv::Terminator::CRLF)
            }
        };
        let mut out = builder.from_writer(out);
        out.write_record(T::COLUMNS.iter().map(|column| column.name))?;
        Ok(Writer { out, dialect, of: PhantomData })
    }

    /// Writes a row.
    pub fn row<'r>(&mut self, row: &'r T::Row<'r>) -> io::Result<()> {
        for column in T::COLUMNS {
            let value = column.text(row);
            let text = xml::line(&value);
            let guarded = match (self.dialect, &column.value) {
                (Dialect::Csv, Value::Words(_) | Value::Fact(_)) => guarded(&text),
                _ => Cow::Borrowed(&*text),
            };
            self.out.write_field(guarded.as_bytes())?;
        }
        self.out.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Ends the table.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether a spreadsheet would take a field for a formula, apostrophes before it aside.
fn is_formula(field: &str) -> bool {
    field.trim_start_matches('\'').starts_with(['=', '+', '-', '@'])
}

/// The field as CSV holds it: with an apostrophe more where a spreadsheet would take it for a formula.
fn guarded(field: &str) -> Cow<'_, str> {
    if is_formula(field) { format!("'{field}").into() } else { field.into() }
}

/// The text of a field of our CSV files, without the apostrophe that guards it.
///
/// ```
/// use korpu::export::delimited::unguarded;
/// assert_eq!(unguarded("'- Salam!"), "- Salam!");
/// assert_eq!(unguarded("'Salam'"), "'Salam'");
/// ```
pub fn unguarded(field: &str) -> &str {
    field.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_guarded_and_comes_back() {
        let check = |field: &str, expected: &str| {
            assert_eq!(guarded(field), expected, "{field:?}");
            assert_eq!(unguarded(expected), field, "{expected:?}");
        };
        check("=HYPERLINK(\"https://evil.example\")", "'=HYPERLINK(\"https://evil.example\")");
        check("- Salam!", "'- Salam!");
        check("+994 12", "'+994 12");
        check("@nazir", "'@nazir");
        check("'=1", "''=1");
        check("''-", "'''-");
        check("'dedi'", "'dedi'");
        check("— Salam!", "— Salam!");
        check("", "");
    }
}
