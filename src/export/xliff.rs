//! XLIFF 2.0: what CAT tools exchange. A file of two languages holds a `<file>` for each bitext and a `<unit>` for each
//! bead, in state `translated`; a source segment without a counterpart is a unit without `<target>`, in state `initial`,
//! for a translator to fill.
//!
//! Where a bead comes from and how sure it is stands in metadata (the module `mda` of the standard), which tools keep.
//! Plain text without inline codes. A target segment without a counterpart has no place here, as a unit is a piece of the
//! source; neither have segments in other languages than the file's.

use super::row::{Row, Side, is_in};
use super::xml::{self, Xml};
use super::{LangMap, number};
use crate::language::Lang;
use crate::model::Form;
use std::io::{self, Write};

/// What is true of a whole file.
#[derive(Clone, Debug)]
pub struct Header {
    /// The language of the source side, as in the documents.
    pub source: Lang,
    /// The language of the target side, as in the documents.
    pub target: Lang,
    /// Which tags to write for the languages.
    pub languages: LangMap,
}

/// Writes an XLIFF file, one row at a time.
pub struct Writer<'o> {
    xml: Xml<'o>,
    header: Header,
    /// Which documents the `<file>` is of that is open.
    file: Option<[String; 2]>,
    units: u64,
}

const METADATA: &str = "urn:oasis:names:tc:xliff:metadata:2.0";

impl<'o> Writer<'o> {
    /// Begins a file.
    pub fn new(out: &'o mut dyn Write, header: &Header) -> io::Result<Self> {
        let mut xml = Xml::new(out, None)?;
        let tag = |lang| header.languages.apply(lang);
        xml.open(
            "xliff",
            &[
                ("xmlns", "urn:oasis:names:tc:xliff:document:2.0"),
                ("xmlns:mda", METADATA),
                ("version", "2.0"),
                ("srcLang", tag(&header.source).as_str()),
                ("trgLang", tag(&header.target).as_str()),
            ],
        )?;
        Ok(Writer { xml, header: header.clone(), file: None, units: 0 })
    }

    /// Writes a row, and says whether it did. The rows of one bitext follow one another.
    pub fn row(&mut self, row: &Row) -> io::Result<bool> {
        let Header { source, target, .. } = &self.header;
        let alone = row.target.segments.is_empty()
            && is_in(&row.source.lang, source)
            && source.primary() != target.primary()
            && !xml::is_blank(&row.source.text);
        if !alone && !row.translates(source, target) {
            return Ok(false);
        }
        self.of(&row.source, &row.target)?;
        self.xml.open("unit", &[("id", &token(&row.id))])?;
        let confidence = number::confidence(row.confidence).unwrap_or_default();
        let (source, target) = (row.source.segments.join(" "), row.target.segments.join(" "));
        self.metadata(&[
            ("bead", &row.bead),
            ("confidence", &confidence),
            ("score", &number::score(row.score).unwrap_or_default()),
            ("level", row.length.name()),
            ("source-segments", &source),
            ("target-segments", &target),
            ("source-form", row.source.form.map_or("", Form::name)),
            ("target-form", row.target.form.map_or("", Form::name)),
            ("source-speaker", row.source.speaker.unwrap_or_default()),
            ("target-speaker", row.target.speaker.unwrap_or_default()),
        ])?;
        self.xml.open("segment", &[("state", if alone { "initial" } else { "translated" })])?;
        self.xml.leaf("source", &[], &row.source.text)?;
        if !alone {
            self.xml.leaf("target", &[], &row.target.text)?;
        }
        self.xml.close()?;
        self.xml.close()?;
        self.units += 1;
        Ok(true)
    }

    /// Ends the file; returns how many units are in it. A file without any is no XLIFF.
    pub fn finish(self) -> io::Result<u64> {
        self.xml.finish()?;
        Ok(self.units)
    }

    /// Opens the `<file>` of a bitext where another is open, or none.
    fn of(&mut self, source: &Side, target: &Side) -> io::Result<()> {
        let documents = [&source.document.id, &target.document.id].map(Clone::clone);
        if self.file.as_ref() == Some(&documents) {
            return Ok(());
        }
        if self.file.is_some() {
            self.xml.close()?;
        }
        let original = source.url().unwrap_or(&source.document.provenance.path);
        self.xml.open("file", &[("id", &token(&documents.join("-"))), ("original", original)])?;
        let of = |side: &Side| (side.published().unwrap_or_default(), side.outlet().unwrap_or_default().to_owned());
        let ((source_published, source_outlet), (target_published, target_outlet)) = (of(source), of(target));
        self.metadata(&[
            ("source-document", &documents[0]),
            ("target-document", &documents[1]),
            ("source-outlet", &source_outlet),
            ("target-outlet", &target_outlet),
            ("source-published", &source_published),
            ("target-published", &target_published),
            ("source-url", source.url().unwrap_or_default()),
            ("target-url", target.url().unwrap_or_default()),
            ("source-licence", source.licence().unwrap_or_default()),
            ("target-licence", target.licence().unwrap_or_default()),
        ])?;
        self.file = Some(documents);
        Ok(())
    }

    /// What is known, each with its name.
    fn metadata(&mut self, facts: &[(&str, &str)]) -> io::Result<()> {
        self.xml.open("mda:metadata", &[])?;
        self.xml.open("mda:metaGroup", &[("category", "korpu")])?;
        for (name, fact) in facts {
            self.xml.leaf_if("mda:meta", &[("type", name)], Some(fact))?;
        }
        self.xml.close()?;
        self.xml.close()
    }
}

/// A name as XLIFF takes it (NMTOKEN of XML), of ASCII.
fn token(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect()
}
