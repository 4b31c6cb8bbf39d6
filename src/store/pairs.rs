//! Pairs and works, and the documents and pairs that wait for their step.

use super::values::Json;
use super::{Store, decisions};
use crate::error::Result;
use crate::model::{IMPORTED, Pair, Work};
use rusqlite::{Connection, Row, params};

impl Store {
    /// The ids of documents that wait for pairing, at most `limit`: by day of publication, then id; undated ones last.
    pub fn unpaired(&self, limit: usize) -> Result<Vec<String>> {
        self.read(|db| {
            let sql = "SELECT id FROM document WHERE current AND NOT paired ORDER BY day IS NULL, day, id LIMIT ?1";
            let mut statement = db.prepare_cached(sql)?;
            statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get(0))?.collect()
        })
    }

    /// Writes what pairing found, pairs in place of those between the same documents, and that the documents `paired`
    /// wait no longer.
    pub fn add_pairs(&mut self, pairs: &[Pair], paired: &[String]) -> Result<()> {
        self.write(|db| insert(db, pairs, paired))
    }

    /// All pairs, sorted by source and target.
    pub fn pairs(&self) -> Result<Vec<Pair>> {
        let mut pairs = Vec::new();
        self.for_each_pair(|pair| {
            pairs.push(pair);
            Ok(())
        })?;
        Ok(pairs)
    }

    /// Shows all pairs in that order, one at a time; ends at the first error of `visit`.
    pub fn for_each_pair(&self, visit: impl FnMut(Pair) -> Result<()>) -> Result<()> {
        self.each("SELECT source, target, kind, score, evidence FROM pair ORDER BY source, target", [], pair, visit)
    }

    /// The pairs that have this document as their source, sorted by target.
    pub fn pairs_from(&self, source: &str) -> Result<Vec<Pair>> {
        self.read(|db| {
            let sql = "SELECT source, target, kind, score, evidence FROM pair WHERE source = ?1 ORDER BY target";
            let mut statement = db.prepare_cached(sql)?;
            statement.query_map([source], pair)?.collect()
        })
    }

    /// The pairs that have this document on either side, sorted by source and target.
    pub fn pairs_of(&self, id: &str) -> Result<Vec<Pair>> {
        self.read(|db| {
            let sql = "SELECT source, target, kind, score, evidence FROM pair WHERE source = ?1 OR target = ?1
                ORDER BY source, target";
            let mut statement = db.prepare_cached(sql)?;
            statement.query_map([id], pair)?.collect()
        })
    }

    /// The pairs without bitexts, sorted by source and target; at most `limit`.
    pub fn unaligned(&self, limit: usize) -> Result<Vec<Pair>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT source, target, kind, score, evidence FROM pair WHERE NOT aligned
                ORDER BY source, target LIMIT ?1",
            )?;
            statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], pair)?.collect()
        })
    }

    /// Has all pairs wait to be aligned, those that were aligned before too. Their bitexts stay until then. What an imported file
    /// says is not for the aligner to change.
    pub fn unalign(&mut self) -> Result<()> {
        let imported = Json(vec![IMPORTED]);
        self.write(|db| {
            db.execute("UPDATE pair SET aligned = 0 WHERE aligned AND evidence <> ?1", [imported]).map(drop)
        })
    }

    /// Writes these works in place of all that were there.
    pub fn set_works(&mut self, works: impl IntoIterator<Item = Work>) -> Result<()> {
        self.write(|db| {
            db.execute("DELETE FROM work", [])?;
            let mut work_statement = db.prepare_cached("INSERT INTO work (id) VALUES (?1)")?;
            let mut document_statement =
                db.prepare_cached("INSERT INTO work_document (work, position, document) VALUES (?1, ?2, ?3)")?;
            for work in works {
                work_statement.execute([&work.id])?;
                for (position, document) in work.documents.iter().enumerate() {
                    document_statement.execute(params![work.id, position as i64, document])?;
                }
            }
            Ok(())
        })
    }

    /// All works, sorted by id.
    pub fn works(&self) -> Result<Vec<Work>> {
        let mut works = Vec::new();
        self.for_each_work(|work| {
            works.push(work);
            Ok(())
        })?;
        Ok(works)
    }

    /// Shows all works in that order, one at a time; ends at the first error of `visit`.
    pub fn for_each_work(&self, mut visit: impl FnMut(Work) -> Result<()>) -> Result<()> {
        let sql = "SELECT work.id, work_document.document
            FROM work LEFT JOIN work_document ON work_document.work = work.id
            ORDER BY work.id, work_document.position";
        let mut whole: Option<Work> = None;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.each(sql, [], read, |(id, document): (String, Option<String>)| {
            match &mut whole {
                Some(work) if work.id == id => work.documents.extend(document),
                _ => {
                    let next = Work { id, documents: document.into_iter().collect() };
                    whole.replace(next).map_or(Ok(()), &mut visit)?;
                }
            }
            Ok(())
        })?;
        whole.map_or(Ok(()), visit)
    }
}

/// Writes pairs and that documents wait no longer, as [`Store::add_pairs`].
pub(super) fn insert(db: &Connection, pairs: &[Pair], paired: &[String]) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO pair (source, target, kind, score, evidence, aligned) VALUES (?1, ?2, ?3, ?4, ?5, 0)
        ON CONFLICT (source, target)
        DO UPDATE SET kind = excluded.kind, score = excluded.score, evidence = excluded.evidence",
    )?;
    for pair in pairs {
        // What a reviewer decided of the two stands.
        if decisions::found_again(db, pair)? {
            continue;
        }
        let evidence = Json(&pair.evidence);
        statement.execute(params![pair.source, pair.target, pair.kind, pair.score, evidence])?;
    }
    let mut statement = db.prepare_cached("UPDATE document SET paired = 1 WHERE id = ?1 AND current")?;
    for id in paired {
        statement.execute([id])?;
    }
    Ok(())
}

pub(super) fn pair(row: &Row<'_>) -> rusqlite::Result<Pair> {
    let Json(evidence) = row.get(4)?;
    Ok(Pair { source: row.get(0)?, target: row.get(1)?, kind: row.get(2)?, score: row.get(3)?, evidence })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, new_store, signed};
    use super::*;
    use crate::model::{Bitext, Level, PairKind};

    fn pair(source: &str, target: &str) -> Pair {
        let evidence = vec!["hreflang".into(), "names, numbers".into()];
        Pair { source: source.into(), target: target.into(), kind: PairKind::Version, score: 0.3, evidence }
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|&id| id.into()).collect()
    }

    #[test]
    fn documents_wait_for_pairing_by_day_and_the_undated_last() {
        let (_folder, mut store) = new_store();
        let batch = [("d1", None), ("d2", Some(9)), ("d4", Some(-9)), ("d3", Some(9)), ("d0", None)];
        store.add(batch.map(|(id, day)| signed(document(id, "az", id), day, &[])).into()).unwrap();
        assert_eq!(store.unpaired(9).unwrap(), ["d4", "d2", "d3", "d0", "d1"]);
        assert_eq!(store.unpaired(2).unwrap(), ["d4", "d2"]);
        store.add_pairs(&[], &ids(&["d4", "d3"])).unwrap();
        assert_eq!(store.unpaired(9).unwrap(), ["d2", "d0", "d1"]);
    }

    #[test]
    fn pairs_are_sorted_and_the_later_one_replaces() {
        let (_folder, mut store) = new_store();
        store.add_pairs(&[pair("d2", "d3"), pair("d1", "d3"), pair("d1", "d2")], &[]).unwrap();
        let better = Pair { kind: PairKind::Event, score: 1.0, evidence: vec![], ..pair("d1", "d3") };
        store.add_pairs(std::slice::from_ref(&better), &[]).unwrap();
        assert_eq!(store.pairs_from("d1").unwrap(), [pair("d1", "d2"), better.clone()]);
        assert_eq!(store.pairs().unwrap(), [pair("d1", "d2"), better, pair("d2", "d3")]);
    }

    #[test]
    fn a_revision_loses_its_pairs_and_bitexts_and_waits_again() {
        let (_folder, mut store) = new_store();
        store.add(["d1", "d2", "d3"].map(|id| entry(document(id, "az", id))).into()).unwrap();
        store.add_pairs(&[pair("d1", "d2"), pair("d2", "d3"), pair("d1", "d3")], &ids(&["d1", "d2", "d3"])).unwrap();
        let bitext = |source: &str, target: &str| Bitext {
            source: source.into(),
            target: target.into(),
            level: Level::Sentence,
            beads: vec![],
        };
        store.add_bitexts(&[bitext("d1", "d2"), bitext("d2", "d3"), bitext("d1", "d3")]).unwrap();
        store.add(vec![entry(document("d2", "az", "Yeni."))]).unwrap();
        assert_eq!(store.pairs().unwrap(), [pair("d1", "d3")]);
        assert_eq!(store.bitext("d1", "d2", Level::Sentence).unwrap(), None);
        assert_eq!(store.bitext("d1", "d3", Level::Sentence).unwrap(), Some(bitext("d1", "d3")));
        assert_eq!(store.unpaired(9).unwrap(), ["d2"]);
        // Found again, it is to be aligned again.
        store.add_pairs(&[pair("d1", "d2")], &ids(&["d2"])).unwrap();
        assert_eq!(store.unaligned(9).unwrap(), [pair("d1", "d2")]);
    }

    #[test]
    fn works_are_replaced_as_a_whole_and_sorted() {
        let (_folder, mut store) = new_store();
        let work = |id: &str, documents: &[&str]| Work { id: id.into(), documents: ids(documents) };
        store.set_works([work("w9", &["d1"])]).unwrap();
        store.set_works([work("w2", &["d3", "d1", "d2"]), work("w1", &[]), work("w3", &["d4"])]).unwrap();
        let sorted = [work("w1", &[]), work("w2", &["d3", "d1", "d2"]), work("w3", &["d4"])];
        assert_eq!(store.works().unwrap(), sorted);
    }
}
