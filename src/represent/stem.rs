use crate::language::Language;
use rustc_hash::FxHashMap;

/// Takes the endings of a language off its words, for look-up: forms of one word get one stem, right or wrong as grammar.
///
/// The endings are data (`endings` in `language.toml`, with the number of rounds: agglutinating languages pile them up).
#[derive(Clone, Debug, Default)]
pub struct Stemmer {
    /// The endings as a tree, read from their last character: by node and character the next node. The root is 0.
    next: FxHashMap<(u32, char), u32>,
    /// By node: whether an ending begins here.
    whole: Vec<bool>,
    rounds: u8,
    hardening: bool,
}

/// No stem is shorter, in characters.
const SHORTEST: usize = 3;

impl Stemmer {
    /// The stemmer of a language; `None` makes one that changes nothing.
    pub fn new(language: Option<&Language>) -> Self {
        let Some(language) = language else { return Stemmer::default() };
        let mut stemmer = Stemmer {
            next: FxHashMap::default(),
            whole: vec![false],
            rounds: language.ending_rounds,
            hardening: language.final_hardening,
        };
        for ending in language.endings.iter().filter(|ending| !ending.is_empty()) {
            let mut node = 0;
            for c in ending.chars().rev() {
                node = *stemmer.next.entry((node, c)).or_insert(stemmer.whole.len() as u32);
                stemmer.whole.resize(stemmer.whole.len().max(node as usize + 1), false);
            }
            stemmer.whole[node as usize] = true;
        }
        stemmer
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
        let (head, hard) = self.head(word);
        out.clear();
        out.push_str(head);
        out.extend(hard);
    }

    /// The stem in two parts: the head of the word, and the hard consonant that ends it where the word has a voiced one.
    pub(super) fn head<'w>(&self, word: &'w str) -> (&'w str, Option<char>) {
        let mut stem = word;
        for _ in 0..self.rounds {
            match self.shorten(stem) {
                Some(rest) => stem = rest,
                None => break,
            }
        }
        let last = stem.chars().next_back().filter(|_| self.hardening);
        let hard = match last {
            Some('b') => 'p',
            Some('d') => 't',
            Some('c') => 'ç',
            Some('g' | 'ğ' | 'q' | 'y') => 'k',
            _ => return (stem, None),
        };
        (&stem[..stem.len() - last.map_or(0, char::len_utf8)], Some(hard))
    }

    /// The word without its longest ending.
    fn shorten<'w>(&self, word: &'w str) -> Option<&'w str> {
        let (least, _) = word.char_indices().nth(SHORTEST)?;
        let (mut node, mut found) = (0, None);
        for (at, c) in word[least..].char_indices().rev() {
            let Some(next) = self.next.get(&(node, c)) else { break };
            node = *next;
            if self.whole[node as usize] {
                found = Some(&word[..least + at]);
            }
        }
        found
    }
}
