//! Tables of all units: a file for each length.

use super::{Memories, for_each_row, write_file};
use crate::error::{Error, Result};
use crate::export::{Length, delimited, parquet};
use crate::store::Store;
use std::path::Path;

/// The lengths that are wanted, with the names of their files: sentences and paragraphs, or one.
fn tables(units: Memories) -> Vec<(Length, &'static str)> {
    let all = [(Length::Sentence, "sentences"), (Length::Paragraph, "paragraphs"), (Length::Quote, "quotes")];
    let is_wanted = |length| units.length.map_or(length != Length::Quote, |wanted| wanted == length);
    all.into_iter().filter(|(length, _)| is_wanted(*length)).collect()
}

pub(super) fn write_delimited(
    store: &Store,
    folder: &Path,
    dialect: delimited::Dialect,
    units: Memories,
) -> Result<()> {
    let ending = match dialect {
        delimited::Dialect::Tsv => "tsv",
        delimited::Dialect::Csv => "csv",
    };
    for (length, name) in tables(units) {
        let path = folder.join(format!("{name}.{ending}"));
        write_file(&path, |out| {
            let at = |e| Error::io(&path, e);
            let mut table = delimited::Writer::new(out, dialect).map_err(at)?;
            for_each_row(store, length, None, units.filter, |row| table.row(row).map_err(at))?;
            table.finish().map_err(at)
        })?;
    }
    Ok(())
}

pub(super) fn write_parquet(store: &Store, folder: &Path, units: Memories) -> Result<()> {
    for (length, name) in tables(units) {
        let path = folder.join(format!("{name}.parquet"));
        write_file(&path, |out| {
            let at = |e| Error::io(&path, e);
            let mut table = parquet::Writer::new(out).map_err(at)?;
            for_each_row(store, length, None, units.filter, |row| table.row(row).map_err(at))?;
            table.finish().map_err(at)
        })?;
    }
    Ok(())
}
