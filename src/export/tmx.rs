//! TMX 1.4b, level 1 (plain text): translation memories that CAT tools load.
//!
//! A file is bilingual: every unit has one segment in the header's source language and one in its target language. What
//! OmegaT does with them was measured; the properties for Trados, memoQ and MateCat are names seen in files of theirs.
//! All units are marked as unreviewed machine work (`x-Origin` Alignment, `x-ConfirmationLevel` Draft), so that a Trados
//! user can filter on it.

use super::row::is_in;
use super::segment::{self, Segment};
use super::xml::{self, Attribute, Xml};
use super::{LangMap, PROSE, number, release};
use crate::language::Lang;
use crate::model::{Bead, Bitext, Document, Level, Moment};
use std::borrow::Cow;
use std::io::{self, Write};

/// What is true of a whole file.
#[derive(Clone, Debug)]
pub struct Header {
    /// The language of the source side, as in the documents.
    pub source: Lang,
    /// The language of the target side, as in the documents.
    pub target: Lang,
    /// How long the units are.
    pub level: Level,
    /// When the file is made, and its units where they do not say.
    pub created: Option<Moment>,
    /// Which tags to write for the languages.
    pub languages: LangMap,
}

/// A translation unit: one bead with both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit<'a> {
    /// Its name, distinct within the file. What is not of `[A-Za-z0-9._-]` is written as `_`.
    pub tuid: String,
    /// The source side.
    pub source: Side<'a>,
    /// The target side.
    pub target: Side<'a>,
    /// How long its segments are.
    pub level: Level,
    /// The shape of its bead: `1-1`, `2-1`.
    pub bead: String,
    /// The aligner's score.
    pub score: f32,
    /// Probability that the unit is right.
    pub confidence: f32,
    /// When it was made.
    pub created: Option<Moment>,
    /// The source segment before it.
    pub before: Option<&'a str>,
    /// The source segment after it.
    pub after: Option<&'a str>,
}

/// One side of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Side<'a> {
    /// Id of its document.
    pub document: &'a str,
    /// Its language; `und` where its segments are in several.
    pub lang: Lang,
    /// Its text, segments joined by a space.
    pub text: Cow<'a, str>,
    /// The address of the document.
    pub url: Option<&'a str>,
    /// Who published the document.
    pub outlet: Option<&'a str>,
    /// The licence of the document.
    pub licence: Option<&'a str>,
}

/// The units of a bitext, in order: the beads with segments on both sides.
///
/// `source` and `target` are the bitext's documents.
pub fn units<'a>(bitext: &'a Bitext, source: &'a Document, target: &'a Document) -> impl Iterator<Item = Unit<'a>> {
    let level = bitext.level;
    let source_segments = segment::segments(source, level);
    let target_segments = segment::segments(target, level);
    bitext.beads.iter().enumerate().filter(|(_, bead)| bead.is_aligned()).map(move |(n, bead)| {
        let (before, after) = neighbours(bead, &source_segments);
        Unit {
            tuid: segment::id(&format!("{}-{}", source.id, target.id), level, n),
            source: side(source, &source_segments, &bead.source),
            target: side(target, &target_segments, &bead.target),
            level,
            bead: bead.shape(),
            score: bead.score,
            confidence: bead.confidence,
            created: None,
            before,
            after,
        }
    })
}

fn side<'a>(document: &'a Document, segments: &[Segment<'a>], indices: &[u32]) -> Side<'a> {
    let chosen: Vec<Segment<'a>> = indices.iter().filter_map(|n| segments.get(*n as usize)).copied().collect();
    let lang = match chosen.first() {
        Some(first) if chosen.iter().all(|s| s.lang == first.lang) => first.lang.clone(),
        _ => Lang::UNKNOWN,
    };
    let text = match chosen.as_slice() {
        [only] => Cow::Borrowed(only.text),
        several => Cow::Owned(several.iter().map(|s| s.text).collect::<Vec<_>>().join(" ")),
    };
    Side {
        document: &document.id,
        lang,
        text,
        url: document.metadata.url.as_deref().or(document.provenance.url.as_deref()),
        outlet: document.metadata.outlet.as_deref(),
        licence: document.metadata.licence.as_deref(),
    }
}

/// The source segments before and after a bead.
fn neighbours<'a>(bead: &Bead, segments: &[Segment<'a>]) -> (Option<&'a str>, Option<&'a str>) {
    let at = |n: Option<u32>| segments.get(n? as usize).map(|s| s.text);
    (at(bead.source.first().and_then(|n| n.checked_sub(1))), at(bead.source.last().and_then(|n| n.checked_add(1))))
}

/// Writes a TMX file, one unit at a time.
pub struct Writer<'o> {
    xml: Xml<'o>,
    header: Header,
    source: Lang,
    target: Lang,
    units: u64,
}

impl<'o> Writer<'o> {
    /// Begins a file.
    pub fn new(out: &'o mut dyn Write, header: &Header) -> io::Result<Self> {
        let mut xml = Xml::new(out, Some("tmx SYSTEM \"tmx14.dtd\""))?;
        let source = header.languages.apply(&header.source);
        let target = header.languages.apply(&header.target);
        // 1.4 is the version string of TMX 1.4b.
        xml.open("tmx", &[("version", "1.4")])?;
        xml.open(
            "header",
            &[
                ("creationtool", "korpu"),
                ("creationtoolversion", release()),
                ("segtype", header.level.name()),
                ("o-tmf", "korpu"),
                ("adminlang", PROSE),
                ("srclang", source.as_str()),
                ("datatype", "plaintext"),
                ("creationdate", &header.created.map(Moment::tmx).unwrap_or_default()),
                ("creationid", "korpu"),
            ],
        )?;
        xml.leaf("prop", &[("type", "targetlang")], target.as_str())?;
        xml.close()?;
        xml.open("body", &[])?;
        Ok(Writer { xml, header: header.clone(), source, target, units: 0 })
    }

    /// Writes a unit, and says whether it did.
    ///
    /// A unit is left out where a side has no text, where a side is not in the file's language (a Russian quotation in
    /// an Azerbaijani article), and where both sides are in one language: such units do damage in a translation memory.
    pub fn unit(&mut self, unit: &Unit) -> io::Result<bool> {
        let (source, target) = (xml::line(&unit.source.text), xml::line(&unit.target.text));
        let fits = is_in(&unit.source.lang, &self.header.source) && is_in(&unit.target.lang, &self.header.target);
        if !fits || self.source.primary() == self.target.primary() || source.is_empty() || target.is_empty() {
            return Ok(false);
        }
        let created = unit.created.or(self.header.created).map(Moment::tmx).unwrap_or_default();
        // Trados and memoQ read who made a unit and when on the unit, OmegaT on its target.
        let made = [("creationdate", created.as_str()), ("creationid", "korpu")];
        let tuid: String = unit.tuid.chars().map(|c| if is_tuid(c) { c } else { '_' }).collect();
        let [date, id] = made;
        self.xml.open("tu", &[("tuid", &tuid), date, id])?;
        properties(&mut self.xml, unit)?;
        variant(&mut self.xml, &[("xml:lang", self.source.as_str())], &source)?;
        variant(&mut self.xml, &[("xml:lang", self.target.as_str()), date, id], &target)?;
        self.xml.close()?;
        self.units += 1;
        Ok(true)
    }

    /// Ends the file; returns how many units are in it.
    pub fn finish(self) -> io::Result<u64> {
        self.xml.finish()?;
        Ok(self.units)
    }
}

fn is_tuid(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// The properties of a unit: those that tools know by name first, then ours.
fn properties(xml: &mut Xml, unit: &Unit) -> io::Result<()> {
    let (source, target) = (&unit.source, &unit.target);
    let mut prop = |name: &str, value: Option<&str>| xml.leaf_if("prop", &[("type", name)], value);
    prop("x-Origin", Some("Alignment"))?;
    prop("x-ConfirmationLevel", Some("Draft"))?;
    prop("aligned", Some("yes"))?;
    prop("x-document", Some(&format!("{} {}", source.document, target.document)))?;
    prop("x-context-pre", unit.before)?;
    prop("x-context-post", unit.after)?;
    prop("x-score:SingleString", number::score(unit.score).as_deref())?;
    prop("x-confidence", number::confidence(unit.confidence).as_deref())?;
    prop("x-bead:SingleString", Some(&unit.bead))?;
    prop("x-unit:SingleString", Some(unit.level.name()))?;
    prop("x-source-url", source.url)?;
    prop("x-target-url", target.url)?;
    for (name, ours, theirs) in
        [("x-outlet", source.outlet, target.outlet), ("x-licence", source.licence, target.licence)]
    {
        prop(name, ours)?;
        prop(name, theirs.filter(|_| theirs != ours))?;
    }
    Ok(())
}

fn variant(xml: &mut Xml, attributes: &[Attribute], text: &str) -> io::Result<()> {
    xml.open("tuv", attributes)?;
    xml.leaf("seg", &[], text)?;
    xml.close()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(lang: &str, text: &'static str) -> Side<'static> {
        let lang = Lang::parse(lang).unwrap_or_default();
        Side { document: "d", lang, text: text.into(), url: None, outlet: None, licence: None }
    }

    fn write(files: (&str, &str), source: Side, target: Side) -> Option<String> {
        let lang = |tag| Lang::parse(tag).unwrap_or_default();
        let header = Header {
            source: lang(files.0),
            target: lang(files.1),
            level: Level::Sentence,
            created: Moment::date(2017, 11, 20),
            languages: LangMap::parse("az=az-Latn-AZ").unwrap(),
        };
        let unit = Unit {
            tuid: "d1 d2/1".into(),
            source,
            target,
            level: Level::Sentence,
            bead: "1-1".into(),
            score: f32::NAN,
            confidence: 0.9,
            created: None,
            before: None,
            after: None,
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
}
