//! A concordance: the sentences that hold what is searched for, and what stands beside them in other documents.

use super::Store;
use super::lists::{FILTER, Filter};
use super::values::Json;
use crate::error::Result;
use crate::language::{Lang, search_key};
use crate::model::{Bead, Level, Moment, Span};
use rusqlite::types::ToSql;

/// Words that follow each other; the last may be only the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The words as typed: [`search_key`] is applied to them.
    pub words: String,
    /// Whether the last word may go on.
    pub prefix: bool,
}

/// What a sentence must hold: one of these phrases.
pub type Clause = Vec<Phrase>;

/// A sentence that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Id of its document.
    pub document: String,
    /// Its number among the sentences of the document, from 0.
    pub sentence: u32,
    /// Its language.
    pub lang: Lang,
    /// Where it stands in the text of the document.
    pub span: Span,
    /// Its text.
    pub text: String,
    /// The outlet of the document.
    pub outlet: Option<String>,
    /// When it was published.
    pub published: Option<Moment>,
}

/// What stands beside a sentence: a bead that it is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterpart {
    /// Id of the other document.
    pub document: String,
    /// Its language.
    pub lang: Lang,
    /// The bead; its sides are those of the bitext.
    pub bead: Bead,
    /// Whether the sentence that was asked for is of the source of the bitext.
    pub of_source: bool,
}

impl Counterpart {
    /// The sentences of the other document, by their places.
    pub fn sentences(&self) -> &[u32] {
        if self.of_source { &self.bead.target } else { &self.bead.source }
    }
}

impl Store {
    /// The sentences that hold a phrase of every clause, in documents that `filter` keeps, in the order in which they came into
    /// the store; at most `limit`. `lang` of the filter is that of the sentence. Case and diacritics do not matter.
    pub fn concordance(&self, clauses: &[Clause], filter: &Filter, limit: usize) -> Result<Vec<Found>> {
        let Some(query) = query(clauses) else { return Ok(Vec::new()) };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // The language is asked of the sentence.
        let (lang, of_documents) = (&filter.lang, Filter { lang: None, ..filter.clone() });
        self.read(|db| {
            let sql = format!(
                "SELECT document.id, sentence.position, coalesce(block.lang, document.lang) AS tongue,
                    CAST(substr(CAST(text.text AS BLOB), sentence.start + 1, sentence.end - sentence.start) AS TEXT),
                    document.outlet, document.published, sentence.start, sentence.end
                FROM search
                    CROSS JOIN sentence ON sentence.key = search.rowid
                    JOIN document ON document.key = sentence.document
                    JOIN block ON block.document = sentence.document AND block.position = sentence.block
                    JOIN text ON text.document = sentence.document
                WHERE search MATCH :query AND {FILTER}
                    AND (:tongue IS NULL OR coalesce(block.lang, document.lang) = :tongue
                        OR coalesce(block.lang, document.lang) GLOB :tongue || '-*')
                ORDER BY search.rowid LIMIT :limit"
            );
            let mut values = of_documents.values().to_vec();
            values.extend([(":query", &query as &dyn ToSql), (":tongue", lang), (":limit", &limit)]);
            let mut statement = db.prepare_cached(&sql)?;
            let found = statement.query_map(&*values, |row| {
                Ok(Found {
                    document: row.get(0)?,
                    sentence: row.get(1)?,
                    lang: row.get(2)?,
                    text: row.get(3)?,
                    outlet: row.get(4)?,
                    published: row.get(5)?,
                    span: Span::from((row.get(6)?, row.get(7)?)),
                })
            })?;
            found.collect()
        })
    }

    /// The sentences in which `holds` finds something, for searches that no index answers; else as [`Store::concordance`].
    /// `holds` is asked of whole documents first, so that most sentences need not be cut out.
    pub fn scan(&self, filter: &Filter, limit: usize, holds: impl Fn(&str) -> bool) -> Result<Vec<Found>> {
        let sql = format!(
            "SELECT document.key, document.id, document.lang, document.outlet, document.published, text.text
            FROM document JOIN text ON text.document = document.key WHERE {FILTER} ORDER BY document.key"
        );
        let of_documents = Filter { lang: None, ..filter.clone() };
        self.read(|db| {
            let mut found = Vec::new();
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query(&of_documents.values())?;
            let mut sentences = db.prepare_cached(
                "SELECT sentence.position, sentence.start, sentence.end, block.lang FROM sentence
                    JOIN block ON block.document = sentence.document AND block.position = sentence.block
                WHERE sentence.document = ?1 ORDER BY sentence.position",
            )?;
            while let Some(row) = rows.next()? {
                let text = row.get_ref(5)?.as_str()?;
                if !holds(text) {
                    continue;
                }
                let key: i64 = row.get(0)?;
                let main: Lang = row.get(2)?;
                let mut of_document = sentences.query([key])?;
                while let Some(sentence) = of_document.next()? {
                    let span = Span::from((sentence.get(1)?, sentence.get(2)?));
                    let own: Option<Lang> = sentence.get(3)?;
                    let lang = own.unwrap_or_else(|| main.clone());
                    if filter.lang.as_ref().is_some_and(|wanted| !is_in(&lang, wanted)) || !holds(span.of(text)) {
                        continue;
                    }
                    found.push(Found {
                        document: row.get(1)?,
                        sentence: sentence.get(0)?,
                        lang,
                        span,
                        text: span.of(text).to_owned(),
                        outlet: row.get(3)?,
                        published: row.get(4)?,
                    });
                    if found.len() >= limit {
                        return Ok(found);
                    }
                }
            }
            Ok(found)
        })
    }

    /// What stands beside a sentence of a document in those that it is aligned with, the surest bead first. A bead of no
    /// counterpart says nothing.
    pub fn counterparts(&self, document: &str, sentence: u32) -> Result<Vec<Counterpart>> {
        self.read(|db| {
            let mut found = Vec::new();
            for (ours, theirs) in [("source", "target"), ("target", "source")] {
                let sql = format!(
                    "SELECT other.id, other.lang, bead.source, bead.target, bead.score, bead.confidence
                    FROM bitext JOIN bead ON bead.bitext = bitext.key
                        JOIN document AS other ON other.id = bitext.{theirs} AND other.current
                    WHERE bitext.{ours} = ?1 AND bitext.level = ?2 AND bead.{theirs} <> '[]'
                        AND instr(replace(replace(bead.{ours}, '[', ','), ']', ','), ',' || ?3 || ',') > 0"
                );
                let mut statement = db.prepare_cached(&sql)?;
                let rows = statement.query_map((document, Level::Sentence, sentence), |row| {
                    let (Json(source), Json(target)) = (row.get(2)?, row.get(3)?);
                    let bead = Bead { source, target, score: row.get(4)?, confidence: row.get(5)? };
                    Ok(Counterpart { document: row.get(0)?, lang: row.get(1)?, bead, of_source: ours == "source" })
                })?;
                found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            found.sort_by(|a, b| b.bead.confidence.total_cmp(&a.bead.confidence).then(a.document.cmp(&b.document)));
            Ok(found)
        })
    }
}

/// Whether a language is the wanted one, in any script or region.
fn is_in(lang: &Lang, wanted: &Lang) -> bool {
    lang.as_str().strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The clauses in the language of FTS5; `None` where a clause has no word, or there is none.
fn query(clauses: &[Clause]) -> Option<String> {
    let clause = |clause: &Clause| {
        let phrases: Vec<String> = clause.iter().filter_map(phrase).collect();
        (!phrases.is_empty()).then(|| format!("({})", phrases.join(" OR ")))
    };
    let clauses: Vec<String> = clauses.iter().map(clause).collect::<Option<_>>()?;
    (!clauses.is_empty()).then(|| clauses.join(" AND "))
}

/// A phrase in quotation marks, where nothing has a meaning.
fn phrase(phrase: &Phrase) -> Option<String> {
    let words: String = search_key(&phrase.words).chars().filter(|c| *c != '"' && !c.is_control()).collect();
    let star = if phrase.prefix { "*" } else { "" };
    words.contains(char::is_alphanumeric).then(|| format!("\"{words}\"{star}"))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, lang, new_store};
    use super::*;
    use crate::model::Bitext;

    fn store() -> (tempfile::TempDir, Store) {
        let (folder, mut store) = new_store();
        let documents = [
            document("d1", "az", "Şəhər oyandı. Yeni körpü açıldı. Körpü yenidir."),
            document("d2", "az-Cyrl", "Шәһәр ојанды. Јени көрпү ачылды."),
            document("d3", "ru", "Город проснулся. Открыт новый мост."),
        ];
        store.add(documents.map(entry).into()).unwrap();
        let bead = |source: &[u32], target: &[u32], confidence| Bead {
            source: source.into(),
            target: target.into(),
            score: 0.0,
            confidence,
        };
        let beads = vec![bead(&[0], &[0], 0.9), bead(&[1, 2], &[1], 0.5)];
        store
            .add_bitexts(&[Bitext { source: "d1".into(), target: "d3".into(), level: Level::Sentence, beads }])
            .unwrap();
        (folder, store)
    }

    fn phrase(words: &str, prefix: bool) -> Phrase {
        Phrase { words: words.into(), prefix }
    }

    #[test]
    fn clauses_are_all_and_phrases_any() {
        let (_folder, store) = store();
        let check = |clauses: &[Clause], tag: Option<&str>, expected: &[(&str, u32)]| {
            let filter = Filter { lang: tag.map(lang), ..Filter::default() };
            let found = store.concordance(clauses, &filter, 9).unwrap();
            let places: Vec<(&str, u32)> = found.iter().map(|f| (f.document.as_str(), f.sentence)).collect();
            assert_eq!(places, expected, "{clauses:?}");
        };
        check(&[vec![phrase("yeni korpu", false)]], None, &[("d1", 1)]);
        check(&[vec![phrase("korpu yeni", false)]], None, &[]);
        check(&[vec![phrase("korpu yeni", true)]], None, &[("d1", 2)]);
        check(&[vec![phrase("körpü", false), phrase("көрпү", false)]], None, &[("d1", 1), ("d1", 2), ("d2", 1)]);
        check(&[vec![phrase("körpü", false), phrase("көрпү", false)]], Some("az-Cyrl"), &[("d2", 1)]);
        check(&[vec![phrase("körpü", false)], vec![phrase("açıl", true)]], None, &[("d1", 1)]);
        check(&[vec![phrase("\"", false)]], None, &[]);
        check(&[], None, &[]);
    }

    #[test]
    fn a_scan_finds_what_no_index_does() {
        let (_folder, store) = store();
        let found = store.scan(&Filter::default(), 9, |text| text.contains("ны")).unwrap();
        assert_eq!(found.len(), 0);
        let found =
            store.scan(&Filter { lang: Some(lang("az")), ..Filter::default() }, 9, |text| text.contains("нд")).unwrap();
        assert_eq!((found[0].document.as_str(), found[0].sentence, found.len()), ("d2", 0, 1));
    }

    #[test]
    fn a_sentence_is_beside_what_its_beads_say() {
        let (_folder, store) = store();
        let beside = store.counterparts("d1", 2).unwrap();
        assert_eq!((beside.len(), beside[0].document.as_str(), beside[0].sentences()), (1, "d3", &[1][..]));
        let back = store.counterparts("d3", 1).unwrap();
        assert_eq!((back[0].sentences(), back[0].of_source), (&[1, 2][..], false));
        assert!(store.counterparts("d2", 0).unwrap().is_empty());
    }
}
