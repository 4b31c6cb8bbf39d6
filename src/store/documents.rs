use super::Store;
use super::values::Size;
use crate::error::Result;
use crate::language::Lang;
use crate::model::{
    Block, Document, Identification, Metadata, Moment, OfferedVersion, Provenance, Refusal, Republication, Span,
};
use rusqlite::{Connection, OptionalExtension, Params, Row};

/// A document in a list: what a reader sees of it without its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Its id.
    pub id: String,
    /// Its main language.
    pub lang: Lang,
    /// Its headline.
    pub title: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// When it was published.
    pub published: Option<Moment>,
    /// Number of its blocks.
    pub blocks: usize,
    /// Number of its sentences.
    pub sentences: usize,
    /// Number of characters (Unicode scalar values) of its text.
    pub characters: usize,
    /// The file it came from, as the user named it.
    pub path: String,
}

impl Store {
    /// The current revision of a document; `None` where there is no such document.
    pub fn document(&self, id: &str) -> Result<Option<Document>> {
        self.read(|db| current(db, id)?.map(|key| load(db, key)).transpose())
    }

    /// All revisions of a document, oldest first; empty where there is no such document.
    pub fn revisions(&self, id: &str) -> Result<Vec<Document>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT key FROM document WHERE id = ?1 ORDER BY revision")?;
            let keys = statement.query_map([id], |row| row.get(0))?;
            keys.map(|key| load(db, key?)).collect()
        })
    }

    /// The ids of all documents, sorted.
    pub fn document_ids(&self) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        self.for_each_document_id(|id| {
            ids.push(id.to_owned());
            Ok(())
        })?;
        Ok(ids)
    }

    /// Shows the ids of all documents in their order, one at a time; ends at the first error of `visit`.
    pub fn for_each_document_id(&self, mut visit: impl FnMut(&str) -> Result<()>) -> Result<()> {
        self.each("SELECT id FROM document WHERE current ORDER BY id", [], |row| row.get(0), |id: String| visit(&id))
    }

    /// What there is to say of all documents in lists, sorted by id.
    pub fn summaries(&self) -> Result<Vec<Summary>> {
        let mut summaries = Vec::new();
        self.for_each_summary(|summary| {
            summaries.push(summary);
            Ok(())
        })?;
        Ok(summaries)
    }

    /// Shows the summaries of all documents in the order of their ids, one at a time; ends at the first error of `visit`.
    pub fn for_each_summary(&self, visit: impl FnMut(Summary) -> Result<()>) -> Result<()> {
        let sql = "SELECT id, lang, title, outlet, published, characters,
                (SELECT count(*) FROM block WHERE document = d.key) AS blocks,
                (SELECT count(*) FROM sentence WHERE document = d.key) AS sentences,
                (SELECT path FROM page WHERE document = d.key ORDER BY key LIMIT 1) AS path
            FROM document AS d WHERE current ORDER BY id";
        let size = |row: &Row<'_>, column| row.get(column).map(|Size(size)| size);
        let summary = |row: &Row<'_>| {
            Ok(Summary {
                id: row.get("id")?,
                lang: row.get("lang")?,
                title: row.get("title")?,
                outlet: row.get("outlet")?,
                published: row.get("published")?,
                blocks: size(row, "blocks")?,
                sentences: size(row, "sentences")?,
                characters: size(row, "characters")?,
                path: row.get("path")?,
            })
        };
        self.each(sql, [], summary, visit)
    }

    /// What was refused and why, sorted by place.
    pub fn refusals(&self) -> Result<Vec<Refusal>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT place, reason FROM refusal ORDER BY place")?;
            let rows = statement.query_map([], |row| Ok(Refusal { place: row.get(0)?, reason: row.get(1)? }))?;
            rows.collect()
        })
    }

    /// Shows the rows of a query one at a time, so that what is in memory is one of them.
    pub(super) fn each<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut visit: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        let explain = |e| super::explain(&self.path, e);
        let mut statement = self.db.prepare_cached(sql).map_err(explain)?;
        let mut rows = statement.query(values).map_err(explain)?;
        while let Some(row) = rows.next().map_err(explain)? {
            visit(read(row).map_err(explain)?)?;
        }
        Ok(())
    }
}

/// The key of the current revision.
pub(super) fn current(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    let mut statement = db.prepare_cached("SELECT key FROM document WHERE id = ?1 AND current")?;
    statement.query_row([id], |row| row.get(0)).optional()
}

/// The document exactly as it was written.
pub(super) fn load(db: &Connection, key: i64) -> rusqlite::Result<Document> {
    let mut document = db
        .prepare_cached("SELECT * FROM document JOIN text ON text.document = document.key WHERE document.key = ?1")?
        .query_row([key], |row| {
            Ok(Document {
                id: row.get("id")?,
                revision: row.get("revision")?,
                text: row.get("text")?,
                blocks: Vec::new(),
                language: Identification { lang: row.get("lang")?, confidence: row.get("confidence")? },
                metadata: Metadata {
                    title: row.get("title")?,
                    outlet: row.get("outlet")?,
                    bylines: Vec::new(),
                    published: row.get("published")?,
                    modified: row.get("modified")?,
                    url: row.get("url")?,
                    section: row.get("section")?,
                    licence: row.get("licence")?,
                    description: row.get("description")?,
                    declared_language: row.get("declared_language")?,
                    versions: Vec::new(),
                    republished: None,
                },
                provenance: Provenance::default(),
            })
        })?;
    document.blocks = blocks(db, key)?;
    document.metadata.bylines = db
        .prepare_cached("SELECT name FROM byline WHERE document = ?1 ORDER BY position")?
        .query_map([key], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    document.metadata.versions = db
        .prepare_cached("SELECT lang, source_tag, url FROM offered_version WHERE document = ?1 ORDER BY position")?
        .query_map([key], |row| Ok(OfferedVersion { lang: row.get(0)?, source_tag: row.get(1)?, url: row.get(2)? }))?
        .collect::<rusqlite::Result<_>>()?;
    document.metadata.republished = db
        .prepare_cached("SELECT source, url, published FROM republication WHERE document = ?1")?
        .query_row([key], |row| Ok(Republication { source: row.get(0)?, url: row.get(1)?, published: row.get(2)? }))
        .optional()?;
    document.provenance =
        db.prepare_cached("SELECT * FROM page WHERE document = ?1 ORDER BY key LIMIT 1")?.query_row([key], |row| {
            Ok(Provenance {
                path: row.get("path")?,
                member: row.get("member")?,
                url: row.get("url")?,
                fetched: row.get("fetched")?,
                blake3: row.get("blake3")?,
                bytes: row.get("bytes").map(|Size(bytes)| bytes)?,
                encoding: row.get("encoding")?,
            })
        })?;
    Ok(document)
}

fn blocks(db: &Connection, key: i64) -> rusqlite::Result<Vec<Block>> {
    let span = |start, end| Span::from((start, end));
    let mut blocks = db
        .prepare_cached("SELECT kind, start, end, lang, confidence FROM block WHERE document = ?1 ORDER BY position")?
        .query_map([key], |row| {
            let (lang, confidence): (Option<Lang>, Option<f32>) = (row.get(3)?, row.get(4)?);
            let language = lang.map(|lang| Identification { lang, confidence: confidence.unwrap_or_default() });
            Ok(Block { language, ..Block::new(row.get(0)?, span(row.get(1)?, row.get(2)?)) })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut statement =
        db.prepare_cached("SELECT block, start, end FROM sentence WHERE document = ?1 ORDER BY position")?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        let Size(block): Size<usize> = row.get(0)?;
        if let Some(block) = blocks.get_mut(block) {
            block.sentences.push(span(row.get(1)?, row.get(2)?));
        }
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, full_document, new_store};
    use super::*;

    fn check(document: Document) {
        let (_folder, mut store) = new_store();
        store.add(vec![entry(document.clone())]).unwrap();
        assert_eq!(store.document(&document.id).unwrap().as_ref(), Some(&document));
        assert_eq!(store.revisions(&document.id).unwrap(), [document]);
    }

    #[test]
    fn a_document_comes_back_exactly() {
        check(full_document("d1"));
        check(document("d1", "az-Cyrl", "Бакы шәһәри. Ҝөзәл ҝүн."));
        check(Document { id: "d1".into(), revision: 1, ..Document::default() });
    }

    #[test]
    fn a_claim_to_republish_without_a_source_is_not_no_claim() {
        let mut claim = document("d1", "tr", "Haber.");
        claim.metadata.republished = Some(Republication::default());
        check(claim);
    }

    #[test]
    fn a_text_with_a_nul_and_confidences_that_are_no_decimal_fractions_come_back() {
        let mut odd = document("d1", "ru", "Ноль\0внутри.");
        odd.language.confidence = 1.0 / 3.0;
        check(odd);
    }

    #[test]
    fn lists_are_sorted_by_id_and_know_sizes() {
        let (_folder, mut store) = new_store();
        store.add(vec![entry(document("d2", "ru", "Раз. Два.")), entry(full_document("d1"))]).unwrap();
        assert_eq!(store.document_ids().unwrap(), ["d1", "d2"]);
        let summaries = store.summaries().unwrap();
        let sizes: Vec<_> = summaries.iter().map(|s| (s.id.as_str(), s.blocks, s.sentences, s.characters)).collect();
        assert_eq!(sizes, [("d1", 6, 5, 70), ("d2", 1, 2, 9)]);
        assert_eq!(summaries[0].title.as_deref(), Some("Körpü açıldı"));
        assert_eq!(summaries[1].path, "pages/d2.html");
    }

    #[test]
    fn an_unknown_id_is_none() {
        let (_folder, store) = new_store();
        assert_eq!(store.document("d1").unwrap(), None);
        assert_eq!(store.revisions("d1").unwrap(), []);
    }
}
