use super::Store;
use super::values::Size;
use crate::error::{Error, Result};
use crate::language::{Lang, search_key};
use crate::model::Document;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// A query of more different words is no question that a sentence answers, and the time FTS5 takes to read a query grows
/// with the square of their number.
const WORDS: usize = 100;

/// A sentence that holds what was searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Id of its document.
    pub document: String,
    /// Its number among the sentences of the document, from 0.
    pub sentence: usize,
    /// Its language.
    pub lang: Lang,
    /// Its text.
    pub text: String,
}

impl Store {
    /// The sentences that hold every word of the query, in the order in which they came into the store; at most `limit`.
    ///
    /// Case and diacritics do not matter ([`search_key`]). A `*` at the end of a word stands for any letters; no other
    /// sign has a meaning. `lang` keeps to sentences in that language, its scripts and regions included. A query of more
    /// than a hundred different words is an error.
    pub fn search(&self, query: &str, lang: Option<&Lang>, limit: usize) -> Result<Vec<Hit>> {
        let words = words(query);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        if words.len() > WORDS {
            let reason = format!("{} different words are too many. Search for at most {WORDS}", words.len());
            return Err(Error::input("query", reason));
        }
        let words = words.into_iter().collect::<Vec<_>>().join(" ");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT document.id, sentence.position, coalesce(block.lang, document.lang) AS lang,
                    CAST(substr(CAST(text.text AS BLOB), sentence.start + 1, sentence.end - sentence.start) AS TEXT)
                FROM search
                    CROSS JOIN sentence ON sentence.key = search.rowid
                    JOIN document ON document.key = sentence.document
                    JOIN block ON block.document = sentence.document AND block.position = sentence.block
                    JOIN text ON text.document = sentence.document
                WHERE search MATCH ?1
                    AND (?2 IS NULL OR coalesce(block.lang, document.lang) = ?2
                        OR coalesce(block.lang, document.lang) GLOB ?2 || '-*')
                ORDER BY search.rowid LIMIT ?3",
            )?;
            let hits = statement.query_map(params![words, lang, limit], |row| {
                let Size(sentence) = row.get(1)?;
                Ok(Hit { document: row.get(0)?, sentence, lang: row.get(2)?, text: row.get(3)? })
            })?;
            hits.collect()
        })
    }
}

/// The different words of the query in the language of FTS5: in quotation marks, where nothing has a meaning.
fn words(query: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for word in search_key(query).split_whitespace() {
        let (word, star) = match word.strip_suffix('*') {
            Some(word) => (word, "*"),
            None => (word, ""),
        };
        // Quotation marks and control characters would end the string; a word without letters would match nothing.
        let word: String = word.chars().filter(|c| *c != '"' && !c.is_control()).collect();
        if word.contains(char::is_alphanumeric) {
            words.insert(format!("\"{word}\"{star}"));
        }
    }
    words
}

/// Writes the sentences of a document and what a search finds of them.
pub(super) fn index(db: &Connection, key: i64, document: &Document) -> rusqlite::Result<()> {
    let mut sentence_statement =
        db.prepare_cached("INSERT INTO sentence (document, position, block, start, end) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut search_statement = db.prepare_cached("INSERT INTO search (rowid, text) VALUES (?1, ?2)")?;
    for (position, (block, span)) in document.sentences().enumerate() {
        sentence_statement.execute(params![key, position as i64, block as i64, span.start, span.end])?;
        let sentence = db.last_insert_rowid();
        search_statement.execute(params![sentence, search_key(span.of(&document.text))])?;
    }
    Ok(())
}

/// Takes the sentences of an old revision out of the search; they stay in their table.
pub(super) fn forget(db: &Connection, key: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM search WHERE rowid IN (SELECT key FROM sentence WHERE document = ?1)")?
        .execute([key])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, full_document, lang, new_store};
    use super::*;

    fn check(query: &str, tag: Option<&str>, found: &[(&str, usize)]) {
        let (_folder, mut store) = new_store();
        let documents = [
            document("d1", "az", "Şəhər oyandı. Isparta uzaqdadır. Bakı'da yağış var."),
            document("d2", "tr", "Isparta gülü. Şehir uyandı."),
            document("d3", "ru", "Ещё один мой город. Isparta NEAR Баку."),
            document("d4", "az-Cyrl", "Шәһәр ојанды."),
            full_document("d5"),
        ];
        store.add(documents.map(entry).into()).unwrap();
        let hits = store.search(query, tag.map(lang).as_ref(), 9).unwrap();
        let places: Vec<_> = hits.iter().map(|hit| (hit.document.as_str(), hit.sentence)).collect();
        assert_eq!(places, found, "{query}");
    }

    #[test]
    fn case_and_diacritics_do_not_matter() {
        check("ısparta", None, &[("d1", 1), ("d2", 0), ("d3", 1)]);
        check("İSPARTA", Some("tr"), &[("d2", 0)]);
        check("seher", None, &[("d1", 0)]);
        check("еще", None, &[("d3", 0)]);
    }

    #[test]
    fn every_word_must_be_there_and_a_star_stands_for_its_rest() {
        check("isparta gulu", None, &[("d2", 0)]);
        check("isparta gul", None, &[]);
        check("isparta gul*", None, &[("d2", 0)]);
        check("bakı'da", None, &[("d1", 2)]);
    }

    #[test]
    fn a_language_holds_its_scripts_and_a_block_its_own_language() {
        check("ојан*", Some("az"), &[("d4", 0)]);
        check("ојан*", Some("az-Latn"), &[]);
        check("рады", Some("ru"), &[("d5", 3)]);
        check("рады", Some("az"), &[]);
    }

    #[test]
    fn no_query_is_a_syntax_error() {
        check("isparta NEAR баку", None, &[("d3", 1)]);
        check("isparta AND", None, &[]);
        for query in
            ["", " ", "*", "\"", "\"\"", "— -", "a\0b", "(", "^", "text:", "{text}:", "' OR 1", "**", "+", "a\"*\"b"]
        {
            check(query, None, &[]);
        }
        check(&"ı ".repeat(100_000), None, &[]);
        check(&"ı".repeat(1_000_000), None, &[]);
    }

    #[test]
    fn a_query_of_too_many_words_says_so() {
        let (_folder, store) = new_store();
        let query = |words: usize| (0..words).map(|n| format!("söz{n} ")).collect::<String>();
        assert!(store.search(&query(WORDS), None, 9).unwrap().is_empty());
        let message = store.search(&query(100_000), None, 9).unwrap_err().to_string();
        assert_eq!(message, "query: 100000 different words are too many. Search for at most 100");
    }

    #[test]
    fn a_hit_shows_the_sentence_as_written() {
        let (_folder, mut store) = new_store();
        store.add(vec![entry(document("d1", "az", "Şəhər. Göyçay şəhəri."))]).unwrap();
        let hit = Hit { document: "d1".into(), sentence: 1, lang: lang("az"), text: "Göyçay şəhəri.".into() };
        assert_eq!(store.search("goycay", None, 9).unwrap(), [hit]);
        assert!(store.search("goycay", None, 0).unwrap().is_empty());
    }
}
