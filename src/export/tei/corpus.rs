use super::said::{Parts, Said};
use super::{Context, Extent, TEI, XINCLUDE, alignment, check_id, element, header, invalid};
use crate::export::number;
use crate::export::xml::Xml;
use crate::model::{Bitext, Document, Group, Mark};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes the root of a corpus: its header, then the alignments and the groups of quotes, then the names of the documents' files,
/// or the documents themselves.
///
/// Links point into the documents, so every document of a bitext and of a group must be there.
pub struct Root<'o> {
    xml: Xml<'o>,
    part: Part,
    /// Their names, in the order in which the header numbers them.
    reviewers: Vec<String>,
}

/// What was written last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Header,
    Alignments,
    Groups,
    Documents,
}

impl<'o> Root<'o> {
    /// Begins the root of a corpus of that extent.
    pub fn new(out: &'o mut dyn Write, extent: &Extent, context: &Context) -> io::Result<Self> {
        let mut xml = Xml::new(out, None)?;
        xml.open("teiCorpus", &[("xmlns", TEI), ("xmlns:xi", XINCLUDE)])?;
        header::corpus(&mut xml, extent, context)?;
        let reviewers = context.reviewers.iter().map(|(name, _)| name.clone()).collect();
        Ok(Root { xml, part: Part::Header, reviewers })
    }

    /// Writes the alignment of a bitext; `source` and `target` are its documents.
    ///
    /// Fails with `InvalidInput` where they are not, and after the first [`Root::include`]: in TEI, stand-off comes
    /// before texts.
    pub fn bitext(&mut self, bitext: &Bitext, source: &Document, target: &Document) -> io::Result<()> {
        self.reviewed(bitext, source, target, &[])
    }

    /// The same of a bitext that was reviewed: `marks` says of its beads, in order, by whom; those beyond its end are of nobody.
    /// Reviewers are among those of the context.
    pub fn reviewed(
        &mut self,
        bitext: &Bitext,
        source: &Document,
        target: &Document,
        marks: &[Option<Mark>],
    ) -> io::Result<()> {
        if matches!(self.part, Part::Groups | Part::Documents) {
            return Err(invalid("alignments come before the groups of quotes and the documents of a TEI corpus"));
        }
        if (&bitext.source, &bitext.target) != (&source.id, &target.id) {
            return Err(invalid(format!("{} and {} are not the documents of the bitext", source.id, target.id)));
        }
        check_id(&source.id)?;
        check_id(&target.id)?;
        let group = alignment::Group::new(bitext, source, target);
        if group.is_empty() {
            return Ok(());
        }
        self.stand_off(Part::Alignments)?;
        let number = |name: &String| self.reviewers.iter().position(|known| known == name);
        let by: Vec<Option<usize>> = marks.iter().map(|mark| number(&mark.as_ref()?.reviewer)).collect();
        group.write(&mut self.xml, &by)
    }

    /// Writes the link between the renderings of one statement; `parts` has the parts of each of their documents, by its id.
    ///
    /// Fails where one is missing, and after the first document.
    pub fn group(&mut self, group: &Group, parts: &BTreeMap<String, Parts>) -> io::Result<()> {
        if self.part == Part::Documents {
            return Err(invalid("groups of quotes come before the documents of a TEI corpus"));
        }
        check_id(&group.id)?;
        let mut targets: Vec<String> = Vec::new();
        for rendering in &group.renderings {
            check_id(&rendering.document)?;
            let Some(of) = parts.get(&rendering.document) else {
                return Err(invalid(format!(
                    "{} is not among the documents of group {}",
                    rendering.document, group.id
                )));
            };
            targets.extend(of.ids(rendering.quote, &rendering.spans).iter().map(|part| format!("#{part}")));
        }
        // Where XML keeps nothing of the words, less than two may be left.
        if targets.len() < 2 {
            return Ok(());
        }
        self.stand_off(Part::Groups)?;
        self.xml.empty(
            "link",
            &[
                ("xml:id", &group.id),
                ("target", &targets.join(" ")),
                ("cert", &number::confidence(group.confidence).unwrap_or_default()),
                ("ana", "#method.automatic"),
            ],
        )
    }

    /// Goes on to a part of the stand-off, whose element is opened with its first link.
    fn stand_off(&mut self, part: Part) -> io::Result<()> {
        if self.part == Part::Header {
            self.xml.open("standOff", &[])?;
        }
        if self.part != Part::Groups && part == Part::Groups {
            self.xml.open("linkGrp", &[("type", "quoteGroup"), ("resp", "#korpu")])?;
        }
        self.part = part;
        Ok(())
    }

    /// Ends the stand-off, where there is one.
    fn documents(&mut self) -> io::Result<()> {
        if self.part == Part::Groups {
            self.xml.close()?;
        }
        if matches!(self.part, Part::Groups | Part::Alignments) {
            self.xml.close()?;
        }
        self.part = Part::Documents;
        Ok(())
    }

    /// Includes the file of a document, its path relative to the root, `/` between its parts.
    pub fn include(&mut self, file: &str) -> io::Result<()> {
        self.documents()?;
        self.xml.empty("xi:include", &[("href", &reference(file))])
    }

    /// Writes a document into the root.
    pub fn document(&mut self, document: &Document, said: Said, context: &Context) -> io::Result<()> {
        self.documents()?;
        element(&mut self.xml, &[], document, said, context)
    }

    /// Ends the root. Fails with `InvalidInput` where it has no document: TEI has no empty corpus.
    pub fn finish(self) -> io::Result<()> {
        match self.part {
            Part::Documents => self.xml.finish(),
            Part::Header | Part::Alignments | Part::Groups => Err(invalid("a TEI corpus needs at least one document")),
        }
    }
}

/// A relative path as a URI reference (RFC 3986): what is not unreserved is percent-encoded.
fn reference(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    #[test]
    fn the_parts_of_a_root_come_in_the_order_of_tei() {
        let (a, b) =
            (Document { id: "a".into(), ..Document::default() }, Document { id: "b".into(), ..Document::default() });
        let beads = Bitext { source: "a".into(), target: "b".into(), level: Level::Sentence, beads: vec![] };
        let mut out = Vec::new();
        let mut root = Root::new(&mut out, &Extent::default(), &Context::default()).unwrap();
        root.bitext(&beads, &a, &b).unwrap();
        assert!(root.bitext(&beads, &b, &a).is_err(), "the wrong documents");
        root.include("a b/ə.xml").unwrap();
        assert!(root.bitext(&beads, &a, &b).is_err(), "too late");
        root.finish().unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("<xi:include href=\"a%20b/%C9%99.xml\"/>"), "{out}");
        assert!(!out.contains("standOff"), "an alignment without segments is not written: {out}");
        let mut out = Vec::new();
        assert!(Root::new(&mut out, &Extent::default(), &Context::default()).unwrap().finish().is_err());
    }
}
