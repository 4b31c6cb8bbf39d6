use super::script::Script;
use crate::language::{Casing, Lang, Language, Languages, NGRAM_ORDER, Ngrams, ngram_key};
use rustc_hash::FxHashMap;

/// The models of all languages written in one script: how likely each letter is after those before it in its word.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub models: Vec<Model>,
    /// The n-grams, sorted.
    keys: Vec<u64>,
    /// Where the entries of each begin; one more than there are n-grams.
    first: Vec<u32>,
    /// The n-grams that begin with one or two letters: the range of their places.
    heads: FxHashMap<u32, (u32, u32)>,
    /// Model, and negative log probability in 16ths of a nat.
    entries: Vec<(u8, u8)>,
}

/// One language in one spelling.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub lang: Lang,
    /// Whether it is a language korpu works with, by its place among them.
    pub own: Option<usize>,
    pub casing: Casing,
    /// Whether this is the language as typed without its diacritics.
    pub bare: bool,
}

/// An order less of context costs so many nats (languages/tools/ngrams.py).
const BACK_OFF: f32 = 1.2;

/// A letter that a language does not have.
const UNSEEN: f32 = -14.0;

/// An n-gram in the upper 48 bits, a model, and in the lowest 8 bits its negative log probability in 16ths of a nat.
type Entry = u64;

impl Table {
    /// The models of a script.
    pub fn new(script: Script, languages: &Languages) -> Table {
        let name = script.name();
        let mut table = Table::default();
        let mut all: Vec<Entry> = Vec::new();
        for (place, language) in languages.iter().enumerate() {
            let usual = language.scripts.first().is_some_and(|s| s == name);
            if usual {
                table.add(&mut all, Model::own(place, language, &language.tag), Some, &language.ngrams);
                let bare = Model { casing: Casing::Plain, bare: true, ..Model::own(place, language, &language.tag) };
                table.add(&mut all, bare, Some, &language.bare_ngrams);
            } else if let Some(letters) = language.usual_script.get(name) {
                let other = letters_of(letters, language.letters.get(name).map_or("", String::as_str));
                let spelt = |c: char| other.get(&c).copied();
                let tag = format!("{}-{name}", language.tag);
                table.add(&mut all, Model::own(place, language, &tag), spelt, &language.ngrams);
            }
        }
        for neighbour in languages.neighbours() {
            let letter = Ngrams::read(&neighbour.ngrams).and_then(|n| n.first());
            if letter.and_then(Script::of) == Some(script)
                && let Some(lang) = Lang::parse(&neighbour.tag)
            {
                let model = Model { lang, own: None, casing: Casing::Plain, bare: false };
                table.add(&mut all, model, Some, &neighbour.ngrams);
            }
        }
        // Tables come sorted, so that this is a merge of runs.
        all.sort();
        table.entries.reserve(all.len());
        for same in all.chunk_by(|a, b| a >> 16 == b >> 16) {
            table.keys.push(same[0] >> 16);
            table.first.push(table.entries.len() as u32);
            table.entries.extend(same.iter().map(|e| ((e >> 8) as u8, *e as u8)));
        }
        table.first.push(table.entries.len() as u32);
        let mut at = 0;
        for same in table.keys.chunk_by(|a, b| a >> 24 == b >> 24) {
            table.heads.insert((same[0] >> 24) as u32, (at, at + same.len() as u32));
            at += same.len() as u32;
        }
        table
    }

    /// Adds the n-grams of a model, each letter spelt anew; those that cannot be spelt are left out.
    fn add(&mut self, all: &mut Vec<Entry>, model: Model, spelt: impl Fn(char) -> Option<char>, ngrams: &[u8]) {
        let (Some(ngrams), Ok(number)) = (Ngrams::read(ngrams), u8::try_from(self.models.len())) else { return };
        ngrams.for_each(|letters, p| {
            let mut other = ['\0'; NGRAM_ORDER];
            let all_spelt = other.iter_mut().zip(letters).all(|(o, c)| spelt(*c).map(|c| *o = c).is_some());
            if all_spelt {
                let key = ngram_key(&other[..letters.len()]);
                all.push(key << 16 | u64::from(number) << 8 | u64::from(in_16ths(p)));
            }
        });
        self.models.push(model);
    }

    /// The log probability of a lower-cased word under each model, in nats.
    pub fn word(&self, letters: &[char], out: &mut [f32]) {
        out.fill(0.0);
        let mut best = [0.0f32; u8::MAX as usize + 1];
        let best = &mut best[..self.models.len()];
        for end in 1..=letters.len() {
            let most = end.min(NGRAM_ORDER);
            best.fill(UNSEEN - BACK_OFF * (most - 1) as f32);
            for n in 1..=most {
                let lost = BACK_OFF * (most - n) as f32;
                for (model, p) in self.entries(&letters[end - n..end]) {
                    best[*model as usize] = f32::from(*p) / -16.0 - lost;
                }
            }
            out.iter_mut().zip(&*best).for_each(|(o, b)| *o += b);
        }
    }
}

impl Table {
    /// The entries of an n-gram.
    fn entries(&self, ngram: &[char]) -> &[(u8, u8)] {
        let key = ngram_key(ngram);
        let Some((low, high)) = self.heads.get(&((key >> 24) as u32)) else { return &[] };
        match self.keys[*low as usize..*high as usize].binary_search(&key) {
            Ok(place) => {
                let at = *low as usize + place;
                &self.entries[self.first[at] as usize..self.first[at + 1] as usize]
            }
            Err(_) => &[],
        }
    }
}

impl Model {
    fn own(place: usize, language: &Language, tag: &str) -> Model {
        let lang = Lang::parse(tag).unwrap_or(Lang::UNKNOWN);
        Model { lang, own: Some(place), casing: language.casing, bare: false }
    }
}

fn in_16ths(p: f32) -> u8 {
    (-16.0 * p + 0.5) as u8
}

/// The letter of another script for each letter of the usual one. Where two stand for one, a letter that few languages have
/// is more likely, then the one of the lower code point.
fn letters_of(usual: &FxHashMap<char, String>, rare: &str) -> FxHashMap<char, char> {
    let mut pairs: Vec<(char, char)> = usual.iter().filter_map(|(c, s)| Some((single(s)?, *c))).collect();
    pairs.sort_by_key(|(_, c)| (rare.contains(*c), std::cmp::Reverse(*c)));
    pairs.into_iter().collect()
}

fn single(spelling: &str) -> Option<char> {
    let mut letters = spelling.chars();
    letters.next().filter(|_| letters.next().is_none())
}
