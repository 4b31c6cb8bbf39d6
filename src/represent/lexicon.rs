use super::Stemmer;
use crate::language::{Casing, Language, Languages, lower};
use rustc_hash::FxHashMap;
use std::sync::{LazyLock, OnceLock};

/// A lexicon: which concepts the words of each language may mean. A pair lexicon is two languages that share concepts.
///
/// Forms are looked up as they are, and else by their stems, so that inflected words are found; a form may have several words.
/// The forms of a language are read when it is first met.
#[derive(Debug)]
pub struct Lexicon {
    languages: Languages,
    /// Entries of users, by language.
    added: FxHashMap<String, Vec<(String, u32)>>,
    forms: FxHashMap<String, OnceLock<Forms>>,
}

/// The forms of one language.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// Takes the endings of the language off its words.
    pub stemmer: Stemmer,
    /// By the chain of stems, and by the chain of words ([`chain`]).
    by_chain: FxHashMap<u64, Entry>,
    /// Concepts, each with the place of the next one of the same chain.
    concepts: Vec<(u32, u32)>,
}

/// What is known of a chain.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The place of its last concept; [`NONE`] if it has none.
    last: u32,
    /// How many words the longest form has that begins with it; kept of single words only.
    longest: u16,
}

/// No concept has this place.
const NONE: u32 = u32::MAX;

/// No form has more words.
const LONGEST: usize = 9;

/// The hash of some stems, or words, with one more (FNV-1a); of the first, `before` is [`STEMS`] or [`WORDS`].
fn chain(before: u64, stem: &str) -> u64 {
    let hash = stem.bytes().fold(before, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ 0xff).wrapping_mul(0x0100_0000_01b3)
}

const STEMS: u64 = 0xcbf2_9ce4_8422_2325;
const WORDS: u64 = 0x84f8_35c5_c131_9bd3;

/// The number of a concept: a hash of its name, so that languages can be read apart from each other.
fn concept(name: &str) -> u32 {
    let hash = chain(STEMS, name);
    (hash >> 32) as u32 ^ hash as u32
}

impl Lexicon {
    /// The lexicon that ships with korpu (`languages/*/lexicon.tsv`).
    pub fn bundled() -> &'static Lexicon {
        static BUNDLED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(Languages::bundled()));
        &BUNDLED
    }

    /// The lexicon in the data of these languages.
    pub fn new(languages: &Languages) -> Lexicon {
        let forms = languages.iter().map(|l| (l.tag.clone(), OnceLock::new())).collect();
        Lexicon { languages: languages.clone(), added: FxHashMap::default(), forms }
    }

    /// Adds pairs of forms that mean the same in two languages, by their tags; several words in a form are allowed.
    ///
    /// ```
    /// use korpu::{language::Languages, represent::{Lexicon, represent}};
    /// let mut lexicon = Lexicon::new(Languages::bundled());
    /// lexicon.add("de", "fr", [("Gletscher", "glacier"), ("der Berg", "la montagne")]);
    /// let r = |lang, text| represent(&[text], lang, Languages::bundled(), &lexicon);
    /// let (de, fr) = (r("de", "Der Gletscher wächst."), r("fr", "Le glacier avance."));
    /// assert!(de.terms.iter().any(|a| fr.terms.iter().any(|b| a.concepts.iter().any(|c| b.concepts.contains(c)))));
    /// ```
    pub fn add<'f>(&mut self, source: &str, target: &str, pairs: impl IntoIterator<Item = (&'f str, &'f str)>) {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let (source, target) = (primary(source), primary(target));
        for (a, b) in pairs {
            let meant = concept(&format!("{source}-{target}: {a}"));
            self.added.entry(source.clone()).or_default().push((a.to_owned(), meant));
            self.added.entry(target.clone()).or_default().push((b.to_owned(), meant));
        }
        // What was read before is read anew.
        for tag in [source, target] {
            self.forms.insert(tag, OnceLock::new());
        }
    }

    /// The forms of a language by its tag.
    pub(super) fn forms(&self, tag: &str) -> Option<&Forms> {
        let tag = tag.split('-').next()?;
        Some(self.forms.get(tag)?.get_or_init(|| {
            let added = self.added.get(tag).map(Vec::as_slice).unwrap_or_default();
            Forms::read(self.languages.get(tag), added)
        }))
    }

    /// The concept of a month, 1 to 12.
    pub(super) fn month(&self, month: u8) -> Option<u32> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        MONTHS.get(usize::from(month).checked_sub(1)?).map(|name| concept(&format!("month.{name}")))
    }
}

impl Forms {
    fn read(language: Option<&Language>, added: &[(String, u32)]) -> Forms {
        let lexicon = language.map_or("", |l| &l.lexicon);
        let mut forms = Forms::default();
        // A line has some 20 bytes and a form or two, each with a chain of stems and one of words.
        forms.by_chain.reserve(lexicon.len() / 8);
        forms.concepts.reserve(lexicon.len() / 8);
        let mut reading = Reading {
            stemmer: Stemmer::new(language),
            casing: language.map(|l| l.casing).unwrap_or_default(),
            language,
            stem: String::new(),
            forms,
        };
        for line in lexicon.lines() {
            let mut columns = line.split('\t');
            let (Some(name), Some(list)) = (columns.next(), columns.next()) else { continue };
            let meant = concept(name);
            list.split('|').for_each(|form| reading.add(form, meant));
        }
        added.iter().for_each(|(form, meant)| reading.add(form, *meant));
        Forms { stemmer: reading.stemmer, ..reading.forms }
    }

    fn entry(&mut self, chain: u64) -> &mut Entry {
        self.by_chain.entry(chain).or_insert(Entry { last: NONE, longest: 1 })
    }

    fn insert(&mut self, chain: u64, meant: u32) {
        let place = self.concepts.len() as u32;
        let before = std::mem::replace(&mut self.entry(chain).last, place);
        self.concepts.push((meant, before));
    }

    /// How many of the words, given with their stems, the longest form takes, and the concepts of the forms of that length: of
    /// those that are these very words if there are any.
    pub(super) fn longest(&self, words: &[(&str, &str)], concepts: &mut Vec<u32>) -> usize {
        concepts.clear();
        let Some((first, rest)) = words.split_first() else { return 0 };
        let mut hash = chain(STEMS, first.1);
        let Some(entry) = self.by_chain.get(&hash) else { return 0 };
        let mut best = (usize::from(entry.last != NONE), entry);
        for (n, word) in (2..=usize::from(entry.longest)).zip(rest) {
            hash = chain(hash, word.1);
            if let Some(longer) = self.by_chain.get(&hash).filter(|e| e.last != NONE) {
                best = (n, longer);
            }
        }
        let whole = words[..best.0].iter().fold(WORDS, |hash, word| chain(hash, word.0));
        if let Some(same) = self.by_chain.get(&whole).filter(|_| best.0 > 0) {
            best.1 = same;
        }
        let mut next = best.1.last;
        while let Some((meant, before)) = self.concepts.get(next as usize) {
            concepts.push(*meant);
            next = *before;
        }
        concepts.sort_unstable();
        concepts.dedup();
        best.0
    }
}

/// Whether a character is a letter or a digit; of the commonest scripts without a look into the tables of Unicode.
fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        'à'..='ö' | 'ø'..='ɏ' | 'а'..='ҁ' | 'ҋ'..='ԯ' => true,
        _ => c.is_alphanumeric(),
    }
}

/// Forms on their way into a lexicon.
struct Reading<'a> {
    stemmer: Stemmer,
    casing: Casing,
    language: Option<&'a Language>,
    stem: String,
    forms: Forms,
}

impl Reading<'_> {
    fn add(&mut self, form: &str, meant: u32) {
        let lowered = lower(form, self.casing);
        let form = match self.language {
            Some(language) => language.normal(lowered),
            None => lowered,
        };
        let (mut hash, mut whole, mut first, mut words) = (STEMS, WORDS, 0, 0u16);
        for word in form.split(|c| !is_letter(c)).filter(|w| !w.is_empty()) {
            self.stemmer.stem(word, &mut self.stem);
            hash = chain(hash, &self.stem);
            whole = chain(whole, word);
            words += 1;
            if words == 1 {
                first = hash;
            }
        }
        if words == 0 || usize::from(words) > LONGEST {
            return;
        }
        self.forms.insert(hash, meant);
        self.forms.insert(whole, meant);
        if words > 1 {
            let longest = &mut self.forms.entry(first).longest;
            *longest = (*longest).max(words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concepts_have_numbers_of_their_own() {
        let mut names: FxHashMap<u32, &str> = FxHashMap::default();
        for language in Languages::bundled().iter() {
            for name in language.lexicon.lines().filter_map(|line| line.split('\t').next()) {
                let other = names.insert(concept(name), name);
                assert!(other.is_none_or(|other| other == name), "{name} and {other:?} have one number");
            }
        }
        assert!(
            (1..=12).all(|m| names.contains_key(&Lexicon::bundled().month(m).unwrap())),
            "every month is a concept"
        );
    }

    #[test]
    fn the_longest_form_wins() {
        let forms = Lexicon::bundled().forms("en-GB").unwrap();
        let stemmer = Stemmer::new(Languages::bundled().get("en"));
        let stems = ["prime", "ministers", "say"].map(|word| {
            let mut stem = String::new();
            stemmer.stem(word, &mut stem);
            (word, stem)
        });
        let words: Vec<(&str, &str)> = stems.iter().map(|(word, stem)| (*word, stem.as_str())).collect();
        let mut concepts = Vec::new();
        assert_eq!(forms.longest(&words, &mut concepts), 2);
        assert_eq!(concepts, [concept("title.prime-minister")]);
        assert_eq!(forms.longest(&[("xyzzy", "xyzzy")], &mut concepts), 0);
        assert!(concepts.is_empty());
    }

    #[test]
    fn very_words_win_over_stems() {
        let forms = Lexicon::bundled().forms("tr").unwrap();
        let mut concepts = Vec::new();
        let mut stem = String::new();
        Stemmer::new(Languages::bundled().get("tr")).stem("kasım", &mut stem);
        assert_eq!(forms.longest(&[("kasım", &stem)], &mut concepts), 1);
        assert_eq!(concepts, [concept("month.november")], "not the muscle");
    }
}
