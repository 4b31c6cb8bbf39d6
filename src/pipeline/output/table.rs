//! Tables of all beads: a file for each level.

use super::{for_each_row, write_file};
use crate::error::{Error, Result};
use crate::export::{Filter, delimited, parquet};
use crate::model::Level;
use crate::store::Store;
use std::path::Path;

/// The levels, with the names of their files.
const LEVELS: [(Level, &str); 2] = [(Level::Sentence, "sentences"), (Level::Paragraph, "paragraphs")];

pub(super) fn write_delimited(store: &Store, folder: &Path, dialect: delimited::Dialect, filter: Filter) -> Result<()> {
    let ending = match dialect {
        delimited::Dialect::Tsv => "tsv",
        delimited::Dialect::Csv => "csv",
    };
    for (level, name) in LEVELS {
        let path = folder.join(format!("{name}.{ending}"));
        write_file(&path, |out| {
            let at = |e| Error::io(&path, e);
            let mut table = delimited::Writer::new(out, dialect).map_err(at)?;
            for_each_row(store, level, None, filter, |row| table.row(row).map_err(at))?;
            table.finish().map_err(at)
        })?;
    }
    Ok(())
}

pub(super) fn write_parquet(store: &Store, folder: &Path, filter: Filter) -> Result<()> {
    for (level, name) in LEVELS {
        let path = folder.join(format!("{name}.parquet"));
        write_file(&path, |out| {
            let at = |e| Error::io(&path, e);
            let mut table = parquet::Writer::new(out).map_err(at)?;
            for_each_row(store, level, None, filter, |row| table.row(row).map_err(at))?;
            table.finish().map_err(at)
        })?;
    }
    Ok(())
}
