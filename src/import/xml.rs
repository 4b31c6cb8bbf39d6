//! A walk over the XML of others, as a stream. Entities that a file defines are not expanded: a few bytes of them can be
//! gigabytes of text.

use super::encoding::Source;
use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::{BytesEnd, BytesStart, Event};
use std::borrow::Cow;
use std::io::{self, BufRead};

/// No tag and no stretch of text between two tags has more bytes.
const PIECE: u64 = 8 << 20;

/// Elements lie no deeper in each other.
const DEPTH: usize = 256;

/// A step of the walk.
pub(crate) enum Step<'a> {
    /// An element begins.
    Begin(BytesStart<'a>),
    /// An element ends.
    End(BytesEnd<'a>),
    /// Text, and what is wrong with it where XML does not allow it. A character that XML forbids is still in it.
    Text(Cow<'a, str>, Option<&'static str>),
    /// An entity that XML does not define, as it is written.
    Entity(String),
    /// A comment, a declaration, an instruction.
    Other,
}

/// Where a file cannot be read any further, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The line, from 1.
    pub(crate) line: u64,
    /// Why, in words for the user.
    pub(crate) reason: String,
}

/// A walk from the beginning to the end of a file.
pub(crate) struct Walk<R> {
    reader: Reader<Source<R>>,
    buffer: Vec<u8>,
    open: usize,
    rooted: bool,
    /// Whether a document type may declare things of its own.
    declares: bool,
}

impl<R: BufRead> Walk<R> {
    /// A walk over a stream.
    pub(crate) fn new(stream: R) -> io::Result<Self> {
        let mut reader = Reader::from_reader(Source::new(stream, PIECE)?);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Ok(Walk { reader, buffer: Vec::new(), open: 0, rooted: false, declares: false })
    }

    /// The same for files whose document type may declare entities. They are no more expanded for that.
    pub(crate) fn with_declarations(stream: R) -> io::Result<Self> {
        Ok(Walk { declares: true, ..Walk::new(stream)? })
    }

    /// The encoding of the file.
    pub(crate) fn encoding(&self) -> &'static str {
        self.reader.get_ref().encoding()
    }

    /// The line of the last step's end, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.reader.get_ref().line()
    }

    /// The next step; `None` at the end; or why there is none, after which there are no more.
    pub(crate) fn step(&mut self) -> Result<Option<Step<'_>>, Broken> {
        Ok(self.step_at()?.map(|(_, step)| step))
    }

    /// The same with the line of its end, from 1.
    pub(crate) fn step_at(&mut self) -> Result<Option<(u64, Step<'_>)>, Broken> {
        self.buffer.clear();
        self.reader.get_mut().renew();
        let event = self.reader.read_event_into(&mut self.buffer);
        let line = self.reader.get_ref().line();
        let broken = |reason: String| Broken { line, reason };
        let step = match event.map_err(|error| broken(explain(&error)))? {
            Event::Start(element) => {
                if self.open == 0 && std::mem::replace(&mut self.rooted, true) {
                    return Err(broken("a second outermost element begins: XML has one".to_owned()));
                }
                if self.open >= DEPTH {
                    return Err(broken(format!("elements lie deeper than {DEPTH} in each other")));
                }
                self.open = self.open.saturating_add(1);
                Step::Begin(element)
            }
            Event::End(element) => {
                self.open = self.open.saturating_sub(1);
                Step::End(element)
            }
            Event::Text(text) => {
                let text = text.into_inner();
                if self.open == 0 && !text.trim_start_matches('\u{FEFF}').trim().is_empty() {
                    return Err(broken("text stands outside of all elements: this is no XML".to_owned()));
                }
                let fault = fault(&text);
                Step::Text(text, fault)
            }
            Event::CData(text) => {
                let text = text.into_inner();
                let fault = text.contains(is_forbidden).then_some(FORBIDDEN);
                Step::Text(text, fault)
            }
            Event::GeneralRef(name) => match entity(&name) {
                Some(c) => Step::Text(Cow::Owned(c.to_string()), is_forbidden(c).then_some(FORBIDDEN)),
                None => Step::Entity(format!("&{};", name.chars().take(40).collect::<String>())),
            },
            Event::DocType(declaration) if !self.declares && declaration.contains('[') => {
                let reason = "its document type declares entities or elements of its own, which may stand for anything in \
                              any amount, and are never read. Take out what is between [ and ]";
                return Err(broken(reason.to_owned()));
            }
            Event::Eof if self.open > 0 || !self.rooted => {
                return Err(broken("the file ends in the middle. Fetch it again".to_owned()));
            }
            Event::Eof => return Ok(None),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => Step::Other,
        };
        Ok(Some((line, step)))
    }
}

const FORBIDDEN: &str = "a control character that XML forbids";

/// Whether XML 1.0 forbids a character, as such and by a reference.
pub(crate) fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// What is wrong with a text between two tags or references.
fn fault(text: &str) -> Option<&'static str> {
    // Nearly all texts have none of these bytes; the last is the first of U+F000 to U+FFFF.
    let is_suspect =
        |b: u8| (b < b' ') & (b != b'\t') & (b != b'\n') & (b != b'\r') | (b == b'&') | (b == b'>') | (b == 0xEF);
    if !text.bytes().fold(false, |any, b| any | is_suspect(b)) {
        None
    } else if text.contains('&') {
        Some("a bare & (write &amp;)")
    } else if text.contains("]]>") {
        Some("a bare ]]> (write ]]&gt;)")
    } else {
        text.contains(is_forbidden).then_some(FORBIDDEN)
    }
}

/// What an entity of XML itself or a reference to a character stands for.
pub(crate) fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, radix| {
        let sole = digits.bytes().all(|b| b.is_ascii_alphanumeric());
        u32::from_str_radix(digits, radix).ok().filter(|_| sole).and_then(char::from_u32)
    };
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x") {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

/// What broke the XML, in words for the user.
fn explain(error: &Error) -> String {
    match error {
        Error::Io(error) => error.to_string(),
        Error::Syntax(SyntaxError::UnclosedCData | SyntaxError::UnclosedComment | SyntaxError::UnclosedTag)
        | Error::IllFormed(IllFormedError::MissingEndTag(_)) => {
            "the file ends in the middle. Fetch it again".to_owned()
        }
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            format!("</{}> ends where </{}> should", short(found), short(expected))
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(name)) => format!("</{}> ends what never began", short(name)),
        Error::Encoding(_) => {
            "bytes that are not UTF-8. Convert the file, or name its encoding in its first line".to_owned()
        }
        other => format!("the XML is broken: {}", short(&other.to_string())),
    }
}

/// The beginning of what a file says, for a message: control characters could steer a terminal.
pub(crate) fn short(text: &str) -> String {
    let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let mut short: String = text.chars().take(60).map(plain).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

/// The attributes of an element with their values as XML reads them, in their order; or what is wrong with them.
pub(crate) fn attributes(element: &BytesStart) -> Result<Vec<(String, String)>, String> {
    let owned = |(name, value): (&str, Cow<str>)| (name.to_owned(), value.into_owned());
    Ok(lent_attributes(element)?.into_iter().map(owned).collect())
}

/// The same, lent by the element where they stand in it as they are.
pub(crate) fn lent_attributes<'a>(element: &'a BytesStart) -> Result<Vec<(&'a str, Cow<'a, str>)>, String> {
    if let Some(plain) = plain_attributes(element.attributes_raw()) {
        return Ok(plain);
    }
    let read = |attribute: Result<quick_xml::events::attributes::Attribute<'a>, _>| {
        let attribute = attribute.map_err(|e: quick_xml::events::attributes::AttrError| short(&e.to_string()))?;
        let mut value = String::with_capacity(attribute.value.len());
        let mut rest: &str = &attribute.value;
        while let Some((before, after)) = rest.split_once('&') {
            value.extend(before.chars().map(space));
            let (name, after) = after.split_once(';').ok_or("a bare & (write &amp;)")?;
            value.push(entity(name).ok_or_else(|| format!("&{}; is no entity of XML", short(name)))?);
            rest = after;
        }
        value.extend(rest.chars().map(space));
        if value.contains(is_forbidden) {
            return Err(FORBIDDEN.to_owned());
        }
        Ok((attribute.key.0, Cow::Owned(value)))
    };
    element.attributes().map(read).collect()
}

/// The attributes behind the name of an element where nothing about them is unusual, which takes half the time: a space before
/// each, different names, values in double quotes that are what they say. `None` for all else, right or wrong.
fn plain_attributes(mut rest: &str) -> Option<Vec<(&str, Cow<'_, str>)>> {
    let mut attributes: Vec<(&str, Cow<str>)> = Vec::new();
    while !rest.is_empty() {
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_' | b'.');
        let own = rest.strip_prefix(' ')?;
        let (name, after) = own.split_at_checked(own.bytes().position(|b| !is_name(b))?)?;
        let after = after.strip_prefix("=\"")?;
        let (value, after) = after.split_at_checked(after.bytes().position(|b| b == b'"')?)?;
        let is_suspect = |b: u8| (b < b' ') | (b == b'&') | (b == b'<') | (b == 0xEF);
        let is_plain = !value.bytes().fold(false, |any, b| any | is_suspect(b));
        if name.is_empty() || !is_plain || attributes.iter().any(|(before, _)| *before == name) {
            return None;
        }
        attributes.push((name, Cow::Borrowed(value)));
        rest = after.strip_prefix('"')?;
    }
    Some(attributes)
}

/// The name of an element without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// White space in an attribute is a space.
fn space(c: char) -> char {
    if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }
}

/// The value of an attribute, where it can be read.
pub(crate) fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    attributes(element).ok()?.into_iter().find_map(|(own, value)| (own == name).then_some(value))
}

/// The name of the outermost element of a text that looks like XML.
pub(crate) fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start().strip_prefix('<')?;
    loop {
        let end = match rest.strip_prefix("!--") {
            Some(_) => "-->",
            None if rest.starts_with('?') => "?>",
            None if rest.starts_with('!') => ">",
            None => return rest.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next(),
        };
        let after = rest.split_once(end).map_or("", |(_, after)| after);
        // A document type with declarations of its own ends with "]>".
        rest = after.split_once('<').map_or("", |(_, rest)| rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_tells_what_the_xml_is() {
        let check = |text, expected| assert_eq!(root(text), expected, "{text:?}");
        check("<tmx version=\"1.4\">", Some("tmx"));
        check(" <?xml version=\"1.0\"?>\n<!-- <a> -->\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n<tmx>", Some("tmx"));
        check("<!DOCTYPE d [<!ENTITY a \"b\"> <!ENTITY c \"d\">]><dictionary>", Some("dictionary"));
        check("<", Some(""));
        check("<?xml", Some(""));
        check("a < b", None);
        check("", None);
    }

    /// The steps as a line, with what is wrong, to the end or to where the file breaks.
    fn walk(text: &str) -> String {
        let mut walk = Walk::new(text.as_bytes()).unwrap();
        let mut told = String::new();
        loop {
            match walk.step() {
                Ok(Some(Step::Begin(element))) => {
                    told.push_str(&format!("<{}{:?}", element.name().0, attributes(&element)));
                }
                Ok(Some(Step::End(_))) => told.push('>'),
                Ok(Some(Step::Text(text, fault))) => told.push_str(&format!("{text:?}{}", fault.unwrap_or_default())),
                Ok(Some(Step::Entity(name))) => told.push_str(&name),
                Ok(Some(Step::Other)) => {}
                Ok(None) => return told.replace("Ok([])", ""),
                Err(broken) => return format!("{}: {}", broken.line, broken.reason),
            }
        }
    }

    #[test]
    fn text_and_attributes_are_read_as_xml_says() {
        let check = |text: &str, expected: &str| assert_eq!(walk(text), expected, "{text:?}");
        check(
            "<a b='x&#x259;&quot;\ny'><!-- c -->1<![CDATA[<&]]>&lt;</a>",
            "<aOk([(\"b\", \"xə\\\" y\")])\"1\"\"<&\"\"<\">",
        );
        check("<a>R & B</a>", "<a\"R \"\"& B\"a bare & (write &amp;)>");
        check("<a>&foo;</a>", "<a&foo;>");
        check("<a>x]]>y</a>", "<a\"x]]>y\"a bare ]]> (write ]]&gt;)>");
        check("<a>\u{1}</a>", "<a\"\\u{1}\"a control character that XML forbids>");
        check("<a>&#1;</a>", "<a\"\\u{1}\"a control character that XML forbids>");
        check("<a>ﬀ</a>", "<a\"ﬀ\">");
        check("<a b='&foo;'/>", "<aErr(\"&foo; is no entity of XML\")>");
    }

    #[test]
    fn where_it_breaks_is_told_with_the_line() {
        let check = |text: &str, expected: &str| assert_eq!(walk(text), expected, "{text:?}");
        check("<a>\n<b>", "2: the file ends in the middle. Fetch it again");
        check("<a>\n<b", "2: the file ends in the middle. Fetch it again");
        check("", "1: the file ends in the middle. Fetch it again");
        check("<a>\n<b></a>", "2: </a> ends where </b> should");
        check("<a/>\n<b/>", "2: a second outermost element begins: XML has one");
        check("<a/>\nb", "2: text stands outside of all elements: this is no XML");
        check(&"<a>".repeat(999), "1: elements lie deeper than 256 in each other");
        let bomb = "<!DOCTYPE a [<!ENTITY b 'cc'>]>\n<a>&b;</a>";
        assert!(walk(bomb).starts_with("1: its document type declares entities"), "{}", walk(bomb));
    }

    #[test]
    fn an_attribute_of_any_length_ends_at_the_limit() {
        // Ten gigabytes are announced; read are no more than the limit.
        struct Endless(u64);
        impl io::Read for Endless {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                self.0 += into.len() as u64;
                assert!(self.0 < 3 * PIECE, "read on and on");
                into.fill(b'x');
                Ok(into.len())
            }
        }
        let stream = io::BufReader::new(io::Read::chain("<a b='".as_bytes(), Endless(0)));
        let mut walk = Walk::new(stream).unwrap();
        let broken = loop {
            match walk.step() {
                Ok(_) => {}
                Err(broken) => break broken,
            }
        };
        assert_eq!(broken.reason, "more than 8 MB without a tag or an end of one");
    }
}
