//! The words that a page says of itself are cleaned before they are kept: entities decoded, white space collapsed,
//! length bounded, Unicode normal form C. This module does that for titles, names and lists of names.

use super::{date, labels};
use crate::language::{Languages, lower};
use icu_normalizer::ComposingNormalizerBorrowed;

/// Most characters of a title or a name of an outlet.
pub(super) const TITLE: usize = 500;

/// Most characters of a description or a licence.
pub(super) const DESCRIPTION: usize = 2000;

/// Most characters of a person's name.
const NAME: usize = 80;

/// Most words of a person's name.
const NAME_WORDS: usize = 6;

/// Most authors kept of one page.
const MOST_NAMES: usize = 30;

/// The words of a value, cut at a word to at most `limit` characters; `None` if there are none.
pub(super) fn words(value: &str, limit: usize) -> Option<String> {
    // Eight bytes a character leave room for entities and for white space to be collapsed.
    let end = value.char_indices().map(|(at, _)| at).take_while(|at| *at <= limit * 8).last().unwrap_or(0);
    let value = if value.len() <= limit * 8 { value } else { value.get(..end).unwrap_or(value) };
    let decoded = decoded(value);
    let shown: String = decoded.chars().map(|c| if is_shown(c) { c } else { ' ' }).filter(|c| !is_joined(*c)).collect();
    let normal = ComposingNormalizerBorrowed::new_nfc().normalize(&shown);
    let mut out = String::new();
    let mut count = 0;
    for word in normal.split_whitespace() {
        let length = word.chars().count();
        if count + length >= limit {
            if out.is_empty() {
                out.extend(word.chars().take(limit));
            }
            break;
        }
        if !out.is_empty() {
            out.push(' ');
            count += 1;
        }
        out.push_str(word);
        count += length;
    }
    out.chars().any(char::is_alphanumeric).then_some(out)
}

/// Entities of HTML decoded once more: pages encode twice, and JSON-LD is not decoded at all.
fn decoded(value: &str) -> String {
    if !value.contains('&') || !value.contains(';') {
        return value.to_owned();
    }
    let markup = value.replace('<', "&lt;");
    scraper::Html::parse_fragment(&markup).root_element().text().collect()
}

fn is_shown(c: char) -> bool {
    !c.is_control() && c != '\u{fffd}'
}

/// Characters that are not seen and part no words: soft hyphen, zero-width space, byte order mark, direction marks.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{200e}' | '\u{200f}')
}

/// The names in a list of authors as printed: "By A and B", "A, B və C". Addresses are no names.
pub(super) fn names(value: &str, languages: &Languages) -> Vec<String> {
    let Some(value) = words(value, DESCRIPTION) else { return Vec::new() };
    let value = labels::without_byline(&value, languages);
    let (value, _) = date::before(value, languages);
    let mut names: Vec<String> = Vec::new();
    for part in value.split([',', ';', '|', '&', '/', '•']) {
        // An address among them is no list of its parts.
        if value.contains("://") {
            break;
        }
        let words: Vec<&str> = part.split_whitespace().collect();
        for name in words.split(|word| is_conjunction(word, languages)) {
            let name = name.join(" ");
            let name = name.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ')' | '"' | '»' | '«'));
            if is_name(name) && !names.iter().any(|known| known == name) && names.len() < MOST_NAMES {
                names.push(name.to_owned());
            }
        }
    }
    names
}

fn is_conjunction(word: &str, languages: &Languages) -> bool {
    languages.iter().any(|l| l.conjunctions.contains(&lower(word, l.casing)))
}

fn is_name(name: &str) -> bool {
    let is_address = name.contains('@') || name.starts_with("www.") || name.contains("://");
    let is_small = name.chars().count() <= NAME && name.split_whitespace().count() <= NAME_WORDS;
    is_small && !is_address && name.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// Letters and figures alone, in small letters: what is left to compare two spellings of a name by.
pub(super) fn key(value: &str) -> String {
    value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: Option<&str>) {
        assert_eq!(words(input, 20).as_deref(), expected, "{input:?}");
    }

    #[test]
    fn words_are_decoded_and_trimmed() {
        check("  Körpü\n\t&amp; yol ", Some("Körpü & yol"));
        check("Q&A; yes", Some("Q&A; yes"));
        check("a &lt; b", Some("a < b"));
        check("so\u{ad}yuq\u{a0}su", Some("soyuq su"));
        check("\u{1}  —", None);
    }

    #[test]
    fn long_words_are_cut_at_a_word() {
        check("one two three four five six", Some("one two three four"));
        check(&"ə".repeat(1_000_000), Some("əəəəəəəəəəəəəəəəəəəə"));
        let long = "söz ".repeat(300_000);
        let cut = words(&long, TITLE).unwrap();
        assert!(cut.chars().count() <= TITLE && cut.ends_with("söz"));
    }

    #[test]
    fn lists_of_names_are_parted() {
        let names = |value| names(value, Languages::bundled());
        assert_eq!(names("By Jane Harbour and John Quay"), ["Jane Harbour", "John Quay"]);
        assert_eq!(names("Aytən Q. və Elçin M., Sona Ə."), ["Aytən Q.", "Elçin M.", "Sona Ə."]);
        assert_eq!(names("Мария Светлова и Пётр Река"), ["Мария Светлова", "Пётр Река"]);
        assert_eq!(names("Yazar: Deniz Ay | 20 Kasım 2017"), ["Deniz Ay"]);
        assert_eq!(names("Posted by Jane Harbour Monday, November 20, 2017"), ["Jane Harbour"]);
        assert!(names("https://example.org/people/jane").is_empty());
        assert!(names("jane@example.org").is_empty());
    }
}
