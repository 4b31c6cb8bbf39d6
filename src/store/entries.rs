use super::documents::current;
use super::signatures::Posting;
use super::values::Size;
use super::{Store, addresses, cuts, quotes, search, signatures};
use crate::error::Result;
use crate::model::{Block, Document, Provenance, Refusal, Signature};
use rusqlite::{Connection, OptionalExtension, params};

/// What an input became.
#[expect(clippy::large_enum_variant, reason = "entries live for one batch, and nearly all of them are documents")]
#[derive(Clone, Debug)]
pub enum Entry {
    /// A document, identified and segmented.
    Document {
        /// The document; the store numbers its revisions from that of the first.
        document: Document,
        /// What pairing keeps of it.
        signature: Signature,
    },
    /// Nothing, and why.
    Refusal {
        /// The place and the reason.
        refusal: Refusal,
        /// BLAKE3 of the bytes, 64 hexadecimal digits; empty where none could be read.
        blake3: String,
    },
}

/// What the store did with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A document of its own.
    Added,
    /// The document was there already; that it was found here too is noted.
    Unchanged,
    /// The document says something else now: this is its number of revisions.
    Revised(u32),
    /// The refusal is noted.
    Refused,
}

impl Store {
    /// Whether a page can be skipped before anything is read from it: its very bytes gave a document already, from
    /// whatever place, or were refused at this place.
    ///
    /// The same bytes refused at *another* place are not known, so that each of two empty files is named in the list of
    /// refusals. Bytes without a hash are never known.
    pub fn knows(&self, provenance: &Provenance) -> Result<bool> {
        if provenance.blake3.is_empty() {
            return Ok(false);
        }
        self.read(|db| {
            let sql = "SELECT EXISTS (SELECT 1 FROM page WHERE blake3 = ?1)
                OR EXISTS (SELECT 1 FROM refusal WHERE place = ?2 AND blake3 = ?1)";
            db.prepare_cached(sql)?.query_row([&provenance.blake3, &provenance.place()], |row| row.get(0))
        })
    }

    /// Puts a batch in, in its order, and says what became of each entry.
    ///
    /// What [`Store::knows`] would let the caller skip changes nothing here either, so that the outcome does not depend
    /// on how pages are batched. A document with an id that is there, but another text, other blocks or other metadata,
    /// is its next revision: it has no pairs and bitexts until it is paired again. A refusal ends when a document comes
    /// from its place.
    ///
    /// Batches of 200 to 500 are best: each touches a good part of the postings, so that with 128 features a document, in a
    /// store of 10,000, batches of 500 cost half the processor time of batches of 50 (5.7 and 11.1 s for all).
    pub fn add(&mut self, batch: Vec<Entry>) -> Result<Vec<Outcome>> {
        self.write(|db| {
            let mut postings = Vec::new();
            let mut outcomes = Vec::with_capacity(batch.len());
            for entry in &batch {
                outcomes.push(match entry {
                    Entry::Document { document, signature } => add(db, document, signature, &mut postings)?,
                    Entry::Refusal { refusal, blake3 } => refuse(db, refusal, blake3)?,
                });
            }
            signatures::post(db, postings)?;
            Ok(outcomes)
        })
    }
}

fn refuse(db: &Connection, refusal: &Refusal, blake3: &str) -> rusqlite::Result<Outcome> {
    db.prepare_cached("INSERT OR REPLACE INTO refusal (place, reason, blake3) VALUES (?1, ?2, ?3)")?.execute([
        &refusal.place,
        &refusal.reason,
        blake3,
    ])?;
    Ok(Outcome::Refused)
}

pub(super) fn add(
    db: &Connection,
    document: &Document,
    signature: &Signature,
    postings: &mut Vec<Posting>,
) -> rusqlite::Result<Outcome> {
    let page = &document.provenance;
    db.prepare_cached("DELETE FROM refusal WHERE place = ?1")?.execute([page.place()])?;
    if let Some(key) = of_bytes(db, &page.blake3)? {
        let known = cuts::as_found(db, key)?;
        // The same bytes under another id are another copy; under the same id they can differ by a new way to read them.
        if known.id != document.id || same(&known, document) {
            remember(db, key, page)?;
            return Ok(Outcome::Unchanged);
        }
    }
    let Some(key) = current(db, &document.id)? else {
        insert(db, document, document.revision.max(1), signature, postings)?;
        return Ok(Outcome::Added);
    };
    let before = cuts::as_found(db, key)?;
    if same(&before, document) {
        remember(db, key, page)?;
        return Ok(Outcome::Unchanged);
    }
    let revision = before.revision.saturating_add(1);
    retire(db, key, &before.id, postings)?;
    insert(db, document, revision, signature, postings)?;
    Ok(Outcome::Revised(revision))
}

/// The newest document made from these bytes.
fn of_bytes(db: &Connection, blake3: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT document FROM page WHERE blake3 = ?1 AND blake3 <> '' ORDER BY key DESC LIMIT 1")?
        .query_row([blake3], |row| row.get(0))
        .optional()
}

/// Whether two documents say the same, wherever they were found.
fn same(a: &Document, b: &Document) -> bool {
    a.text == b.text && a.blocks == b.blocks && a.metadata == b.metadata
}

/// Notes that the document was found on this page too.
fn remember(db: &Connection, key: i64, page: &Provenance) -> rusqlite::Result<()> {
    let known: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM page WHERE document = ?1 AND path = ?2 AND member IS ?3 AND blake3 = ?4)",
        )?
        .query_row(params![key, page.path, page.member, page.blake3], |row| row.get(0))?;
    if !known {
        insert_page(db, key, page)?;
    }
    Ok(())
}

/// Makes room for the next revision: what leads to this one, and what was found with it, goes; what it said stays.
pub(super) fn retire(db: &Connection, key: i64, id: &str, postings: &mut Vec<Posting>) -> rusqlite::Result<()> {
    signatures::forget(db, key, postings)?;
    search::forget(db, key)?;
    addresses::forget(db, key)?;
    for table in ["pair", "found_pair", "bitext"] {
        let sql = format!("DELETE FROM {table} WHERE source = ?1 OR target = ?1");
        db.prepare_cached(&sql)?.execute([id])?;
    }
    quotes::forget(db, key, id)?;
    db.prepare_cached("UPDATE document SET current = 0 WHERE key = ?1")?.execute([key])?;
    Ok(())
}

fn insert(
    db: &Connection,
    document: &Document,
    revision: u32,
    signature: &Signature,
    postings: &mut Vec<Posting>,
) -> rusqlite::Result<()> {
    let (language, metadata) = (&document.language, &document.metadata);
    db.prepare_cached(
        "INSERT INTO document (id, revision, current, paired, lang, confidence, title, outlet, published, modified, url,
            section, licence, description, declared_language, day, characters)
        VALUES (?1, ?2, 1, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        document.id,
        revision,
        language.lang,
        language.confidence,
        metadata.title,
        metadata.outlet,
        metadata.published,
        metadata.modified,
        metadata.url,
        metadata.section,
        metadata.licence,
        metadata.description,
        metadata.declared_language,
        signature.day,
        document.text.chars().count() as i64,
    ])?;
    let key = db.last_insert_rowid();
    db.prepare_cached("INSERT INTO text (document, text) VALUES (?1, ?2)")?.execute(params![key, document.text])?;
    insert_blocks(db, key, &document.blocks)?;
    search::index(db, key, document)?;
    let mut statement = db.prepare_cached("INSERT INTO byline (document, position, name) VALUES (?1, ?2, ?3)")?;
    for (position, name) in metadata.bylines.iter().enumerate() {
        statement.execute(params![key, position as i64, name])?;
    }
    if let Some(republished) = &metadata.republished {
        db.prepare_cached("INSERT INTO republication (document, source, url, published) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![key, republished.source, republished.url, republished.published])?;
    }
    addresses::offer(db, key, &metadata.versions)?;
    addresses::reach(db, key, metadata.url.as_deref())?;
    insert_page(db, key, &document.provenance)?;
    signatures::insert(db, key, signature, postings)
}

fn insert_blocks(db: &Connection, key: i64, blocks: &[Block]) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO block (document, position, kind, start, end, lang, confidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (position, block) in blocks.iter().enumerate() {
        let language = block.language.as_ref();
        let (lang, confidence) = (language.map(|l| &l.lang), language.map(|l| l.confidence));
        let span = block.span;
        statement.execute(params![key, position as i64, block.kind, span.start, span.end, lang, confidence])?;
    }
    Ok(())
}

fn insert_page(db: &Connection, key: i64, page: &Provenance) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO page (document, path, member, url, fetched, blake3, bytes, encoding)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        key,
        page.path,
        page.member,
        page.url,
        page.fetched,
        page.blake3,
        Size(page.bytes),
        page.encoding
    ])?;
    addresses::reach(db, key, page.url.as_deref())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, full_document, new_store};
    use super::*;

    /// A store to which these were added one by one, and what became of the last.
    fn check(documents: &[&Document], outcome: Outcome) -> (tempfile::TempDir, Store) {
        let (folder, mut store) = new_store();
        let mut last = Vec::new();
        for &document in documents {
            last = store.add(vec![entry(document.clone())]).unwrap();
        }
        assert_eq!(last, [outcome]);
        // In one batch it must be the same.
        let (_folder, mut batched) = new_store();
        let outcomes = batched.add(documents.iter().map(|&d| entry(d.clone())).collect()).unwrap();
        assert_eq!(outcomes.last(), Some(&outcome));
        assert_eq!(batched.counts().unwrap(), store.counts().unwrap());
        (folder, store)
    }

    /// The document as found in other bytes at another path.
    fn moved(document: &Document) -> Document {
        let mut moved = document.clone();
        moved.provenance.path = "elsewhere.html".into();
        moved.provenance.blake3 = "0".repeat(64);
        moved
    }

    #[test]
    fn the_same_page_twice_changes_nothing() {
        let page = full_document("d1");
        let (_folder, store) = check(&[&page, &page], Outcome::Unchanged);
        assert_eq!(store.revisions("d1").unwrap(), [page]);
    }

    #[test]
    fn the_same_document_on_another_page_is_unchanged_and_the_page_is_known() {
        let page = full_document("d1");
        let (_folder, store) = check(&[&page, &moved(&page)], Outcome::Unchanged);
        assert!(store.knows(&moved(&page).provenance).unwrap());
        assert_eq!(store.document("d1").unwrap(), Some(page));
    }

    #[test]
    fn a_changed_text_is_the_next_revision_and_the_first_stays_readable() {
        let (first, second) = (document("d1", "az", "Bir cümlə."), document("d1", "az", "Başqa cümlə."));
        let (_folder, store) = check(&[&first, &second], Outcome::Revised(2));
        let second = Document { revision: 2, ..second };
        assert_eq!(store.document("d1").unwrap().as_ref(), Some(&second));
        assert_eq!(store.revisions("d1").unwrap(), [first, second]);
        assert_eq!(store.document_ids().unwrap(), ["d1"]);
        assert!(store.search("bir", None, 9).unwrap().is_empty());
    }

    #[test]
    fn changed_metadata_is_a_revision_too() {
        let first = full_document("d1");
        let mut second = moved(&first);
        second.metadata.published = None;
        check(&[&first, &second], Outcome::Revised(2));
    }

    #[test]
    fn two_captures_of_one_address_stay_two_revisions_when_both_come_again() {
        let (first, second) = (document("d1", "az", "Bir."), document("d1", "az", "İki."));
        let (_folder, store) = check(&[&first, &second, &first, &second], Outcome::Unchanged);
        assert_eq!(store.revisions("d1").unwrap().len(), 2);
    }

    #[test]
    fn the_same_bytes_elsewhere_are_no_second_document() {
        let first = document("d1", "az", "Bir.");
        let copy = Document { id: "d2".into(), ..first.clone() };
        let (_folder, store) = check(&[&first, &copy], Outcome::Unchanged);
        assert_eq!(store.document_ids().unwrap(), ["d1"]);
    }

    #[test]
    fn pages_without_a_hash_are_not_taken_for_each_other() {
        let unhashed = |id: &str| {
            let mut document = document(id, "az", "Bir.");
            document.provenance.blake3.clear();
            document
        };
        let (_folder, store) = check(&[&unhashed("d1"), &unhashed("d2")], Outcome::Added);
        assert!(!store.knows(&unhashed("d1").provenance).unwrap());
    }

    #[test]
    fn a_page_is_known_by_its_bytes_wherever_it_lies() {
        let (_folder, mut store) = new_store();
        let mut page = document("d1", "az", "Bir.");
        assert!(!store.knows(&page.provenance).unwrap());
        store.add(vec![entry(page.clone())]).unwrap();
        assert!(store.knows(&page.provenance).unwrap());
        page.provenance.path = "copy.html".into();
        assert!(store.knows(&page.provenance).unwrap());
        page.provenance.blake3 = "1".repeat(64);
        assert!(!store.knows(&page.provenance).unwrap());
    }

    #[test]
    fn a_refusal_is_known_at_its_place_and_ends_when_a_document_comes_from_there() {
        let (_folder, mut store) = new_store();
        let refusal = |place: &str| Refusal { place: place.into(), reason: "the file is empty".into() };
        let refused = |place: &str| Entry::Refusal { refusal: refusal(place), blake3: "e".repeat(64) };
        let batch = vec![refused("pages/d1.html"), refused("b.html"), refused("a.zip: x"), refused("b.html")];
        assert_eq!(store.add(batch).unwrap(), [Outcome::Refused; 4]);
        assert_eq!(store.refusals().unwrap(), [refusal("a.zip: x"), refusal("b.html"), refusal("pages/d1.html")]);
        let at = |path: &str, member: Option<&str>| Provenance {
            path: path.into(),
            member: member.map(String::from),
            blake3: "e".repeat(64),
            ..Provenance::default()
        };
        assert!(store.knows(&at("a.zip", Some("x"))).unwrap());
        assert!(!store.knows(&at("c.html", None)).unwrap());
        store.add(vec![entry(document("d1", "az", "Bir."))]).unwrap();
        assert_eq!(store.refusals().unwrap(), [refusal("a.zip: x"), refusal("b.html")]);
    }
}
