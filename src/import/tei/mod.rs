//! TEI P5 as documents and the alignments between them: ours, and plain TEI with paragraphs and sentences.
//!
//! Every `<TEI>` is a document, of a file by itself or in a `<teiCorpus>`, or of a file that is included; so is a `<text>` of a
//! `<group>` that is in another language than those before it. Links join sentences (`<s>`) or paragraphs of two documents:
//! `<link target="#a.s1 #b.s1 #b.s2" cert="0.9"/>`. Texts are read one at a time; of all of them only the names of their segments
//! and quotes are kept, by which links find them. What is said (`<said>`), by whom, the groups of renderings and who reviewed the
//! links are read as our own files have them.
//!
//! What is not read of a text is told once for each document, with the line of the first.

mod document;
mod elements;
mod header;
mod include;
mod links;
pub mod rules;
mod running;
mod speech;

use super::xml::{Broken, Step, Walk, attributes, is_forbidden, local, short};
use super::{Fault, Header, Item, Opener, Severity};
use crate::model::{Part, Said};
use document::Open;
use include::Includes;
use links::Links;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A document has no more bytes of text: it is in memory.
const DOCUMENT: usize = 64 << 20;

/// A reader of a file: an iterator over what is in it.
pub(super) struct Reader<'a, R> {
    walk: Walk<Stream<'a, R>>,
    includes: Includes<'a, Walk<Stream<'a, R>>>,
    found: VecDeque<Item>,
    ended: bool,
    /// The names of the elements that are open, without their prefixes.
    path: Vec<String>,
    /// The documents that are open, the innermost last, each with how deep it is.
    open: Vec<(usize, Open)>,
    documents: u32,
    links: Links,
    /// The name of who is responsible for something in the header of a corpus, and who that is.
    responsible: Option<String>,
    words: String,
}

/// The file itself, or one that it includes.
enum Stream<'a, R> {
    Own(R),
    Included(Box<dyn BufRead + 'a>),
}

impl<R: BufRead> io::Read for Stream<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Own(stream) => stream.read(into),
            Stream::Included(stream) => stream.read(into),
        }
    }
}

impl<R: BufRead> BufRead for Stream<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Stream::Own(stream) => stream.fill_buf(),
            Stream::Included(stream) => stream.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        match self {
            Stream::Own(stream) => stream.consume(count),
            Stream::Included(stream) => stream.consume(count),
        }
    }
}

impl<'a, R: BufRead> Reader<'a, R> {
    pub(super) fn new(stream: R, open: &'a Opener<'a>) -> io::Result<Self> {
        let walk = Walk::new(Stream::Own(stream))?;
        let header = Header { encoding: walk.encoding(), said: Said::default(), ..Header::default() };
        Ok(Reader {
            walk,
            includes: Includes::new(open),
            found: VecDeque::from([Item::Header(header)]),
            ended: false,
            path: Vec::new(),
            open: Vec::new(),
            documents: 0,
            links: Links::default(),
            responsible: None,
            words: String::new(),
        })
    }

    /// Tells a fault of the line that is read.
    fn fault(&mut self, severity: Severity, what: &'static str, detail: &str) {
        self.fault_on(self.walk.line(), severity, what, detail);
    }

    fn fault_on(&mut self, line: u64, severity: Severity, what: &'static str, detail: &str) {
        let file = self.includes.file();
        let detail = match (file, detail) {
            ("", detail) => short(detail),
            (file, "") => short(file),
            (file, detail) => format!("{}: {}", short(file), short(detail)),
        };
        self.found.push_back(Item::Fault(Fault { line, severity, loss: true, what, detail }));
    }

    fn advance(&mut self) -> Result<(), Broken> {
        let (line, step) = self.walk.step_at()?.unzip();
        let line = line.unwrap_or_default();
        match step {
            Some(Step::Begin(element)) => {
                let name = local(element.name().0).to_owned();
                let read = attributes(&element);
                let attributes = read.unwrap_or_else(|reason| {
                    self.fault(Severity::Wrong, "attributes that cannot be read", &format!("{name}: {reason}"));
                    Vec::new()
                });
                if self.includes.skips() || (name == "fallback" && self.path.last().is_some_and(|own| own == "include"))
                {
                    self.includes.begin_fallback();
                }
                if !self.includes.skips() {
                    self.begin(&name, &attributes);
                }
                self.path.push(name);
            }
            Some(Step::End(_)) => self.end(),
            Some(Step::Text(text, fault)) => {
                let is_name = self.responsible.is_some() && self.path.last().is_some_and(|name| name == "name");
                if is_name {
                    self.words.push_str(&text);
                }
                if let Some((_, document)) = self.open.last_mut().filter(|_| !self.includes.skips()) {
                    document.line = line;
                    document.text(&text.replace(is_forbidden, ""));
                }
                if let Some(fault) = fault {
                    self.fault(Severity::Wrong, fault, "");
                }
                if self.open.iter().fold(0usize, |sum, (_, open)| sum.saturating_add(open.size())) > DOCUMENT {
                    return Err(Broken { line, reason: "more than 64 MB of text in one document".to_owned() });
                }
            }
            Some(Step::Entity(name)) => {
                self.fault(Severity::Wrong, "an entity that is none of XML", &name);
            }
            Some(Step::Other) => {}
            None => self.end_file(),
        }
        Ok(())
    }

    fn begin(&mut self, name: &str, attributes: &[(String, String)]) {
        let value = |wanted: &str| attributes.iter().find(|(own, _)| own == wanted).map(|(_, value)| value.as_str());
        let parent = self.path.last().map(String::as_str);
        let is_outside = self.open.is_empty();
        match name {
            "TEI" | "TEI.2" => {
                self.open.push((self.path.len(), Open::new(value("xml:id"), value("xml:lang"))));
                return;
            }
            "include" => return self.include(&value),
            "linkGrp" => self.links.group(&value),
            "link" => {
                let target = value("target").or(value("targets")).unwrap_or_default();
                let line = self.walk.line();
                if let Err(what) = self.links.add(target, parent == Some("linkGrp"), line, &value) {
                    self.fault(Severity::Wrong, what, target);
                }
            }
            "ptr" if parent == Some("linkGrp") => {
                self.links.alone(value("target").unwrap_or_default(), self.walk.line());
            }
            // Those of a document are of its text, not of its links.
            "respStmt" if is_outside => self.responsible = value("xml:id").map(str::to_owned),
            "change" if is_outside => {
                if let Some((_, who)) = value("who").and_then(|who| who.rsplit_once('#')) {
                    self.links.reviewed(who, value("when").and_then(|when| when.parse().ok()));
                }
            }
            _ => {}
        }
        let line = self.walk.line();
        let Some((depth, document)) = self.open.last_mut() else { return };
        document.line = line;
        if name == "text"
            && let Some(next) = document.parted(&self.path, value("xml:id"), value("xml:lang"))
        {
            let depth = *depth;
            self.end_document();
            self.open.push((depth, next));
        }
        if let Some((_, document)) = self.open.last_mut() {
            document.line = line;
            document.begin(&self.path, name, &value);
        }
    }

    fn end(&mut self) {
        let Some(name) = self.path.pop() else { return };
        if self.includes.skips() {
            return self.includes.end_fallback();
        }
        let line = self.walk.line();
        if matches!(name.as_str(), "TEI" | "TEI.2") {
            self.end_document();
        } else if name == "name" && self.open.is_empty() {
            let text = std::mem::take(&mut self.words);
            self.responsible.take().iter().for_each(|id| self.links.reviewer(id, text.trim()));
        } else if let Some((_, document)) = self.open.last_mut().filter(|_| name != "include") {
            document.line = line;
            document.end(&self.path, &name);
        }
    }

    fn end_document(&mut self) {
        let Some((_, open)) = self.open.pop() else { return };
        let mut read = open.finish(self.includes.file(), self.documents, self.walk.encoding());
        for (what, (line, count)) in std::mem::take(&mut read.lost) {
            self.fault_on(line, Severity::Wrong, what, &format!("{count} in {}", read.document.id));
        }
        if read.document.blocks.is_empty() && !read.is_ours {
            return self.fault(Severity::Wrong, "a document without text", &read.document.id);
        }
        self.documents = self.documents.saturating_add(1);
        if let Err(name) = self.links.document(&mut read) {
            self.fault(Severity::Wrong, "a name that another segment has, too", &name);
        }
        let quotes = vec![(read.document.id.clone(), read.quotes)];
        let part = Part { documents: vec![read.document], quotes, is_whole: read.is_ours, ..Part::default() };
        self.found.push_back(Item::Part(Box::new(part)));
    }

    /// Goes on in a file that is included; at its end the rest of this one comes.
    fn include<'v>(&mut self, value: &dyn Fn(&str) -> Option<&'v str>) {
        let opened = self.includes.open(value).and_then(|(name, stream)| {
            let walk = Walk::new(Stream::Included(stream)).map_err(|error| format!("{name}: {error}"))?;
            Ok((name, walk))
        });
        match opened {
            Ok((name, walk)) => {
                let outer = std::mem::replace(&mut self.walk, walk);
                // The element itself is open by then.
                self.includes.enter(name, outer, self.path.len().saturating_add(1));
            }
            Err(reason) => self.fault(Severity::Wrong, "a file that cannot be included", &reason),
        }
    }

    /// Goes on with the file that included this one; at the end of all, with what the links say.
    fn end_file(&mut self) {
        if let Some((walk, _)) = self.includes.leave() {
            self.walk = walk;
            return;
        }
        self.ended = true;
        let told = std::mem::take(&mut self.links).finish();
        for (what, (line, count)) in told.lost {
            self.fault_on(line, Severity::Wrong, what, &count.to_string());
        }
        self.found.extend(told.parts.into_iter().map(|part| Item::Part(Box::new(part))));
    }

    /// Of a file that is included and breaks the others are read all the same.
    fn break_off(&mut self, reason: &str) {
        let is_own = self.includes.file().is_empty();
        let severity = if is_own { Severity::Broken } else { Severity::Wrong };
        self.fault(severity, "the file cannot be read any further", reason);
        match self.includes.leave() {
            Some((walk, depth)) => {
                self.walk = walk;
                self.open.retain(|(own, _)| *own < depth);
                while self.path.len() > depth {
                    self.end();
                }
            }
            None => {
                self.open.clear();
                self.ended = true;
            }
        }
    }
}

impl<R: BufRead> Iterator for Reader<'_, R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.found.is_empty() && !self.ended {
            if let Err(Broken { reason, .. }) = self.advance() {
                self.break_off(&reason);
            }
        }
        self.found.pop_front()
    }
}

#[cfg(test)]
mod tests;
