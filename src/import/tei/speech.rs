//! Quotes from `<said>`, and what belongs to them: the words in marks, the cue, the words for the speaker, what an editor put in.
//!
//! A quote is all the parts that `@prev` joins. What belongs to it names it by `@corresp`, wherever it stands; so do our own files.

use crate::model::{Document, Form, Quote, Recovery, Span};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What is said in a document, on its way.
#[derive(Default)]
pub(super) struct Speech {
    quotes: Vec<Open>,
    /// The quotes by the names of their parts.
    named: FxHashMap<String, usize>,
    /// The elements that are open: how deep each began, where, and what it is.
    open: Vec<(usize, usize, Kind)>,
    belongings: Vec<(Belonging, Span, String)>,
}

/// What an open element is.
enum Kind {
    Part { quote: usize, name: Option<String> },
    Belonging(Belonging, String),
}

/// What belongs to a quote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Belonging {
    Words,
    Insertion,
    Mention,
    Cue,
}

/// A quote on its way.
#[derive(Default)]
struct Open {
    name: Option<String>,
    who: Option<String>,
    others: Vec<String>,
    direct: Option<String>,
    confidence: Option<f32>,
    classes: String,
    parts: Vec<(Option<String>, Span)>,
}

/// A part of a quote, by the name that links use.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) quote: u32,
    pub(super) place: u32,
    pub(super) span: Span,
}

impl Speech {
    /// An element begins, so deep in the file and at a place of the text.
    pub(super) fn begin<'v>(
        &mut self,
        depth: usize,
        at: usize,
        element: &str,
        value: &dyn Fn(&str) -> Option<&'v str>,
    ) {
        let own = |name: &str| value(name).map(str::to_owned);
        let belonging = match (element, value("type")) {
            ("said", _) => None,
            ("q", _) => Some(Belonging::Words),
            ("seg", Some("insertion")) => Some(Belonging::Insertion),
            ("seg", Some("cue")) => Some(Belonging::Cue),
            ("rs", Some("speaker")) => Some(Belonging::Mention),
            _ => return,
        };
        if let Some(belonging) = belonging {
            if let Some(of) = own("corresp") {
                self.open.push((depth, at, Kind::Belonging(belonging, of)));
            }
            return;
        }
        let before = value("prev").and_then(|prev| self.named.get(prev.rsplit('#').next()?)).copied();
        let quote = before.unwrap_or_else(|| {
            self.quotes.push(Open {
                name: own("xml:id"),
                who: own("who"),
                direct: own("direct"),
                confidence: value("cert").and_then(|cert| cert.parse().ok()).filter(|c| (0.0..=1.0).contains(c)),
                classes: own("ana").unwrap_or_default(),
                ..Open::default()
            });
            self.quotes.len().saturating_sub(1)
        });
        let name = own("xml:id");
        if let Some(name) = &name {
            self.named.insert(name.clone(), quote);
        }
        self.open.push((depth, at, Kind::Part { quote, name }));
    }

    /// Somebody else may be the speaker of the quote that is open.
    pub(super) fn alternative(&mut self, who: &str) {
        let quote = self.open.iter().rev().find_map(|(_, _, kind)| match kind {
            Kind::Part { quote, .. } => Some(*quote),
            Kind::Belonging(..) => None,
        });
        if let Some(quote) = quote.and_then(|n| self.quotes.get_mut(n)) {
            quote.others.push(who.to_owned());
        }
    }

    /// An element that began so deep ends at a place of the text.
    pub(super) fn end(&mut self, depth: usize, at: usize) {
        let Some((_, start, kind)) = self.open.pop_if(|(own, ..)| *own == depth) else { return };
        let span = Span::new(start.min(at), at);
        match kind {
            _ if span.is_empty() => {}
            Kind::Belonging(belonging, of) => self.belongings.push((belonging, span, of)),
            Kind::Part { quote, name } => {
                if let Some(quote) = self.quotes.get_mut(quote) {
                    quote.parts.push((name, span));
                }
            }
        }
    }

    /// Whether a quote, or what belongs to one, is open.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// A block ends: what is open in it ends with it.
    pub(super) fn end_block(&mut self, at: usize) {
        while let Some((depth, ..)) = self.open.last() {
            self.end(*depth, at);
        }
    }

    /// The quotes of a document in their order, their parts, and how many speakers nobody names. `speakers` are those that its
    /// header names.
    pub(super) fn finish(
        self,
        document: &Document,
        speakers: &FxHashMap<String, String>,
    ) -> (Vec<Quote>, Vec<Part>, u64) {
        let Speech { mut quotes, named, belongings, .. } = self;
        let mut own: Vec<BTreeMap<Belonging, Vec<Span>>> = vec![BTreeMap::new(); quotes.len()];
        for (belonging, span, of) in belongings {
            let names = of.split_whitespace().filter_map(|pointer| pointer.rsplit('#').next());
            for quote in names.filter_map(|name| named.get(name)) {
                if let Some(own) = own.get_mut(*quote) {
                    own.entry(belonging).or_default().push(span);
                }
            }
        }
        let mut all: Vec<(Open, BTreeMap<Belonging, Vec<Span>>)> = quotes.drain(..).zip(own).collect();
        all.retain(|(quote, _)| !quote.parts.is_empty());
        // Our names count the quotes; where a file has others, the order is that of the text.
        let number = |name: &Option<String>| name.as_deref()?.rsplit_once(".q")?.1.parse::<u64>().ok();
        if all.iter().all(|(quote, _)| number(&quote.name).is_some()) {
            all.sort_by_key(|(quote, _)| number(&quote.name));
        }
        let breaks: Vec<Span> = document.blocks.iter().flat_map(|block| block.sentences.iter().copied()).collect();
        let joined = |spans: &[Span]| joined(spans, &breaks, &document.text);
        let named = |pointer: &Option<String>| speakers.get(pointer.as_deref()?.rsplit('#').next()?).cloned();
        let pointers = all.iter().flat_map(|(quote, _)| quote.who.iter().chain(&quote.others));
        let unknown = pointers.filter(|who| named(&Some((*who).clone())).is_none()).count() as u64;
        let mut parts = Vec::new();
        let quotes = (0..).zip(&all).map(|(n, (quote, own))| {
            let said: Vec<Span> = quote.parts.iter().map(|(_, span)| *span).collect();
            for (place, (name, span)) in (0..).zip(&quote.parts) {
                let name = name.clone();
                parts.extend(name.map(|name| Part { name, quote: n, place, span: *span }));
            }
            let of = |belonging: Belonging| own.get(&belonging).map_or(&[][..], Vec::as_slice);
            let form = form(quote);
            let words = joined(of(Belonging::Words));
            let (spans, clause) = match form {
                Form::Mixed if !words.is_empty() => (words.clone(), clause(&said, &words, &breaks, &document.text)),
                _ => (joined(&said), None),
            };
            Quote {
                spans,
                clause,
                form,
                cue: hull(of(Belonging::Cue)),
                mention: hull(of(Belonging::Mention)),
                speaker: named(&quote.who),
                alternatives: quote.others.iter().filter_map(|who| named(&Some(who.clone()))).collect(),
                confidence: quote.confidence.unwrap_or(1.0),
                earlier: has(quote, "occasion.earlier"),
                insertions: joined(of(Belonging::Insertion)),
                recovered: recovery(quote),
            }
        });
        (quotes.collect(), parts, unknown)
    }
}

/// Whether a quote is of a category.
fn has(quote: &Open, class: &str) -> bool {
    quote.classes.split_whitespace().any(|pointer| {
        pointer.rsplit('#').next().is_some_and(|name| name == class || name.ends_with(&format!(".{class}")))
    })
}

/// How the words are given; what no category says, `@direct` does, which is true where it is not written.
fn form(quote: &Open) -> Form {
    let forms = [Form::Direct, Form::Mixed, Form::Indirect, Form::Headline];
    let told = forms.into_iter().find(|form| has(quote, &format!("form.{}", form.name())));
    let indirect = matches!(quote.direct.as_deref(), Some("false" | "0"));
    told.unwrap_or(if indirect { Form::Indirect } else { Form::Direct })
}

fn recovery(quote: &Open) -> Option<Recovery> {
    let all = [Recovery::Reopened, Recovery::Unclosed, Recovery::Misplaced];
    let names = ["end.reopened", "end.unclosed", "end.misplaced"];
    all.into_iter().zip(names).find(|(_, name)| has(quote, name)).map(|(recovery, _)| recovery)
}

/// The spans, those made one that only the end of a sentence parts: elements lie within a sentence, what they say need not.
fn joined(spans: &[Span], sentences: &[Span], text: &str) -> Vec<Span> {
    let mut all: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match all.last_mut() {
            Some(last) if is_one(*last, *span, sentences, text) => last.end = span.end,
            _ => all.push(*span),
        }
    }
    all
}

/// Whether nothing but the end of a sentence is between two stretches of a block.
fn is_one(first: Span, second: Span, sentences: &[Span], text: &str) -> bool {
    if first.end > second.start {
        return false;
    }
    let between = Span { start: first.end, end: second.start }.of(text);
    let next = sentences.partition_point(|sentence| sentence.start < first.end);
    let begins = sentences.get(next).is_some_and(|sentence| sentence.start <= second.start);
    begins && !between.contains("\n\n") && between.chars().all(char::is_whitespace)
}

/// Of a mixed quote the clause: what is said beside the words in marks, where there is anything.
fn clause(said: &[Span], words: &[Span], sentences: &[Span], text: &str) -> Option<Span> {
    let beside: Vec<Span> =
        said.iter().filter(|part| !words.iter().any(|word| word.contains(**part))).copied().collect();
    let whole = hull(&beside)?;
    // Whole sentences in marks are of the clause where it goes on around them.
    match joined(said, sentences, text).as_slice() {
        [only] => Some(*only),
        _ => Some(whole),
    }
}

/// From the first to the last.
fn hull(spans: &[Span]) -> Option<Span> {
    let (start, end) = (spans.iter().map(|span| span.start).min()?, spans.iter().map(|span| span.end).max()?);
    Some(Span { start, end })
}
