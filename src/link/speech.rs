use crate::model::{Form, Quote, Span};
use crate::represent::{Representation, Represented};
use std::borrow::Cow;
use std::ops::Range;

/// A segment of the level quote: a sentence of a quote, or a part of one. What is linked across documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Which quote of the document it belongs to.
    pub quote: u32,
    /// Its words.
    pub span: Span,
    /// The sentences of the document that it touches.
    pub sentences: Range<u32>,
}

/// So many segments of a document are linked; those beyond are of no group. Each is compared with each of another document, which takes
/// 100 bytes a pair while it is done. A page of news has under a hundred.
pub const SEGMENTS: usize = 1_000;

/// The segments of the quotes of a document, quote by quote, the first [`SEGMENTS`]. `sentences` are those of the document, in order; of a
/// mixed quote the whole reported clause is taken. Linear in the length of both.
pub fn segments(quotes: &[Quote], text: &str, sentences: &[Span]) -> Vec<Segment> {
    let mut found: Vec<Segment> = Vec::new();
    for (n, quote) in (0..).zip(quotes) {
        if found.len() >= SEGMENTS {
            break;
        }
        for span in outer(quote, quotes) {
            let first = sentences.partition_point(|s| s.end <= span.start);
            let touched = sentences[first..].iter().take_while(|s| s.start < span.end);
            let mut said = false;
            for (at, sentence) in (first as u32..).zip(touched) {
                let part = Span { start: span.start.max(sentence.start), end: span.end.min(sentence.end) };
                // The tag may stand between two parts, or a mark beside one: neither says anything.
                if !part.of(text).chars().any(char::is_alphanumeric) {
                    continue;
                }
                said = true;
                let next = Segment { quote: n, span: part, sentences: at..at + 1 };
                match found.last_mut().filter(|last| goes_on(last, &next, text)) {
                    Some(last) => {
                        last.span.end = next.span.end;
                        last.sentences.end = next.sentences.end;
                    }
                    None => found.push(next),
                }
            }
            if !said && span.start < span.end {
                found.push(Segment { quote: n, span: *span, sentences: first as u32..first as u32 });
            }
        }
    }
    found.truncate(SEGMENTS);
    found
}

/// What of a quote is compared: its words, of a mixed one the whole reported clause, unless other quotes stand in that.
fn outer<'a>(quote: &'a Quote, quotes: &[Quote]) -> &'a [Span] {
    let Some(clause) = quote.clause.as_ref().filter(|_| quote.form == Form::Mixed) else { return &quote.spans };
    let meets = |other: &Quote| other.spans.iter().any(|s| s.start < clause.end && clause.start < s.end);
    let from = quotes.partition_point(|q| q.spans.first() < quote.spans.first());
    let near = from.saturating_sub(NEAR)..(from + NEAR).min(quotes.len());
    let shared = quotes[near].iter().any(|other| !std::ptr::eq(other, quote) && meets(other));
    if shared { &quote.spans } else { std::slice::from_ref(clause) }
}

/// Quotes that overlap stand no further apart in the list.
const NEAR: usize = 6;

/// Whether a segment is the rest of the one before: a page may break a sentence in two paragraphs.
fn goes_on(before: &Segment, next: &Segment, text: &str) -> bool {
    let gap = text.get(before.span.end as usize..next.span.start as usize);
    let small = next.span.of(text).chars().next().is_some_and(char::is_lowercase);
    before.quote == next.quote
        && gap.is_some_and(|gap| gap.trim().is_empty())
        && small
        && before.span.of(text).chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == ',')
}

/// The words of a segment without what an editor put in.
pub fn words<'a>(segment: &Segment, quote: &Quote, text: &'a str) -> Cow<'a, str> {
    let inside = |i: &&Span| i.start >= segment.span.start && i.end <= segment.span.end;
    let mut at = segment.span.start;
    let mut kept = String::new();
    for insertion in quote.insertions.iter().filter(inside) {
        kept.push_str(Span { start: at, end: insertion.start.max(at) }.of(text));
        kept.push(' ');
        at = insertion.end.max(at);
    }
    if kept.is_empty() && at == segment.span.start {
        return Cow::Borrowed(segment.span.of(text));
    }
    kept.push_str(Span { start: at, end: segment.span.end }.of(text));
    Cow::Owned(kept)
}

/// What is said in a document, ready to be compared with what is said in others.
#[derive(Debug)]
pub struct Speech {
    pub(super) segments: Vec<Segment>,
    /// By quote, the place of its speaker in `names`.
    pub(super) speakers: Vec<Option<u32>>,
    /// By quote, whether it was said on an earlier occasion.
    earlier: Vec<bool>,
    pub(super) terms: Representation,
    /// The numbers in each segment.
    pub(super) figures: Vec<Vec<Box<str>>>,
    /// The directions of the segments, of length 1 or 0.
    pub(super) directions: Vec<f32>,
    /// The names of the speakers, a segment each, and after them the words that stand for speakers.
    pub(super) names: Representation,
    /// How many speakers have a name.
    pub(super) listed: usize,
}

impl Speech {
    /// `terms` represents the [`words`] of the segments and after them the sentences of the whole document, by which it is known how
    /// much a word says there; `names` represents the [`speakers`], and after them the [`mentions`].
    pub fn new(segments: Vec<Segment>, quotes: &[Quote], mut terms: Representation, names: Representation) -> Speech {
        terms.truncate(segments.len());
        let listed = speakers(quotes);
        let place = |q: &Quote| Some(listed.binary_search(&q.speaker.as_deref()?).ok()? as u32);
        let figures = |s: &Represented| -> Vec<Box<str>> {
            s.distinct().map(|t| &terms.terms[t as usize]).filter(|t| t.number).map(|t| t.word.clone()).collect()
        };
        Speech {
            speakers: quotes.iter().map(place).collect(),
            earlier: quotes.iter().map(|q| q.earlier).collect(),
            figures: terms.segments.iter().map(figures).collect(),
            directions: terms.directions(),
            listed: listed.len(),
            segments,
            terms,
            names,
        }
    }

    /// The segments of its quotes.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether a segment was said on an earlier occasion.
    pub(super) fn is_earlier(&self, segment: usize) -> bool {
        self.earlier[self.segments[segment].quote as usize]
    }
}

/// The words that stand for speakers, each once, sorted.
pub fn mentions<'a>(quotes: &[Quote], text: &'a str) -> Vec<&'a str> {
    let mut all: Vec<&str> = quotes.iter().filter_map(|q| Some(q.mention?.of(text))).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The speakers of quotes by name, each once, sorted.
pub fn speakers(quotes: &[Quote]) -> Vec<&str> {
    let mut all: Vec<&str> = quotes.iter().filter_map(|q| q.speaker.as_deref()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Quote;

    fn spot(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap();
        Span::new(start, start + part.len())
    }

    fn quote(form: Form, text: &str, parts: &[&str], clause: Option<&str>) -> Quote {
        Quote {
            spans: parts.iter().map(|part| spot(text, part)).collect(),
            clause: clause.map(|clause| spot(text, clause)),
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

    fn check(text: &str, quotes: &[Quote], sentences: &[&str], expected: &[&str]) {
        let sentences: Vec<Span> = sentences.iter().map(|sentence| spot(text, sentence)).collect();
        let found = segments(quotes, text, &sentences);
        let words: Vec<_> = found.iter().map(|s| words(s, &quotes[s.quote as usize], text).into_owned()).collect();
        assert_eq!(words, expected);
    }

    #[test]
    fn a_quote_is_cut_into_its_sentences() {
        let text = "“We agree. It rains”, he said.";
        let quotes = [quote(Form::Direct, text, &["We agree. It rains"], None)];
        check(text, &quotes, &["“We agree.", "It rains”, he said."], &["We agree.", "It rains"]);
    }

    #[test]
    fn a_sentence_that_a_page_breaks_is_one() {
        let text = "“the warmest\n\ngreetings and more.”";
        let quotes = [quote(Form::Direct, text, &["the warmest", "greetings and more."], None)];
        check(text, &quotes, &["“the warmest", "greetings and more.”"], &["the warmest\n\ngreetings and more."]);
    }

    #[test]
    fn of_a_document_of_nothing_but_quotes_the_first_segments_are_linked() {
        let text = "It rains. ".repeat(3 * SEGMENTS);
        let span = |n: usize| Span::new(10 * n, 10 * n + 9);
        let sentences: Vec<Span> = (0..3 * SEGMENTS).map(span).collect();
        let mut quotes: Vec<Quote> = vec![quote(Form::Direct, &text, &["It rains."], None); 2 * SEGMENTS];
        (0..).zip(&mut quotes).for_each(|(n, quote)| quote.spans = vec![span(n)]);
        assert_eq!(segments(&quotes, &text, &sentences).len(), SEGMENTS);
        quotes[7].spans = sentences[7..].to_vec();
        let found = segments(&quotes, &text, &sentences);
        assert_eq!((found.len(), found.last().map(|s| s.quote)), (SEGMENTS, Some(7)));
    }

    #[test]
    fn what_an_editor_put_in_is_left_out() {
        let text = "relations [of both] are good";
        let mut quote = quote(Form::Direct, text, &[text], None);
        quote.insertions.push(spot(text, "[of both]"));
        check(text, &[quote], &[text], &["relations   are good"]);
    }

    #[test]
    fn of_a_mixed_quote_the_clause_is_compared_unless_another_stands_in_it() {
        let text = "it was “bad luck” and “a shame”";
        let mixed = |part| quote(Form::Mixed, text, &[part], Some(text));
        check(text, &[mixed("bad luck")], &[text], &[text]);
        check(text, &[mixed("bad luck"), mixed("a shame")], &[text], &["bad luck", "a shame"]);
    }
}
