//! How sure the beads of a store are: all together, and the least certain ones first.

use super::lists::Page;
use super::values::{Json, Size};
use super::{Store, documents};
use crate::error::Result;
use crate::model::Bead;
use rusqlite::params;
use std::collections::BTreeMap;
use std::ops::Range;

/// The sentence beads of two sides whose confidence lies in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The confidence, in thousandths, rounded down.
    pub thousandth: u16,
    /// How many nobody has reviewed.
    pub open: usize,
    /// How many hold by a decision.
    pub reviewed: usize,
}

/// A bead of a store that nobody has reviewed.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// Id of the source document.
    pub source: String,
    /// Id of the target document.
    pub target: String,
    /// Its place in the bitext of sentences.
    pub position: usize,
    /// The bead.
    pub bead: Bead,
}

/// The aligned beads of sentences, with what marks them.
const BEADS: &str = "FROM bead INDEXED BY bead_confidence
    CROSS JOIN bitext ON bitext.key = bead.bitext AND bitext.level = 'sentence'
    LEFT JOIN mark ON mark.bitext = bead.bitext AND mark.position = bead.position
    WHERE bead.source <> '[]' AND bead.target <> '[]'";

impl Store {
    /// How sure the sentence beads are, by steps of a thousandth, in order; steps without beads are left out.
    pub fn certainty(&self) -> Result<Vec<Step>> {
        self.read(|db| {
            // Marks are few: looked up for every bead, they took two thirds of the time.
            let steps = |beads: &str| {
                format!(
                    "SELECT CAST(bead.confidence * 1000 AS INTEGER) AS step, count(*) FROM {beads}
                    WHERE bitext.level = 'sentence' AND bead.source <> '[]' AND bead.target <> '[]' GROUP BY step"
                )
            };
            let count = |sql: &str| -> rusqlite::Result<BTreeMap<u16, usize>> {
                let mut statement = db.prepare_cached(sql)?;
                statement.query_map([], |row| row.get(1).and_then(|Size(n)| Ok((row.get(0)?, n))))?.collect()
            };
            let marked = "mark CROSS JOIN bead ON bead.bitext = mark.bitext AND bead.position = mark.position
                CROSS JOIN bitext ON bitext.key = bead.bitext";
            let reviewed = count(&steps(marked))?;
            let step = |(thousandth, all): (u16, usize)| {
                let reviewed = reviewed.get(&thousandth).copied().unwrap_or(0);
                Step { thousandth, open: all.saturating_sub(reviewed), reviewed }
            };
            // Bitext by bitext: by the index of confidences every bead was looked up where it lies, which took five times as long.
            let all = "bitext CROSS JOIN bead ON bead.bitext = bitext.key";
            Ok(count(&steps(all))?.into_iter().map(step).collect())
        })
    }

    /// The sentence beads that nobody has reviewed with a confidence in `range`, the least certain first.
    pub fn uncertain(&self, range: Range<f32>, page: Page) -> Result<Vec<Uncertain>> {
        self.read(|db| {
            let sql = format!(
                "SELECT bitext.source, bitext.target, bead.position, bead.source, bead.target, bead.score, bead.confidence
                {BEADS} AND bead.confidence >= ?1 AND bead.confidence < ?2 AND mark.decision IS NULL
                ORDER BY bead.confidence, bead.bitext, bead.position LIMIT ?3 OFFSET ?4"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement.query_map(params![range.start, range.end, Size(page.limit as u64), Size(page.offset as u64)], |row| {
                let (Size(position), Json(source), Json(target)) = (row.get(2)?, row.get(3)?, row.get(4)?);
                let bead = Bead { source, target, score: row.get(5)?, confidence: row.get(6)? };
                Ok(Uncertain { source: row.get(0)?, target: row.get(1)?, position, bead })
            })?;
            rows.collect()
        })
    }

    /// The texts of some sentences of a document, in the order asked for; what is not there is empty.
    pub fn sentences(&self, document: &str, positions: &[u32]) -> Result<Vec<String>> {
        self.read(|db| {
            let Some(key) = documents::current(db, document)? else { return Ok(vec![String::new(); positions.len()]) };
            let mut statement = db.prepare_cached(
                "SELECT CAST(substr(CAST(text.text AS BLOB), sentence.start + 1, sentence.end - sentence.start) AS TEXT)
                FROM sentence JOIN text ON text.document = sentence.document
                WHERE sentence.document = ?1 AND sentence.position = ?2",
            )?;
            let mut text = |n: &u32| statement.query_map(params![key, n], |row| row.get(0))?.next().transpose();
            positions.iter().map(|n| Ok(text(n)?.unwrap_or_default())).collect()
        })
    }

    /// A number that changes when another connection writes to the store.
    pub fn stamp(&self) -> Result<i64> {
        self.read(|db| db.pragma_query_value(None, "data_version", |row| row.get(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Proposal;
    use super::super::samples::{document, entry, new_store};
    use super::*;
    use crate::model::{Act, Bitext, Change, Held, Level, Pair, PairKind, Span};

    #[test]
    fn the_least_certain_beads_come_first_and_reviewed_ones_no_more() {
        let (_folder, mut store) = new_store();
        store
            .add(vec![entry(document("d1", "az", "Bir. İki. Üç.")), entry(document("d2", "ru", "Раз. Два."))])
            .unwrap();
        let (source, target) = ("d1".to_owned(), "d2".to_owned());
        let pair = Pair { source, target, kind: PairKind::Version, score: 1.0, evidence: vec![] };
        store.add_pairs(&[pair], &[]).unwrap();
        let bead = |source: &[u32], target: &[u32], confidence| Bead {
            source: source.into(),
            target: target.into(),
            score: 0.5,
            confidence,
        };
        let beads = vec![bead(&[0], &[0], 0.75), bead(&[1], &[1], 0.25), bead(&[2], &[], 0.125)];
        let bitext = |level| Bitext { source: "d1".into(), target: "d2".into(), level, beads: beads.clone() };
        store.add_bitexts(&[bitext(Level::Sentence), bitext(Level::Paragraph)]).unwrap();
        let step = |thousandth, open, reviewed| Step { thousandth, open, reviewed };
        assert_eq!(store.certainty().unwrap(), [step(250, 1, 0), step(750, 1, 0)]);
        let all = Page { offset: 0, limit: 9 };
        let found = |store: &Store, range| -> Vec<usize> {
            store.uncertain(range, all).unwrap().iter().map(|u| u.position).collect()
        };
        assert_eq!(found(&store, 0.0..1.1), [1, 0]);
        assert_eq!(found(&store, 0.5..1.1), [0]);
        let subject = store.subject("d1", Some("d2")).unwrap().unwrap();
        let held = Held { source: vec![Span::from((5, 10))], target: vec![Span::from((8, 15))] };
        let act = Act::Hold { change: Change::Accept, beads: vec![held] };
        let made = "2026-11-26".parse().unwrap();
        let proposal = Proposal { subject: &subject, seen: 0, reviewer: "L", made, act: &act };
        store.decide(&proposal, &[bitext(Level::Sentence)]).unwrap();
        assert_eq!(found(&store, 0.0..1.1), [0]);
        assert_eq!(store.certainty().unwrap(), [step(250, 0, 1), step(750, 1, 0)]);
        assert_eq!(store.sentences("d1", &[2, 0, 7]).unwrap(), ["Üç.", "Bir.", ""]);
    }
}
