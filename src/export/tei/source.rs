//! Where a document comes from: the page, its address, its dates, its bytes, and whom it republishes.

use super::header::date;
use crate::export::xml::{self, Xml};
use crate::model::{Document, OfferedVersion, Republication};
use std::io;
use url::Url;

/// Writes `<sourceDesc>`.
pub(super) fn description(xml: &mut Xml, document: &Document) -> io::Result<()> {
    let (metadata, provenance) = (&document.metadata, &document.provenance);
    let lang = document.language.lang.as_str();
    xml.open("sourceDesc", &[])?;
    xml.open("bibl", &[])?;
    xml.leaf_if("title", &[("xml:lang", lang)], metadata.title.as_deref())?;
    for author in &metadata.bylines {
        xml.leaf_if("author", &[], Some(author))?;
    }
    xml.leaf_if("publisher", &[], metadata.outlet.as_deref())?;
    date(xml, "published", metadata.published)?;
    date(xml, "modified", metadata.modified)?;
    date(xml, "accessed", provenance.fetched)?;
    xml.leaf_if("idno", &[("type", "URI"), ("subtype", "canonical")], metadata.url.as_deref())?;
    let fetched = provenance.url.as_deref().filter(|url| Some(*url) != metadata.url.as_deref());
    xml.leaf_if("idno", &[("type", "URI"), ("subtype", "fetched")], fetched)?;
    xml.leaf_if("idno", &[("type", "BLAKE3")], Some(&provenance.blake3))?;
    xml.leaf_if("note", &[("type", "path")], Some(&provenance.path))?;
    xml.leaf_if("note", &[("type", "member")], provenance.member.as_deref())?;
    xml.leaf_if("note", &[("type", "encoding")], Some(&provenance.encoding))?;
    xml.leaf_if("note", &[("type", "declared-language")], metadata.declared_language.as_deref())?;
    xml.leaf_if("note", &[("type", "description"), ("xml:lang", lang)], metadata.description.as_deref())?;
    if let Some(republished) = &metadata.republished {
        republication(xml, republished)?;
    }
    for version in &metadata.versions {
        offered(xml, version)?;
    }
    xml.close()?;
    xml.close()
}

fn republication(xml: &mut Xml, original: &Republication) -> io::Result<()> {
    xml.open("relatedItem", &[("type", "republished")])?;
    xml.open("bibl", &[])?;
    xml.leaf("publisher", &[], xml::visible(original.source.as_deref()).unwrap_or("[not named]"))?;
    date(xml, "published", original.published)?;
    xml.leaf_if("idno", &[("type", "URI")], original.url.as_deref())?;
    xml.close()?;
    xml.close()
}

/// A version in another language that the page offers: its language, as the page wrote it, and its address.
fn offered(xml: &mut Xml, version: &OfferedVersion) -> io::Result<()> {
    xml.open("relatedItem", &[("type", "version")])?;
    xml.open("bibl", &[])?;
    xml.leaf("textLang", &[("mainLang", version.lang.as_str())], &version.source_tag)?;
    xml.leaf_if("idno", &[("type", "URI")], version.url.as_deref())?;
    xml.close()?;
    xml.close()
}

/// Writes `<availability>`: what the page says of its licence, or that it says nothing.
pub(super) fn availability(xml: &mut Xml, document: &Document) -> io::Result<()> {
    let Some(licence) = xml::visible(document.metadata.licence.as_deref()) else {
        xml.open("availability", &[("status", "unknown")])?;
        xml.leaf("p", &[], "The page states no licence.")?;
        return xml.close();
    };
    let target = address(licence);
    // The public licences of Creative Commons are the only ones whose address says that use is free.
    let free = target
        .as_ref()
        .is_some_and(|url| matches!(url.domain(), Some("creativecommons.org" | "www.creativecommons.org")));
    xml.open("availability", &[("status", if free { "free" } else { "restricted" })])?;
    xml.leaf("licence", &[("target", target.as_ref().map_or("", Url::as_str))], licence)?;
    xml.close()
}

/// The web address that a text is, if it is one that every validator takes for `xsd:anyURI`.
///
/// Browsers take more than RFC 3986 allows (`|`, `^`, a lone `%`); such an address is still in the text of the element.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let text = url.as_str();
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
    let escaped = |part: &str| part.get(..2).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    let sound = text.bytes().all(legal) && text.split('%').skip(1).all(escaped);
    (sound && text.matches('#').count() <= 1).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_validators_take_becomes_a_pointer() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(address(text).as_ref().map(Url::as_str), expected, "{text:?}");
        };
        check(" https://creativecommons.org/licenses/by/4.0/ ", Some("https://creativecommons.org/licenses/by/4.0/"));
        check("https://xəbər.az/şərtlər", Some("https://xn--xbr-dtbb.az/%C5%9F%C9%99rtl%C9%99r"));
        check("https://a.az/?x=1|2", None);
        check("https://a.az/100%", None);
        check("https://a.az/%C9%", None);
        check("javascript:alert(1)", None);
        check("© 2017, bütün hüquqlar qorunur", None);
    }

    #[test]
    fn a_licence_in_words_is_kept_and_none_is_said_to_be_none() {
        let check = |licence: Option<&str>, expected: &str| {
            let mut document = Document::default();
            document.metadata.licence = licence.map(str::to_owned);
            let mut out = Vec::new();
            let mut xml = Xml::new(&mut out, None).unwrap();
            availability(&mut xml, &document).unwrap();
            xml.finish().unwrap();
            let out = String::from_utf8(out).unwrap();
            assert!(out.contains(expected), "{licence:?}: {out}");
        };
        check(None, "status=\"unknown\"");
        check(Some("Bütün hüquqlar qorunur"), "<licence>Bütün hüquqlar qorunur</licence>");
        let cc = "https://creativecommons.org/licenses/by/4.0/";
        check(Some(cc), "status=\"free\"");
        check(Some(cc), "<licence target=\"https://creativecommons.org/licenses/by/4.0/\">");
    }
}
