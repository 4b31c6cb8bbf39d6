//! Quotes as elements in the text: `<said>` for what is said, and in it and around it the words in marks, the cue, the words for the
//! speaker and what an editor put in.
//!
//! Elements nest and lie within one sentence, quotes need not: a quote is cut at the ends of sentences, and where two quotes cross,
//! the one that begins later is cut at the end of the other. What is cut is one quote by `@next` and `@prev`. What belongs to a quote
//! names it by `@corresp`, all of them where several have one cue: so it is read back as it was.

use crate::export::xml::{self, Xml};
use crate::export::{number, segment};
use crate::model::{Block, Document, Form, Quote, Recovery, Span, Speaker, speakers};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io;

/// What is said in a document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// Its quotes, in order.
    pub quotes: &'a [Quote],
    /// Its speakers: those of [`speakers`], in that order.
    pub speakers: &'a [Speaker],
}

/// Elements are nested no deeper than this, since parsers refuse files of more than 256 levels. Those inside are left out.
const DEEPEST: usize = 64;

/// What an element of a text is; of those at one place the first is the outermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A part of a quote.
    Said,
    /// Of a mixed quote, the words in marks.
    Words,
    /// What an editor put in.
    Insertion,
    /// The words that name the speaker.
    Mention,
    /// The words that attribute the quote.
    Cue,
}

/// An element, or what is left of it to be placed. Compared by where it stands, the outer before the inner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Element {
    start: u32,
    end: Reverse<u32>,
    kind: Kind,
    /// The first quote that has it.
    quote: u32,
    /// Which entry of [`Marked::owners`] has all of them; none for a part of a quote.
    owners: Option<u32>,
}

/// The elements of a text, in order and nested.
pub(super) struct Marked<'a> {
    document: &'a Document,
    said: Said<'a>,
    names: Vec<&'a str>,
    elements: Vec<Element>,
    parts: Parts,
    /// By element, which part of its quote it is.
    part_of: Vec<usize>,
    /// The quotes that have one cue, speaker, insertion or words.
    owners: Vec<Vec<u32>>,
}

/// The parts of the quotes of a document, each in a `<said>` of its own: what links between quotes point to.
#[derive(Clone, Debug)]
pub struct Parts {
    document: String,
    /// By quote, where its parts stand.
    quotes: Vec<Vec<Span>>,
}

impl Parts {
    /// The parts of what is said in a document.
    pub fn new(document: &Document, said: Said) -> Parts {
        Marked::new(document, said).parts
    }

    /// The ids of the parts of a quote that have some of these words.
    pub(super) fn ids(&self, quote: u32, words: &[Span]) -> Vec<String> {
        let parts = self.quotes.get(quote as usize).map_or(&[][..], Vec::as_slice);
        let meets = |part: &Span| words.iter().any(|span| part.start < span.end && span.start < part.end);
        parts.iter().enumerate().filter(|(_, part)| meets(part)).map(|(n, _)| self.id(quote, n)).collect()
    }

    /// The name of a part of a quote: `d1.q1`, then `d1.q1.2`.
    fn id(&self, quote: u32, part: usize) -> String {
        let id = segment::quote_id(&self.document, quote as usize);
        if part == 0 { id } else { format!("{id}.{}", part + 1) }
    }
}

/// The stretches of a block: its sentences, with their place in it, and what stands between them.
pub(super) fn stretches(block: &Block) -> impl Iterator<Item = (Span, Option<usize>)> + '_ {
    let mut at = block.span.start;
    let ends = block.sentences.iter().enumerate().map(|(n, span)| (Some(n), *span));
    let close = Span { start: block.span.end, end: block.span.end };
    ends.chain([(None, close)]).flat_map(move |(n, span)| {
        let gap = Span { start: at.min(span.start), end: span.start };
        at = at.max(span.end);
        [Some((gap, None)), n.map(|n| (span, Some(n)))].into_iter().flatten()
    })
}

impl<'a> Marked<'a> {
    /// The elements that the quotes of a document need.
    pub(super) fn new(document: &'a Document, said: Said<'a>) -> Marked<'a> {
        let text = document.text.as_str();
        let within: Vec<Span> = document.blocks.iter().flat_map(stretches).map(|(span, _)| span).collect();
        let mut open = BinaryHeap::new();
        let mut owners: Vec<Vec<u32>> = Vec::new();
        let mut shared: BTreeMap<(Span, Kind), u32> = BTreeMap::new();
        for (n, quote) in (0..).zip(said.quotes) {
            let said: Vec<Span> = whole(quote).into_iter().flat_map(|span| pieces(span, &within, text)).collect();
            if said.is_empty() {
                continue;
            }
            let element = |piece: Span, kind, owners| {
                Reverse(Element { start: piece.start, end: Reverse(piece.end), kind, quote: n, owners })
            };
            open.extend(said.into_iter().map(|piece| element(piece, Kind::Said, None)));
            let mut add = |kind, span: Span| {
                for piece in pieces(span, &within, text) {
                    let known = shared.entry((piece, kind)).or_insert_with(|| {
                        let place = owners.len() as u32;
                        owners.push(Vec::new());
                        open.push(element(piece, kind, Some(place)));
                        place
                    });
                    let owners = &mut owners[*known as usize];
                    if owners.last() != Some(&n) {
                        owners.push(n);
                    }
                }
            };
            if quote.form == Form::Mixed {
                quote.spans.iter().for_each(|span| add(Kind::Words, *span));
            }
            quote.insertions.iter().for_each(|span| add(Kind::Insertion, *span));
            quote.mention.iter().for_each(|span| add(Kind::Mention, *span));
            quote.cue.iter().for_each(|span| add(Kind::Cue, *span));
        }
        let mut marked = Marked {
            document,
            said,
            names: speakers(said.quotes),
            elements: Vec::new(),
            parts: Parts { document: document.id.clone(), quotes: vec![Vec::new(); said.quotes.len()] },
            part_of: Vec::new(),
            owners,
        };
        let mut around: Vec<u32> = Vec::new();
        // Halves may be what another quote has whole: one element then, too. By its place among the elements.
        let mut placed: BTreeMap<(Span, Kind), usize> = BTreeMap::new();
        while let Some(Reverse(element)) = open.pop() {
            while around.last().is_some_and(|end| *end <= element.start) {
                around.pop();
            }
            if let Some(end) = around.last().copied().filter(|end| *end < element.end.0) {
                // Both halves wait for their turn, since another element may lie around the first, which is shorter now.
                for (start, end) in [(element.start, end), (end, element.end.0)] {
                    for piece in pieces(Span { start, end }, &within, text) {
                        open.push(Reverse(Element { start: piece.start, end: Reverse(piece.end), ..element }));
                    }
                }
                continue;
            }
            let span = Span { start: element.start, end: element.end.0 };
            if let Some(own) = element.owners
                && let Some(known) = placed.get(&(span, element.kind))
            {
                marked.join(*known, own);
                continue;
            }
            if around.len() < DEEPEST && !xml::is_blank(span.of(text)) {
                if element.owners.is_some() {
                    placed.insert((span, element.kind), marked.elements.len());
                }
                around.push(span.end);
                marked.place(element, span);
            }
        }
        marked
    }

    /// An element is of other quotes, too. Its other half is not.
    fn join(&mut self, element: usize, more: u32) {
        let element = &mut self.elements[element];
        let own = element.owners.map_or(&[][..], |own| &self.owners[own as usize]);
        let mut all = [own, &self.owners[more as usize]].concat();
        all.sort_unstable();
        all.dedup();
        element.owners = Some(self.owners.len() as u32);
        self.owners.push(all);
    }

    fn place(&mut self, element: Element, span: Span) {
        let mut part = 0;
        if element.kind == Kind::Said {
            let parts = &mut self.parts.quotes[element.quote as usize];
            part = parts.len();
            parts.push(span);
        }
        self.elements.push(element);
        self.part_of.push(part);
    }

    /// How many elements begin before a place.
    fn before(&self, start: u32) -> usize {
        self.elements.partition_point(|element| element.start < start)
    }

    /// Writes a stretch of the text with its elements.
    pub(super) fn write(&self, xml: &mut Xml, stretch: Span) -> io::Result<()> {
        let text = self.document.text.as_str();
        let mut at = stretch.start;
        let mut open: Vec<u32> = Vec::new();
        let between = |from: u32, to: u32| Span::from((from, to)).of(text);
        for n in self.before(stretch.start)..self.before(stretch.end) {
            let element = self.elements[n];
            while let Some(end) = open.pop_if(|end| *end <= element.start) {
                xml.text(between(at, end))?;
                xml.end()?;
                at = end;
            }
            xml.text(between(at, element.start))?;
            at = element.start;
            self.begin(xml, n)?;
            open.push(element.end.0.min(stretch.end));
        }
        while let Some(end) = open.pop() {
            xml.text(between(at, end))?;
            xml.end()?;
            at = end;
        }
        xml.text(between(at, stretch.end))
    }

    fn begin(&self, xml: &mut Xml, n: usize) -> io::Result<()> {
        let element = self.elements[n];
        let quote = &self.said.quotes[element.quote as usize];
        match element.kind {
            Kind::Words => xml.begin("q", &[("corresp", &self.of(element))]),
            Kind::Insertion => xml.begin("seg", &[("type", "insertion"), ("corresp", &self.of(element))]),
            Kind::Cue => xml.begin("seg", &[("type", "cue"), ("corresp", &self.of(element))]),
            Kind::Mention => {
                let speaker = self.pointer(quote.speaker.as_ref());
                xml.begin("rs", &[("type", "speaker"), ("ref", &speaker), ("corresp", &self.of(element))])
            }
            Kind::Said => {
                let (part, last) = (self.part_of[n], self.parts.quotes[element.quote as usize].len() - 1);
                let link = |part: usize| format!("#{}", self.parts.id(element.quote, part));
                let ana: Vec<String> = classes(quote).map(|class| format!("#{}.{class}", self.document.id)).collect();
                xml.begin(
                    "said",
                    &[
                        ("xml:id", &self.parts.id(element.quote, part)),
                        ("next", &if part < last { link(part + 1) } else { String::new() }),
                        ("prev", &if part > 0 { link(part - 1) } else { String::new() }),
                        ("who", &self.pointer(quote.speaker.as_ref())),
                        ("direct", direct(quote.form)),
                        ("cert", &number::confidence(quote.confidence).unwrap_or_default()),
                        ("ana", &ana.join(" ")),
                    ],
                )?;
                let others = quote.alternatives.iter().filter(|_| part == 0);
                others.map(|name| self.pointer(Some(name))).filter(|pointer| !pointer.is_empty()).try_for_each(
                    |pointer| {
                        let target = format!("#{}", self.parts.id(element.quote, 0));
                        xml.milestone(
                            "certainty",
                            &[("target", &target), ("match", "@who"), ("locus", "value"), ("assertedValue", &pointer)],
                        )
                    },
                )
            }
        }
    }

    /// Pointers to the quotes that have an element.
    fn of(&self, element: Element) -> String {
        let owners = element.owners.and_then(|owners| self.owners.get(owners as usize)).into_iter().flatten();
        let is_written = |n: &&u32| self.parts.quotes.get(**n as usize).is_some_and(|parts| !parts.is_empty());
        let pointers: Vec<String> = owners.filter(is_written).map(|n| format!("#{}", self.parts.id(*n, 0))).collect();
        pointers.join(" ")
    }

    /// The quotes that have elements.
    pub(super) fn quotes(&self) -> impl Iterator<Item = &'a Quote> {
        let written = self.said.quotes.iter().zip(&self.parts.quotes);
        written.filter(|(_, parts)| !parts.is_empty()).map(|(quote, _)| quote)
    }

    /// The pointer to a speaker; empty where there is none whose name can be written.
    fn pointer(&self, name: Option<&String>) -> String {
        let place = name.and_then(|name| self.names.iter().position(|known| known == name));
        let known = place.filter(|place| self.said.speakers.get(*place).is_some_and(|s| !xml::is_blank(&s.name)));
        known.map(|place| format!("#{}", speaker_id(&self.document.id, place))).unwrap_or_default()
    }
}

/// The name of the speaker at a place among those of a document.
pub(super) fn speaker_id(document: &str, place: usize) -> String {
    format!("{document}.sp{}", place + 1)
}

/// Whether the words are given as they were said. A headline does not tell.
fn direct(form: Form) -> &'static str {
    match form {
        Form::Direct => "true",
        Form::Mixed | Form::Indirect => "false",
        Form::Headline => "unknown",
    }
}

/// The categories of a quote, as the header of its document names them.
pub(super) fn classes(quote: &Quote) -> impl Iterator<Item = &'static str> {
    let form = match quote.form {
        Form::Direct => "form.direct",
        Form::Mixed => "form.mixed",
        Form::Indirect => "form.indirect",
        Form::Headline => "form.headline",
    };
    let end = quote.recovered.map(|recovered| match recovered {
        Recovery::Reopened => "end.reopened",
        Recovery::Unclosed => "end.unclosed",
        Recovery::Misplaced => "end.misplaced",
    });
    [Some(form), quote.earlier.then_some("occasion.earlier"), end].into_iter().flatten()
}

/// All that a quote says: its words and the clause they stand in, joined where they overlap.
fn whole(quote: &Quote) -> Vec<Span> {
    let mut spans: Vec<Span> = quote.clause.iter().chain(&quote.spans).copied().collect();
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let overlap = next.start < last.end;
        if overlap {
            last.end = last.end.max(next.end);
        }
        overlap
    });
    spans
}

/// The pieces of a span in the stretches of a text, without white space at their edges and without those that XML keeps nothing of.
fn pieces(span: Span, within: &[Span], text: &str) -> Vec<Span> {
    let first = within.partition_point(|stretch| stretch.end <= span.start);
    let touched = within[first..].iter().take_while(|stretch| stretch.start < span.end);
    let pieces = touched.map(|s| xml::trimmed(Span::from((s.start.max(span.start), s.end.min(span.end))), text));
    pieces.filter(|piece| !xml::is_blank(piece.of(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BlockKind;
    use proptest::prelude::*;

    fn quote(form: Form, spans: Vec<Span>) -> Quote {
        Quote {
            spans,
            clause: None,
            form,
            cue: None,
            mention: None,
            speaker: None,
            alternatives: Vec::new(),
            confidence: 1.0,
            earlier: false,
            insertions: Vec::new(),
            recovered: None,
        }
    }

    /// A document of blocks, each of sentences; a space stands between sentences, a blank line between blocks.
    fn document(blocks: &[Vec<String>]) -> Document {
        let mut document = Document { id: "d".into(), ..Document::default() };
        for sentences in blocks {
            let start = document.text.len();
            let mut spans = Vec::new();
            for sentence in sentences {
                let at = document.text.len();
                document.text.push_str(sentence);
                spans.push(Span::new(at, document.text.len()));
                document.text.push(' ');
            }
            let mut block = Block::new(BlockKind::Paragraph, Span::new(start, document.text.len()));
            block.sentences = spans;
            document.blocks.push(block);
            document.text.push_str("\n\n");
        }
        document
    }

    fn written(document: &Document, quotes: &[Quote]) -> String {
        let speakers: Vec<Speaker> = speakers(quotes)
            .into_iter()
            .map(|name| Speaker { name: name.into(), kind: crate::model::SpeakerKind::Person })
            .collect();
        let marked = Marked::new(document, Said { quotes, speakers: &speakers });
        let mut out = Vec::new();
        let mut xml = Xml::new(&mut out, None).unwrap();
        xml.begin("p", &[]).unwrap();
        for block in &document.blocks {
            for (span, sentence) in stretches(block) {
                if sentence.is_some() {
                    xml.begin("s", &[]).unwrap();
                }
                marked.write(&mut xml, span).unwrap();
                if sentence.is_some() {
                    xml.end().unwrap();
                }
            }
        }
        xml.end().unwrap();
        xml.finish().unwrap();
        String::from_utf8(out).unwrap().split_once('\n').unwrap().1.to_owned()
    }

    fn spot(document: &Document, part: &str) -> Span {
        let start = document.text.find(part).unwrap();
        Span::new(start, start + part.len())
    }

    #[test]
    fn a_quote_is_a_said_in_each_of_its_sentences() {
        let document = document(&[vec!["«Razıyıq.".into(), "Gedirik», [o] dedi Əli.".into()]]);
        let quotes = [Quote {
            cue: Some(spot(&document, "dedi")),
            mention: Some(spot(&document, "Əli")),
            insertions: vec![spot(&document, "Gedirik")],
            speaker: Some("Əli Vəliyev".into()),
            alternatives: vec!["Vəli Əliyev".into()],
            earlier: true,
            confidence: 0.875,
            ..quote(Form::Direct, vec![spot(&document, "Razıyıq. Gedirik")])
        }];
        let expected = "<p><s>«<said xml:id=\"d.q1\" next=\"#d.q1.2\" who=\"#d.sp1\" direct=\"true\" cert=\"0.875\" \
            ana=\"#d.form.direct #d.occasion.earlier\"><certainty target=\"#d.q1\" match=\"@who\" locus=\"value\" \
            assertedValue=\"#d.sp2\"/>Razıyıq.</said></s> <s><said xml:id=\"d.q1.2\" prev=\"#d.q1\" who=\"#d.sp1\" \
            direct=\"true\" cert=\"0.875\" ana=\"#d.form.direct #d.occasion.earlier\"><seg type=\"insertion\" \
            corresp=\"#d.q1\">Gedirik</seg></said>», [o] <seg type=\"cue\" corresp=\"#d.q1\">dedi</seg> <rs type=\"speaker\" \
            ref=\"#d.sp1\" corresp=\"#d.q1\">Əli</rs>.</s> </p>";
        assert_eq!(written(&document, &quotes), expected);
        let parts = Parts::new(&document, Said { quotes: &quotes, speakers: &[] });
        assert_eq!(parts.ids(0, &quotes[0].spans), ["d.q1", "d.q1.2"]);
        assert_eq!(parts.ids(0, &[spot(&document, "Gedirik")]), ["d.q1.2"]);
        assert!(parts.ids(7, &quotes[0].spans).is_empty());
    }

    #[test]
    fn of_a_mixed_quote_the_clause_is_said_and_the_words_in_marks_are_in_q() {
        let document = document(&[vec!["He said it was «bad luck» again.".into()]]);
        let clause = Some(spot(&document, "it was «bad luck» again"));
        let quotes = [Quote { clause, ..quote(Form::Mixed, vec![spot(&document, "bad luck")]) }];
        let found = written(&document, &quotes);
        assert!(
            found.contains(
                "direct=\"false\" cert=\"1.000\" ana=\"#d.form.mixed\">it was «<q corresp=\"#d.q1\">bad luck</q>» again</said>."
            ),
            "{found}"
        );
    }

    #[test]
    fn where_quotes_cross_the_later_is_cut() {
        let document = document(&[vec!["one two three".into()]]);
        let quotes = [
            quote(Form::Direct, vec![spot(&document, "one two")]),
            quote(Form::Direct, vec![spot(&document, "two three")]),
        ];
        let found = regex::Regex::new(" (direct|cert|ana)=\"[^\"]*\"")
            .unwrap()
            .replace_all(&written(&document, &quotes), "")
            .into_owned();
        let expected = "<p><s><said xml:id=\"d.q1\">one <said xml:id=\"d.q2\" next=\"#d.q2.2\">two</said></said> \
                        <said xml:id=\"d.q2.2\" prev=\"#d.q2\">three</said></s> </p>";
        assert_eq!(found, expected);
    }

    /// The text of XML that is well nested, and of each character whether a said is around it.
    fn read(xml: &str) -> (String, Vec<bool>) {
        let (mut open, mut text, mut said) = (Vec::new(), String::new(), Vec::new());
        let mut rest = xml;
        while let Some(c) = rest.chars().next() {
            if let Some(tag) = rest.strip_prefix('<').and_then(|tail| tail.split_once('>')) {
                let (inside, tail) = tag;
                let name = inside.trim_start_matches('/').split([' ', '/']).next().unwrap();
                match (inside.starts_with('/'), inside.ends_with('/')) {
                    (true, _) => assert_eq!(open.pop(), Some(name), "{xml}"),
                    (_, true) => {}
                    _ => open.push(name),
                }
                rest = tail;
                continue;
            }
            let (c, length) =
                match [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')].iter().find(|(e, _)| rest.starts_with(e)) {
                    Some((entity, c)) => (*c, entity.len()),
                    None => (c, c.len_utf8()),
                };
            text.push(c);
            said.push(open.contains(&"said"));
            rest = &rest[length..];
        }
        assert!(open.is_empty(), "{xml}");
        (text, said)
    }

    proptest! {
        #[test]
        fn any_quotes_leave_the_text_as_it_is_and_are_covered(
            blocks in proptest::collection::vec(proptest::collection::vec("[aə& <>]{1,8}", 1..4), 1..4),
            cuts in proptest::collection::vec(
                (proptest::collection::vec((0usize..90, 0usize..40), 1..4), (0usize..90, 0usize..40), 0..4u8), 0..12),
        ) {
            let document = document(&blocks);
            let places: Vec<usize> = document.text.char_indices().map(|(at, _)| at).chain([document.text.len()]).collect();
            let span = |(start, length): (usize, usize)| {
                let start = start.min(places.len() - 1);
                Span::new(places[start], places[(start + length).min(places.len() - 1)])
            };
            let forms = [Form::Direct, Form::Mixed, Form::Indirect, Form::Headline];
            let quotes: Vec<Quote> = cuts
                .into_iter()
                .map(|(spans, other, form)| Quote {
                    cue: Some(span(other)),
                    mention: (form > 1).then(|| span(other)),
                    insertions: vec![span(other)],
                    clause: (form == 1).then(|| span(other)),
                    ..quote(forms[form as usize], spans.into_iter().map(span).collect())
                })
                .collect();
            let (text, said) = read(&written(&document, &quotes));
            let expected: String = document.blocks.iter().map(|b| b.span.of(&document.text)).collect();
            prop_assert_eq!(&text, &expected);
            let of: Vec<usize> = document.blocks.iter().flat_map(|b| b.span.range()).filter(|at| document.text.is_char_boundary(*at)).collect();
            let parts = Parts::new(&document, Said { quotes: &quotes, speakers: &[] });
            for ((at, c), said) in of.into_iter().zip(text.chars()).zip(said) {
                let inside = |span: &Span| span.range().contains(&at);
                if !c.is_whitespace() {
                    prop_assert_eq!(quotes.iter().any(|q| whole(q).iter().any(inside)), said, "{} at {}", c, at);
                }
                for (quote, parts) in quotes.iter().zip(&parts.quotes) {
                    let count = parts.iter().filter(|part| inside(part)).count();
                    if !c.is_whitespace() {
                        prop_assert_eq!(count, usize::from(whole(quote).iter().any(inside)));
                    }
                }
            }
        }
    }
}
