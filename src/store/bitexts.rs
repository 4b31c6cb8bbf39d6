//! Bitexts and their beads.

use super::values::{Json, Size};
use super::{Store, decisions};
use crate::error::Result;
use crate::language::Lang;
use crate::model::{Bead, Bitext, Level};
use rusqlite::{Connection, OptionalExtension, params};

impl Store {
    /// Writes bitexts, in place of those between the same documents at the same level. Their pairs are aligned then, also
    /// by a bitext without beads. Beads of sentences that hold by a decision are marked.
    pub fn add_bitexts(&mut self, bitexts: &[Bitext]) -> Result<()> {
        self.write(|db| bitexts.iter().try_for_each(|bitext| insert(db, bitext)))
    }

    /// The bitext of two documents at a level, if they were aligned.
    pub fn bitext(&self, source: &str, target: &str, level: Level) -> Result<Option<Bitext>> {
        self.read(|db| {
            let sql = "SELECT key FROM bitext WHERE source = ?1 AND target = ?2 AND level = ?3";
            let mut statement = db.prepare_cached(sql)?;
            let key = statement.query_row(params![source, target, level], |row| row.get(0)).optional()?;
            let Some(key) = key else { return Ok(None) };
            Ok(Some(Bitext { source: source.into(), target: target.into(), level, beads: beads(db, key)? }))
        })
    }

    /// The pairs of languages between which there are bitexts of a level, source first, with their number; sorted. Within
    /// one language both are the same.
    pub fn language_pairs(&self, level: Level) -> Result<Vec<(Lang, Lang, usize)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT source.lang, target.lang, count(*) FROM bitext
                    JOIN document AS source ON source.id = bitext.source AND source.current
                    JOIN document AS target ON target.id = bitext.target AND target.current
                WHERE bitext.level = ?1 GROUP BY 1, 2 ORDER BY 1, 2",
            )?;
            statement
                .query_map([level], |row| {
                    let Size(bitexts) = row.get(2)?;
                    Ok((row.get(0)?, row.get(1)?, bitexts))
                })?
                .collect()
        })
    }

    /// Shows the bitexts of a level between two languages one at a time, sorted by source and target; ends at the first
    /// error of `visit`.
    pub fn for_each_bitext(
        &self,
        level: Level,
        source: &Lang,
        target: &Lang,
        mut visit: impl FnMut(Bitext) -> Result<()>,
    ) -> Result<()> {
        let sql = "SELECT bitext.key, bitext.source, bitext.target FROM bitext
                JOIN document AS source ON source.id = bitext.source AND source.current
                JOIN document AS target ON target.id = bitext.target AND target.current
            WHERE bitext.level = ?1 AND source.lang = ?2 AND target.lang = ?3
            ORDER BY bitext.source, bitext.target";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        self.each(sql, params![level, source, target], read, |(key, source, target)| {
            let beads = self.read(|db| beads(db, key))?;
            visit(Bitext { source, target, level, beads })
        })
    }
}

pub(super) fn insert(db: &Connection, bitext: &Bitext) -> rusqlite::Result<()> {
    let Bitext { source, target, level, beads } = bitext;
    db.prepare_cached("DELETE FROM bitext WHERE source = ?1 AND target = ?2 AND level = ?3")?
        .execute(params![source, target, level])?;
    db.prepare_cached("INSERT INTO bitext (source, target, level) VALUES (?1, ?2, ?3)")?
        .execute(params![source, target, level])?;
    let key = db.last_insert_rowid();
    let mut statement = db.prepare_cached(
        "INSERT INTO bead (bitext, position, source, target, score, confidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, bead) in beads.iter().enumerate() {
        let (source, target) = (Json(&bead.source), Json(&bead.target));
        statement.execute(params![key, position as i64, source, target, bead.score, bead.confidence])?;
    }
    // What is said of their quotes rests on the beads of their sentences.
    db.prepare_cached("DELETE FROM linked WHERE source = ?1 AND target = ?2")?.execute([source, target])?;
    db.prepare_cached("UPDATE pair SET aligned = 1 WHERE source = ?1 AND target = ?2")?.execute([source, target])?;
    decisions::mark(db, key, bitext)
}

/// All bitexts that a document is a side of.
pub(super) fn of_document(db: &Connection, id: &str) -> rusqlite::Result<Vec<Bitext>> {
    let sql =
        "SELECT key, source, target, level FROM bitext WHERE source = ?1 OR target = ?1 ORDER BY source, target, level";
    let mut statement = db.prepare_cached(sql)?;
    let bitexts = statement.query_map([id], |row| {
        Ok(Bitext { source: row.get(1)?, target: row.get(2)?, level: row.get(3)?, beads: beads(db, row.get(0)?)? })
    })?;
    bitexts.collect()
}

fn beads(db: &Connection, key: i64) -> rusqlite::Result<Vec<Bead>> {
    let sql = "SELECT source, target, score, confidence FROM bead WHERE bitext = ?1 ORDER BY position";
    let mut statement = db.prepare_cached(sql)?;
    let beads = statement.query_map([key], |row| {
        let (Json(source), Json(target)) = (row.get(0)?, row.get(1)?);
        Ok(Bead { source, target, score: row.get(2)?, confidence: row.get(3)? })
    })?;
    beads.collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, lang, new_store};
    use super::*;
    use crate::model::{Pair, PairKind};

    fn bitext(source: &str, target: &str, level: Level) -> Bitext {
        let bead = |source: &[u32], target: &[u32]| Bead {
            source: source.into(),
            target: target.into(),
            score: -1.25,
            confidence: 0.1,
        };
        let beads = vec![bead(&[0], &[0, 1]), bead(&[1, 3], &[2]), bead(&[2], &[]), bead(&[], &[3])];
        Bitext { source: source.into(), target: target.into(), level, beads }
    }

    #[test]
    fn a_bitext_comes_back_exactly_at_its_level() {
        let (_folder, mut store) = new_store();
        let (sentences, blocks) = (bitext("d1", "d2", Level::Sentence), bitext("d1", "d2", Level::Paragraph));
        let blocks = Bitext { beads: blocks.beads[..1].into(), ..blocks };
        store.add_bitexts(&[sentences.clone(), blocks.clone()]).unwrap();
        assert_eq!(store.bitext("d1", "d2", Level::Sentence).unwrap(), Some(sentences));
        assert_eq!(store.bitext("d1", "d2", Level::Paragraph).unwrap(), Some(blocks));
        assert_eq!(store.bitext("d2", "d1", Level::Paragraph).unwrap(), None);
    }

    #[test]
    fn a_bitext_replaces_the_one_before_and_its_beads() {
        let (_folder, mut store) = new_store();
        let long = bitext("d1", "d2", Level::Sentence);
        let short = Bitext { beads: long.beads[..1].into(), ..long.clone() };
        store.add_bitexts(&[long]).unwrap();
        store.add_bitexts(std::slice::from_ref(&short)).unwrap();
        assert_eq!(store.bitext("d1", "d2", Level::Sentence).unwrap(), Some(short));
        assert_eq!(store.counts().unwrap().beads, 1);
    }

    #[test]
    fn an_aligned_pair_waits_no_longer_even_without_beads() {
        let (_folder, mut store) = new_store();
        let pair = |source: &str, target: &str| Pair {
            source: source.into(),
            target: target.into(),
            kind: PairKind::Version,
            score: 1.0,
            evidence: vec![],
        };
        let (first, second) = (pair("d1", "d2"), pair("d1", "d3"));
        store.add_pairs(&[first.clone(), second.clone()], &[]).unwrap();
        assert_eq!(store.unaligned(1).unwrap(), std::slice::from_ref(&first));
        store.add_bitexts(&[Bitext { beads: vec![], ..bitext("d1", "d2", Level::Sentence) }]).unwrap();
        assert_eq!(store.unaligned(9).unwrap(), std::slice::from_ref(&second));
        // Found again by pairing, it is still aligned.
        store.add_pairs(&[first], &[]).unwrap();
        assert_eq!(store.unaligned(9).unwrap(), [second]);
    }

    #[test]
    fn bitexts_are_shown_by_language_pair_in_order() {
        let (_folder, mut store) = new_store();
        let documents = [("d1", "az"), ("d2", "en"), ("d3", "az"), ("d4", "en"), ("d5", "ru")];
        store.add(documents.map(|(id, tag)| entry(document(id, tag, id))).into()).unwrap();
        let found = [("d3", "d4"), ("d1", "d2"), ("d1", "d5"), ("d1", "d3")];
        store.add_bitexts(&found.map(|(source, target)| bitext(source, target, Level::Sentence))).unwrap();
        let (az, en, ru) = (lang("az"), lang("en"), lang("ru"));
        let pairs = [(az.clone(), az.clone(), 1), (az.clone(), en.clone(), 2), (az.clone(), ru, 1)];
        assert_eq!(store.language_pairs(Level::Sentence).unwrap(), pairs);
        assert!(store.language_pairs(Level::Paragraph).unwrap().is_empty());
        let mut seen = Vec::new();
        let push = |bitext| {
            seen.push(bitext);
            Ok(())
        };
        store.for_each_bitext(Level::Sentence, &az, &en, push).unwrap();
        assert_eq!(seen, [("d1", "d2"), ("d3", "d4")].map(|(s, t)| bitext(s, t, Level::Sentence)));
    }

    #[test]
    fn other_tools_read_the_texts_of_beads() {
        let (_folder, mut store) = new_store();
        store.add(vec![entry(document("d1", "az", "Bir. İki. Üç. Dörd."))]).unwrap();
        store.add(vec![entry(document("d2", "ru", "Раз. И ещё. Два. Пять."))]).unwrap();
        store.add_bitexts(&[bitext("d1", "d2", Level::Sentence), bitext("d1", "d2", Level::Paragraph)]).unwrap();
        let mut statement = store
            .db
            .prepare("SELECT shape, source_text, target_text FROM bead_text WHERE level = ?1 ORDER BY position")
            .unwrap();
        let mut texts = |level: Level| -> Vec<(String, Option<String>, Option<String>)> {
            let rows = statement.query_map([level], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
            rows.unwrap().map(|row| row.unwrap()).collect()
        };
        let row = |shape: &str, source: Option<&str>, target: Option<&str>| {
            (shape.to_owned(), source.map(String::from), target.map(String::from))
        };
        let sentences = [
            row("1-2", Some("Bir."), Some("Раз. И ещё.")),
            row("2-1", Some("İki. Dörd."), Some("Два.")),
            row("1-0", Some("Üç."), None),
            row("0-1", None, Some("Пять.")),
        ];
        assert_eq!(texts(Level::Sentence), sentences);
        assert_eq!(texts(Level::Paragraph)[0], row("1-2", Some("Bir. İki. Üç. Dörd."), Some("Раз. И ещё. Два. Пять.")));
    }
}
