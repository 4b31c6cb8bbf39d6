//! Two texts, a segment a line, as streams of units: Moses pairs, of which line n translates line n.

use super::encoding::Source;
use super::xml::{is_forbidden, short};
use super::{Fault, Header, Item, Severity, segment};
use crate::language::Lang;
use crate::model::{Level, Said, Unit, Variant};
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// A line has no more bytes.
const LINE: u64 = 8 << 20;

/// One of the two texts.
struct Side<R> {
    lang: Lang,
    stream: Source<R>,
}

/// A reader of both texts: an iterator over their lines.
pub(super) struct Reader<R> {
    sides: [Side<R>; 2],
    found: VecDeque<Item>,
    ended: bool,
    line: u64,
    units: u64,
}

impl<R: BufRead> Reader<R> {
    /// A reader of two texts, the source first.
    pub(super) fn new(source: (R, Lang), target: (R, Lang)) -> io::Result<Self> {
        let side = |(stream, lang)| Ok::<_, io::Error>(Side { lang, stream: Source::new(stream, LINE)? });
        let sides = [side(source)?, side(target)?];
        let header = Header {
            source: Some(sides[0].lang.clone()),
            level: Some(Level::Sentence),
            encoding: sides[0].stream.encoding(),
            ..Header::default()
        };
        Ok(Reader { sides, found: VecDeque::from([Item::Header(header)]), ended: false, line: 0, units: 0 })
    }

    fn fault(&mut self, severity: Severity, what: &'static str, detail: &str) {
        let fault = Fault { line: self.line, severity, loss: true, what, detail: short(detail) };
        self.found.push_back(Item::Fault(fault));
    }

    fn advance(&mut self) {
        self.line = self.line.saturating_add(1);
        let lines = self.sides.each_mut().map(|side| next(&mut side.stream));
        let [source, target] = match lines {
            [Ok(source), Ok(target)] => [source, target],
            [Err(error), _] | [_, Err(error)] => {
                self.ended = true;
                return self.fault(Severity::Broken, "the file cannot be read any further", &error.to_string());
            }
        };
        let texts = match (source, target) {
            (Some(source), Some(target)) => [source, target],
            (None, None) => {
                self.ended = true;
                return;
            }
            _ => {
                self.ended = true;
                return self.fault(Severity::Wrong, "lines after the end of the other text", "");
            }
        };
        let mut variants = Vec::new();
        for (n, text) in texts.into_iter().enumerate() {
            if text.contains(is_forbidden) {
                self.fault(Severity::Wrong, "a control character that XML forbids", "");
            }
            let text = segment::line(&text.replace(is_forbidden, ""));
            if let Some(side) = self.sides.get(n).filter(|_| !text.is_empty()) {
                variants.push(Variant { lang: side.lang.clone(), text, said: Said::default() });
            }
        }
        if !variants.is_empty() {
            let (number, line) = (self.units, self.line);
            self.found.push_back(Item::Unit(Unit {
                number,
                line,
                level: Level::Sentence,
                said: Said::default(),
                variants,
            }));
            self.units = self.units.saturating_add(1);
        }
    }
}

/// The next line without its end; `None` at the end of the text.
fn next<R: BufRead>(stream: &mut Source<R>) -> io::Result<Option<String>> {
    stream.renew();
    let mut line = Vec::new();
    // One byte more than a line may have would be an error of the stream, which names its limit.
    stream.by_ref().read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8(line)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "bytes that are not UTF-8. Convert the file"))?;
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.found.is_empty() && !self.ended {
            self.advance();
        }
        self.found.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &[u8], target: &[u8]) -> Vec<String> {
        let lang = |tag| Lang::parse(tag).unwrap();
        let items = Reader::new((source, lang("az")), (target, lang("ru"))).unwrap();
        let shown = items.filter_map(|item| match item {
            Item::Header(_) | Item::Part(_) => None,
            Item::Unit(unit) => {
                let texts: Vec<String> = unit.variants.iter().map(|v| format!("{}:{}", v.lang, v.text)).collect();
                Some(format!("{} {}", unit.line, texts.join(" = ")))
            }
            Item::Fault(fault) => Some(format!("{}: {fault}", fault.line)),
        });
        shown.collect()
    }

    #[test]
    fn a_line_is_a_unit_with_the_line_of_the_other_text() {
        let check = |source: &str, target: &str, expected: &[&str]| {
            assert_eq!(read(source.as_bytes(), target.as_bytes()), expected, "{source:?} {target:?}");
        };
        check("Bir.\nİki  üç.\r\n", "Раз.\nДва три.", &["1 az:Bir. = ru:Раз.", "2 az:İki üç. = ru:Два три."]);
        check("\u{FEFF}Bir.\n\nÜç.\n", "\n\nТри.\n", &["1 az:Bir.", "3 az:Üç. = ru:Три."]);
        check("Bir.\nİki.\nÜç.\n", "Раз.\n", &["1 az:Bir. = ru:Раз.", "2: lines after the end of the other text"]);
        check("", "", &[]);
    }

    #[test]
    fn bytes_that_are_no_text_end_it() {
        let found = read(b"Bir.\n\xff\xfe\nx\n", "Раз.\nДва.\nx\n".as_bytes());
        assert_eq!(found.len(), 2);
        assert!(found[1].starts_with("2: the file cannot be read any further: bytes that are not UTF-8"), "{found:?}");
    }
}
