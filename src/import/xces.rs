//! XCES alignments, as OPUS and Uplug write them: groups of links between the sentences of two documents, which are files of
//! their own.
//!
//! `<link xtargets="s1.1 s1.2;s1.1" certainty="0.88"/>` is a bead 2-1. Documents are read where a group ends: sentences `<s>` in
//! paragraphs `<p>`, with words `<w>` (a space is put between them, as OPUS's own tools do) or plain text.

use super::segment::Segment;
use super::whole::{self, Text};
use super::xml::{Broken, Step, Walk, attribute, attributes, is_forbidden, short};
use super::{Fault, Header, Item, Severity, Stream};
use crate::language::Lang;
use crate::model::{Bead, Said};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A document has no more bytes, and a group no more links: they are in memory.
const DOCUMENT: usize = 64 << 20;
const LINKS: usize = 4_000_000;

/// Opens a document by the name that an alignment has for it; or says why not.
pub type Opener<'a> = dyn Fn(&str) -> Result<Stream, String> + 'a;

/// A reader of an alignment: an iterator over what is in it.
pub(super) struct Reader<'a, R> {
    walk: Walk<R>,
    open: &'a Opener<'a>,
    found: VecDeque<Item>,
    ended: bool,
    /// The names of the two documents of the group that is open, and its links.
    group: Option<[String; 2]>,
    links: Vec<Link>,
    line: u64,
}

/// The names of the sentences of both sides, and how sure the link is.
struct Link {
    sides: [Vec<String>; 2],
    certainty: Option<f32>,
}

impl<'a, R: BufRead> Reader<'a, R> {
    pub(super) fn new(stream: R, open: &'a Opener<'a>) -> io::Result<Self> {
        let walk = Walk::with_declarations(stream)?;
        Ok(Reader { walk, open, found: VecDeque::new(), ended: false, group: None, links: Vec::new(), line: 0 })
    }

    fn fault(&mut self, line: u64, severity: Severity, what: &'static str, detail: &str) {
        self.found.push_back(Item::Fault(Fault { line, severity, loss: true, what, detail: short(detail) }));
    }

    fn advance(&mut self) -> Result<(), Broken> {
        let encoding = self.walk.encoding();
        let (line, step) = self.walk.step_at()?.unzip();
        let line = line.unwrap_or_default();
        match step {
            Some(Step::Begin(element)) => {
                let value = |name| attribute(&element, name).unwrap_or_default();
                match element.name().0 {
                    "cesAlign" => {
                        let said = Said { attributes: attributes(&element).unwrap_or_default(), ..Said::default() };
                        self.found.push_back(Item::Header(Header { encoding, said, ..Header::default() }));
                    }
                    "linkGrp" => {
                        self.group = Some([value("fromDoc"), value("toDoc")]);
                        self.links.clear();
                        self.line = line;
                    }
                    "link" => {
                        let targets = value("xtargets");
                        let said = value("certainty");
                        let certainty = said.parse().ok();
                        if self.group.is_none() {
                            self.fault(line, Severity::Wrong, "a link outside of a group", &targets);
                            return Ok(());
                        }
                        if certainty.is_none() && !said.is_empty() {
                            self.fault(line, Severity::Wrong, "a certainty that is no number", &said);
                        }
                        self.link(line, &targets, certainty);
                    }
                    _ => {}
                }
            }
            Some(Step::End(element)) => {
                if element.name().0 == "linkGrp" {
                    self.end_group();
                }
            }
            Some(Step::Text(_, Some(fault))) => self.fault(line, Severity::Wrong, fault, ""),
            Some(Step::Text(..) | Step::Entity(_) | Step::Other) => {}
            None => self.ended = true,
        }
        Ok(())
    }

    fn link(&mut self, line: u64, targets: &str, certainty: Option<f32>) {
        if self.links.len() >= LINKS {
            return self.fault(line, Severity::Wrong, "a link after four million in one group", targets);
        }
        let names = |side: &str| side.split_whitespace().map(str::to_owned).collect();
        match targets.split_once(';') {
            Some((source, target)) => self.links.push(Link { sides: [names(source), names(target)], certainty }),
            None => self.fault(line, Severity::Wrong, "a link without two sides", targets),
        }
    }

    fn end_group(&mut self) {
        let Some(names) = self.group.take() else { return };
        let mut sides = Vec::new();
        for name in &names {
            match read(name, self.open) {
                Ok(side) => sides.push(side),
                Err(reason) => {
                    self.fault(
                        self.line,
                        Severity::Wrong,
                        "a document that cannot be read",
                        &format!("{name}: {reason}"),
                    );
                    return;
                }
            }
        }
        let [source, target] = sides.as_slice() else { return };
        let mut unknown = 0u64;
        let mut beads = Vec::with_capacity(self.links.len());
        for Link { sides: [from, to], certainty } in self.links.drain(..) {
            let mut of = |side: &Sentences, names: Vec<String>| -> Vec<u32> {
                let found: Vec<u32> = names.iter().filter_map(|name| side.numbers.get(name).copied()).collect();
                unknown = unknown.saturating_add((names.len() - found.len()) as u64);
                found
            };
            let (source, target) = (of(source, from), of(target, to));
            // OPUS gives what stands alone a certainty of 0, which says nothing of it.
            let sure = certainty.filter(|c| (0.0..=1.0).contains(c) && !source.is_empty() && !target.is_empty());
            let confidence = sure.unwrap_or(1.0);
            beads.push(Bead { source, target, score: certainty.unwrap_or(0.0), confidence });
        }
        let (part, twice) = whole::part(&source.text, &target.text, beads);
        let of_both = |count: fn(&Sentences) -> u64| sides.iter().map(count).sum::<u64>();
        let losses = [
            (unknown, "links to sentences that are not there"),
            (twice as u64, "links to sentences that another link has"),
            (of_both(|side| side.lost), "text outside of sentences"),
            (of_both(|side| side.nested), "sentences that hold others, of which the text before is not kept"),
            (of_both(|side| side.unread), "characters and entities that are none of XML"),
        ];
        for (count, what) in losses {
            if count > 0 {
                self.fault(self.line, Severity::Wrong, what, &format!("{count} between {}", names.join(" and ")));
            }
        }
        self.found.push_back(Item::Part(Box::new(part)));
    }
}

/// A document of an alignment: its text, and the numbers of its sentences by their names.
#[derive(Default)]
struct Sentences {
    text: Text,
    numbers: FxHashMap<String, u32>,
    /// How many stretches of text are in no sentence, sentences in others, and characters and entities that cannot be read.
    lost: u64,
    nested: u64,
    unread: u64,
}

/// Reads a document.
fn read(name: &str, open: &Opener) -> Result<Sentences, String> {
    let broken = |broken: Broken| format!("line {}: {}", broken.line, broken.reason);
    let mut walk = Walk::with_declarations(open(name)?).map_err(|error| error.to_string())?;
    let mut found = Sentences::default();
    // What OPUS has the documents of a language in is a folder of its name.
    let folder = name.split(['/', '\\']).find_map(|part| Lang::parse(part).filter(|lang| lang.primary().len() < 4));
    let (mut lang, mut sentence, mut size, mut words) = (None, None::<(String, Segment)>, 0usize, 0usize);
    found.text.encoding = walk.encoding().to_owned();
    found.text.paragraphs.push(Vec::new());
    while let Some(step) = walk.step().map_err(broken)? {
        match step {
            Step::Begin(element) => match element.name().0 {
                "s" => {
                    let begun = (attribute(&element, "id").unwrap_or_default(), Segment::default());
                    let outer = sentence.replace(begun).is_some_and(|(_, outer)| outer.len() > 0);
                    found.nested = found.nested.saturating_add(u64::from(outer));
                }
                "p" => found.text.paragraphs.push(Vec::new()),
                "w" => {
                    sentence.iter_mut().filter(|_| words > 0).for_each(|(_, text)| text.push(" "));
                    words = words.saturating_add(1);
                }
                _ => {
                    let tag = || attribute(&element, "xml:lang").or_else(|| attribute(&element, "lang"));
                    lang = lang.or_else(|| Lang::parse(&tag()?));
                }
            },
            Step::Text(text, fault) => {
                found.unread = found.unread.saturating_add(u64::from(fault.is_some()));
                size = size.saturating_add(text.len());
                let text = text.replace(is_forbidden, "");
                match &mut sentence {
                    Some((_, sentence)) => sentence.push(&text),
                    None => found.lost = found.lost.saturating_add(u64::from(!text.trim().is_empty())),
                }
            }
            Step::End(element) if element.name().0 == "s" => {
                words = 0;
                let Some((id, sentence)) = sentence.take() else { continue };
                let (text, _) = sentence.finish();
                if !text.is_empty() {
                    let number = u32::try_from(found.numbers.len()).unwrap_or(u32::MAX);
                    if found.numbers.insert(id.clone(), number).is_some() {
                        return Err(format!("two sentences are named {:?}", short(&id)));
                    }
                    found.text.paragraphs.last_mut().into_iter().for_each(|p| p.push(text.clone()));
                }
            }
            Step::Entity(_) => {
                found.unread = found.unread.saturating_add(1);
                sentence.iter_mut().for_each(|(_, sentence)| sentence.push("\u{FFFD}"));
            }
            Step::End(_) | Step::Other => {}
        }
        if size > DOCUMENT {
            return Err("more than 64 MB of text".to_owned());
        }
    }
    found.text.path = name.to_owned();
    found.text.lang = lang.or(folder).ok_or("no language: neither the document nor its folder names one")?;
    Ok(found)
}

impl<R: BufRead> Iterator for Reader<'_, R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.found.is_empty() && !self.ended {
            if let Err(Broken { line, reason }) = self.advance() {
                self.ended = true;
                self.fault(line, Severity::Broken, "the file cannot be read any further", &reason);
            }
        }
        self.found.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AZ: &str = "<text><body><p id='1'><s id='1'><w id='1.1'>Bir</w>\n<w id='1.2'>.</w></s><s id='2'><w>İki</w></s></p>\
        <p><s id='3'>Üç.</s> artıq</p></body></text>";
    const RU: &str =
        "<text xml:lang='ru'><s id='1'>Раз.</s>\n<s id='2'>Два<time id='T1' value='0'/>.</s><s id='3'/></text>";

    fn read(links: &str) -> Vec<String> {
        let file = format!(
            "<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE cesAlign PUBLIC '-//CES//DTD XML cesAlign//EN' ''>\n<cesAlign version='1.0'>\n\
             <linkGrp targType='s' fromDoc='az/a.xml.gz' toDoc='b.xml'>\n{links}\n</linkGrp></cesAlign>"
        );
        let open = |name: &str| -> Result<Stream, String> {
            match name {
                "az/a.xml.gz" => Ok(Box::new(AZ.as_bytes())),
                "b.xml" => Ok(Box::new(RU.as_bytes())),
                _ => Err("not there".to_owned()),
            }
        };
        let items = Reader::new(file.as_bytes(), &open).unwrap().flat_map(|item| match item {
            Item::Part(part) => {
                let of = |n: usize, side: &[u32]| {
                    let document = &part.documents[n];
                    let sentences: Vec<_> = document.sentences().map(|(_, span)| span.of(&document.text)).collect();
                    side.iter().map(|n| sentences[*n as usize]).collect::<Vec<_>>().join("+")
                };
                let beads = part.bitexts[0].beads.iter();
                beads.map(|b| format!("{}={} {}", of(0, &b.source), of(1, &b.target), b.confidence)).collect()
            }
            Item::Fault(fault) => vec![format!("{}: {fault}", fault.line)],
            _ => vec![],
        });
        items.collect()
    }

    #[test]
    fn links_become_beads_between_the_documents_they_name() {
        let links = "<link certainty='0.88' xtargets='1 2;1' id='SL1'/><link xtargets=';2'/><link xtargets='3;'/>";
        assert_eq!(
            read(links),
            [
                "4: text outside of sentences: 1 between az/a.xml.gz and b.xml",
                "Bir .+İki=Раз. 0.88",
                "=Два. 1",
                "Üç.= 1"
            ]
        );
    }

    #[test]
    fn an_alignment_that_is_no_xml_to_others_is_told() {
        let alone = |_: &str| -> Result<Stream, String> { Err("not there".to_owned()) };
        let file = "<?xml version='1.0' encoding='klingon'?>\n<cesAlign><!-- a -- b --></cesAlign>";
        let told = Reader::new(file.as_bytes(), &alone).unwrap().filter_map(|item| match item {
            Item::Fault(fault) => Some(format!("{}: {fault}", fault.line)),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>(), ["1: an encoding that nobody knows", "2: a comment with -- in it"]);
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_is_read() {
        assert_eq!(
            read("<link xtargets='1;1'/><link xtargets='1;2'/><link xtargets='9;3'/><link xtargets='2'/>"),
            [
                "5: a link without two sides: 2",
                "4: links to sentences that are not there: 2 between az/a.xml.gz and b.xml",
                "4: links to sentences that another link has: 1 between az/a.xml.gz and b.xml",
                "4: text outside of sentences: 1 between az/a.xml.gz and b.xml",
                "Bir .=Раз. 1",
                "=Два. 1",
                "İki= 1",
                "Üç.= 1"
            ]
        );
    }
}
