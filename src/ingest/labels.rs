//! A label is the word at the head of a short line that says what the rest of the line is: "Müəllif: ...",
//! "Источник: ...", "Kaynak/Source:". This module reads the lines that name an author or the source of a text.

use super::date;
use crate::language::{Language, Languages, lower};
use crate::model::Republication;

/// Longest line, in bytes, that can be a label with its value.
const LONGEST_LINE: usize = 240;

/// Most words of a line that opens with a label of several words and has no colon ("Originally published by ...").
const MOST_WORDS: usize = 12;

/// Most words of an author's name.
const LONGEST_NAME: usize = 5;

/// The authors that a line names, as printed; `None` if it is no byline.
pub(super) fn byline<'t>(line: &'t str, languages: &Languages) -> Option<&'t str> {
    let line = line.trim();
    if line.len() > LONGEST_LINE {
        return None;
    }
    let labelled = labelled(line, languages, |l| &l.byline_labels);
    let value = labelled.or_else(|| {
        let (first, rest) = line.split_once(char::is_whitespace)?;
        let is_name = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
        let opens = is_word(first, languages, |l| &l.byline_prepositions) && is_name(first);
        let names = rest.split_whitespace();
        (opens && (2..=LONGEST_NAME).contains(&names.clone().count()) && names.clone().all(is_name)).then_some(rest)
    })?;
    let value = value.trim();
    (!value.is_empty()).then_some(value)
}

/// A list of authors without the label or the preposition before it.
pub(super) fn without_byline<'t>(value: &'t str, languages: &Languages) -> &'t str {
    let opened = || {
        let (word, rest) = value.split_once(char::is_whitespace)?;
        is_word(word, languages, |l| &l.byline_prepositions).then_some(rest)
    };
    let labelled = labelled(value, languages, |l| &l.byline_labels);
    labelled.or_else(|| after_phrase(value, languages, |l| &l.byline_labels)).or_else(opened).unwrap_or(value)
}

/// What a line says of the source of a republished text; `None` if it does not speak of one.
///
/// A label with nothing after it is still a claim: all fields are then empty.
pub(super) fn source(line: &str, languages: &Languages) -> Option<Republication> {
    let line = line.trim();
    if line.len() > LONGEST_LINE {
        return None;
    }
    let value = labelled(line, languages, |l| &l.source_labels).or_else(|| phrase(line, languages))?;
    Some(republication(value, languages))
}

/// A republication from what follows a label: a name, an address, a date, in any company.
fn republication(value: &str, languages: &Languages) -> Republication {
    let (name, published) = date::before(value, languages);
    let is_address = |word: &&str| word.starts_with("http://") || word.starts_with("https://");
    let url = value.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ';', '<', '>'])).find(is_address);
    let words: Vec<&str> = name.split_whitespace().filter(|word| !word.contains("://")).collect();
    let source = words.join(" ");
    let source = source.trim_matches(|c: char| c.is_whitespace() || ",;:.()-–—|".contains(c));
    Republication { source: (!source.is_empty()).then(|| source.to_owned()), url: url.map(str::to_owned), published }
}

/// What follows the colon where all before it is a label, or several apart by `/`.
fn labelled<'t>(line: &'t str, languages: &Languages, list: fn(&Language) -> &Vec<String>) -> Option<&'t str> {
    let (label, value) = line.split_once([':', '：'])?;
    let is_label = is_word(label, languages, list) || label.split('/').all(|part| is_word(part, languages, list));
    is_label.then(|| value.trim())
}

/// What follows a label of several words that needs no colon. The name of a source must follow, so that a sentence
/// that begins with the same words ("По материалам следствия ...") is none.
fn phrase<'t>(line: &'t str, languages: &Languages) -> Option<&'t str> {
    if line.split_whitespace().count() > MOST_WORDS {
        return None;
    }
    let rest = after_phrase(line, languages, |l| &l.source_labels)?;
    let names = rest.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    (names || rest.starts_with("http")).then_some(rest)
}

/// What follows a label of several words at the head of a line.
fn after_phrase<'t>(line: &'t str, languages: &Languages, list: fn(&Language) -> &Vec<String>) -> Option<&'t str> {
    languages.iter().find_map(|language| {
        list(language).iter().filter(|label| label.contains(' ')).find_map(|label| {
            let head_end = line.char_indices().nth(label.chars().count()).map(|(at, _)| at)?;
            let (head, rest) = line.split_at(head_end);
            (lower(head, language.casing) == *label && rest.starts_with(' ')).then(|| rest.trim())
        })
    })
}

fn is_word(word: &str, languages: &Languages, list: impl Fn(&Language) -> &Vec<String>) -> bool {
    let word = word.trim();
    languages.iter().any(|language| list(language).contains(&lower(word, language.casing)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<&str>) {
        let found = source(line, Languages::bundled());
        assert_eq!(found.map(|r| r.source.unwrap_or_default()).as_deref(), expected, "{line}");
    }

    #[test]
    fn a_source_is_named_after_its_label() {
        check("Mənbə: Körpü Xəbər", Some("Körpü Xəbər"));
        check("Источник: Каспий-Информ", Some("Каспий-Информ"));
        check("KAYNAK: Köprü Ajansı.", Some("Köprü Ajansı"));
        check("Kaynak/Source:", Some(""));
        check("Mənbə/Источник: Sahil", Some("Sahil"));
        check("Originally published by Harbour Daily on 19 November 2017.", Some("Harbour Daily"));
        check("По материалам Каспий-Информ", Some("Каспий-Информ"));
    }

    #[test]
    fn an_address_and_a_date_are_taken_from_the_value() {
        let found = source("Source: https://example.org/a?b=1, 19.11.2017", Languages::bundled()).unwrap();
        assert_eq!(found.source, None);
        assert_eq!(found.url.as_deref(), Some("https://example.org/a?b=1"));
        assert_eq!(found.published.unwrap().to_string(), "2017-11-19");
    }

    #[test]
    fn a_sentence_is_no_source() {
        check("По материалам следствия, подозреваемый скрылся", None);
        check("The source: nobody would name it", None);
        check("Via Roma was closed", None);
        check("Mənbə məlum deyil", None);
    }

    #[test]
    fn an_author_is_named_after_a_label_or_a_preposition() {
        let byline = |line| byline(line, Languages::bundled());
        assert_eq!(byline("Müəllif: Aytən Quluzadə"), Some("Aytən Quluzadə"));
        assert_eq!(byline("Автор: Мария Светлова"), Some("Мария Светлова"));
        assert_eq!(byline("By Jane Harbour"), Some("Jane Harbour"));
        assert_eq!(byline("By the sea"), None);
        assert_eq!(byline("Yazar Orhan Deniz"), None);
        assert_eq!(byline("Müəllif:"), None);
    }
}
