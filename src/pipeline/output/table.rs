//! Tables: of all units a file for each length, of all quotes one, and one of the groups of their renderings.

use super::{Memories, Options, document, for_each_row, write_file};
use crate::error::{Error, Result};
use crate::export::statement::Statement;
use crate::export::table::{Beads, QuoteRow, Quotes, RenderingRow, Renderings, Table};
use crate::export::{Length, delimited, parquet};
use crate::model::{Document, Group, Quote};
use crate::pipeline::{Knowledge, compare_groups};
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

/// The lengths of units that are wanted, with the names of their files: sentences and paragraphs, or the one asked for.
fn lengths(units: Memories) -> Vec<(Length, &'static str)> {
    let all = [(Length::Sentence, "sentences"), (Length::Paragraph, "paragraphs"), (Length::Quote, "quote-pairs")];
    let is_wanted = |length| units.length.map_or(length != Length::Quote, |wanted| wanted == length);
    all.into_iter().filter(|(length, _)| is_wanted(*length)).collect()
}

/// So many groups are compared at once.
const GROUPS: usize = 1000;

/// What a table is written as.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Delimited(delimited::Dialect),
    Parquet,
}

/// A table on its way.
enum Writer<'o, T: Table> {
    Delimited(delimited::Writer<'o, T>),
    Parquet(parquet::Writer<&'o mut (dyn Write + Send), T>),
}

impl<T: Table> Writer<'_, T> {
    fn row<'r>(&mut self, row: &'r T::Row<'r>) -> io::Result<()> {
        match self {
            Writer::Delimited(table) => table.row(row),
            Writer::Parquet(table) => table.row(row),
        }
    }
}

/// Writes the tables of a kind: all, or of the units of one length.
pub(super) fn write(store: &Store, folder: &Path, kind: Kind, options: &Options) -> Result<()> {
    let units = options.memories;
    for (length, name) in lengths(units) {
        file::<Beads>(folder, name, kind, |row| for_each_row(store, length, None, units.filter, |unit| row(unit)))?;
    }
    if units.length.is_some() {
        return Ok(());
    }
    let works = works(store)?;
    let work = |id: &str| works.get(id).map(String::as_str);
    file::<Quotes>(folder, "quotes", kind, |row| {
        store.for_each_document_id(|id| {
            let quotes = store.quotes(id)?;
            if quotes.is_empty() {
                return Ok(());
            }
            let (document, groups) = (document(store, id)?, store.groups_of(&[id.to_owned()])?);
            quotes.iter().enumerate().try_for_each(|(number, quote)| {
                let has = |g: &&Group| g.renderings.iter().any(|r| r.document == id && r.quote as usize == number);
                let groups = groups.iter().filter(has).map(|group| group.id.as_str()).collect();
                row(&QuoteRow { document: &document, work: work(id), number, quote, groups })
            })
        })
    })?;
    file::<Renderings>(folder, "groups", kind, |row| {
        let mut write = |groups: &[Group]| {
            for_each_statement(store, groups, options.knowledge, |statement| {
                RenderingRow::all(statement, work).try_for_each(|rendering| row(&rendering))
            })
        };
        let mut groups = Vec::new();
        store.for_each_group(|group| {
            groups.push(group);
            if groups.len() < GROUPS { Ok(()) } else { write(&std::mem::take(&mut groups)) }
        })?;
        write(&groups)
    })
}

/// Writes one table.
fn file<T: Table>(
    folder: &Path,
    name: &str,
    kind: Kind,
    rows: impl FnOnce(&mut dyn for<'r> FnMut(&'r T::Row<'r>) -> Result<()>) -> Result<()>,
) -> Result<()> {
    let ending = match kind {
        Kind::Delimited(delimited::Dialect::Tsv) => "tsv",
        Kind::Delimited(delimited::Dialect::Csv) => "csv",
        Kind::Parquet => "parquet",
    };
    let path = folder.join(format!("{name}.{ending}"));
    write_file(&path, |out| {
        let at = |e| Error::io(&path, e);
        let mut table: Writer<T> = match kind {
            Kind::Delimited(dialect) => Writer::Delimited(delimited::Writer::new(out, dialect).map_err(at)?),
            Kind::Parquet => Writer::Parquet(parquet::Writer::new(out).map_err(at)?),
        };
        rows(&mut |row| table.row(row).map_err(at))?;
        match table {
            Writer::Delimited(table) => table.finish().map_err(at),
            Writer::Parquet(table) => table.finish().map_err(at),
        }
    })
}

/// The work of each document.
fn works(store: &Store) -> Result<BTreeMap<String, String>> {
    let mut works = BTreeMap::new();
    store.for_each_work(|work| {
        works.extend(work.documents.into_iter().map(|document| (document, work.id.clone())));
        Ok(())
    })?;
    Ok(works)
}

/// Compares the renderings of groups and shows each with what differs.
fn for_each_statement(
    store: &Store,
    groups: &[Group],
    knowledge: Knowledge,
    mut visit: impl FnMut(&Statement) -> Result<()>,
) -> Result<()> {
    let ids: BTreeSet<&str> = groups.iter().flat_map(|g| &g.renderings).map(|r| r.document.as_str()).collect();
    let load = |id: &str| Ok((document(store, id)?, store.quotes(id)?));
    let quoted: Vec<(Document, Vec<Quote>)> = ids.into_iter().map(load).collect::<Result<_>>()?;
    let contrasts = compare_groups(&quoted, groups, knowledge);
    let find = |id: &str| {
        let n = quoted.binary_search_by(|(document, _)| document.id.as_str().cmp(id)).ok()?;
        quoted.get(n).map(|(document, quotes)| (document, quotes.as_slice()))
    };
    let statements = groups.iter().zip(&contrasts).filter_map(|(group, found)| Statement::new(group, found, find));
    statements.into_iter().try_for_each(|statement| visit(&statement))
}
