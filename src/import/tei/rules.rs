//! TEI P5 of others, as far as it can be checked without its schema: that it is XML, and the rules of the Guidelines which a RELAX
//! NG schema does not see or which readers stumble over.

use super::super::xml::{Broken, Step, Walk, attributes, root, short};
use super::super::{Fault, Severity, encoding};
use crate::language::Lang;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::io::{self, BufRead};

const NAMESPACE: &str = "http://www.tei-c.org/ns/1.0";

/// Attributes whose values are pointers, of the elements that news corpora use.
const POINTERS: [&str; 14] = [
    "target", "ana", "corresp", "who", "resp", "next", "prev", "domains", "ref", "decls", "sameAs", "synch", "copyOf",
    "wit",
];

/// Elements in which a paragraph may stand although there is one around them (Schematron rule `abstractModel-structure-p`).
const APART: [&str; 13] = [
    "floatingText",
    "exemplum",
    "item",
    "note",
    "q",
    "quote",
    "remarks",
    "said",
    "sp",
    "stage",
    "cell",
    "figure",
    "egXML",
];

/// Whether a file that begins like this is TEI.
pub fn is_tei(head: &[u8]) -> bool {
    let head = encoding::head(head);
    root(&head).is_some_and(|root| matches!(root.rsplit(':').next(), Some("TEI" | "teiCorpus")))
}

/// An iterator over the faults of a file, in the order of the file; pointers to nothing come last. It remembers eight bytes of each
/// id and each pointer, and nothing else of what it has read.
pub struct Reader<R> {
    walk: Walk<R>,
    /// The elements that are open.
    path: Vec<String>,
    found: VecDeque<Fault>,
    ended: bool,
    elements: u64,
    ids: FxHashSet<u64>,
    /// Pointers within the file to what was not seen: the line and the id of the first.
    open: FxHashMap<u64, (u64, String)>,
    /// Whether other files are part of this one.
    includes: bool,
}

impl<R: BufRead> Reader<R> {
    /// For a stream; fails where its first bytes cannot be read.
    pub fn new(stream: R) -> io::Result<Self> {
        Ok(Reader {
            walk: Walk::new(stream)?,
            path: Vec::new(),
            found: VecDeque::new(),
            ended: false,
            elements: 0,
            ids: FxHashSet::default(),
            open: FxHashMap::default(),
            includes: false,
        })
    }

    /// How many elements were read.
    pub fn elements(&self) -> u64 {
        self.elements
    }

    fn fault(&mut self, severity: Severity, what: &'static str, detail: &str) {
        self.found.push_back(Fault { line: self.walk.line(), severity, loss: false, what, detail: short(detail) });
    }

    fn wrong(&mut self, what: &'static str, detail: &str) {
        self.fault(Severity::Wrong, what, detail);
    }

    fn advance(&mut self) -> Result<(), Broken> {
        match self.walk.step()? {
            Some(Step::Begin(element)) => {
                let name = element.name().0.to_owned();
                let read = attributes(&element);
                self.elements = self.elements.saturating_add(1);
                match read {
                    Ok(attributes) => self.begin(&name, &attributes),
                    Err(reason) => self.wrong("attributes that cannot be read", &reason),
                }
                self.path.push(name);
            }
            Some(Step::End(_)) => {
                self.path.pop();
            }
            Some(Step::Text(text, fault)) => {
                let is_blank = text.trim().is_empty();
                if let Some(fault) = fault {
                    self.wrong(fault, "");
                }
                if !is_blank && self.path.last().is_some_and(|name| matches!(name.as_str(), "link" | "ptr" | "linkGrp"))
                {
                    self.wrong("text in an element that has none", "");
                }
            }
            Some(Step::Entity(name)) => self.wrong("an entity that is none of XML", &name),
            Some(Step::Other) => {}
            None => {
                self.ended = true;
                self.end();
            }
        }
        Ok(())
    }

    fn begin(&mut self, name: &str, attributes: &[(String, String)]) {
        let value = |wanted: &str| attributes.iter().find(|(own, _)| own == wanted).map(|(_, value)| value.as_str());
        if self.path.is_empty() && value("xmlns") != Some(NAMESPACE) && !name.contains(':') {
            self.wrong("the outermost element is not in the namespace of TEI", value("xmlns").unwrap_or_default());
        }
        if let Some(id) = value("xml:id") {
            let hash = FxBuildHasher.hash_one(id);
            self.open.remove(&hash);
            if !is_id(id) {
                self.wrong("an xml:id that is no name", id);
            }
            if !self.ids.insert(hash) {
                self.wrong("an xml:id that another element has, too", id);
            }
        }
        if let Some(tag) = value("xml:lang").filter(|tag| !tag.is_empty()) {
            if Lang::parse(tag).is_none() && !tag.starts_with("x-") {
                self.wrong("an xml:lang that is no language of BCP 47", tag);
            } else if tag.contains('_') {
                self.wrong("an xml:lang with _ where BCP 47 has -", tag);
            }
        }
        for (attribute, pointers) in attributes.iter().filter(|(own, _)| POINTERS.contains(&own.as_str())) {
            for id in pointers.split_ascii_whitespace().filter_map(|pointer| pointer.strip_prefix('#')) {
                let hash = FxBuildHasher.hash_one(id);
                if !self.ids.contains(&hash) {
                    let line = self.walk.line();
                    self.open.entry(hash).or_insert_with(|| (line, short(&format!("{attribute}=\"#{id}\""))));
                }
            }
        }
        self.structure(name);
        match name {
            "link" => self.targets("a <link> without two targets", value("target")),
            "linkGrp" if value("domains").is_some() => self.targets("domains of fewer than two", value("domains")),
            "ptr" | "ref" if value("target").is_some_and(|target| target.trim().is_empty()) => {
                self.wrong("a pointer to nothing", name);
            }
            "ptr" if value("target").is_none() && value("cRef").is_none() => self.wrong("a pointer to nothing", name),
            "xi:include" => self.includes = true,
            _ => {}
        }
        if let Some(cert) = value("cert").filter(|cert| !is_certainty(cert)) {
            self.wrong("a cert that is neither 0 to 1 nor high, medium, low or unknown", cert);
        }
    }

    /// Which elements may stand in which.
    fn structure(&mut self, name: &str) {
        let around = |wanted: &str| self.path.iter().rposition(|own| own == wanted);
        match name {
            "s" if around("s").is_some() => self.wrong("an <s> in an <s>", ""),
            "p" | "ab" => {
                let outer = around("p").max(around("ab"));
                let apart =
                    outer.is_some_and(|outer| self.path.iter().skip(outer).any(|own| APART.contains(&own.as_str())));
                if outer.is_some() && !apart {
                    self.wrong("a paragraph in a paragraph", name);
                }
            }
            "l" if around("l")
                .is_some_and(|outer| !self.path.iter().skip(outer).any(|own| APART.contains(&own.as_str()))) =>
            {
                self.wrong("a line of verse in another", "");
            }
            _ => {}
        }
    }

    fn targets(&mut self, what: &'static str, pointers: Option<&str>) {
        if pointers.unwrap_or_default().split_ascii_whitespace().count() < 2 {
            self.wrong(what, pointers.unwrap_or_default());
        }
    }

    fn end(&mut self) {
        let mut open: Vec<(u64, String)> = std::mem::take(&mut self.open).into_values().collect();
        open.sort_unstable();
        // What is included may hold what is pointed to.
        let (severity, what) = match self.includes {
            true => (Severity::Doubtful, "a pointer to what may be in an included file"),
            false => (Severity::Wrong, "a pointer to what is not in the file"),
        };
        let fault = |(line, detail)| Fault { line, severity, loss: false, what, detail };
        self.found.extend(open.into_iter().map(fault));
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Fault;

    fn next(&mut self) -> Option<Fault> {
        loop {
            if let Some(fault) = self.found.pop_front() {
                return Some(fault);
            }
            if self.ended {
                return None;
            }
            if let Err(broken) = self.advance() {
                self.ended = true;
                return Some(broken.into());
            }
        }
    }
}

/// Whether a name may be an id: no colon, and it begins with no digit, point or hyphen.
fn is_id(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '\u{B7}' | '\u{300}'..='\u{36F}'))
}

fn is_certainty(cert: &str) -> bool {
    matches!(cert, "high" | "medium" | "low" | "unknown") || cert.parse().is_ok_and(|p: f32| (0.0..=1.0).contains(&p))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: &[&str]) {
        let text = format!("<TEI xmlns=\"{NAMESPACE}\">\n{body}\n</TEI>");
        let found: Vec<String> =
            Reader::new(text.as_bytes()).unwrap().map(|f| format!("{} {:?} {f}", f.line, f.severity)).collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn what_the_guidelines_ask_for_is_no_fault() {
        check(
            "<standOff><linkGrp domains=\"#a #b\"><link target=\"#s1 #s2\" cert=\"0.87\"/><ptr target=\"#s3\"/></linkGrp></standOff>\
             <text xml:lang=\"az-Latn\"><p xml:id=\"a\"><s xml:id=\"s1\"/><s xml:id=\"s2\"/></p>\
             <p xml:id=\"b\"><note><p><s xml:id=\"s3\"/></p></note></p></text>",
            &[],
        );
    }

    #[test]
    fn what_a_schema_does_not_see_is_told_with_its_line() {
        check(
            "<link target=\"#a\"/>",
            &[
                "2 Wrong a <link> without two targets: #a",
                "2 Wrong a pointer to what is not in the file: target=\"#a\"",
            ],
        );
        check("<link/>", &["2 Wrong a <link> without two targets"]);
        check("<s><hi><s/></hi></s>", &["2 Wrong an <s> in an <s>"]);
        check("<p><hi><p/></hi></p>", &["2 Wrong a paragraph in a paragraph: p"]);
        check("<p xml:id=\"a\"/>\n<p xml:id=\"a\"/>", &["3 Wrong an xml:id that another element has, too: a"]);
        check("<p xml:id=\"1\"/>", &["2 Wrong an xml:id that is no name: 1"]);
        check("<p xml:lang=\"azerbaijani\"/>", &["2 Wrong an xml:lang that is no language of BCP 47: azerbaijani"]);
        check("<p xml:lang=\"az_AZ\"/>", &["2 Wrong an xml:lang with _ where BCP 47 has -: az_AZ"]);
        check("<said who=\"#x\"/>", &["2 Wrong a pointer to what is not in the file: who=\"#x\""]);
        check(
            "<xi:include/><said who=\"#x\"/>",
            &["2 Doubtful a pointer to what may be in an included file: who=\"#x\""],
        );
        check("<ptr/>", &["2 Wrong a pointer to nothing: ptr"]);
        check("<seg cert=\"1.5\"/>", &["2 Wrong a cert that is neither 0 to 1 nor high, medium, low or unknown: 1.5"]);
        check("<p>&foo;</p>", &["2 Wrong an entity that is none of XML: &foo;"]);
        check("<p>", &["3 Broken the file cannot be read from here on: </TEI> ends where </p> should"]);
    }
}
