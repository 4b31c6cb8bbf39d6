//! Translation memories (TMX 1.1 to 1.4) of terms: each unit has segments, a language each.

use super::xml::{Step, Walk, attribute};
use super::{Format, Glossary, tags};
use std::fmt::Display;

/// No unit has more segments: there are not so many official languages in any one place.
const SEGMENTS: usize = 64;

/// What makes a form of a segment, or says why it is none.
type Form = fn(&str) -> Result<String, &'static str>;

/// A segment as it is, one space for each stretch of white space.
pub(super) fn segment(text: &str) -> Result<String, &'static str> {
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err("it is neither UTF-8 nor UTF-16. Convert the file to UTF-8");
    }
    let segment = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if segment.is_empty() { Err("a side is empty") } else { Ok(segment) }
}

/// The glossary in a translation memory: of each unit the pairs of segments in two languages.
pub(super) fn read(text: &str, form: Form) -> Glossary {
    let mut glossary = Glossary::new(Format::Tmx);
    let mut walk = Walk::new(text);
    let mut unit = Unit::default();
    while !glossary.is_full() {
        let step = match walk.step() {
            Ok(Some(step)) => step,
            Ok(None) => break,
            Err(reason) => {
                glossary.skip(walk.place(), reason);
                break;
            }
        };
        match step {
            Step::Begin(element) => match element.name().0 {
                "tu" => unit = Unit::default(),
                "tuv" => {
                    let lang = attribute(&element, "xml:lang").or_else(|| attribute(&element, "lang"));
                    unit.lang = lang.and_then(|lang| tags::tag(&lang));
                }
                "seg" => unit.segment = Some(String::new()),
                // What stands for a tag of the document is no text of it; a highlight is.
                name if unit.segment.is_some() && (name != "hi" || unit.codes > 0) => {
                    unit.codes = unit.codes.saturating_add(1);
                }
                _ => {}
            },
            Step::Text(text) => unit.text(&text),
            Step::Entity(reason) => unit.entity(reason),
            Step::End(name) => match &*name {
                "tu" => std::mem::take(&mut unit).add_to(&mut glossary, walk.place()),
                "seg" => unit.end_segment(form),
                _ => unit.codes = unit.codes.saturating_sub(1),
            },
        }
    }
    glossary
}

/// A unit on its way.
#[derive(Debug, Default)]
struct Unit {
    /// The forms and their languages.
    forms: Vec<(String, String)>,
    /// Why one of its segments, or the whole, is not read.
    unread: Option<String>,
    lang: Option<String>,
    segment: Option<String>,
    /// How many elements are open in the segment whose content is left out.
    codes: usize,
}

impl Unit {
    fn text(&mut self, text: &str) {
        if let Some(segment) = self.segment.as_mut().filter(|_| self.codes == 0) {
            segment.push_str(text);
        }
    }

    /// An entity in the text of a segment: what it stands for is not known.
    fn entity(&mut self, reason: String) {
        if self.segment.is_some() && self.codes == 0 {
            self.text("\u{fffd}");
            self.unread.get_or_insert(reason);
        }
    }

    fn end_segment(&mut self, form: Form) {
        self.codes = 0;
        let read = match (self.segment.take(), &self.lang) {
            (None, _) => return,
            (_, None) => Err("a segment has no language"),
            _ if self.forms.len() >= SEGMENTS => Err("more than 64 segments"),
            (Some(segment), Some(lang)) => form(&segment).map(|form| (lang.clone(), form)),
        };
        match read {
            Ok(read) => self.forms.push(read),
            Err(reason) => {
                self.unread.get_or_insert_with(|| reason.to_owned());
            }
        }
    }

    fn add_to(mut self, glossary: &mut Glossary, place: impl Display) {
        let mut pairs: usize = 0;
        for (n, (lang, source)) in self.forms.iter().enumerate() {
            for (other, target) in self.forms.iter().skip(n.saturating_add(1)) {
                if tags::primary(lang) != tags::primary(other) {
                    glossary.add(&Some((lang.clone(), other.clone())), source, target);
                    pairs = pairs.saturating_add(1);
                }
            }
        }
        if pairs == 0 {
            self.unread.get_or_insert_with(|| "no segments in two languages".to_owned());
        }
        if let Some(reason) = self.unread {
            glossary.skip(place, reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::form::form;
    use super::super::tests::told;
    use super::*;

    fn check(units: &str, expected: &str) {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n<tmx version=\"1.4\"><header srclang=\"en\">\
             <note>x</note></header><body>\n{units}</body></tmx>"
        );
        assert_eq!(told(&read(&text, form)), expected, "{units}");
    }

    fn unit(segments: &[(&str, &str)]) -> String {
        let of = |(lang, seg): &(&str, &str)| {
            format!("<tuv xml:lang=\"{lang}\"><prop type=\"x\">p</prop><seg>{seg}</seg></tuv>")
        };
        format!("<tu><note>n</note>{}</tu>", segments.iter().map(of).collect::<String>())
    }

    #[test]
    fn a_unit_gives_a_pair_for_each_two_languages() {
        check(&unit(&[("en-us", "dog"), ("AZ", "it")]), "TMX 0: en-US-az dog=it");
        let three = [("en", "dog"), ("az", "it"), ("ru", "собака")];
        check(&unit(&three), "TMX 0: en-az dog=it, en-ru dog=собака, az-ru it=собака");
        check(
            "<tu><tuv lang=\"en\"><seg>R&amp;B</seg></tuv><tuv lang=\"ru\"><seg>а</seg></tuv></tu>",
            "TMX 0: en-ru R&B=а",
        );
        check(&unit(&[("en", "dog"), ("en-GB", "hound"), ("az", "it")]), "TMX 0: en-az dog=it, en-GB-az hound=it");
    }

    #[test]
    fn inline_codes_are_left_out_and_highlights_are_not() {
        let codes = "<bpt i=\"1\">&lt;b&gt;</bpt>prime <hi>minister</hi><ept i=\"1\">x</ept><ph>y<sub>z<hi>w</hi></sub></ph><it/>";
        check(&unit(&[("en", codes), ("az", "baş nazir")]), "TMX 0: en-az prime minister=baş nazir");
    }

    #[test]
    fn what_cannot_be_read_is_counted_with_its_line() {
        let long = [("en", "dog"), ("az", "it"), ("ru", "раз два три четыре пять шесть")];
        check(&unit(&long), "TMX 1: en-az dog=it (line 4: too long: a form has up to 5 words)");
        check(&unit(&[("en", "dog")]), "TMX 1:  (line 4: no segments in two languages)");
        check(&unit(&[("en", "dog"), ("", "it")]), "TMX 1:  (line 4: a segment has no language)");
        check(&unit(&[("en", "&dog;"), ("az", "it")]), "TMX 1:  (line 4: &dog; is no entity of XML)");
        let cut = read("<tmx><body>\n<tu><tuv xml:lang=\"en\"><seg>dog", form);
        assert_eq!(told(&cut), "TMX 1:  (line 2: the file ends in the middle. Fetch it again)");
    }
}
