//! One `<TEI>`: what its header says of the document, and its text block by block.

use super::super::segment::Segment;
use crate::language::Lang;
use crate::model::{Block, BlockKind, Document, Identification, Moment, Span};
use std::collections::BTreeMap;

/// A document on its way.
#[derive(Default)]
pub(super) struct Open {
    document: Document,
    /// Its own name.
    name: Option<String>,
    /// The names of its blocks and sentences, as far as they have some, in their order.
    names: Names,
    block: Option<Part>,
    sentence: Option<(Option<String>, Segment)>,
    /// A piece of the header, or text that is left out: not of the text.
    field: Segment,
    /// The type and the subtype of the element of the header that began last.
    kind: [Option<String>; 2],
    /// So many elements are open in something that is left out.
    skipped: usize,
    size: usize,
    lost: BTreeMap<&'static str, u64>,
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
    /// Its text, where it has no sentences.
    text: Segment,
    sentences: Vec<(Option<String>, String)>,
}

/// What holds a block of text.
const BLOCKS: [&str; 6] = ["p", "ab", "head", "item", "l", "figDesc"];

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
            "s" if self.block.is_some() => {
                self.sentence = Some((value("xml:id").map(str::to_owned), Segment::default()));
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
                    text: Segment::default(),
                    sentences: Vec::new(),
                });
            }
            _ => {}
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.size = self.size.saturating_add(text.len());
        if self.skipped > 0 {
            return;
        }
        match (&mut self.sentence, &mut self.block) {
            (Some((_, sentence)), _) => sentence.push(text),
            (None, Some(block)) => block.text.push(text),
            (None, None) => self.field.push(text),
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
        if name == "s" {
            if let (Some((name, sentence)), Some(block)) = (self.sentence.take(), &mut self.block) {
                let (text, _) = sentence.finish();
                if !text.is_empty() {
                    block.sentences.push((name, text));
                }
            }
        } else if self.block.as_ref().is_some_and(|block| block.element == name) {
            self.end_block();
        }
    }

    /// Puts the block that is open into the document.
    fn end_block(&mut self) {
        let Some(block) = self.block.take() else { return };
        self.sentence = None;
        let (text, _) = block.text.finish();
        let of_sentences = !block.sentences.is_empty();
        if of_sentences && !text.is_empty() {
            self.lose("text outside of sentences is not kept");
        }
        if !of_sentences && text.is_empty() {
            return;
        }
        let document = &mut self.document;
        if !document.text.is_empty() {
            document.text.push_str("\n\n");
        }
        let start = document.text.len();
        let mut sentences = Vec::with_capacity(block.sentences.len());
        for (name, sentence) in block.sentences {
            if !sentences.is_empty() {
                document.text.push(' ');
            }
            let at = document.text.len();
            document.text.push_str(&sentence);
            sentences.push(Span::new(at, document.text.len()));
            self.names.sentences.push(name);
        }
        if !of_sentences {
            document.text.push_str(&text);
        }
        let lang = block.lang.filter(|lang| *lang != document.language.lang);
        let language = lang.map(|lang| Identification { lang, confidence: 1.0 });
        let span = Span::new(start, document.text.len());
        document.blocks.push(Block { language, sentences, ..Block::new(block.kind, span) });
        self.names.blocks.push(block.name);
    }

    /// What a header says in attributes.
    fn header<'v>(&mut self, path: &[String], name: &str, value: &dyn Fn(&str) -> Option<&'v str>) {
        let metadata = &mut self.document.metadata;
        // What is said of another text (an original, another version) is not said of this one.
        if path.iter().any(|own| own == "relatedItem") {
            return;
        }
        let is_source = path.iter().any(|own| own == "sourceDesc");
        match name {
            "licence" => metadata.licence = value("target").map(str::to_owned),
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
        self.kind = ["type", "subtype"].map(|name| value(name).map(str::to_owned));
    }

    /// What a header says in words.
    fn end_field(&mut self, path: &[String], name: &str) {
        let (text, _) = std::mem::take(&mut self.field).finish();
        let [kind, subtype] = std::mem::take(&mut self.kind);
        let is_in = |wanted: &str| path.iter().any(|own| own == wanted);
        if text.is_empty() || is_in("relatedItem") {
            return;
        }
        let (metadata, provenance) = (&mut self.document.metadata, &mut self.document.provenance);
        let first = |place: &mut Option<String>, text: String| *place = Some(place.take().unwrap_or(text));
        match (name, kind.as_deref(), subtype.as_deref()) {
            ("title", None | Some("main"), _) if is_in("titleStmt") => first(&mut metadata.title, text),
            ("author", ..) if is_in("sourceDesc") => metadata.bylines.push(text),
            ("publisher", ..) if is_in("sourceDesc") => first(&mut metadata.outlet, text),
            ("idno", Some("URI"), Some("fetched")) if is_in("sourceDesc") => first(&mut provenance.url, text),
            ("idno", Some("URI" | "URL"), _) if is_in("sourceDesc") => first(&mut metadata.url, text),
            ("idno", Some("BLAKE3"), _) => provenance.blake3 = text,
            ("note", Some("path"), _) if is_in("sourceDesc") => provenance.path = text,
            ("note", Some("encoding"), _) if is_in("sourceDesc") => provenance.encoding = text,
            ("note", Some("declared-language"), _) => metadata.declared_language = Some(text),
            ("note", Some("description"), _) => metadata.description = Some(text),
            ("term", Some("section"), _) => metadata.section = Some(text),
            ("licence", ..) => first(&mut metadata.licence, text),
            _ => {}
        }
    }

    /// The document with the names of its segments, and what was left out of it. `file` is where it stands, `number` tells it
    /// from others there.
    pub(super) fn finish(
        mut self,
        file: &str,
        number: u32,
        encoding: &str,
    ) -> (Document, Names, BTreeMap<&'static str, u64>) {
        self.end_block();
        let mut document = self.document;
        document.id = match self.name.as_deref().filter(|name| is_id(name)) {
            Some(name) => name.to_owned(),
            None => {
                // The text as well: two files may name their only document alike, or not at all.
                let name = self.name.unwrap_or_else(|| number.to_string());
                let hash = blake3::hash(format!("{file}\n{name}\n{}", document.text).as_bytes()).to_hex();
                format!("d{}", hash.get(..12).unwrap_or_default())
            }
        };
        document.revision = 1;
        let provenance = &mut document.provenance;
        if provenance.path.is_empty() {
            provenance.path = file.to_owned();
        }
        if provenance.encoding.is_empty() {
            provenance.encoding = encoding.to_owned();
        }
        provenance.bytes = document.text.len() as u64;
        (document, self.names, self.lost)
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
