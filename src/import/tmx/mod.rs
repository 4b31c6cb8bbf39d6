//! Translation memories, TMX 1.1 to 1.4b, as a stream of units.
//!
//! What every reader in use accepts and refuses was measured (`design/formats.md` beside this repository): OmegaT drops a
//! whole file for one error, the DTD does not notice a missing language or a wrong date.

mod rules;

use super::segment::Segment;
use super::xml::{Broken, Step, Walk, is_forbidden, lent_attributes, short};
use super::{Fault, Header, Item, Severity};
use crate::language::Lang;
use crate::model::{Level, Remark, Said, Unit, Variant};
use rules::Element;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::io::{self, BufRead};

/// No unit has more texts: there are not so many official languages in any one place.
const VARIANTS: usize = 64;

/// A unit holds no more bytes, the header neither.
const UNIT: usize = 16 << 20;

/// So many bytes an element counts for, besides its text.
const ELEMENT: usize = 64;

/// A text holds no more bytes: what is longer is a document.
const TEXT: usize = 1 << 20;

/// That a unit translates nothing.
pub(super) const ONE_SIDED: &str = "a unit without texts in two languages";

/// A reader of a file: an iterator over what is in it.
pub(super) struct Reader<R> {
    walk: Walk<R>,
    ended: bool,
    state: State,
}

/// The attributes of an element, lent by it.
type Attributes<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// What is known at a place in the file.
#[derive(Default)]
struct State {
    line: u64,
    /// The elements that are open.
    path: Vec<Element>,
    /// What was found and waits to be fetched.
    found: VecDeque<Item>,
    file: File,
    unit: Option<Open>,
    /// The text that is open: a segment, or a note or property.
    segment: Segment,
    remark: Option<Option<String>>,
    /// How many bytes the unit or the header holds.
    held: usize,
}

/// What is known of the whole file.
#[derive(Default)]
struct File {
    header: Header,
    has_header: bool,
    has_body: bool,
    /// Whether `lang` is the attribute for the language.
    plain_lang: bool,
    units: u64,
    /// Hashes of the names of units: eight bytes each are all that grows with the file.
    ids: FxHashSet<u64>,
    /// The languages of the first unit.
    languages: Vec<Lang>,
}

/// A unit on its way.
#[derive(Default)]
struct Open {
    line: u64,
    said: Said,
    segtype: Option<Level>,
    variants: Vec<Variant>,
    /// The text on its way: its language, and whether it had its segment.
    variant: Option<(Option<Lang>, Said)>,
    has_segment: bool,
    text: Option<String>,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn new(stream: R) -> io::Result<Self> {
        let walk = Walk::new(stream)?;
        let header = Header { encoding: walk.encoding(), ..Header::default() };
        let state = State { file: File { header, ..File::default() }, ..State::default() };
        Ok(Reader { walk, ended: false, state })
    }

    /// One step of the file.
    fn advance(&mut self) -> Result<(), Broken> {
        match self.walk.step_at()? {
            Some((line, step)) => {
                self.state.line = line;
                self.state.take(step)
            }
            None => {
                self.ended = true;
                if !self.state.file.has_body {
                    self.state.wrong("there is no <body>", "");
                }
                Ok(())
            }
        }
    }
}

impl State {
    fn fault(&mut self, severity: Severity, loss: bool, what: &'static str, detail: &str) {
        let fault = Fault { line: self.line, severity, loss, what, detail: short(detail) };
        self.found.push_back(Item::Fault(fault));
    }

    /// What is against the format and is left out.
    fn lost(&mut self, what: &'static str, detail: &str) {
        self.fault(Severity::Wrong, true, what, detail);
    }

    /// What is against the format and is read all the same.
    fn wrong(&mut self, what: &'static str, detail: &str) {
        self.fault(Severity::Wrong, false, what, detail);
    }

    fn doubtful(&mut self, what: &'static str, detail: &str) {
        self.fault(Severity::Doubtful, false, what, detail);
    }

    fn take(&mut self, step: Step) -> Result<(), Broken> {
        match step {
            Step::Begin(begun) => {
                // What costs nothing to write costs memory to keep.
                self.held = self.held.saturating_add(ELEMENT);
                let named = Element::named(begun.name().0);
                let is_allowed = named.is_allowed_in(self.path.last().copied());
                // Nothing begins anew inside of itself: what it holds is read as if its tags were not there.
                let is_inside = match named {
                    Element::Tu => self.unit.is_some(),
                    Element::Tuv => self.unit.as_ref().is_some_and(|unit| unit.variant.is_some()),
                    Element::Seg => self.path.contains(&Element::Seg),
                    _ => false,
                };
                let element = if is_inside { Element::Other } else { named };
                // Of most elements nobody asks how their name is written.
                let is_inline = matches!(element, Element::Code(_) | Element::Hi);
                let name = if is_allowed && !is_inline { String::new() } else { short(begun.name().0) };
                self.begin(element, is_allowed, &name, lent_attributes(&begun))?;
            }
            Step::End(_) => self.end(),
            Step::Text(text, fault) => {
                let text = match fault {
                    Some(_) => text.replace(is_forbidden, "").into(),
                    None => text,
                };
                let is_read = matches!(self.path.last(), Some(Element::Prop | Element::Note | Element::Seg))
                    || self.path.contains(&Element::Seg);
                if is_read {
                    self.held = self.held.saturating_add(text.len());
                    self.segment.push(&text);
                }
                if let Some(fault) = fault {
                    self.lost(fault, "");
                }
                if !is_read && !text.trim().is_empty() {
                    self.lost("text where none is allowed", text.trim());
                }
            }
            Step::Entity(name) => {
                self.lost("an entity that is none of XML", &name);
                self.segment.push("\u{FFFD}");
            }
            Step::Other => {}
        }
        if self.held > UNIT {
            let reason = format!("a unit of more than {} MB", UNIT >> 20);
            return Err(Broken { line: self.line, reason });
        }
        Ok(())
    }

    fn begin(
        &mut self,
        element: Element,
        is_allowed: bool,
        name: &str,
        read: Result<Attributes, String>,
    ) -> Result<(), Broken> {
        if self.path.is_empty() && element != Element::Tmx {
            return Err(Broken { line: self.line, reason: format!("this is no TMX: it begins with <{name}>") });
        }
        self.path.push(element);
        let attributes = match read {
            Ok(attributes) => attributes,
            Err(reason) => {
                self.lost("attributes that cannot be read", &reason);
                Vec::new()
            }
        };
        self.held = self.held.saturating_add(attributes.iter().map(|(name, value)| name.len() + value.len()).sum());
        if !is_allowed {
            let known = Element::named(name) != Element::Other;
            self.lost(if known { "an element in the wrong place" } else { "an element that TMX does not have" }, name);
        }
        match element {
            Element::Tmx => self.version(&attributes),
            Element::Header => self.header(attributes),
            Element::Body => {
                if self.file.has_body {
                    self.wrong("a second <body>", "");
                }
                if !std::mem::replace(&mut self.file.has_header, true) {
                    self.wrong("there is no <header>", "");
                    self.found.push_back(Item::Header(self.file.header.clone()));
                }
                self.file.has_body = true;
            }
            Element::Tu => self.begin_unit(attributes),
            Element::Tuv => self.begin_variant(attributes),
            Element::Prop | Element::Note => self.begin_remark(element, attributes),
            Element::Seg => {
                self.segment = Segment::default();
                if self.unit.as_mut().is_some_and(|unit| std::mem::replace(&mut unit.has_segment, true)) {
                    self.lost("a second <seg> in one <tuv>", "");
                }
            }
            Element::Code(_) | Element::Hi => {
                let kept = self.known(element, attributes);
                if let Some(missing) = element.required().iter().find(|name| !kept.iter().any(|(own, _)| own == *name))
                {
                    self.wrong("an inline element without an attribute that it must have", missing);
                }
                if element == Element::Code(rules::Code::Sub) {
                    self.fault(Severity::Doubtful, true, "text inside of a code (<sub>), which is not exported", "");
                }
                self.segment.begin(name, owned(kept), element == Element::Hi);
            }
            Element::Ude | Element::Map => {
                self.fault(Severity::Doubtful, true, "user-defined encodings are not kept", "")
            }
            Element::Other => {}
        }
        Ok(())
    }

    fn end(&mut self) {
        match self.path.pop() {
            Some(Element::Header) => {
                self.held = 0;
                self.found.push_back(Item::Header(self.file.header.clone()));
            }
            Some(Element::Tu) => self.end_unit(),
            Some(Element::Tuv) => self.end_variant(),
            Some(element @ (Element::Prop | Element::Note)) => self.end_remark(element),
            Some(Element::Seg) => self.end_segment(),
            Some(Element::Code(_) | Element::Hi) => self.segment.end(),
            _ => {}
        }
    }

    /// The attributes that an element of TMX has and whose values are right; the others are told.
    fn known<'a>(&mut self, element: Element, mut attributes: Attributes<'a>) -> Attributes<'a> {
        attributes.retain(|(name, value)| {
            if !element.may_have(name) {
                self.lost("an attribute that TMX does not have", name);
                return false;
            }
            if rules::is_date(name) && rules::moment(value).is_none() {
                self.lost("a date that is not YYYYMMDDThhmmssZ", &format!("{name}={value}"));
                return false;
            }
            true
        });
        attributes
    }

    fn version(&mut self, attributes: &Attributes) {
        let version = attributes.iter().find(|(name, _)| *name == "version").map(|(_, value)| value.as_ref());
        match version {
            None => self.wrong("<tmx> has no version", ""),
            Some("1.4") => {}
            Some("1.1" | "1.2" | "1.3") => self.file.plain_lang = true,
            Some("1.4b") => self.wrong("the version of TMX 1.4b is written 1.4", ""),
            Some(other) => self.doubtful("a version that is none of 1.1 to 1.4", other),
        }
    }

    fn header(&mut self, attributes: Attributes) {
        self.file.has_header = true;
        for name in Element::Header.required() {
            if !attributes.iter().any(|(own, _)| own == name) {
                self.wrong("<header> lacks an attribute that it must have", name);
            }
        }
        let attributes = self.known(Element::Header, attributes);
        for (name, value) in &attributes {
            match *name {
                "srclang" if value == "*all*" => {
                    self.doubtful("srclang is *all*, which many programs do not understand", "");
                }
                "srclang" => self.file.header.source = self.language(value),
                "segtype" => self.file.header.level = self.level(value),
                "creationdate" => self.file.header.created = rules::moment(value),
                _ => {}
            }
        }
        self.file.header.said.attributes = owned(attributes);
    }

    fn level(&mut self, segtype: &str) -> Option<Level> {
        match segtype {
            "sentence" | "phrase" => Some(Level::Sentence),
            "paragraph" | "block" => Some(Level::Paragraph),
            other => {
                self.wrong("a segtype that is none of block, paragraph, sentence, phrase", other);
                None
            }
        }
    }

    fn language(&mut self, tag: &str) -> Option<Lang> {
        // Nearly every text is in one of the languages of the first unit, and its tag has nothing wrong.
        if let Some(known) = self.file.languages.iter().find(|lang| lang.as_str() == tag) {
            return Some(known.clone());
        }
        let lang = Lang::parse(tag);
        match &lang {
            None => self.lost("no language of BCP 47", tag),
            Some(_) if tag.contains('_') => self.wrong("a language with _ where BCP 47 has -", tag),
            Some(lang)
                if tag.len() > 2 && lang.primary().len() == 2 && tag.split('-').next().map(str::len) == Some(3) =>
            {
                self.doubtful("a language of three letters that has a code of two", tag);
            }
            Some(_) => {}
        }
        lang
    }

    fn begin_unit(&mut self, attributes: Attributes) {
        self.held = attributes.iter().map(|(name, value)| name.len() + value.len()).sum();
        let mut unit = Open { line: self.line, ..Open::default() };
        for (name, value) in self.known(Element::Tu, attributes) {
            match name {
                "tuid" => {
                    if !self.file.ids.insert(hash(&value)) {
                        self.doubtful("a tuid that another unit has, too", &value);
                    }
                    unit.said.id = Some(value.into_owned());
                    continue;
                }
                "segtype" => unit.segtype = self.level(&value),
                _ => {}
            }
            unit.said.attributes.push((name.to_owned(), value.into_owned()));
        }
        self.unit = Some(unit);
    }

    fn begin_variant(&mut self, attributes: Attributes) {
        let (mut lang, mut plain) = (None, None);
        let mut said = Said::default();
        for (name, value) in self.known(Element::Tuv, attributes) {
            match name {
                "xml:lang" => lang = Some(value),
                "lang" => plain = Some(value),
                _ => said.attributes.push((name.to_owned(), value.into_owned())),
            }
        }
        if plain.is_some() && lang.is_none() && !self.file.plain_lang {
            self.wrong("a <tuv> with lang in place of xml:lang", "");
        }
        let tag = lang.or(plain);
        if tag.is_none() {
            self.lost("a <tuv> without xml:lang", "");
        }
        let lang = tag.and_then(|tag| {
            let lang = self.language(&tag)?;
            // Another spelling of the language is kept; case does not count.
            if !lang.as_str().eq_ignore_ascii_case(&tag) {
                said.attributes.push(("xml:lang".to_owned(), tag.into_owned()));
            }
            Some(lang)
        });
        if let Some(unit) = &mut self.unit {
            unit.has_segment = false;
            unit.text = None;
            unit.variant = Some((lang, said));
        }
    }

    fn begin_remark(&mut self, element: Element, attributes: Attributes) {
        self.segment = Segment::default();
        let late = self.unit.as_ref().is_some_and(|unit| match unit.variant {
            Some(_) => unit.has_segment,
            None => !unit.variants.is_empty(),
        });
        if late {
            self.wrong("a <prop> or <note> after the text: they stand before it", "");
        }
        let mut kind = None;
        for (name, value) in self.known(element, attributes) {
            match name {
                "type" => kind = Some(value.into_owned()),
                _ => self.fault(
                    Severity::Doubtful,
                    true,
                    "languages and encodings of properties and notes are not kept",
                    name,
                ),
            }
        }
        self.remark = Some(kind);
    }

    fn end_remark(&mut self, element: Element) {
        let kind = self.remark.take().flatten();
        let (value, _) = std::mem::take(&mut self.segment).finish();
        let remark = match (element, kind) {
            (Element::Note, _) => Remark::Note(value),
            (_, Some(kind)) => Remark::Prop(kind, value),
            (_, None) => return self.lost("a <prop> without a type", &value),
        };
        let said = match (&mut self.unit, self.path.last()) {
            (Some(unit), Some(Element::Tu)) => &mut unit.said,
            (Some(Open { variant: Some((_, said)), .. }), Some(Element::Tuv)) => said,
            (None, Some(Element::Header)) => &mut self.file.header.said,
            // In the wrong place, which was told.
            _ => return,
        };
        said.remarks.push(remark);
    }

    fn end_segment(&mut self) {
        let segment = std::mem::take(&mut self.segment);
        if segment.is_squeezed() {
            let what = "white space at the edges of a text, or more than a space inside it";
            self.fault(Severity::Doubtful, true, what, "");
        }
        let is_long = segment.len() > TEXT;
        let (text, inline) = segment.finish();
        if is_long {
            return self.lost("a text of more than 1 MB", &text);
        }
        if text.contains(char::REPLACEMENT_CHARACTER) {
            self.doubtful("a text with U+FFFD, which stands for what could not be read", &text);
        }
        if let Some(unit) = self.unit.as_mut().filter(|unit| unit.text.is_none()) {
            unit.text = Some(text);
            if let Some((_, said)) = &mut unit.variant {
                said.inline = inline;
            }
        }
    }

    fn end_variant(&mut self) {
        let Some((variant, text)) = self.unit.as_mut().map(|unit| (unit.variant.take(), unit.text.take())) else {
            return;
        };
        let (Some((lang, said)), variants) = (variant, self.unit.iter().flat_map(|unit| &unit.variants)) else {
            return;
        };
        let (count, repeated) = (variants.clone().count(), variants.map(|v| &v.lang).any(|l| Some(l) == lang.as_ref()));
        match (text, lang) {
            (None, _) => self.lost("a <tuv> without <seg>", ""),
            // That it has no language was told.
            (_, None) => {}
            (Some(text), _) if text.is_empty() => self.fault(Severity::Doubtful, true, "an empty text", ""),
            (_, Some(lang)) if repeated => {
                self.fault(Severity::Doubtful, true, "a second text in one language in one unit", lang.as_str());
            }
            (Some(text), _) if count >= VARIANTS => self.lost("more than 64 texts in one unit", &text),
            (Some(text), Some(lang)) => {
                if let Some(unit) = &mut self.unit {
                    unit.variants.push(Variant { lang, text, said });
                }
            }
        }
    }

    fn end_unit(&mut self) {
        self.held = 0;
        let Some(unit) = self.unit.take() else { return };
        let number = self.file.units;
        self.file.units = number.saturating_add(1);
        if unit.variants.len() < 2 {
            let shown = unit.said.id.as_deref().or(unit.variants.first().map(|v| v.text.as_str())).unwrap_or_default();
            return self.fault(Severity::Doubtful, true, ONE_SIDED, shown);
        }
        let missing = self.file.languages.iter().find(|lang| !unit.variants.iter().any(|v| v.lang == **lang));
        if let Some(missing) = missing.map(Lang::to_string) {
            self.doubtful("a unit without a text in a language that others have", &missing);
        }
        if self.file.languages.is_empty() {
            self.file.languages = unit.variants.iter().map(|v| v.lang.clone()).collect();
        }
        let level = unit.segtype.or(self.file.header.level).unwrap_or(Level::Sentence);
        let Open { line, said, variants, .. } = unit;
        self.found.push_back(Item::Unit(Unit { number, line, level, said, variants }));
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.state.found.pop_front() {
                return Some(item);
            }
            if self.ended {
                return None;
            }
            if let Err(broken) = self.advance() {
                self.ended = true;
                return Some(Item::Fault(broken.into()));
            }
        }
    }
}

fn owned(attributes: Attributes) -> Vec<(String, String)> {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect()
}

fn hash(text: &str) -> u64 {
    rustc_hash::FxBuildHasher.hash_one(text)
}
