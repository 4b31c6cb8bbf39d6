//! The rules of a language for quotes, as they are looked up: words and phrases with what they do.

use crate::language::{Language, QuoteWords, lower};
use rustc_hash::{FxHashMap, FxHashSet};

/// What a word can do beside a quote: a set of the constants here.
pub(super) type Class = u32;

pub(super) const COMPLEMENTIZER: Class = 1;
pub(super) const PREPOSITION: Class = 1 << 1;
pub(super) const CONJUNCTION: Class = 1 << 2;
pub(super) const ADVERB: Class = 1 << 3;
pub(super) const PARTICLE: Class = 1 << 4;
pub(super) const PRONOUN: Class = 1 << 5;
pub(super) const DETERMINER: Class = 1 << 6;
pub(super) const TITLE: Class = 1 << 7;
pub(super) const ROLE: Class = 1 << 8;
pub(super) const WORK: Class = 1 << 9;
pub(super) const OCCASION: Class = 1 << 10;
/// The verb that closes a reported clause.
pub(super) const CLAUSE_END: Class = 1 << 11;

/// A mention with it stands for nobody named before.
pub(super) const INDEFINITE: Class = 1 << 12;

/// A noun for what speaks and is no person.
pub(super) const BODY: Class = 1 << 13;

/// A noun for a person or body in a form that is no subject: "direktorun".
pub(super) const OBLIQUE: Class = 1 << 14;

/// A word after which a cue is a noun.
pub(super) const ARTICLE: Class = 1 << 15;
/// A pronoun for what is no person.
pub(super) const IMPERSONAL: Class = 1 << 16;
/// Beside a cue: the words were said on another occasion.
pub(super) const EARLIER: Class = 1 << 17;
/// A word that leans on the noun before it.
pub(super) const ENCLITIC: Class = 1 << 18;
/// A word before a body that speaks without being the subject.
pub(super) const INSTITUTION: Class = 1 << 19;

/// What stands beside a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum CueKind {
    Say,
    Tell,
    Converb,
    Relative,
    Judge,
    Object,
    Source,
    BesideMarks,
}

impl CueKind {
    /// Whether words in marks beside it are somebody's words.
    pub fn speaks(self) -> bool {
        !matches!(self, CueKind::Judge | CueKind::Source)
    }
}

/// What a phrase is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    Cue(CueKind),
    Class(Class),
}

/// A phrase without its first word.
type Rest = (Box<[String]>, Meaning);

/// The rules of one language.
pub(super) struct Rules<'a> {
    pub language: Option<&'a Language>,
    pub verb_final: bool,
    pub clause_comma: bool,
    pub inflected_names: bool,
    /// For each first word of a phrase how the phrases go on.
    phrases: FxHashMap<String, Vec<Rest>>,
    clause_endings: FxHashSet<String>,
    finite_endings: Vec<String>,
    plural_endings: Vec<String>,
    oblique_endings: Vec<String>,
    surname_endings: Vec<String>,
    longest_ending: usize,
    /// Nouns for persons, with the group each belongs to.
    roles: FxHashMap<String, usize>,
    role_phrases: Vec<(String, usize)>,
    /// Groups from here on have one noun each.
    single_roles: usize,
}

impl<'a> Rules<'a> {
    /// The rules of a language; without one, marks are all that is known.
    pub fn new(language: Option<&'a Language>) -> Rules<'a> {
        let words = language.and_then(|l| QuoteWords::parse(&l.tag, &l.quotes, l).ok()).unwrap_or_default();
        let mut rules = Rules {
            language,
            verb_final: words.verb_final,
            clause_comma: words.clause_comma,
            inflected_names: words.inflected_names,
            phrases: FxHashMap::default(),
            longest_ending: words.clause_endings.iter().map(|e| e.chars().count()).max().unwrap_or(0),
            clause_endings: words.clause_endings.iter().cloned().collect(),
            // Those with an r are also of plurals.
            finite_endings: words.endings.iter().filter(|end| end.len() > 1 && !end.ends_with('r')).cloned().collect(),
            plural_endings: words.plural_endings.clone(),
            oblique_endings: words.oblique_endings.clone(),
            surname_endings: words.surname_endings.clone(),
            roles: FxHashMap::default(),
            role_phrases: Vec::new(),
            single_roles: words.roles.len(),
        };
        let classes: [(&[String], Class); 16] = [
            (&words.complementizers, COMPLEMENTIZER),
            (&words.prepositions, PREPOSITION),
            (&words.conjunctions, CONJUNCTION),
            (&words.adverbs, ADVERB),
            (&words.earlier, EARLIER),
            (&words.enclitics, ENCLITIC),
            (&words.institution_prepositions, INSTITUTION),
            (&words.particles, PARTICLE),
            (&words.pronouns, PRONOUN),
            (&words.determiners, DETERMINER),
            (&words.indefinites, INDEFINITE),
            (&words.articles, ARTICLE),
            (&words.impersonal, IMPERSONAL),
            (&words.titles, TITLE),
            (&words.works, WORK),
            (&words.occasions, OCCASION),
        ];
        for (list, class) in classes {
            list.iter().for_each(|pattern| rules.add(pattern, &words.endings, Meaning::Class(class)));
        }
        for body in &words.bodies {
            rules.add_noun(body, &words.noun_endings, BODY);
        }
        let groups = words.roles.len();
        for (mut group, names) in words.roles.iter().enumerate() {
            for (n, name) in names.iter().enumerate() {
                // The last group is of nouns that stand for themselves alone.
                if group + 1 >= groups {
                    group = groups + n;
                }
                rules.add_noun(name, &words.noun_endings, ROLE);
                if name.contains(' ') {
                    rules.role_phrases.push((name.to_owned(), group));
                } else {
                    rules.roles.insert(name.to_owned(), group);
                    let inflected = words.noun_endings.iter().map(|ending| format!("{name}{ending}"));
                    inflected.for_each(|form| {
                        rules.roles.entry(form).or_insert(group);
                    });
                }
            }
        }
        let c = &words.cues;
        let cues: [(&[String], CueKind); 8] = [
            (&c.say, CueKind::Say),
            (&c.tell, CueKind::Tell),
            (&c.converb, CueKind::Converb),
            (&c.relative, CueKind::Relative),
            (&c.judge, CueKind::Judge),
            (&c.object, CueKind::Object),
            (&c.source, CueKind::Source),
            (&c.beside_marks, CueKind::BesideMarks),
        ];
        for (list, kind) in cues {
            list.iter().for_each(|pattern| rules.add(pattern, &words.endings, Meaning::Cue(kind)));
        }
        // The longest first, so that a phrase wins over its beginning; among equals the one entered first.
        rules.phrases.values_mut().for_each(|list| list.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len())));
        rules
    }

    /// Enters a noun for a person or body, and its other forms.
    fn add_noun(&mut self, noun: &str, endings: &[String], class: Class) {
        self.add(noun, &[], Meaning::Class(class));
        endings.iter().for_each(|ending| self.add(&format!("{noun}{ending}"), &[], Meaning::Class(class | OBLIQUE)));
    }

    /// Enters every phrase that a pattern stands for.
    fn add(&mut self, pattern: &str, endings: &[String], meaning: Meaning) {
        let mut phrases: Vec<Vec<String>> = vec![Vec::new()];
        for place in pattern.split_whitespace() {
            let mut forms = Vec::new();
            for word in place.split('|') {
                match word.strip_suffix('~') {
                    Some(stem) => {
                        forms.push(stem.to_owned());
                        forms.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
                    }
                    None => forms.push(word.to_owned()),
                }
            }
            phrases = phrases
                .into_iter()
                .flat_map(|phrase| {
                    forms.iter().map(move |form| [phrase.as_slice(), std::slice::from_ref(form)].concat())
                })
                .collect();
        }
        for phrase in phrases {
            if let [first, rest @ ..] = phrase.as_slice() {
                self.phrases.entry(first.clone()).or_default().push((rest.into(), meaning));
            }
        }
    }

    /// The phrases that begin with a word, the longest first.
    pub fn phrases(&self, first: &str) -> &[Rest] {
        self.phrases.get(first).map_or(&[], Vec::as_slice)
    }

    /// Whether a word closes a reported clause.
    pub fn ends_clause(&self, key: &str) -> bool {
        let mut cuts = key.char_indices().rev().take(self.longest_ending).map(|(at, _)| &key[at..]);
        cuts.any(|ending| ending.len() < key.len() && self.clause_endings.contains(ending))
    }

    /// Whether a name stands in a form that is no subject.
    pub fn is_oblique(&self, name: &str) -> bool {
        let ends = |list: &[String]| list.iter().any(|end| name.len() > end.len() + 2 && name.ends_with(end.as_str()));
        ends(&self.oblique_endings) && !ends(&self.surname_endings)
    }

    /// Whether a cue has a form that needs no subject beside the body that speaks: "сообщили в министерстве".
    pub fn is_plural(&self, cue: &str) -> bool {
        let cue = self.key(cue);
        self.plural_endings.iter().any(|end| cue.ends_with(end.as_str()))
    }

    /// Whether a word looks like a verb that ends a clause of the outlet's own.
    pub fn is_finite(&self, word: &str) -> bool {
        self.finite_endings.iter().any(|end| word.len() > end.len() + 2 && word.ends_with(end.as_str()))
    }

    /// A text in the letters in which words are compared.
    pub fn key(&self, text: &str) -> String {
        match self.language {
            Some(language) => language.normal(lower(text, language.casing)),
            None => lower(text, Default::default()),
        }
    }

    /// Whether a noun of a group stands for itself alone: not every official is the one named before.
    pub fn is_single(&self, group: usize) -> bool {
        group >= self.single_roles
    }

    /// The groups of the nouns for persons in a stretch of lower-cased words.
    pub fn role_groups(&self, words: &[String]) -> Vec<usize> {
        let joined = format!(" {} ", words.join(" "));
        let phrase = |(phrase, group): &(String, usize)| joined.contains(&format!(" {phrase} ")).then_some(*group);
        let found: Vec<usize> = self.role_phrases.iter().filter_map(phrase).collect();
        // "Baş nazir" is no "nazir".
        if found.is_empty() { words.iter().filter_map(|w| self.roles.get(w).copied()).collect() } else { found }
    }
}
