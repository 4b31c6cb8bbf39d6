//! A walk over the XML of others, as a stream. Entities that a file defines are not expanded: a few bytes of them can be
//! gigabytes of text.

use super::window::{Kind, PIECE, TRUNCATED, Window};
use quick_xml::events::{BytesEnd, BytesStart};
use std::borrow::Cow;
use std::io::{self, BufRead};

/// Elements lie no deeper in each other.
const DEPTH: usize = 256;

/// No element has more attributes.
const ATTRIBUTES: usize = 256;

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
    /// A comment, a declaration, an instruction. Where it is wrong it is a text without any.
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
    window: Window<R>,
    /// The names of the elements that are open, one behind the other, and where each begins.
    names: String,
    open: Vec<usize>,
    /// Whether the innermost element is empty: its end comes next.
    is_empty: bool,
    /// Whether it has ended, and is forgotten with the next step.
    has_ended: bool,
    rooted: bool,
    /// The line of the last step.
    line: u64,
    /// Whether the first piece is yet to come, and what the file says of its encoding that cannot be.
    is_new: bool,
    misnamed: Option<&'static str>,
    /// Whether a document type may declare things of its own.
    declares: bool,
}

impl<R: BufRead> Walk<R> {
    /// A walk over a stream.
    pub(crate) fn new(stream: R) -> io::Result<Self> {
        let (names, open) = (String::new(), Vec::new());
        let window = Window::new(stream)?;
        let (is_empty, has_ended, rooted, declares) = (false, false, false, false);
        let (line, is_new, misnamed) = (1, true, window.misnamed());
        Ok(Walk { window, names, open, is_empty, has_ended, rooted, line, is_new, misnamed, declares })
    }

    /// The same for files whose document type may declare entities. They are no more expanded for that.
    pub(crate) fn with_declarations(stream: R) -> io::Result<Self> {
        Ok(Walk { declares: true, ..Walk::new(stream)? })
    }

    /// The encoding of the file.
    pub(crate) fn encoding(&self) -> &'static str {
        self.window.encoding()
    }

    /// The line of the last step, from 1: where a tag begins, or what is seen of a text.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next step; `None` at the end; or why there is none, after which there are no more.
    pub(crate) fn step(&mut self) -> Result<Option<Step<'_>>, Broken> {
        Ok(self.step_at()?.map(|(_, step)| step))
    }

    /// The same with its line, from 1.
    pub(crate) fn step_at(&mut self) -> Result<Option<(u64, Step<'_>)>, Broken> {
        if std::mem::take(&mut self.has_ended) {
            self.names.truncate(self.open.pop().unwrap_or_default());
        }
        if std::mem::take(&mut self.is_empty) {
            self.has_ended = true;
            return Ok(Some((self.line(), Step::End(BytesEnd::new(self.innermost().unwrap_or_default())))));
        }
        if let Some(what) = self.misnamed.take() {
            return Ok(Some((1, Step::Text(Cow::Borrowed(""), Some(what)))));
        }
        let is_first = std::mem::take(&mut self.is_new);
        let piece = self.window.piece()?;
        let mut wrong = None;
        let line = match &piece {
            Some((Kind::Text, place)) => {
                let text = self.window.text(place.clone());
                wrong = fault(text);
                let seen = match wrong {
                    Some(FORBIDDEN) => text.find(is_forbidden),
                    _ => text.bytes().position(|b| b > b' '),
                };
                let unseen = text.get(..seen.unwrap_or(text.len())).unwrap_or_default();
                self.window.begun().saturating_add(unseen.bytes().filter(|b| *b == b'\n').count() as u64)
            }
            Some(_) => self.window.begun(),
            None => self.window.line(),
        };
        self.line = line;
        let broken = |reason: String| Err(Broken { line, reason });
        let Some((kind, place)) = piece else {
            return if self.open.is_empty() && self.rooted { Ok(None) } else { broken(TRUNCATED.to_owned()) };
        };
        let text = self.window.text(place);
        let step = match kind {
            Kind::Begin | Kind::Empty => {
                if self.open.is_empty() && std::mem::replace(&mut self.rooted, true) {
                    return broken("a second outermost element begins: XML has one".to_owned());
                }
                if self.open.len() >= DEPTH {
                    return broken(format!("elements lie deeper than {DEPTH} in each other"));
                }
                let is_space = |b: u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
                let length = text.bytes().position(is_space).unwrap_or(text.len());
                if self.names.len().saturating_add(length) > PIECE {
                    return broken(format!("elements in each other with more than {} MB of names", PIECE >> 20));
                }
                if !is_name(text.get(..length).unwrap_or_default()) {
                    return broken(format!(
                        "no element can be called {}",
                        short(text.get(..length).unwrap_or_default())
                    ));
                }
                self.open.push(self.names.len());
                self.names.push_str(text.get(..length).unwrap_or_default());
                self.is_empty = kind == Kind::Empty;
                Step::Begin(BytesStart::from_content(text, length))
            }
            Kind::End => {
                match self.innermost() {
                    Some(name) if name == text => {}
                    Some(name) => return broken(format!("</{}> ends where </{}> should", short(text), short(name))),
                    None => return broken(format!("</{}> ends what never began", short(text))),
                }
                self.has_ended = true;
                Step::End(BytesEnd::new(text))
            }
            Kind::Text => {
                if self.open.is_empty() && !text.trim_start_matches('\u{FEFF}').trim_ascii().is_empty() {
                    return broken("text stands outside of all elements: this is no XML".to_owned());
                }
                Step::Text(Cow::Borrowed(text), wrong)
            }
            Kind::CData | Kind::Reference if self.open.is_empty() => {
                return broken("text stands outside of all elements: this is no XML".to_owned());
            }
            Kind::CData => Step::Text(Cow::Borrowed(text), text.contains(is_forbidden).then_some(FORBIDDEN)),
            Kind::Reference => match entity(text) {
                Some(c) => Step::Text(Cow::Owned(c.to_string()), is_forbidden(c).then_some(FORBIDDEN)),
                None => Step::Entity(format!("&{};", text.chars().take(40).collect::<String>())),
            },
            Kind::DocType if !self.declares && declares(text) => {
                let reason = "its document type declares entities or elements of its own, which may stand for anything in \
                              any amount, and are never read. Take out what is between [ and ]";
                return broken(reason.to_owned());
            }
            Kind::Other if is_declaration(text) && !is_first => {
                Step::Text(Cow::Borrowed(""), Some("an XML declaration that is not at the beginning"))
            }
            Kind::Other if text.contains(is_forbidden) => Step::Text(Cow::Borrowed(""), Some(FORBIDDEN)),
            Kind::DocType if self.rooted => {
                Step::Text(Cow::Borrowed(""), Some("a document type that is not before the outermost element"))
            }
            Kind::Other if is_wrong_comment(text) => Step::Text(Cow::Borrowed(""), Some("a comment with -- in it")),
            Kind::DocType | Kind::Other => Step::Other,
        };
        Ok(Some((line, step)))
    }

    /// The name of the innermost element that is open.
    fn innermost(&self) -> Option<&str> {
        self.names.get(*self.open.last()?..)
    }
}

/// Whether a document type has declarations of its own behind a `[` that is in no quoted name.
fn declares(doctype: &str) -> bool {
    let mut quote = None;
    let subset = doctype.find(|c: char| {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        quote.is_none() && c == '['
    });
    let subset = subset.and_then(|at| doctype.get(at..)).unwrap_or_default();
    ["<!E", "<!A", "<!N", "%"].iter().any(|begins| subset.contains(begins))
}

const FORBIDDEN: &str = "a control character that XML forbids";

/// Whether XML 1.0 forbids a character, as such and by a reference.
pub(crate) fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Whether a piece is an XML declaration, however it is written.
fn is_declaration(piece: &str) -> bool {
    let name = piece.strip_prefix("<?").unwrap_or_default();
    let end = name.find(|c: char| c.is_ascii_whitespace() || c == '?').unwrap_or(name.len());
    name.get(..end).is_some_and(|name| name.eq_ignore_ascii_case("xml"))
}

/// Whether a piece is a comment with `--` in it, which XML forbids.
fn is_wrong_comment(piece: &str) -> bool {
    let inner = piece.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    inner.is_some_and(|inner| inner.contains("--") || inner.ends_with('-'))
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
    if !is_spaced(element.attributes_raw()) {
        return Err("no space between two".to_owned());
    }
    // Each is compared with all before it.
    if element.attributes_raw().bytes().filter(|b| *b == b'=').count() > ATTRIBUTES {
        return Err(format!("more than {ATTRIBUTES}"));
    }
    let read = |attribute: Result<quick_xml::events::attributes::Attribute<'a>, _>| {
        let attribute = attribute.map_err(|e: quick_xml::events::attributes::AttrError| short(&e.to_string()))?;
        let mut value = String::with_capacity(attribute.value.len());
        let mut rest: &str = &attribute.value;
        if rest.contains('<') {
            return Err("a bare < (write &lt;)".to_owned());
        }
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
    let until = |text: &str, is_end: &[bool; 256]| text.bytes().position(|b| is_end[usize::from(b)]);
    while !rest.is_empty() {
        let own = rest.strip_prefix(' ')?;
        let (name, after) = own.split_at_checked(until(own, &ENDS_NAME)?)?;
        let after = after.strip_prefix("=\"")?;
        let (value, after) = after.split_at_checked(until(after, &ENDS_VALUE)?)?;
        if name.is_empty() || attributes.len() >= ATTRIBUTES || attributes.iter().any(|(before, _)| *before == name) {
            return None;
        }
        attributes.push((name, Cow::Borrowed(value)));
        rest = after.strip_prefix('"')?;
    }
    Some(attributes)
}

/// The bytes that a plain name does not hold.
const ENDS_NAME: [bool; 256] = ends(false);

/// Those that a plain value does not hold: what ends it, what is no value as it stands, and the first of U+F000 to U+FFFF.
const ENDS_VALUE: [bool; 256] = ends(true);

const fn ends(of_value: bool) -> [bool; 256] {
    let mut ends = [false; 256];
    let mut n = 0;
    while n < 256 {
        let b = n as u8;
        ends[n] = match of_value {
            true => b < b' ' || matches!(b, b'"' | b'&' | b'<' | 0xEF),
            false => !b.is_ascii_alphanumeric() && !matches!(b, b':' | b'-' | b'_' | b'.'),
        };
        n += 1;
    }
    ends
}

/// Whether white space stands before each attribute.
fn is_spaced(mut rest: &str) -> bool {
    loop {
        let own = rest.trim_ascii_start();
        if own.is_empty() {
            return true;
        }
        let Some((_, value)) = own.split_once('=').filter(|_| own.len() < rest.len()) else {
            return own.len() < rest.len();
        };
        let value = value.trim_ascii_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return true };
        rest = value.get(1..).and_then(|value| value.split_once(quote)).map_or("", |(_, after)| after);
    }
}

/// Whether an element may have a name, as far as its characters of ASCII go.
fn is_name(name: &str) -> bool {
    let is_first = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b':' | 0x80..);
    let is_other = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-' | b'.' | 0x80..);
    name.as_bytes().first().is_some_and(is_first) && name.bytes().all(is_other) && !name.contains(char::is_whitespace)
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
                assert!(self.0 < 3 * PIECE as u64, "read on and on");
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
