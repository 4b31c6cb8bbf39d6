//! Which speakers of many documents are one person: by their names, compared as they sound in each language, and by the statements that
//! they make. A full name that sounds the same is one person; a name that is inflected, short or only alike is one where the
//! documents give it one statement. What one document tells apart stays apart, and so do different first names.

use crate::language::{Lang, Language, Languages, QuoteWords, lower};
use crate::model::{Person, SpeakerKind};
use crate::represent::skeleton;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// A name by which a document calls a speaker.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// The id of the document.
    pub document: &'a str,
    /// The place of the speaker among those of the document.
    pub speaker: u32,
    /// The language of the document.
    pub lang: &'a Lang,
    /// The name.
    pub name: &'a str,
}

/// Names across languages are alike by themselves up to this distance of their words. Among the names of the sample, spellings of one
/// are at 0 to .08; of different names the nearest are Həsənov and Hüseynov, at .12.
const ALIKE: f32 = 0.08;

/// The same where two documents give them one statement. In the sample, spellings and forms of one name are at 0 to .22,
/// different names from .36.
const ALIKE_IN_STATEMENT: f32 = 0.27;

/// What is left of a name without an ending has so many letters.
const SHORTEST: usize = 4;

/// Names with more words than these are no names.
const WORDS: usize = 8;

/// What languages have for names.
pub struct Names<'a> {
    known: FxHashMap<&'a str, Known<'a>>,
}

struct Known<'a> {
    language: &'a Language,
    /// Endings that a name may have.
    endings: Vec<String>,
    /// Nouns for what is no person, in all their forms.
    bodies: BTreeSet<String>,
    /// Nouns for persons by what they do, in all their forms.
    roles: BTreeSet<String>,
}

/// How a word sounds: as it stands, then without an ending.
type Word = Vec<Vec<u8>>;

/// A name, ready to be compared.
struct Sound {
    words: Vec<Word>,
    /// The word begins with a capital.
    capital: Vec<bool>,
    kind: SpeakerKind,
}

impl<'a> Names<'a> {
    /// For these languages.
    pub fn new(languages: &'a Languages) -> Names<'a> {
        let known = languages.iter().map(|language| {
            let words = QuoteWords::parse(&language.tag, &language.quotes, language).unwrap_or_default();
            let mut endings = [words.oblique_endings, words.noun_endings.clone()].concat();
            endings.extend(language.apostrophe.endings.iter().cloned());
            let forms = |body: &String| {
                let inflected: Vec<String> =
                    words.noun_endings.iter().map(|ending| format!("{body}{ending}")).collect();
                std::iter::once(body.clone()).chain(inflected)
            };
            let bodies = words.bodies.iter().flat_map(forms).collect();
            let roles = words.roles.iter().flatten().flat_map(forms).collect();
            (language.tag.as_str(), Known { language, endings, bodies, roles })
        });
        Names { known: known.collect() }
    }

    /// What a name stands for: a person is called by capitals, and by no noun for a body, or by a noun for what persons do.
    ///
    /// ```
    /// use korpu::{language::{Lang, Languages}, link::Names, model::SpeakerKind};
    /// let names = Names::new(Languages::bundled());
    /// let kind = |lang, name| names.kind(&Lang::parse(lang).unwrap(), name);
    /// assert_eq!(kind("az", "Elmar Məmmədyarov"), SpeakerKind::Person);
    /// assert_eq!(kind("ru", "Министерство обороны"), SpeakerKind::Body);
    /// assert_eq!(kind("en", "TASS"), SpeakerKind::Body);
    /// assert_eq!(kind("en", "the minister"), SpeakerKind::Role);
    /// ```
    pub fn kind(&self, lang: &Lang, name: &str) -> SpeakerKind {
        let words: Vec<&str> = name.split_whitespace().collect();
        let known = self.known.get(lang.primary());
        let body = |word: &&str| known.is_some_and(|known| known.bodies.contains(&known.lower(word)));
        let role = |word: &&str| known.is_some_and(|known| known.roles.contains(&known.lower(word)));
        let acronym = |word: &str| word.chars().count() > 1 && word.chars().all(char::is_uppercase);
        // "Ursula von der Leyen", "Nərgiz Əli qızı Məmmədova": small words stand between the others.
        let capital = |word: Option<&&str>| word.is_some_and(|w| w.chars().next().is_some_and(char::is_uppercase));
        let named = capital(words.first()) && capital(words.last()) && words.len() <= WORDS;
        let single = matches!(words[..], [word] if acronym(word));
        if words.iter().any(body) {
            return SpeakerKind::Body;
        }
        // "Minister" may stand at the beginning of a sentence.
        let called = words.iter().any(role) && (!named || words.len() == 1);
        match (called, named && !single) {
            (true, _) => SpeakerKind::Role,
            (false, true) => SpeakerKind::Person,
            (false, false) => SpeakerKind::Body,
        }
    }

    /// The persons and bodies that speak in several documents, sorted by their first speaker. `statements` has for each group of
    /// renderings who speaks in them, as places in `speakers`. Near linear in the number of different names.
    pub fn persons(&self, speakers: &[Called], statements: &[Vec<u32>]) -> Vec<Person> {
        let mut places: BTreeMap<(&str, &str), Vec<u32>> = BTreeMap::new();
        for (n, called) in (0..).zip(speakers) {
            places.entry((called.lang.as_str(), called.name)).or_default().push(n);
        }
        let distinct: Vec<_> = places.iter().collect();
        let mut name_of = vec![0u32; speakers.len()];
        let mut sounds = Vec::with_capacity(distinct.len());
        for (n, (_, of)) in (0..).zip(&distinct) {
            of.iter().for_each(|speaker| name_of[*speaker as usize] = n);
            let called = &speakers[of[0] as usize];
            sounds.push(self.sound(called.lang, called.name));
        }
        let mut clusters = Clusters::new(speakers, &name_of, &sounds);
        for names in blocks(&sounds) {
            for (at, a) in names.iter().enumerate() {
                let (one, of) = (&sounds[*a as usize], distinct[*a as usize].1);
                of.windows(2).for_each(|pair| clusters.join(pair[0], pair[1]));
                for b in &names[at + 1..] {
                    let (other, with) = (&sounds[*b as usize], distinct[*b as usize].1);
                    let limit = if distinct[*a as usize].0.0 == distinct[*b as usize].0.0 { 0.0 } else { ALIKE };
                    if one.sounds_as(other, limit) {
                        clusters.join(of[0], with[0]);
                    }
                }
            }
        }
        for statement in statements {
            for (at, a) in statement.iter().enumerate() {
                for b in &statement[at + 1..] {
                    clusters.join(*a, *b);
                }
            }
        }
        clusters.persons()
    }

    fn sound(&self, lang: &Lang, name: &str) -> Sound {
        let known = self.known.get(lang.primary());
        let bytes = |word: &str| skeleton(word, known.map(|k| k.language)).into_bytes();
        let mut sound = Sound { words: Vec::new(), capital: Vec::new(), kind: self.kind(lang, name) };
        for word in name.split(|c: char| c.is_whitespace() || c == '-').take(WORDS) {
            let small = known.map_or_else(|| lower(word, Default::default()), |known| known.lower(word));
            let mut forms = vec![bytes(&small)];
            for ending in known.iter().flat_map(|known| &known.endings) {
                let rest = small.strip_suffix(ending.as_str()).map(|r| r.trim_end_matches(['\'', '’']));
                if let Some(rest) = rest.filter(|rest| rest.chars().count() >= SHORTEST) {
                    forms.push(bytes(rest));
                }
            }
            forms.retain(|form| !form.is_empty());
            if !forms.is_empty() {
                sound.words.push(forms);
                sound.capital.push(word.chars().next().is_some_and(char::is_uppercase));
            }
        }
        sound
    }
}

impl Known<'_> {
    fn lower(&self, word: &str) -> String {
        self.language.normal(lower(word, self.language.casing))
    }
}

impl Sound {
    /// Whether this is a full name and another one sounds the same.
    fn sounds_as(&self, other: &Sound, limit: f32) -> bool {
        let near = |(a, b): (&Word, &Word)| distance(&a[0], &b[0]) <= limit;
        let persons = self.kind == SpeakerKind::Person && other.kind == SpeakerKind::Person;
        persons
            && self.words.len() > 1
            && self.words.len() == other.words.len()
            && self.words.iter().zip(&other.words).all(near)
    }

    /// Whether two names may be of one: the words of the shorter are among those of the longer in their order, the last with
    /// the last. Names of bodies are translated, so that one proper name in common is enough.
    fn may_be(&self, other: &Sound) -> bool {
        let [is_person, other_is] = [self, other].map(|sound| sound.kind == SpeakerKind::Person);
        if is_person != other_is {
            return false;
        }
        if !is_person {
            let proper = |s: &Self| -> Vec<usize> { (0..s.words.len()).filter(|n| s.capital[*n]).collect() };
            let theirs = proper(other);
            let shared = |n: &usize| theirs.iter().any(|m| alike(&self.words[*n], &other.words[*m]));
            return proper(self).iter().any(shared);
        }
        let (few, many) = if self.words.len() <= other.words.len() { (self, other) } else { (other, self) };
        let mut rest = many.words.iter().rev();
        let Some((last, before)) = few.words.split_last() else { return false };
        rest.next().is_some_and(|word| alike(last, word))
            && before.iter().rev().all(|word| rest.any(|other| alike(word, other)))
    }
}

/// Whether two words may be forms of one name; of two forms one stands without an ending.
fn alike(a: &[Vec<u8>], b: &[Vec<u8>]) -> bool {
    let near = |(x, y): (&Vec<u8>, &Vec<u8>)| distance(x, y) <= ALIKE_IN_STATEMENT || is_initial(x, y);
    a.iter().map(|x| (x, &b[0])).any(near) || b.iter().map(|y| (&a[0], y)).any(near)
}

fn is_initial(a: &[u8], b: &[u8]) -> bool {
    (a.len() == 1 || b.len() == 1) && a.first() == b.first()
}

/// Names by the consonants of their last word, so that only those are compared that may sound the same.
fn blocks(sounds: &[Sound]) -> Vec<Vec<u32>> {
    let mut blocks: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::new();
    for (n, sound) in (0..).zip(sounds) {
        if let (true, Some(last)) = (sound.words.len() > 1 && sound.kind == SpeakerKind::Person, sound.words.last()) {
            let mut key: Vec<u8> = last[0].iter().filter(|c| !is_vowel(**c)).map(|c| class(*c)).collect();
            key.dedup();
            blocks.entry(key).or_default().push(n);
        }
    }
    blocks.into_values().collect()
}

fn is_vowel(c: u8) -> bool {
    matches!(c, b'a' | b'i' | b'o' | b'u')
}

/// Consonants that languages write for each other: Rəhimova, Рагимова; Mehdizadə, Мехтизаде.
fn class(c: u8) -> u8 {
    match c {
        b'g' | b'k' | b'h' => b'k',
        b't' | b'd' => b't',
        b'p' | b'b' => b'p',
        b'v' | b'f' => b'v',
        other => other,
    }
}

/// What it costs to put one sound for another.
fn change(a: u8, b: u8) -> f32 {
    match (is_vowel(a), is_vowel(b)) {
        _ if a == b => 0.0,
        // Həsən and Hüseyn are two names.
        (true, true) if matches!((a, b), (b'a', b'u') | (b'u', b'a') | (b'o', b'i') | (b'i', b'o')) => 0.8,
        (true, true) => 0.3,
        (false, false) if class(a) == class(b) => 0.3,
        _ => 1.0,
    }
}

/// What it costs to leave a sound out.
fn omission(c: u8) -> f32 {
    match c {
        // Also й, which half of the spellings leave out.
        b'i' => 0.2,
        _ if is_vowel(c) => 0.4,
        _ => 1.0,
    }
}

/// How far two words are apart: the cheapest changes (Levenshtein), over the length of the longer.
fn distance(a: &[u8], b: &[u8]) -> f32 {
    let mut above: Vec<f32> = vec![0.0];
    for c in b {
        above.push(above[above.len() - 1] + omission(*c));
    }
    for x in a {
        let mut row = vec![above[0] + omission(*x)];
        for (n, y) in b.iter().enumerate() {
            let best = (above[n] + change(*x, *y)).min(above[n + 1] + omission(*x)).min(row[n] + omission(*y));
            row.push(best);
        }
        above = row;
    }
    above[b.len()] / a.len().max(b.len()).max(1) as f32
}

/// Speakers that are one, so far.
struct Clusters<'s> {
    speakers: &'s [Called<'s>],
    name_of: &'s [u32],
    sounds: &'s [Sound],
    /// By speaker the one it was joined to; itself where it leads.
    leader: Vec<u32>,
    members: Vec<Members<'s>>,
}

/// Who is in a cluster, by its leader.
#[derive(Default)]
struct Members<'s> {
    speakers: Vec<u32>,
    documents: BTreeSet<&'s str>,
    names: BTreeSet<u32>,
}

impl<'s> Clusters<'s> {
    fn new(speakers: &'s [Called<'s>], name_of: &'s [u32], sounds: &'s [Sound]) -> Self {
        let members = (0..).zip(speakers).map(|(n, called)| Members {
            speakers: vec![n],
            documents: BTreeSet::from([called.document]),
            names: BTreeSet::from([name_of[n as usize]]),
        });
        let members = members.collect();
        Clusters { speakers, name_of, sounds, leader: (0..speakers.len() as u32).collect(), members }
    }

    fn leader(&mut self, mut speaker: u32) -> u32 {
        while self.leader[speaker as usize] != speaker {
            // Halved on the way, so that the next way is short.
            self.leader[speaker as usize] = self.leader[self.leader[speaker as usize] as usize];
            speaker = self.leader[speaker as usize];
        }
        speaker
    }

    /// Joins two speakers, unless a document names both or any of their names cannot be of one.
    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.leader(a), self.leader(b));
        let (one, other) = (&self.members[a as usize], &self.members[b as usize]);
        let (small, large, from, into) =
            if one.speakers.len() < other.speakers.len() { (one, other, a, b) } else { (other, one, b, a) };
        let may_be = |x: &u32, y: &u32| x == y || self.sounds[*x as usize].may_be(&self.sounds[*y as usize]);
        if a == b
            || small.documents.iter().any(|document| large.documents.contains(document))
            || !small.names.iter().all(|x| large.names.iter().all(|y| may_be(x, y)))
        {
            return;
        }
        let gone = std::mem::take(&mut self.members[from as usize]);
        self.leader[from as usize] = into;
        let kept = &mut self.members[into as usize];
        kept.speakers.extend(gone.speakers);
        kept.documents.extend(gone.documents);
        kept.names.extend(gone.names);
    }

    fn persons(self) -> Vec<Person> {
        let mut persons: Vec<Person> = Vec::new();
        for members in self.members.iter().filter(|members| members.speakers.len() > 1) {
            let called: Vec<&Called> = members.speakers.iter().map(|n| &self.speakers[*n as usize]).collect();
            let mut names: Vec<(Lang, String)> = called.iter().map(|c| (c.lang.clone(), c.name.to_owned())).collect();
            names.sort_by(|a, b| (a.0.as_str(), &a.1).cmp(&(b.0.as_str(), &b.1)));
            names.dedup();
            let mut speakers: Vec<(String, u32)> = called.iter().map(|c| (c.document.to_owned(), c.speaker)).collect();
            speakers.sort_unstable();
            let kind = self.sounds[self.name_of[members.speakers[0] as usize] as usize].kind;
            persons.push(Person { kind, names, speakers });
        }
        persons.sort_by(|a, b| a.speakers.cmp(&b.speakers));
        persons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speakers of documents of their own, as "lang name" (`=` before it: of the same document as the one before), and statements;
    /// the persons by their names.
    fn check(speakers: &[&str], statements: &[&[u32]], expected: &[&[&str]]) {
        let mut document = 0;
        let parsed: Vec<(String, Lang, &str)> = speakers
            .iter()
            .map(|speaker| {
                document += usize::from(!speaker.starts_with('='));
                let (lang, name) = speaker.trim_start_matches('=').split_once(' ').unwrap();
                (format!("d{document:03}"), Lang::parse(lang).unwrap(), name)
            })
            .collect();
        let called: Vec<Called> = (0..)
            .zip(&parsed)
            .map(|(speaker, (document, lang, name))| Called { document, speaker, lang, name })
            .collect();
        let statements: Vec<Vec<u32>> = statements.iter().map(|s| s.to_vec()).collect();
        let found = Names::new(Languages::bundled()).persons(&called, &statements);
        let found: Vec<Vec<&str>> =
            found.iter().map(|p| p.names.iter().map(|(_, name)| name.as_str()).collect()).collect();
        assert_eq!(found, expected, "{speakers:?}");
    }

    #[test]
    fn a_full_name_is_one_person_in_four_languages() {
        let lavrov = ["az Sergey Lavrov", "en Sergei Lavrov", "ru Сергей Лавров", "tr Sergey Lavrov"];
        check(&lavrov, &[], &[&["Sergey Lavrov", "Sergei Lavrov", "Сергей Лавров", "Sergey Lavrov"]]);
        check(
            &["az Elmar Məmmədyarov", "en Elmar Mammadyarov", "ru Эльмар Мамедъяров", "tr Elmar Memmedyarov"],
            &[],
            &[&["Elmar Məmmədyarov", "Elmar Mammadyarov", "Эльмар Мамедъяров", "Elmar Memmedyarov"]],
        );
        check(
            &["az Aytən Rəhimova", "ru Айтен Рагимова", "az-Cyrl Ајтән Рәһимова", "en Aytan Rahimova"],
            &[],
            &[&["Aytən Rəhimova", "Ајтән Рәһимова", "Aytan Rahimova", "Айтен Рагимова"]],
        );
    }

    #[test]
    fn people_of_one_last_name_or_of_names_alike_stay_apart() {
        check(&["az İlham Əliyev", "en Mehriban Aliyeva", "ru Гейдар Алиев", "tr Ali Aliyev"], &[], &[]);
        check(&["az Mübariz Həsənov", "en Mubariz Huseynov"], &[], &[]);
        check(&["az Elçin Məhəmmədov", "en Elchin Mahmudov"], &[], &[]);
        check(&["az Elman Quliyev", "az Elmar Quliyev"], &[], &[]);
        check(&["en Sergey Lavrov", "ru Сергей Иванов"], &[&[0, 1]], &[]);
    }

    #[test]
    fn a_statement_joins_forms_of_a_name_and_a_last_name_alone() {
        check(&["az Kerem Soydanerin", "tr Kerem Soydaner"], &[], &[]);
        check(&["az Kerem Soydanerin", "tr Kerem Soydaner"], &[&[0, 1]], &[&["Kerem Soydanerin", "Kerem Soydaner"]]);
        check(&["ru Лавров", "en Sergey Lavrov"], &[&[0, 1]], &[&["Sergey Lavrov", "Лавров"]]);
        check(&["en S. Lavrov", "ru Сергей Лавров"], &[&[0, 1]], &[&["S. Lavrov", "Сергей Лавров"]]);
        check(&["ru Лавров", "en Sergey Lavrov"], &[], &[]);
        // "the head of Trabzon's port, Onur Dağdelenli": a place before the name.
        check(
            &["ru Трабзона Онур Дагделенли", "en Onur Dagdelenli"],
            &[&[0, 1]],
            &[&["Onur Dagdelenli", "Трабзона Онур Дагделенли"]],
        );
    }

    #[test]
    fn a_last_name_does_not_join_two_people_who_bear_it() {
        check(
            &["az İlham Əliyev", "ru Алиев", "az Mehriban Əliyeva"],
            &[&[0, 1], &[1, 2]],
            &[&["İlham Əliyev", "Алиев"]],
        );
    }

    #[test]
    fn what_one_document_tells_apart_stays_apart() {
        check(&["en Ali Aliyev", "=en Ali Aliev"], &[&[0, 1]], &[]);
        check(&["en John Smith", "=en John Smyth", "tr John Smith"], &[], &[&["John Smith", "John Smith"]]);
    }

    #[test]
    fn bodies_are_joined_by_statements_alone() {
        let office = ["en UNICEF’s Baku office", "az UNICEF-in Bakı ofisi"];
        check(&office, &[], &[]);
        check(&office, &[&[0, 1]], &[&["UNICEF-in Bakı ofisi", "UNICEF’s Baku office"]]);
        check(&["en Foreign Ministry", "tr Milli Savunma Bakanlığı"], &[&[0, 1]], &[]);
    }
}
