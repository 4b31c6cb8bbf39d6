//! What files of others say of what was imported from them: of the file, of each unit, of each segment.

use super::documents::current;
use super::values::{Json, Size};
use super::{Store, bitexts, entries, pairs, quotes, signatures};
use crate::error::Result;
use crate::model::{Between, Part, Said, Signature};
use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A file that was imported.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The file as the user named it.
    pub path: String,
    /// Its format: `TMX`.
    pub format: String,
    /// What it says of itself.
    pub said: Said,
}

/// How much there is in what was imported that most formats have no place for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Units with names, notes, properties, dates or authors, of their own or of one of their texts.
    pub units: u64,
    /// Texts with markup.
    pub texts: u64,
    /// Texts with markup that only XLIFF has.
    pub xliff: u64,
    /// Files with notes and properties of their own.
    pub files: u64,
}

impl Store {
    /// How much there is of what was imported that most formats have no place for.
    pub fn carried(&self) -> Result<Carried> {
        self.read(|db| {
            let count = |sql| db.query_row(sql, [], |row| row.get(0)).map(|Size(count)| count);
            Ok(Carried {
                units: count(
                    "SELECT count(*) FROM unit WHERE said <> '{}' OR EXISTS (SELECT 1 FROM unit_segment
                    WHERE unit_segment.unit = unit.key AND (said LIKE '%\"attributes\":%' OR said LIKE '%\"remarks\":%'))",
                )?,
                texts: count("SELECT count(*) FROM unit_segment WHERE said LIKE '%\"inline\":%'")?,
                xliff: count(
                    "SELECT count(*) FROM unit_segment JOIN unit ON unit.key = unit_segment.unit
                    JOIN import ON import.key = unit.import WHERE import.format = 'XLIFF' AND unit_segment.said LIKE '%\"inline\":%'",
                )?,
                files: count("SELECT count(*) FROM import WHERE said LIKE '%\"remarks\":%'")?,
            })
        })
    }

    /// Begins to import a file: notes what it says of itself, in place of what it said before.
    pub fn begin_import(&mut self, import: &Import) -> Result<()> {
        self.write(|db| {
            db.prepare_cached(
                "INSERT INTO import (path, format, said) VALUES (?1, ?2, ?3)
                ON CONFLICT (path) DO UPDATE SET format = excluded.format, said = excluded.said",
            )?
            .execute(params![import.path, import.format, Json(&import.said)])?;
            db.prepare_cached("DELETE FROM loss WHERE import = (SELECT key FROM import WHERE path = ?1)")?
                .execute([&import.path])?;
            Ok(())
        })
    }

    /// Puts a part of a file in, with the losses up to its end: the line and what was lost. Says how many of its documents
    /// are new or other than they were.
    pub fn add_part(&mut self, path: &str, part: &Part, losses: &[(u64, String)]) -> Result<usize> {
        self.write(|db| {
            let import: i64 =
                db.prepare_cached("SELECT key FROM import WHERE path = ?1")?.query_row([path], |row| row.get(0))?;
            let (mut postings, mut new) = (Vec::new(), 0usize);
            for document in &part.documents {
                let outcome = entries::add(db, document, &Signature::default(), &mut postings)?;
                new += usize::from(outcome != entries::Outcome::Unchanged);
            }
            signatures::post(db, postings)?;
            let ids: Vec<String> = part.documents.iter().map(|d| d.id.clone()).collect();
            pairs::insert(db, &part.pairs, &ids)?;
            part.bitexts.iter().try_for_each(|bitext| bitexts::insert(db, bitext))?;
            for (id, quotes) in part.quotes.iter().filter(|(_, quotes)| !quotes.is_empty()) {
                quotes::replace(db, id, quotes)?;
            }
            part.groups.iter().try_for_each(|group| quotes::merge(db, group))?;
            insert_units(db, import, part)?;
            insert_losses(db, import, losses)?;
            Ok(new)
        })
    }

    /// Ends an import: documents that the file gave before and gives no longer are taken out, their revisions stay.
    pub fn end_import(&mut self, path: &str, ids: &BTreeSet<String>) -> Result<()> {
        self.write(|db| {
            let mut statement = db.prepare_cached(
                "SELECT document.key, document.id FROM document JOIN page ON page.document = document.key
                WHERE page.path = ?1 AND document.current
                    AND EXISTS (SELECT 1 FROM unit_segment WHERE unit_segment.document = document.key)",
            )?;
            let found = statement.query_map([path], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let found: Vec<(i64, String)> = found.collect::<rusqlite::Result<_>>()?;
            let mut postings = Vec::new();
            for (key, id) in found.into_iter().filter(|(_, id)| !ids.contains(id)) {
                entries::retire(db, key, &id, &mut postings)?;
            }
            signatures::post(db, postings)
        })
    }

    /// The files that were imported, sorted by path.
    pub fn imports(&self) -> Result<Vec<Import>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT path, format, said FROM import ORDER BY path")?;
            let rows = statement.query_map([], |row| {
                let Json(said) = row.get(2)?;
                Ok(Import { path: row.get(0)?, format: row.get(1)?, said })
            })?;
            rows.collect()
        })
    }

    /// What was lost of a file: the line and what it was, in the order of the file.
    pub fn losses(&self, path: &str) -> Result<Vec<(u64, String)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT line, reason FROM loss WHERE import = (SELECT key FROM import WHERE path = ?1) ORDER BY position",
            )?;
            let rows = statement.query_map([path], |row| row.get(0).and_then(|Size(line)| Ok((line, row.get(1)?))))?;
            rows.collect()
        })
    }

    /// What files say of the units between two documents, by the segments in the source and in the target; empty where
    /// the documents are pages.
    pub fn units_between(&self, source: &str, target: &str) -> Result<FxHashMap<(u32, u32), Between>> {
        self.read(|db| {
            let (Some(source), Some(target)) = (current(db, source)?, current(db, target)?) else {
                return Ok(FxHashMap::default());
            };
            let mut statement =
                db.prepare_cached("SELECT unit, position, said FROM unit_segment WHERE document = ?1")?;
            let mut targets: FxHashMap<i64, (u32, Said)> = FxHashMap::default();
            let mut rows = statement.query([target])?;
            while let Some(row) = rows.next()? {
                let Json(said) = row.get(2)?;
                targets.insert(row.get(0)?, (row.get(1)?, said));
            }
            if targets.is_empty() {
                return Ok(FxHashMap::default());
            }
            let mut statement = db.prepare_cached(
                "SELECT unit_segment.unit, unit_segment.position, unit_segment.said, unit.said
                FROM unit_segment JOIN unit ON unit.key = unit_segment.unit WHERE unit_segment.document = ?1",
            )?;
            let mut rows = statement.query([source])?;
            let mut units = FxHashMap::default();
            while let Some(row) = rows.next()? {
                if let Some((target, target_said)) = targets.remove(&row.get(0)?) {
                    let (Json(source), Json(unit)) = (row.get(2)?, row.get(3)?);
                    units.insert((row.get(1)?, target), Between { unit, source, target: target_said });
                }
            }
            Ok(units)
        })
    }
}

fn insert_units(db: &Connection, import: i64, part: &Part) -> rusqlite::Result<()> {
    let keys: Vec<Option<i64>> =
        part.documents.iter().map(|document| current(db, &document.id)).collect::<rusqlite::Result<_>>()?;
    let mut unit_statement = db.prepare_cached(
        "INSERT INTO unit (import, number, said) VALUES (?1, ?2, ?3)
        ON CONFLICT (import, number) DO UPDATE SET said = excluded.said RETURNING key",
    )?;
    let mut segment_statement = db.prepare_cached(
        "INSERT OR REPLACE INTO unit_segment (document, position, unit, said) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for unit in &part.units {
        let key: i64 =
            unit_statement.query_row(params![import, Size(unit.number), Json(&unit.said)], |row| row.get(0))?;
        for (document, position, said) in &unit.segments {
            if let Some(Some(document)) = keys.get(*document) {
                segment_statement.execute(params![document, position, key, Json(said)])?;
            }
        }
    }
    Ok(())
}

fn insert_losses(db: &Connection, import: i64, losses: &[(u64, String)]) -> rusqlite::Result<()> {
    let sql = "SELECT position FROM loss WHERE import = ?1 ORDER BY position DESC LIMIT 1";
    let last: Option<i64> = db.prepare_cached(sql)?.query_row([import], |row| row.get(0)).optional()?;
    let mut statement =
        db.prepare_cached("INSERT INTO loss (import, position, line, reason) VALUES (?1, ?2, ?3, ?4)")?;
    for ((line, reason), position) in losses.iter().zip(last.map_or(0, |last| last.saturating_add(1))..) {
        statement.execute(params![import, position, Size(*line), reason])?;
    }
    Ok(())
}
