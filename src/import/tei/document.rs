//! One text with its header: its blocks, their languages, and what is said in it.
//!
//! Every visible text is in a block. Where a block holds another (a list in a paragraph), it goes on as a block of its own behind it.

use super::elements::{self, Role};
use super::header::Header;
use super::running::Running;
use super::speech::{self, Speech};
use crate::language::Lang;
use crate::model::{Block, BlockKind, Document, Identification, Quote, Span};
use std::collections::BTreeMap;

/// A document on its way.
#[derive(Default)]
pub(super) struct Open {
    header: Header,
    /// Its own name.
    name: Option<String>,
    /// The language of the whole, and that of its text, where they are said.
    lang: Option<Lang>,
    text_lang: Option<Lang>,
    /// The language of the text of a group that began last.
    spoken: Option<Lang>,
    /// The elements that are open in the text, itself first.
    levels: Vec<Level>,
    blocks: Vec<Block>,
    /// The names of its blocks and sentences, as far as they have some, in their order.
    names: Names,
    text: Running,
    block: Option<Part>,
    /// The name of the sentence that is open, and where it begins.
    sentence: Option<(Option<String>, usize)>,
    speech: Speech,
    /// So many elements are open in something that is left out.
    skipped: usize,
    /// Whether what is left out is kept for where there is no better reading.
    spares: bool,
    /// Whether an element that could be a block has ended, and no text has come since.
    joint: bool,
    size: usize,
    /// The line that is read.
    pub(super) line: u64,
    lost: Lost,
}

/// What was left out: the line of the first, and how often.
pub(super) type Lost = BTreeMap<&'static str, (u64, u64)>;

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
    pub(super) lost: Lost,
}

/// The names of the segments of a document: `None` for one without.
#[derive(Default)]
pub(super) struct Names {
    pub(super) blocks: Vec<Option<String>>,
    pub(super) sentences: Vec<Option<String>>,
}

/// An element that is open.
struct Level {
    /// Never [`Role::Either`]: it is one of the two by then.
    role: Role,
    kind: BlockKind,
    /// Its name, until a block has it.
    name: Option<String>,
    lang: Option<Lang>,
    is_sentence: bool,
    /// The readings in it, where its children are such.
    choice: Option<Choice>,
    /// Its attributes where it is a `<said>` whose text has not begun, and how deep it is.
    said: Option<(usize, Vec<(&'static str, String)>)>,
}

/// Readings of the same text.
#[derive(Default)]
struct Choice {
    /// Whether one is read.
    is_read: bool,
    /// The first that was left out, and how many were.
    spare: Option<String>,
    left: u64,
}

/// A block on its way.
struct Part {
    /// The place of its element among those that are open.
    level: usize,
    kind: BlockKind,
    name: Option<String>,
    lang: Option<Lang>,
    start: usize,
    sentences: Vec<(Option<String>, Span)>,
}

/// A name that counts so many segments more than there are is none of ours.
const MISSING: usize = 4096;

/// The attributes of `<said>` that are read.
const SAID: [&str; 6] = ["xml:id", "who", "direct", "cert", "ana", "prev"];

fn known(tag: Option<&str>) -> Option<Lang> {
    tag.and_then(Lang::parse).filter(|lang| !lang.is_unknown())
}

impl Open {
    pub(super) fn new(name: Option<&str>, lang: Option<&str>) -> Self {
        Open { name: name.map(str::to_owned), lang: known(lang), ..Open::default() }
    }

    /// How many bytes of text there were.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    fn lose(&mut self, what: &'static str, more: u64) {
        if more > 0 {
            let (_, count) = self.lost.entry(what).or_insert((self.line, 0));
            *count = count.saturating_add(more);
        }
    }

    /// A text of a group begins: gives the document that it is of, where it is in another language than the texts before it.
    pub(super) fn parted(&mut self, path: &[String], name: Option<&str>, lang: Option<&str>) -> Option<Open> {
        let parent = path.iter().rev().find(|own| *own != "include");
        if self.skipped > 0 || self.header.is_ours || parent.is_none_or(|own| own != "group") {
            return None;
        }
        let lang = known(lang).or_else(|| self.lang_here())?;
        let is_other =
            self.spoken.as_ref().or(self.text_lang.as_ref()).or(self.lang.as_ref()).is_some_and(|l| *l != lang);
        self.spoken = Some(lang.clone());
        self.end_block();
        if !is_other || self.blocks.is_empty() {
            return None;
        }
        Some(Open {
            header: self.header.again(),
            name: name.map(str::to_owned),
            lang: self.lang.clone(),
            text_lang: Some(lang.clone()),
            spoken: Some(lang),
            levels: std::mem::take(&mut self.levels),
            ..Open::default()
        })
    }

    /// The language of text that comes now.
    fn lang_here(&self) -> Option<Lang> {
        self.levels.iter().rev().find_map(|level| level.lang.clone()).or_else(|| self.lang.clone())
    }

    pub(super) fn begin<'v>(&mut self, path: &[String], name: &str, value: &dyn Fn(&str) -> Option<&'v str>) {
        if self.skipped > 0 {
            self.skipped = self.skipped.saturating_add(1);
            return;
        }
        if self.levels.is_empty() {
            if path.iter().any(|own| own == "teiHeader") {
                return self.header.begin(path, name, value);
            }
            if name != "text" {
                return;
            }
            self.text_lang = self.text_lang.take().or_else(|| known(value("xml:lang")));
            self.text.verbatim = self.header.is_ours;
        }
        if self.leaves_out(path, name) {
            self.skipped = 1;
            return;
        }
        let role = match elements::role(name) {
            Role::Either if self.is_among_words() => Role::Words,
            // A quotation and where it is from are two.
            Role::Either if name == "cit" => Role::Holder,
            Role::Either => Role::Block,
            role => role,
        };
        let lang = value("xml:lang").and_then(Lang::parse);
        self.tell(name, role, lang.as_ref(), value);
        if role != Role::Words {
            self.end_block();
        } else if elements::role(name) == Role::Either && (std::mem::take(&mut self.joint) || self.is_by_itself()) {
            self.part();
        }
        match name {
            "lb" | "pb" | "cb" if value("break") != Some("no") => self.part(),
            "s" if self.sentence.is_none() => {
                self.stand();
                let apart = self.block.as_ref().is_some_and(|block| !block.sentences.is_empty());
                let at = self.text.ahead(apart);
                self.sentence = Some((value("xml:id").map(str::to_owned), at));
            }
            "said" | "q" | "seg" | "rs" if role == Role::Words && (self.block.is_some() || name == "said") => {
                self.stand();
                let at = self.text.ahead(false);
                self.speech.begin(path.len(), at, name, value);
            }
            "certainty" if value("match") == Some("@who") => {
                value("assertedValue").into_iter().for_each(|who| self.speech.alternative(who));
            }
            _ => {}
        }
        let own = |name: &'static str| Some((name, value(name)?.to_owned()));
        self.levels.push(Level {
            role,
            kind: match role {
                Role::Words => BlockKind::Paragraph,
                _ => elements::kind(path, name, value("type")),
            },
            name: value("xml:id").filter(|_| role == Role::Block).map(str::to_owned),
            lang,
            is_sentence: name == "s",
            choice: elements::is_choice(name).then(Choice::default),
            said: (role == Role::Block && name == "said")
                .then(|| (path.len(), SAID.into_iter().filter_map(own).collect())),
        });
        // What may hold paragraphs as well is a block where text comes.
        if elements::role(name) == Role::Block {
            self.stand();
        }
    }

    /// Whether an element is no running text, or a reading beside one that is read.
    fn leaves_out(&mut self, path: &[String], name: &str) -> bool {
        self.spares = false;
        if let Some(what) = elements::left_out(name) {
            self.lose(what, 1);
            return true;
        }
        if name == "rdgGrp" {
            return false;
        }
        let groups = path.iter().rev().take_while(|own| *own == "rdgGrp").count();
        let Some(choice) = self.levels.iter_mut().rev().nth(groups).and_then(|level| level.choice.as_mut()) else {
            return false;
        };
        if choice.is_read || elements::is_spare(name) {
            choice.left = choice.left.saturating_add(1);
            self.spares = choice.spare.is_none();
            choice.spare.get_or_insert_default();
            return true;
        }
        choice.is_read = true;
        false
    }

    /// Tells what an element says that is not read.
    fn tell<'v>(&mut self, name: &str, role: Role, lang: Option<&Lang>, value: &dyn Fn(&str) -> Option<&'v str>) {
        let belongs = name == "q" || matches!(value("type"), Some("insertion" | "cue" | "speaker"));
        if value("synch").is_some() || (value("corresp").is_some() && !belongs) {
            self.lose("alignments by corresp or synch are not read: only those by link", 1);
        }
        if name != "said" && (value("next").is_some() || value("prev").is_some()) {
            self.lose("segments that next or prev join are not joined", 1);
        }
        let block = self.block.as_ref().filter(|_| role == Role::Words);
        if block.is_some_and(|block| lang.is_some() && block.lang.as_ref() != lang) {
            self.lose("the language of words within a paragraph is not kept", 1);
        }
    }

    /// Whether what comes now stands among words.
    fn is_among_words(&self) -> bool {
        let around = self.levels.iter().rev().find(|level| level.role != Role::Words);
        self.block.is_some() || around.is_some_and(|level| level.role == Role::Block)
    }

    /// Words before and after do not touch; in our own files white space is written where it is.
    fn part(&mut self) {
        if self.block.is_some() && !self.text.verbatim {
            self.text.push(" ");
        }
    }

    /// Text comes: where no block is open, the innermost element that may have one begins one.
    fn stand(&mut self) {
        if self.block.is_some() {
            return;
        }
        let level = self.levels.iter().rposition(|level| level.role != Role::Words).unwrap_or(0);
        let lang = self.lang_here();
        let Some(owner) = self.levels.get_mut(level) else { return };
        let start = self.text.begin();
        self.joint = false;
        let said = owner.said.take();
        self.block =
            Some(Part { level, kind: owner.kind, name: owner.name.clone(), lang, start, sentences: Vec::new() });
        // A sentence goes on behind a block that stands in it.
        if self.levels.iter().skip(level).any(|level| level.is_sentence) {
            self.sentence = Some((None, start));
        }
        if let Some((depth, said)) = said {
            let value = |name: &str| said.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
            self.speech.begin(depth, start, "said", &value);
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.size = self.size.saturating_add(text.len());
        if self.skipped > 0 {
            let choice = self.levels.iter_mut().rev().find_map(|level| level.choice.as_mut());
            if let Some(spare) = choice.filter(|_| self.spares).and_then(|choice| choice.spare.as_mut()) {
                spare.push_str(text);
            }
        } else if self.levels.is_empty() {
            self.header.text(text);
        } else {
            self.running(text);
        }
    }

    /// Whether the text on its way stands among blocks, in no element of its own.
    fn is_by_itself(&self) -> bool {
        let level = self.block.as_ref().and_then(|block| self.levels.get(block.level));
        level.is_some_and(|level| level.role == Role::Holder)
    }

    fn running(&mut self, text: &str) {
        if self.block.is_none() {
            if text.trim().is_empty() {
                return;
            }
            self.stand();
        }
        self.joint &= text.is_empty();
        self.text.push(text);
    }

    pub(super) fn end(&mut self, path: &[String], name: &str) {
        if self.skipped > 0 {
            self.skipped = self.skipped.saturating_sub(1);
            return;
        }
        let Some(level) = self.levels.last_mut() else {
            if path.iter().any(|own| own == "teiHeader") {
                self.header.end(path, name);
            }
            return;
        };
        let role = level.role;
        if let Some(Choice { is_read, spare, left }) = level.choice.take() {
            let spare = spare.filter(|_| !is_read);
            self.lose("readings beside the edited one are not kept", left.saturating_sub(u64::from(spare.is_some())));
            spare.iter().for_each(|spare| self.running(spare));
        }
        match name {
            "said" | "q" | "seg" | "rs" if self.block.is_some() => {
                let here = self.text.here();
                self.speech.end(path.len(), here);
            }
            "s" => self.end_sentence(),
            _ => {}
        }
        if role != Role::Words {
            self.end_block();
        } else if elements::role(name) == Role::Either {
            self.joint = true;
        }
        if self.levels.pop().is_some_and(|level| level.said.is_some()) {
            self.lose("quotes around whole paragraphs are not kept", 1);
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
        if self.speech.is_open() {
            self.lose("quotes end where another block stands in them", 1);
        }
        let end = self.text.end();
        self.speech.end_block(end.unwrap_or(block.start));
        let Some(end) = end else { return };
        if let Some(level) = self.levels.get_mut(block.level) {
            level.name = None;
        }
        let language = block.lang.map(|lang| Identification { lang, confidence: 1.0 });
        // What XML keeps nothing of is not in our files, but it was counted.
        for _ in 0..self.missing(block.name.as_deref(), ".p", self.names.blocks.len()) {
            self.blocks.push(Block::new(BlockKind::Paragraph, Span::new(block.start, block.start)));
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
        self.blocks.push(Block { language, sentences, ..Block::new(block.kind, span) });
        self.names.blocks.push(block.name);
    }

    /// How many segments of ours are missing between those there are and one of this name: 1 before `d1.s3` after the first.
    fn missing(&self, name: Option<&str>, letter: &str, count: usize) -> usize {
        let number =
            name.and_then(|name| name.rsplit_once(letter)).and_then(|(_, number)| number.parse::<usize>().ok());
        let missing = number.map_or(0, |number| number.saturating_sub(1).saturating_sub(count));
        if self.header.is_ours && missing <= MISSING { missing } else { 0 }
    }

    /// The language: what the text is said to be in, where a block is; else that of most text, the header's where none is said.
    fn language(&self) -> Option<Lang> {
        if self.header.is_ours {
            return self.lang.clone().or_else(|| self.header.lang.clone()).or_else(|| self.text_lang.clone());
        }
        fn of(block: &Block) -> Option<&Lang> {
            block.language.as_ref().map(|language| &language.lang)
        }
        if self.text_lang.is_some() && self.blocks.iter().any(|block| of(block) == self.text_lang.as_ref()) {
            return self.text_lang.clone();
        }
        let mut sizes: BTreeMap<&str, (u64, &Lang)> = BTreeMap::new();
        for block in &self.blocks {
            let lang = of(block).or(self.header.lang.as_ref()).unwrap_or(&Lang::UNKNOWN);
            let (size, _) = sizes.entry(lang.as_str()).or_insert((0, lang));
            *size = size.saturating_add(u64::from(block.span.end.saturating_sub(block.span.start)));
        }
        let most = sizes.into_values().max_by_key(|(size, _)| *size).map(|(_, lang)| lang.clone());
        most.or_else(|| self.text_lang.clone()).or_else(|| self.lang.clone())
    }

    /// All that the file says. `file` is where the document stands, `number` tells it from others there.
    pub(super) fn finish(mut self, file: &str, number: u32, encoding: &str) -> Read {
        self.end_block();
        let lang = self.language().filter(|lang| !lang.is_unknown());
        let (metadata, provenance) = self.header.finish();
        let mut document = Document {
            text: self.text.text,
            blocks: self.blocks,
            language: lang.map(|lang| Identification { lang, confidence: 1.0 }).unwrap_or_default(),
            metadata,
            provenance,
            revision: self.header.revision.max(1),
            ..Document::default()
        };
        for block in &mut document.blocks {
            block.language.take_if(|own| own.lang == document.language.lang);
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
        let provenance = &mut document.provenance;
        // Ours say where the text came from, or that nobody knows.
        if provenance.path.is_empty() && !self.header.is_ours {
            provenance.path = file.to_owned();
        }
        if provenance.encoding.is_empty() {
            provenance.encoding = encoding.to_owned();
        }
        provenance.bytes = document.text.len() as u64;
        let (quotes, parts, unknown) = self.speech.finish(&document, &self.header.speakers);
        let mut lost = self.lost;
        if unknown > 0 {
            lost.insert("speakers whom the header of the document does not name are not kept", (self.line, unknown));
        }
        Read { document, names: self.names, quotes, parts, is_ours: self.header.is_ours, lost }
    }
}

/// Whether a name is an id of ours.
fn is_id(name: &str) -> bool {
    let digits = |rest: &str| rest.len() == 12 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    name.strip_prefix('d').is_some_and(digits)
}
