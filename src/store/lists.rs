//! Lists of documents, works and pairs, a page at a time, for whoever looks through a store.

use super::Store;
use super::values::Size;
use crate::error::Result;
use crate::language::Lang;
use crate::model::{Moment, Pair, PairKind};
use rusqlite::{Connection, Row, ToSql, named_params};

/// Which documents a list shows; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this main language, its scripts and regions included.
    pub lang: Option<Lang>,
    /// Of this outlet.
    pub outlet: Option<String>,
    /// Published on this day or after it, in days since 1970-01-01.
    pub from: Option<i32>,
    /// Published on this day or before it.
    pub to: Option<i32>,
    /// With these letters in the title, whatever their case.
    pub title: Option<String>,
}

/// One page of a list: after so many, at most so many.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many come before it.
    pub offset: usize,
    /// How many it shows.
    pub limit: usize,
}

/// What a list says of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its language.
    pub lang: Lang,
    /// Its title.
    pub title: Option<String>,
    /// Its outlet.
    pub outlet: Option<String>,
    /// When it was published.
    pub published: Option<Moment>,
    /// The work it belongs to.
    pub work: Option<String>,
    /// In how many pairs it is.
    pub pairs: usize,
}

/// What `Filter` asks of the table `document`, with its parameters.
pub(super) const FILTER: &str = "document.current
    AND (:lang IS NULL OR document.lang = :lang OR document.lang GLOB :lang || '-*')
    AND (:outlet IS NULL OR document.outlet = :outlet)
    AND (:from IS NULL OR document.day >= :from) AND (:to IS NULL OR document.day <= :to)
    AND (:title IS NULL OR instr(lower(document.title), lower(:title)) > 0)";

impl Filter {
    pub(super) fn values(&self) -> [(&'static str, &dyn ToSql); 5] {
        [
            (":lang", &self.lang),
            (":outlet", &self.outlet),
            (":from", &self.from),
            (":to", &self.to),
            (":title", &self.title),
        ]
    }
}

/// What `Listed` says, of rows of `document`.
const LISTED: &str = "document.id, document.lang, document.title, document.outlet, document.published,
    (SELECT work FROM work_document WHERE document = document.id) AS work,
    (SELECT count(*) FROM pair WHERE source = document.id) + (SELECT count(*) FROM pair WHERE target = document.id) AS pairs";

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    let Size(pairs) = row.get("pairs")?;
    Ok(Listed {
        id: row.get("id")?,
        lang: row.get("lang")?,
        title: row.get("title")?,
        outlet: row.get("outlet")?,
        published: row.get("published")?,
        work: row.get("work")?,
        pairs,
    })
}

impl Store {
    /// What a list says of one document.
    pub fn listed(&self, id: &str) -> Result<Option<Listed>> {
        self.read(|db| {
            let sql = format!("SELECT {LISTED} FROM document WHERE id = ?1 AND current");
            db.prepare_cached(&sql)?.query_map([id], listed)?.next().transpose()
        })
    }

    /// How many documents there are of a kind, and a page of them: the newest first, undated ones last. `unpaired` keeps to those
    /// in no pair.
    pub fn list_documents(&self, filter: &Filter, unpaired: bool, page: Page) -> Result<(usize, Vec<Listed>)> {
        let alone = "(NOT :unpaired OR NOT EXISTS (SELECT 1 FROM pair WHERE source = document.id)
            AND NOT EXISTS (SELECT 1 FROM pair WHERE target = document.id))";
        self.read(|db| {
            let mut values = filter.values().to_vec();
            values.push((":unpaired", &unpaired));
            let total = count(db, &format!("SELECT count(*) FROM document WHERE {FILTER} AND {alone}"), &values)?;
            let sql = format!(
                "SELECT {LISTED} FROM document WHERE {FILTER} AND {alone}
                ORDER BY day IS NULL, day DESC, id LIMIT :limit OFFSET :offset"
            );
            let (limit, offset) = page.bounds();
            values.extend([(":limit", &limit as &dyn ToSql), (":offset", &offset)]);
            let rows = db.prepare_cached(&sql)?.query_map(&*values, listed)?.collect::<rusqlite::Result<_>>()?;
            Ok((total, rows))
        })
    }

    /// How many works of several documents have one of a kind, and the ids of a page of them: those with the newest first.
    pub fn list_works(&self, filter: &Filter, page: Page) -> Result<(usize, Vec<String>)> {
        let works = format!(
            "SELECT work_document.work, max(document.day) AS day FROM work_document
                JOIN document ON document.id = work_document.document
            WHERE {FILTER} AND EXISTS (SELECT 1 FROM work_document AS other
                WHERE other.work = work_document.work AND other.position = 1)
            GROUP BY work_document.work"
        );
        self.read(|db| {
            let mut values = filter.values().to_vec();
            let total = count(db, &format!("SELECT count(*) FROM ({works})"), &values)?;
            let sql = format!("{works} ORDER BY day IS NULL, day DESC, work LIMIT :limit OFFSET :offset");
            let (limit, offset) = page.bounds();
            values.extend([(":limit", &limit as &dyn ToSql), (":offset", &offset)]);
            let ids =
                db.prepare_cached(&sql)?.query_map(&*values, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok((total, ids))
        })
    }

    /// How many pairs there are of a kind, and a page of them: the surest first.
    pub fn list_pairs(&self, kind: PairKind, page: Page) -> Result<(usize, Vec<Pair>)> {
        self.read(|db| {
            let total = count(db, "SELECT count(*) FROM pair WHERE kind = :kind", &[(":kind", &kind)])?;
            let (limit, offset) = page.bounds();
            let pairs = db
                .prepare_cached(
                    "SELECT source, target, kind, score, evidence FROM pair WHERE kind = :kind
                    ORDER BY score DESC, source, target LIMIT :limit OFFSET :offset",
                )?
                .query_map(named_params! {":kind": kind, ":limit": limit, ":offset": offset}, super::pairs::pair)?
                .collect::<rusqlite::Result<_>>()?;
            Ok((total, pairs))
        })
    }

    /// The ids of the documents of a work, in order; empty where there is none.
    pub fn work(&self, id: &str) -> Result<Vec<String>> {
        self.read(|db| {
            let sql = "SELECT document FROM work_document WHERE work = ?1 ORDER BY position";
            db.prepare_cached(sql)?.query_map([id], |row| row.get(0))?.collect()
        })
    }

    /// The outlets and the languages of the documents, each sorted.
    pub fn choices(&self) -> Result<(Vec<String>, Vec<Lang>)> {
        self.read(|db| {
            let outlets = "SELECT DISTINCT outlet FROM document WHERE current AND outlet IS NOT NULL ORDER BY outlet";
            let langs = "SELECT DISTINCT lang FROM document WHERE current ORDER BY lang";
            let outlets =
                db.prepare_cached(outlets)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            let langs = db.prepare_cached(langs)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok((outlets, langs))
        })
    }
}

impl Page {
    pub(super) fn bounds(self) -> (i64, i64) {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        (number(self.limit), number(self.offset))
    }
}

fn count(db: &Connection, sql: &str, values: &[(&str, &dyn ToSql)]) -> rusqlite::Result<usize> {
    db.prepare_cached(sql)?.query_row(values, |row| row.get(0)).map(|Size(count)| count)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, lang, new_store, signed};
    use super::*;
    use crate::model::Work;

    const ALL: Page = Page { offset: 0, limit: 9 };

    fn store() -> (tempfile::TempDir, Store) {
        let (folder, mut store) = new_store();
        let mut second = document("d2", "az-Cyrl", "İki.");
        second.metadata.outlet = Some("Kaspi".into());
        second.metadata.title = Some("Körpü".into());
        let batch = vec![
            signed(document("d1", "az", "Bir."), Some(10), &[1]),
            signed(second, Some(20), &[2]),
            entry(document("d3", "ru", "Раз.")),
        ];
        store.add(batch).unwrap();
        let pair = |source: &str, target: &str, kind| Pair {
            source: source.into(),
            target: target.into(),
            kind,
            score: 0.5,
            evidence: vec![],
        };
        store.add_pairs(&[pair("d1", "d2", PairKind::Version)], &[]).unwrap();
        let work = |id: &str, documents: &[&str]| Work {
            id: id.into(),
            documents: documents.iter().map(|d| (*d).into()).collect(),
        };
        store.set_works([work("w1", &["d1", "d2"]), work("w3", &["d3"])]).unwrap();
        (folder, store)
    }

    #[test]
    fn documents_are_listed_by_day_and_by_what_is_asked_of_them() {
        let (_folder, store) = store();
        let check = |filter: Filter, unpaired, expected: &[&str]| {
            let (total, found) = store.list_documents(&filter, unpaired, ALL).unwrap();
            let ids: Vec<&str> = found.iter().map(|d| d.id.as_str()).collect();
            assert_eq!((total, ids), (expected.len(), expected.to_vec()), "{filter:?}");
        };
        check(Filter::default(), false, &["d2", "d1", "d3"]);
        check(Filter::default(), true, &["d3"]);
        check(Filter { lang: Some(lang("az")), ..Filter::default() }, false, &["d2", "d1"]);
        check(Filter { outlet: Some("Kaspi".into()), ..Filter::default() }, false, &["d2"]);
        check(Filter { from: Some(5), to: Some(15), ..Filter::default() }, false, &["d1"]);
        check(Filter { title: Some("KÖRPÜ".into()), ..Filter::default() }, false, &[]);
        check(Filter { title: Some("rp".into()), ..Filter::default() }, false, &["d2"]);
        let page = Page { offset: 1, limit: 1 };
        let (total, second) = store.list_documents(&Filter::default(), false, page).unwrap();
        assert_eq!((total, second[0].id.as_str(), second[0].pairs), (3, "d1", 1));
        assert_eq!(store.listed("d3").unwrap().unwrap().work.as_deref(), Some("w3"));
    }

    #[test]
    fn works_of_several_documents_and_pairs_of_a_kind_are_listed() {
        let (_folder, store) = store();
        assert_eq!(store.list_works(&Filter::default(), ALL).unwrap(), (1, vec!["w1".to_owned()]));
        let ru = Filter { lang: Some(lang("ru")), ..Filter::default() };
        assert_eq!(store.list_works(&ru, ALL).unwrap(), (0, vec![]));
        assert_eq!(store.list_pairs(PairKind::Version, ALL).unwrap().0, 1);
        assert_eq!(store.list_pairs(PairKind::Event, ALL).unwrap().0, 0);
        assert_eq!(store.work("w1").unwrap(), ["d1", "d2"]);
        let (outlets, langs) = store.choices().unwrap();
        assert_eq!((outlets, langs), (vec!["Kaspi".to_owned()], vec![lang("az"), lang("az-Cyrl"), lang("ru")]));
    }
}
