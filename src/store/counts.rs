use super::Store;
use super::values::Size;
use crate::error::Result;
use crate::language::Lang;
use crate::model::Moment;
use std::collections::BTreeMap;

/// How much of everything there is in a store; of documents, the current revisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents.
    pub documents: usize,
    /// Inputs that gave no document.
    pub refusals: usize,
    /// Documents of each main language.
    pub languages: BTreeMap<Lang, usize>,
    /// Pairs.
    pub pairs: usize,
    /// Works.
    pub works: usize,
    /// Bitexts of all levels.
    pub bitexts: usize,
    /// Beads of all bitexts.
    pub beads: usize,
    /// Sentences of all documents.
    pub sentences: usize,
    /// Quotes of all documents.
    pub quotes: usize,
    /// Groups of renderings.
    pub groups: usize,
}

impl Store {
    /// When the newest page of the store was fetched, where any says so.
    pub fn newest_fetch(&self) -> Result<Option<Moment>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT DISTINCT fetched FROM page WHERE fetched IS NOT NULL")?;
            let moments = statement.query_map([], |row| row.get::<_, Moment>(0))?;
            let mut newest: Option<Moment> = None;
            for moment in moments {
                let moment = moment?;
                newest = newest.filter(|n| n.unix() >= moment.unix()).or(Some(moment));
            }
            Ok(newest)
        })
    }

    /// How much of everything there is.
    pub fn counts(&self) -> Result<Counts> {
        self.read(|db| {
            let count = |sql: &str| db.prepare_cached(sql)?.query_row([], |row| row.get(0)).map(|Size(size)| size);
            let languages = db
                .prepare_cached("SELECT lang, count(*) FROM document WHERE current GROUP BY lang")?
                .query_map([], |row| row.get(1).and_then(|Size(size)| Ok((row.get(0)?, size))))?
                .collect::<rusqlite::Result<BTreeMap<Lang, usize>>>()?;
            Ok(Counts {
                documents: languages.values().sum(),
                refusals: count("SELECT count(*) FROM refusal")?,
                languages,
                pairs: count("SELECT count(*) FROM pair")?,
                works: count("SELECT count(*) FROM work")?,
                bitexts: count("SELECT count(*) FROM bitext")?,
                beads: count("SELECT count(*) FROM bead")?,
                quotes: count(
                    "SELECT count(*) FROM quote JOIN document ON document.key = quote.document WHERE document.current",
                )?,
                groups: count("SELECT count(*) FROM quote_group")?,
                sentences: count(
                    "SELECT count(*) FROM document JOIN sentence ON sentence.document = document.key WHERE current",
                )?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Entry;
    use super::super::samples::{document, entry, lang, new_store};
    use super::*;
    use crate::model::{Bead, Bitext, Level, Pair, PairKind, Refusal, Work};

    #[test]
    fn counts_are_of_what_is_current() {
        let (_folder, mut store) = new_store();
        assert_eq!(store.counts().unwrap(), Counts::default());
        let refusal = Refusal { place: "a.html".into(), reason: "empty".into() };
        let documents = [("d1", "az", "Bir. İki."), ("d1", "az", "Bir. İki. Üç."), ("d2", "ru", "Раз.")];
        let mut batch = documents.map(|(id, tag, text)| entry(document(id, tag, text))).to_vec();
        batch.push(Entry::Refusal { refusal, blake3: String::new() });
        store.add(batch).unwrap();
        let (source, target) = ("d1".to_owned(), "d2".to_owned());
        let pair = Pair {
            source: source.clone(),
            target: target.clone(),
            kind: PairKind::Version,
            score: 1.0,
            evidence: vec![],
        };
        store.add_pairs(&[pair], &[]).unwrap();
        let bead = Bead { source: vec![0], target: vec![0], score: 0.0, confidence: 1.0 };
        store.add_bitexts(&[Bitext { source, target, level: Level::Sentence, beads: vec![bead; 2] }]).unwrap();
        store.set_works([Work { id: "w1".into(), documents: vec!["d1".into(), "d2".into()] }]).unwrap();
        let counts = Counts {
            documents: 2,
            refusals: 1,
            languages: [(lang("az"), 1), (lang("ru"), 1)].into(),
            pairs: 1,
            works: 1,
            bitexts: 1,
            beads: 2,
            sentences: 4,
            quotes: 0,
            groups: 0,
        };
        assert_eq!(store.counts().unwrap(), counts);
    }
}
