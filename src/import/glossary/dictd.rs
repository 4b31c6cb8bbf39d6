//! Dictionaries for a dictd server, as FreeDict publishes them: `x.index` beside `x.dict` or `x.dict.dz`.
//!
//! A line of the index is `headword TAB offset TAB length`, and perhaps the headword as it is spelt; the numbers are in
//! digits of base 64.

use super::gloss::{self, BODY};
use super::{Format, Glossary, Languages, file, form};
use std::path::Path;

/// The glossary in the dictionary of which a file is named.
pub(super) fn open(path: &Path, languages: Languages) -> crate::error::Result<Glossary> {
    let index = file::text(file::beside(path, &["index", "index.gz"])?);
    let bodies = file::beside(path, &["dict.dz", "dict", "dict.gz"])?;
    Ok(read(&index, &bodies, &languages))
}

/// The glossary in an index and its bodies.
pub(super) fn read(index: &str, bodies: &[u8], languages: &Languages) -> Glossary {
    let mut glossary = Glossary::new(Format::Dictd);
    for (line, n) in index.lines().zip(1..) {
        if glossary.is_full() {
            break;
        }
        let mut columns = line.split('\t');
        let headword = columns.next().unwrap_or_default();
        // What the dictionary says of itself.
        if headword.starts_with("00-database") || headword.starts_with("00database") || line.is_empty() {
            continue;
        }
        let (offset, length) = (columns.next().and_then(number), columns.next().and_then(number));
        let Some((offset, length)) = offset.zip(length) else {
            glossary.skip(format_args!("line {n} of the index"), "it has no offset and length");
            continue;
        };
        let headword = columns.next().filter(|spelling| !spelling.is_empty()).unwrap_or(headword);
        let place = || format!("headword {}", form::quoted(headword));
        match offset.checked_add(length).and_then(|end| bodies.get(offset..end)) {
            None => glossary.skip(place(), "its body is beyond the end of the dictionary"),
            Some(body) if body.len() > BODY => glossary.skip(place(), "its body is longer than 16 KB"),
            Some(body) => gloss::add(&mut glossary, languages, headword, &String::from_utf8_lossy(body)),
        }
    }
    glossary
}

/// A number in the digits of dictd, the most significant first.
fn number(digits: &str) -> Option<usize> {
    let digit = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let more = |n: usize, b: u8| n.checked_mul(64)?.checked_add(usize::from(digit(b)?));
    digits.bytes().try_fold(0, more).filter(|_| !digits.is_empty())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{pair, told};
    use super::*;

    #[test]
    fn numbers_are_in_base_64() {
        let check = |digits, expected| assert_eq!(number(digits), expected, "{digits}");
        check("A", Some(0));
        check("b", Some(27));
        check("BA", Some(64));
        check("//", Some(4095));
        check("+9", Some(62 * 64 + 61));
        check("", None);
        check("A=", None);
        check("zzzzzzzzzzzzzzzzzz", None);
    }

    #[test]
    fn an_index_gives_the_bodies() {
        let bodies = "about this\nAbend /ˈaːbənt/ <n>\nevening\nBerg\nmountain, hill\n";
        let check = |index: &str, expected: &str| {
            assert_eq!(told(&read(index, bodies.as_bytes(), &pair("de", "en"))), expected, "{index:?}");
        };
        let abend = "abend\tL\tf\n";
        check(abend, "dictd 0: de-en Abend=evening");
        check("berg\tq\tU\n", "dictd 0: de-en Berg=mountain, de-en Berg=hill");
        check("00-database-info\tA\tK\n00databaseshort\tA\tK\nabend\tL\tf\tAbend", "dictd 0: de-en Abend=evening");
        check("x\tB\n", "dictd 1:  (line 1 of the index: it has no offset and length)");
        check("x\tL\t////\n", "dictd 1:  (headword \"x\": its body is beyond the end of the dictionary)");
        check("x\tP////////////////////\tA\n", "dictd 1:  (line 1 of the index: it has no offset and length)");
        check("x\tA\tA\n", "dictd 1:  (headword \"x\": no form of up to 5 words in its body)");
    }
}
