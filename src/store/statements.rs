//! Statements: the groups of renderings as lists show them, and how often who is quoted in which form.

use super::lists::{FILTER, Filter, Page};
use super::values::Size;
use super::{Store, decisions, documents, quotes};
use crate::error::Result;
use crate::model::{Form, Group, Rendering};
use rusqlite::types::ToSql;
use std::collections::BTreeSet;

/// Which statements a list shows.
#[derive(Clone, Debug, Default)]
pub struct Statements {
    /// With a rendering in a document that this keeps.
    pub filter: Filter,
    /// With a rendering by this speaker.
    pub speaker: Option<String>,
    /// With a rendering in a document of this work.
    pub work: Option<String>,
}

/// How often somebody is quoted in each form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// Who: a speaker, or an outlet that quotes.
    pub name: String,
    /// How often, in the order of `ORDER`.
    pub counts: [usize; 4],
}

impl Forms {
    /// The order of the counts.
    pub const ORDER: [Form; 4] = [Form::Direct, Form::Mixed, Form::Indirect, Form::Headline];
}

impl Store {
    /// How many statements there are of a kind, and the ids of a page of them: those with the most such renderings first. A page
    /// beyond the last has none and knows of none.
    pub fn list_statements(&self, which: &Statements, page: Page) -> Result<(usize, Vec<String>)> {
        self.read(|db| {
            let sql = format!(
                "SELECT rendering.quote_group AS id, count(*) OVER () FROM rendering
                WHERE rendering.quote_group NOT IN (SELECT quote_group FROM dissolved)
                    AND rendering.document IN (SELECT document.id FROM document WHERE {FILTER})
                    AND (:work IS NULL OR rendering.document IN (SELECT document FROM work_document WHERE work = :work))
                    AND (:speaker IS NULL OR EXISTS (
                        SELECT 1 FROM document JOIN quote ON quote.document = document.key
                        WHERE document.id = rendering.document AND document.current
                            AND quote.position = rendering.quote AND quote.speaker = :speaker))
                GROUP BY rendering.quote_group ORDER BY count(*) DESC, id LIMIT :limit OFFSET :offset"
            );
            let (limit, offset) = page.bounds();
            let mut values = which.filter.values().to_vec();
            values.extend([(":speaker", &which.speaker as &dyn ToSql), (":work", &which.work)]);
            values.extend([(":limit", &limit as &dyn ToSql), (":offset", &offset)]);
            let (mut total, mut ids) = (0, Vec::new());
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query(&*values)?;
            while let Some(row) = rows.next()? {
                let Size(all) = row.get(1)?;
                total = all;
                ids.push(row.get(0)?);
            }
            Ok((total, ids))
        })
    }

    /// Who is quoted in a rendering and what the words are, stretch by stretch.
    pub fn rendered(&self, rendering: &Rendering) -> Result<Option<(Option<String>, Vec<String>)>> {
        self.read(|db| {
            let Some(key) = documents::current(db, &rendering.document)? else { return Ok(None) };
            let speaker = db
                .prepare_cached("SELECT speaker FROM quote WHERE document = ?1 AND position = ?2")?
                .query_map((key, rendering.quote), |row| row.get(0))?
                .next()
                .transpose()?
                .flatten();
            let text: Option<String> = db
                .prepare_cached("SELECT text FROM text WHERE document = ?1")?
                .query_map([key], |row| row.get(0))?
                .next()
                .transpose()?;
            let text = text.unwrap_or_default();
            Ok(Some((speaker, rendering.spans.iter().map(|span| span.of(&text).to_owned()).collect())))
        })
    }

    /// A group of renderings by its id, as decisions have it.
    pub fn group(&self, id: &str) -> Result<Option<Group>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT confidence FROM quote_group WHERE id = ?1")?;
            let confidence = statement.query_map([id], |row| row.get(0))?.next().transpose()?;
            confidence.map(|confidence| quotes::group(db, id.to_owned(), confidence)).transpose()
        })
    }

    /// The group that has the rendering that begins at a byte of a document, as decisions have it.
    pub fn group_of(&self, document: &str, start: u32) -> Result<Option<String>> {
        self.read(|db| {
            // A reviewer may have joined it to one that was found without this document.
            let joined = decisions::renderings(db, &[document])?;
            let ids: BTreeSet<&str> = joined.iter().flat_map(|(two, _)| two).map(|(id, _)| id.as_str()).collect();
            let mut statement = db.prepare_cached(
                "SELECT DISTINCT quote_group FROM rendering
                WHERE document = ?1 AND quote_group NOT IN (SELECT quote_group FROM dissolved) ORDER BY quote_group",
            )?;
            for id in std::iter::once(document).chain(ids.into_iter().filter(|id| *id != document)) {
                for group in statement.query_map([id], |row| row.get::<_, String>(0))? {
                    let found = quotes::group(db, group?, 0.0)?;
                    let begins =
                        |r: &Rendering| r.document == document && r.spans.first().is_some_and(|s| s.start == start);
                    if found.renderings.iter().any(begins) {
                        return Ok(Some(found.id));
                    }
                }
            }
            Ok(None)
        })
    }

    /// How often the most quoted speakers are quoted, and the outlets that quote most, in each form; at most `limit` of each.
    pub fn quoted_forms(&self, limit: usize) -> Result<[Vec<Forms>; 2]> {
        let forms = |column: &str| -> Result<Vec<Forms>> {
            let counts = Forms::ORDER.map(|form| format!("sum(quote.form = '{}')", form.name())).join(", ");
            let sql = format!(
                "SELECT {column} AS name, {counts}, count(*) AS all_forms FROM quote
                    JOIN document ON document.key = quote.document AND document.current
                WHERE {column} IS NOT NULL GROUP BY name ORDER BY all_forms DESC, name LIMIT ?1"
            );
            self.read(|db| {
                let mut statement = db.prepare_cached(&sql)?;
                let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                    let count = |n: usize| row.get(n).map(|Size(count)| count);
                    Ok(Forms { name: row.get(0)?, counts: [count(1)?, count(2)?, count(3)?, count(4)?] })
                })?;
                rows.collect()
            })
        };
        Ok([forms("quote.speaker")?, forms("document.outlet")?])
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, new_store};
    use super::super::{Decided, Proposal};
    use super::*;
    use crate::model::{Act, Quote, Span};

    const ALL: Page = Page { offset: 0, limit: 9 };

    fn quote(form: Form, speaker: &str, start: usize) -> Quote {
        Quote {
            spans: vec![Span::new(start, start + 4)],
            clause: None,
            form,
            cue: None,
            mention: None,
            speaker: Some(speaker.into()),
            alternatives: vec![],
            confidence: 0.5,
            earlier: false,
            insertions: vec![],
            recovered: None,
        }
    }

    /// Three documents of two quotes each; the first quotes of the first two are one statement.
    fn store() -> (tempfile::TempDir, Store) {
        let (folder, mut store) = new_store();
        let ids = ["d1", "d2", "d3"];
        store.add(ids.map(|id| entry(document(id, "az", &format!("Bir {id}. İki. Üç.")))).into()).unwrap();
        let quotes =
            |id: &str| (id.to_owned(), vec![quote(Form::Direct, "Lavrov", 0), quote(Form::Indirect, "Əliyev", 8)]);
        store.add_quotes(&ids.map(quotes)).unwrap();
        let rendering =
            |id: &str| Rendering { document: id.into(), quote: 0, spans: vec![Span::new(0, 4)], confidence: 0.5 };
        let group = Group { id: "g1".into(), confidence: 0.5, renderings: vec![rendering("d1"), rendering("d2")] };
        let documents = BTreeSet::from(["d1".to_owned(), "d2".to_owned()]);
        store.set_groups([(&documents, &[group][..])]).unwrap();
        (folder, store)
    }

    fn decide(store: &mut Store, source: &str, target: Option<&str>, seen: u64, act: &Act) {
        let subject = store.subject(source, target).unwrap().unwrap();
        let made = "2026-11-26".parse().unwrap();
        let proposal = Proposal { subject: &subject, seen, reviewer: "Leyla", made, act };
        assert!(matches!(store.decide(&proposal, &[]).unwrap(), Decided::Done(_)));
    }

    #[test]
    fn statements_are_listed_by_speaker_and_counted_by_form() {
        let (_folder, store) = store();
        let by = |speaker: &str| Statements { speaker: Some(speaker.into()), ..Statements::default() };
        assert_eq!(store.list_statements(&Statements::default(), ALL).unwrap(), (1, vec!["g1".to_owned()]));
        assert_eq!(store.list_statements(&by("Lavrov"), ALL).unwrap().0, 1);
        assert_eq!(store.list_statements(&by("Əliyev"), ALL).unwrap().0, 0);
        let group = store.group("g1").unwrap().unwrap();
        let rendered = store.rendered(&group.renderings[1]).unwrap().unwrap();
        assert_eq!(rendered, (Some("Lavrov".to_owned()), vec!["Bir ".to_owned()]));
        let [speakers, outlets] = store.quoted_forms(9).unwrap();
        let forms = |name: &str, counts| Forms { name: name.into(), counts };
        assert_eq!(speakers, [forms("Lavrov", [3, 0, 0, 0]), forms("Əliyev", [0, 0, 3, 0])]);
        assert!(outlets.is_empty());
    }

    #[test]
    fn a_speaker_is_whom_a_reviewer_names_until_that_is_undone() {
        let (_folder, mut store) = store();
        let act = Act::Speaker { quote: Span::new(0, 4), speaker: Some("Putin".into()) };
        decide(&mut store, "d1", None, 0, &act);
        let speaker = |store: &Store| store.quotes("d1").unwrap()[0].speaker.clone().unwrap();
        assert_eq!(speaker(&store), "Putin");
        store.add_quotes(&[("d1".into(), vec![quote(Form::Direct, "Zaxarova", 0)])]).unwrap();
        assert_eq!(speaker(&store), "Putin", "found again, the decision stands");
        decide(&mut store, "d1", None, 1, &Act::Undo { decision: 1 });
        assert_eq!(speaker(&store), "Zaxarova");
    }

    #[test]
    fn renderings_are_parted_and_joined_by_decisions() {
        let (_folder, mut store) = store();
        let documents = |store: &Store| -> Vec<String> {
            store.group("g1").unwrap().unwrap().renderings.into_iter().map(|r| r.document).collect()
        };
        let act = |same| Act::Rendering { quotes: [Span::new(0, 4), Span::new(0, 4)], same };
        decide(&mut store, "d1", Some("d3"), 0, &act(true));
        assert_eq!(documents(&store), ["d1", "d2", "d3"]);
        decide(&mut store, "d1", Some("d2"), 0, &act(false));
        assert_eq!(documents(&store), ["d1", "d3"]);
        decide(&mut store, "d1", Some("d2"), 2, &Act::Undo { decision: 2 });
        assert_eq!(documents(&store), ["d1", "d2", "d3"]);
        assert_eq!(store.groups_of(&["d2".to_owned()]).unwrap()[0].renderings.len(), 3);
        assert_eq!(store.group("g2").unwrap(), None);
    }

    #[test]
    fn lists_leave_out_what_decisions_leave_nothing_of() {
        let (_folder, mut store) = store();
        let second =
            |id: &str| Rendering { document: id.into(), quote: 1, spans: vec![Span::new(8, 12)], confidence: 0.5 };
        let group = Group { id: "g2".into(), confidence: 0.5, renderings: vec![second("d1"), second("d3")] };
        let first = store.group("g1").unwrap().unwrap();
        let documents = BTreeSet::from(["d1", "d2", "d3"].map(String::from));
        store.set_groups([(&documents, &[first, group][..])]).unwrap();
        let listed = |store: &Store| store.list_statements(&Statements::default(), ALL).unwrap();
        let both = (2, vec!["g1".to_owned(), "g2".to_owned()]);
        assert_eq!(listed(&store), both);
        assert_eq!(store.group_of("d3", 8).unwrap().as_deref(), Some("g2"));
        assert_eq!(store.group_of("d3", 0).unwrap(), None);
        let act = |quotes: [usize; 2], same| Act::Rendering { quotes: quotes.map(|at| Span::new(at, at + 4)), same };
        decide(&mut store, "d1", Some("d2"), 0, &act([0, 0], false));
        assert_eq!(listed(&store), (1, vec!["g2".to_owned()]), "of the first one rendering is left");
        decide(&mut store, "d1", Some("d2"), 1, &Act::Undo { decision: 1 });
        assert_eq!(listed(&store), both);
        // The renderings of the second are those of the first, too.
        decide(&mut store, "d1", Some("d3"), 0, &act([0, 8], true));
        decide(&mut store, "d1", Some("d2"), 2, &act([8, 0], true));
        let (count, left) = listed(&store);
        assert_eq!((count, left.len()), (1, 1));
        let mut exported = Vec::new();
        store
            .for_each_group(|group| {
                exported.push(group.id);
                Ok(())
            })
            .unwrap();
        assert_eq!(exported, left);
        assert_eq!(store.group_of("d3", 8).unwrap(), left.first().cloned());
    }
}
