//! XLIFF 2.0 and 2.1 as a stream of units: what translators' tools exchange. A `<segment>` is a unit; one without a target
//! has one text, for it waits to be translated.
//!
//! Inline codes are read as markup with their places, notes as notes, metadata (`mda`) as properties: ours by the names that
//! our translation memories have for them (`confidence` is `x-confidence`), those of a `<file>` with each of its units.
//! XLIFF 1 is another format of the same name, and is told from it.

use super::segment::Segment;
use super::xml::{Broken, Step, Walk, attributes, is_forbidden, local, short};
use super::{Fault, Header, Item, Severity};
use crate::language::Lang;
use crate::model::{Level, Remark, Said, Unit, Variant};
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A unit holds no more bytes with all that is said of it.
const UNIT: usize = 16 << 20;

/// A reader of a file: an iterator over what is in it.
pub(super) struct Reader<R> {
    walk: Walk<R>,
    /// The names of the elements that are open, without their prefixes.
    path: Vec<String>,
    found: VecDeque<Item>,
    ended: bool,
    /// The languages of the file: source and target.
    languages: [Option<Lang>; 2],
    /// What is said of the `<file>`, the `<unit>` and the `<segment>` that are open.
    file: Said,
    unit: Said,
    segment: Said,
    /// How many segments the unit had before.
    segments: usize,
    /// The texts of the segment that is open: source and target.
    texts: [Option<Variant>; 2],
    /// The text that is open: of a segment, or of a note or a piece of metadata with its type.
    text: Segment,
    kind: Option<String>,
    category: String,
    line: u64,
    units: u64,
    held: usize,
}

/// The modules of the standard that hold more than metadata.
const MODULES: [&str; 4] = ["matches", "glossary", "changeTrack", "validation"];

/// The two sides of a segment by their elements.
const SIDES: [&str; 2] = ["source", "target"];

impl<R: BufRead> Reader<R> {
    pub(super) fn new(stream: R) -> io::Result<Self> {
        Ok(Reader {
            walk: Walk::new(stream)?,
            path: Vec::new(),
            found: VecDeque::new(),
            ended: false,
            languages: [None, None],
            file: Said::default(),
            unit: Said::default(),
            segment: Said::default(),
            segments: 0,
            texts: [None, None],
            text: Segment::default(),
            kind: None,
            category: String::new(),
            line: 0,
            units: 0,
            held: 0,
        })
    }

    /// What is against the format and is left out.
    fn lost(&mut self, what: &'static str, detail: &str) {
        self.fault(Severity::Wrong, what, detail);
    }

    /// What is right and is left out all the same.
    fn unkept(&mut self, what: &'static str, detail: &str) {
        self.fault(Severity::Doubtful, what, detail);
    }

    fn fault(&mut self, severity: Severity, what: &'static str, detail: &str) {
        let fault = Fault { line: self.walk.line(), severity, loss: true, what, detail: short(detail) };
        self.found.push_back(Item::Fault(fault));
    }

    fn broken(&self, reason: &str) -> Broken {
        Broken { line: self.walk.line(), reason: reason.to_owned() }
    }

    /// One step of the file.
    fn advance(&mut self) -> Result<(), Broken> {
        match self.walk.step()? {
            Some(Step::Begin(element)) => {
                let name = local(element.name().0).to_owned();
                let read = attributes(&element);
                let attributes = read.unwrap_or_else(|reason| {
                    self.lost("attributes that cannot be read", &reason);
                    Vec::new()
                });
                self.held = attributes.iter().fold(self.held, |sum, (n, v)| sum.saturating_add(n.len() + v.len()));
                self.begin(&name, attributes)?;
                self.path.push(name);
            }
            Some(Step::End(_)) => self.end(),
            Some(Step::Text(text, fault)) => {
                let text = if fault.is_some() { text.replace(is_forbidden, "") } else { text.into_owned() };
                if self.is_read() {
                    self.held = self.held.saturating_add(text.len());
                    self.text.push(&text);
                }
                if let Some(fault) = fault {
                    self.lost(fault, "");
                }
            }
            Some(Step::Entity(name)) => {
                self.lost("an entity that is none of XML", &name);
                self.text.push("\u{FFFD}");
            }
            Some(Step::Other) => {}
            None => self.ended = true,
        }
        if self.held > UNIT { Err(self.broken("a unit of more than 16 MB")) } else { Ok(()) }
    }

    /// Whether text here is one that is read.
    fn is_read(&self) -> bool {
        self.side().is_some() || self.kind.is_some()
    }

    /// Which side of a segment is open: 0 for the source. Other modules have elements of the same names elsewhere.
    fn side(&self) -> Option<usize> {
        let at = self.path.iter().position(|name| name == "segment")?;
        let own = self.path.get(at.saturating_add(1))?;
        SIDES.iter().position(|side| side == own)
    }

    fn begin(&mut self, name: &str, attributes: Vec<(String, String)>) -> Result<(), Broken> {
        let value = |wanted: &str| attributes.iter().find(|(own, _)| own == wanted).map(|(_, value)| value.clone());
        if self.side().is_some() {
            return self.code(name, attributes);
        }
        match (self.path.last().map(String::as_str), name) {
            (None, "xliff") => {
                let version = value("version").unwrap_or_default();
                if !version.starts_with("2.") {
                    let reason = format!("XLIFF {version} is not read. Save it as XLIFF 2, or as TMX");
                    return Err(self.broken(&reason));
                }
                let lang = |name| value(name).as_deref().and_then(Lang::parse);
                self.languages = [lang("srcLang"), lang("trgLang")];
                let Some(source) = self.languages[0].clone() else {
                    return Err(self.broken("srcLang is missing, or no language of BCP 47"));
                };
                self.found.push_back(Item::Header(Header {
                    source: Some(source),
                    level: Some(Level::Sentence),
                    encoding: self.walk.encoding(),
                    said: Said { attributes, ..Said::default() },
                    ..Header::default()
                }));
            }
            (None, other) => {
                let reason = format!("this is no XLIFF: it begins with <{}>", short(other));
                return Err(self.broken(&reason));
            }
            (Some("xliff"), "file") => {
                self.held = 0;
                let original = value("original").map(|original| Remark::Prop("x-original".into(), original));
                self.file = Said { remarks: original.into_iter().collect(), ..Said::default() };
            }
            (Some("file" | "group"), "unit") => {
                self.held = self.file.remarks.len();
                self.unit = Said { id: value("id"), ..Said::default() };
                self.segments = 0;
            }
            (Some("unit"), "segment") => {
                self.line = self.walk.line();
                let kept = attributes.into_iter().filter(|(name, _)| matches!(name.as_str(), "state" | "subState"));
                let remarks = kept.map(|(name, value)| Remark::Prop(format!("x-{name}"), value)).collect();
                self.segment = Said { remarks, ..Said::default() };
                self.texts = [None, None];
            }
            (Some("segment"), "source" | "target") => {
                self.text = Segment::default();
                let own = value("xml:lang").as_deref().and_then(Lang::parse);
                let of_file = self.languages.get(usize::from(name == "target")).and_then(Option::as_ref);
                if own.as_ref().is_some_and(|own| of_file.is_some_and(|lang| lang != own)) {
                    self.lost("a text in another language than its file says", name);
                }
            }
            (Some("notes"), "note") => self.open_remark(""),
            (Some("metaGroup"), "metaGroup") | (Some("metadata"), "metaGroup") => {
                self.category = value("category").unwrap_or_default();
            }
            (Some("metaGroup"), "meta") => self.open_remark(&value("type").unwrap_or_default()),
            (Some("unit"), "ignorable") => self.unkept("text between segments is not kept", ""),
            (Some("file"), "skeleton") => self.unkept("a skeleton is not kept", ""),
            (Some("unit"), "originalData") => self.unkept("the original data of codes is not kept", ""),
            (Some("file" | "group" | "unit"), name) if MODULES.contains(&name) => {
                self.unkept("a module that is not read", name);
            }
            _ => {}
        }
        Ok(())
    }

    /// Markup begins inside a text.
    fn code(&mut self, name: &str, attributes: Vec<(String, String)>) -> Result<(), Broken> {
        if name == "cp" {
            self.unkept("a control character that XML forbids", "");
        }
        // What a pair of codes or a mark holds is text.
        self.text.begin(name, attributes, matches!(name, "pc" | "mrk"));
        Ok(())
    }

    fn open_remark(&mut self, kind: &str) {
        self.kind = Some(kind.to_owned());
        self.text = Segment::default();
    }

    fn end(&mut self) {
        let Some(name) = self.path.pop() else { return };
        let parent = self.path.last().map(String::as_str);
        if self.side().is_some() {
            self.text.end();
            return;
        }
        match (parent, name.as_str()) {
            (Some("segment"), "source" | "target") => {
                let side = usize::from(name == "target");
                let (text, inline) = std::mem::take(&mut self.text).finish();
                let lang = self.languages.get(side).cloned().flatten();
                match lang {
                    Some(lang) if !text.is_empty() => {
                        let said = Said { inline, ..Said::default() };
                        if let Some(place) = self.texts.get_mut(side) {
                            *place = Some(Variant { lang, text, said });
                        }
                    }
                    None if !text.is_empty() => self.lost("a target in a file that names no trgLang", &text),
                    _ => {}
                }
            }
            (_, "note" | "meta") => self.end_remark(),
            (_, "segment") => self.end_segment(),
            _ => {}
        }
    }

    /// A note or a piece of metadata goes to what it is said of.
    fn end_remark(&mut self) {
        let Some(kind) = self.kind.take() else { return };
        // What a module says is not said of the unit.
        if self.path.iter().any(|name| MODULES.contains(&name.as_str())) {
            return;
        }
        let (text, _) = std::mem::take(&mut self.text).finish();
        let is_note = kind.is_empty();
        let remark = match (is_note, self.category.as_str()) {
            (true, _) => Remark::Note(text),
            (false, "korpu") => Remark::Prop(ours(&kind), text),
            (false, category) => Remark::Prop(format!("x-{category}-{kind}"), text),
        };
        let of = self.path.iter().rev().find(|name| matches!(name.as_str(), "unit" | "file"));
        match of.map(String::as_str) {
            Some("unit") => self.unit.remarks.push(remark),
            Some(_) => self.file.remarks.push(remark),
            None => {}
        }
    }

    fn end_segment(&mut self) {
        let variants: Vec<Variant> = std::mem::take(&mut self.texts).into_iter().flatten().collect();
        self.segments = self.segments.saturating_add(1);
        if variants.is_empty() {
            return;
        }
        let mut said = Said { id: self.unit.id.clone(), ..Said::default() };
        if let Some(id) = said.id.as_mut().filter(|_| self.segments > 1) {
            id.push_str(&format!(".{}", self.segments));
        }
        let all = self.unit.remarks.iter().chain(&self.file.remarks).chain(&self.segment.remarks);
        said.remarks = all.cloned().collect();
        self.found.push_back(Item::Unit(Unit {
            number: self.units,
            line: self.line,
            level: Level::Sentence,
            said,
            variants,
        }));
        self.units = self.units.saturating_add(1);
    }
}

/// The property of our translation memories that a piece of our metadata is.
fn ours(kind: &str) -> String {
    match kind {
        "bead" | "score" => format!("x-{kind}:SingleString"),
        "level" => "x-unit:SingleString".to_owned(),
        other => format!("x-{other}"),
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.found.is_empty() && !self.ended {
            if let Err(Broken { line, reason }) = self.advance() {
                self.ended = true;
                let what = "the file cannot be read any further";
                let fault = Fault { line, severity: Severity::Broken, loss: true, what, detail: reason };
                self.found.push_back(Item::Fault(fault));
            }
        }
        self.found.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read, an item a line.
    fn read(body: &str) -> Vec<String> {
        let text = format!(
            "<xliff xmlns='urn:oasis:names:tc:xliff:document:2.0' version='2.0' srcLang='az' trgLang='ru'>\n{body}\n</xliff>"
        );
        show(&text)
    }

    fn show(text: &str) -> Vec<String> {
        let items = Reader::new(text.as_bytes()).unwrap();
        let shown = items.filter_map(|item| match item {
            Item::Header(_) | Item::Part(_) => None,
            Item::Unit(unit) => {
                let texts: Vec<String> = unit.variants.iter().map(|v| format!("{}:{}", v.lang, v.text)).collect();
                let remarks: Vec<String> = unit.said.remarks.iter().map(|r| format!("{r:?}")).collect();
                Some(format!("{} {} {}", unit.said.id.unwrap_or_default(), texts.join(" = "), remarks.join(" ")))
            }
            Item::Fault(fault) => Some(format!("{}: {fault}", fault.line)),
        });
        shown.map(|line| line.trim_end().to_owned()).collect()
    }

    #[test]
    fn a_segment_is_a_unit_with_what_is_said_of_it() {
        let file = "<file id='f' original='a.html'><notes><note>N1</note></notes><group id='g'>\
            <unit id='u1'><mda:metadata xmlns:mda='x'><mda:metaGroup category='korpu'><mda:meta type='confidence'>0.5</mda:meta>\
            </mda:metaGroup></mda:metadata><mtc:matches xmlns:mtc='y'><mtc:match><source>no</source><target>no</target>\
            </mtc:match></mtc:matches><segment state='final'><source>Bir  <pc id='1'>iki</pc>.</source><target>Раз<ph id='2'/> два.\
            </target></segment><ignorable><source> </source></ignorable><segment><source>Üç.</source></segment></unit></group></file>";
        assert_eq!(
            read(file),
            [
                "2: a module that is not read: matches",
                "u1 az:Bir iki. = ru:Раз два. Prop(\"x-confidence\", \"0.5\") Prop(\"x-original\", \"a.html\") Note(\"N1\") \
                 Prop(\"x-state\", \"final\")",
                "2: text between segments is not kept",
                "u1.2 az:Üç. Prop(\"x-confidence\", \"0.5\") Prop(\"x-original\", \"a.html\") Note(\"N1\")",
            ]
        );
    }

    #[test]
    fn what_is_no_xliff_2_is_refused_with_its_line() {
        let check = |text: &str, expected: &str| {
            assert_eq!(show(text), [format!("1: the file cannot be read any further: {expected}")], "{text}");
        };
        check("<xliff version='1.2'/>", "XLIFF 1.2 is not read. Save it as XLIFF 2, or as TMX");
        check("<xliff version='2.0' srcLang='' trgLang='ru'/>", "srcLang is missing, or no language of BCP 47");
        check("<tmx/>", "this is no XLIFF: it begins with <tmx>");
        check("<xliff version='2.0' srcLang='az'><file", "the file ends in the middle. Fetch it again");
    }
}
