//! One `<TEI>`: what its header says of the document, its text block by block, and what is said in it.

use super::super::segment::Segment;
use super::running::Running;
use super::speech::{self, Speech};
use crate::language::Lang;
use crate::model::{Block, BlockKind, Document, Identification, Moment, OfferedVersion, Quote, Republication, Span};
use std::collections::BTreeMap;

/// A document on its way.
#[derive(Default)]
pub(super) struct Open {
    document: Document,
    /// Its own name.
    name: Option<String>,
    /// Whether korpu wrote the file: it counts names, and the white space in it is text.
    is_ours: bool,
    /// The names of its blocks and sentences, as far as they have some, in their order.
    names: Names,
    text: Running,
    block: Option<Part>,
    /// The name of the sentence that is open, and where it begins.
    sentence: Option<(Option<String>, usize)>,
    speech: Speech,
    /// A piece of the header, or text that is left out: not of the text.
    field: Segment,
    /// The title of the page, and the licence in words: a header says both twice.
    titled: Option<String>,
    licensed: Option<String>,
    /// The person or body of the header that is open.
    participant: Option<String>,
    /// What he, she or it is called: a name may be in parts.
    called: Segment,
    /// The type and the subtype of the element of the header that began last.
    kind: [Option<String>; 2],
    /// So many elements are open in something that is left out.
    skipped: usize,
    size: usize,
    lost: BTreeMap<&'static str, u64>,
}

/// What a file says of a document.
pub(super) struct Read {
    pub(super) document: Document,
    pub(super) names: Names,
    /// Its quotes, and their parts by the names that links use.
    pub(super) quotes: Vec<Quote>,
    pub(super) parts: Vec<speech::Part>,
    /// Whether korpu wrote the file.
    pub(super) is_ours: bool,
    /// What was left out of it.
    pub(super) lost: BTreeMap<&'static str, u64>,
}

/// The names of the segments of a document: `None` for one without.
#[derive(Default)]
pub(super) struct Names {
    pub(super) blocks: Vec<Option<String>>,
    pub(super) sentences: Vec<Option<String>>,
}

/// A block on its way.
struct Part {
    element: String,
    kind: BlockKind,
    name: Option<String>,
    lang: Option<Lang>,
    start: usize,
    sentences: Vec<(Option<String>, Span)>,
}

/// What holds a block of text.
const BLOCKS: [&str; 6] = ["p", "ab", "head", "item", "l", "figDesc"];

/// A name that counts so many segments more than there are is none of ours.
const MISSING: usize = 4096;

impl Open {
    pub(super) fn new(name: Option<&str>, lang: Option<&str>) -> Self {
        let mut open = Open { name: name.map(str::to_owned), ..Open::default() };
        open.document.language = identified(lang).unwrap_or_default();
        open
    }

    /// How many bytes of text there were.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    fn lose(&mut self, what: &'static str) {
        let count = self.lost.entry(what).or_default();
        *count = count.saturating_add(1);
    }

    pub(super) fn begin<'v>(&mut self, path: &[String], name: &str, value: &dyn Fn(&str) -> Option<&'v str>) {
        let is_in = |wanted: &str| path.iter().any(|own| own == wanted);
        if is_in("teiHeader") {
            self.field = Segment::default();
            return self.header(path, name, value);
        }
        if self.skipped > 0 {
            self.skipped = self.skipped.saturating_add(1);
            return;
        }
        match name {
            "text" if self.document.language.lang.is_unknown() => {
                self.document.language = identified(value("xml:lang")).unwrap_or_default();
            }
            // Of two readings that a choice offers, the edited one is read.
            "note" => {
                self.lose("notes are not kept");
                self.skipped = 1;
            }
            "sic" | "orig" | "abbr" if path.last().is_some_and(|own| own == "choice") => self.skipped = 1,
            "del" | "fw" => self.skipped = 1,
            "lb" | "pb" | "cb" if value("break") != Some("no") => self.text(" "),
            "s" if self.block.is_some() && self.sentence.is_none() => {
                let apart = self.block.as_ref().is_some_and(|block| !block.sentences.is_empty());
                let at = self.text.ahead(apart);
                self.sentence = Some((value("xml:id").map(str::to_owned), at));
            }
            "said" | "q" | "seg" | "rs" if self.block.is_some() => {
                let at = self.text.ahead(false);
                self.speech.begin(path.len(), at, name, value);
            }
            "said" if is_in("text") => self.lose("quotes around whole paragraphs are not kept"),
            "certainty" if value("match") == Some("@who") => {
                value("assertedValue").into_iter().for_each(|who| self.speech.alternative(who));
            }
            block if is_in("text") && BLOCKS.contains(&block) => {
                self.end_block();
                let kind = match block {
                    "head" if value("type") == Some("title") => BlockKind::Title,
                    "head" => BlockKind::Heading,
                    _ if is_in("figure") => BlockKind::Caption,
                    _ if is_in("quote") || is_in("cit") => BlockKind::Quote,
                    "item" => BlockKind::Item,
                    _ if is_in("item") => BlockKind::Item,
                    _ => BlockKind::Paragraph,
                };
                self.block = Some(Part {
                    element: block.to_owned(),
                    kind,
                    name: value("xml:id").map(str::to_owned),
                    lang: value("xml:lang").and_then(Lang::parse),
                    start: self.text.begin(),
                    sentences: Vec::new(),
                });
            }
            _ => {}
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.size = self.size.saturating_add(text.len());
        match &self.block {
            _ if self.skipped > 0 => {}
            Some(_) => self.text.push(text),
            None => {
                self.field.push(text);
                if self.participant.is_some() {
                    self.called.push(text);
                }
            }
        }
    }

    pub(super) fn end(&mut self, path: &[String], name: &str) {
        if self.skipped > 0 {
            self.skipped = self.skipped.saturating_sub(1);
            return;
        }
        if path.iter().any(|own| own == "teiHeader") {
            return self.end_field(path, name);
        }
        match name {
            "said" | "q" | "seg" | "rs" if self.block.is_some() => {
                let here = self.text.here();
                self.speech.end(path.len(), here);
            }
            "s" => self.end_sentence(),
            _ if self.block.as_ref().is_some_and(|block| block.element == name) => self.end_block(),
            _ => {}
        }
    }

    fn end_sentence(&mut self) {
        let (Some((name, start)), Some(block)) = (self.sentence.take(), &mut self.block) else { return };
        let end = self.text.here();
        if end > start {
            block.sentences.push((name, Span::new(start, end)));
        }
    }

    /// Puts the block that is open into the document.
    fn end_block(&mut self) {
        self.end_sentence();
        let Some(block) = self.block.take() else { return };
        let Some(end) = self.text.end() else { return };
        self.speech.end_block(end);
        let lang = block.lang.filter(|lang| *lang != self.document.language.lang);
        let language = lang.map(|lang| Identification { lang, confidence: 1.0 });
        // What XML keeps nothing of is not in our files, but it was counted.
        for _ in 0..self.missing(block.name.as_deref(), ".p", self.names.blocks.len()) {
            self.document.blocks.push(Block::new(BlockKind::Paragraph, Span::new(block.start, block.start)));
            self.names.blocks.push(None);
        }
        let mut sentences = Vec::with_capacity(block.sentences.len());
        for (name, span) in block.sentences {
            for _ in 0..self.missing(name.as_deref(), ".s", self.names.sentences.len()) {
                sentences.push(Span { start: span.start, end: span.start });
                self.names.sentences.push(None);
            }
            sentences.push(span);
            self.names.sentences.push(name);
        }
        let span = Span::new(block.start, end);
        self.document.blocks.push(Block { language, sentences, ..Block::new(block.kind, span) });
        self.names.blocks.push(block.name);
    }

    /// How many segments of ours are missing between those there are and one of this name: 1 before `d1.s3` after the first.
    fn missing(&self, name: Option<&str>, letter: &str, count: usize) -> usize {
        let number =
            name.and_then(|name| name.rsplit_once(letter)).and_then(|(_, number)| number.parse::<usize>().ok());
        let missing = number.map_or(0, |number| number.saturating_sub(1).saturating_sub(count));
        if self.is_ours && missing <= MISSING { missing } else { 0 }
    }

    /// What a header says in attributes.
    fn header<'v>(&mut self, path: &[String], name: &str, value: &dyn Fn(&str) -> Option<&'v str>) {
        self.kind = ["type", "subtype"].map(|name| value(name).map(str::to_owned));
        let metadata = &mut self.document.metadata;
        let is_in = |wanted: &str| path.iter().any(|own| own == wanted);
        // What is said of another text (an original, another version) is not said of this one.
        if is_in("relatedItem") || name == "relatedItem" {
            return self.related(name, value);
        }
        let is_source = is_in("sourceDesc");
        match name {
            "licence" => metadata.licence = value("target").map(str::to_owned),
            "application" if value("ident") == Some("korpu") => (self.is_ours, self.text.verbatim) = (true, true),
            "change" => self.document.revision = value("n").and_then(|n| n.parse().ok()).unwrap_or_default(),
            "person" | "org" | "personGrp" => self.participant = value("xml:id").map(str::to_owned),
            "persName" | "orgName" if is_in("particDesc") => self.called = Segment::default(),
            "language" if self.document.language.lang.is_unknown() => {
                self.document.language = identified(value("ident")).unwrap_or_default();
            }
            "date" if is_source => {
                let when = value("when").and_then(|when| when.parse::<Moment>().ok());
                match value("type") {
                    Some("modified") => metadata.modified = when,
                    Some("accessed") => self.document.provenance.fetched = when,
                    Some("published") | None => metadata.published = metadata.published.or(when),
                    Some(_) => {}
                }
            }
            _ => {}
        }
    }

    /// What a header says in attributes of a text that ours repeats, or of another version of it.
    fn related<'v>(&mut self, name: &str, value: &dyn Fn(&str) -> Option<&'v str>) {
        let metadata = &mut self.document.metadata;
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
        let metadata = &mut self.document.metadata;
        match (name, metadata.versions.last_mut(), metadata.republished.as_mut()) {
            ("textLang", Some(version), _) => version.source_tag = text,
            ("idno", Some(version), _) => version.url = Some(text),
            ("idno", None, Some(original)) => original.url = Some(text),
            ("publisher", None, Some(original)) => original.source = Some(text).filter(|text| text != "[not named]"),
            _ => {}
        }
    }

    /// What a header says in words.
    fn end_field(&mut self, path: &[String], name: &str) {
        if matches!(name, "persName" | "orgName" | "person" | "org" | "personGrp") {
            let (called, _) = std::mem::take(&mut self.called).finish();
            if let Some(id) = self.participant.take_if(|_| !called.is_empty()) {
                self.speech.speakers.insert(id, called);
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
        let (metadata, provenance) = (&mut self.document.metadata, &mut self.document.provenance);
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

    /// All that the file says. `file` is where the document stands, `number` tells it from others there.
    pub(super) fn finish(mut self, file: &str, number: u32, encoding: &str) -> Read {
        self.end_block();
        let mut document = self.document;
        document.text = self.text.text;
        let metadata = &mut document.metadata;
        if self.is_ours {
            // The title of a text without one is its first words, and the target of a licence its words made an address.
            (metadata.title, metadata.licence) = (self.titled, self.licensed.or(metadata.licence.take()));
        } else {
            metadata.title = metadata.title.take().or(self.titled);
            metadata.licence = metadata.licence.take().or(self.licensed);
        }
        document.id = match self.name.as_deref().filter(|name| is_id(name)) {
            Some(name) => name.to_owned(),
            None => {
                // The text as well: two files may name their only document alike, or not at all.
                let name = self.name.unwrap_or_else(|| number.to_string());
                let hash = blake3::hash(format!("{file}\n{name}\n{}", document.text).as_bytes()).to_hex();
                format!("d{}", hash.get(..12).unwrap_or_default())
            }
        };
        document.revision = document.revision.max(1);
        let provenance = &mut document.provenance;
        if provenance.path.is_empty() {
            provenance.path = file.to_owned();
        }
        if provenance.encoding.is_empty() {
            provenance.encoding = encoding.to_owned();
        }
        provenance.bytes = document.text.len() as u64;
        let (quotes, parts, unknown) = self.speech.finish(&document);
        let mut lost = self.lost;
        if unknown > 0 {
            lost.insert("speakers whom the header of the document does not name are not kept", unknown);
        }
        Read { document, names: self.names, quotes, parts, is_ours: self.is_ours, lost }
    }
}

/// Whether a name is an id of ours.
fn is_id(name: &str) -> bool {
    let digits = |rest: &str| rest.len() == 12 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    name.strip_prefix('d').is_some_and(digits)
}

fn identified(tag: Option<&str>) -> Option<Identification> {
    Some(Identification { lang: Lang::parse(tag?)?, confidence: 1.0 })
}
