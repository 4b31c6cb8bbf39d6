//! Who a mention stands for: the names of a document, joined over their endings and short forms, and which of them a pronoun, a
//! noun like "the minister" or nothing at all means where it stands.

use super::confidence::Naming;
use super::rules::{BODY, CONJUNCTION, DETERMINER, IMPERSONAL, INDEFINITE, PREPOSITION, PRONOUN, ROLE, TITLE};
use super::subject::View;
use super::token::head;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// A person with a full name in the document.
#[derive(Debug)]
struct Person {
    /// The name as it is shown.
    name: String,
    /// Its words in small letters, without endings after an apostrophe.
    words: Vec<String>,
    /// What is said of the person before the name: words, and the groups of nouns for what they do.
    epithets: Vec<String>,
    roles: Vec<usize>,
    /// How often the name stands in full.
    count: usize,
    /// Whether the text has the name speak, or says what the person does.
    attested: bool,
}

/// Who a mention stands for.
#[derive(Clone, Debug, Default)]
pub(super) struct Speaker {
    pub name: Option<String>,
    pub alternatives: Vec<String>,
    pub naming: Naming,
    person: Option<usize>,
}

impl Speaker {
    /// Somebody who is none of the people of the document.
    fn other(name: String, naming: Naming) -> Speaker {
        Speaker { name: Some(name), naming, ..Speaker::default() }
    }
}

/// The names of a document.
pub(super) struct Names<'a> {
    view: &'a View<'a>,
    people: Vec<Person>,
    /// Where a person is the subject of a sentence: token, person. In order.
    subjects: Vec<(usize, usize)>,
    /// Where a person has a name of several words, whoever it is.
    named: Vec<(usize, usize)>,
    /// By person, where any part of the name is first.
    first: Vec<usize>,
    /// What spoke last and is no person: token, name.
    body: Option<(usize, String)>,
    /// Who spoke last: token, person.
    spoke: Option<(usize, usize)>,
}

/// A person is meant by a pronoun for so many tokens after they were named last.
const MEMORY: usize = 400;
/// The sentence before a quote is no further away.
const NEAR: usize = 60;
/// So much is kept of what is said of a person.
const EPITHETS: usize = 24;
/// More people than these in a text are not told apart: a page of names.
const PEOPLE: usize = 200;

impl<'a> Names<'a> {
    /// The names of a text; `mentions` are those of its speakers.
    pub fn of(view: &'a View<'a>, mentions: &[Range<usize>]) -> Names<'a> {
        let mut names = Names {
            view,
            people: Vec::new(),
            subjects: Vec::new(),
            named: Vec::new(),
            first: Vec::new(),
            body: None,
            spoke: None,
        };
        let runs = names.runs();
        // A place before a name ("Казахстана Данияр Омаркулов") stands alone elsewhere.
        let alone: FxHashSet<String> =
            runs.iter().filter(|r| r.len() == 1).flat_map(|r| names.keys(r.clone())).collect();
        for run in &runs {
            let begins = |w: &String| {
                alone.contains(w) || view.rules.inflected_names && stems(w).any(|stem| alone.contains(stem))
            };
            let cut = run.len() == 3
                && !view.rules.verb_final
                && names.keys(run.start..run.start + 1).first().is_some_and(begins);
            names.enter(&(run.start + usize::from(cut)..run.end));
        }
        names.part_prefixes(&runs);
        let named: Vec<Range<usize>> = mentions.iter().filter_map(|m| names.name_in(m)).collect();
        names.attest(&named);
        for run in &runs {
            if let Some(person) = names.person(&names.keys(run.clone())) {
                names.describe(person, run);
            }
        }
        names.first = vec![usize::MAX; names.people.len()];
        let mut sentence = usize::MAX;
        for run in &runs {
            let here = view.text.tokens[run.start].sentence;
            let first = sentence != here;
            let person = names.part(&names.keys(run.clone()));
            if let Some(person) = person {
                names.first[person] = names.first[person].min(run.start);
            }
            if let Some(person) = person.filter(|p| names.people[*p].words.len() > 1) {
                names.named.push((run.start, person));
            }
            let person = person.filter(|p| names.people[*p].attested);
            if let Some(person) = person.filter(|_| names.is_subject(run, first)) {
                names.subjects.push((run.start, person));
                sentence = here;
            }
        }
        names
    }

    /// Where the verb stands last, the name of an object may follow that of the subject: what several such runs begin with is a
    /// name.
    fn part_prefixes(&mut self, runs: &[Range<usize>]) {
        if !self.view.rules.verb_final {
            return;
        }
        let mut begun: FxHashMap<[String; 2], (usize, Vec<String>)> = FxHashMap::default();
        for run in runs {
            let words = self.keys(run.clone());
            if let [first, second, _, ..] = words.as_slice() {
                let known = begun.entry([first.clone(), second.clone()]).or_insert((run.start, words.clone()));
                if known.1 != words && !self.people.iter().any(|p| p.words == words[..2]) && self.people.len() < PEOPLE
                {
                    self.enter(&(known.0..known.0 + 2));
                    let words = &words[..2];
                    self.people.iter_mut().filter(|p| p.words == words).for_each(|p| p.count += 1);
                }
            }
        }
    }

    /// Notes who speaks. A name of one word is somebody, too, if it speaks and no name in full has it.
    fn attest(&mut self, named: &[Range<usize>]) {
        let mut single: Vec<(Vec<String>, Range<usize>)> = Vec::new();
        for run in named {
            let words = self.keys(run.clone());
            match self.people.iter_mut().position(|p| p.words == words) {
                Some(person) => self.people[person].attested = true,
                None if words.len() == 1
                    && single.iter().all(|(known, _)| *known != words)
                    && single.len() < PEOPLE =>
                {
                    single.push((words, run.clone()));
                }
                None => {}
            }
        }
        // "Trump Batı Virginia'da": a speaker's name, and another name after it.
        let view = self.view;
        let begins = |p: &Person, words: &[String]| {
            p.words.len() > words.len() && p.words.iter().zip(words).all(|(a, b)| view.similar(a, b))
        };
        let whole: Vec<Vec<String>> =
            self.people.iter().filter(|p| p.count > 1 || p.attested).map(|p| p.words.clone()).collect();
        let ends = |words: &[String]| whole.iter().any(|w| w.len() > 1 && w.last() == words.last());
        self.people.retain(|p| {
            let single = single.iter().any(|(words, _)| begins(p, words) && !(p.words.len() == 2 && p.attested));
            // "Graham Christine Ford'a": the last name of somebody known, and another name after it.
            let known = whole.iter().any(|words| {
                let last = words.last().map(std::slice::from_ref).unwrap_or_default();
                words.len() < p.words.len() && begins(p, words)
                    || words.len() > 1 && p.count < 2 && begins(p, last) && *words != p.words
            });
            let by_single = single && p.count < 2 && (p.words.len() > 2 || !ends(&p.words));
            !by_single && !known
        });
        // "Murad Əfəndizadə Bakıda": a name ends with the word by which its bearer is called alone.
        for person in self.people.iter_mut().filter(|p| p.words.len() > 2) {
            let end = (1..person.words.len() - 1)
                .find(|&k| single.iter().any(|(w, _)| view.similar(&w[0], &person.words[k])));
            if let Some(end) = end {
                person.words.truncate(end + 1);
                person.name = person.name.split_whitespace().take(end + 1).collect::<Vec<_>>().join(" ");
            }
        }
        for (words, run) in single {
            match self.person(&words) {
                Some(person) => self.people[person].attested = true,
                None if self.people.len() < PEOPLE => {
                    let name = trimmed_name(view.text.span(run).of(view.text.text));
                    let acronym = name.chars().count() < 5 && name.chars().all(|c| !c.is_lowercase());
                    if !acronym {
                        let (epithets, roles) = (Vec::new(), Vec::new());
                        self.people.push(Person { name, words, epithets, roles, count: 1, attested: true });
                    }
                }
                None => {}
            }
        }
    }

    /// The name that ends a mention.
    fn name_in(&self, mention: &Range<usize>) -> Option<Range<usize>> {
        let text = self.view.text;
        // "Nərgiz xanım": the title after the name.
        let mut end = mention.end;
        while end > mention.start + 1 && text.has(end - 1, TITLE) && !text.is_name(end - 1) {
            end -= 1;
        }
        let mention = &(mention.start..end);
        let mut run = mention.start..mention.start;
        let mut i = mention.start;
        while i < mention.end {
            let next = self.view.name_run(i, mention.end);
            i = next.end.max(i + 1);
            if !next.is_empty() {
                run = next;
            }
        }
        let bare = self.bare(run.clone());
        let role = run.end > 0 && text.has(run.end - 1, ROLE | TITLE | BODY);
        // "The governor of Giresun" is no Giresun; "из Трабзона Онур Дагделенли" has a name after the place.
        let placed = run.len() > 2 && run.start > mention.start && text.has(run.start - 1, PREPOSITION);
        let (run, bare) =
            if placed { (run.start + 1..run.end, bare.start.max(run.start + 1)..bare.end) } else { (run, bare) };
        let place = run.start > mention.start && text.has(run.start - 1, PREPOSITION);
        (run.end == mention.end && !place && !bare.is_empty() && !role && self.is_native(&bare)).then_some(bare)
    }

    /// Whether a name is in the letters of the text around it: in a Cyrillic text, Latin names are those of companies.
    fn is_native(&self, run: &Range<usize>) -> bool {
        let text = self.view.text;
        let cyrillic = |at: usize| text.str(at).chars().next().is_some_and(|c| ('Ѐ'..='ӿ').contains(&c));
        let sentence = text.sentence_of(run.start);
        let others = sentence.filter(|&i| text.is_word(i) && !run.contains(&i)).take(8);
        let (around, all) = others.fold((0, 0), |(n, all), i| (n + usize::from(cyrillic(i)), all + 1));
        2 * around <= all || run.clone().any(cyrillic)
    }

    /// All runs of capitals outside direct speech, without titles and nouns for what people do.
    fn runs(&self) -> Vec<Range<usize>> {
        let view = self.view;
        let mut found = Vec::new();
        let mut at = 0;
        while at < view.text.tokens.len() {
            let run = view.name_run(at, view.text.sentence_of(at).end);
            if !run.is_empty() && !view.is_hidden(at) {
                let run = self.bare(run.clone());
                if !run.is_empty() {
                    found.push(run);
                }
            }
            at = run.end.max(at + 1);
        }
        found
    }

    /// A run of capitals from behind the last title or noun for a person on.
    fn bare(&self, run: Range<usize>) -> Range<usize> {
        let text = self.view.text;
        // "Əli Quliyev Bakıda": a place after the name.
        let place = run.len() > 2 && self.view.rules.is_oblique(text.str(run.end - 1));
        let run = run.start..run.end - usize::from(place);
        let last = run
            .clone()
            .rev()
            .find(|&i| text.has(i, TITLE | ROLE | BODY) || text.mark(i) == Some('.') && text.has(i - 1, TITLE));
        match last {
            Some(last) if last + 1 < run.end => last + 1..run.end,
            _ => run,
        }
    }

    fn keys(&self, run: Range<usize>) -> Vec<String> {
        let text = self.view.text;
        run.filter(|&i| text.is_word(i)).map(|i| self.view.rules.key(head(text.str(i)))).collect()
    }

    /// Enters the name of two to four words that a run is.
    fn enter(&mut self, run: &Range<usize>) {
        let words = self.keys(run.clone());
        let inside = run.clone().any(|i| self.view.text.has(i, CONJUNCTION | PREPOSITION));
        let role = self.view.text.has(run.end - 1, ROLE);
        if !(2..=4).contains(&words.len()) || inside || role || self.people.len() >= PEOPLE || !self.is_native(run) {
            return;
        }
        let span = self.view.text.span(run.clone()).of(self.view.text.text);
        let name = trimmed_name(span);
        let same = |p: &&mut Person| {
            p.words.len() == words.len() && p.words.iter().zip(&words).all(|(a, b)| self.view.similar(a, b))
        };
        match self.people.iter_mut().find(same) {
            Some(person) => {
                person.count += 1;
                // The form without an ending is the shortest.
                if name.chars().count() < person.name.chars().count() {
                    (person.name, person.words) = (name, words);
                }
            }
            None => {
                let (epithets, roles) = (Vec::new(), Vec::new());
                self.people.push(Person { name, words, epithets, roles, count: 1, attested: false });
            }
        }
    }

    /// Notes what is said of a person right before the name.
    fn describe(&mut self, person: usize, run: &Range<usize>) {
        let text = self.view.text;
        let sentence = text.sentence_of(run.start).start;
        let mut start = run.start;
        while start > sentence
            && run.start - start < 6
            && text.is_word(start - 1)
            && !text.has(start - 1, CONJUNCTION | PREPOSITION)
        {
            start -= 1;
        }
        let words = self.keys(start..run.start);
        let roles = self.view.rules.role_groups(&words);
        let capitals = (start..run.start).filter(|&i| text.is_name(i) && !text.has(i, ROLE | TITLE));
        let epithets: Vec<String> = capitals.flat_map(|i| self.keys(i..i + 1)).collect();
        // "Laman Aghayarli, captain of the team".
        let after: Vec<usize> = if self.view.is_comma(run.end) {
            (run.end + 1..run.end + 7).take_while(|&i| text.is_word(i)).collect()
        } else {
            Vec::new()
        };
        let explaining: Vec<String> = after.iter().map(|&i| self.view.rules.key(head(text.str(i)))).collect();
        let roles = if roles.is_empty() { self.view.rules.role_groups(&explaining) } else { roles };
        let titled = run.start > 0
            && (text.has(run.start - 1, TITLE)
                || text.mark(run.start - 1) == Some('.') && text.has(run.start.wrapping_sub(2), TITLE));
        let begins =
            (sentence..run.start).all(|i| !text.is_word(i) || text.has(i, TITLE | CONJUNCTION | super::rules::ADVERB));
        let explained = begins && self.view.is_comma(run.end) && self.people[person].words.len() > 1;
        self.people[person].attested |= titled || explained;
        if !roles.is_empty() {
            let person = &mut self.people[person];
            person.attested = true;
            for role in roles {
                if !person.roles.contains(&role) && person.roles.len() < EPITHETS {
                    person.roles.push(role);
                }
            }
            for epithet in epithets {
                if !person.epithets.contains(&epithet) && person.epithets.len() < EPITHETS {
                    person.epithets.push(epithet);
                }
            }
        }
    }

    /// Whether a name stands where a subject does: the first of its sentence, at its head, or before a comma.
    fn is_subject(&self, run: &Range<usize>, first: bool) -> bool {
        let text = self.view.text;
        let sentence = text.sentence_of(run.start);
        let head = (sentence.start..run.start)
            .all(|i| !text.is_word(i) || text.has(i, super::rules::ADVERB | CONJUNCTION | TITLE));
        let free = (sentence.start..run.start).all(|i| text.is_word(i) && !text.has(i, PREPOSITION))
            && run.start - sentence.start < 12;
        let inflected = text.str(run.end - 1).contains(['\'', '’']);
        let comma = self.view.rules.verb_final && self.view.is_comma(run.end);
        first && (head || free && !inflected) || comma && !inflected
    }

    /// The person whom words name: by the last of them, else by the first.
    fn person(&self, words: &[String]) -> Option<usize> {
        let (first, last) = (words.first()?, words.last()?);
        let similar = |a: &str, b: &str| self.view.similar(a, b);
        let whole = |p: &&Person| p.words.len() == words.len() && p.words.iter().zip(words).all(|(a, b)| similar(a, b));
        let by_last = |p: &&Person| p.words.last().is_some_and(|w| similar(w, last));
        let by_first = |p: &&Person| {
            words.len() == 1 && p.words.first().is_some_and(|w| similar(w, first)) && (p.attested || p.count > 1)
        };
        let place = |found: &Person| self.people.iter().position(|p| std::ptr::eq(p, found));
        let people = || self.people.iter();
        let attested = || people().filter(|p| p.attested);
        let found = people().find(whole).or_else(|| attested().find(by_last)).or_else(|| people().find(by_last));
        found.or_else(|| people().find(by_first)).and_then(place)
    }

    /// Who speaks at a token, by the words that name the speaker, if there are any.
    pub fn resolve(&mut self, at: usize, mention: Option<Range<usize>>) -> Speaker {
        let speaker = match &mention {
            Some(mention) => self.named(at, mention.clone()),
            None => self.understood(at, &[], &[], Naming::Understood),
        };
        match (speaker.person, &speaker.name) {
            (Some(person), _) => self.spoke = Some((at, person)),
            (None, Some(name)) => self.body = Some((at, name.clone())),
            (None, None) => {}
        }
        speaker
    }

    fn named(&self, at: usize, mention: Range<usize>) -> Speaker {
        let text = self.view.text;
        let keys = self.keys(mention.clone());
        if keys.len() == 1 && text.has(mention.start, IMPERSONAL) {
            let body = self.body.as_ref().filter(|(place, _)| place + MEMORY > at);
            return body.map_or_else(Speaker::default, |(_, name)| Speaker::other(name.clone(), Naming::Thing));
        }
        if mention.clone().any(|i| text.has(i, PRONOUN)) && keys.len() <= 2 {
            return self.understood(at, &[], &[], Naming::Pronoun);
        }
        if let Some(bare) = self.name_in(&mention) {
            let words = self.keys(bare);
            let object = self.view.rules.verb_final && words.len() > 2;
            let first = if object { (1..words.len()).rev().find_map(|n| self.begun(&words[..n])) } else { None };
            if let Some(person) = first.or_else(|| self.person(&words)).or_else(|| self.part(&words)) {
                return self.speaker(person, Naming::Known);
            }
            return Speaker::other(self.shown(mention), Naming::New);
        }
        let roles = self.view.rules.role_groups(&keys);
        let indefinite = mention.clone().any(|i| text.has(i, INDEFINITE));
        let aged = text.str(mention.start).starts_with(|c: char| c.is_ascii_digit())
            || text.has(mention.start, DETERMINER)
                && text.str(mention.start + 1).starts_with(|c: char| c.is_ascii_digit());
        if (!roles.is_empty() || aged) && !indefinite {
            let capitals = mention.clone().filter(|&i| text.is_name(i) && !text.has(i, ROLE | TITLE));
            let epithets: Vec<String> = capitals.flat_map(|i| self.keys(i..i + 1)).collect();
            let mut found = self.understood(at, &roles, &epithets, Naming::Role);
            let alone = keys.len() > 1 && roles.iter().any(|r| self.view.rules.is_single(*r));
            let fits = found.person.is_some_and(|p| self.people[p].roles.iter().any(|r| roles.contains(r)));
            // Who is known as a lawyer is not meant by "the judge".
            let other = !aged && found.person.is_some_and(|p| !self.people[p].roles.is_empty());
            if found.person.is_some() && (fits || !alone && !other) {
                found.alternatives.push(self.shown(mention));
                return found;
            }
        }
        if let Some(body) = self.body(&mention) {
            return Speaker::other(body, Naming::Body);
        }
        // A name that begins the mention may have words of place after it.
        let head = self.view.name_run(mention.start, mention.end);
        if let Some(person) =
            (1..=head.len()).rev().find_map(|n| self.part(&self.keys(head.start..head.start + n))).filter(|_| {
                let free = head.end == mention.end || !text.is_word(head.end) || !self.view.rules.verb_final;
                roles.is_empty() && free && !text.str(head.end.wrapping_sub(1)).contains(['\'', '’'])
            })
        {
            return self.speaker(person, Naming::Begun);
        }
        Speaker::other(self.shown(mention), Naming::Phrase)
    }

    /// The full name, earlier in the text, of what a noun like "the ministry" stands for.
    fn body(&self, mention: &Range<usize>) -> Option<String> {
        let text = self.view.text;
        let nouns: Vec<usize> = mention.clone().filter(|&i| text.is_word(i) && !text.has(i, DETERMINER)).collect();
        let noun = nouns.first().copied().filter(|&i| nouns.len() == 1 && text.has(i, BODY))?;
        let key = self.view.rules.key(head(text.str(noun)));
        let from = noun.saturating_sub(MEMORY);
        let full = (from..mention.start).rev().find(|&i| {
            text.is_name(i)
                && i > from
                && text.is_name(i - 1)
                && self.view.similar(&self.view.rules.key(head(text.str(i))), &key)
        })?;
        let start = (from..full).rev().take_while(|&i| text.is_name(i)).last()?;
        Some(self.shown(start..full + 1))
    }

    /// The person whose whole name words are, or by whose last name somebody who speaks is known.
    fn begun(&self, words: &[String]) -> Option<usize> {
        let similar = |a: &str, b: &str| self.view.similar(a, b);
        let whole = |p: &Person| p.words.len() == words.len() && p.words.iter().zip(words).all(|(a, b)| similar(a, b));
        let last = |p: &Person| words.len() == 1 && p.attested && p.words.last().is_some_and(|w| similar(w, &words[0]));
        self.people.iter().position(|p| whole(p) || last(p))
    }

    /// The person whose name words begin with.
    fn part(&self, words: &[String]) -> Option<usize> {
        (1..=words.len()).rev().find_map(|n| self.person(&words[..n]))
    }

    /// Whom a mention without a name means: by what is said of people, else who was the subject last or spoke last.
    fn understood(&self, at: usize, roles: &[usize], words: &[String], naming: Naming) -> Speaker {
        let mut candidates: Vec<(usize, usize)> = Vec::new();
        let recent = self.subjects.partition_point(|(place, _)| *place < at);
        let latest = self.subjects[..recent].iter().rev().take(12).filter(|(place, _)| place + MEMORY > at);
        let spoke = self.spoke.filter(|(place, _)| place + MEMORY > at && *place < at);
        for (place, person) in latest.copied().chain(spoke).chain(self.introduced(at).filter(|_| roles.is_empty())) {
            match candidates.iter_mut().find(|(_, p)| *p == person) {
                Some(known) => known.0 = known.0.max(place),
                None => candidates.push((place, person)),
            }
        }
        if !roles.is_empty() {
            candidates.extend(
                (0..self.people.len())
                    .filter(|p| self.people[*p].roles.iter().any(|r| roles.contains(r)))
                    .map(|p| (0, p)),
            );
        }
        let fits = |person: usize| {
            let p = &self.people[person];
            let role = roles.iter().any(|r| p.roles.contains(r));
            let shared =
                words.iter().filter(|w| w.chars().count() > 3 && p.epithets.iter().any(|e| stem_shared(w, e))).count();
            // Who is not named yet is meant by "the striker" less likely than somebody of whom nothing is said.
            let later = role && shared == 0 && self.first[person] > at;
            let untold = !roles.is_empty() && p.roles.is_empty();
            let role = if later { 1 } else { 4 * usize::from(role) };
            role + 2 * (usize::from(untold) + shared)
        };
        candidates.sort_by_key(|&(place, person)| std::cmp::Reverse((fits(person), place)));
        candidates.dedup_by_key(|c| c.1);
        if candidates.is_empty() {
            let recent = self.named.partition_point(|(place, _)| *place < at);
            candidates.extend(self.named[..recent].last().filter(|(place, _)| place + MEMORY > at));
        }
        let Some(&(_, best)) = candidates.first() else { return Speaker::default() };
        let mut speaker = self.speaker(best, naming);
        speaker.alternatives = candidates[1..]
            .iter()
            .take(2)
            .map(|(_, p)| self.people[*p].name.clone())
            .filter(|n| Some(n) != speaker.name.as_ref())
            .collect();
        speaker
    }

    /// Somebody who is named right before, for the first time and in a sentence that has no other subject.
    fn introduced(&self, at: usize) -> Option<(usize, usize)> {
        let text = self.view.text;
        let upto = self.named.partition_point(|(place, _)| *place < at);
        let &(place, person) = self.named[..upto].last().filter(|(place, _)| place + NEAR > at)?;
        let sentence = text.sentence_of(place);
        let from = self.subjects.partition_point(|(place, _)| *place < sentence.start);
        let subject = self.subjects.get(from).is_some_and(|(place, _)| sentence.contains(place));
        // Another noun may be the subject, the name then is of somebody spoken about.
        let other = (sentence.start..place).any(|i| {
            let near = place - i < 4;
            text.has(i, PRONOUN)
                || text.has(i, ROLE | BODY) && !near
                || text.has(i, PREPOSITION | CONJUNCTION) && place - i < 3
        });
        let words = self.people[person].words.len();
        let inflected = text.str(place + words - 1).contains(['\'', '’'])
            || self.view.rules.is_oblique(text.str(place + words - 1));
        let fresh = self.people[person].count < 2 && !inflected;
        (fresh && !subject && !other).then_some((place, person))
    }

    fn speaker(&self, person: usize, naming: Naming) -> Speaker {
        Speaker { person: Some(person), ..Speaker::other(self.people[person].name.clone(), naming) }
    }

    /// A mention as it is shown: without an article or title before it and an ending after an apostrophe.
    fn shown(&self, mention: Range<usize>) -> String {
        let text = self.view.text;
        let mut start = mention.start;
        while start + 1 < mention.end && (text.has(start, DETERMINER | TITLE) || text.mark(start).is_some()) {
            start += 1;
        }
        trimmed_name(text.span(start..mention.end).of(text.text))
    }
}

impl View<'_> {
    /// Whether two words are one but for an ending.
    fn similar(&self, a: &str, b: &str) -> bool {
        if a == b {
            return true;
        }
        if !self.rules.inflected_names {
            return false;
        }
        let common = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
        let (short, long) = (a.chars().count().min(b.chars().count()), a.chars().count().max(b.chars().count()));
        common >= 3 && common + 2 > short && long - common <= 4
    }
}

/// A word without its last one or two letters.
fn stems(word: &str) -> impl Iterator<Item = &str> {
    word.char_indices().rev().take(2).map(|(at, _)| &word[..at]).filter(|stem| stem.chars().count() > 4)
}

/// Whether two words begin alike: "Azerbaijan", "Azerbaijani".
fn stem_shared(a: &str, b: &str) -> bool {
    let common = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    common >= 5 || a == b
}

/// A name without an ending after its last apostrophe, in one line.
fn trimmed_name(name: &str) -> String {
    let name = name.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '”' | '»' | '“' | '«'));
    let cut = match name.rfind(['\'', '’']) {
        Some(at) if !name[at..].contains(' ') && name[at..].chars().count() <= 6 && at > 1 => &name[..at],
        _ => name,
    };
    cut.split_whitespace().collect::<Vec<_>>().join(" ")
}
