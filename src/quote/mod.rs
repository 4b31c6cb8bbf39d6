//! A quote: words that a document gives as somebody's. Quotation marks are paired over the whole document ([`marks`]), what
//! stands in them is told from names and titles ([`spoken`]), reported clauses are found by the verbs that report them
//! ([`reported`]), and every quote gets its speaker or none ([`speaker`]).
//!
//! What a language has for all this stands in its `quotes.toml`. Without one, marks still pair, and nobody is named.

mod confidence;
mod marks;
mod reported;
mod rules;
mod speaker;
mod spoken;
mod subject;
mod token;

use crate::language::Language;
use crate::model::{Form, Quote, Recovery, Span};
use confidence::{Attribution, Naming, confidence};
use marks::Stretch;
use reported::Report;
use rules::{CueKind, Rules};
use rustc_hash::FxHashMap;
use speaker::{Names, Speaker};
use spoken::{Kind, Tag};
use std::ops::Range;
use subject::View;
use token::{Cue, Text, is_dash};

/// Finds the quotes of texts in one language.
pub struct Finder<'a> {
    rules: Rules<'a>,
}

/// A quote before its speaker is known, in tokens.
struct Draft {
    parts: Vec<Range<usize>>,
    clause: Option<Range<usize>>,
    form: Form,
    tag: Tag,
    recovered: Option<Recovery>,
    attribution: Attribution,
}

/// A fragment in marks that nothing attributes is a quote if it has so many words; in a headline, if it has two.
const FRAGMENT: usize = 4;

impl<'a> Finder<'a> {
    /// A finder for a language; `None` knows marks alone.
    pub fn new(language: Option<&'a Language>) -> Finder<'a> {
        Finder { rules: Rules::new(language) }
    }

    /// The quotes of a text, in order; blank lines part its paragraphs. Time and memory are linear in its length.
    ///
    /// ```
    /// use korpu::{language::Languages, quote::Finder};
    /// let text = "Sergey Lavrov came to Baku.\n\n\"We agree,\" he said, adding that talks will go on.";
    /// let quotes = Finder::new(Languages::bundled().get("en")).quotes(text);
    /// assert_eq!(quotes[0].spans[0].of(text), "We agree,");
    /// assert_eq!(quotes[0].speaker.as_deref(), Some("Sergey Lavrov"));
    /// assert_eq!(quotes[1].spans[0].of(text), "talks will go on");
    /// ```
    pub fn quotes(&self, text: &str) -> Vec<Quote> {
        let text = Text::read(text, &self.rules);
        let hidden = vec![false; text.tokens.len()];
        let mut search = Search {
            view: View { text: &text, rules: &self.rules, hidden },
            drafts: Vec::new(),
            used: FxHashMap::default(),
        };
        let inside = search.direct(marks::stretches(&text));
        search.reported(&inside);
        search.headlines();
        search.finish()
    }
}

struct Search<'a> {
    view: View<'a>,
    drafts: Vec<Draft>,
    /// Where cues begin that attribute direct speech, with their subjects.
    used: FxHashMap<usize, Option<Range<usize>>>,
}

impl Search<'_> {
    /// Takes what is direct speech; returns the stretches that may be quoted within a sentence.
    fn direct(&mut self, stretches: Vec<Stretch>) -> Vec<Stretch> {
        let text = self.view.text;
        let mut inside = Vec::new();
        let mut last: Option<(usize, Range<usize>)> = None;
        let titles: Vec<bool> = stretches.iter().map(|s| self.view.is_title(s)).collect();
        let mut previous_end = 0;
        let mut reopened = false;
        for (n, stretch) in stretches.iter().enumerate() {
            let paragraph = text.paragraph_of(stretch.outer.start);
            let previous = previous_end;
            if !titles[n] {
                previous_end = stretch.outer.end;
            }
            let sentence = text.sentence_of(stretch.outer.start.saturating_sub(1).max(paragraph.start));
            let ended = stretch.outer.start > paragraph.start
                && text.mark(stretch.outer.start - 1).is_some_and(|c| matches!(c, '.' | '!' | '?' | '…'));
            let begun = if ended { stretch.outer.start } else { sentence.start };
            let before = previous.max(begun).max(paragraph.start).min(stretch.outer.start);
            // Of a sentence with several stretches, the words before them all have the subject.
            let before = if inside.last().is_some_and(|s: &Stretch| s.outer.end == previous) {
                sentence.start.min(before)
            } else {
                before
            };
            // The name of a club in marks does not end what attributes the words.
            let next = (n + 1..stretches.len().min(n + 6))
                .find(|&k| !titles[k])
                .map_or(usize::MAX, |k| stretches[k].outer.start);
            let tail = self.tail(stretch);
            let after = tail.min(next);
            let signed = self.view.signature(stretch).map(|name| Tag { cue: None, subject: Some(name) });
            let tag = signed.clone().or_else(|| self.view.tag(stretch, before, after));
            let kind = self.view.kind(stretch, before, after, tag.as_ref());
            // "Q," said X. "Q2.": a sentence of its own behind a tag is no title, however short.
            let alone = (stretch.outer.end..after).all(|i| text.mark(i).is_some());
            let behind = alone
                && self.view.begins_sentence(stretch.outer.start)
                && last.clone().is_some_and(|(_, end)| self.continues(end, stretch, tag.as_ref()));
            let kind = if behind || signed.is_some() { Kind::Direct } else { kind };
            match kind {
                // A headline that is nothing but words in marks.
                Kind::Name if text.paragraphs.first().is_some_and(|p| *p == stretch.outer) => {
                    inside.push(stretch.clone());
                }
                Kind::Name => {}
                Kind::Inside => inside.push(stretch.clone()),
                Kind::Direct => {
                    let inner = self.view.inner_tag(&stretch.inner, false);
                    let (gap, tag) = inner.map_or((None, tag), |(gap, tag)| (Some(gap), Some(tag)));
                    let shown = gap.clone();
                    // A quote that the next paragraph opens again has its tag there.
                    let fresh = gap.is_some();
                    let again = last
                        .clone()
                        .filter(|_| std::mem::take(&mut reopened) && paragraph.start == stretch.outer.start);
                    let continues =
                        last.take().filter(|(_, end)| !fresh && self.continues(end.clone(), stretch, tag.as_ref()));
                    let draft = self.speech(stretch, gap, tag, again.or(continues).map(|(draft, _)| draft));
                    let end = self.drafts[draft].tag.cue.as_ref().map_or(0, |c| c.end);
                    let spoken = |i: &usize| !shown.as_ref().is_some_and(|gap| gap.contains(i));
                    stretch.outer.clone().filter(spoken).for_each(|i| self.view.hidden[i] = true);
                    reopened = stretch.recovered == Some(Recovery::Reopened);
                    last = Some((draft, stretch.outer.end..end.max(stretch.outer.end)));
                }
            }
        }
        self.dashes();
        inside
    }

    /// Where the words after a stretch end: with its sentence, or the next one where the mark ended that.
    fn tail(&self, stretch: &Stretch) -> usize {
        let text = self.view.text;
        let end = stretch.outer.end;
        let paragraph = text.paragraph_of(end - 1);
        if end >= paragraph.end { end } else { text.sentence_of(end).end }
    }

    /// Whether a stretch goes on with the quote before it, which ended with its tag at `end`.
    fn continues(&self, end: Range<usize>, stretch: &Stretch, tag: Option<&Tag>) -> bool {
        let text = self.view.text;
        if tag.is_some_and(|t| t.subject.is_some() || t.cue.as_ref().is_some_and(|c| c.start >= stretch.outer.end)) {
            return false;
        }
        let from = text.paragraph_of(end.start - 1);
        let here = text.paragraph_of(stretch.outer.start);
        let near = stretch.outer.start == here.start && here.start == from.end || here == from;
        // Between them stands nothing but the sentence of the tag.
        let rest = if here == from { end.start..stretch.outer.start } else { end.start..from.end };
        let sentences = rest.clone().filter(|&i| text.is_word(i)).map(|i| text.tokens[i].sentence);
        let (least, most) = (sentences.clone().min(), sentences.max());
        let only_tag = least == most
            && (rest.clone().all(|i| !text.is_word(i)) || end.end > end.start && rest.contains(&(end.end - 1)));
        near && only_tag
    }

    /// Enters direct speech; returns its draft.
    fn speech(
        &mut self,
        stretch: &Stretch,
        gap: Option<Range<usize>>,
        tag: Option<Tag>,
        continues: Option<usize>,
    ) -> usize {
        let parts = match gap {
            Some(gap) => vec![stretch.inner.start..gap.start, gap.end..stretch.inner.end],
            None => vec![stretch.inner.clone()],
        };
        let tag = tag.unwrap_or(Tag { cue: None, subject: None });
        if let Some(cue) = &tag.cue {
            let text = self.view.text;
            let gap = if cue.end <= stretch.outer.start { cue.end..stretch.outer.start } else { cue.end..cue.end };
            // "C-dığını söyledi: “Q”": the cue has a clause of its own.
            let reports = self.view.rules.verb_final && cue.start > 0 && text.has(cue.start - 1, rules::CLAUSE_END);
            if !reports && !gap.into_iter().any(|i| text.is_word(i)) {
                self.used.insert(cue.start, tag.subject.clone());
            }
        }
        if let Some(draft) = continues {
            let known = &mut self.drafts[draft];
            known.parts.extend(parts);
            known.recovered = known.recovered.or(stretch.recovered);
            if known.tag.cue.is_none() && tag.subject.is_some() {
                known.tag = tag;
                known.attribution = Attribution::Tagged;
            }
            return draft;
        }
        let attribution = if tag.cue.is_some() { Attribution::Tagged } else { Attribution::Untagged };
        let recovered = stretch.recovered;
        self.drafts.push(Draft { parts, clause: None, form: Form::Direct, tag, recovered, attribution });
        self.drafts.len() - 1
    }

    /// Paragraphs that a quotation dash opens, with a tag between dashes.
    fn dashes(&mut self) {
        let text = self.view.text;
        for paragraph in &text.paragraphs {
            let first = paragraph.start;
            let dash = text.mark(first).is_some_and(is_dash) && paragraph.len() > 4;
            if !dash || paragraph.clone().any(|i| self.view.is_hidden(i)) {
                continue;
            }
            let inner = first + 1..paragraph.end;
            if let Some((gap, tag)) = self.view.inner_tag(&inner, true) {
                self.used.extend(tag.cue.iter().map(|c| (c.start, tag.subject.clone())));
                let mut parts = vec![inner.start..gap.start, gap.end.min(inner.end)..inner.end];
                parts.retain(|p| !p.is_empty());
                parts.iter().flat_map(Range::clone).for_each(|i| self.view.hidden[i] = true);
                let (form, attribution) = (Form::Direct, Attribution::Dashed);
                self.drafts.push(Draft { parts, clause: None, form, tag, recovered: None, attribution });
            }
        }
    }

    /// Takes reported clauses, those with some words in marks as mixed; then fragments in marks that stand alone.
    fn reported(&mut self, inside: &[Stretch]) {
        let text = self.view.text;
        let mut taken = vec![false; inside.len()];
        let used = std::mem::take(&mut self.used);
        let is_used = |cue: &Cue| used.get(&cue.tokens.start).cloned();
        for sentence in &text.sentences {
            if text.cues_in(sentence.clone()).is_empty() {
                continue;
            }
            for report in self.view.reports(sentence.clone(), &is_used) {
                let from = inside.partition_point(|s| s.outer.end <= sentence.start);
                let marked: Vec<usize> = (from..inside.len())
                    .take_while(|&k| inside[k].outer.start < sentence.end)
                    .filter(|&k| {
                        !taken[k]
                            && report
                                .content
                                .iter()
                                .any(|c| c.start <= inside[k].outer.start && inside[k].inner.end <= c.end + 1)
                    })
                    .collect();
                marked.iter().for_each(|&k| taken[k] = true);
                self.report(report, marked.iter().map(|&k| &inside[k]).collect());
            }
        }
        for (stretch, _) in inside.iter().zip(taken).filter(|(_, taken)| !taken) {
            self.fragment(stretch);
        }
    }

    fn report(&mut self, report: Report, marked: Vec<&Stretch>) {
        let clause = report.content.first().zip(report.content.last()).map(|(a, b)| a.start..b.end);
        let tag = Tag { cue: Some(report.cue), subject: report.subject };
        if !marked.is_empty() {
            let recovered = marked.iter().find_map(|s| s.recovered);
            let parts = marked.iter().map(|s| s.inner.clone()).collect();
            let attribution = Attribution::Marked;
            self.drafts.push(Draft { parts, clause, form: Form::Mixed, tag, recovered, attribution });
        } else if report.kind != CueKind::Judge {
            let object = report.kind == CueKind::Object;
            self.drafts.push(Draft {
                parts: report.content,
                clause: None,
                form: Form::Indirect,
                tag,
                recovered: None,
                attribution: if object { Attribution::Object } else { Attribution::Reported },
            });
        }
    }

    /// A stretch within a sentence that reports nothing: a quote if it is long enough, by whoever is spoken of.
    fn fragment(&mut self, stretch: &Stretch) {
        let text = self.view.text;
        let words = stretch.inner.clone().filter(|&i| text.is_word(i)).count();
        let headline = text.paragraphs.first().is_some_and(|p| p.contains(&stretch.outer.start));
        if words >= FRAGMENT || headline && words > 1 {
            self.drafts.push(Draft {
                parts: vec![stretch.inner.clone()],
                clause: None,
                form: Form::Mixed,
                tag: Tag { cue: None, subject: None },
                recovered: stretch.recovered,
                attribution: Attribution::Fragment,
            });
        }
    }

    /// Headlines "SPEAKER: statement": a name before a colon, in a paragraph of one sentence without a stop.
    fn headlines(&mut self) {
        let text = self.view.text;
        for paragraph in text.paragraphs.iter().take(6) {
            let start = paragraph.clone().find(|&i| text.is_word(i)).unwrap_or(paragraph.end);
            let Some(colon) = (start..paragraph.end.min(start + 8)).find(|&i| text.mark(i) == Some(':')) else {
                continue;
            };
            let words = (colon + 1..paragraph.end).filter(|&i| text.is_word(i)).count();
            let stop = text.mark(paragraph.end - 1).is_some_and(|c| matches!(c, '.' | ':' | '…' | ';'));
            let name = self.view.name_run(start, colon);
            let spoken = (paragraph.clone()).any(|i| self.view.is_hidden(i));
            if name.end != colon
                || name.is_empty()
                || text.has(name.end - 1, rules::BODY | rules::ROLE)
                || name.len() > 5
                || words < 4
                || stop
                || spoken
            {
                continue;
            }
            let first = self.drafts.iter().any(|d| d.parts.iter().any(|p| paragraph.contains(&p.start)));
            if !first {
                self.drafts.push(Draft {
                    parts: std::iter::once(colon + 1..paragraph.end).collect(),
                    clause: None,
                    form: Form::Headline,
                    tag: Tag { cue: None, subject: Some(name) },
                    recovered: None,
                    attribution: Attribution::Headline,
                });
            }
        }
    }

    /// Gives every quote its speaker, in the order of the text.
    fn finish(self) -> Vec<Quote> {
        let Search { view, mut drafts, .. } = self;
        drafts.retain(|d| d.parts.iter().any(|p| !p.is_empty()));
        drafts.sort_by_key(|d| d.parts.first().map_or(0, |p| p.start));
        let mentions: Vec<Range<usize>> = drafts.iter().filter_map(|d| d.tag.subject.clone()).collect();
        let mut names = Names::of(&view, &mentions);
        let text = view.text;
        let title = text.paragraphs.first().map_or(0, |p| p.end);
        let speaker = |draft: &Draft| {
            let at = draft.parts.first().map_or(0, |p| p.start);
            // Where the tag comes first, who is named within the words does not yet speak.
            let tag = draft.tag.subject.as_ref().or(draft.tag.cue.as_ref()).map_or(at, |tag| tag.start);
            let speaker = names.resolve(at.min(tag), draft.tag.subject.clone());
            let headline = draft.attribution == Attribution::Fragment && at < title;
            if headline { Speaker::default() } else { speaker }
        };
        let mut speakers: Vec<Speaker> = drafts.iter().map(speaker).collect();
        // Whom a headline quotes, the text says later.
        let later = speakers.iter().find_map(|s| s.name.clone());
        let above = drafts.iter().take_while(|draft| draft.parts.iter().all(|p| p.end <= title)).count();
        for speaker in speakers[..above].iter_mut().filter(|s| s.name.is_none()) {
            speaker.name.clone_from(&later);
            speaker.naming = Naming::Below;
        }
        let mut quotes = Vec::with_capacity(drafts.len());
        for (draft, speaker) in drafts.into_iter().zip(speakers) {
            let spans: Vec<Span> =
                draft.parts.iter().filter(|p| !p.is_empty()).flat_map(|p| by_paragraph(text, p)).collect();
            let insertions = draft.parts.iter().flat_map(|p| insertions(text, p.clone())).collect();
            quotes.push(Quote {
                spans,
                clause: draft.clause.map(|c| text.span(c)),
                form: draft.form,
                earlier: draft.tag.cue.as_ref().is_some_and(|cue| is_earlier(&view, cue)),
                cue: draft.tag.cue.map(|c| text.span(c)),
                mention: draft.tag.subject.map(|m| text.span(m)),
                speaker: speaker.name,
                alternatives: speaker.alternatives,
                confidence: confidence(draft.attribution, speaker.naming),
                insertions,
                recovered: draft.recovered,
            });
        }
        quotes
    }
}

/// Words so near a cue say when.
const BESIDE: usize = 3;

/// Whether words beside a cue say that it was on an earlier occasion.
fn is_earlier(view: &View, cue: &Range<usize>) -> bool {
    let sentence = view.text.sentence_of(cue.start);
    let near = cue.start.saturating_sub(BESIDE).max(sentence.start)..(cue.end + BESIDE).min(sentence.end);
    near.into_iter().any(|i| view.text.has(i, rules::EARLIER) && !view.is_hidden(i))
}

/// The span of a part within each paragraph that it runs over.
fn by_paragraph(text: &Text, part: &Range<usize>) -> Vec<Span> {
    let first = text.paragraphs.partition_point(|p| p.end <= part.start);
    let over = text.paragraphs[first..].iter().take_while(|p| p.start < part.end);
    over.map(|p| text.span(part.start.max(p.start)..part.end.min(p.end))).collect()
}

/// What an editor put in: words in square brackets, and those in round ones that end with a dash and a name.
fn insertions(text: &Text, part: Range<usize>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for i in part {
        match (text.mark(i), open) {
            (Some('['), _) => open = Some((i, ']')),
            (Some('('), None) => open = Some((i, ')')),
            (Some(c), Some((start, close))) if c == close => {
                let signed = i > start + 3 && text.is_name(i - 1) && text.mark(i - 2).is_some_and(is_dash);
                if close == ']' || signed {
                    found.push(text.span(start..i + 1));
                }
                open = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Languages;
    use proptest::prelude::*;

    fn check(lang: &str, text: &str, expected: &[(Form, &str, Option<&str>)]) {
        let quotes = Finder::new(Languages::bundled().get(lang)).quotes(text);
        let found: Vec<_> = quotes.iter().map(|q| (q.form, q.spans[0].of(text), q.speaker.as_deref())).collect();
        assert_eq!(found, expected, "{lang}: {text}");
    }

    #[test]
    fn a_cue_may_stand_anywhere_around_the_words() {
        let said = |text| [(Form::Direct, text, Some("Ann Berg"))];
        check("en", "\"It rains,\" Ann Berg said.", &said("It rains,"));
        check("en", "\"It rains,\" said Ann Berg, the mayor.", &said("It rains,"));
        check("en", "Ann Berg told reporters: “It rains.”", &said("It rains."));
        check("tr", "Ann Berg, \"Yağmur yağıyor\" dedi.", &said("Yağmur yağıyor"));
        check("az", "“Yağış yağır”, – deyə Ann Berg bildirib.", &said("Yağış yağır"));
    }

    #[test]
    fn a_language_without_rules_has_marks_alone() {
        check("xx", "«Il pleut toujours ici.»", &[(Form::Direct, "Il pleut toujours ici.", None)]);
        check("en", "", &[]);
    }

    #[test]
    fn apostrophes_open_nothing() {
        check("en", "The members' lives in the '90s weren't the lawmakers' business, and Ann's wasn't.", &[]);
        check("tr", "Bakü'nün ve Ankara'nın Türkiye'deki okulları.", &[]);
    }

    /// What takes more than linear time would not end here.
    #[test]
    fn a_page_of_nothing_but_marks_takes_its_time_and_no_more() {
        let finder = Finder::new(Languages::bundled().get("en"));
        let news = "Mayor Ann Berg met Tom Reed. “We agree,” she said, adding that Reed had “no choice”. ";
        for (unit, times) in
            [("\"a ", 300_000), ("«a b\n\n", 100_000), ("'a ", 300_000), ("“", 500_000), (news, 20_000)]
        {
            finder.quotes(&unit.repeat(times));
        }
    }

    proptest! {
        #[test]
        fn spans_lie_on_character_boundaries_in_order(
            text in "(\\PC|[\"“”«»„'’(\\[–— ,.:!?]| said | деди | сказал | bildirib ki, | dedi | göre |\n\n| Əli |He ){0,60}"
        ) {
            for lang in ["az", "en", "ru", "tr", "xx"] {
                for quote in Finder::new(Languages::bundled().get(lang)).quotes(&text) {
                    prop_assert!(!quote.spans.is_empty());
                    prop_assert!((0.0..=1.0).contains(&quote.confidence));
                    let also = [quote.clause, quote.cue, quote.mention];
                    let all = quote.spans.iter().chain(&quote.insertions).chain(also.iter().flatten());
                    for span in all {
                        prop_assert!(text.get(span.range()).is_some_and(|s| !s.is_empty()), "{:?} in {:?}", span, text);
                    }
                    prop_assert!(quote.spans.iter().all(|s| !s.of(&text).contains("\n\n")));
                }
            }
        }
    }
}
