//! Quotes, the links between them, and groups of renderings.

use super::documents::current;
use super::values::Json;
use super::{Store, decisions};
use crate::decide::{Quoted, regrouped};
use crate::error::Result;
use crate::model::{Group, Linked, Quote, Rendering, Span};
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, BTreeSet};

impl Store {
    /// The documents whose quotes were not looked for, sorted by id.
    pub fn unquoted(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id FROM document WHERE current
                    AND NOT EXISTS (SELECT 1 FROM quoted WHERE document = document.key) ORDER BY id",
            )?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// Writes the quotes of documents, in the order of each text; those without any were looked at, too.
    pub fn add_quotes(&mut self, found: &[(String, Vec<Quote>)]) -> Result<()> {
        self.write(|db| {
            found.iter().try_for_each(|(id, quotes)| replace(db, id, quotes))?;
            Ok(())
        })
    }

    /// The quotes of a document in the order of its text; none where there is no such document.
    pub fn quotes(&self, id: &str) -> Result<Vec<Quote>> {
        self.read(|db| {
            let Some(key) = current(db, id)? else { return Ok(Vec::new()) };
            let mut statement = db.prepare_cached(
                "SELECT form, spans, clause, cue, mention, speaker, alternatives, confidence, earlier, insertions, recovered
                FROM quote WHERE document = ?1 ORDER BY position",
            )?;
            statement.query_map([key], quote)?.collect()
        })
    }

    /// The aligned pairs whose quotes were not compared since, sorted by source and target; at most `limit`.
    pub fn unlinked(&self, limit: usize) -> Result<Vec<(String, String)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT source, target FROM pair WHERE aligned AND NOT EXISTS (
                    SELECT 1 FROM linked WHERE linked.source = pair.source AND linked.target = pair.target)
                ORDER BY source, target LIMIT ?1",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            statement.query_map([limit], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    /// Writes the links of pairs and of documents with themselves, in place of those that were there. They wait to be grouped.
    pub fn add_links(&mut self, linked: &[Linked]) -> Result<()> {
        self.write(|db| {
            let mut statement = db.prepare_cached(
                "INSERT OR REPLACE INTO linked (source, target, grouped, links) VALUES (?1, ?2, 0, ?3)",
            )?;
            for Linked { source, target, links } in linked {
                statement.execute(params![source, target, Json(links)])?;
            }
            Ok(())
        })
    }

    /// The documents that hang together by comparisons of quotes with one that waits to be grouped, sorted; `None` where none
    /// waits. Those of `seen` wait no longer.
    pub fn ungrouped(&self, seen: &BTreeSet<String>) -> Result<Option<BTreeSet<String>>> {
        let mut first = None;
        self.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT source FROM linked WHERE NOT grouped ORDER BY source, target")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let source: String = row.get(0)?;
                if !seen.contains(&source) {
                    first = Some(source);
                    break;
                }
            }
            Ok(())
        })?;
        let Some(first) = first else { return Ok(None) };
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT target FROM linked WHERE source = ?1 UNION SELECT source FROM linked WHERE target = ?1",
            )?;
            let mut component = BTreeSet::from([first.clone()]);
            let mut open = vec![first];
            while let Some(id) = open.pop() {
                for other in statement.query_map([&id], |row| row.get::<_, String>(0))? {
                    let other = other?;
                    if component.insert(other.clone()) {
                        open.push(other);
                    }
                }
            }
            Ok(Some(component))
        })
    }

    /// The links from a document, by target.
    pub fn links_from(&self, source: &str) -> Result<Vec<Linked>> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT source, target, links FROM linked WHERE source = ?1 ORDER BY target")?;
            let linked = |row: &Row<'_>| {
                let Json(links) = row.get(2)?;
                Ok(Linked { source: row.get(0)?, target: row.get(1)?, links })
            };
            statement.query_map([source], linked)?.collect()
        })
    }

    /// Writes the groups of some documents, in place of all groups these have a rendering in. They wait no longer.
    pub fn set_groups<'a>(
        &mut self,
        found: impl IntoIterator<Item = (&'a BTreeSet<String>, &'a [Group])>,
    ) -> Result<()> {
        self.write(|db| {
            for (documents, groups) in found {
                for id in documents {
                    forget_groups(db, id)?;
                    db.prepare_cached("UPDATE linked SET grouped = 1 WHERE source = ?1 AND NOT grouped")?
                        .execute([id])?;
                }
                groups.iter().try_for_each(|group| insert(db, group))?;
                dissolve(db, &documents.iter().map(String::as_str).collect::<Vec<_>>())?;
            }
            Ok(())
        })
    }

    /// Shows all groups that decisions leave anything of, one at a time, sorted by the first document of each; ends at the first error
    /// of `visit`.
    pub fn for_each_group(&self, mut visit: impl FnMut(Group) -> Result<()>) -> Result<()> {
        let sql =
            "SELECT id, quote_group.confidence FROM quote_group JOIN rendering ON quote_group = id AND position = 0
            WHERE id NOT IN (SELECT quote_group FROM dissolved) ORDER BY document, quote, id";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.each(sql, [], read, |(id, confidence): (String, f32)| {
            let group = self.read(|db| group(db, id, confidence))?;
            visit(group)
        })
    }

    /// The groups that have a rendering in one of some documents, sorted by the first rendering of each.
    pub fn groups_of(&self, documents: &[String]) -> Result<Vec<Group>> {
        self.read(|db| {
            let mut ids = BTreeSet::new();
            let mut statement = db.prepare_cached(
                "SELECT id, quote_group.confidence FROM rendering JOIN quote_group ON id = quote_group
                WHERE document = ?1 AND id NOT IN (SELECT quote_group FROM dissolved)",
            )?;
            for document in documents {
                let rows = statement.query_map([document], |row| {
                    let confidence: f32 = row.get(1)?;
                    Ok((row.get::<_, String>(0)?, confidence.to_bits()))
                })?;
                for row in rows {
                    ids.insert(row?);
                }
            }
            let group = |(id, confidence): (String, u32)| group(db, id, f32::from_bits(confidence));
            let mut groups: Vec<Group> = ids.into_iter().map(group).collect::<rusqlite::Result<_>>()?;
            groups.sort_by_cached_key(|g| {
                let first = g.renderings.first().map(|r| (r.document.clone(), r.quote));
                (first, g.id.clone())
            });
            Ok(groups)
        })
    }
}

/// Takes out what was found in a document that is revised; what it was compared with waits to be grouped without it.
pub(super) fn forget(db: &Connection, key: i64, id: &str) -> rusqlite::Result<()> {
    for table in ["quote", "quoted", "found_speaker"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE document = ?1"))?.execute([key])?;
    }
    db.prepare_cached(
        "UPDATE linked SET grouped = 0 WHERE source IN (
            SELECT target FROM linked WHERE source = ?1 UNION SELECT source FROM linked WHERE target = ?1)",
    )?
    .execute([id])?;
    db.prepare_cached("DELETE FROM linked WHERE source = ?1 OR target = ?1")?.execute([id])?;
    forget_groups(db, id)
}

/// Takes out what was found between two documents that belong together no longer: statements that both render wait to be grouped
/// without each other.
pub(super) fn part(db: &Connection, source: &str, target: &str) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM linked WHERE source = ?1 AND target = ?2")?.execute([source, target])?;
    db.prepare_cached("UPDATE linked SET grouped = 0 WHERE source IN (?1, ?2)")?.execute([source, target])?;
    db.prepare_cached(
        "DELETE FROM quote_group WHERE id IN (SELECT quote_group FROM rendering WHERE document = ?1)
            AND id IN (SELECT quote_group FROM rendering WHERE document = ?2)",
    )?
    .execute([source, target])
    .map(drop)
}

/// Writes the quotes of a document, in place of those that were there.
pub(super) fn replace(db: &Connection, id: &str, quotes: &[Quote]) -> rusqlite::Result<()> {
    let Some(key) = current(db, id)? else { return Ok(()) };
    for table in ["quote", "found_speaker"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE document = ?1"))?.execute([key])?;
    }
    db.prepare_cached("INSERT OR IGNORE INTO quoted (document) VALUES (?1)")?.execute([key])?;
    let mut statement = db.prepare_cached(
        "INSERT INTO quote (document, position, form, spans, clause, cue, mention, speaker, alternatives,
            confidence, earlier, insertions, recovered)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for (position, quote) in quotes.iter().enumerate() {
        statement.execute(params![
            key,
            position as i64,
            quote.form,
            Json(&quote.spans),
            quote.clause.map(Json),
            quote.cue.map(Json),
            quote.mention.map(Json),
            quote.speaker,
            Json(&quote.alternatives),
            quote.confidence,
            quote.earlier,
            Json(&quote.insertions),
            quote.recovered,
        ])?;
    }
    decisions::speakers(db, id)
}

/// Writes a group that a file has; one of the same name in another file may have its renderings in other documents.
pub(super) fn merge(db: &Connection, group: &Group) -> rusqlite::Result<()> {
    let is_there = |rendering: &Rendering| current(db, &rendering.document).map(|key| key.is_some());
    let mut renderings = Vec::with_capacity(group.renderings.len());
    for rendering in &group.renderings {
        if is_there(rendering)? {
            renderings.push(rendering.clone());
        }
    }
    let is_new = |other: &Rendering| group.renderings.iter().all(|own| own.document != other.document);
    renderings.extend(self::renderings(db, &group.id)?.into_iter().filter(is_new));
    if renderings.len() < 2 {
        return Ok(());
    }
    db.prepare_cached("DELETE FROM quote_group WHERE id = ?1")?.execute([&group.id])?;
    insert(db, &Group { renderings, ..group.clone() })
}

fn forget_groups(db: &Connection, id: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM quote_group WHERE id IN (SELECT quote_group FROM rendering WHERE document = ?1)";
    db.prepare_cached(sql)?.execute([id]).map(drop)
}

fn insert(db: &Connection, group: &Group) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO quote_group (id, confidence) VALUES (?1, ?2)")?
        .execute(params![group.id, group.confidence])?;
    let mut statement = db.prepare_cached(
        "INSERT INTO rendering (quote_group, position, document, quote, spans, confidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, rendering) in group.renderings.iter().enumerate() {
        let Rendering { document, quote, spans, confidence } = rendering;
        statement.execute(params![group.id, position as i64, document, quote, Json(spans), confidence])?;
    }
    Ok(())
}

/// A group as decisions have it.
pub(super) fn group(db: &Connection, id: String, confidence: f32) -> rusqlite::Result<Group> {
    let found = Group { renderings: renderings(db, &id)?, id, confidence };
    let documents: BTreeSet<&str> = found.renderings.iter().map(|r| r.document.as_str()).collect();
    let said = decisions::renderings(db, &documents.into_iter().collect::<Vec<_>>())?;
    if said.is_empty() {
        return Ok(found);
    }
    let mut whole = BTreeMap::new();
    for quoted in said.iter().flat_map(|(two, _)| two) {
        if let Some(rendering) = as_whole(db, quoted)? {
            whole.insert(quoted.clone(), rendering);
        }
    }
    Ok(regrouped(found, &said, |quoted| whole.get(quoted).cloned()))
}

/// Says of the groups with renderings in some documents which are left of them, where reviewers decided on renderings.
pub(super) fn dissolve(db: &Connection, documents: &[&str]) -> rusqlite::Result<()> {
    if decisions::renderings(db, documents)?.is_empty() {
        let sql = "DELETE FROM dissolved WHERE quote_group IN (SELECT quote_group FROM rendering WHERE document = ?1)";
        return documents.iter().try_for_each(|id| db.prepare_cached(sql)?.execute([id]).map(drop));
    }
    let mut ids: BTreeMap<String, f32> = BTreeMap::new();
    let mut statement = db.prepare_cached(
        "SELECT id, quote_group.confidence FROM rendering JOIN quote_group ON id = quote_group WHERE document = ?1",
    )?;
    for document in documents {
        for row in statement.query_map([document], |row| Ok((row.get(0)?, row.get(1)?)))? {
            let (id, confidence) = row?;
            ids.insert(id, confidence);
        }
    }
    let decided = |(id, confidence)| group(db, id, confidence);
    let groups: Vec<Group> = ids.into_iter().map(decided).collect::<rusqlite::Result<_>>()?;
    for (n, Group { id, renderings, .. }) in groups.iter().enumerate() {
        let has = |other: &Group, one: &Rendering| {
            let meets = |a: &Span| one.spans.iter().any(|b| a.start < b.end && b.start < a.end);
            other.renderings.iter().any(|r| r.document == one.document && r.spans.iter().any(meets))
        };
        // Of two with the same renderings the first stays.
        let is_in = |(m, other): (usize, &Group)| {
            let is_smaller =
                renderings.len() < other.renderings.len() || (renderings.len() == other.renderings.len() && m < n);
            is_smaller && renderings.iter().all(|one| has(other, one))
        };
        let is_dissolved = renderings.len() < 2 || groups.iter().enumerate().any(is_in);
        let sql = match is_dissolved {
            true => "INSERT OR IGNORE INTO dissolved (quote_group) VALUES (?1)",
            false => "DELETE FROM dissolved WHERE quote_group = ?1",
        };
        db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

/// A quote, named by its document and its first span, as a rendering; a reviewer is sure of it.
fn as_whole(db: &Connection, (document, first): &Quoted) -> rusqlite::Result<Option<Rendering>> {
    let Some(key) = current(db, document)? else { return Ok(None) };
    let mut statement = db.prepare_cached("SELECT position, spans FROM quote WHERE document = ?1 ORDER BY position")?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        let Json(spans): Json<Vec<Span>> = row.get(1)?;
        if spans.first() == Some(first) {
            return Ok(Some(Rendering { document: document.clone(), quote: row.get(0)?, spans, confidence: 1.0 }));
        }
    }
    Ok(None)
}

fn renderings(db: &Connection, group: &str) -> rusqlite::Result<Vec<Rendering>> {
    let mut statement = db.prepare_cached(
        "SELECT document, quote, spans, confidence FROM rendering WHERE quote_group = ?1 ORDER BY position",
    )?;
    let rendering = |row: &Row<'_>| {
        let Json(spans) = row.get(2)?;
        Ok(Rendering { document: row.get(0)?, quote: row.get(1)?, spans, confidence: row.get(3)? })
    };
    statement.query_map([group], rendering)?.collect()
}

fn quote(row: &Row<'_>) -> rusqlite::Result<Quote> {
    let span = |column: &str| row.get::<_, Option<Json<_>>>(column).map(|value| value.map(|Json(span)| span));
    let (Json(spans), Json(alternatives), Json(insertions)) =
        (row.get("spans")?, row.get("alternatives")?, row.get("insertions")?);
    Ok(Quote {
        spans,
        clause: span("clause")?,
        form: row.get("form")?,
        cue: span("cue")?,
        mention: span("mention")?,
        speaker: row.get("speaker")?,
        alternatives,
        confidence: row.get("confidence")?,
        earlier: row.get("earlier")?,
        insertions,
        recovered: row.get("recovered")?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, new_store};
    use super::*;
    use crate::model::{Bitext, Form, Level, Link, Pair, PairKind, Recovery, Span};

    fn full_quote() -> Quote {
        Quote {
            spans: vec![Span::new(3, 9), Span::new(12, 20)],
            clause: Some(Span::new(0, 20)),
            form: Form::Mixed,
            cue: Some(Span::new(21, 25)),
            mention: None,
            speaker: Some("Sergey Lavrov".into()),
            alternatives: vec!["İlham Əliyev".into()],
            confidence: 0.5,
            earlier: true,
            insertions: vec![Span::new(4, 5)],
            recovered: Some(Recovery::Unclosed),
        }
    }

    fn group(id: &str, documents: &[&str]) -> Group {
        let rendering = |document: &&str| Rendering {
            document: (*document).into(),
            quote: 0,
            spans: vec![Span::new(3, 9)],
            confidence: 0.75,
        };
        Group { id: id.into(), confidence: 0.5, renderings: documents.iter().map(rendering).collect() }
    }

    /// Three documents, of which the first two are an aligned pair.
    fn pairs() -> (tempfile::TempDir, Store) {
        let (folder, mut store) = new_store();
        let documents = ["d1", "d2", "d3"].map(|id| entry(document(id, "az", &format!("Mətn {id}. İkinci cümlə."))));
        store.add(documents.into()).unwrap();
        let pair =
            Pair { source: "d1".into(), target: "d2".into(), kind: PairKind::Event, score: 1.0, evidence: vec![] };
        store.add_pairs(&[pair], &[]).unwrap();
        let bitext = Bitext { source: "d1".into(), target: "d2".into(), level: Level::Sentence, beads: Vec::new() };
        store.add_bitexts(&[bitext]).unwrap();
        (folder, store)
    }

    fn link(store: &mut Store, source: &str, target: &str) {
        let links = vec![Link { source: 0, target: 1, score: 2.5, alone: 3.0 }];
        store.add_links(&[Linked { source: source.into(), target: target.into(), links }]).unwrap();
    }

    #[test]
    fn quotes_come_back_exactly_and_those_without_any_wait_no_longer() {
        let (_folder, mut store) = pairs();
        assert_eq!(store.unquoted().unwrap(), ["d1", "d2", "d3"]);
        let plain = Quote { clause: None, cue: None, speaker: None, recovered: None, ..full_quote() };
        store.add_quotes(&[("d1".into(), vec![full_quote(), plain.clone()]), ("d2".into(), vec![])]).unwrap();
        assert_eq!(store.quotes("d1").unwrap(), [full_quote(), plain]);
        assert_eq!(store.unquoted().unwrap(), ["d3"]);
        assert_eq!(store.counts().unwrap().quotes, 2);
    }

    #[test]
    fn an_aligned_pair_waits_until_it_is_linked_and_again_when_it_is_aligned_anew() {
        let (_folder, mut store) = pairs();
        let pair = [("d1".to_owned(), "d2".to_owned())];
        assert_eq!(store.unlinked(9).unwrap(), pair);
        link(&mut store, "d1", "d2");
        assert!(store.unlinked(9).unwrap().is_empty());
        let bitext = Bitext { source: "d1".into(), target: "d2".into(), level: Level::Sentence, beads: Vec::new() };
        store.add_bitexts(&[bitext]).unwrap();
        assert_eq!(store.unlinked(9).unwrap(), pair);
    }

    #[test]
    fn what_hangs_together_is_grouped_together() {
        let (_folder, mut store) = pairs();
        link(&mut store, "d1", "d2");
        link(&mut store, "d3", "d3");
        let first = store.ungrouped(&BTreeSet::new()).unwrap().unwrap();
        assert_eq!(Vec::from_iter(&first), ["d1", "d2"]);
        let second = store.ungrouped(&first).unwrap().unwrap();
        assert_eq!(Vec::from_iter(&second), ["d3"]);
        let group = group("g1", &["d1", "d2"]);
        store.set_groups([(&first, &[group.clone()][..]), (&second, &[])]).unwrap();
        assert_eq!(store.ungrouped(&BTreeSet::new()).unwrap(), None);
        assert_eq!(store.groups_of(&["d2".into()]).unwrap(), std::slice::from_ref(&group));
        let mut seen = Vec::new();
        store
            .for_each_group(|group| {
                seen.push(group);
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, [group]);
        assert_eq!(store.counts().unwrap().groups, 1);
    }

    #[test]
    fn documents_that_are_taken_apart_render_nothing_together() {
        let (_folder, mut store) = pairs();
        ["d1", "d2"].iter().for_each(|id| link(&mut store, id, id));
        link(&mut store, "d1", "d2");
        let all = store.ungrouped(&BTreeSet::new()).unwrap().unwrap();
        store.set_groups([(&all, &[group("g1", &["d1", "d2"]), group("g2", &["d2", "d3"])][..])]).unwrap();
        part(&store.db, "d1", "d2").unwrap();
        assert_eq!(store.groups_of(&["d2".into()]).unwrap(), [group("g2", &["d2", "d3"])]);
        let waiting = store.ungrouped(&BTreeSet::new()).unwrap().unwrap();
        assert_eq!(Vec::from_iter(&waiting), ["d1"]);
        assert_eq!(store.ungrouped(&waiting).unwrap().map(Vec::from_iter), Some(vec!["d2".to_owned()]));
    }

    #[test]
    fn a_revised_document_leaves_its_groups_and_the_others_wait() {
        let (_folder, mut store) = pairs();
        store.add_quotes(&[("d1".into(), vec![full_quote()])]).unwrap();
        link(&mut store, "d1", "d2");
        link(&mut store, "d2", "d2");
        let all = store.ungrouped(&BTreeSet::new()).unwrap().unwrap();
        store.set_groups([(&all, &[group("g1", &["d1", "d2"])][..])]).unwrap();
        store.add(vec![entry(document("d1", "az", "Başqa mətn."))]).unwrap();
        assert!(store.groups_of(&["d2".into()]).unwrap().is_empty());
        assert_eq!(store.ungrouped(&BTreeSet::new()).unwrap().map(Vec::from_iter), Some(vec!["d2".to_owned()]));
        assert!(store.unquoted().unwrap().contains(&"d1".to_owned()) && store.quotes("d1").unwrap().is_empty());
    }
}
