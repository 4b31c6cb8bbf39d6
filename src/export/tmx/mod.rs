//! TMX 1.4b: translation memories that CAT tools load. Texts of ours are plain (level 1); what was imported has its markup (level 2).
//!
//! A file is bilingual: every unit has one segment in the header's source language and one in its target language. Of units in
//! more languages there is a file for every set of them (`srclang` is `*all*`): where a unit lacks the language that is asked for,
//! OmegaT takes another as the translation. What OmegaT does with files was measured; the properties for Trados, memoQ and MateCat are names seen in files of theirs.
//! All units of ours are marked as machine work (`x-Origin` Alignment), and as unreviewed (`x-ConfirmationLevel` Draft) where no
//! reviewer decided on them, so that a Trados user can filter on it. Who decided and when is said as of a change. A unit that was imported says what its file said of it, and nothing else.

mod joined;
mod said;
mod units;

pub use joined::{Joint, joined};
pub use units::{Text, rendering, renderings, units};

use super::row::is_in;
use super::xml::{self, Attribute, Line, Xml};
use super::{LangMap, Length, PROSE, number, release, row};
use crate::language::Lang;
use crate::model::{Form, Mark, Moment, Said};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::borrow::Cow;
use std::hash::BuildHasher;
use std::io::{self, Write};

/// What is true of a whole file.
#[derive(Clone, Debug)]
pub struct Header {
    /// The languages of the source and the target side, as in the documents; `None` where a unit may have any.
    pub between: Option<(Lang, Lang)>,
    /// How long the texts of its units are.
    pub length: Length,
    /// When the file is made, and its units where they do not say.
    pub created: Option<Moment>,
    /// Which tags to write for the languages.
    pub languages: LangMap,
    /// The name of the memory, where it has one.
    pub name: Option<String>,
    /// Whether two texts of a unit may be in one language, in two scripts or regions of it.
    pub monolingual: bool,
}

/// Whether there may be a memory between two languages: they differ in more than script or region, or in these where a memory in one
/// language is asked for.
pub fn are_apart(a: &Lang, b: &Lang, monolingual: bool) -> bool {
    if monolingual { a != b } else { a.primary() != b.primary() }
}

impl Header {
    /// Whether a file that begins like this takes a unit.
    ///
    /// It does not where a side has no text, where a side is not in the file's language (a Russian quotation in an
    /// Azerbaijani article), and where two sides are in one language, unless the file is for that: such units do damage in a
    /// translation memory.
    pub fn takes(&self, unit: &Unit) -> bool {
        let differ = |a: &Lang, b: &Lang| are_apart(a, b, self.monolingual);
        let is_translated = |n: usize, side: &Side| {
            let others = unit.sides.iter().skip(n.saturating_add(1));
            !side.text.as_str().is_empty() && others.clone().all(|other| differ(&other.lang, &side.lang))
        };
        unit.sides.len() >= 2
            && unit.sides.iter().enumerate().all(|(n, side)| is_translated(n, side))
            && match (&self.between, unit.sides.as_slice()) {
                (None, sides) => sides.iter().all(|side| side.lang.primary() != Lang::UNKNOWN.primary()),
                (Some((source, target)), [a, b]) => is_in(&a.lang, source) && is_in(&b.lang, target),
                (Some(_), _) => false,
            }
    }
}

/// A translation unit: segments in two languages or more that say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit<'a> {
    /// Its name, distinct within the file. What is not of `[A-Za-z0-9._-]` is written as `_`.
    pub tuid: String,
    /// Its texts, the source first.
    pub sides: Vec<Side<'a>>,
    /// How long its texts are.
    pub length: Length,
    /// How many segments each side has: `1-1`, `2-1`.
    pub bead: String,
    /// The aligner's score; NaN where there is none for the unit as a whole.
    pub score: f32,
    /// Probability that the unit is right.
    pub confidence: f32,
    /// Who decided that it is right, where somebody did.
    pub reviewed: Option<&'a Mark>,
    /// The source segment before it.
    pub before: Option<Line<'a>>,
    /// The source segment after it.
    pub after: Option<Line<'a>>,
    /// What its file says of it, where it was imported.
    pub said: Option<&'a Said>,
}

/// One side of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Side<'a> {
    /// Id of its document.
    pub document: &'a str,
    /// Its language; `und` where its segments are in several.
    pub lang: Lang,
    /// Its text, segments joined by a space.
    pub text: Line<'a>,
    /// The address of the document.
    pub url: Option<&'a str>,
    /// Who published the document.
    pub outlet: Option<&'a str>,
    /// The licence of the document.
    pub licence: Option<&'a str>,
    /// Of what somebody said, how the words are given.
    pub form: Option<Form>,
    /// Who said it, where somebody is named.
    pub speaker: Option<&'a str>,
    /// What its file says of it, where it was imported.
    pub said: Option<&'a Said>,
}

impl<'a> From<row::Side<'a>> for Side<'a> {
    fn from(side: row::Side<'a>) -> Self {
        let document = side.document;
        let text = match side.text {
            Cow::Borrowed(text) => Line::from(text),
            Cow::Owned(text) => Line::of(text),
        };
        Side {
            document: &document.id,
            lang: side.lang,
            text,
            url: document.metadata.url.as_deref().or(document.provenance.url.as_deref()),
            outlet: document.metadata.outlet.as_deref(),
            licence: document.metadata.licence.as_deref(),
            form: side.form,
            speaker: side.speaker,
            said: None,
        }
    }
}

/// Writes a TMX file, one unit at a time.
pub struct Writer<'o> {
    xml: Xml<'o>,
    header: Header,
    /// The tags of the two languages.
    tags: Option<(Lang, Lang)>,
    created: String,
    units: u64,
    /// Hashes of the names that files gave to units: several files may have given the same.
    names: FxHashSet<u64>,
}

impl<'o> Writer<'o> {
    /// Begins a file.
    pub fn new(out: impl Write + 'o, header: &Header) -> io::Result<Self> {
        let mut xml = Xml::new(out, Some("tmx SYSTEM \"tmx14.dtd\""))?;
        let apply = |lang: &Lang| header.languages.apply(lang);
        let tags = header.between.as_ref().map(|(source, target)| (apply(source), apply(target)));
        let created = header.created.map(Moment::tmx).unwrap_or_default();
        // 1.4 is the version string of TMX 1.4b.
        xml.open("tmx", &[("version", "1.4")])?;
        xml.open(
            "header",
            &[
                ("creationtool", "korpu"),
                ("creationtoolversion", release()),
                ("segtype", header.length.segtype()),
                ("o-tmf", "korpu"),
                ("adminlang", PROSE),
                ("srclang", tags.as_ref().map_or("*all*", |(source, _)| source.as_str())),
                ("datatype", "plaintext"),
                ("creationdate", &created),
                ("creationid", "korpu"),
            ],
        )?;
        // memoQ knows a memory by `name` and `targetlang`, Trados by `x-TMName`.
        if let Some((_, target)) = &tags {
            xml.leaf("prop", &[("type", "targetlang")], target.as_str())?;
        }
        for kind in ["name", "x-TMName"] {
            xml.leaf_if("prop", &[("type", kind)], header.name.as_deref())?;
        }
        xml.close()?;
        xml.open("body", &[])?;
        Ok(Writer { xml, header: header.clone(), tags, created, units: 0, names: FxHashSet::default() })
    }

    /// Writes a unit where the file [takes](Header::takes) it, and says whether it did.
    pub fn unit(&mut self, unit: &Unit) -> io::Result<bool> {
        if !self.header.takes(unit) {
            return Ok(false);
        }
        // Trados and memoQ read who made a unit and when on the unit, OmegaT on its target.
        let made = [("creationdate", self.created.as_str()), ("creationid", "korpu")];
        let mut tuid = Cow::Borrowed(unit.tuid.as_str());
        if !tuid.chars().all(is_tuid) {
            tuid = tuid.chars().map(|c| if is_tuid(c) { c } else { '_' }).collect();
        }
        if unit.said.is_some() && !self.names.insert(FxBuildHasher.hash_one(&*tuid)) {
            let mut numbered = (2u64..).map(|again| format!("{tuid}.{again}"));
            let free = numbered.find(|name| self.names.insert(FxBuildHasher.hash_one(name)));
            tuid = free.map_or(tuid, Cow::Owned);
        }
        let mut attributes = vec![("tuid", &*tuid)];
        attributes.extend(unit.said.map_or(made.to_vec(), said::of_unit));
        let reviewed = unit.reviewed.map(|mark| (mark.made.tmx(), Line::from(mark.reviewer.as_str())));
        let changed = reviewed.as_ref().map(|(date, id)| [("changedate", date.as_str()), ("changeid", id.as_str())]);
        change(&mut attributes, changed);
        if unit.length != self.header.length && !attributes.iter().any(|(name, _)| *name == "segtype") {
            attributes.push(("segtype", unit.length.segtype()));
        }
        // Each unit of a file in all languages says from which it was translated.
        let srclang = match (&self.tags, unit.sides.first()) {
            (None, Some(side)) => Some(self.header.languages.apply(&side.lang)),
            _ => None,
        };
        attributes.extend(srclang.as_ref().map(|srclang| ("srclang", srclang.as_str())));
        self.xml.open("tu", &attributes)?;
        match unit.said {
            Some(said) => said::remarks(&mut self.xml, said)?,
            None => properties(&mut self.xml, unit)?,
        }
        for (n, side) in unit.sides.iter().enumerate() {
            let lang = match (&self.tags, n) {
                (None, _) => Cow::Owned(self.header.languages.apply(&side.lang)),
                (Some((source, _)), 0) => Cow::Borrowed(source),
                (Some((_, target)), _) => Cow::Borrowed(target),
            };
            let mut attributes = vec![("xml:lang", lang.as_str())];
            match (side.said, n) {
                (Some(said), _) => attributes.extend(said::of_variant(said)),
                (None, 0) => {}
                (None, _) => attributes.extend(made),
            }
            change(&mut attributes, changed.filter(|_| n > 0));
            self.xml.open("tuv", &attributes)?;
            match (side.said, n) {
                (Some(said), _) => said::remarks(&mut self.xml, said)?,
                (None, 0) => contexts(unit).try_for_each(|(name, text)| {
                    // MateCat reads the text on the unit, memoQ a segment as XML on the source.
                    let segment = xml::escaped("seg", text);
                    self.xml.leaf("prop", &[("type", name)], &segment)
                })?,
                (None, _) => {}
            }
            match side.said.filter(|said| !said.inline.is_empty()) {
                Some(said) => said::segment(&mut self.xml, &side.text, said)?,
                None => self.xml.leaf_line("seg", &[], &side.text)?,
            }
            self.xml.close()?;
        }
        self.xml.close()?;
        self.units += 1;
        Ok(true)
    }

    /// How many bytes the file has so far.
    pub fn bytes(&self) -> u64 {
        self.xml.len()
    }

    /// Ends the file; returns how many units are in it.
    pub fn finish(self) -> io::Result<u64> {
        self.xml.finish()?;
        Ok(self.units)
    }
}

/// Says who changed something and when: a reviewer did after whoever an imported file names.
fn change<'a>(attributes: &mut Vec<Attribute<'a>>, changed: Option<[Attribute<'a>; 2]>) {
    if let Some(changed) = changed {
        attributes.retain(|(name, _)| !changed.iter().any(|(new, _)| new == name));
        attributes.extend(changed);
    }
}

fn is_tuid(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// The properties of a unit of ours: those that tools know by name first, then ours.
fn properties(xml: &mut Xml, unit: &Unit) -> io::Result<()> {
    let mut prop = |name: &str, value: Option<&str>| xml.leaf_if("prop", &[("type", name)], value);
    prop("x-Origin", Some("Alignment"))?;
    prop("x-ConfirmationLevel", Some(if unit.reviewed.is_some() { "Translated" } else { "Draft" }))?;
    prop("aligned", Some("yes"))?;
    let documents: Vec<&str> = unit.sides.iter().map(|side| side.document).collect();
    prop("x-document", Some(&documents.join(" ")))?;
    for (name, text) in contexts(unit) {
        xml.leaf_line("prop", &[("type", name)], text)?;
    }
    let mut prop = |name: &str, value: Option<&str>| xml.leaf_if("prop", &[("type", name)], value);
    prop("x-score:SingleString", number::score(unit.score).as_deref())?;
    prop("x-confidence", number::confidence(unit.confidence).as_deref())?;
    prop("x-bead:SingleString", Some(&unit.bead))?;
    prop("x-unit:SingleString", Some(unit.length.name()))?;
    for (n, side) in unit.sides.iter().enumerate() {
        prop(if n == 0 { "x-source-url" } else { "x-target-url" }, side.url)?;
    }
    distinct(unit, |side| side.form.map(Form::name), |form| prop("x-form", Some(form)))?;
    distinct(unit, |side| side.speaker, |speaker| prop("x-speaker", Some(speaker)))?;
    distinct(unit, |side| side.outlet, |outlet| prop("x-outlet", Some(outlet)))?;
    distinct(unit, |side| side.licence, |licence| prop("x-licence", Some(licence)))
}

/// What stands before and after a unit, by the names under which tools know it.
fn contexts<'u>(unit: &'u Unit) -> impl Iterator<Item = (&'static str, &'u Line<'u>)> {
    let texts = [("x-context-pre", &unit.before), ("x-context-post", &unit.after)].into_iter();
    texts.filter_map(|(name, text)| Some((name, text.as_ref().filter(|text| !text.as_str().is_empty())?)))
}

/// What the sides of a unit have, each once.
fn distinct<'a>(
    unit: &Unit<'a>,
    of: impl Fn(&Side<'a>) -> Option<&'a str>,
    mut write: impl FnMut(&str) -> io::Result<()>,
) -> io::Result<()> {
    let all: Vec<Option<&str>> = unit.sides.iter().map(of).collect();
    for (n, one) in all.iter().enumerate() {
        match one {
            Some(text) if !all.iter().take(n).any(|before| before == one) => write(text)?,
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(lang: &str, text: &'static str) -> Side<'static> {
        let lang = Lang::parse(lang).unwrap_or_default();
        Side {
            document: "d",
            lang,
            text: text.into(),
            url: None,
            outlet: None,
            licence: None,
            form: None,
            speaker: None,
            said: None,
        }
    }

    fn write(files: (&str, &str), source: Side, target: Side) -> Option<String> {
        write_reviewed(files, source, target, None)
    }

    fn write_reviewed(files: (&str, &str), source: Side, target: Side, reviewed: Option<&Mark>) -> Option<String> {
        let lang = |tag| Lang::parse(tag).unwrap_or_default();
        let header = Header {
            between: Some((lang(files.0), lang(files.1))),
            length: Length::Sentence,
            created: Moment::date(2017, 11, 20),
            languages: LangMap::parse("az=az-Latn-AZ").unwrap(),
            name: Some("Liman".into()),
            monolingual: false,
        };
        let unit = Unit {
            tuid: "d1 d2/1".into(),
            sides: vec![source, target],
            length: Length::Sentence,
            bead: "1-1".into(),
            score: f32::NAN,
            confidence: 0.9,
            reviewed,
            before: None,
            after: None,
            said: None,
        };
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, &header).unwrap();
        let written = writer.unit(&unit).unwrap();
        assert_eq!(writer.finish().unwrap(), u64::from(written));
        written.then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_unit_is_written_only_between_two_texts_in_the_two_languages_of_the_file() {
        let check = |files, source, target, expected: bool| {
            assert_eq!(write(files, source, target).is_some(), expected, "{files:?}");
        };
        check(("az", "ru"), side("az", "Salam."), side("ru", "Привет."), true);
        check(("az", "en"), side("az", "Salam."), side("en-GB", "Hello."), true);
        check(("az", "ru"), side("az", " \u{0}\u{AD} "), side("ru", "Привет."), false);
        check(("az", "ru"), side("az", "Salam."), side("ru", ""), false);
        check(("az", "ru"), side("ru", "Привет."), side("ru", "Привет."), false);
        check(("az", "ru"), side("az-Cyrl", "Салам."), side("ru", "Привет."), false);
        check(("az", "az-Cyrl"), side("az", "Salam."), side("az-Cyrl", "Салам."), false);
        check(("und", "ru"), side("und", "Salam."), side("ru", "Привет."), false);
        check(("az", "und-Cyrl"), side("az", "Salam."), side("und-Cyrl", "Привет."), false);
    }

    #[test]
    fn a_unit_says_who_made_it_and_when_on_itself_and_on_its_target() {
        let file = write(("az", "ru"), side("az", " 20\n noyabr "), side("ru", "20 ноября")).unwrap();
        let made = "creationdate=\"20171120T000000Z\" creationid=\"korpu\"";
        assert!(file.contains(&format!("<tu tuid=\"d1_d2_1\" {made}>")), "{file}");
        assert!(file.contains("<tuv xml:lang=\"az-Latn-AZ\">\n    <seg>20 noyabr</seg>"), "{file}");
        assert!(file.contains(&format!("<tuv xml:lang=\"ru\" {made}>")), "{file}");
        assert!(!file.contains("x-score"), "{file}");
    }

    #[test]
    fn a_reviewed_unit_says_who_changed_it_and_is_no_draft() {
        let mark = Mark {
            decision: 1,
            reviewer: "Leyla \"L\" Əliyeva".into(),
            made: "2026-11-26T13:00:00+04:00".parse().unwrap(),
        };
        let (source, target) = (side("az", "20 noyabr"), side("ru", "20 ноября"));
        let file = write_reviewed(("az", "ru"), source, target, Some(&mark)).unwrap();
        let changed = "changedate=\"20261126T090000Z\" changeid=\"Leyla &quot;L&quot; Əliyeva\"";
        assert_eq!(file.matches(changed).count(), 2, "{file}");
        assert!(file.contains("x-ConfirmationLevel\">Translated<") && !file.contains("Draft"), "{file}");
    }
}
