//! A store is one SQLite file that holds a corpus: the documents with all their revisions, what was refused and why, and
//! the pairs, works and bitexts that were found. This module is the only place that knows the file format, which
//! `schemas/store.md` promises to other tools.
//!
//! Every method that writes is one transaction: killed at any moment, the store holds what was committed and nothing of
//! the rest. Decisions of reviewers are only ever added; what they come to ([`crate::decide`]) is marked on the beads whenever
//! those are written. It keeps no clock and draws no lots, so that the same calls make the same bytes.
//!
//! ```
//! use korpu::language::Lang;
//! use korpu::model::{Block, BlockKind, Document, Identification, Signature, Span};
//! use korpu::store::{Entry, Outcome, Store};
//!
//! let folder = tempfile::tempdir()?;
//! let mut store = Store::open(folder.path().join("corpus.korpu"))?;
//! let text = "Isparta gül bağları ilə tanınır.";
//! let span = Span::new(0, text.len());
//! let document = Document {
//!     id: "d0123456789ab".into(),
//!     revision: 1,
//!     text: text.into(),
//!     blocks: vec![Block { sentences: vec![span], ..Block::new(BlockKind::Paragraph, span) }],
//!     language: Identification { lang: Lang::parse("az").unwrap(), confidence: 0.99 },
//!     ..Document::default()
//! };
//! let entry = Entry::Document { document: document.clone(), signature: Signature::default() };
//! assert_eq!(store.add(vec![entry])?, [Outcome::Added]);
//! assert_eq!(store.document("d0123456789ab")?, Some(document));
//! assert_eq!(store.search("ısparta gul*", None, 10)?[0].text, text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod addresses;
mod bitexts;
mod certainty;
mod concordance;
mod counts;
mod cuts;
mod decisions;
mod documents;
mod entries;
mod imports;
mod lists;
mod open;
mod overview;
mod pairs;
mod quotes;
#[cfg(test)]
mod samples;
mod search;
mod signatures;
mod statements;
mod values;

pub use certainty::{Step, Uncertain};
pub use concordance::{Clause, Counterpart, Found, Phrase};
pub use counts::Counts;
pub use decisions::{Decided, Proposal};
pub use documents::Summary;
pub use entries::{Entry, Outcome};
pub use imports::{Carried, Import};
pub use lists::{Filter, Listed, Page};
pub use overview::Overview;
pub use search::Hit;
pub use statements::{Forms, Statements};

use crate::error::{Error, Result};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::path::{Path, PathBuf};

/// A corpus in one file.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    path: PathBuf,
}

impl Store {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Calls `look` with the store as it is at one moment: nothing that another program writes meanwhile is seen.
    ///
    /// Many small reads take half the time this way, because SQLite takes its locks once and not for each.
    pub fn snapshot<T>(&self, look: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        if !self.db.is_autocommit() {
            return look(self);
        }
        // Only reads can happen with `&self`, so there is nothing to commit: the transaction ends when it is dropped.
        let _transaction = self.db.unchecked_transaction().map_err(|e| explain(&self.path, e))?;
        look(self)
    }

    /// Reads from the file.
    fn read<T>(&self, look: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        look(&self.db).map_err(|e| explain(&self.path, e))
    }

    /// Changes the file in one transaction: all of the change, or nothing of it.
    fn write<T>(&mut self, change: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let Store { db, path } = self;
        let run = || {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let out = change(&transaction)?;
            transaction.commit()?;
            Ok(out)
        };
        run().map_err(|e| explain(path, e))
    }
}

/// What SQLite said, with what to do next.
fn explain(path: &Path, error: rusqlite::Error) -> Error {
    use rusqlite::Error as Sql;
    let next = match &error {
        Sql::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DiskFull | ErrorCode::SystemIoFailure => {
                "the disk is full or cannot be written. Nothing committed is lost: make room and run again"
            }
            ErrorCode::NotADatabase => "this is no korpu store. Name another file, or move this one away",
            ErrorCode::DatabaseCorrupt => {
                "the store is damaged. Put back a copy, or remove it and build it anew with `korpu run`"
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
                "another program is writing to the store. Wait for it to end and run again"
            }
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                "the store may not be written. Change its permissions or copy it elsewhere"
            }
            ErrorCode::CannotOpen => {
                "the store cannot be opened. Is its folder there, is it a file, and may you write to both?"
            }
            _ => "the store refused; this is an error in korpu or in a program that changed the file",
        },
        Sql::FromSqlConversionFailure(..) | Sql::InvalidColumnType(..) | Sql::IntegralValueOutOfRange(..) => {
            "a value is not one that korpu writes. Did another program change the store?"
        }
        _ => "the store refused; this is an error in korpu or in a program that changed the file",
    };
    Error::Store { path: path.to_owned(), reason: format!("{next} ({error})") }
}

#[cfg(test)]
mod tests {
    use super::Store;
    use super::samples::{document, entry, new_store};

    #[test]
    fn a_full_disk_is_named_and_loses_nothing_committed() {
        let (_folder, mut store) = new_store();
        store.add(vec![entry(document("d1", "az", "Birinci mətn."))]).unwrap();
        let pages: i64 = store.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
        let message =
            store.add(vec![entry(document("d2", "az", &"Uzun mətn. ".repeat(9000)))]).unwrap_err().to_string();
        assert!(message.contains("corpus.korpu: the disk is full"), "{message}");
        assert_eq!(store.document_ids().unwrap(), ["d1"]);
        store.db.query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(())).unwrap();
        store.add(vec![entry(document("d2", "az", "İkinci mətn."))]).unwrap();
        assert_eq!(store.document_ids().unwrap(), ["d1", "d2"]);
    }

    #[test]
    fn a_snapshot_sees_one_moment_and_may_hold_another() {
        let (_folder, mut store) = new_store();
        store.add(vec![entry(document("d1", "az", "Bir."))]).unwrap();
        let mut other = Store::open_existing(store.path()).unwrap();
        let ids = store.snapshot(|store| {
            let before = store.document_ids()?;
            other.add(vec![entry(document("d2", "az", "İki."))])?;
            Ok((before, store.snapshot(Store::document_ids)?))
        });
        assert_eq!(ids.unwrap(), (vec!["d1".to_owned()], vec!["d1".to_owned()]));
        assert_eq!(store.document_ids().unwrap(), ["d1", "d2"]);
        store.add(vec![entry(document("d3", "az", "Üç."))]).unwrap();
    }

    #[test]
    fn the_same_calls_make_the_same_bytes() {
        let build = || {
            let (_folder, mut store) = new_store();
            for n in 0..50 {
                let text = format!("Mətn {n}. İkinci cümlə {n}.");
                store.add(vec![entry(document(&format!("d{n}"), "az", &text))]).unwrap();
            }
            store.add(vec![entry(document("d7", "az", "Başqa mətn."))]).unwrap();
            let path = store.path().to_owned();
            drop(store);
            std::fs::read(path).unwrap()
        };
        assert!(build() == build());
    }
}
