//! Sentences that reviewers cut. A cut is a decision on two texts, but what is cut is a sentence of one: it is cut for whatever that
//! is aligned with. The sentences are rewritten in the transaction of the decision, with all beads that name them.

use super::decisions::of;
use super::values::Size;
use super::{Store, bitexts, documents, search};
use crate::decide::{recut, verdict};
use crate::error::Result;
use crate::model::{Act, Decision, Document, Level, Span, Subject, Text};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

impl Store {
    /// The documents of a subject with their sentences cut as they would be if these were all decisions on it: those of the store
    /// with one that is about to be made.
    pub fn cut(&self, documents: &mut [Document], subject: &Subject, decisions: &[Decision]) -> Result<()> {
        self.read(|db| {
            for (document, text) in documents.iter_mut().zip(subject.texts()) {
                let Some(key) = documents::current(db, &text.document)? else { continue };
                become_cut(document, &applied(db, key)?, &wanted(db, text, Some((subject, decisions)))?);
            }
            Ok(())
        })
    }

    /// The spans of the sentences of a document, in order.
    pub fn spans(&self, id: &str) -> Result<Vec<Span>> {
        self.read(|db| super::decisions::segments(db, id))
    }

    /// Whether a file of others says what the segments of a document are.
    pub fn is_imported(&self, id: &str) -> Result<bool> {
        self.read(|db| {
            let sql = "SELECT EXISTS (SELECT 1 FROM document JOIN unit_segment ON unit_segment.document = document.key
                WHERE document.id = ?1 AND document.current)";
            db.prepare_cached(sql)?.query_row([id], |row| row.get(0))
        })
    }
}

fn become_cut(document: &mut Document, applied: &BTreeSet<u32>, wanted: &BTreeSet<u32>) {
    for at in applied.difference(wanted) {
        document.join(*at);
    }
    for at in wanted.difference(applied) {
        document.cut(*at);
    }
}

/// Has the sentences of a text be cut where decisions say, as the decision of this number may have changed.
pub(super) fn apply(db: &Connection, text: &Text, number: u64) -> rusqlite::Result<()> {
    let Some(key) = documents::current(db, &text.document)? else { return Ok(()) };
    let (applied, wanted) = (applied(db, key)?, wanted(db, text, None)?);
    if applied == wanted {
        return Ok(());
    }
    let mut document = documents::load(db, key)?;
    let before = document.segments(Level::Sentence);
    become_cut(&mut document, &applied, &wanted);
    for at in applied.symmetric_difference(&wanted) {
        db.prepare_cached("INSERT OR REPLACE INTO cut (document, at, holds, decision) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![key, at, wanted.contains(at), Size(number)])?;
    }
    search::forget(db, key)?;
    db.prepare_cached("DELETE FROM sentence WHERE document = ?1")?.execute([key])?;
    search::index(db, key, &document)?;
    rename(db, &document.id, &before, &document.segments(Level::Sentence))?;
    // Quotes are compared by their sentences: that is done again.
    db.prepare_cached("DELETE FROM linked WHERE source = ?1 OR target = ?1")?.execute([&document.id]).map(drop)
}

/// Has the beads of a document name its sentences by their new places.
fn rename(db: &Connection, id: &str, before: &[Span], after: &[Span]) -> rusqlite::Result<()> {
    for bitext in bitexts::of_document(db, id)?.into_iter().filter(|bitext| bitext.level == Level::Sentence) {
        let other = if bitext.source == id { &bitext.target } else { &bitext.source };
        let theirs = super::decisions::segments(db, other)?;
        let (from, to) = match bitext.source == id {
            true => ([before, &theirs], [after, &theirs]),
            false => ([&theirs[..], before], [&theirs[..], after]),
        };
        let beads = recut(&bitext.beads, from, to);
        bitexts::insert(db, &crate::model::Bitext { beads, ..bitext })?;
    }
    Ok(())
}

/// Where the sentences of a revision are cut now.
fn applied(db: &Connection, key: i64) -> rusqlite::Result<BTreeSet<u32>> {
    let mut statement = db.prepare_cached("SELECT at FROM cut WHERE document = ?1 AND holds")?;
    statement.query_map([key], |row| row.get(0))?.collect()
}

/// Where decisions say that a text is cut, whatever the other text is; those on one subject may stand in place of the stored ones.
fn wanted(db: &Connection, text: &Text, instead: Option<(&Subject, &[Decision])>) -> rusqlite::Result<BTreeSet<u32>> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT source, source_revision, target, target_revision FROM decision
        WHERE (source = ?1 AND source_revision = ?2 OR target = ?1 AND target_revision = ?2)
            AND target IS NOT NULL AND json_extract(act, '$.act') = 'cut'",
    )?;
    let subjects = statement.query_map(params![text.document, text.revision], |row| {
        let source = Text { document: row.get(0)?, revision: row.get(1)? };
        Ok(Subject { source, target: Some(Text { document: row.get(2)?, revision: row.get(3)? }) })
    })?;
    let mut subjects: Vec<Subject> = subjects.collect::<rusqlite::Result<_>>()?;
    let mut all = BTreeSet::new();
    let mut add = |subject: &Subject, decisions: &[Decision]| {
        let [source, target] = verdict(decisions).cuts;
        all.extend(if subject.source == *text { source } else { target });
    };
    if let Some((subject, decisions)) = instead {
        subjects.retain(|other| other != subject);
        add(subject, decisions);
    }
    for subject in &subjects {
        add(subject, &of(db, subject)?);
    }
    Ok(all)
}

/// The number of the latest decision that changed how the sentences of a document are cut; 0 where none did.
pub(super) fn latest(db: &Connection, id: &str) -> rusqlite::Result<u64> {
    let sql = "SELECT coalesce(max(cut.decision), 0) FROM document JOIN cut ON cut.document = document.key
        WHERE document.id = ?1 AND document.current";
    db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).map(|Size(number)| number)
}

/// A revision as it was found, before any sentence was cut.
pub(super) fn as_found(db: &Connection, key: i64) -> rusqlite::Result<Document> {
    let mut document = documents::load(db, key)?;
    become_cut(&mut document, &applied(db, key)?, &BTreeSet::new());
    Ok(document)
}

/// Whether a decision may change how sentences are cut.
pub(super) fn may_cut(decisions: &[Decision]) -> bool {
    decisions.iter().any(|decision| matches!(decision.act, Act::Cut { .. }))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, new_store};
    use super::super::{Decided, Outcome, Proposal};
    use super::*;
    use crate::model::{Bead, Bitext, Change, End, Held, Pair, PairKind};

    fn bead(source: &[u32], target: &[u32]) -> Bead {
        Bead { source: source.into(), target: target.into(), score: 0.5, confidence: 0.5 }
    }

    fn decide(store: &mut Store, target: &str, seen: u64, act: Act) -> Decided {
        let subject = store.subject("d1", Some(target)).unwrap().unwrap();
        let made = "2026-11-26".parse().unwrap();
        store.decide(&Proposal { subject: &subject, seen, reviewer: "Leyla", made, act: &act }, &[]).unwrap()
    }

    fn places(store: &Store, target: &str) -> Vec<(Vec<u32>, Vec<u32>)> {
        let beads = store.bitext("d1", target, Level::Sentence).unwrap().unwrap().beads;
        beads.into_iter().map(|bead| (bead.source, bead.target)).collect()
    }

    #[test]
    fn a_sentence_is_cut_for_all_that_it_is_aligned_with_until_that_is_undone() {
        let (_folder, mut store) = new_store();
        let first = document("d1", "az", "Bir, iki. Üç.");
        let others = [document("d2", "ru", "Раз, два. Три."), document("d3", "en", "One, two. Three.")];
        store.add([first.clone()].into_iter().chain(others).map(entry).collect()).unwrap();
        for target in ["d2", "d3"] {
            let (source, target) = ("d1".to_owned(), target.to_owned());
            let pair = Pair { source, target, kind: PairKind::Version, score: 1.0, evidence: vec![] };
            store.add_pairs(std::slice::from_ref(&pair), &[]).unwrap();
            let beads = vec![bead(&[0], &[0]), bead(&[1], &[1])];
            let Pair { source, target, .. } = pair;
            store.add_bitexts(&[Bitext { source, target, level: Level::Sentence, beads }]).unwrap();
        }
        let whole = Held { source: vec![Span::new(0, 9)], target: vec![Span::new(0, 9)] };
        decide(&mut store, "d3", 0, Act::Hold { change: Change::Accept, beads: vec![whole] });
        assert_eq!(decide(&mut store, "d2", 0, Act::Cut { side: End::Source, at: 5 }), Decided::Done(2));
        let cut = store.document("d1").unwrap().unwrap();
        assert_eq!(cut.segments(Level::Sentence), [(0, 4), (5, 9), (10, 15)].map(Span::from));
        for target in ["d2", "d3"] {
            assert_eq!(places(&store, target), [(vec![0, 1], vec![0]), (vec![2], vec![1])]);
        }
        let marks = store.marks("d1", "d3", Level::Sentence).unwrap();
        assert_eq!(marks.len(), 1, "what was accepted holds in its parts");
        assert_eq!(store.search("iki", None, 9).unwrap()[0].text, "iki.");
        // Somebody who has not seen the sentences as they are names others than they mean.
        assert_eq!(decide(&mut store, "d3", 1, Act::Unpair), Decided::Stale(2));
        // The same page again is no other text.
        let mut copy = first.clone();
        copy.provenance.blake3 = "0".repeat(64);
        assert_eq!(store.add(vec![entry(copy)]).unwrap(), [Outcome::Unchanged]);
        decide(&mut store, "d2", 2, Act::Undo { decision: 2 });
        assert_eq!(store.document("d1").unwrap().unwrap().segments(Level::Sentence), first.segments(Level::Sentence));
        assert_eq!(places(&store, "d3"), [(vec![0], vec![0]), (vec![1], vec![1])]);
        assert_eq!(store.marks("d1", "d3", Level::Sentence).unwrap().len(), 1);
        assert_eq!(decide(&mut store, "d3", 2, Act::Unpair), Decided::Stale(3), "nor after an undoing");
    }

    #[test]
    fn no_sentence_is_cut_at_its_edge_or_within_a_letter() {
        let mut document = document("d1", "az", "Bir şəhər. Üç.");
        let before = document.clone();
        for at in [0, 3, 5, 10, 13, 14, 99] {
            let is_cut = document.cut(at);
            assert_eq!(is_cut, at == 3, "{at}");
            assert!(!is_cut || document.join(at));
            assert_eq!(document, before, "{at}");
        }
        assert!(!document.join(4));
    }
}
