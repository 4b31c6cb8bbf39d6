//! A walk over the XML of a glossary. Entities that a file defines are not expanded: a few bytes of them can be gigabytes
//! of text.

use super::markup;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::fmt;

/// A step of the walk.
pub(super) enum Step<'a> {
    /// An element begins.
    Begin(BytesStart<'a>),
    /// An element of this name ends.
    End(Cow<'a, str>),
    /// Text.
    Text(Cow<'a, str>),
    /// An entity that XML does not define.
    Entity(String),
}

/// A walk from the beginning to the end of a text.
pub(super) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    open: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str) -> Walk<'a> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Walk { reader, text, open: 0 }
    }

    /// The next step; `None` at the end; or why there is none, after which there are no more.
    pub(super) fn step(&mut self) -> Result<Option<Step<'a>>, String> {
        loop {
            let step = match self.reader.read_event().map_err(|e| format!("the XML is broken: {e}"))? {
                Event::Start(element) => {
                    self.open = self.open.saturating_add(1);
                    Step::Begin(element)
                }
                Event::End(element) => {
                    self.open = self.open.saturating_sub(1);
                    Step::End(Cow::Owned(element.name().0.to_owned()))
                }
                Event::Text(text) => Step::Text(text.into_inner()),
                Event::CData(text) => Step::Text(text.into_inner()),
                Event::GeneralRef(name) => match markup::entity(&name) {
                    Some(c) => Step::Text(Cow::Owned(c.to_string())),
                    None => {
                        Step::Entity(format!("&{}; is no entity of XML", name.chars().take(40).collect::<String>()))
                    }
                },
                Event::Eof if self.open > 0 => return Err("the file ends in the middle. Fetch it again".to_owned()),
                Event::Eof => return Ok(None),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            };
            return Ok(Some(step));
        }
    }

    /// Where the walk is.
    pub(super) fn place(&self) -> Place<'a> {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        Place(self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes()))
    }
}

/// A place in a text, by what is before it. Its line is counted only where it is shown.
pub(super) struct Place<'a>(&'a [u8]);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = self.0.iter().filter(|b| **b == b'\n').count();
        write!(f, "line {}", ends.saturating_add(1))
    }
}

/// The value of an attribute as it is written.
pub(super) fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    element.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned())
}

/// The name of the outermost element of a text that looks like XML.
pub(super) fn root(text: &str) -> Option<&str> {
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
}
