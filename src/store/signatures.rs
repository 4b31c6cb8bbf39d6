use super::Store;
use super::documents::current;
use crate::error::Result;
use crate::language::Lang;
use crate::model::{Feature, Signature};
use rusqlite::{Connection, OptionalExtension, params};
use std::ops::RangeInclusive;

/// The day of documents without a date, in `posting` only, where a key column cannot be empty.
const UNDATED: i32 = i32::MIN;

/// That a document holds a feature: feature, day, document.
pub(super) type Posting = (i64, i32, i64);

impl Store {
    /// The language and the signature of a document; `None` where there is no such document.
    pub fn signature(&self, id: &str) -> Result<Option<(Lang, Signature)>> {
        self.read(|db| current(db, id)?.map(|key| load(db, key)).transpose())
    }

    /// The ids of documents that hold a feature and were published on one of these days or on no known day; of all that
    /// hold it where `days` is `None`. Dated ones come first, by day; at most `limit`.
    pub fn postings(&self, feature: u64, days: Option<RangeInclusive<i32>>, limit: usize) -> Result<Vec<String>> {
        let feature = feature.cast_signed();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (first, last) = days.map_or((UNDATED + 1, i32::MAX), RangeInclusive::into_inner);
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT document.id FROM posting JOIN document ON document.key = posting.document
                WHERE posting.feature = ?1 AND posting.day BETWEEN ?2 AND ?3
                ORDER BY posting.day, posting.document LIMIT ?4",
            )?;
            let mut ids = Vec::new();
            for (first, last) in [(first.max(UNDATED + 1), last), (UNDATED, UNDATED)] {
                let rest = limit - ids.len() as i64;
                let found = statement.query_map(params![feature, first, last, rest], |row| row.get(0))?;
                for id in found {
                    ids.push(id?);
                }
            }
            Ok(ids)
        })
    }

    /// How many documents hold a feature; counting stops at `cap`.
    pub fn frequency(&self, feature: u64, cap: u32) -> Result<u32> {
        self.read(|db| {
            db.prepare_cached("SELECT count(*) FROM (SELECT 1 FROM posting WHERE feature = ?1 LIMIT ?2)")?
                .query_row(params![feature.cast_signed(), cap], |row| row.get(0))
        })
    }
}

fn load(db: &Connection, key: i64) -> rusqlite::Result<(Lang, Signature)> {
    let (lang, day) = db
        .prepare_cached("SELECT lang, day FROM document WHERE key = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut features = db
        .prepare_cached("SELECT feature, weight FROM feature WHERE document = ?1")?
        .query_map([key], |row| Ok(Feature { hash: row.get::<_, i64>(0)?.cast_unsigned(), weight: row.get(1)? }))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    // In the table the upper half of the hashes is negative and comes first.
    features.sort_unstable_by_key(|f| f.hash);
    let minhash: Option<Vec<u8>> = db
        .prepare_cached("SELECT minhash FROM minhash WHERE document = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    let minhash = minhash.unwrap_or_default().as_chunks().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect();
    Ok((lang, Signature { day, features, minhash }))
}

/// Writes a signature, its day aside, which stands in `document`; its postings are left for [`post`].
pub(super) fn insert(
    db: &Connection,
    key: i64,
    signature: &Signature,
    postings: &mut Vec<Posting>,
) -> rusqlite::Result<()> {
    if !signature.minhash.is_empty() {
        let bytes: Vec<u8> = signature.minhash.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        db.prepare_cached("INSERT INTO minhash (document, minhash) VALUES (?1, ?2)")?.execute(params![key, bytes])?;
    }
    let day = signature.day.unwrap_or(UNDATED);
    let mut statement = db.prepare_cached("INSERT INTO feature (document, feature, weight) VALUES (?1, ?2, ?3)")?;
    for feature in &signature.features {
        let hash = feature.hash.cast_signed();
        statement.execute(params![key, hash, feature.weight])?;
        postings.push((hash, day, key));
    }
    Ok(())
}

/// Writes the postings of a batch in the order of the table, so that each of its pages is fetched once a batch.
pub(super) fn post(db: &Connection, mut postings: Vec<Posting>) -> rusqlite::Result<()> {
    postings.sort_unstable();
    let mut statement = db.prepare_cached("INSERT INTO posting (feature, day, document) VALUES (?1, ?2, ?3)")?;
    for posting in postings {
        statement.execute(posting)?;
    }
    Ok(())
}

/// Takes a signature out, whether its postings are written yet or still wait in `postings`.
pub(super) fn forget(db: &Connection, key: i64, postings: &mut Vec<Posting>) -> rusqlite::Result<()> {
    postings.retain(|(_, _, document)| *document != key);
    db.prepare_cached(
        "DELETE FROM posting WHERE (feature, day, document) IN (
            SELECT feature.feature, coalesce(document.day, ?2), feature.document
            FROM feature JOIN document ON document.key = feature.document WHERE feature.document = ?1)",
    )?
    .execute(params![key, UNDATED])?;
    db.prepare_cached("DELETE FROM feature WHERE document = ?1")?.execute([key])?;
    db.prepare_cached("DELETE FROM minhash WHERE document = ?1")?.execute([key])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Entry;
    use super::super::samples::{document, entry, new_store, signed};
    use super::*;

    const FEATURE: u64 = u64::MAX - 7;

    fn four() -> (tempfile::TempDir, Store) {
        let (folder, mut store) = new_store();
        let batch = [("d1", None), ("d2", Some(102)), ("d3", Some(-3)), ("d4", Some(100))];
        let entries = batch.map(|(id, day)| signed(document(id, "az", id), day, &[5, FEATURE]));
        store.add(entries.into()).unwrap();
        (folder, store)
    }

    fn check(days: Option<RangeInclusive<i32>>, limit: usize, ids: &[&str]) {
        let (_folder, store) = four();
        assert_eq!(store.postings(FEATURE, days, limit).unwrap(), ids);
    }

    #[test]
    fn postings_are_of_the_days_and_of_no_day() {
        check(Some(100..=101), 9, &["d4", "d1"]);
        check(Some(100..=102), 9, &["d4", "d2", "d1"]);
        check(Some(-5..=0), 9, &["d3", "d1"]);
        check(Some(i32::MIN..=i32::MAX), 9, &["d3", "d4", "d2", "d1"]);
        check(None, 9, &["d3", "d4", "d2", "d1"]);
    }

    #[test]
    fn postings_stop_at_the_limit() {
        check(None, 2, &["d3", "d4"]);
        check(Some(100..=102), 2, &["d4", "d2"]);
        check(None, 0, &[]);
        check(None, usize::MAX, &["d3", "d4", "d2", "d1"]);
    }

    #[test]
    fn counting_stops_at_the_cap() {
        let (_folder, store) = four();
        assert_eq!([2, 4, 9].map(|cap| store.frequency(FEATURE, cap).unwrap()), [2, 4, 4]);
        assert_eq!(store.frequency(6, 9).unwrap(), 0);
    }

    #[test]
    fn a_signature_comes_back_exactly() {
        let (_folder, mut store) = new_store();
        let second = document("d2", "ru", "Два.");
        let Entry::Document { document, mut signature } =
            signed(document("d1", "ru", "Раз."), Some(-9), &[0, 5, FEATURE])
        else {
            unreachable!()
        };
        signature.features[1].weight = 0.1;
        store.add(vec![Entry::Document { document, signature: signature.clone() }]).unwrap();
        assert_eq!(store.signature("d1").unwrap(), Some((Lang::parse("ru").unwrap(), signature)));
        store.add(vec![entry(second)]).unwrap();
        assert_eq!(store.signature("d2").unwrap().unwrap().1, Signature::default());
        assert_eq!(store.signature("d3").unwrap(), None);
    }

    #[test]
    fn the_features_of_an_old_revision_lead_nowhere() {
        for batches in [1, 2] {
            let (_folder, mut store) = new_store();
            let old = signed(document("d1", "az", "Köhnə."), None, &[1, FEATURE]);
            let new = signed(document("d1", "az", "Yeni."), Some(3), &[1, 2]);
            for batch in if batches == 1 { vec![vec![old, new]] } else { vec![vec![old], vec![new]] } {
                store.add(batch).unwrap();
            }
            assert_eq!([1, 2, FEATURE].map(|f| store.frequency(f, 9).unwrap()), [1, 1, 0]);
            assert_eq!(store.signature("d1").unwrap().unwrap().1.day, Some(3));
        }
    }
}
