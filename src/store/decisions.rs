//! Decisions of reviewers: a log that only grows. What follows from it in other tables is written in the same transaction.

use super::values::{Json, Size};
use super::{Store, bitexts, cuts, quotes};
use crate::decide::{Quoted, Verdict, verdict};
use crate::error::Result;
use crate::model::{Act, Bitext, Decision, Level, Mark, Moment, Pair, PairKind, Span, Subject, Text};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

/// A decision that is about to be made.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// What it is about.
    pub subject: &'a Subject,
    /// The number of the latest decision on the subject that the reviewer had before their eyes; 0 where there was none.
    pub seen: u64,
    /// Who decides.
    pub reviewer: &'a str,
    /// When.
    pub made: Moment,
    /// What.
    pub act: &'a Act,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is in the store under this number.
    Done(u64),
    /// Nothing: somebody else decided on the subject meanwhile, last with this number; or its texts were revised.
    Stale(u64),
}

/// A decision by which two documents belong together rests on this.
const EVIDENCE: [&str; 1] = ["reviewer"];

impl Store {
    /// Adds a decision if the reviewer saw the latest on its subject, and writes the bitexts that follow from it if its texts are
    /// a pair then, all or nothing.
    ///
    /// Where the decision makes a pair, takes it apart, or undoes that, the pair follows. What pairing itself found is kept
    /// aside, and is what an undoing comes back to.
    pub fn decide(&mut self, proposal: &Proposal, bitexts: &[Bitext]) -> Result<Decided> {
        let Proposal { subject, seen, reviewer, made, act } = proposal;
        self.write(|db| {
            let latest = latest(db, subject)?;
            if latest != *seen || !is_current(db, subject)? {
                return Ok(Decided::Stale(latest));
            }
            let Subject { source, target } = subject;
            let (target_id, target_revision) =
                (target.as_ref().map(|t| &t.document), target.as_ref().map(|t| t.revision));
            db.prepare_cached(
                "INSERT INTO decision (source, source_revision, target, target_revision, reviewer, made, act)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                source.document,
                source.revision,
                target_id,
                target_revision,
                reviewer,
                made,
                Json(act)
            ])?;
            let number = db.last_insert_rowid() as u64;
            match target {
                Some(target) => {
                    let decisions = of(db, subject)?;
                    pair(db, &source.document, &target.document, &decisions)?;
                    if decisions.iter().any(|decision| matches!(decision.act, Act::Rendering { .. })) {
                        quotes::dissolve(db, &[&source.document, &target.document])?;
                    }
                    if cuts::may_cut(&decisions) {
                        subject.texts().try_for_each(|text| cuts::apply(db, text, number))?;
                    }
                }
                None => {
                    speakers(db, &source.document)?;
                    // Who speaks counts where quotes are compared: that is done again.
                    db.prepare_cached("DELETE FROM linked WHERE source = ?1 OR target = ?1")?
                        .execute([&source.document])?;
                }
            }
            for bitext in bitexts {
                if is_pair(db, bitext)? {
                    bitexts::insert(db, bitext)?;
                }
            }
            Ok(Decided::Done(number))
        })
    }

    /// The documents, or the one, as they are now; `None` where there is none of the id.
    pub fn subject(&self, source: &str, target: Option<&str>) -> Result<Option<Subject>> {
        self.read(|db| current(db, source, target))
    }

    /// The decisions on a subject, in their order.
    pub fn decisions(&self, subject: &Subject) -> Result<Vec<Decision>> {
        self.read(|db| of(db, subject))
    }

    /// The number of the latest decision that whoever decides on two documents must have seen: on them, or on how their
    /// sentences are cut; 0 where there is none.
    pub fn latest_between(&self, source: &str, target: &str) -> Result<u64> {
        self.read(|db| current(db, source, Some(target))?.map_or(Ok(0), |subject| latest(db, &subject)))
    }

    /// The decisions on two documents as they are now, in their order.
    pub fn decisions_on(&self, source: &str, target: &str) -> Result<Vec<Decision>> {
        self.read(|db| on_pair(db, source, target))
    }

    /// The latest decisions of the store, at most `limit`, the latest first.
    pub fn latest_decisions(&self, limit: usize) -> Result<Vec<Decision>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT * FROM decision ORDER BY key DESC LIMIT ?1")?;
            statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], decision)?.collect()
        })
    }

    /// For every bead of a bitext, in order, whether and by which decision it holds. Empty where no bead does.
    pub fn marks(&self, source: &str, target: &str, level: Level) -> Result<Vec<Option<Mark>>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT mark.position, decision.key, decision.reviewer, decision.made
                FROM bitext JOIN mark ON mark.bitext = bitext.key JOIN decision ON decision.key = mark.decision
                WHERE bitext.source = ?1 AND bitext.target = ?2 AND bitext.level = ?3 ORDER BY mark.position",
            )?;
            let mut rows = statement.query(params![source, target, level])?;
            let mut marks = Vec::new();
            while let Some(row) = rows.next()? {
                let (Size(position), Size(decision)): (Size<usize>, _) = (row.get(0)?, row.get(1)?);
                marks.resize(position, None);
                marks.push(Some(Mark { decision, reviewer: row.get(2)?, made: row.get(3)? }));
            }
            Ok(marks)
        })
    }

    /// Who has decided anything that is marked on a bead, by name, with the time of the latest such decision.
    pub fn reviewers(&self) -> Result<Vec<(String, Moment)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT reviewer, max(made) FROM decision WHERE key IN (SELECT decision FROM mark) GROUP BY reviewer ORDER BY reviewer",
            )?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }
}

fn latest(db: &Connection, subject: &Subject) -> rusqlite::Result<u64> {
    let target = subject.target.as_ref().map(|t| &t.document);
    let Size(mut number): Size<u64> = db
        .prepare_cached("SELECT coalesce(max(key), 0) FROM decision WHERE source = ?1 AND target IS ?2")?
        .query_row(params![subject.source.document, target], |row| row.get(0))?;
    // What is said of one document names no sentences by their places.
    if target.is_some() {
        for text in subject.texts() {
            number = number.max(cuts::latest(db, &text.document)?);
        }
    }
    Ok(number)
}

/// Whether the texts of a subject are those of now.
fn is_current(db: &Connection, subject: &Subject) -> rusqlite::Result<bool> {
    let target = subject.target.as_ref().map(|t| t.document.as_str());
    Ok(current(db, &subject.source.document, target)?.as_ref() == Some(subject))
}

fn current(db: &Connection, source: &str, target: Option<&str>) -> rusqlite::Result<Option<Subject>> {
    let mut statement = db.prepare_cached("SELECT revision FROM document WHERE id = ?1 AND current")?;
    let mut text = |id: &str| -> rusqlite::Result<Option<Text>> {
        let revision = statement.query_row([id], |row| row.get(0)).optional()?;
        Ok(revision.map(|revision| Text { document: id.to_owned(), revision }))
    };
    let Some(source) = text(source)? else { return Ok(None) };
    match target {
        None => Ok(Some(Subject { source, target: None })),
        Some(target) => Ok(text(target)?.map(|target| Subject { source, target: Some(target) })),
    }
}

pub(super) fn of(db: &Connection, subject: &Subject) -> rusqlite::Result<Vec<Decision>> {
    let target = subject.target.as_ref();
    let sql = "SELECT * FROM decision WHERE source = ?1 AND target IS ?2 AND source_revision = ?3
        AND target_revision IS ?4 ORDER BY key";
    let (source, target_id, target_revision) =
        (&subject.source, target.map(|t| &t.document), target.map(|t| t.revision));
    db.prepare_cached(sql)?
        .query_map(params![source.document, target_id, source.revision, target_revision], decision)?
        .collect()
}

/// The decisions on two documents as they are now.
fn on_pair(db: &Connection, source: &str, target: &str) -> rusqlite::Result<Vec<Decision>> {
    // Most pairs nobody has reviewed.
    let sql = "SELECT EXISTS (SELECT 1 FROM decision WHERE source = ?1 AND target = ?2)";
    if !db.prepare_cached(sql)?.query_row([source, target], |row| row.get(0))? {
        return Ok(Vec::new());
    }
    current(db, source, Some(target))?.map_or(Ok(Vec::new()), |subject| of(db, &subject))
}

fn decision(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let (Size(number), Json(act)) = (row.get("key")?, row.get("act")?);
    let target: Option<String> = row.get("target")?;
    let target = match target {
        Some(document) => Some(Text { document, revision: row.get("target_revision")? }),
        None => None,
    };
    let source = Text { document: row.get("source")?, revision: row.get("source_revision")? };
    Ok(Decision {
        number,
        subject: Subject { source, target },
        reviewer: row.get("reviewer")?,
        made: row.get("made")?,
        act,
    })
}

/// Marks the beads of a bitext that hold by a decision.
pub(super) fn mark(db: &Connection, key: i64, bitext: &Bitext) -> rusqlite::Result<()> {
    if bitext.level != Level::Sentence {
        return Ok(());
    }
    let decisions = on_pair(db, &bitext.source, &bitext.target)?;
    if decisions.is_empty() {
        return Ok(());
    }
    let (source, target) = (segments(db, &bitext.source)?, segments(db, &bitext.target)?);
    let held = verdict(&decisions).anchors([&source, &target]);
    let mut statement = db.prepare_cached("INSERT INTO mark (bitext, position, decision) VALUES (?1, ?2, ?3)")?;
    for (position, bead) in bitext.beads.iter().enumerate() {
        let same = held.iter().find(|(held, _)| (&held.source, &held.target) == (&bead.source, &bead.target));
        if let Some((_, number)) = same {
            statement.execute(params![key, position as i64, Size(*number)])?;
        }
    }
    Ok(())
}

/// The spans of the sentences of a document, in order.
pub(super) fn segments(db: &Connection, id: &str) -> rusqlite::Result<Vec<Span>> {
    let sql = "SELECT start, end FROM sentence JOIN document ON document.key = sentence.document
        WHERE document.id = ?1 AND document.current ORDER BY sentence.position";
    db.prepare_cached(sql)?.query_map([id], |row| Ok(Span::from((row.get(0)?, row.get(1)?))))?.collect()
}

/// Has the speakers of a document be those that decisions name, and those that were found where they say nothing.
pub(super) fn speakers(db: &Connection, id: &str) -> rusqlite::Result<()> {
    let Some(subject) = current(db, id, None)? else { return Ok(()) };
    let decisions = of(db, &subject)?;
    if decisions.is_empty() {
        return Ok(());
    }
    let Verdict { speakers, .. } = verdict(&decisions);
    let mut statement = db.prepare_cached(
        "SELECT document.key, quote.position, quote.spans FROM document JOIN quote ON quote.document = document.key
        WHERE document.id = ?1 AND document.current",
    )?;
    let quotes = statement.query_map([id], |row| {
        let Json(spans) = row.get(2)?;
        Ok((row.get(0)?, row.get(1)?, spans))
    })?;
    for row in quotes {
        let (key, position, spans): (i64, i64, Vec<Span>) = row?;
        match spans.first().and_then(|first| speakers.get(first)) {
            Some(speaker) => {
                db.prepare_cached(
                    "INSERT OR IGNORE INTO found_speaker (document, position, speaker)
                    SELECT document, position, speaker FROM quote WHERE document = ?1 AND position = ?2",
                )?
                .execute([key, position])?;
                db.prepare_cached("UPDATE quote SET speaker = ?3 WHERE document = ?1 AND position = ?2")?
                    .execute(params![key, position, speaker])?;
            }
            None => {
                db.prepare_cached(
                    "UPDATE quote SET speaker = found.speaker FROM found_speaker AS found
                    WHERE quote.document = ?1 AND quote.position = ?2 AND found.document = ?1 AND found.position = ?2",
                )?
                .execute([key, position])?;
                db.prepare_cached("DELETE FROM found_speaker WHERE document = ?1 AND position = ?2")?
                    .execute([key, position])?;
            }
        }
    }
    Ok(())
}

/// What decisions say of the renderings of some documents, as they are now: which two are of one statement, and which are not.
pub(super) fn renderings(db: &Connection, documents: &[&str]) -> rusqlite::Result<Vec<([Quoted; 2], bool)>> {
    let mut subjects = BTreeSet::new();
    let mut statement = db.prepare_cached(
        "SELECT source, target FROM decision WHERE (source = ?1 OR target = ?1) AND target IS NOT NULL
            AND json_extract(act, '$.act') = 'rendering'",
    )?;
    for id in documents {
        for pair in statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))? {
            let pair: (String, String) = pair?;
            subjects.insert(pair);
        }
    }
    let mut said = Vec::new();
    for (source, target) in subjects {
        for ([one, other], same) in verdict(&on_pair(db, &source, &target)?).renderings {
            said.push(([(source.clone(), one), (target.clone(), other)], same));
        }
    }
    Ok(said)
}

/// Has the pair of two documents be what decisions say, and what pairing found where they say nothing.
fn pair(db: &Connection, source: &str, target: &str, decisions: &[Decision]) -> rusqlite::Result<()> {
    if !decisions.iter().any(|d| matches!(d.act, Act::Pair { .. } | Act::Unpair)) {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT OR IGNORE INTO found_pair (source, target, kind, score, evidence)
        SELECT ids.source, ids.target, pair.kind, pair.score, pair.evidence FROM (SELECT ?1 AS source, ?2 AS target) AS ids
            LEFT JOIN pair ON pair.source = ids.source AND pair.target = ids.target",
    )?
    .execute([source, target])?;
    let Verdict { paired, .. } = verdict(decisions);
    match paired {
        Some(Some(kind)) => set(db, source, target, kind)?,
        Some(None) => unset(db, source, target)?,
        None => {
            let found: Option<PairKind> = db
                .prepare_cached("SELECT kind FROM found_pair WHERE source = ?1 AND target = ?2")?
                .query_row([source, target], |row| row.get(0))?;
            match found {
                None => unset(db, source, target)?,
                Some(kind) => {
                    set(db, source, target, kind)?;
                    db.prepare_cached(
                        "UPDATE pair SET (score, evidence) = (SELECT score, evidence FROM found_pair AS found
                            WHERE found.source = ?1 AND found.target = ?2) WHERE source = ?1 AND target = ?2",
                    )?
                    .execute([source, target])?;
                }
            }
            db.prepare_cached("DELETE FROM found_pair WHERE source = ?1 AND target = ?2")?.execute([source, target])?;
        }
    }
    Ok(())
}

fn is_pair(db: &Connection, Bitext { source, target, .. }: &Bitext) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pair WHERE source = ?1 AND target = ?2)";
    db.prepare_cached(sql)?.query_row([source, target], |row| row.get(0))
}

fn set(db: &Connection, source: &str, target: &str, kind: PairKind) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO pair (source, target, kind, score, evidence, aligned) VALUES (?1, ?2, ?3, 1, ?4, 0)
        ON CONFLICT (source, target) DO UPDATE SET kind = excluded.kind, score = 1, evidence = excluded.evidence",
    )?
    .execute(params![source, target, kind, Json(EVIDENCE)])?;
    Ok(())
}

fn unset(db: &Connection, source: &str, target: &str) -> rusqlite::Result<()> {
    for table in ["pair", "bitext"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE source = ?1 AND target = ?2"))?
            .execute([source, target])?;
    }
    quotes::part(db, source, target)
}

/// Whether a reviewer decided on a pair that pairing found again; then what it found is kept aside.
pub(super) fn found_again(db: &Connection, pair: &Pair) -> rusqlite::Result<bool> {
    let sql = "UPDATE found_pair SET kind = ?3, score = ?4, evidence = ?5 WHERE source = ?1 AND target = ?2";
    let evidence = Json(&pair.evidence);
    let changed =
        db.prepare_cached(sql)?.execute(params![pair.source, pair.target, pair.kind, pair.score, evidence])?;
    Ok(changed > 0)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, new_store};
    use super::*;
    use crate::model::{Bead, Change, Held};
    use tempfile::TempDir;

    fn store() -> (TempDir, Store, Subject) {
        let (folder, mut store) = new_store();
        store
            .add(vec![entry(document("d1", "az", "Bir. İki. Üç.")), entry(document("d2", "ru", "Раз. Два. Три."))])
            .unwrap();
        store.add_pairs(&[pair()], &[]).unwrap();
        let subject = store.subject("d1", Some("d2")).unwrap().unwrap();
        (folder, store, subject)
    }

    fn pair() -> Pair {
        Pair {
            source: "d1".into(),
            target: "d2".into(),
            kind: PairKind::Version,
            score: 0.5,
            evidence: vec!["names".into()],
        }
    }

    fn bitext(beads: &[(&[u32], &[u32])]) -> Bitext {
        let bead =
            |(s, t): &(&[u32], &[u32])| Bead { source: s.to_vec(), target: t.to_vec(), score: 0.5, confidence: 0.5 };
        let beads = beads.iter().map(bead).collect();
        Bitext { source: "d1".into(), target: "d2".into(), level: Level::Sentence, beads }
    }

    /// The first sentences of both hold.
    fn accept() -> Act {
        let held = Held { source: vec![Span::from((0, 4))], target: vec![Span::from((0, 7))] };
        Act::Hold { change: Change::Accept, beads: vec![held] }
    }

    fn decide(store: &mut Store, subject: &Subject, seen: u64, act: Act, bitexts: &[Bitext]) -> Decided {
        let made = "2026-11-26T09:00:00Z".parse().unwrap();
        store.decide(&Proposal { subject, seen, reviewer: "Leyla", made, act: &act }, bitexts).unwrap()
    }

    #[test]
    fn a_decision_comes_back_and_marks_its_bead_whenever_beads_are_written() {
        let (_folder, mut store, subject) = store();
        let beads = bitext(&[(&[0], &[0]), (&[1, 2], &[1, 2])]);
        assert_eq!(decide(&mut store, &subject, 0, accept(), std::slice::from_ref(&beads)), Decided::Done(1));
        let decisions = store.decisions(&subject).unwrap();
        assert_eq!((decisions.len(), &decisions[0].act, decisions[0].reviewer.as_str()), (1, &accept(), "Leyla"));
        let decisions_of = |store: &Store| -> Vec<Option<u64>> {
            let marks = store.marks("d1", "d2", Level::Sentence).unwrap();
            marks.into_iter().map(|mark| mark.map(|m| m.decision)).collect()
        };
        assert_eq!(decisions_of(&store), [Some(1)]);
        store.add_bitexts(&[bitext(&[(&[1], &[2]), (&[0], &[0])])]).unwrap();
        assert_eq!(decisions_of(&store), [None, Some(1)]);
        assert_eq!(store.reviewers().unwrap(), [("Leyla".to_owned(), "2026-11-26T09:00:00Z".parse().unwrap())]);
        store.add_bitexts(&[bitext(&[(&[0, 1, 2], &[0, 1, 2])])]).unwrap();
        assert!(decisions_of(&store).is_empty() && store.reviewers().unwrap().is_empty());
    }

    #[test]
    fn who_has_not_seen_the_latest_decides_nothing() {
        let (_folder, mut store, subject) = store();
        assert_eq!(decide(&mut store, &subject, 0, accept(), &[]), Decided::Done(1));
        let beads = bitext(&[(&[0], &[0])]);
        assert_eq!(decide(&mut store, &subject, 0, Act::Unpair, std::slice::from_ref(&beads)), Decided::Stale(1));
        assert_eq!(store.bitext("d1", "d2", Level::Sentence).unwrap(), None);
        assert_eq!(decide(&mut store, &subject, 1, Act::Undo { decision: 1 }, &[]), Decided::Done(2));
        assert_eq!(store.latest_decisions(9).unwrap().iter().map(|d| d.number).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn decisions_are_of_one_revision() {
        let (_folder, mut store, subject) = store();
        decide(&mut store, &subject, 0, accept(), &[]);
        store.add(vec![entry(document("d1", "az", "Bir. Dörd."))]).unwrap();
        assert_eq!(decide(&mut store, &subject, 1, accept(), &[]), Decided::Stale(1));
        assert!(store.decisions_on("d1", "d2").unwrap().is_empty());
        assert_eq!(store.decisions(&subject).unwrap().len(), 1);
        let now = store.subject("d1", Some("d2")).unwrap().unwrap();
        assert_eq!(decide(&mut store, &now, 1, accept(), &[]), Decided::Done(2));
    }

    #[test]
    fn no_decision_is_changed_or_taken_away() {
        let (_folder, mut store, subject) = store();
        decide(&mut store, &subject, 0, accept(), &[]);
        for sql in ["UPDATE decision SET reviewer = 'x'", "DELETE FROM decision"] {
            assert!(store.db.execute(sql, []).unwrap_err().to_string().contains("only added"));
        }
    }

    #[test]
    fn a_pair_that_a_reviewer_took_apart_stays_apart_until_that_is_undone() {
        let (_folder, mut store, subject) = store();
        store.add_bitexts(&[bitext(&[(&[0], &[0])])]).unwrap();
        decide(&mut store, &subject, 0, Act::Unpair, &[]);
        let better = Pair { score: 0.75, ..pair() };
        store.add_pairs(std::slice::from_ref(&better), &[]).unwrap();
        assert!(store.pairs().unwrap().is_empty());
        assert_eq!(store.bitext("d1", "d2", Level::Sentence).unwrap(), None);
        decide(&mut store, &subject, 1, Act::Undo { decision: 1 }, &[]);
        assert_eq!(store.pairs().unwrap(), std::slice::from_ref(&better));
        assert_eq!(store.unaligned(9).unwrap(), [better]);
    }

    #[test]
    fn a_pair_that_a_reviewer_made_is_gone_when_that_is_undone() {
        let (_folder, mut store, _) = store();
        store.add(vec![entry(document("d3", "en", "One."))]).unwrap();
        let subject = store.subject("d1", Some("d3")).unwrap().unwrap();
        let beads = Bitext { target: "d3".into(), ..bitext(&[(&[0], &[0])]) };
        decide(&mut store, &subject, 0, Act::Pair { kind: PairKind::Event }, std::slice::from_ref(&beads));
        assert_eq!(store.bitext("d1", "d3", Level::Sentence).unwrap().as_ref(), Some(&beads));
        let pairs = store.pairs_of("d3").unwrap();
        assert_eq!(
            (pairs.len(), pairs[0].kind, pairs[0].evidence.as_slice()),
            (1, PairKind::Event, &["reviewer".to_owned()][..])
        );
        decide(&mut store, &subject, 1, Act::Undo { decision: 1 }, &[beads]);
        assert!(store.pairs_of("d3").unwrap().is_empty());
        assert_eq!(store.bitext("d1", "d3", Level::Sentence).unwrap(), None);
    }
}
