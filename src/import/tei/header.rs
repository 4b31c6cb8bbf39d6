//! What the `<teiHeader>` of a document says of it: its title, its source, its licence, and who is named in it.

use super::super::segment::Segment;
use crate::language::Lang;
use crate::model::{Metadata, Moment, OfferedVersion, Provenance, Republication};
use rustc_hash::FxHashMap;

/// A header on its way.
#[derive(Default)]
pub(super) struct Header {
    pub(super) metadata: Metadata,
    pub(super) provenance: Provenance,
    pub(super) revision: u32,
    /// Whether korpu wrote the file: it counts names, and the white space in it is text.
    pub(super) is_ours: bool,
    /// The first language that it says is used.
    pub(super) lang: Option<Lang>,
    /// The speakers by the names of their elements.
    pub(super) speakers: FxHashMap<String, String>,
    /// The title of the page, and the licence in words: a header says both twice.
    titled: Option<String>,
    licensed: Option<String>,
    /// A piece of it in words.
    field: Segment,
    /// The person or body that is open.
    participant: Option<String>,
    /// What he, she or it is called: a name may be in parts.
    called: Segment,
    /// The type and the subtype of the element that began last.
    kind: [Option<String>; 2],
}

impl Header {
    /// The same for another text of the document.
    pub(super) fn again(&self) -> Header {
        Header {
            metadata: self.metadata.clone(),
            provenance: self.provenance.clone(),
            revision: self.revision,
            is_ours: self.is_ours,
            lang: self.lang.clone(),
            speakers: self.speakers.clone(),
            titled: self.titled.clone(),
            licensed: self.licensed.clone(),
            ..Header::default()
        }
    }

    /// What it says in attributes.
    pub(super) fn begin<'v>(&mut self, path: &[String], name: &str, value: &dyn Fn(&str) -> Option<&'v str>) {
        self.field = Segment::default();
        self.kind = ["type", "subtype"].map(|name| value(name).map(str::to_owned));
        let metadata = &mut self.metadata;
        let is_in = |wanted: &str| path.iter().any(|own| own == wanted);
        // What is said of another text (an original, another version) is not said of this one.
        if is_in("relatedItem") || name == "relatedItem" {
            return self.related(name, value);
        }
        let is_source = is_in("sourceDesc");
        match name {
            "licence" => metadata.licence = value("target").map(str::to_owned),
            "application" if value("ident") == Some("korpu") => self.is_ours = true,
            "change" => self.revision = value("n").and_then(|n| n.parse().ok()).unwrap_or_default(),
            "person" | "org" | "personGrp" => self.participant = value("xml:id").map(str::to_owned),
            "persName" | "orgName" if is_in("particDesc") => self.called = Segment::default(),
            "language" if self.lang.is_none() => {
                self.lang = value("ident").and_then(Lang::parse).filter(|lang| !lang.is_unknown());
            }
            "date" if is_source => {
                let when = value("when").and_then(|when| when.parse::<Moment>().ok());
                match value("type") {
                    Some("modified") => metadata.modified = when,
                    Some("accessed") => self.provenance.fetched = when,
                    Some("published") | None => metadata.published = metadata.published.or(when),
                    Some(_) => {}
                }
            }
            _ => {}
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.field.push(text);
        if self.participant.is_some() {
            self.called.push(text);
        }
    }

    /// What it says in attributes of a text that ours repeats, or of another version of it.
    fn related<'v>(&mut self, name: &str, value: &dyn Fn(&str) -> Option<&'v str>) {
        let metadata = &mut self.metadata;
        match (name, value("type")) {
            ("relatedItem", Some("republished")) => metadata.republished = Some(Republication::default()),
            ("textLang", _) => {
                let lang = value("mainLang").and_then(Lang::parse).unwrap_or(Lang::UNKNOWN);
                metadata.versions.push(OfferedVersion { lang, source_tag: String::new(), url: None });
            }
            ("date", Some("published")) => {
                if let Some(original) = metadata.republished.as_mut().filter(|_| metadata.versions.is_empty()) {
                    original.published = value("when").and_then(|when| when.parse().ok());
                }
            }
            _ => {}
        }
    }

    /// What it says in words of these.
    fn end_related(&mut self, name: &str, text: String) {
        let metadata = &mut self.metadata;
        match (name, metadata.versions.last_mut(), metadata.republished.as_mut()) {
            ("textLang", Some(version), _) => version.source_tag = text,
            ("idno", Some(version), _) => version.url = Some(text),
            ("idno", None, Some(original)) => original.url = Some(text),
            ("publisher", None, Some(original)) => original.source = Some(text).filter(|text| text != "[not named]"),
            _ => {}
        }
    }

    /// What it says in words.
    pub(super) fn end(&mut self, path: &[String], name: &str) {
        if matches!(name, "persName" | "orgName" | "person" | "org" | "personGrp") {
            let (called, _) = std::mem::take(&mut self.called).finish();
            if let Some(id) = self.participant.take_if(|_| !called.is_empty()) {
                self.speakers.insert(id, called);
            }
        }
        let (text, _) = std::mem::take(&mut self.field).finish();
        let [kind, subtype] = std::mem::take(&mut self.kind);
        let is_in = |wanted: &str| path.iter().any(|own| own == wanted);
        if text.is_empty() {
            return;
        }
        if is_in("relatedItem") {
            return self.end_related(name, text);
        }
        let (metadata, provenance) = (&mut self.metadata, &mut self.provenance);
        let first = |place: &mut Option<String>, text: String| *place = Some(place.take().unwrap_or(text));
        match (name, kind.as_deref(), subtype.as_deref()) {
            ("title", None | Some("main"), _) if is_in("titleStmt") => first(&mut metadata.title, text),
            ("title", ..) if is_in("sourceDesc") => first(&mut self.titled, text),
            ("author", ..) if is_in("sourceDesc") => metadata.bylines.push(text),
            ("publisher", ..) if is_in("sourceDesc") => first(&mut metadata.outlet, text),
            ("idno", Some("URI"), Some("fetched")) if is_in("sourceDesc") => first(&mut provenance.url, text),
            ("idno", Some("URI" | "URL"), _) if is_in("sourceDesc") => first(&mut metadata.url, text),
            ("idno", Some("BLAKE3"), _) => provenance.blake3 = text,
            ("note", Some("path"), _) if is_in("sourceDesc") => provenance.path = text,
            ("note", Some("member"), _) if is_in("sourceDesc") => provenance.member = Some(text),
            ("note", Some("encoding"), _) if is_in("sourceDesc") => provenance.encoding = text,
            ("note", Some("declared-language"), _) => metadata.declared_language = Some(text),
            ("note", Some("description"), _) => metadata.description = Some(text),
            ("term", Some("section"), _) => metadata.section = Some(text),
            ("licence", ..) => first(&mut self.licensed, text),
            _ => {}
        }
    }

    /// What is known at the end.
    pub(super) fn finish(&mut self) -> (Metadata, Provenance) {
        let mut metadata = std::mem::take(&mut self.metadata);
        let (titled, licensed) = (self.titled.take(), self.licensed.take());
        if self.is_ours {
            // The title of a text without one is its first words, and the target of a licence its words made an address.
            (metadata.title, metadata.licence) = (titled, licensed.or(metadata.licence.take()));
        } else {
            metadata.title = metadata.title.take().or(titled);
            metadata.licence = metadata.licence.take().or(licensed);
        }
        (metadata, std::mem::take(&mut self.provenance))
    }
}
