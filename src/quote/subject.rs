//! The subject of a cue: the words that name whose words they are.

use super::rules::{
    ADVERB, BODY, COMPLEMENTIZER, CONJUNCTION, CueKind, DETERMINER, INSTITUTION, OBLIQUE, OCCASION, PARTICLE,
    PREPOSITION, PRONOUN, ROLE, Rules, TITLE, WORK,
};
use super::token::{Text, is_dash};
use std::ops::Range;

/// A mention of a speaker has at most so many words; of a longer one, what names somebody is taken.
const WORDS: usize = 14;

/// A text with what was found in it so far.
pub(super) struct View<'a> {
    pub text: &'a Text<'a>,
    pub rules: &'a Rules<'a>,
    /// For each token whether it stands within direct speech.
    pub hidden: Vec<bool>,
}

impl View<'_> {
    pub fn is_hidden(&self, at: usize) -> bool {
        self.hidden.get(at).copied().unwrap_or(false)
    }

    pub fn is_comma(&self, at: usize) -> bool {
        self.text.mark(at) == Some(',')
    }

    /// Past the adverbs and commas from `at` on.
    pub fn skip(&self, mut at: usize, end: usize, class: super::rules::Class) -> usize {
        while at < end && (self.text.has(at, class) && !self.text.has(at, PRONOUN) || self.is_comma(at)) {
            at += 1;
        }
        at
    }

    /// Before the adverbs that end at `end`.
    fn skip_back(&self, start: usize, mut end: usize, class: super::rules::Class) -> usize {
        while end > start && self.text.has(end - 1, class) && !self.text.has(end - 1, PRONOUN | ROLE) {
            end -= 1;
        }
        end
    }

    /// The run of words with capitals from `at` on, with the small words inside names.
    pub fn name_run(&self, at: usize, end: usize) -> Range<usize> {
        let text = self.text;
        let mut to = at;
        let mut i = at;
        while i < end {
            let short = text.is_word(i) && text.str(i).chars().count() <= 3;
            // "J. Smith", "Leonardo da Vinci".
            let inside = to == i && i > at;
            let initial = text.mark(i) == Some('.') && inside && text.str(i - 1).chars().count() <= 4;
            let particle = short && inside && !text.has(i, CONJUNCTION | PREPOSITION | ADVERB) && text.is_name(i + 1);
            if text.is_name(i) && text.is_word(i) {
                i += 1;
                to = i;
                // What bears an ending after an apostrophe ends its name; O'Neill bears none.
                let mut parts = text.str(i - 1).split(['\'', '’']);
                if parts.next().is_some_and(|head| head.chars().count() > 1) && parts.next().is_some() {
                    break;
                }
            } else if initial || particle {
                i += 1;
            } else {
                break;
            }
        }
        at..to
    }

    /// A noun phrase cut to what names somebody.
    pub fn shortened(&self, range: Range<usize>) -> Option<Range<usize>> {
        let text = self.text;
        let mut range = self.skip(range.start, range.end, ADVERB | CONJUNCTION | PARTICLE)..range.end;
        while range.end > range.start && !text.is_word(range.end - 1) {
            range.end -= 1;
        }
        if range.is_empty() {
            return None;
        }
        // "... danışarkən o": an adverbial stands before the pronoun.
        let unnamed = !range.clone().any(|i| text.is_name(i) && i > range.start);
        if text.has(range.end - 1, PRONOUN) && (self.rules.verb_final || unnamed) {
            return Some(range.end - 1..range.end);
        }
        // "He joked about": what follows a pronoun is no part of it.
        if text.has(range.start, PRONOUN) && !self.rules.verb_final {
            return Some(range.start..range.start + 1);
        }
        if range.len() <= WORDS && !text.has(range.start, PREPOSITION) {
            return Some(range);
        }
        let mut at = range.start;
        let mut last = None;
        while at < range.end {
            let run = self.name_run(at, range.end);
            at = run.end.max(at + 1);
            let place =
                !run.is_empty() && (run.start > 0 && text.has(run.start - 1, PREPOSITION) || self.is_oblique(&run));
            if !run.is_empty() && !place {
                last = Some(run);
                if !text.has(range.start, PREPOSITION) {
                    break;
                }
            }
        }
        let role = range.end - 1;
        let role = text.has(role, ROLE | BODY).then(|| role.saturating_sub(3).max(range.start)..role + 1);
        let long = range.len() > 4 && !self.rules.verb_final && !text.has(range.start, PREPOSITION);
        if self.rules.verb_final { role.or(last) } else { last.or_else(|| long.then(|| range.start..range.start + 3)) }
    }

    /// The subject right before a verb that begins at `verb`, no earlier than `from`.
    pub fn before(&self, from: usize, verb: usize) -> Option<Range<usize>> {
        let text = self.text;
        let end = self.skip_back(from, verb, ADVERB | PARTICLE);
        if end <= from {
            return None;
        }
        if text.mark(end - 1).is_some_and(|c| c == ',' || is_dash(c) || c == ')') {
            return self.before_apposition(from, end - 1);
        }
        let mut start = end;
        while start > from {
            let at = start - 1;
            let joins_names = text.has(at, CONJUNCTION) && text.is_name(at + 1) && at > from && text.is_name(at - 1);
            let stops = match text.mark(at) {
                Some('.') => !text.is_name(at + 1) || at == from || !text.is_name(at - 1),
                Some(c) => c != '-' && !matches!(c, '"' | '“' | '”' | '«' | '»'),
                None => text.has(at, CONJUNCTION | COMPLEMENTIZER) && !joins_names,
            };
            if stops || self.is_hidden(at) {
                break;
            }
            start = at;
        }
        // "... and used it to say": the verbs share the subject.
        let shares = start > from && text.has(start - 1, CONJUNCTION) && !self.rules.verb_final;
        let noun = |i: usize| text.is_name(i) || text.has(i, PRONOUN | ROLE | BODY | DETERMINER | TITLE);
        if shares && !noun(start) && !(end - start <= 3 && noun(end - 1)) {
            return None;
        }
        self.shortened(start..end)
    }

    /// The noun that an apposition ending before `end` explains: the first part between commas that is a noun.
    pub fn before_apposition(&self, from: usize, end: usize) -> Option<Range<usize>> {
        let mut start = self.skip(from, end, ADVERB | CONJUNCTION);
        while start < end {
            let to = (start..end).find(|&i| self.is_comma(i) || self.is_hidden(i)).unwrap_or(end);
            let gerund = self.text.cues_in(start..start + 1).iter().any(|c| c.kind == CueKind::Converb);
            if to > start && !self.text.has(start, PREPOSITION) && !gerund {
                let noun = self.head_noun(start..to);
                return self
                    .name_after(to, end)
                    .filter(|_| noun.end == to && !self.ends_named(noun.clone()))
                    .or_else(|| self.shortened(noun));
            }
            start = to + 1;
        }
        None
    }

    /// Whether a noun phrase ends with a name that is not the owner or place of something.
    fn ends_named(&self, range: Range<usize>) -> bool {
        let mut names = range.clone().rev().take_while(|&i| self.text.is_name(i));
        let first = names.next().map(|last| names.last().unwrap_or(last));
        first.is_some_and(|at| at == range.start || !self.text.has(at - 1, PREPOSITION))
    }

    /// The name between commas that explains the noun before the first of them: "the captain, Laman Aghayarli,".
    pub fn name_after(&self, comma: usize, end: usize) -> Option<Range<usize>> {
        let text = self.text;
        if !self.is_comma(comma) || text.has(comma + 1, DETERMINER | PREPOSITION) {
            return None;
        }
        let run = self.name_run(comma + 1, end);
        let closed = run.end >= end || text.mark(run.end).is_some_and(|c| matches!(c, ',' | '.'));
        (closed && run.len() > 1).then_some(run)
    }

    /// What can be the subject of a clause, from its first words: up to an auxiliary, or the name that begins it.
    fn head_noun(&self, clause: Range<usize>) -> Range<usize> {
        let text = self.text;
        let run = self.name_run(clause.start, clause.end);
        let owner = run.end > run.start && text.str(run.end - 1).contains(['\'', '’']);
        let noun = text.has(run.end, ROLE | BODY) || run.len() > 4;
        let known = run.len() > 1 || self.is_known_name(clause.start);
        if !run.is_empty() && !owner && !noun && known && run.end < clause.end {
            return run;
        }
        let role =
            (clause.start..clause.end.min(clause.start + 7)).find(|&i| text.has(i, ROLE) && !text.has(i, OBLIQUE));
        if let Some(role) = role {
            return clause.start..self.name_run(role + 1, clause.end).end.max(role + 1);
        }
        let verb = (clause.start + 1..clause.end).find(|&i| text.has(i, ADVERB) && !text.has(i, PRONOUN | ROLE));
        clause.start..verb.unwrap_or(clause.end)
    }

    /// The subject after a verb that ends at `at`: "said X, the minister".
    pub fn after(&self, at: usize, end: usize) -> Option<Range<usize>> {
        let text = self.text;
        let mut start = self.skip(at, end, ADVERB);
        if start > at && self.is_comma(at) {
            // "said, presenting the bill, X".
            let comma = (start..end.min(start + 8)).find(|&i| self.is_comma(i));
            start = comma
                .filter(|&i| text.is_word(i + 1) && !text.has(i + 1, CONJUNCTION | COMPLEMENTIZER))
                .map_or(start, |i| i + 1);
        }
        let stop = (start..end).find(|&i| {
            text.mark(i).is_some_and(|c| matches!(c, ',' | '!' | '?' | ';' | ':') || is_dash(c) && c != '-')
        });
        let stop = stop.unwrap_or(end);
        let stop = stop - usize::from(stop > start && text.mark(stop - 1) == Some('.'));
        // "said at a press conference the president of the bank X": the name ends what the noun for the person begins.
        let role = (start..stop).find(|&i| text.has(i, ROLE) && !text.is_name(i));
        let lower =
            text.is_word(start) && !text.is_name(start) && !text.has(start, PREPOSITION | CONJUNCTION | PRONOUN);
        let role = role.or(Some(start).filter(|_| lower && start < stop));
        if let Some(role) = role.filter(|&i| stop - i < WORDS && self.rules.clause_comma) {
            let name = (role + 1..stop).rev().take_while(|&i| text.is_name(i)).last();
            if name.is_some_and(|name| stop - name > 1) {
                let from = if text.has(start, PREPOSITION) || role > start + 4 { role } else { start };
                return Some(from..stop);
            }
        }
        let mut to = start;
        let mut named = false;
        while to < end && !self.is_hidden(to) {
            let dot = text.mark(to) == Some('.')
                && to > start
                && text.str(to - 1).chars().count() <= 4
                && text.is_name(to + 1);
            if text.mark(to).is_some_and(|c| !dot && !matches!(c, '-' | '«' | '»' | '“' | '”')) {
                break;
            }
            // A verb: what follows is a clause of its own.
            if to > start && text.has(to, ADVERB) && !text.has(to, PRONOUN | ROLE) {
                break;
            }
            let small = text.is_word(to) && !text.is_name(to);
            let particle = small
                && text.str(to).chars().count() <= 3
                && text.is_name(to + 1)
                && !text.has(to, PREPOSITION | CONJUNCTION);
            if small && (named && !particle || to > start && text.has(to, PREPOSITION | CONJUNCTION | COMPLEMENTIZER)) {
                break;
            }
            named |= text.is_name(to) && !text.has(to, TITLE);
            to += 1;
            if text.has(to - 1, PRONOUN) {
                break;
            }
        }
        if to == start || text.has(start, PREPOSITION | COMPLEMENTIZER) {
            return None;
        }
        self.name_after(to, end).filter(|_| !self.ends_named(start..to)).or_else(|| self.shortened(start..to))
    }

    /// The body that speaks beside a cue without being its subject: "сообщили в министерстве", "в министерстве сообщили".
    pub fn institution(&self, cue: &Range<usize>, from: usize, end: usize) -> Option<Range<usize>> {
        let text = self.text;
        if !self.rules.is_plural(text.str(cue.end - 1)) {
            return None;
        }
        let opens = |i: usize| text.has(i, INSTITUTION) && !text.has(i + 1, ADVERB);
        let first = (from..cue.start).find(|&i| text.is_word(i) && (opens(i) || !text.has(i, CONJUNCTION | PARTICLE)));
        if let Some(first) = first.filter(|&i| opens(i)) {
            let phrase = first + 1..cue.start;
            let whole = !phrase.clone().any(|i| self.is_comma(i) || self.is_hidden(i));
            return Some(phrase).filter(|phrase| whole && !phrase.is_empty() && phrase.len() < WORDS);
        }
        let stop = |i: usize| text.mark(i).is_some_and(|c| c != '-' && !matches!(c, '«' | '»' | '“' | '”' | '"'));
        let to = (cue.end..end).find(|&i| stop(i) || self.is_hidden(i)).unwrap_or(end);
        let phrase = cue.end + 1..to;
        (opens(cue.end) && !phrase.is_empty() && phrase.len() < WORDS).then_some(phrase)
    }

    /// Whether a word is a name in a form that a subject can have.
    pub fn ends_subject(&self, at: usize) -> bool {
        let word = self.text.str(at);
        self.text.is_name(at) && !word.contains(['\'', '’']) && !self.rules.is_oblique(word)
    }

    /// Whether a run of capitals ends in a form that is no subject.
    fn is_oblique(&self, run: &Range<usize>) -> bool {
        run.end > run.start && self.rules.is_oblique(self.text.str(run.end - 1))
    }

    /// Whether a noun can be a subject, as far as its form tells.
    fn can_be_subject(&self, at: usize) -> bool {
        let text = self.text;
        let first = text.sentence_of(at).start == at;
        let inflected = text.str(at).contains(['\'', '’']) || self.rules.is_oblique(text.str(at));
        let name = text.is_name(at) && !inflected && (!first || self.is_known_name(at));
        // Names in a list: "Clyde, Hartlepool, Falkirk".
        let listed =
            name && text.is_name(at + 2) && (at + 3..at + 6).any(|i| self.is_comma(i) || text.has(i, CONJUNCTION));
        text.has(at, PRONOUN) || text.has(at, ROLE | BODY) && !text.has(at, OBLIQUE) || name && !listed
    }

    /// Where the verb stands last: the subject of what is in `range`, and where what is said may begin.
    pub fn first(&self, range: Range<usize>) -> (Option<Range<usize>>, usize) {
        let text = self.text;
        let start = self.skip(range.start, range.end, ADVERB | CONJUNCTION);
        let commas: Vec<usize> = (start..range.end).filter(|&i| self.is_comma(i)).take(8).collect();
        let occasion = |from: usize| {
            let comma = commas.iter().find(|&&c| c > from && text.has(c - 1, OCCASION));
            comma.map_or(from, |c| c + 1)
        };
        let mut previous = start;
        for &comma in &commas {
            if comma > previous && self.can_be_subject(comma - 1) && !self.is_hidden(comma) {
                let named = self.trailing_name(previous..comma);
                let subject = if comma - previous > WORDS { named.clone() } else { Some(previous..comma) };
                if let Some(subject) = subject.and_then(|s| self.shortened(s)) {
                    return (Some(subject), occasion(comma + 1));
                }
            }
            previous = comma + 1;
        }
        if text.has(start, PRONOUN) {
            return (Some(start..start + 1), occasion(self.skip(start + 1, range.end, 0)));
        }
        let head = (start..range.end.min(start + 8)).take_while(|&i| text.is_word(i) || text.mark(i) == Some('.'));
        let role = head
            .clone()
            .find(|&i| text.has(i, ROLE | BODY) && !text.has(i, OBLIQUE))
            .filter(|&i| !text.str(i).contains(['\'', '’']));
        if let Some(role) = role {
            let role = (role..range.end).take_while(|&i| text.has(i, ROLE | BODY)).last().unwrap_or(role);
            let named = if text.has(role, ROLE) { self.name_run(role + 1, range.end).end } else { role };
            let end = named.max(role + 1);
            return (self.shortened(start..end), occasion(end));
        }
        let run = self.name_run(start, range.end);
        let inflected = run.end > start && text.str(run.end - 1).contains(['\'', '’']) || self.is_oblique(&run);
        let place = text.has(run.end, WORK) || text.str(run.end).starts_with(|c: char| c.is_ascii_digit());
        if !run.is_empty() && !inflected && !place && (run.len() > 1 || self.is_known_name(run.start)) {
            let end = run.end;
            return (Some(run), occasion(end));
        }
        // "nevroloq Murad Vəliyev": what somebody does may be no word we know.
        let noun = |i: usize| text.is_word(i) && !text.has(i, DETERMINER | CONJUNCTION | ADVERB | PREPOSITION);
        let full = head.filter(|&i| i > start && text.is_name(i) && !text.is_name(i - 1) && noun(i - 1));
        let mut full = full.map(|i| self.name_run(i, range.end)).filter(|run| run.len() > 1);
        let subject = |run: &Range<usize>| self.ends_subject(run.end - 1) && !text.has(run.end, WORK);
        match full.next().filter(|run| run.end < range.end && subject(run)) {
            Some(run) => {
                let end = run.end;
                (self.shortened(start..end), occasion(end))
            }
            None => (None, occasion(start)),
        }
    }

    /// The run of capitals that ends a range.
    fn trailing_name(&self, range: Range<usize>) -> Option<Range<usize>> {
        let mut start = range.end;
        while start > range.start && (self.text.is_name(start - 1) || self.text.has(start - 1, ROLE | TITLE)) {
            start -= 1;
        }
        (start < range.end).then_some(start..range.end)
    }

    /// Whether a word that begins a sentence has its capital elsewhere, too.
    fn is_known_name(&self, at: usize) -> bool {
        let word = self.text.str(at);
        if word.chars().count() < 2 {
            return false;
        }
        // An initial, or letters for a name: "M.Kösəyeva", "BMT".
        if word.chars().nth(1).is_some_and(|c| c.is_uppercase() || c == '.') {
            return true;
        }
        self.text.names.contains(super::token::head(word))
    }
}
