use crate::model::Span;
use icu_segmenter::{WordSegmenter, options::WordBreakInvariantOptions};

/// A word: a run of letters, or of digits, without the marks around it and inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the text.
    pub span: Span,
    /// Whether it is made of digits.
    pub digits: bool,
}

/// The words of a text, in order: by Unicode's rules (UAX 29), and cut where letters meet digits or a mark, so that "Bakı'dan",
/// "2017-ci" and "5,800" are two words each.
///
/// ```
/// use korpu::segment::words;
/// let text = "2017-ci ildə Bakı'dan 5,800 nəfər.";
/// let found: Vec<&str> = words(text).iter().map(|w| w.span.of(text)).collect();
/// assert_eq!(found, ["2017", "ci", "ildə", "Bakı", "dan", "5", "800", "nəfər"]);
/// ```
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let segmenter = WordSegmenter::new_for_non_complex_scripts(WordBreakInvariantOptions::default());
    let mut start = 0;
    for (end, kind) in segmenter.segment_str(text).iter_with_word_type() {
        if kind.is_word_like() {
            cut(text, start, end, &mut found);
        }
        start = end;
    }
    found
}

/// Whether a character is a letter or a digit; of the commonest scripts without a look into the tables of Unicode.
pub(crate) fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        'à'..='ö' | 'ø'..='ɏ' | 'а'..='ҁ' | 'ҋ'..='ԯ' => true,
        _ => c.is_alphanumeric(),
    }
}

/// Adds the runs of letters and of digits between two places.
fn cut(text: &str, start: usize, end: usize, found: &mut Vec<Word>) {
    let mut run: Option<(usize, bool)> = None;
    for (at, c) in text[start..end].char_indices() {
        let at = start + at;
        let kind = match c {
            '0'..='9' => Some(true),
            // A mark belongs to the letter before it.
            _ if is_letter(c) || ('\u{300}'..='\u{36f}').contains(&c) && run.is_some() => Some(false),
            _ => None,
        };
        if run.map(|(_, digits)| digits) != kind {
            if let Some((first, digits)) = run {
                found.push(Word { span: Span::new(first, at), digits });
            }
            run = kind.map(|digits| (at, digits));
        }
    }
    if let Some((first, digits)) = run {
        found.push(Word { span: Span::new(first, end), digits });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = words(text).iter().map(|w| w.span.of(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn marks_and_digits_part_words() {
        check("Əliyev'in F16-sı, “söz”…", &["Əliyev", "in", "F", "16", "sı", "söz"]);
        check("20.11.2017 1,5 млн", &["20", "11", "2017", "1", "5", "млн"]);
        check("state-of-the-art don't", &["state", "of", "the", "art", "don", "t"]);
        check(" — !? ", &[]);
    }

    #[test]
    fn letters_are_those_of_unicode() {
        assert!(('\0'..=char::MAX).all(|c| is_letter(c) == c.is_alphanumeric()));
    }

    #[test]
    fn letters_keep_their_marks() {
        check("е\u{308}лка и\u{301}дет", &["е\u{308}лка", "и\u{301}дет"]);
    }

    proptest! {
        #[test]
        fn words_lie_on_character_boundaries_in_order(text in "\\PC{0,60}") {
            let found = words(&text);
            for word in &found {
                let word_text = &text[word.span.range()];
                prop_assert!(!word_text.is_empty());
                prop_assert!(!word.digits || word_text.bytes().all(|b| b.is_ascii_digit()));
            }
            prop_assert!(found.windows(2).all(|w| w[0].span.end <= w[1].span.start));
        }
    }
}
