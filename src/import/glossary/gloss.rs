//! Glosses: what the body of a dictionary says of a headword, as forms.
//!
//! ```text
//! Abend /ˈaːbənt/ <n, masc>
//! 1. evening, night (late)
//!       "Guten Abend!" - "Good evening!"
//! ```
//!
//! A body is written for readers. The forms are what is left of its lines without what explains them.

use super::form::{FORMS, form, quoted};
use super::{Glossary, Languages};

/// No body has more bytes: what is longer is an article of an encyclopaedia.
pub(super) const BODY: usize = 16 << 10;

/// What is no longer before a point is an abbreviation.
const ABBREVIATION: usize = 4;

/// Adds what a body says of a headword.
pub(super) fn add(glossary: &mut Glossary, languages: &Languages, headword: &str, body: &str) {
    let place = || format!("headword {}", quoted(headword));
    let (source, targets) = gloss(headword, body);
    match form(&source) {
        Err(reason) => glossary.skip(place(), reason),
        Ok(_) if targets.is_empty() && body.contains(char::REPLACEMENT_CHARACTER) => {
            glossary.skip(place(), "its body is not UTF-8");
        }
        Ok(_) if targets.is_empty() => glossary.skip(place(), "no form of up to 5 words in its body"),
        Ok(source) => glossary.add_all(languages, &[source], &targets),
    }
}

/// The headword as the body spells it where its first line repeats it, and the forms that translate it.
fn gloss(headword: &str, body: &str) -> (String, Vec<String>) {
    let headword = bare(headword);
    let mut lines = body.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    let mut targets = Vec::new();
    let first = lines.peek().copied().unwrap_or_default();
    let first_bare = bare(first);
    let Some((spelling, rest)) = repeated(&headword, &first_bare) else {
        lines.for_each(|line| read_line(line, &mut targets));
        return (headword, targets);
    };
    lines.next();
    let is_all = lines.peek().is_none();
    lines.for_each(|line| read_line(line, &mut targets));
    if targets.is_empty() {
        read_line(rest, &mut targets);
    }
    // Nothing but the word: it is the same in both languages.
    if targets.is_empty() && is_all && first_bare == first {
        targets.extend(translation(first));
    }
    (spelling.trim().to_owned(), targets)
}

/// The part of a line that repeats the headword but for case and punctuation, and the rest.
fn repeated<'a>(headword: &str, line: &'a str) -> Option<(&'a str, &'a str)> {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let wanted = letters(headword);
    let mut left = wanted.as_str();
    for (at, c) in line.char_indices() {
        if left.is_empty() {
            return line.split_at_checked(at).filter(|_| !wanted.is_empty() && !c.is_alphanumeric());
        }
        if c.is_alphanumeric() {
            left = c.to_lowercase().try_fold(left, |left, c| left.strip_prefix(c))?;
        }
    }
    (left.is_empty() && !wanted.is_empty()).then_some((line, ""))
}

/// Adds the forms of a line. A line of examples has none.
fn read_line(line: &str, targets: &mut Vec<String>) {
    let line = line.trim();
    let example =
        line.starts_with(['"', '“', '„', '«', '‘', '\'']) || [" - ", " – ", " — "].iter().any(|d| line.contains(d));
    if example {
        return;
    }
    for part in bare(line).split([',', ';', '،', '؛', '，', '；', '、']) {
        if targets.len() < FORMS {
            targets.extend(translation(part).filter(|form| !targets.contains(form)));
        }
    }
}

/// The form in a part of a line, without its number and marks; none where the part is something else.
fn translation(part: &str) -> Option<String> {
    let mut part = part.trim();
    while let Some(rest) = without_number(part) {
        part = rest.trim_start();
    }
    // A label ("Synonym:"), the place of the headword, what is left of brackets, and an entity that nothing defines.
    if part.ends_with(':') || part.contains(": ") || part.contains(['~', '(', ')', '[', ']', '{', '}', '<', '>', '&']) {
        return None;
    }
    // A sentence ends: what follows is about other words. "smb. else" goes on.
    if let Some((before, _)) = part.split_once(". ").filter(|(before, _)| before.chars().count() > ABBREVIATION) {
        part = before;
    }
    let marks = ['.', ':', '!', '?', '…', '-', '–', '—', '*', '•', '·', '=', '→', '"', '«', '»', '“', '”', ' '];
    form(part.trim_matches(marks)).ok()
}

/// What comes after `1.`, `2)` or `a)`.
fn without_number(part: &str) -> Option<&str> {
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let number = if digits == 0 { usize::from(part.starts_with(|c: char| c.is_ascii_lowercase())) } else { digits };
    let (_, rest) = part.split_at_checked(number).filter(|_| (1..=3).contains(&number))?;
    match rest.strip_prefix(')') {
        Some(rest) => Some(rest),
        // "1.5" is no number of a sense.
        None => rest.strip_prefix('.').filter(|rest| digits > 0 && !rest.starts_with(|c: char| c.is_ascii_digit())),
    }
}

/// A line without what stands in brackets and without the pronunciation between slashes. A bracket that nothing closes
/// takes the rest of the line.
fn bare(line: &str) -> String {
    let mut bare = String::with_capacity(line.len());
    let mut open = Vec::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match closing(c) {
            Some(closing) => {
                open.push(closing);
                after
            }
            None if open.last() == Some(&c) => {
                open.pop();
                after
            }
            None if open.is_empty() => {
                match after_pronunciation(c, after).filter(|_| !bare.ends_with(|c: char| !c.is_whitespace())) {
                    Some(after) => after,
                    None => {
                        bare.push(c);
                        after
                    }
                }
            }
            None => after,
        };
    }
    bare
}

fn closing(c: char) -> Option<char> {
    match c {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        '<' => Some('>'),
        '（' => Some('）'),
        _ => None,
    }
}

/// What comes after `/.../` where the first slash was read and the second ends a word.
fn after_pronunciation(slash: char, rest: &str) -> Option<&str> {
    let (_, after) = (slash == '/').then(|| rest.split_once('/')).flatten()?;
    after.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ';')).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headword: &str, body: &str, expected: &str) {
        let (source, targets) = gloss(headword, body);
        assert_eq!(format!("{source}={}", targets.join("|")), expected, "{body:?}");
    }

    #[test]
    fn a_body_of_freedict_gives_its_translations() {
        let body =
            "Abend /ˈaːbənt/ <n, masc, sg>\n1. evening, night (late)\n   \"Guten Abend\" - \"Good evening\"\n2. west\n";
        check("abend", body, "Abend=evening|night|west");
        check("hello", "hello /hə'ləu/\n   алло!\n", "hello=алло");
        check("motherinlaw", "mother-in-law <n>\nqayınana; qaynana [dial.]", "mother-in-law=qayınana|qaynana");
        check("go", "go\n1) getmək, 2) yola düşmək\nSynonym: {leave}\nsee: {come}", "go=getmək|yola düşmək");
        check("go", "go\ngo home – evə getmək\ngetmək", "go=getmək");
    }

    #[test]
    fn a_body_without_the_headword_is_all_translation() {
        check("dog", "it, köpək", "dog=it|köpək");
        check("a", "aback\nback", "a=aback|back");
        check("dog", "[dɒg] n. it\n/dɒg/ köpək", "dog=n. it|köpək");
        check("dog", "dog <n> it", "dog=it");
        check("hotel", "hotel", "hotel=hotel");
        check("hotel", "hotel <n>", "hotel=");
        check("", "x", "=x");
    }

    #[test]
    fn what_is_no_form_is_left_out() {
        check("x", "a long definition of what it is, word", "x=word");
        check("x", "~ing, a) b, 2.5 m, open (to the end, word", "x=b|2.5 m|open");
        check("x", "closed) here, and/or, km/h, &foo; y", "x=and/or|km/h|y");
        check("x", "a, a, a", "x=a");
        check("x", "yuva yapmak. nidification yuva yapma, smb. else.", "x=yuva yapmak|smb. else");
        check("x", "(only <nested> [this])", "x=");
        check("x", &"a b,".repeat(9), "x=a b");
    }
}
