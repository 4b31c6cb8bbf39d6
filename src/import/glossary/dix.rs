//! Bilingual dictionaries of Apertium: `<e><p><l>dog<s n="n"/></l><r>it<s n="n"/></r></p></e>`.
//!
//! An entry is its sides put together; `<i>` is on both sides. Entries of one direction count as well, since forms that
//! translate one way are still about the same.

use super::form::form;
use super::xml::{Broken, Step, Walk, attribute};
use super::{Format, Glossary, Languages};

/// The glossary in a dictionary.
pub(super) fn read(text: &str, languages: Languages) -> Glossary {
    let mut glossary = Glossary::new(Format::Dix);
    if let Err(Broken { line, reason }) = read_entries(text, languages, &mut glossary) {
        glossary.skip(format_args!("line {line}"), reason);
    }
    glossary
}

/// Adds the entries, up to where the file breaks.
fn read_entries(text: &str, languages: Languages, glossary: &mut Glossary) -> Result<(), Broken> {
    let start = |e: std::io::Error| Broken { line: 1, reason: e.to_string() };
    let mut walk = Walk::with_declarations(text.as_bytes()).map_err(start)?;
    let mut reading = Reading::default();
    while let (false, Some(step)) = (glossary.is_full(), walk.step()?) {
        match step {
            Step::Begin(element) => {
                let is_ignored = element.name().0 == "e" && attribute(&element, "i").as_deref() == Some("yes");
                reading.begin(element.name().0, is_ignored);
            }
            Step::Text(text, _) => reading.text(&text),
            Step::Entity(name) => reading.unread = Some(format!("{name} is no entity of XML")),
            Step::End(element) => {
                if let Some(entry) = reading.end(element.name().0) {
                    let line = walk.line();
                    match entry.forms() {
                        Ok((source, target)) => glossary.add(&languages, &source, &target),
                        Err(reason) => glossary.skip(format_args!("line {line}"), reason),
                    }
                }
            }
            Step::Other => {}
        }
    }
    Ok(())
}

/// Which side of an entry a text is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Side {
    #[default]
    None,
    Left,
    Right,
    Both,
}

/// An entry on its way.
#[derive(Debug, Default)]
struct Reading {
    /// In a paradigm: its entries are endings, not words.
    in_paradigm: bool,
    in_entry: bool,
    is_ignored: bool,
    side: Side,
    left: String,
    right: String,
    unread: Option<String>,
}

impl Reading {
    fn begin(&mut self, element: &str, is_ignored: bool) {
        match element {
            "pardef" => self.in_paradigm = true,
            "e" => *self = Reading { in_paradigm: self.in_paradigm, in_entry: true, is_ignored, ..Reading::default() },
            "l" => self.side = Side::Left,
            "r" => self.side = Side::Right,
            "i" => self.side = Side::Both,
            // A blank, and the border of two words that are written as one.
            "b" | "j" => self.text(" "),
            "re" => self.unread = Some("a regular expression".to_owned()),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if matches!(self.side, Side::Left | Side::Both) {
            self.left.push_str(text);
        }
        if matches!(self.side, Side::Right | Side::Both) {
            self.right.push_str(text);
        }
    }

    /// The entry where one ends that is to be read.
    fn end(&mut self, element: &str) -> Option<Reading> {
        match element {
            "pardef" => self.in_paradigm = false,
            "l" | "r" | "i" => self.side = Side::None,
            "e" => {
                let in_paradigm = self.in_paradigm;
                let entry = std::mem::replace(self, Reading { in_paradigm, ..Reading::default() });
                return Some(entry).filter(|e| e.in_entry && !e.in_paradigm && !e.is_ignored);
            }
            _ => {}
        }
        None
    }

    fn forms(self) -> Result<(String, String), String> {
        match self.unread {
            Some(reason) => Err(reason),
            None => Ok((form(&self.left)?, form(&self.right)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{pair, told};
    use super::*;

    fn check(entries: &str, expected: &str) {
        let paradigm = "<pardef n=\"x\"><e><p><l>in</l><r>a paradigm</r></p></e></pardef>";
        let text = format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE dictionary [<!ENTITY big \"x\">]>\n<dictionary><alphabet>abc</alphabet>\
             <pardefs>{paradigm}</pardefs>\n<section id=\"main\" type=\"standard\">\n{entries}</section></dictionary>"
        );
        assert_eq!(told(&read(&text, pair("en", "az"))), expected, "{entries}");
    }

    #[test]
    fn an_entry_has_two_sides() {
        check("<e><p><l>dog<s n=\"n\"/></l><r>it<s n=\"n\"/></r></p></e>", "Apertium 0: en-az dog=it");
        check(
            "<e r=\"LR\"><p><l>prime<b/>minister</l><r>baş<b/>nazir</r></p></e>",
            "Apertium 0: en-az prime minister=baş nazir",
        );
        check("<e r=\"RL\"><i>taxi<s n=\"n\"/></i><par n=\"x\"/></e>", "Apertium 0: en-az taxi=taxi");
        check("<e><i>ab</i><p><l>c</l><r>d</r></p></e>", "Apertium 0: en-az abc=abd");
        check("<e><p><l>take<g><b/>away</g></l><r>R&amp;B&#x259;</r></p></e>", "Apertium 0: en-az take away=R&Bə");
        check("<e i=\"yes\"><p><l>a</l><r>b</r></p></e>", "Apertium 0: ");
        check("<e><p><l>a</l><r><![CDATA[b]]></r></p></e><!-- <e/> -->", "Apertium 0: en-az a=b");
    }

    #[test]
    fn what_cannot_be_read_is_counted_with_its_line() {
        check("<e><re>[0-9]+</re></e>", "Apertium 1:  (line 5: a regular expression)");
        check("\n<e><p><l>a</l><r></r></p></e>", "Apertium 1:  (line 6: a side has no letters)");
        check("<e><i>&big;</i></e><e><i>a</i></e>", "Apertium 1: en-az a=a (line 5: &big; is no entity of XML)");
        let cut = read("<dictionary><section><e><i>a</i></e>\n<e><p><l>b", None);
        assert_eq!(told(&cut), "Apertium 1: a=a (line 2: the file ends in the middle. Fetch it again)");
        let crossed = read("<dictionary>\n<e><i>a</i></e><e><p></e>", None);
        assert_eq!(told(&crossed), "Apertium 1: a=a (line 2: </e> ends where </p> should)");
    }
}
