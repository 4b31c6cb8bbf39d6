//! Reported speech: a clause whose words are given as somebody's without marks, with its cue and subject.

use super::rules::{
    ADVERB, CLAUSE_END, COMPLEMENTIZER, CONJUNCTION, CueKind, DETERMINER, ENCLITIC, PARTICLE, PREPOSITION, PRONOUN,
};
use super::subject::View;
use super::token::{Cue, is_dash};
use std::ops::Range;

/// A reported clause, in tokens.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub content: Vec<Range<usize>>,
    pub cue: Range<usize>,
    pub kind: CueKind,
    pub subject: Option<Range<usize>>,
}

/// A clause of fewer words says nothing.
const WORDS: usize = 2;
/// "That" is looked for so many words after its verb.
const REACH: usize = 16;

/// What surrounds a cue in its sentence.
struct Around<'a> {
    sentence: &'a Range<usize>,
    /// Where the words begin that no cue before it has taken.
    from: usize,
    cue: &'a Cue,
    /// The cues after it.
    later: &'a [&'a Cue],
    /// The subject of the cue before, which may be that of this one.
    shared: &'a Option<Range<usize>>,
}

/// A clause in one part.
fn single(part: Range<usize>) -> Vec<Range<usize>> {
    std::iter::once(part).collect()
}

impl View<'_> {
    /// The reported clauses of a sentence, by its cues that are not `used` for words in marks; of those it gives the subject.
    pub(super) fn reports(
        &self,
        sentence: Range<usize>,
        used: &dyn Fn(&Cue) -> Option<Option<Range<usize>>>,
    ) -> Vec<Report> {
        let cues: Vec<&Cue> = self.text.cues_in(sentence.clone()).iter().collect();
        let mut found: Vec<Report> = Vec::new();
        let mut from = sentence.start;
        let mut subject = None;
        for (n, cue) in cues.iter().enumerate() {
            // "Nazirlikdən bildirilib ki": what else stands beside marks alone has a clause.
            let clause = self.rules.verb_final && self.text.has(cue.tokens.end, COMPLEMENTIZER);
            if self.is_hidden(cue.tokens.start) || cue.kind == CueKind::BesideMarks && !clause {
                continue;
            }
            // Past direct speech another sentence begins.
            if let Some(hidden) = (from..cue.tokens.start).rev().find(|&i| self.is_hidden(i)) {
                from = hidden + 1;
            }
            if let Some(named) = used(cue) {
                subject = named.or(subject);
                from = cue.tokens.end;
                continue;
            }
            if found
                .iter()
                .any(|r| r.kind == CueKind::Source && r.content.iter().any(|c| c.contains(&cue.tokens.start)))
            {
                continue;
            }
            let around = Around { sentence: &sentence, from, cue, later: &cues[n + 1..], shared: &subject };
            let report = if self.rules.verb_final { self.verb_last(&around) } else { self.verb_first(&around) };
            let Some(mut report) = report else {
                let named = !self.rules.verb_final && matches!(cue.kind, CueKind::Say | CueKind::Tell);
                if let Some(speaker) = named.then(|| self.before(from, cue.tokens.start)).flatten() {
                    subject = Some(speaker);
                }
                continue;
            };
            let several = report.content.len() > 1;
            report.content.retain_mut(|c| {
                *c = self.trimmed(c.clone());
                self.words(c.clone()) >= if several || cue.kind == CueKind::Judge { 1 } else { WORDS }
            });
            if report.subject.is_some() {
                subject = report.subject.clone();
            }
            if !report.content.is_empty() {
                if self.rules.verb_final {
                    from = report.content.iter().map(|c| c.end).max().unwrap_or(from).max(cue.tokens.end);
                }
                found.push(report);
            }
        }
        found
    }

    fn words(&self, range: Range<usize>) -> usize {
        range.filter(|&i| self.text.is_word(i)).count()
    }

    /// Without the marks, stops and conjunctions at its ends.
    fn trimmed(&self, mut range: Range<usize>) -> Range<usize> {
        let edge = |i: usize| match self.text.mark(i) {
            Some(c) => !matches!(
                c,
                '"' | '“' | '”' | '«' | '»' | '„' | '\'' | '‘' | '’' | ')' | '(' | '[' | ']' | '#' | '%' | '$'
            ),
            None => false,
        };
        while !range.is_empty() && edge(range.start) {
            range.start += 1;
        }
        while !range.is_empty()
            && (edge(range.end - 1)
                || self.text.has(range.end - 1, CONJUNCTION) && self.is_comma(range.end.wrapping_sub(2)))
        {
            range.end -= 1;
        }
        range
    }

    /// Where a clause ends that begins at `from`: before direct speech, or before the next cue of the same subject.
    fn clause_end(&self, from: usize, end: usize, later: &[&Cue]) -> usize {
        let text = self.text;
        let hidden = (from..end).find(|&i| self.is_hidden(i)).unwrap_or(end);
        for cue in later.iter().filter(|c| c.kind != CueKind::Source && c.tokens.start > from) {
            let start = cue.tokens.start;
            if start >= hidden {
                break;
            }
            if cue.kind == CueKind::Converb && start > 0 && self.is_comma(start - 1) {
                return start - 1;
            }
            // "X denies A, blasts B": the verbs of a headline.
            let listed = matches!(cue.kind, CueKind::Judge | CueKind::Object | CueKind::Say);
            if listed && !self.rules.verb_final && self.is_comma(start - 1) && start > from + 2 {
                return start - 1;
            }
            // "..., but noted", "and said that", "lakin qeyd edib ki".
            let at = (from..start).rev().find(|&i| !text.has(i, ADVERB) || text.has(i, CONJUNCTION)).unwrap_or(from);
            let joined = text.has(at, CONJUNCTION) && (!text.has(at, COMPLEMENTIZER)) && !self.is_relative(at);
            let said = |i: usize| text.has(i, COMPLEMENTIZER) || self.is_comma(i) && text.has(i + 1, COMPLEMENTIZER);
            if joined && at > from && (self.is_comma(at - 1) || said(cue.tokens.end) || cue.kind != CueKind::Say) {
                return at;
            }
        }
        hidden
    }

    /// "Which", "because": what they open has a verb of its own. A conjunction that only joins is short or follows a comma.
    fn is_relative(&self, at: usize) -> bool {
        self.text.has(at, PRONOUN | PREPOSITION)
            || self.text.str(at).chars().count() > 4 && !self.is_comma(at.wrapping_sub(1))
    }

    /// Where the verb stands before what is said.
    fn verb_first(&self, around: &Around) -> Option<Report> {
        let text = self.text;
        let Around { sentence, from, cue, later, shared } = *around;
        let (start, after) = (cue.tokens.start, cue.tokens.end);
        let end = sentence.end;
        let report = |content, subject: Option<Range<usize>>| {
            let subject = match cue.kind {
                CueKind::Converb => shared.clone().or(subject),
                _ => subject.or_else(|| shared.clone()),
            };
            let subject = subject.or_else(|| self.before_apposition(sentence.start, start));
            Some(Report { content, cue: cue.tokens.clone(), kind: cue.kind, subject })
        };
        if cue.kind == CueKind::Source {
            let to = (after..end)
                .find(|&i| self.is_comma(i) || self.is_hidden(i) || text.mark(i) == Some(';'))
                .unwrap_or(end);
            let named = self.name_after(to, end);
            let to = named.as_ref().map_or(to, |name| name.end);
            // "По его словам": the pronoun stands within the cue.
            let pronoun = cue.tokens.clone().find(|&i| text.has(i, PRONOUN)).map(|i| i..i + 1);
            let source = named.clone().or_else(|| self.shortened(after..to)).or_else(|| pronoun.clone());
            let first = self.skip(from, start, ADVERB | CONJUNCTION | COMPLEMENTIZER);
            let opens = first >= start
                || start > from + 1 && self.is_comma(start - 1) && text.has(start - 2, COMPLEMENTIZER | CONJUNCTION);
            if opens {
                // Without a comma the name of the subject shows where the source ends.
                let to = if to < end {
                    to
                } else {
                    (after + 1..end).find(|&i| text.is_name(i) && !text.is_name(after)).unwrap_or(end)
                };
                let source = named.or_else(|| self.shortened(after..to)).or(pronoun);
                return report(single(to..self.clause_end(to, end, later)), source);
            }
            if !self.is_comma(start - 1) || self.is_hidden(start - 1) {
                return None;
            }
            return report(single(from..start - 1), source);
        }
        let institution = || self.institution(&cue.tokens, from, end);
        let subject = self.before(from, start).or_else(institution);
        // What follows: after "that", after a comma where the language has one, or right after the verb.
        let that =
            (after..end.min(after + REACH)).take_while(|&i| !self.is_hidden(i)).find(|&i| text.has(i, COMPLEMENTIZER));
        // "Said the plan was good and that work would begin": the first clause has no "that".
        let that = that.filter(|&t| {
            !(self.is_content(after) && t > after && text.has(t - 1, CONJUNCTION) && !text.has(t - 1, COMPLEMENTIZER))
        });
        let next_cue = later.iter().find(|c| c.kind != CueKind::Source).map_or(end, |c| c.tokens.start);
        // "He added: the ship would stay."
        let colon = text.mark(after) == Some(':') && text.is_word(after + 1) && !self.is_hidden(after + 1);
        let denied_that =
            cue.kind == CueKind::Object && that.is_some_and(|t| t <= after + usize::from(self.is_comma(after)));
        let direct = match cue.kind {
            CueKind::Say if colon => Some(after + 1),
            CueKind::Object if denied_that => that.map(|t| t + 1),
            CueKind::Object | CueKind::Judge => Some(after).filter(|&i| self.is_content(i)),
            _ if that.is_some_and(|t| t < next_cue) => that.map(|t| t + 1),
            CueKind::Tell => self.after_hearer(after, end),
            _ if self.rules.clause_comma => Some(after)
                .filter(|&i| self.is_comma(i) && text.is_word(i + 1) && text.cues_in(i + 1..i + 2).is_empty())
                .map(|i| i + 1),
            _ => Some(after).filter(|&i| self.is_content(i)),
        };
        // "C, X said." and "C, said X."
        let inverted = self.comma_before(start, from)
            && !matches!(cue.kind, CueKind::Converb | CueKind::Object | CueKind::Judge)
            && that.is_none_or(|t| t > next_cue);
        if let Some(name) = inverted.then(|| self.after(after, end).or_else(institution)).flatten() {
            let stop = text.mark(name.end).is_some_and(|c| matches!(c, ',' | '.' | ';' | '!' | '?'));
            let clause = self.words(from..start) >= WORDS || text.has(name.start, PRONOUN);
            let whole = direct.is_none() || name.end + 2 >= end || self.rules.clause_comma;
            if (stop || name.end >= end) && clause && whole {
                let rest = self.rest(name.end, end, from..start - 1, later);
                return report([single(from..start - 1), rest].concat(), Some(name));
            }
        }
        if let Some(at) = direct {
            let subject = subject.filter(|s| s.start >= from);
            return report(single(at..self.clause_end(at, end, later)), subject);
        }
        let name = subject.clone().filter(|s| self.comma_before(s.start, from))?;
        if matches!(cue.kind, CueKind::Say | CueKind::Tell) && name.end + 3 >= start {
            let content = from..name.start - 1;
            let rest = self.rest(after, end, content.clone(), later);
            return report([single(content), rest].concat(), Some(name));
        }
        None
    }

    /// Whether a comma is before a token, inside a closing mark or not.
    fn comma_before(&self, at: usize, from: usize) -> bool {
        let Some(last) = at.checked_sub(1).filter(|&i| i > from && !self.is_hidden(i)) else { return false };
        let mark = self.text.mark(last).is_some_and(|c| matches!(c, '"' | '”' | '»' | '\'' | '’'));
        self.is_comma(last) || mark && self.is_comma(last - 1)
    }

    /// What goes on after "Democrats, he said, are ...".
    fn rest(&self, at: usize, end: usize, before: Range<usize>, later: &[&Cue]) -> Vec<Range<usize>> {
        let goes_on = self.is_comma(at) && !self.text.has(at + 1, CONJUNCTION) && self.words(before) <= 5;
        if goes_on { single(at + 1..self.clause_end(at + 1, end, later)) } else { Vec::new() }
    }

    /// Whether a clause can begin with a token.
    fn is_content(&self, at: usize) -> bool {
        let text = self.text;
        let open = text.mark(at).is_some_and(|c| matches!(c, '"' | '“' | '«' | '\'' | '‘' | '#'));
        !self.is_hidden(at)
            && (open
                || text.is_word(at)
                    && (!text.has(at, PREPOSITION | ADVERB | CONJUNCTION)
                        || text.has(at, PRONOUN | DETERMINER) && !text.has(at, PREPOSITION)))
    }

    /// Past the hearer of "told authorities he was ...": where a pronoun or an article begins a clause.
    fn after_hearer(&self, at: usize, end: usize) -> Option<usize> {
        let text = self.text;
        (at + 1..end.min(at + 8))
            .take_while(|&i| text.is_word(i) && !text.has(i, PREPOSITION))
            .find(|&i| text.has(i, PRONOUN | DETERMINER) && !text.has(i - 1, DETERMINER) && !text.is_name(i))
    }

    /// Where the verb stands after what is said.
    fn verb_last(&self, around: &Around) -> Option<Report> {
        let text = self.text;
        let Around { sentence, from, cue, later, shared } = *around;
        let (start, after, end) = (cue.tokens.start, cue.tokens.end, sentence.end);
        let report = |content, subject: Option<Range<usize>>| {
            Some(Report {
                content,
                cue: cue.tokens.clone(),
                kind: cue.kind,
                subject: subject.or_else(|| shared.clone()),
            })
        };
        if cue.kind == CueKind::Source && text.has(start, ADVERB) {
            return None;
        }
        if cue.kind == CueKind::Source {
            let comma = (from..start).rev().find(|&i| self.is_comma(i) || self.is_hidden(i)).map_or(from, |i| i + 1);
            let first = self.skip(comma, start, ADVERB | CONJUNCTION);
            let first = if first < start { first } else { comma };
            let alone = cue.tokens.len() == 1;
            if start - first > if alone { 7 } else { 12 }
                || first == start
                || alone && self.words(self.skip(from, comma, ADVERB | CONJUNCTION)..comma) > 0
            {
                return None;
            }
            let source = self.shortened(first..start);
            let at = self.skip(after, end, 0);
            return report(single(at..self.clause_end(at, end, later)), source);
        }
        // "X deyib ki, C".
        let ki = self.skip(after, end, PARTICLE);
        if text.has(ki, COMPLEMENTIZER) && !matches!(cue.kind, CueKind::Judge) {
            let (subject, _) = self.first(from..start);
            let subject = self.before(from, start).filter(|s| self.names(s.clone())).or(subject);
            return report(single(ki + 1..self.clause_end(ki + 1, end, later)), subject);
        }
        let mut verb = start;
        while verb > from
            && (text.has(verb - 1, ADVERB | PARTICLE) && !text.has(verb - 1, CLAUSE_END)
                || text.mark(verb - 1).is_some_and(|c| matches!(c, '"' | '”' | '»' | '’' | '\'' | ',')))
        {
            verb -= 1;
        }
        let nominal = verb > from && text.has(verb - 1, CLAUSE_END);
        let takes_nouns = matches!(cue.kind, CueKind::Object | CueKind::Judge);
        if !nominal && !takes_nouns {
            return self.said_last(from, cue, &report);
        }
        let (mut subject, mut at) = self.first(from..verb);
        // "X evləndi, ancaq C-dığını söylədi": what stands before the conjunction is the outlet's.
        let joint = (at.max(from + 1)..verb).rev().find(|&i| {
            let before = i - 1 - usize::from(self.is_comma(i - 1));
            text.has(i, CONJUNCTION) && !self.is_hidden(i) && before > from && self.rules.is_finite(text.str(before))
        });
        if let Some(joint) = joint {
            let (own, start) = self.first(joint + 1..verb);
            subject = own.or(subject);
            at = start;
        }
        if at >= verb {
            return None;
        }
        if cue.kind == CueKind::Relative {
            at = self.skip(from, verb, ADVERB | CONJUNCTION);
            let to = (after..end).find(|&i| self.is_comma(i)).unwrap_or(end).min(after + 4);
            subject = self.shortened(after..to);
        } else if subject.is_none() {
            // "..., olduğunu Məmmədov bildirib": the subject stands between.
            at = self.skip(from, verb, ADVERB | CONJUNCTION).max(at);
        } else if text.has(at, ENCLITIC) {
            at += 1;
        }
        let content_end = if takes_nouns { start } else { (verb..start).find(|&i| text.is_word(i)).unwrap_or(start) };
        report(single(at..content_end), subject)
    }

    /// Whether a phrase names somebody: by a capital, a pronoun or what they do.
    fn names(&self, range: Range<usize>) -> bool {
        use super::rules::{BODY, ROLE};
        self.words(range.clone()) <= 12
            && range.clone().any(|i| self.text.is_name(i) || self.text.has(i, PRONOUN | ROLE | BODY))
    }

    /// "C, X dedi": the clause stands whole before its tag.
    fn said_last(
        &self,
        from: usize,
        cue: &Cue,
        report: &dyn Fn(Vec<Range<usize>>, Option<Range<usize>>) -> Option<Report>,
    ) -> Option<Report> {
        let name =
            self.before(from, cue.tokens.start).filter(|s| s.end + 1 >= cue.tokens.start && self.names(s.clone()))?;
        let at = name.start.checked_sub(1)?;
        let parted = self.text.mark(at).is_some_and(|c| c == ',' || is_dash(c));
        let clause = at > from + 3 && parted && cue.kind == CueKind::Say && !self.is_hidden(at);
        if clause { report(single(from..at), Some(name)) } else { None }
    }
}
