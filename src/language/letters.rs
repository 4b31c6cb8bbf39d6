use rustc_hash::FxHashMap;

/// Spellings of single letters, found at once: texts are looked up letter by letter.
#[derive(Clone, Debug, Default)]
pub(super) struct Letters {
    /// For each letter of the commonest alphabets one more than the place of its spelling; 0 where it has none.
    common: Vec<u8>,
    others: FxHashMap<char, usize>,
    spellings: Vec<String>,
}

/// The letters before are in Latin, Greek, Cyrillic, Armenian, Hebrew and Arabic alphabets.
const COMMON: usize = 0x800;

impl Letters {
    /// Of letters that are given more than once, the first spelling counts.
    pub fn new<'a>(spellings: impl IntoIterator<Item = (&'a char, &'a String)>) -> Letters {
        let mut letters = Letters::default();
        for (letter, spelling) in spellings {
            if letters.get(*letter).is_none() {
                letters.spellings.push(spelling.clone());
                letters.insert(*letter);
            }
        }
        letters
    }

    fn insert(&mut self, letter: char) {
        let place = self.spellings.len();
        match u8::try_from(place) {
            Ok(place) if (letter as usize) < COMMON => {
                self.common.resize(COMMON, 0);
                self.common[letter as usize] = place;
            }
            _ => _ = self.others.insert(letter, place),
        }
    }

    /// The spelling of a letter, if it has one.
    #[inline]
    pub fn get(&self, letter: char) -> Option<&str> {
        let place = match self.common.get(letter as usize) {
            Some(place) if *place > 0 => usize::from(*place),
            _ if self.others.is_empty() => return None,
            _ => *self.others.get(&letter)?,
        };
        Some(&self.spellings[place - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_all_alphabets_have_spellings() {
        let all: Vec<(char, String)> = ('а'..='я').chain('가'..='깊').map(|c| (c, format!("<{c}>"))).collect();
        let again = [('а', "other".to_owned())];
        let letters = Letters::new(all.iter().chain(&again).map(|(c, s)| (c, s)));
        assert!(all.len() > 300);
        assert!(all.iter().all(|(c, spelling)| letters.get(*c) == Some(spelling)));
        assert!(['b', 'ё', '豈'].iter().all(|c| letters.get(*c).is_none() && Letters::default().get(*c).is_none()));
    }
}
