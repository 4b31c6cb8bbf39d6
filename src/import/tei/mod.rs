//! TEI P5 as documents and the alignments between them: ours, and plain TEI with paragraphs and sentences.
//!
//! Every `<TEI>` is a document, of a file by itself or in a `<teiCorpus>`, or of a file that the root includes. Links join
//! sentences (`<s>`) or paragraphs of two documents: `<link target="#a.s1 #b.s1 #b.s2" cert="0.9"/>`. Texts are read one at a
//! time; of all of them only the names of their segments and quotes are kept, by which links find them. What is said (`<said>`), by
//! whom, the groups of renderings and who reviewed the links are read as our own files have them.
//!
//! What is not read of a header or a text is told once for each document.

mod document;
mod links;
pub mod rules;
mod running;
mod speech;

use super::xml::{Broken, Step, Walk, attributes, is_forbidden, local, short};
use super::{Fault, Header, Item, Opener, Severity};
use crate::model::{Part, Said};
use document::Open;
use links::Links;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A document has no more bytes of text: it is in memory.
const DOCUMENT: usize = 64 << 20;

/// A reader of a file: an iterator over what is in it.
pub(super) struct Reader<'a, R> {
    walk: Walk<Stream<'a, R>>,
    /// The file that is read, where it is not the first.
    file: String,
    open: &'a Opener<'a>,
    /// The files that are still to be read.
    includes: VecDeque<String>,
    found: VecDeque<Item>,
    ended: bool,
    /// The names of the elements that are open, without their prefixes.
    path: Vec<String>,
    document: Option<Open>,
    documents: u32,
    links: Links,
    /// The name of who is responsible for something in the header of a corpus, and who that is.
    responsible: Option<String>,
    words: String,
}

/// The file itself, or one that it includes.
enum Stream<'a, R> {
    Own(R),
    Included(Box<dyn BufRead + Send + 'a>),
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
            file: String::new(),
            open,
            includes: VecDeque::new(),
            found: VecDeque::from([Item::Header(header)]),
            ended: false,
            path: Vec::new(),
            document: None,
            documents: 0,
            links: Links::default(),
            responsible: None,
            words: String::new(),
        })
    }

    fn fault(&mut self, severity: Severity, what: &'static str, detail: &str) {
        let line = self.walk.line();
        self.found.push_back(Item::Fault(Fault { line, severity, loss: true, what, detail: short(detail) }));
    }

    fn advance(&mut self) -> Result<(), Broken> {
        let line = self.walk.line();
        match self.walk.step()? {
            Some(Step::Begin(element)) => {
                let name = local(element.name().0).to_owned();
                let attributes = attributes(&element).unwrap_or_default();
                self.begin(&name, &attributes);
                self.path.push(name);
            }
            Some(Step::End(_)) => self.end(),
            Some(Step::Text(text, _)) => {
                if self.responsible.is_some() && self.path.last().is_some_and(|name| name == "name") {
                    self.words.push_str(&text);
                }
                if let Some(document) = &mut self.document {
                    document.text(&text.replace(is_forbidden, ""));
                    if document.size() > DOCUMENT {
                        return Err(Broken { line, reason: "more than 64 MB of text in one document".to_owned() });
                    }
                }
            }
            Some(Step::Entity(name)) => self.fault(Severity::Wrong, "an entity that is none of XML", &name),
            Some(Step::Other) => {}
            None => self.end_file(),
        }
        Ok(())
    }

    fn begin(&mut self, name: &str, attributes: &[(String, String)]) {
        let value = |wanted: &str| attributes.iter().find(|(own, _)| own == wanted).map(|(_, value)| value.as_str());
        let parent = self.path.last().map(String::as_str);
        match name {
            "TEI" | "TEI.2" if self.document.is_none() => {
                self.document = Some(Open::new(value("xml:id"), value("xml:lang")));
                return;
            }
            "include" => self.includes.extend(value("href").map(str::to_owned)),
            "linkGrp" => self.links.group(&value),
            "link" if parent == Some("linkGrp") => {
                let target = value("target").or(value("targets")).unwrap_or_default();
                if let Err(what) = self.links.add(target, &value) {
                    self.fault(Severity::Wrong, what, target);
                }
            }
            "ptr" if parent == Some("linkGrp") => self.links.alone(value("target").unwrap_or_default()),
            // Those of a document are of its text, not of its links.
            "respStmt" if self.document.is_none() => self.responsible = value("xml:id").map(str::to_owned),
            "change" if self.document.is_none() => {
                if let Some((_, who)) = value("who").and_then(|who| who.rsplit_once('#')) {
                    self.links.reviewed(who, value("when").and_then(|when| when.parse().ok()));
                }
            }
            _ => {}
        }
        if let Some(document) = &mut self.document {
            document.begin(&self.path, name, &value);
        }
    }

    fn end(&mut self) {
        let Some(name) = self.path.pop() else { return };
        if matches!(name.as_str(), "TEI" | "TEI.2") {
            self.end_document();
        } else if name == "name" && self.document.is_none() {
            let text = std::mem::take(&mut self.words);
            self.responsible.take().iter().for_each(|id| self.links.reviewer(id, text.trim()));
        } else if let Some(document) = &mut self.document {
            document.end(&self.path, &name);
        }
    }

    fn end_document(&mut self) {
        let Some(open) = self.document.take() else { return };
        let mut read = open.finish(&self.file, self.documents, self.walk.encoding());
        for (what, count) in std::mem::take(&mut read.lost) {
            self.fault(Severity::Wrong, what, &format!("{count} in {}", read.document.id));
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

    /// Goes on with the next file that was included; at the end of all, with what the links say.
    fn end_file(&mut self) {
        while let Some(name) = self.includes.pop_front() {
            let opened = (self.open)(&name).and_then(|s| Walk::new(Stream::Included(s)).map_err(|e| e.to_string()));
            match opened {
                Ok(walk) => {
                    (self.walk, self.file) = (walk, name);
                    return;
                }
                Err(reason) => {
                    self.fault(Severity::Wrong, "a file that cannot be included", &format!("{name}: {reason}"))
                }
            }
        }
        self.ended = true;
        let told = std::mem::take(&mut self.links).finish();
        for (what, count) in told.lost {
            self.fault(Severity::Wrong, what, &count.to_string());
        }
        self.found.extend(told.parts.into_iter().map(|part| Item::Part(Box::new(part))));
    }
}

impl<R: BufRead> Iterator for Reader<'_, R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.found.is_empty() && !self.ended {
            if let Err(Broken { reason, .. }) = self.advance() {
                // Of a file that is included the others are read all the same.
                let severity = if self.file.is_empty() { Severity::Broken } else { Severity::Wrong };
                let detail = if self.file.is_empty() { reason } else { format!("{}: {reason}", self.file) };
                self.fault(severity, "the file cannot be read any further", &detail);
                (self.document, self.path) = (None, Vec::new());
                if severity == Severity::Broken {
                    self.ended = true;
                } else {
                    self.end_file();
                }
            }
        }
        self.found.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BlockKind;

    fn read(text: &str) -> Vec<String> {
        let open = |name: &str| -> Result<crate::import::Stream, String> {
            match name {
                "b.xml" => Ok(Box::new(
                    "<TEI xml:id='b' xml:lang='ru'><text><body><p><s xml:id='b1'>Раз.</s> <s xml:id='b2'>Два.</s></p></body>\
                     </text></TEI>"
                        .as_bytes(),
                )),
                "broken.xml" => Ok(Box::new("<TEI><text>".as_bytes())),
                _ => Err("not there".to_owned()),
            }
        };
        let shown = Reader::new(text.as_bytes(), &open).unwrap().flat_map(|item| match item {
            Item::Part(part) => {
                let documents = part.documents.iter().map(|d| {
                    let block = |b: &crate::model::Block| {
                        let kind = if b.kind == BlockKind::Paragraph { "" } else { b.kind.name() };
                        format!("{kind}[{}]{}", b.span.of(&d.text), b.sentences.len())
                    };
                    let blocks: Vec<String> = d.blocks.iter().map(block).collect();
                    format!("{} {}", d.language.lang, blocks.join(" "))
                });
                let beads = part.bitexts.iter().map(|b| {
                    let bead = |b: &crate::model::Bead| format!("{:?}:{:?}:{}", b.source, b.target, b.confidence);
                    format!("{} {}", b.level.name(), b.beads.iter().map(bead).collect::<Vec<_>>().join(" "))
                });
                documents.chain(beads).collect::<Vec<_>>()
            }
            // What a document is called without an id of ours says nothing.
            Item::Fault(fault) => match fault.to_string().split_once(" in d") {
                Some((what, _)) => vec![format!("{}: {what} in ID", fault.line)],
                None => vec![format!("{}: {fault}", fault.line)],
            },
            Item::Header(_) | Item::Unit(_) => vec![],
        });
        shown.collect()
    }

    #[test]
    fn paragraphs_and_sentences_of_plain_tei_become_a_document() {
        let text = "<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc>\
            </teiHeader><text xml:lang='en'><front><p>Not here?</p></front><body><head>A  head</head>\n<p>One <hi>two</hi>\
            <note>no</note><lb/>three.</p><list><item>I</item><item><p>II</p></item></list><quote><p>Q</p></quote>\
            <p><choice><sic>mistak</sic><corr>mistake</corr></choice></p></body></text></TEI>";
        assert_eq!(
            read(text),
            [
                "2: notes are not kept: 1 in ID",
                "en [Not here?]0 heading[A head]0 [One two three.]0 item[I]0 item[II]0 quote[Q]0 [mistake]0"
            ]
        );
    }

    #[test]
    fn links_join_documents_of_several_files() {
        let text = "<teiCorpus xmlns:xi='x'><standOff><linkGrp type='translation'>\
            <link target='#a1 #b1' cert='0.5'/><link target='#a2 b.xml#b2'/><link target='#a1'/><link target='#a1 #zz'/>\
            <link target='#ap #b2'/></linkGrp></standOff>\
            <TEI xml:id='a' xml:lang='az'><text><body><p xml:id='ap'><s xml:id='a1'>Bir.</s><s xml:id='a2'>İki.</s> artıq</p>\
            <p><s xml:id='a3'>Üç.</s></p></body></text></TEI><xi:include href='b.xml'/><xi:include href='c.xml'/></teiCorpus>";
        assert_eq!(
            read(text),
            [
                "1: a link to fewer than two segments: #a1",
                "az [Bir. İki. artıq]2 [Üç.]1",
                "ru [Раз. Два.]2",
                "1: a file that cannot be included: c.xml: not there",
                "1: links that do not join sentences, or paragraphs, of two documents: 2",
                "sentence [0]:[0]:0.5 [1]:[1]:1 [2]:[]:1",
            ]
        );
    }

    #[test]
    fn a_broken_include_costs_itself_and_a_broken_file_its_rest() {
        let include = "<teiCorpus><include href='broken.xml'/><include href='b.xml'/></teiCorpus>";
        let expected = [
            "1: the file cannot be read any further: broken.xml: the file ends in the middle. Fetch it again",
            "ru [Раз. Два.]2",
        ];
        assert_eq!(read(include), expected);
        assert_eq!(
            read("<TEI><text><p>x"),
            ["1: the file cannot be read any further: the file ends in the middle. Fetch it again"]
        );
    }
}
