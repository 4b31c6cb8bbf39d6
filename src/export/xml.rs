//! XML text: which characters of a text an XML file of ours holds, and a writer that keeps elements nested.
//!
//! What is dropped: characters that XML 1.0 forbids (most controls), and those that it allows but no reader of ours can
//! use: C1 controls, soft hyphens, zero-width spaces, byte order marks, U+FFFD, private use and noncharacters. Joiners
//! and directional marks stay, since Arabic script needs them. What is left is put in normal form C.

use crate::model::Span;
use icu_normalizer::ComposingNormalizerBorrowed;
use quick_xml::escape::partial_escape;
use std::borrow::Cow;
use std::io::{self, Write};

/// What stands for a character in our files: itself, a space, or nothing.
fn kept(c: char) -> Option<char> {
    match c {
        '\t' | '\n' => Some(c),
        // Line breaks of other systems part words, so they may not vanish.
        '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => None,
        '\u{AD}' | '\u{200B}' | '\u{FEFF}' | '\u{FFFD}' => None,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{FDD0}'..='\u{FDEF}' => None,
        _ if u32::from(c) & 0xFFFE == 0xFFFE => None,
        _ => Some(c),
    }
}

/// A text on one line, as our files hold it: cleaned, trimmed, every run of white space one space. A no-break space alone
/// between words ("20 000") stays one.
///
/// ```
/// use korpu::export::Line;
/// assert_eq!(Line::from(" Bakı,\n 20\u{A0}000 manat ").as_str(), "Bakı, 20\u{A0}000 manat");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line<'a>(Cow<'a, str>);

impl<'a> From<&'a str> for Line<'a> {
    fn from(text: &'a str) -> Self {
        Line(line(text))
    }
}

impl Line<'_> {
    /// A text that nobody else has.
    pub(super) fn of(text: String) -> Line<'static> {
        match line(&text) {
            Cow::Borrowed(_) => Line(Cow::Owned(text)),
            Cow::Owned(line) => Line(Cow::Owned(line)),
        }
    }

    /// The text, where nothing about it is changed.
    pub(crate) fn as_it_was(&self) -> Option<&str> {
        match &self.0 {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Lines with a space between them; empty ones are passed over.
    pub(super) fn join<'a>(lines: &[&Line<'a>]) -> Line<'a> {
        match lines {
            [only] => (*only).clone(),
            several => {
                let texts: Vec<&str> =
                    several.iter().map(|line| line.as_str()).filter(|text| !text.is_empty()).collect();
                Line(Cow::Owned(line(&texts.join(" ")).into_owned()))
            }
        }
    }
}

/// The text with only what our files hold, in normal form C. White space stays as it is.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    if text.chars().all(|c| kept(c) == Some(c)) {
        return nfc.normalize(text);
    }
    // What was dropped may have stood between a letter and its accent: normalise afterwards.
    let text: String = text.chars().filter_map(kept).collect();
    Cow::Owned(nfc.normalize(&text).into_owned())
}

/// The text as [`Line`] has it.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    // Nearly all texts are lines already.
    if is_line(text) {
        return Cow::Borrowed(text);
    }
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    let mut gap: Option<char> = None;
    for c in text.chars() {
        if c.is_whitespace() {
            let sole = gap.is_none() && matches!(c, '\u{A0}' | '\u{202F}');
            gap = Some(if sole { c } else { ' ' });
            continue;
        }
        match gap.take() {
            Some(space) if !out.is_empty() => out.push(space),
            _ => {}
        }
        out.push(c);
    }
    Cow::Owned(out)
}

/// Whether [`line`] would change nothing.
fn is_line(text: &str) -> bool {
    is_plain_line(text.as_bytes()).unwrap_or_else(|| {
        let mut gap = true;
        for c in text.chars() {
            if c.is_whitespace() {
                if gap || !matches!(c, ' ' | '\u{A0}' | '\u{202F}') {
                    return false;
                }
                gap = true;
                continue;
            }
            gap = false;
            if kept(c) != Some(c) {
                return false;
            }
        }
        (!gap || text.is_empty()) && ComposingNormalizerBorrowed::new_nfc().is_normalized(text)
    })
}

/// The same without tables, for texts of ASCII, letters from U+00C0 to U+02FF and U+0400 to U+047F, and the dashes and quotation
/// marks from U+2010 to U+2027: they are composed, and nothing in them combines. `None` where there is anything else. Told by pairs
/// of bytes, which processors compare by the dozen.
fn is_plain_line(text: &[u8]) -> Option<bool> {
    let is_other = |a: u8, b: u8| {
        (b < b' ') | (b == 0x7F) | (b == 0xC2) | (b > 0xCB) & (b != 0xD0) & (b != 0xD1) & (b != 0xE2)
            | (a == 0xE2) & (b != 0x80)
            // After E2 80 stands what ends a dash; 80 may end a letter, too, after which comes no byte of these.
            | (a == 0x80) & ((0x80..0x90).contains(&b) | (0xA8..0xC0).contains(&b))
    };
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return Some(true) };
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let (other, gap) = pairs.fold((is_other(0, *first), false), |(other, gap), (a, b)| {
        (other | is_other(*a, *b), gap | ((*a == b' ') & (*b == b' ')))
    });
    (!other).then_some(!gap && *first != b' ' && *last != b' ')
}

/// Whether our files hold nothing of the text but white space.
pub(super) fn is_blank(text: &str) -> bool {
    !text.chars().filter_map(kept).any(|c| !c.is_whitespace())
}

/// A stretch of a text without what is blank at its edges.
pub(super) fn trimmed(span: Span, text: &str) -> Span {
    let is_blank = |c: char| kept(c).is_none_or(char::is_whitespace);
    let words = span.of(text);
    let start = span.start + (words.len() - words.trim_start_matches(is_blank).len()) as u32;
    Span { start, end: start + words.trim_matches(is_blank).len() as u32 }
}

/// The text where there is one that is not blank.
pub(super) fn visible(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !is_blank(text))
}

/// Whether a name may be an `xml:id`: a letter or `_`, then letters, digits, `.`, `-`, `_`, all of ASCII.
pub(super) fn is_id(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// An attribute: its name and value. An attribute with an empty value is not written.
pub(super) type Attribute<'a> = (&'a str, &'a str);

/// So much is gathered before it is handed on.
const BUFFER: usize = 1 << 15;

/// Writes an XML file: elements on lines of their own, indented, and mixed content without any white space added.
pub(super) struct Xml<'o> {
    out: Box<dyn Write + 'o>,
    buffer: String,
    open: Vec<&'static str>,
    /// How many bytes were handed on.
    before: u64,
}

impl<'o> Xml<'o> {
    /// Begins a file with the XML declaration and, where there is one, the document type.
    pub(super) fn new(out: impl Write + 'o, doctype: Option<&str>) -> io::Result<Self> {
        let mut buffer = String::with_capacity(BUFFER);
        buffer.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        if let Some(doctype) = doctype {
            buffer.push_str(&format!("<!DOCTYPE {doctype}>\n"));
        }
        Ok(Xml { out: Box::new(out), buffer, open: Vec::new(), before: 0 })
    }

    /// How many bytes the file has so far.
    pub(super) fn len(&self) -> u64 {
        self.before.saturating_add(self.buffer.len() as u64)
    }

    /// Starts an element whose children stand on lines of their own.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attribute]) -> io::Result<()> {
        self.indent()?;
        self.begin(name, attributes)?;
        self.newline()
    }

    /// Ends the innermost element begun with [`Xml::open`].
    pub(super) fn close(&mut self) -> io::Result<()> {
        if let Some(name) = self.open.pop() {
            self.indent()?;
            self.end_tag(name);
            self.newline()?;
        }
        Ok(())
    }

    /// An element without content, on a line of its own.
    pub(super) fn empty(&mut self, name: &'static str, attributes: &[Attribute]) -> io::Result<()> {
        self.indent()?;
        self.tag(name, attributes, "/>");
        self.newline()
    }

    /// An element with text alone, put on one line.
    pub(super) fn leaf(&mut self, name: &'static str, attributes: &[Attribute], text: &str) -> io::Result<()> {
        self.leaf_line(name, attributes, &Line::from(text))
    }

    /// An element with a line of text alone.
    pub(super) fn leaf_line(&mut self, name: &'static str, attributes: &[Attribute], line: &Line) -> io::Result<()> {
        self.indent()?;
        self.tag(name, attributes, ">");
        escape(line.as_str(), &mut self.buffer);
        self.end_tag(name);
        self.newline()
    }

    /// As [`Xml::leaf`], but nothing where there is no text.
    pub(super) fn leaf_if(
        &mut self,
        name: &'static str,
        attributes: &[Attribute],
        text: Option<&str>,
    ) -> io::Result<()> {
        match visible(text) {
            Some(text) => self.leaf(name, attributes, text),
            None => Ok(()),
        }
    }

    /// Starts an element inside a line.
    pub(super) fn begin(&mut self, name: &'static str, attributes: &[Attribute]) -> io::Result<()> {
        self.tag(name, attributes, ">");
        self.open.push(name);
        Ok(())
    }

    /// An element without content, inside a line.
    pub(super) fn milestone(&mut self, name: &'static str, attributes: &[Attribute]) -> io::Result<()> {
        self.tag(name, attributes, "/>");
        Ok(())
    }

    /// Ends the innermost element begun with [`Xml::begin`].
    pub(super) fn end(&mut self) -> io::Result<()> {
        if let Some(name) = self.open.pop() {
            self.end_tag(name);
        }
        Ok(())
    }

    /// Text, cleaned and escaped, white space as it is.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        escape(&clean(text), &mut self.buffer);
        self.hand_on(BUFFER)
    }

    /// The white space before an element on a line of its own.
    pub(super) fn indent(&mut self) -> io::Result<()> {
        const SPACES: &str = "                ";
        match SPACES.get(..self.open.len()) {
            Some(spaces) => self.buffer.push_str(spaces),
            None => self.buffer.extend(std::iter::repeat_n(' ', self.open.len())),
        }
        Ok(())
    }

    /// Ends a line.
    pub(super) fn newline(&mut self) -> io::Result<()> {
        self.buffer.push('\n');
        self.hand_on(BUFFER)
    }

    /// Ends the file: closes what is open and flushes.
    pub(super) fn finish(mut self) -> io::Result<()> {
        while !self.open.is_empty() {
            self.close()?;
        }
        self.hand_on(0)?;
        self.out.flush()
    }

    /// Hands on what is gathered, where it is more than so much.
    fn hand_on(&mut self, limit: usize) -> io::Result<()> {
        if self.buffer.len() > limit {
            self.out.write_all(self.buffer.as_bytes())?;
            self.before = self.len();
            self.buffer.clear();
        }
        Ok(())
    }

    fn end_tag(&mut self, name: &str) {
        self.buffer.push_str("</");
        self.buffer.push_str(name);
        self.buffer.push('>');
    }

    fn tag(&mut self, name: &str, attributes: &[Attribute], end: &str) {
        self.buffer.push('<');
        self.buffer.push_str(name);
        for (name, value) in attributes {
            let value = line(value);
            if !value.is_empty() {
                self.buffer.push(' ');
                self.buffer.push_str(name);
                self.buffer.push_str("=\"");
                if is_bare(&value) {
                    self.buffer.push_str(&value);
                    self.buffer.push('"');
                    continue;
                }
                let mut parts = value.split('"');
                escape(parts.next().unwrap_or_default(), &mut self.buffer);
                for part in parts {
                    self.buffer.push_str("&quot;");
                    escape(part, &mut self.buffer);
                }
                self.buffer.push('"');
            }
        }
        self.buffer.push_str(end);
    }
}

/// An element with a text as XML, to be the text of another element.
pub(super) fn escaped(element: &str, line: &Line) -> String {
    let mut xml = format!("<{element}>");
    escape(line.as_str(), &mut xml);
    xml.push_str(&format!("</{element}>"));
    xml
}

/// Whether a text stands for itself, as nearly all do: in it is nothing that is escaped anywhere, nor the first byte of U+0338.
fn is_bare(text: &str) -> bool {
    !text.bytes().fold(false, |any, b| any | (b == b'&') | (b == b'<') | (b == b'>') | (b == b'"') | (b == 0xCC))
}

/// Adds a text with `&`, `<` and `>` (for `]]>`) as entities.
///
/// A text that begins with U+0338 gets a character reference: after the `>` of a tag it would make the file as a whole
/// lose normal form C (`>` and U+0338 compose to `≯`). No other mark composes with `>`.
fn escape(text: &str, out: &mut String) {
    if is_bare(text) {
        return out.push_str(text);
    }
    let text = match text.strip_prefix('\u{338}') {
        Some(rest) => {
            out.push_str("&#x338;");
            rest
        }
        None => text,
    };
    match partial_escape(text) {
        Cow::Borrowed(text) => out.push_str(text),
        Cow::Owned(text) => out.push_str(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_dropped_and_words_stay_apart() {
        let check = |input: &str, expected: &str| assert_eq!(line(input), expected, "{input:?}");
        check("  Bakı,\n 20 noyabr\u{0}.\u{FFFE} ", "Bakı, 20 noyabr.");
        check("bir\u{2028}iki\u{85}üç\rdörd\u{C}beş", "bir iki üç dörd beş");
        check("чита\u{AD}тель\u{FEFF}\u{200B}", "читатель");
        check("20\u{A0}000 \u{A0}manat\u{A0}", "20\u{A0}000 manat");
        check("شهر\u{200C}ها 😀", "شهر\u{200C}ها 😀");
        check("\u{E000}\u{F0000}\u{FDD0}\u{1FFFE}", "");
        check("«Əla» — dedi “o”", "«Əla» — dedi “o”");
        check("a  b", "a b");
        check("a ", "a");
        check("a\u{2028}b", "a b");
        check("İ\u{301}", "İ\u{301}");
    }

    /// What is told without tables is what the tables say.
    #[test]
    fn a_plain_line_is_a_line() {
        for c in (0..0x3000).filter_map(char::from_u32) {
            for text in [format!("{c}"), format!("a{c}b"), format!("a {c}"), format!("e{c}")] {
                let cleaned: String = clean(&text).split_whitespace().collect::<Vec<_>>().join(" ");
                if is_plain_line(text.as_bytes()) == Some(true) {
                    assert_eq!(cleaned, text, "U+{:04X}", u32::from(c));
                }
            }
        }
    }

    #[test]
    fn an_accent_freed_by_what_was_dropped_is_composed() {
        assert_eq!(clean("s\u{200B}\u{327}əhər"), "şəhər");
        assert_eq!(clean("и\u{306}"), "й");
    }

    #[test]
    fn a_file_is_escaped_nested_and_indented() {
        let mut out = Vec::new();
        let mut xml = Xml::new(&mut out, None).unwrap();
        xml.open("a", &[("n", "\"1\" & <2>\n3"), ("none", "")]).unwrap();
        xml.leaf("b", &[], " x ]]> y ").unwrap();
        xml.leaf("c", &[], "\u{338}z").unwrap();
        xml.leaf_if("d", &[], Some(" \u{0} ")).unwrap();
        xml.empty("e", &[]).unwrap();
        xml.finish().unwrap();
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a n=\"&quot;1&quot; &amp; &lt;2&gt; 3\">\n \
                        <b>x ]]&gt; y</b>\n <c>&#x338;z</c>\n <e/>\n</a>\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn an_id_is_a_name_of_xml() {
        let check = |name: &str, expected: bool| assert_eq!(is_id(name), expected, "{name:?}");
        check("d0123456789ab", true);
        check("_a.b-c", true);
        check("1d", false);
        check("d 1", false);
        check("d:1", false);
        check("", false);
    }
}
