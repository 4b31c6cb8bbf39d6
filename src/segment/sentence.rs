use crate::language::{Language, lower};
use crate::model::Span;

/// The sentences of a paragraph, without the white space between them; they cover everything else.
///
/// Linear in the length of the text. `None` as language applies the rules without any abbreviations.
///
/// ```
/// use korpu::{language::Languages, segment::sentences};
/// let text = "Nazir A. Əliyev iyunun 5-də gəlib. “Razıyıq. İmzalayacağıq”, – deyə o bildirib.";
/// let az = Languages::bundled().get("az");
/// let found: Vec<&str> = sentences(text, az).into_iter().map(|s| s.of(text)).collect();
/// assert_eq!(found, ["Nazir A. Əliyev iyunun 5-də gəlib.", "“Razıyıq.", "İmzalayacağıq”, – deyə o bildirib."]);
/// ```
pub fn sentences(text: &str, language: Option<&Language>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = skip_white(text, 0);
    let mut at = start;
    while let Some(stop) = next_terminator(text, at) {
        let (end, ends) = match closing_mark(&text[stop..]) {
            Some(mark) => (stop + mark, language.is_some_and(|l| begins_after_quote(&text[stop + mark..], l))),
            None => {
                let end = after_terminators(text, stop);
                (end, ends_sentence(text, start, stop, end, language))
            }
        };
        if ends {
            found.push(Span::new(start, end));
            start = skip_white(text, end);
        }
        at = end;
    }
    let end = start + text[start..].trim_end().len();
    if end > start {
        found.push(Span::new(start, end));
    }
    found
}

/// The next `.`, `!`, `?` or `…` at or after `at`, or closing mark of a quotation.
fn next_terminator(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (at..bytes.len()).find(|&i| match bytes[i] {
        b'.' | b'!' | b'?' => true,
        0xE2 => bytes[i..].starts_with("…".as_bytes()) || bytes[i..].starts_with("”".as_bytes()),
        0xC2 => bytes[i..].starts_with("»".as_bytes()),
        _ => false,
    })
}

/// The length of the closing mark with which a text begins.
fn closing_mark(text: &str) -> Option<usize> {
    text.chars().next().filter(|c| matches!(c, '”' | '»')).map(char::len_utf8)
}

/// Whether a sentence begins after a closing mark without a stop: with a capital where a word of every text stands, which has
/// none within a sentence. A Latin letter alone may be the `I` that always has one.
fn begins_after_quote(rest: &str, language: &Language) -> bool {
    let word = rest.trim_start();
    word.len() < rest.len()
        && word.starts_with(char::is_uppercase)
        && (!word.starts_with(|c: char| c.is_ascii()) || word.chars().nth(1).is_some_and(char::is_alphabetic))
        && begins_common(word, language)
}

/// Past the run of terminators and the closing marks glued to them.
fn after_terminators(text: &str, stop: usize) -> usize {
    let mut end = stop;
    for (i, c) in text[stop..].char_indices() {
        let terminator = matches!(c, '.' | '!' | '?' | '…');
        if !terminator && !is_closing(c) {
            break;
        }
        end = stop + i + c.len_utf8();
    }
    // A mark that opens what follows ("... said. “We") is not glued; one before a letter is not a closing one.
    let glued = text[stop..end].char_indices().rev().take_while(|(_, c)| is_closing(*c)).last();
    match (glued, text[end..].chars().next()) {
        (Some((i, _)), Some(next)) if next.is_alphanumeric() => stop + i,
        _ => end,
    }
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '”' | '“' | '»' | '’' | '\'' | '›' | ')' | ']' | '″' | '`')
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '„'
            | '«'
            | '‘'
            | '‚'
            | '\''
            | '‹'
            | '('
            | '['
            | '″'
            | '`'
            | '¿'
            | '¡'
            | '–'
            | '—'
            | '-'
            | '―'
            | '•'
    )
}

fn skip_white(text: &str, at: usize) -> usize {
    at + (text[at..].len() - text[at..].trim_start().len())
}

/// Whether the terminator at `stop` (its run and closing marks end at `end`) ends the sentence begun at `start`.
fn ends_sentence(text: &str, start: usize, stop: usize, end: usize, language: Option<&Language>) -> bool {
    let rest = &text[end..];
    let Some(after) = rest.chars().next() else { return true };
    if !after.is_whitespace() {
        return false;
    }
    let tail = rest.trim_start();
    let body = tail.trim_start_matches(|c: char| is_opening(c) || c.is_whitespace());
    let Some(first) = body.chars().next() else { return true };
    if first.is_lowercase() || matches!(first, ',' | ';' | ':') {
        return false;
    }
    let run = &text[stop..end];
    let single = run.starts_with('.') && !run[1..].starts_with(['.', '!', '?']);
    if !single {
        return true;
    }
    // A mark closed right after the stop: an abbreviation would not stand there.
    if run.len() > 1 {
        return true;
    }
    let word = word_before(text, start, stop);
    if word.is_empty() {
        return true;
    }
    let begins = stop - word.len() == start;
    let mut letters = word.chars();
    let initial = matches!((letters.next(), letters.next()), (Some(c), None) if c.is_uppercase());
    if word.bytes().all(|b| b.is_ascii_digit()) {
        // "1. Item" at the head of a block, and ordinals ("20. Yüzyıl"); a year does end sentences.
        let ordinal = language.is_some_and(|l| l.ordinal_stop) && word.len() <= 2 && first.is_uppercase();
        return !(begins || ordinal);
    }
    let Some(language) = language else { return !(is_dotted_initials(word) || initial && first.is_alphabetic()) };
    let key = lower(word, language.casing);
    let known = |list: &[String]| list.contains(&key);
    let after_number = number_before(&text[start..stop - word.len()]);
    if known(&language.final_abbreviations) && (after_number || !known(&language.abbreviations)) {
        // "5 km. Then": what follows a measure begins a sentence; "the U.S. President" does not.
        return first.is_uppercase() && (after_number || begins_common(body, language));
    }
    // An initial stands before a name. "Vitamin C. The" is rare enough to be lost to "V. V. Petrov".
    if initial && first.is_alphabetic() {
        return false;
    }
    !known(&language.abbreviations) && !is_dotted_initials(word)
}

/// `A.B`, `S.Lavrov` is a name; `U.S`, `В.В` are initials.
fn is_dotted_initials(word: &str) -> bool {
    word.contains('.') && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_uppercase))
}

/// The run of letters, digits and inner stops that ends at `stop`.
fn word_before(text: &str, start: usize, stop: usize) -> &str {
    let head = &text[start..stop];
    let at = head
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '.' | '-' | '\u{301}'))
        .last()
        .map_or(head.len(), |(i, _)| i);
    head[at..].trim_start_matches(['.', '-'])
}

/// Whether a number stands right before, as in "2017 г." and "5 km".
fn number_before(text: &str) -> bool {
    text.trim_end().chars().next_back().is_some_and(|c| c.is_ascii_digit())
}

/// Whether the text begins with one of the commonest words of the language: then a sentence begins here.
fn begins_common(text: &str, language: &Language) -> bool {
    let word: String = text.chars().take_while(|c| c.is_alphabetic()).take(24).collect();
    language.common.contains(&lower(&word, language.casing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Languages;
    use proptest::prelude::*;

    fn check(lang: &str, marked: &str) {
        let text = marked.replace('|', "");
        let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
        let found = sentences(&text, Languages::bundled().get(lang));
        let found: Vec<&str> = found.into_iter().map(|s| s.of(&text)).collect();
        assert_eq!(found, expected, "{lang}");
    }

    #[test]
    fn abbreviations_and_initials_do_not_end_a_sentence() {
        check("en", "Mr. Smith met Gen. J. R. Brown on Nov. 1 in Tehran. |He left.");
        check("en", "The U.S. President spoke. |He left the U.S. |The talks went on.");
        check("ru", "В г. Москве А. С. Петров и др. Участники. |Было 5 тыс. человек.");
        check("az", "Prof. Ə. Quliyev və s. alimlər gəlib. |Sonra iclas başlayıb.");
        check("tr", "Prof. Dr. A. Yılmaz 20. Yüzyıl üzerine konuştu. |Toplantı 2018. |Sonra bitti.");
    }

    #[test]
    fn quotation_marks_stay_with_their_sentence() {
        check("en", "\"We agree. |We sign on Monday,\" she said. |\"Good.\"");
        check("en", "\"Thank you for this reception.\" he concluded. |He left.");
        check("ru", "«Мы согласны! |Мы подпишем», – сказал он. |– Это всё.");
        check("tr", "Bakan, \"Karar verildi.\" dedi. |Toplantı bitti.");
    }

    #[test]
    fn numbers_dates_and_ellipses_are_no_ends() {
        check("en", "It rose 2.5 percent to 1.234.567. |In 2017. |Well... maybe. |Really?! |Yes…");
        check("ru", "20.11.2017 прошла встреча. |Рост составил 1.5 %.");
    }

    #[test]
    fn empty_text_has_no_sentences() {
        assert!(sentences("", None).is_empty());
        assert!(sentences(" \u{a0}\n ", None).is_empty());
    }

    proptest! {
        #[test]
        fn spans_lie_on_character_boundaries_and_lose_nothing(text in "[\\PC .!?…\"“”«»'a-zA-ZəƏ0-9\\n]{0,80}") {
            for lang in ["az", "xx"] {
                let spans = sentences(&text, Languages::bundled().get(lang));
                let kept: String = spans.iter().map(|s| &text[s.range()]).collect();
                let strip = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                prop_assert_eq!(strip(&kept), strip(&text));
                prop_assert!(spans.windows(2).all(|w| w[0].end <= w[1].start));
            }
        }
    }
}
