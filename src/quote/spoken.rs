//! Words in marks: whether they are somebody's words or a name, and what attributes them.

use super::marks::Stretch;
use super::rules::{BODY, CLAUSE_END, CueKind, PARTICLE, PRONOUN, ROLE, WORK};
use super::subject::View;
use super::token::{Cue, is_dash};
use std::ops::Range;

/// What words in marks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Direct speech.
    Direct,
    /// Words within a sentence of the outlet, which may be quoted.
    Inside,
    /// A name, a title, a word that is talked about.
    Name,
}

/// A cue with its subject; the subject may be left to be understood.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub cue: Option<Range<usize>>,
    pub subject: Option<Range<usize>>,
}

/// Between a closing mark and its cue stand at most so many words and marks.
const NEAR: usize = 10;

impl View<'_> {
    fn words_in(&self, range: Range<usize>) -> usize {
        range.filter(|&i| self.text.is_word(i)).count()
    }

    /// What a stretch is, by itself and by what is around it.
    pub(super) fn kind(&self, stretch: &Stretch, before: usize, after: usize, tag: Option<&Tag>) -> Kind {
        let text = self.text;
        let (outer, inner) = (&stretch.outer, &stretch.inner);
        let words = self.words_in(inner.clone());
        if words == 0 {
            return Kind::Name;
        }
        let sentences = |r: &Range<usize>| text.tokens[r.start].sentence != text.tokens[r.end - 1].sentence;
        let several = sentences(inner) && words > 4;
        let stop = |i: usize| text.mark(i).is_some_and(|c| matches!(c, '.' | '!' | '?' | '…'));
        let stopped = stop(inner.end - 1) || self.is_comma(inner.end - 1);
        let begins = before == outer.start || self.begins_sentence(outer.start);
        let ends = (outer.end..after).all(|i| text.mark(i).is_some());
        let colon = outer.start > before && text.mark(outer.start - 1) == Some(':');
        let capital = text.tokens[inner.start].capital;
        let adjacent = self.cue_before(before, outer.start, 1).is_some();
        let comma = outer.start > before && self.is_comma(outer.start - 1);
        let cue = tag.and_then(|t| t.cue.as_ref());
        let tag_after = cue.is_some_and(|c| c.start >= outer.end);
        let parted = self.is_comma(outer.end) || text.mark(outer.end).is_some_and(is_dash);
        let next = cue.is_some_and(|c| c.start >= outer.end && self.words_in(outer.end..c.start) == 0);
        let attributed = (comma || colon) && (adjacent || next);
        // “Q” diyor X: nothing parts the words from the cue.
        let close = self.rules.verb_final && next && words > 1 && !self.is_name_like(inner);
        let said = tag_after && (stopped || begins && (parted || close));
        if self.is_title(stretch) && !attributed && !said {
            return Kind::Name;
        }
        let direct = several
            || colon && (words > 2 || stopped || adjacent)
            || begins && (tag_after || ends && (words > 3 || stopped))
            || adjacent && (comma || capital && words > 2)
            || self.rules.verb_final
                && (next || words > 2 || capital || stopped)
                && cue.is_some_and(|c| c.start >= outer.end && self.is_close(outer.end, c.start))
            || (comma || ends) && capital && words > 5 && cue.is_some();
        if direct { Kind::Direct } else { Kind::Inside }
    }

    /// Whether marks hold a name, a title or a word that is talked about.
    pub(super) fn is_title(&self, stretch: &Stretch) -> bool {
        let text = self.text;
        let words = self.words_in(stretch.inner.clone());
        if words == 0 {
            return true;
        }
        let (outer, inner) = (&stretch.outer, &stretch.inner);
        let capital = |i: usize| text.tokens[i].capital || text.str(i).starts_with(|c: char| c.is_ascii_digit());
        let all = self.is_name_like(inner);
        let stopped = text.mark(inner.end - 1).is_some_and(|c| matches!(c, '.' | '!' | '?' | '…' | ','));
        let work = text.has(outer.end, WORK) || outer.start > 0 && text.has(outer.start - 1, WORK);
        let gloss = outer.start > 0 && matches!(text.mark(outer.start - 1), Some('(' | '[')) && words < 4;
        let letter = words == 1 && inner.len() == 1 && text.str(inner.start).chars().count() < 3;
        gloss || letter || work && words < 6 && !stopped || capital(inner.start) && (all || words < 4) && !stopped
    }

    /// The name behind the dash of a headline: "“Q” – X".
    pub(super) fn signature(&self, stretch: &Stretch) -> Option<Range<usize>> {
        let headline = self.text.paragraphs.first().filter(|p| p.start == stretch.outer.start)?;
        let dash = stretch.outer.end + usize::from(self.is_comma(stretch.outer.end));
        let name = self.name_run(dash + 1, headline.end);
        (self.text.mark(dash).is_some_and(is_dash) && name.len() > 1 && name.end == headline.end).then_some(name)
    }

    /// Whether all words have capitals, the shortest aside.
    fn is_name_like(&self, words: &Range<usize>) -> bool {
        let text = self.text;
        let capital = |i: usize| text.tokens[i].capital || text.str(i).starts_with(|c: char| c.is_ascii_digit());
        words.clone().filter(|&i| text.is_word(i)).all(|i| capital(i) || text.str(i).chars().count() < 3)
    }

    /// Whether nothing but marks and small words stands between a closing mark and a cue.
    fn is_close(&self, from: usize, cue: usize) -> bool {
        let text = self.text;
        let words = (from..cue).filter(|&i| text.is_word(i) && !text.has(i, PARTICLE)).count();
        let clause = (from..cue).any(|i| text.has(i, CLAUSE_END));
        let particle = (from..cue).any(|i| text.has(i, PARTICLE));
        !clause && (words < 4 || particle || text.mark(from).is_some_and(is_dash))
    }

    /// Whether a token opens a sentence: what stands before it ends one, or is only a dash.
    pub(super) fn begins_sentence(&self, at: usize) -> bool {
        let sentence = self.text.sentence_of(at);
        (sentence.start..at).all(|i| self.text.mark(i).is_some_and(|c| is_dash(c) || matches!(c, '"' | '“' | '«')))
    }

    /// The last cue that ends at most `gap` words before `end`.
    fn cue_before(&self, from: usize, end: usize, gap: usize) -> Option<&Cue> {
        let cues = self.text.cues_in(from..end);
        cues.iter().rev().find(|c| c.kind.speaks() && c.tokens.end <= end && self.words_in(c.tokens.end..end) < gap)
    }

    /// What attributes a stretch: `before` is where the words before it begin, `after` where those after it end.
    pub(super) fn tag(&self, stretch: &Stretch, before: usize, after: usize) -> Option<Tag> {
        let outer = &stretch.outer;
        let head = before..outer.start;
        let tail = self.tag_after(outer.end, after);
        let colon = !head.is_empty() && self.text.mark(outer.start - 1) == Some(':');
        if let Some(tag) = tail.clone().filter(|t| !colon && (t.subject.is_some() || !self.rules.verb_final)) {
            return Some(tag);
        }
        let front = self.tag_before(head.clone(), tail.is_some());
        match (tail, front) {
            (Some(tail), Some(front)) if !colon => Some(Tag { cue: tail.cue, subject: front.subject }),
            (tail, None) => tail,
            (_, front) => front,
        }
    }

    /// The cue before a stretch, or the name before its colon.
    fn tag_before(&self, head: Range<usize>, cue_follows: bool) -> Option<Tag> {
        let text = self.text;
        let last = head.end.checked_sub(1).filter(|i| head.contains(i))?;
        let colon = text.mark(last) == Some(':');
        let gap = if colon { 12 } else { 3 };
        if let Some(cue) = self.cue_before(head.start, head.end, gap).filter(|_| !cue_follows || colon) {
            let (start, end) = (cue.tokens.start, cue.tokens.end);
            let subject = if self.rules.verb_final {
                let before = self.nearest(head.start..start).or_else(|| self.first(head.start..start).0);
                let place = || self.shortened(head.start..start).filter(|_| start - head.start < 7);
                let place = || if cue.kind == CueKind::BesideMarks { place() } else { None };
                before.or_else(|| colon.then(|| self.nearest(end..last)).flatten()).or_else(place)
            } else {
                self.before(head.start, start).or_else(|| self.after(end, last))
            };
            return Some(Tag { cue: Some(cue.tokens.clone()), subject });
        }
        let subject = if self.rules.verb_final {
            self.nearest(head.clone()).or_else(|| self.first(head.clone()).0)
        } else {
            None
        };
        if cue_follows {
            return Some(Tag { cue: None, subject: subject.or_else(|| self.nearest(head)) });
        }
        let short = colon && head.len() <= 8;
        let name = if short { self.shortened(head.start..last) } else { None };
        name.map(|name| Tag { cue: None, subject: Some(name) })
    }

    /// The noun phrase right before the end of a range, if it names somebody.
    fn nearest(&self, range: Range<usize>) -> Option<Range<usize>> {
        let text = self.text;
        let mut end = range.end;
        while end > range.start
            && (text.mark(end - 1).is_some_and(|c| c != '"')
                || text.has(end - 1, super::rules::ADVERB | PARTICLE) && !text.has(end - 1, PRONOUN))
        {
            end -= 1;
        }
        let at = end.checked_sub(1).filter(|at| range.contains(at))?;
        let inflected = text.str(at).contains(['\'', '’']);
        if inflected || !(text.is_name(at) || text.has(at, PRONOUN | ROLE | BODY)) {
            return None;
        }
        let mut start = at;
        while start > range.start && text.is_word(start - 1) && at - start < 8 && !text.has(at, PRONOUN) {
            start -= 1;
        }
        self.shortened(start..end)
    }

    /// The cue after a stretch that ends before `from`, with its subject.
    pub(super) fn tag_after(&self, from: usize, end: usize) -> Option<Tag> {
        let text = self.text;
        let mut at = from;
        while at < end
            && (text.mark(at).is_some_and(|c| !matches!(c, '"' | '“' | '«' | '('))
                || text.has(at, PARTICLE) && !text.has(at, PRONOUN))
        {
            at += 1;
        }
        let speaks = |c: &&Cue| c.kind.speaks() && !self.is_hidden(c.tokens.start);
        let cues: Vec<&Cue> = text.cues_in(at..end).iter().filter(speaks).collect();
        let new_sentence = at < end && from > 0 && text.tokens[at].sentence != text.tokens[from - 1].sentence;
        let cue = if self.rules.verb_final {
            let near = cues.first().filter(|c| self.words_in(at..c.tokens.start) < 4);
            let Some(cue) = near.or(cues.last()) else { return self.untold(from, end) };
            let clause = (from..cue.tokens.start).any(|i| text.has(i, CLAUSE_END));
            let said = (from..cue.tokens.start).any(|i| text.has(i, PARTICLE)) || text.mark(from).is_some_and(is_dash);
            if clause && !said || text.has(cue.tokens.end, super::rules::COMPLEMENTIZER) {
                return None;
            }
            cue
        } else {
            let cue = cues.first().filter(|c| {
                // "Q," X, chairman of the committee, said.
                let explained = self.is_comma(c.tokens.start - 1) && !self.name_run(at, end).is_empty();
                c.tokens.start < at + if explained { 2 * NEAR } else { NEAR }
            })?;
            let explained = self.is_comma(cue.tokens.start - 1) && self.is_comma(self.name_run(at, end).end);
            if !explained && (at..cue.tokens.start).any(|i| self.is_comma(i)) && self.words_in(at..cue.tokens.start) > 8
            {
                return None;
            }
            cue
        };
        let (start, stop) = (cue.tokens.start, cue.tokens.end);
        let subject = if self.rules.verb_final {
            let pronoun = text.has(at, PRONOUN).then_some(at..at + 1);
            let after = (cue.kind == CueKind::Relative).then(|| self.shortened(stop..end.min(stop + 4))).flatten();
            let first = || self.first(at..start).0;
            // "– niyyət məktubunda bildirilir": the document that says it.
            let beside = cue.kind == CueKind::BesideMarks || self.rules.is_plural(text.str(stop - 1));
            let place = || (beside && start - at < 7).then(|| self.shortened(at..start)).flatten();
            after.or(pronoun).or_else(|| self.nearest(at..start)).or_else(first).or_else(place).or_else(|| {
                // "“Q” diyor hemşire Gül Baran."
                let to = (stop..end).find(|&i| !text.is_word(i)).unwrap_or(end);
                let named = start == at && (stop + 1..stop + 7).contains(&to) && self.ends_subject(to - 1);
                if named { self.shortened(stop..to) } else { None }
            })
        } else if start == at || !self.names_before(at, start) {
            // "— говорится в сообщении": the document that says it.
            let document = cue.kind == CueKind::BesideMarks && text.has(stop, super::rules::PREPOSITION);
            self.after(stop + usize::from(document), end).or_else(|| self.institution(&cue.tokens, start, end))
        } else {
            self.before(at, start)
        };
        // In a sentence of its own the tag is all there is.
        if new_sentence
            && (stop + 1 < end && subject.as_ref().is_none_or(|s| s.end + 1 < end)
                || subject.is_none() && self.words_in(at..end) > 3)
        {
            return None;
        }
        Some(Tag { cue: Some(cue.tokens.clone()), subject })
    }

    /// "– deyə X sevincini gizlətməyib": the particle says that X said it, whatever the verb.
    fn untold(&self, from: usize, end: usize) -> Option<Tag> {
        let text = self.text;
        let particle = (from + 1..end.min(from + 4)).find(|&i| text.has(i, PARTICLE) && text.mark(i - 1).is_some())?;
        let mut at = particle + 1;
        let mut name = None;
        while at < end && text.is_word(at) {
            let run = self.name_run(at, end);
            at = run.end.max(at + 1);
            if run.len() > 1 || text.has(run.start, PRONOUN) {
                name = Some(run);
            }
        }
        let subject = Some(name.filter(|run| !run.is_empty())?);
        Some(Tag { cue: Some(particle..particle + 1), subject })
    }

    fn names_before(&self, from: usize, verb: usize) -> bool {
        self.before(from, verb).is_some()
    }

    /// A tag inside a stretch: "Q1, — said X. — Q2". Its place, with the marks around it, and its cue.
    pub(super) fn inner_tag(&self, inner: &Range<usize>, open_ended: bool) -> Option<(Range<usize>, Tag)> {
        let text = self.text;
        let stop = |i: usize| text.mark(i).is_some_and(|c| matches!(c, ',' | '.' | '!' | '?' | '…'));
        for cue in text.cues_in(inner.clone()).iter().filter(|c| c.kind.speaks()) {
            let from = cue.tokens.start.saturating_sub(14).max(inner.start + 1);
            let dash = (from..cue.tokens.start).rev().find(|&i| text.mark(i).is_some_and(is_dash) && stop(i - 1));
            let Some(dash) = dash else { continue };
            if (dash + 1..cue.tokens.start).any(|i| stop(i) && !self.is_comma(i)) {
                continue;
            }
            let to = (cue.tokens.end..inner.end.min(cue.tokens.end + 14)).find(|&i| {
                text.mark(i).is_some_and(is_dash) && (stop(i - 1) || i == cue.tokens.end || text.is_word(i - 1))
            });
            let to = match to {
                Some(to) if stop(to - 1) || self.rules.verb_final => to + 1,
                _ if open_ended => text.sentence_of(cue.tokens.start).end.max(cue.tokens.end),
                _ => continue,
            };
            let end = (cue.tokens.end..to).find(|&i| stop(i)).unwrap_or(to);
            if let Some(tag) = self.tag_after(dash, end).filter(|t| t.cue.as_ref() == Some(&cue.tokens)) {
                return Some((dash..to, tag));
            }
            let subject = if self.names_before(dash + 1, cue.tokens.start) {
                self.before(dash + 1, cue.tokens.start)
            } else {
                self.after(cue.tokens.end, end)
            };
            return Some((dash..to, Tag { cue: Some(cue.tokens.clone()), subject }));
        }
        None
    }
}
