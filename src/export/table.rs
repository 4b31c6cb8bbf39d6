//! Tables of beads, of quotes and of renderings: the columns that TSV, CSV and Parquet have in common.

use super::row::Row;
use super::statement::{Statement, in_words};
use super::{number, segment};
use crate::model::{Document, Form, Quote, Span};
use std::borrow::Cow;

/// What a table is of: its rows and what of them its columns hold.
pub trait Table: Sized + 'static {
    /// A line.
    type Row<'r>;
    /// What a row is, in one word.
    const NAME: &'static str;
    /// The columns, in order. Only ever added to, at the end: readers go by name or by place.
    const COLUMNS: &'static [Column<Self>];
}

/// A column of a table.
pub struct Column<T: Table> {
    pub(super) name: &'static str,
    pub(super) value: Value<T>,
}

/// What a column holds of a row. An empty text stands for nothing known, and so does what is no number.
pub(super) enum Value<T: Table> {
    /// Words of a document, as they stand in it.
    Words(for<'r> fn(&'r T::Row<'r>) -> Cow<'r, str>),
    /// What is said about the row.
    Fact(for<'r> fn(&'r T::Row<'r>) -> Cow<'r, str>),
    /// A figure.
    Number(for<'r> fn(&'r T::Row<'r>) -> f32),
}

const fn words<T: Table>(name: &'static str, value: for<'r> fn(&'r T::Row<'r>) -> Cow<'r, str>) -> Column<T> {
    Column { name, value: Value::Words(value) }
}

const fn fact<T: Table>(name: &'static str, value: for<'r> fn(&'r T::Row<'r>) -> Cow<'r, str>) -> Column<T> {
    Column { name, value: Value::Fact(value) }
}

const fn figure<T: Table>(name: &'static str, value: for<'r> fn(&'r T::Row<'r>) -> f32) -> Column<T> {
    Column { name, value: Value::Number(value) }
}

impl<T: Table> Column<T> {
    /// Its value as text; a figure with three decimals.
    pub(super) fn text<'r>(&self, row: &'r T::Row<'r>) -> Cow<'r, str> {
        match self.value {
            Value::Words(of) | Value::Fact(of) => of(row),
            Value::Number(of) => number::score(of(row)).unwrap_or_default().into(),
        }
    }

    /// Its figure; `None` where there is none, and where it holds text.
    pub(super) fn number<'r>(&self, row: &'r T::Row<'r>) -> Option<f32> {
        match self.value {
            Value::Number(of) => number::finite(of(row)),
            Value::Words(_) | Value::Fact(_) => None,
        }
    }
}

/// A table of beads, those without a counterpart too.
pub struct Beads;

impl Table for Beads {
    type Row<'r> = Row<'r>;
    const NAME: &'static str = "bead";
    const COLUMNS: &'static [Column<Self>] = &[
        fact("id", |row| row.id.as_str().into()),
        fact("source_lang", |row| row.source.lang.as_str().into()),
        fact("target_lang", |row| row.target.lang.as_str().into()),
        words("source_text", |row| (&*row.source.text).into()),
        words("target_text", |row| (&*row.target.text).into()),
        fact("bead", |row| row.bead.as_str().into()),
        figure("confidence", |row| row.confidence.clamp(0.0, 1.0)),
        figure("score", |row| row.score),
        fact("level", |row| row.length.name().into()),
        fact("source_document", |row| row.source.document.id.as_str().into()),
        fact("target_document", |row| row.target.document.id.as_str().into()),
        fact("source_segments", |row| row.source.segments.join(" ").into()),
        fact("target_segments", |row| row.target.segments.join(" ").into()),
        fact("source_outlet", |row| outlet(row.source.document)),
        fact("target_outlet", |row| outlet(row.target.document)),
        fact("source_published", |row| published(row.source.document)),
        fact("target_published", |row| published(row.target.document)),
        fact("source_url", |row| url(row.source.document)),
        fact("target_url", |row| url(row.target.document)),
        fact("source_licence", |row| licence(row.source.document)),
        fact("target_licence", |row| licence(row.target.document)),
        fact("source_form", |row| row.source.form.map_or("", Form::name).into()),
        fact("target_form", |row| row.target.form.map_or("", Form::name).into()),
        fact("source_speaker", |row| row.source.speaker.unwrap_or_default().into()),
        fact("target_speaker", |row| row.target.speaker.unwrap_or_default().into()),
    ];
}

/// A quote with all that is known of it.
#[derive(Clone, Debug)]
pub struct QuoteRow<'a> {
    /// The document it is in.
    pub document: &'a Document,
    /// The id of the work of the document.
    pub work: Option<&'a str>,
    /// Its place among the quotes of the document, from 0.
    pub number: usize,
    /// The quote.
    pub quote: &'a Quote,
    /// The ids of the groups that have it or a part of it.
    pub groups: Vec<&'a str>,
}

/// A table of all quotes, those that no other document has, too.
pub struct Quotes;

impl Table for Quotes {
    type Row<'r> = QuoteRow<'r>;
    const NAME: &'static str = "quote";
    const COLUMNS: &'static [Column<Self>] = &[
        fact("id", |row| segment::quote_id(&row.document.id, row.number).into()),
        fact("lang", |row| row.document.language.lang.as_str().into()),
        fact("form", |row| row.quote.form.name().into()),
        fact("speaker", |row| row.quote.speaker.as_deref().unwrap_or_default().into()),
        words("text", |row| joined(row.document, &row.quote.spans)),
        figure("confidence", |row| row.quote.confidence.clamp(0.0, 1.0)),
        words("clause", |row| joined(row.document, row.quote.clause.as_slice())),
        words("cue", |row| joined(row.document, row.quote.cue.as_slice())),
        words("mention", |row| joined(row.document, row.quote.mention.as_slice())),
        fact("earlier", |row| if row.quote.earlier { "yes" } else { "no" }.into()),
        fact("groups", |row| row.groups.join(" ").into()),
        fact("document", |row| row.document.id.as_str().into()),
        fact("work", |row| row.work.unwrap_or_default().into()),
        fact("outlet", |row| outlet(row.document)),
        fact("published", |row| published(row.document)),
        fact("url", |row| url(row.document)),
        fact("licence", |row| licence(row.document)),
    ];
}

/// A rendering of a statement with what differs from the fullest one.
#[derive(Clone, Copy, Debug)]
pub struct RenderingRow<'a> {
    /// The statement.
    pub statement: &'a Statement<'a>,
    /// Which of its renderings.
    pub number: usize,
    /// The id of the work of its document.
    pub work: Option<&'a str>,
}

impl<'a> RenderingRow<'a> {
    /// The renderings of a statement, the fullest first. `work` knows the work of a document.
    pub fn all<'w: 'a>(
        statement: &'a Statement<'a>,
        work: impl Fn(&str) -> Option<&'w str>,
    ) -> impl Iterator<Item = RenderingRow<'a>> {
        let row = move |number: usize| RenderingRow { statement, number, work: work(&statement.told[number].0.id) };
        statement.order().into_iter().map(row)
    }

    fn document(&self) -> &'a Document {
        self.statement.told[self.number].0
    }

    fn quote(&self) -> &'a Quote {
        self.statement.told[self.number].1
    }

    /// What differs from the fullest rendering.
    fn contrast(&self) -> Option<&'a crate::model::Contrast> {
        let fullest = self.statement.fullest();
        let is_own = |c: &&crate::model::Contrast| (c.source as usize, c.target as usize) == (fullest, self.number);
        self.statement.contrasts.iter().find(is_own)
    }

    fn name(&self, rendering: usize) -> String {
        segment::quote_id(
            &self.statement.told[rendering].0.id,
            self.statement.group.renderings[rendering].quote as usize,
        )
    }
}

/// A table of groups: each of their renderings is a row.
pub struct Renderings;

impl Table for Renderings {
    type Row<'r> = RenderingRow<'r>;
    const NAME: &'static str = "rendering";
    const COLUMNS: &'static [Column<Self>] = &[
        fact("group", |row| row.statement.group.id.as_str().into()),
        fact("quote", |row| row.name(row.number).into()),
        fact("lang", |row| row.document().language.lang.as_str().into()),
        fact("form", |row| row.quote().form.name().into()),
        fact("speaker", |row| row.quote().speaker.as_deref().unwrap_or_default().into()),
        words("text", |row| joined(row.document(), &row.statement.group.renderings[row.number].spans)),
        figure("confidence", |row| row.statement.group.renderings[row.number].confidence.clamp(0.0, 1.0)),
        figure("group_confidence", |row| row.statement.group.confidence.clamp(0.0, 1.0)),
        fact("against", |row| row.contrast().map(|c| row.name(c.source as usize)).unwrap_or_default().into()),
        figure("kept", |row| row.contrast().map_or(f32::NAN, |c| c.kept)),
        fact("differences", |row| row.contrast().map(|c| in_words(row.statement, c)).unwrap_or_default().into()),
        fact("document", |row| row.document().id.as_str().into()),
        fact("work", |row| row.work.unwrap_or_default().into()),
        fact("outlet", |row| outlet(row.document())),
        fact("published", |row| published(row.document())),
        fact("url", |row| url(row.document())),
        fact("licence", |row| licence(row.document())),
    ];
}

/// The words at some places of a document, `…` where others stand between them.
fn joined<'a>(document: &'a Document, spans: &[Span]) -> Cow<'a, str> {
    match spans {
        [only] => only.of(&document.text).into(),
        several => several.iter().map(|span| span.of(&document.text)).collect::<Vec<_>>().join(" … ").into(),
    }
}

/// Who published a document.
fn outlet(document: &Document) -> Cow<'_, str> {
    document.metadata.outlet.as_deref().unwrap_or_default().into()
}

/// When it was published, as ISO 8601.
fn published(document: &Document) -> Cow<'_, str> {
    document.metadata.published.map(|moment| moment.to_string()).unwrap_or_default().into()
}

/// Its address: what the page calls its own, else where it was fetched.
fn url(document: &Document) -> Cow<'_, str> {
    document.url().unwrap_or_default().into()
}

fn licence(document: &Document) -> Cow<'_, str> {
    document.metadata.licence.as_deref().unwrap_or_default().into()
}
