use crate::language::Language;
use rustc_hash::FxHashSet;

/// Takes the endings of a language off its words, for look-up: forms of one word get one stem, right or wrong as grammar.
///
/// The endings are data (`endings` in `language.toml`, with the number of rounds: agglutinating languages pile them up).
#[derive(Clone, Debug, Default)]
pub struct Stemmer {
    endings: FxHashSet<String>,
    /// Length of the longest ending in characters.
    longest: usize,
    rounds: u8,
    hardening: bool,
}

/// No stem is shorter, in characters.
const SHORTEST: usize = 3;

impl Stemmer {
    /// The stemmer of a language; `None` makes one that changes nothing.
    pub fn new(language: Option<&Language>) -> Self {
        let Some(language) = language else { return Stemmer::default() };
        Stemmer {
            endings: language.endings.iter().cloned().collect(),
            longest: language.endings.iter().map(|e| e.chars().count()).max().unwrap_or(0),
            rounds: language.ending_rounds,
            hardening: language.final_hardening,
        }
    }

    /// The stem of a lower-cased word, written into `out` (which is cleared first).
    ///
    /// ```
    /// use korpu::{language::Languages, represent::Stemmer};
    /// let tr = Stemmer::new(Languages::bundled().get("tr"));
    /// let stem = |word: &str| { let mut out = String::new(); tr.stem(word, &mut out); out };
    /// assert_eq!(stem("bakanlar"), stem("bakanın"));
    /// assert_eq!(stem("kitap"), stem("kitabı")); // final hardening
    /// ```
    pub fn stem(&self, word: &str, out: &mut String) {
        out.clear();
        let mut stem = word;
        for _ in 0..self.rounds {
            match self.shorten(stem) {
                Some(rest) => stem = rest,
                None => break,
            }
        }
        out.push_str(stem);
        if self.hardening {
            let hard = match out.chars().next_back() {
                Some('b') => 'p',
                Some('d') => 't',
                Some('c') => 'ç',
                Some('g' | 'ğ' | 'q' | 'y') => 'k',
                _ => return,
            };
            out.pop();
            out.push(hard);
        }
    }

    /// The word without its longest ending.
    fn shorten<'w>(&self, word: &'w str) -> Option<&'w str> {
        let length = word.chars().count();
        let longest = self.longest.min(length.checked_sub(SHORTEST)?);
        let (first, _) = word.char_indices().nth(length - longest)?;
        word[first..]
            .char_indices()
            .map(|(i, _)| word.split_at(first + i))
            .find_map(|(rest, ending)| self.endings.contains(ending).then_some(rest))
    }
}
