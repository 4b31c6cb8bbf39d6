//! What a form is: one to five words.

/// No form has more words: longer ones are definitions and sentences.
const WORDS: usize = 5;

/// No form has more bytes: what is longer in five words or less is no text.
const BYTES: usize = 400;

/// No cell has more forms. What is more is a list of something else.
pub(super) const FORMS: usize = 64;

/// Why a text of many words is no form.
pub(super) const TOO_LONG: &str = "too long: a form has up to 5 words";

/// The form that a text is, its words with a space between; or why it is none.
pub(super) fn form(text: &str) -> Result<String, &'static str> {
    let mut form = String::new();
    for (n, word) in text.split_whitespace().enumerate() {
        if n >= WORDS || form.len().saturating_add(word.len()) > BYTES {
            return Err(TOO_LONG);
        }
        if n > 0 {
            form.push(' ');
        }
        form.push_str(word);
    }
    if form.contains(char::REPLACEMENT_CHARACTER) {
        return Err("it is neither UTF-8 nor UTF-16. Convert the file to UTF-8");
    }
    if form.contains(|c: char| c.is_control()) {
        return Err("it has control characters");
    }
    if !form.contains(|c: char| c.is_alphanumeric()) {
        return Err("a side has no letters");
    }
    Ok(form)
}

/// A text as part of a message: its beginning, quoted.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", text.chars().take(40).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_one_to_five_words() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(form(text).ok().as_deref(), expected, "{text:?}");
        check(" prime \t minister\n", Some("prime minister"));
        check("a b c d e", Some("a b c d e"));
        check("a b c d e f", None);
        check("", None);
        check(" — ", None);
        check("a\u{fffd}b", None);
        check("a\u{7}b", None);
        check("می‌خواهم", Some("می‌خواهم"));
        check(&"a".repeat(500), None);
    }
}
