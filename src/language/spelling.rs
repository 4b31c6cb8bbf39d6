//! Spelling: one word in the scripts of its language.

use super::{Language, lower};
use rustc_hash::FxHashMap;

impl Language {
    /// The word as the other scripts of the language write it, letter by letter, in small letters; nothing for a language of one
    /// script, and none of a script that has none of its letters.
    ///
    /// ```
    /// use korpu::language::Languages;
    /// let az = Languages::bundled().get("az").unwrap();
    /// assert_eq!(az.spellings("Körpü"), ["көрпү"]);
    /// assert_eq!(az.spellings("көрпү"), ["körpü"]);
    /// ```
    pub fn spellings(&self, word: &str) -> Vec<String> {
        let word = lower(word, self.casing);
        let mut found = Vec::new();
        let mut scripts: Vec<_> = self.usual_script.iter().collect();
        scripts.sort_unstable_by_key(|(script, _)| script.as_str());
        for (_, to_usual) in scripts {
            let back: FxHashMap<char, char> =
                to_usual.iter().filter_map(|(other, usual)| Some((only(usual)?, *other))).collect();
            let other: String = word.chars().map(|c| back.get(&c).copied().unwrap_or(c)).collect();
            let mut usual = String::with_capacity(word.len());
            for c in word.chars() {
                match to_usual.get(&c) {
                    Some(spelling) => usual.push_str(spelling),
                    None => usual.push(c),
                }
            }
            found.extend([other, usual].into_iter().filter(|spelling| *spelling != word));
        }
        found
    }
}

/// The one letter of a spelling of one letter.
fn only(spelling: &str) -> Option<char> {
    let mut chars = spelling.chars();
    chars.next().filter(|_| chars.next().is_none())
}
