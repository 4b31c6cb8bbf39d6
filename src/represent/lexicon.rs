use super::Stemmer;
use crate::language::{Languages, lower};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A lexicon: which concepts the words of each language may mean. A pair lexicon is two languages that share concepts.
///
/// Forms are looked up by their stems, so that inflected words are found; a form may have several words.
#[derive(Debug, Default)]
pub struct Lexicon {
    languages: FxHashMap<String, Forms>,
    concepts: usize,
    /// Concepts of whole numbers, by value.
    numbers: FxHashMap<String, u32>,
}

/// The forms of one language by the stem of their first word, longest first.
#[derive(Debug, Default)]
pub(super) struct Forms {
    by_first: FxHashMap<Box<str>, Vec<Form>>,
}

#[derive(Debug)]
struct Form {
    /// Stems of the words after the first.
    rest: Box<[Box<str>]>,
    concept: u32,
}

/// No form has more words.
const LONGEST: usize = 5;

impl Lexicon {
    /// The lexicon that ships with korpu (`languages/*/lexicon.tsv`).
    pub fn bundled() -> &'static Lexicon {
        static BUNDLED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(Languages::bundled()));
        &BUNDLED
    }

    /// The lexicon in the data of these languages.
    pub fn read(languages: &Languages) -> Lexicon {
        let mut names: FxHashMap<&str, u32> = FxHashMap::default();
        let mut lexicon = Lexicon::default();
        for language in languages.iter() {
            let stemmer = Stemmer::new(Some(language));
            let mut forms = Forms::default();
            for line in language.lexicon.lines() {
                let mut columns = line.split('\t');
                let (Some(name), Some(list)) = (columns.next(), columns.next()) else { continue };
                let next = names.len() as u32;
                let concept = *names.entry(name).or_insert(next);
                for form in list.split('|') {
                    if form.bytes().all(|b| b.is_ascii_digit()) {
                        lexicon.numbers.insert(form.to_owned(), concept);
                        continue;
                    }
                    forms.add(&lower(form, language.casing), concept, &stemmer);
                }
            }
            forms.sort();
            lexicon.languages.insert(language.tag.clone(), forms);
        }
        lexicon.concepts = names.len();
        lexicon
    }

    /// How many concepts there are.
    pub fn len(&self) -> usize {
        self.concepts
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.concepts == 0
    }

    /// The forms of a language by its tag.
    pub(super) fn forms(&self, tag: &str) -> Option<&Forms> {
        self.languages.get(tag.split('-').next()?)
    }

    /// The concept of a whole number.
    pub(super) fn number(&self, digits: &str) -> Option<u32> {
        self.numbers.get(digits).copied()
    }
}

impl Forms {
    fn add(&mut self, form: &str, concept: u32, stemmer: &Stemmer) {
        let mut stem = String::new();
        let mut stems = form.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|word| {
            stemmer.stem(word, &mut stem);
            Box::<str>::from(stem.as_str())
        });
        let Some(first) = stems.next() else { return };
        let rest: Box<[Box<str>]> = stems.collect();
        if rest.len() < LONGEST {
            let forms = self.by_first.entry(first).or_default();
            if !forms.iter().any(|f| f.concept == concept && f.rest == rest) {
                forms.push(Form { rest, concept });
            }
        }
    }

    fn sort(&mut self) {
        for forms in self.by_first.values_mut() {
            forms.sort_by(|a, b| b.rest.len().cmp(&a.rest.len()).then(a.concept.cmp(&b.concept)));
        }
    }

    /// How many of the words, given by their stems, the longest form takes, and the concepts of the forms of that length.
    pub(super) fn longest(&self, stems: &[&str], concepts: &mut Vec<u32>) -> usize {
        concepts.clear();
        let Some((first, rest)) = stems.split_first() else { return 0 };
        let mut length = 0;
        for form in self.by_first.get(*first).into_iter().flatten() {
            if form.rest.len() + 1 < length {
                break;
            }
            if rest.len() >= form.rest.len() && form.rest.iter().zip(rest).all(|(a, b)| **a == **b) {
                length = form.rest.len() + 1;
                concepts.push(form.concept);
            }
        }
        concepts.dedup();
        length
    }
}
