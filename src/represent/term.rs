use super::{Lexicon, Stemmer, lexicon::Forms, skeleton};
use crate::language::{Casing, Language, Languages, lower};
use rustc_hash::FxHashMap;

/// A term: a word of a document (or several that stand in the lexicon as one), as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The word, lower-cased; digits without separators for a number.
    pub word: Box<str>,
    /// Its stem.
    pub stem: Box<str>,
    /// Whether it is a number.
    pub number: bool,
    /// Its skeleton; empty for numbers and for terms of several words.
    pub skeleton: Box<str>,
    /// The first character trigrams of its skeleton, sorted: cognates and names share them. Empty for short words.
    pub grams: Box<[u32]>,
    /// What it may mean, by the lexicon.
    pub concepts: Box<[u32]>,
    /// Its place among the commonest words of the language, 0 the commonest; `u32::MAX` if it is not among them.
    pub rank: u32,
}

/// One segment in terms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Represented {
    /// Its terms in order, repeated where the text repeats them: indices into [`Representation::terms`].
    pub terms: Vec<u32>,
    /// Number of characters.
    pub characters: u32,
    /// Sentence ends inside it, the last aside.
    pub stops: u32,
    /// Quotation marks.
    pub quotes: u32,
    /// Groups of digits.
    pub digits: u32,
}

/// The segments of one document in terms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Representation {
    /// The distinct terms in the order in which they first occur.
    pub terms: Vec<Term>,
    /// The segments.
    pub segments: Vec<Represented>,
}

/// Represents the segments of one document in one language (`lang`, any tag; unknown languages get words and numbers only).
///
/// ```
/// use korpu::{language::Languages, represent::{represent, Lexicon}};
/// let r = |lang, text| represent(&[text], lang, Languages::bundled(), Lexicon::bundled());
/// let (az, en) = (r("az", "Baş nazir 5 800 ton buğda alıb."), r("en", "The prime minister bought 5,800 tons of wheat."));
/// let shared = az.terms.iter().filter(|a| en.terms.iter().any(|b| a.concepts.iter().any(|c| b.concepts.contains(c))));
/// assert!(shared.count() >= 2);
/// assert!(az.terms.iter().any(|t| t.number && &*t.word == "5800"));
/// ```
pub fn represent(segments: &[&str], lang: &str, languages: &Languages, lexicon: &Lexicon) -> Representation {
    let language = languages.get(lang);
    let mut maker = Maker {
        language,
        casing: language.map(|l| l.casing).unwrap_or_default(),
        stemmer: Stemmer::new(language),
        forms: lexicon.forms(lang),
        lexicon,
        index: FxHashMap::default(),
        terms: Vec::new(),
    };
    let segments = segments.iter().map(|text| maker.segment(text)).collect();
    Representation { terms: maker.terms, segments }
}

struct Maker<'a> {
    language: Option<&'a Language>,
    casing: Casing,
    stemmer: Stemmer,
    forms: Option<&'a Forms>,
    lexicon: &'a Lexicon,
    index: FxHashMap<Box<str>, u32>,
    terms: Vec<Term>,
}

impl Maker<'_> {
    fn segment(&mut self, text: &str) -> Represented {
        let lowered = lower(text, self.casing);
        let words = words(&match self.language {
            Some(language) => language.in_usual_script(lowered),
            None => lowered,
        });
        let mut stems = Vec::with_capacity(words.len());
        for word in &words {
            let mut stem = String::new();
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                stem.push_str(word);
            } else {
                self.stemmer.stem(word, &mut stem);
            }
            stems.push(stem);
        }
        let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
        let mut out = Represented { characters: text.chars().count() as u32, ..surface(text) };
        let mut concepts = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let window = &stems[at..stems.len().min(at + 5)];
            let length = self.forms.map_or(0, |forms| forms.longest(window, &mut concepts)).max(1);
            out.terms.push(self.term(&words[at..at + length], &stems[at..at + length], &concepts));
            at += length;
        }
        out
    }

    /// The index of a term, made when it is new.
    fn term(&mut self, words: &[String], stems: &[&str], concepts: &[u32]) -> u32 {
        let word = words.join(" ");
        if let Some(index) = self.index.get(word.as_str()) {
            return *index;
        }
        let number = word.starts_with(|c: char| c.is_ascii_digit());
        let mut concepts = concepts.to_vec();
        if number {
            concepts.extend(self.lexicon.number(&word));
        }
        let rank =
            self.language.and_then(|l| l.common.iter().position(|w| *w == word)).map_or(u32::MAX, |at| at as u32);
        let skeleton = if number || words.len() > 1 { String::new() } else { skeleton(&word, self.language) };
        let grams = if word.chars().count() < 4 { Box::default() } else { grams(&skeleton) };
        let index = self.terms.len() as u32;
        self.terms.push(Term {
            word: word.as_str().into(),
            stem: stems.join(" ").into(),
            number,
            skeleton: skeleton.into(),
            grams,
            concepts: concepts.into(),
            rank,
        });
        self.index.insert(word.into(), index);
        index
    }
}

/// The words of a lower-cased text: runs of letters, and numbers as their digits without separators of thousands.
/// What follows an apostrophe (a case ending, a possessive) is left out.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(char::is_alphanumeric) {
        rest = &rest[at..];
        if rest.as_bytes()[0].is_ascii_digit() {
            let (digits, after) = number(rest);
            found.push(digits);
            rest = after;
            continue;
        }
        let end =
            rest.find(|c: char| !c.is_alphabetic() && c != '\u{307}' && c != '\u{301}').unwrap_or(rest.len()).max(1);
        let (word, after) = rest.split_at(next_boundary(rest, end));
        found.push(word.chars().filter(|c| !matches!(c, '\u{307}' | '\u{301}')).collect());
        rest = after;
        if let Some(tail) = rest.strip_prefix(['\'', '’']) {
            let ending = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
            if ending > 0 && tail[..ending].chars().count() <= 6 && word.chars().count() > 1 {
                rest = &tail[ending..];
            }
        }
    }
    found
}

fn next_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// The digits at the head of a text, separators of thousands dropped (`5 800`, `5.800`, `5,800` are 5800), and the rest.
fn number(text: &str) -> (String, &str) {
    let mut digits = String::new();
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        digits.push_str(&rest[..end]);
        rest = &rest[end..];
        let Some(tail) = rest.strip_prefix(['.', ',', ' ', '\u{a0}', '\u{202f}', '\u{2009}']) else { break };
        let group = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        if group != 3 || digits.len() > 15 {
            break;
        }
        rest = tail;
    }
    (digits, rest)
}

/// The first seven trigrams of a skeleton with a mark before it, three bytes in a number each.
fn grams(skeleton: &str) -> Box<[u32]> {
    let key = format!("^{skeleton}");
    let mut grams: Vec<u32> = key
        .as_bytes()
        .windows(3)
        .take(7)
        .map(|w| u32::from(w[0]) << 16 | u32::from(w[1]) << 8 | u32::from(w[2]))
        .collect();
    grams.sort_unstable();
    grams.dedup();
    grams.into()
}

/// Counts of what is neither word nor number: stops inside, quotation marks, groups of digits.
fn surface(text: &str) -> Represented {
    let mut out = Represented::default();
    let mut digit_before = false;
    let mut ended = false;
    let mut spaced = false;
    for c in text.chars() {
        let digit = c.is_ascii_digit();
        out.digits += u32::from(digit && !digit_before);
        digit_before = digit;
        match c {
            '.' | '!' | '?' | '…' => (ended, spaced) = (true, false),
            '"' | '“' | '”' | '«' | '»' | '„' => {
                out.quotes += 1;
            }
            _ if c.is_whitespace() => spaced = ended,
            '\'' | '’' | '‘' | ')' | '(' | '-' | '–' | '—' => {}
            _ => {
                out.stops += u32::from(ended && spaced && (c.is_uppercase() || digit));
                (ended, spaced) = (false, false);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(words(text), expected);
    }

    #[test]
    fn words_lose_case_endings_and_numbers_their_separators() {
        check("bakı'dan 94,6 milyon", &["bakı", "94", "6", "milyon"]);
        check("1.234.567 rubles, russia’s 5 800 t", &["1234567", "rubles", "russia", "5800", "t"]);
        check("2017-ci il", &["2017", "ci", "il"]);
    }

    #[test]
    fn stops_are_counted_where_a_sentence_could_begin() {
        assert_eq!(surface("A b. C d. E").stops, 2);
        assert_eq!(surface("It rose 2.5 percent... maybe. \"Yes,\" he said.").stops, 1);
    }

    proptest! {
        #[test]
        fn any_text_can_be_represented(text in "\\PC{0,60}") {
            for lang in ["az", "en", "ru", "tr", "xx"] {
                let r = represent(&[&text, ""], lang, Languages::bundled(), Lexicon::bundled());
                prop_assert_eq!(r.segments.len(), 2);
                prop_assert!(r.segments[0].terms.iter().all(|t| (*t as usize) < r.terms.len()));
            }
        }
    }
}
