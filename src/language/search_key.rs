use icu_normalizer::DecomposingNormalizerBorrowed;

/// What a text looks like to somebody who searches without minding case, diacritics or the dot of the i.
///
/// Two texts with the same key are the same to a search: `I`, `İ`, `ı` are `i`, `ə` is `e`, `ё` is `е`, and marks above
/// and below letters are gone. The key never depends on a language, because a searcher does not say which one they type.
///
/// ```
/// use korpu::language::search_key;
/// assert_eq!(search_key("ISPARTA, Isparta, ısparta"), "isparta, isparta, isparta");
/// assert_eq!(search_key("Şəhər"), search_key("seher"));
/// assert_eq!(search_key("Ещё один Чайковский"), "еще один чайковский");
/// ```
pub fn search_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut key = String::with_capacity(text.len());
    for c in DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(text.chars()) {
        match c {
            'A'..='Z' => key.push(c.to_ascii_lowercase()),
            _ if c.is_ascii() => key.push(c),
            'ı' => key.push('i'),
            // U+01DD, a turned e, stands for the schwa in many a text typed without an Azerbaijani keyboard.
            'ə' | 'Ə' | 'ǝ' | 'Ǝ' => key.push('e'),
            // й is a letter of its own that nobody types as и: only its breve stays.
            BREVE if key.ends_with('и') => {
                key.pop();
                key.push('й');
            }
            _ if is_optional(c) => {}
            _ => key.extend(c.to_lowercase()),
        }
    }
    key
}

/// U+0306, what NFKD leaves of the upper half of й.
const BREVE: char = '\u{306}';

/// Marks that writers leave out: Latin, Greek and Cyrillic diacritics, Hebrew and Arabic points, and the invisible
/// characters that break or join a word in print. Vowel signs of other scripts are letters and stay.
fn is_optional(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, key: &str) {
        assert_eq!(search_key(text), key, "{text}");
        assert_eq!(search_key(key), key, "the key of a key is itself");
    }

    #[test]
    fn all_four_letters_i_are_one() {
        check("Iİıi", "iiii");
        check("I\u{307}", "i");
    }

    #[test]
    fn diacritics_are_gone_in_every_script() {
        check("Göyçay Çağlar ĞÜŞÖ", "goycay caglar guso");
        check("Ἀθῆναι", "αθηναι");
        check("Її", "іі");
        check("مُحَمَّد", "محمد");
    }

    #[test]
    fn the_schwa_is_e_however_it_was_typed() {
        check("Əli ǝli", "eli eli");
    }

    #[test]
    fn yo_is_ye_and_short_i_stays() {
        check("Ёлка МОЙ мои и\u{306}", "елка мой мои й");
    }

    #[test]
    fn soft_hyphens_and_ligatures_do_not_hide_a_word() {
        check("Naxçı\u{ad}van ﬁlm", "naxcivan film");
    }
}
