//! A card tells what a document is and where it came from.

use super::html;
use crate::language::Lang;
use crate::model::{Document, OfferedVersion, Republication};
use std::io::{self, Write};

pub(in super::super) fn write(out: &mut dyn Write, document: &Document, anchor: &str) -> io::Result<()> {
    write!(out, "<section class=\"card\" id=\"{anchor}\">\n<h3>{}</h3>\n<dl>\n", byname(document))?;
    for (term, html) in facts(document) {
        writeln!(out, "<div><dt>{term}</dt><dd>{html}</dd></div>")?;
    }
    out.write_all(b"</dl>\n</section>\n")
}

/// How a document is named beside others: its language and its outlet, else its id.
pub(in super::super) fn byname(document: &Document) -> String {
    let name = match &document.metadata.outlet {
        Some(outlet) => html::name(outlet),
        None => format!("<code>{}</code>", html::text(&document.id)),
    };
    format!("{} {name}", html::tag(&document.language.lang))
}

/// What is known of a document, each with its term.
fn facts(document: &Document) -> Vec<(&'static str, String)> {
    let (metadata, provenance) = (&document.metadata, &document.provenance);
    let mut facts = vec![("Language", language(document))];
    let mut add = |term, html: Option<String>| facts.extend(html.map(|html| (term, html)));
    add("Published", metadata.published.map(html::moment));
    add("Modified", metadata.modified.map(html::moment));
    add("By", list(metadata.bylines.iter().map(|byline| html::name(byline))));
    add("Section", metadata.section.as_deref().map(html::name));
    add("Republished", metadata.republished.as_ref().map(republished));
    add("Address", metadata.url.as_deref().or(provenance.url.as_deref()).map(|url| html::link(url, url)));
    add("Versions", list(metadata.versions.iter().map(version)));
    add("Licence", metadata.licence.as_deref().map(|licence| html::link(licence, licence)));
    add("Fetched", provenance.fetched.map(html::moment));
    add("File", Some(provenance.place()).filter(|place| !place.is_empty()).map(|place| html::name(&place)));
    add("Bytes", Some(bytes(document)));
    add("Document", Some(id(document)));
    facts
}

fn language(document: &Document) -> String {
    let identified = &document.language;
    let mut out = html::language(&identified.lang).unwrap_or_else(|| html::tag(&identified.lang));
    if let Some(percent) = html::percent(identified.confidence).filter(|_| !identified.lang.is_unknown()) {
        out.push_str(&format!(", {percent} sure"));
    }
    // A claim that agrees says nothing new.
    let declared = document.metadata.declared_language.as_deref();
    let differs = |tag: &&str| Lang::parse(tag).is_none_or(|lang| lang.primary() != identified.lang.primary());
    if let Some(tag) = declared.filter(differs) {
        out.push_str(&format!("; the page says <code>{}</code>", html::text(tag)));
    }
    out
}

fn republished(republication: &Republication) -> String {
    let mut parts = Vec::new();
    match (&republication.source, &republication.url) {
        (Some(source), Some(url)) => parts.push(format!("from {}", html::link(url, source))),
        (Some(source), None) => parts.push(format!("from {}", html::name(source))),
        (None, Some(url)) => parts.push(format!("from {}", html::link(url, url))),
        (None, None) => parts.push("from a source it does not name".to_owned()),
    }
    parts.extend(republication.published.map(html::moment));
    parts.join(", ")
}

/// A version that the page offers, with the code the page wrote where that is another.
fn version(version: &OfferedVersion) -> String {
    let tag = version.lang.as_str();
    let words = match version.source_tag.eq_ignore_ascii_case(tag) || version.source_tag.is_empty() {
        true => tag.to_owned(),
        false => format!("{tag} (as {})", version.source_tag),
    };
    match &version.url {
        Some(url) => html::link(url, &words),
        None => html::name(&words),
    }
}

fn bytes(document: &Document) -> String {
    let provenance = &document.provenance;
    let size = usize::try_from(provenance.bytes).map_or_else(|_| provenance.bytes.to_string(), html::figure);
    match provenance.encoding.is_empty() {
        true => size,
        false => format!("{size}, {}", html::text(&provenance.encoding)),
    }
}

fn id(document: &Document) -> String {
    let id = format!("<code>{}</code>", html::text(&document.id));
    match document.revision {
        0 | 1 => id,
        revision => format!("{id}, revision {revision}"),
    }
}

fn list(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{document, lang, report, texts, values};
    use super::super::{Overview, WorkView};
    use super::*;

    #[test]
    fn a_card_tells_where_a_document_came_from() {
        let mut one = document("d1", "az", &["Bir"]);
        one.metadata.outlet = Some("Xəzər Xəbər".into());
        one.metadata.published = Some("2025-09-20T19:30:00+04:00".parse().unwrap());
        one.metadata.declared_language = Some("ru-RU".into());
        one.metadata.url = Some("https://khezerxeber.example/az/1.html?a=1&b=2".into());
        one.metadata.versions = vec![
            OfferedVersion { lang: lang("iw"), source_tag: "iw".into(), url: None },
            OfferedVersion {
                lang: lang("en"),
                source_tag: "En".into(),
                url: Some("http://khezerxeber.example/en".into()),
            },
        ];
        one.metadata.republished = Some(Republication::default());
        one.provenance.path = "a.zip".into();
        one.provenance.member = Some("1.html".into());
        one.provenance.bytes = 41_234;
        one.provenance.encoding = "windows-1254".into();
        let documents = [one];
        let html = report(&Overview::default(), &WorkView { id: "w1", documents: &documents, ..WorkView::default() });
        assert_eq!(
            texts(&html, "dl div"),
            [
                "LanguageAzerbaijani, 98\u{A0}% sure; the page says ru-RU",
                "Published2025-09-20 19:30 +04:00",
                "Republishedfrom a source it does not name",
                "Addresshttps://khezerxeber.example/az/1.html?a=1&b=2",
                "Versionshe (as iw), en",
                "Filea.zip: 1.html",
                "Bytes41,234, windows-1254",
                "Documentd1",
            ]
        );
        let links = ["https://khezerxeber.example/az/1.html?a=1&b=2", "http://khezerxeber.example/en"];
        assert_eq!(values(&html, "dd a", "href"), links);
        assert_eq!(values(&html, "dd a", "rel"), ["noreferrer", "noreferrer"]);
    }
}
