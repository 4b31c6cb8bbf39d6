//! Translation memories of terms: of each unit every two texts.

use super::super::tmx::{ONE_SIDED, Reader};
use super::super::{Item, Severity};
use super::{Format, Glossary};
use crate::model::Unit;
use std::io::BufRead;

/// What makes a form of a segment, or says why it is none.
type Form = fn(&str) -> Result<String, &'static str>;

/// A segment as it is.
pub(super) fn segment(text: &str) -> Result<String, &'static str> {
    let lossy = text.contains(char::REPLACEMENT_CHARACTER);
    if lossy { Err("characters that could not be read") } else { Ok(text.to_owned()) }
}

/// The glossary in a translation memory: of each unit the pairs of segments in two languages.
pub(super) fn read(stream: impl BufRead, form: Form) -> Glossary {
    let mut glossary = Glossary::new(Format::Tmx);
    let reader = match Reader::new(stream) {
        Ok(reader) => reader,
        Err(error) => {
            glossary.skip("line 1", error);
            return glossary;
        }
    };
    // Why the unit under way is not read in whole.
    let mut reason = None;
    for item in reader {
        match item {
            Item::Unit(unit) => {
                let place = format!("line {}", unit.line);
                let unread = add(&mut glossary, unit, form);
                if let Some(reason) = reason.take().or(unread) {
                    glossary.skip(place, reason);
                }
            }
            Item::Fault(fault) if fault.severity == Severity::Broken || fault.what == ONE_SIDED => {
                let broken = if fault.detail.is_empty() { fault.what.to_owned() } else { fault.detail };
                let shown = if fault.what == ONE_SIDED { fault.what.to_owned() } else { broken };
                glossary.skip(format_args!("line {}", fault.line), reason.take().unwrap_or(shown));
            }
            Item::Fault(fault) if fault.loss && fault.severity == Severity::Wrong => {
                reason.get_or_insert(fault.to_string());
            }
            Item::Fault(_) | Item::Header(_) | Item::Part(_) => {}
        }
        if glossary.is_full() {
            break;
        }
    }
    glossary
}

/// Adds the pairs of a unit; says why not all of it is read, if so.
fn add(glossary: &mut Glossary, unit: Unit, form: Form) -> Option<String> {
    let mut unread = None;
    let mut forms = Vec::with_capacity(unit.variants.len());
    for variant in unit.variants {
        match form(&variant.text) {
            Ok(form) => forms.push((variant.lang, form)),
            Err(reason) => unread = unread.or(Some(reason.to_owned())),
        }
    }
    let mut pairs = 0usize;
    for (n, (lang, source)) in forms.iter().enumerate() {
        for (other, target) in forms.iter().skip(n.saturating_add(1)) {
            if lang.primary() != other.primary() {
                glossary.add(&Some((lang.to_string(), other.to_string())), source, target);
                pairs = pairs.saturating_add(1);
            }
        }
    }
    unread.or((pairs == 0).then(|| ONE_SIDED.to_owned()))
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
        assert_eq!(told(&read(text.as_bytes(), form)), expected, "{units}");
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
        check(&unit(&[("en", "dog")]), "TMX 1:  (line 4: a unit without texts in two languages)");
        check(&unit(&[("en", "dog"), ("", "it")]), "TMX 1:  (line 4: no language of BCP 47)");
        check(&unit(&[("en", "&dog;"), ("az", "it")]), "TMX 1:  (line 4: an entity that is none of XML: &dog;)");
        let cut = read("<tmx><body>\n<tu><tuv xml:lang=\"en\"><seg>dog".as_bytes(), form);
        assert_eq!(told(&cut), "TMX 1:  (line 2: the file ends in the middle. Fetch it again)");
    }
}
