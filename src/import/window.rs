//! The stretch of an XML file that is in memory, and where the next piece of it ends: a tag, a text, a reference, a comment.
//!
//! What pieces there are is for quick-xml to say. Plain tags and texts, which are nearly all, end at the next `>` or `<`, and are
//! told without it with about half as many instructions; a test holds the two against each other.

use super::encoding::Source;
use super::xml::{Broken, short};
use memchr::{memchr, memchr2};
use quick_xml::Reader;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::Event;
use std::io::{self, BufRead};
use std::ops::Range;

/// No piece has more bytes.
pub(super) const PIECE: usize = 8 << 20;

/// Why a piece does not end.
pub(super) const TRUNCATED: &str = "the file ends in the middle. Fetch it again";

/// A kind of piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A tag that begins an element; of its text the name and the attributes.
    Begin,
    /// One that ends it, too.
    Empty,
    /// A tag that ends an element; of its text the name.
    End,
    /// Text up to the next `<` or `&`.
    Text,
    /// A CDATA section; of its text what is in it.
    CData,
    /// A reference; of its text the name.
    Reference,
    /// A document type.
    DocType,
    /// A comment, a declaration, an instruction; its text is all of it.
    Other,
}

/// What a stretch begins with.
enum Found {
    /// A piece: where its text is, and where it ends.
    Piece(Kind, Range<usize>, usize),
    /// Text as far as it goes: more of it may follow.
    Text,
    /// A piece that does not end.
    Open,
    /// What is no XML, and why; so many bytes of it.
    Wrong(String, usize),
}

/// A window that moves over a file.
pub(super) struct Window<R> {
    source: Source<R>,
    text: String,
    /// Bytes that no character ends yet.
    tail: Vec<u8>,
    /// Where the next piece begins, and on which line; on which the last began.
    at: usize,
    line: u64,
    begun: u64,
    /// Where that line ends, or the text does.
    line_end: usize,
    /// That nothing follows the text, or why nothing that can be read.
    end: Option<Result<(), String>>,
}

impl<R: BufRead> Window<R> {
    pub(super) fn new(stream: R) -> io::Result<Self> {
        let source = Source::new(stream, u64::MAX)?;
        Ok(Window { source, text: String::new(), tail: Vec::new(), at: 0, line: 1, begun: 1, line_end: 0, end: None })
    }

    /// The encoding of the file.
    pub(super) fn encoding(&self) -> &'static str {
        self.source.encoding()
    }

    /// The line on which the last piece ends, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The line on which it begins.
    pub(super) fn begun(&self) -> u64 {
        self.begun
    }

    /// Whether the file says of its encoding what cannot be, and what.
    pub(super) fn misnamed(&self) -> Option<&'static str> {
        self.source.misnamed()
    }

    /// What is at a place that [`Window::piece`] gave last.
    pub(super) fn text(&self, place: Range<usize>) -> &str {
        self.text.get(place).unwrap_or_default()
    }

    /// The next piece and where its text is, until the one after it is asked for; `None` at the end.
    pub(super) fn piece(&mut self) -> Result<Option<(Kind, Range<usize>)>, Broken> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let found = match plain(rest) {
                Some(found) => found,
                None => parsed(rest),
            };
            match (found, &self.end) {
                (Found::Piece(kind, text, length), _) => {
                    let place = self.at.saturating_add(text.start)..self.at.saturating_add(text.end);
                    self.pass(length);
                    return Ok(Some((kind, place)));
                }
                (Found::Wrong(reason, length), _) => {
                    self.pass(length);
                    return Err(Broken { line: self.line, reason });
                }
                (Found::Text | Found::Open, None) => self.read()?,
                (_, Some(Err(reason))) => {
                    let reason = reason.clone();
                    self.pass(usize::MAX);
                    return Err(Broken { line: self.line, reason });
                }
                (Found::Text, Some(Ok(()))) => {
                    let place = self.at..self.text.len();
                    self.pass(usize::MAX);
                    return Ok((!place.is_empty()).then_some((Kind::Text, place)));
                }
                (Found::Open, Some(Ok(()))) => {
                    // What never ends is looked for where it begins.
                    self.pass(usize::MAX);
                    return Err(Broken { line: self.begun, reason: TRUNCATED.to_owned() });
                }
            }
        }
    }

    /// Goes on behind so many bytes.
    fn pass(&mut self, length: usize) {
        self.begun = self.line;
        let to = self.at.saturating_add(length).min(self.text.len());
        while self.line_end < to {
            self.line = self.line.saturating_add(1);
            self.line_end = self.line_end_from(self.line_end.saturating_add(1));
        }
        self.at = to;
    }

    /// Where a line ends that goes on at a place, or the text does.
    fn line_end_from(&self, place: usize) -> usize {
        let rest = self.text.as_bytes().get(place..).unwrap_or_default();
        memchr(b'\n', rest).map_or(self.text.len(), |end| place.saturating_add(end))
    }

    /// Reads on. What was passed is forgotten; of what was not there is then at least twice as much, so that a piece is looked at
    /// few times however long it is.
    fn read(&mut self) -> Result<(), Broken> {
        self.text.drain(..self.at);
        self.line_end = self.line_end.saturating_sub(self.at);
        self.at = 0;
        let open = self.text.len();
        if open >= PIECE {
            self.pass(usize::MAX);
            let reason = format!("more than {} MB without a tag or an end of one", PIECE >> 20);
            return Err(Broken { line: self.begun, reason });
        }
        let enough = open.saturating_mul(2).min(PIECE);
        while self.end.is_none() && self.text.len() <= enough {
            self.read_block();
        }
        if self.line_end == open {
            self.line_end = self.line_end_from(open);
        }
        Ok(())
    }

    fn read_block(&mut self) {
        let length = match self.source.fill_buf() {
            Ok([]) => {
                self.end = Some(if self.tail.is_empty() { Ok(()) } else { Err(not_utf8()) });
                return;
            }
            Ok(block) => {
                self.tail.extend_from_slice(block);
                block.len()
            }
            Err(error) => {
                self.end = Some(Err(error.to_string()));
                return;
            }
        };
        self.source.consume(length);
        match std::str::from_utf8(&self.tail) {
            Ok(text) => {
                self.text.push_str(text);
                self.tail.clear();
            }
            Err(error) => {
                let (whole, rest) = self.tail.split_at(error.valid_up_to());
                self.text.push_str(std::str::from_utf8(whole).unwrap_or_default());
                if error.error_len().is_some() {
                    self.end = Some(Err(not_utf8()));
                }
                self.tail = rest.to_vec();
            }
        }
    }
}

fn not_utf8() -> String {
    "bytes that are not UTF-8. Convert the file, or name its encoding in its first line".to_owned()
}

/// What a stretch begins with, where that is a plain text or tag.
fn plain(rest: &str) -> Option<Found> {
    let bytes = rest.as_bytes();
    let (first, second) = (bytes.first(), bytes.get(1));
    if !matches!(first, Some(b'<' | b'&')) {
        return Some(match memchr2(b'<', b'&', bytes) {
            Some(end) => Found::Piece(Kind::Text, 0..end, end),
            None => Found::Text,
        });
    }
    if first != Some(&b'<') || !second.is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/') {
        return None;
    }
    let end = memchr(b'>', bytes)?;
    // Between two quotation marks a `>` ends nothing.
    let (double, single) =
        bytes.get(..end)?.iter().fold((false, false), |(d, s), b| (d ^ (*b == b'"'), s | (*b == b'\'')));
    if double || single {
        return None;
    }
    Some(tag(rest, end.saturating_add(1)))
}

/// A tag of so many bytes.
fn tag(rest: &str, length: usize) -> Found {
    let inner = rest.get(..length.saturating_sub(1)).unwrap_or_default();
    if let Some(name) = inner.strip_prefix("</") {
        // A name of white space alone is none, and stays as wrong as it is.
        let name = match name.trim_end_matches([' ', '\t', '\r', '\n']) {
            "" => name,
            trimmed => trimmed,
        };
        return Found::Piece(Kind::End, 2..2 + name.len(), length);
    }
    match inner.strip_suffix('/') {
        Some(inner) => Found::Piece(Kind::Empty, 1..inner.len(), length),
        None => Found::Piece(Kind::Begin, 1..inner.len(), length),
    }
}

/// What a stretch begins with, as quick-xml reads it.
fn parsed(rest: &str) -> Found {
    let mut reader = Reader::from_str(rest);
    let config = reader.config_mut();
    // What begins is known to whoever walks, not to this reader.
    (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) = (false, true, true);
    let event = reader.read_event();
    let length = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(rest.len());
    match event {
        Ok(Event::Start(_) | Event::Empty(_) | Event::End(_)) => tag(rest, length),
        Ok(Event::Text(_)) if length == rest.len() => Found::Text,
        Ok(Event::Text(_)) => Found::Piece(Kind::Text, 0..length, length),
        Ok(Event::CData(text)) => Found::Piece(Kind::CData, 9..9 + text.len(), length),
        Ok(Event::GeneralRef(name)) => Found::Piece(Kind::Reference, 1..1 + name.len(), length),
        Ok(Event::DocType(_)) => Found::Piece(Kind::DocType, 0..length, length),
        Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => Found::Piece(Kind::Other, 0..length, length),
        Ok(Event::Eof) => Found::Text,
        Err(Error::Syntax(SyntaxError::InvalidBangMarkup)) if rest.len() > 2 => wrong("<! without a meaning", length),
        Err(Error::Syntax(_)) => Found::Open,
        Err(error) => wrong(&error.to_string(), length),
    }
}

fn wrong(reason: &str, length: usize) -> Found {
    Found::Wrong(format!("the XML is broken: {}", short(reason)), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Read};

    /// Gives a few bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(into.len());
            self.0.take(count as u64).read(into).inspect(|read| self.0 = &self.0[*read..])
        }
    }

    /// The pieces of a text as quick-xml reads all of it, to where it breaks.
    fn expected(text: &str) -> Vec<(Kind, String)> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) = (false, true, true);
        let mut pieces = Vec::new();
        loop {
            pieces.push(match reader.read_event() {
                Ok(Event::Eof) | Err(_) => return pieces,
                Ok(Event::Start(e)) => (Kind::Begin, format!("{}{}", e.name().0, e.attributes_raw())),
                Ok(Event::Empty(e)) => (Kind::Empty, format!("{}{}", e.name().0, e.attributes_raw())),
                Ok(Event::End(e)) => (Kind::End, e.name().0.to_owned()),
                Ok(Event::Text(t)) => (Kind::Text, t.to_string()),
                Ok(Event::CData(t)) => (Kind::CData, t.to_string()),
                Ok(Event::GeneralRef(t)) => (Kind::Reference, t.to_string()),
                Ok(Event::DocType(_)) => (Kind::DocType, String::new()),
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => (Kind::Other, String::new()),
            });
        }
    }

    fn pieces(stream: impl BufRead) -> (Vec<(Kind, String)>, Option<Broken>, u64) {
        let (mut window, mut pieces) = (Window::new(stream).unwrap(), Vec::new());
        loop {
            match window.piece() {
                Ok(Some((kind @ (Kind::DocType | Kind::Other), _))) => pieces.push((kind, String::new())),
                Ok(Some((kind, place))) => pieces.push((kind, window.text(place).to_owned())),
                Ok(None) => return (pieces, None, window.line()),
                Err(broken) => return (pieces, Some(broken), window.line()),
            }
        }
    }

    /// Pieces of XML, whole and in part.
    fn part() -> impl Strategy<Value = &'static str> {
        let parts = [
            "<a>",
            "</a>",
            "</a >",
            "<a/>",
            "<a b=\"c\">",
            "<a b='>'>",
            "<a b=\">\" c='\"'/>",
            "<a\nb=\"é\" />",
            "<",
            ">",
            "&",
            "&amp;",
            "&#x259;",
            ";",
            "'",
            "\"",
            "şəhər",
            "\n",
            " ",
            "<!--",
            "-->",
            "-",
            "<![CDATA[",
            "]]>",
            "]",
            "<?pi ?>",
            "<?",
            "?>",
            "<!DOCTYPE a>",
            "<!DOCTYPE a [<!ENTITY b \">\">]>",
            "<!x",
            "<!",
            "</",
            "/",
            "=",
            "<é>",
        ];
        prop::sample::select(parts.to_vec())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn pieces_are_those_of_quick_xml_however_the_file_comes(
            parts in prop::collection::vec(part(), 0..24),
            drops in 1usize..9,
        ) {
            // What is read ahead for the encoding comes in one piece: the rest does not.
            let text = format!("<!--{}-->{}", "x".repeat((16 << 10) - 14), parts.concat());
            let (found, broken, line) = pieces(BufReader::with_capacity(1, Drops(text.as_bytes(), drops)));
            prop_assert_eq!(&found, &expected(&text));
            let (whole, same, _) = pieces(text.as_bytes());
            prop_assert_eq!((found, &broken), (whole, &same));
            prop_assert!(broken.is_some() || line == 1 + text.matches('\n').count() as u64);
        }
    }

    #[test]
    fn bytes_that_are_no_text_end_the_file_behind_what_can_be_read() {
        let check = |bytes: &[u8], count: usize, line: u64| {
            let (found, broken, _) = pieces(bytes);
            assert_eq!((found.len(), broken.as_ref().map(|b| b.line)), (count, Some(line)), "{bytes:?}");
            assert!(broken.unwrap().reason.starts_with("bytes that are not UTF-8"));
        };
        check(b"<a>\nx</a>\n<b>\n\xff</b>", 5, 4);
        check(b"<a>\n\xc3", 1, 2);
        check(b"\xff", 0, 1);
    }
}
