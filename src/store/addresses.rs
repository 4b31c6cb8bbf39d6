//! An address, for finding a document by the links of others, is a URL without what differs between links to one page:
//! scheme, `www.`, fragment, a slash at the end, and the marks of campaigns.

use super::Store;
use crate::error::Result;
use crate::model::OfferedVersion;
use rusqlite::{Connection, params};
use url::Url;

/// Keys that say where a reader came from, by Google Analytics (`utm_source` and the like) and Facebook.
fn is_campaign(key: &str) -> bool {
    key.starts_with("utm_") || key == "fbclid"
}

/// The address of an absolute URL. `None` for others: what they point to depends on the page they stand on.
fn address(url: &str) -> Option<String> {
    let url = url.trim();
    // "//site.az/1" takes its scheme from the page; any will do, because it is dropped.
    let url = match url.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("https://{rest}")),
        None => Url::parse(url),
    };
    let url = url.ok().filter(|url| !url.cannot_be_a_base())?;
    let host = url.host_str().unwrap_or_default();
    let mut address = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = url.port() {
        address.push_str(&format!(":{port}"));
    }
    address.push_str(url.path().trim_end_matches('/'));
    let mut mark = '?';
    let query = url.query().unwrap_or_default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if !is_campaign(pair.split('=').next().unwrap_or_default()) {
            address.push(mark);
            address.push_str(pair);
            mark = '&';
        }
    }
    Some(address)
}

impl Store {
    /// The ids of other documents to whose addresses the offered versions of this one point, or whose offered versions
    /// point to an address of this one; sorted, each once. An address is the one a page gives itself or one it was
    /// fetched from.
    pub fn offered(&self, id: &str) -> Result<Vec<String>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT other.id FROM document AS this
                    JOIN offered_version ON offered_version.document = this.key
                    JOIN address ON address.address = offered_version.address
                    JOIN document AS other ON other.key = address.document
                WHERE this.id = ?1 AND this.current AND other.current AND other.id <> ?1
                UNION
                SELECT other.id FROM document AS this
                    JOIN address ON address.document = this.key
                    JOIN offered_version ON offered_version.address = address.address
                    JOIN document AS other ON other.key = offered_version.document
                WHERE this.id = ?1 AND this.current AND other.current AND other.id <> ?1
                ORDER BY 1",
            )?;
            statement.query_map([id], |row| row.get(0))?.collect()
        })
    }
}

/// Writes the versions that a document offers.
pub(super) fn offer(db: &Connection, key: i64, versions: &[OfferedVersion]) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO offered_version (document, position, lang, source_tag, url, address)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, version) in versions.iter().enumerate() {
        let address = version.url.as_deref().and_then(address);
        statement.execute(params![key, position as i64, version.lang, version.source_tag, version.url, address])?;
    }
    Ok(())
}

/// Notes that a document can be reached at this URL. Old revisions cannot be reached.
pub(super) fn reach(db: &Connection, key: i64, url: Option<&str>) -> rusqlite::Result<()> {
    if let Some(address) = url.and_then(address) {
        db.prepare_cached("INSERT OR IGNORE INTO address SELECT ?1, key FROM document WHERE key = ?2 AND current")?
            .execute(params![address, key])?;
    }
    Ok(())
}

/// Takes away the addresses of a document that becomes an old revision.
pub(super) fn forget(db: &Connection, key: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM address WHERE document = ?1")?.execute([key])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, entry, lang, new_store};
    use super::*;
    use crate::model::Document;

    fn check(url: &str, expected: &str) {
        assert_eq!(address(url).as_deref(), Some(expected), "{url}");
    }

    #[test]
    fn links_to_one_page_have_one_address() {
        check("https://site.az/1", "site.az/1");
        check("http://www.Site.AZ:80/1/#top", "site.az/1");
        check(" //site.az/1?utm_source=fb&utm_medium=x&fbclid=Iw", "site.az/1");
        check("https://site.az", "site.az");
        check("https://site.az/?id=5&utm_source=x&lang=az", "site.az?id=5&lang=az");
        check("https://site.az:8080/a", "site.az:8080/a");
        check("https://site.ru/новости", "site.ru/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8");
        check("file:///pages/1.html", "/pages/1.html");
    }

    #[test]
    fn paths_keep_their_case_and_queries_their_order() {
        check("https://site.az/A?b=2&a=1", "site.az/A?b=2&a=1");
    }

    #[test]
    fn what_depends_on_its_page_has_no_address() {
        for url in ["/en/1", "1.html", "", "#", "mailto:a@b.az", "javascript:void(0)", "https://", "//"] {
            assert_eq!(address(url), None, "{url}");
        }
    }

    /// A document with an address of its own, one it was fetched from, and one that it offers.
    fn linked(id: &str, url: Option<&str>, fetched: Option<&str>, offered: Option<&str>) -> Document {
        let mut document = document(id, "az", id);
        document.metadata.url = url.map(String::from);
        document.provenance.url = fetched.map(String::from);
        let version = |url: &str| OfferedVersion { lang: lang("en"), source_tag: "en".into(), url: Some(url.into()) };
        document.metadata.versions = offered.map(version).into_iter().collect();
        document
    }

    #[test]
    fn versions_are_found_from_both_sides_by_either_address() {
        let (_folder, mut store) = new_store();
        let documents = [
            linked("d1", Some("https://site.az/az/1"), None, Some("https://www.site.az/en/1/")),
            linked("d2", Some("http://site.az/en/1"), None, Some("http://site.az/en/1")),
            linked("d3", None, Some("http://www.site.az/ru/1#x"), Some("//site.az/az/1?utm_source=ru")),
            linked("d4", Some("https://other.az/en/1"), None, Some("/az/1")),
        ];
        store.add(documents.map(entry).into()).unwrap();
        assert_eq!(store.offered("d1").unwrap(), ["d2", "d3"]);
        assert_eq!(store.offered("d2").unwrap(), ["d1"]);
        assert_eq!(store.offered("d3").unwrap(), ["d1"]);
        assert!(store.offered("d4").unwrap().is_empty());
        assert!(store.offered("d5").unwrap().is_empty());
    }

    #[test]
    fn the_addresses_and_offers_of_an_old_revision_lead_nowhere() {
        let (_folder, mut store) = new_store();
        let target = linked("d2", Some("https://b.az"), None, None);
        let old = linked("d1", Some("https://a.az"), None, Some("https://b.az"));
        let new = Document { text: "Yeni.".into(), ..linked("d1", None, None, None) };
        let new = Document { provenance: document("d1", "az", "Yeni.").provenance, ..new };
        store.add(vec![entry(target), entry(old), entry(new)]).unwrap();
        assert!(store.offered("d2").unwrap().is_empty());
        assert!(store.offered("d1").unwrap().is_empty());
    }
}
