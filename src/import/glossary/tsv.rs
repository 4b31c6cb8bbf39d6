//! Tables with a tab between the columns, and the pairs of MUSE with a space between the words.

use super::form::{FORMS, form};
use super::{Format, Glossary, Languages, tags};
use std::fmt;

/// So many lines tell whether a tab or a space stands between the languages.
const SAMPLE: usize = 100;

/// The glossary in a text of lines: a table if one of its first lines has a tab, else pairs of words.
pub(super) fn read(text: &str, languages: Languages) -> Glossary {
    let lines = || text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
    if lines().take(SAMPLE).any(|(line, _)| line.contains('\t')) {
        table(lines(), languages)
    } else {
        muse(lines(), &languages)
    }
}

/// A line by its number.
struct Line(usize);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.0)
    }
}

fn muse<'a>(lines: impl Iterator<Item = (&'a str, usize)>, languages: &Languages) -> Glossary {
    let mut glossary = Glossary::new(Format::Muse);
    for (line, n) in lines {
        if glossary.is_full() {
            break;
        }
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(source), Some(target), None) => match (form(source), form(target)) {
                (Ok(source), Ok(target)) => glossary.add(languages, &source, &target),
                (Err(reason), _) | (_, Err(reason)) => glossary.skip(Line(n), reason),
            },
            (_, None, _) => glossary.skip(Line(n), "one word: a pair has two"),
            _ => glossary.skip(Line(n), "more than two words and no tab between the languages"),
        }
    }
    glossary
}

fn table<'a>(lines: impl Iterator<Item = (&'a str, usize)>, languages: Languages) -> Glossary {
    let mut glossary = Glossary::new(Format::Tsv);
    let mut lines = lines.peekable();
    let header = lines.peek().map(|(line, _)| header(line)).unwrap_or_default();
    if !header.is_empty() {
        lines.next();
    }
    let columns = header.len().max(2);
    for (line, n) in lines {
        if glossary.is_full() {
            break;
        }
        let mut unread = None;
        let cells: Vec<Vec<String>> = line.split('\t').take(columns).map(|cell| forms(cell, &mut unread)).collect();
        if cells.len() < 2 {
            unread = Some("one column: a pair has two");
        } else if cells.iter().filter(|forms| !forms.is_empty()).count() < 2 {
            unread = unread.or(Some("a side is empty"));
        }
        for (a, sources) in cells.iter().enumerate() {
            for (b, targets) in cells.iter().enumerate().skip(a.saturating_add(1)) {
                let named = header.get(a).cloned().zip(header.get(b).cloned());
                glossary.add_all(&named.or_else(|| languages.clone()), sources, targets);
            }
        }
        if let Some(reason) = unread {
            glossary.skip(Line(n), reason);
        }
    }
    glossary
}

/// The languages that a first line names, one a column; none where it names no two.
fn header(line: &str) -> Vec<String> {
    let tags: Vec<String> = line.split('\t').map_while(tags::known_tag).collect();
    let several = tags.iter().any(|tag| tags.first() != Some(tag));
    if several { tags } else { Vec::new() }
}

/// The forms in a cell, and why one of them is not read.
fn forms(cell: &str, unread: &mut Option<&'static str>) -> Vec<String> {
    let mut parts = cell.split(['|', ';']).filter(|part| !part.trim().is_empty());
    let forms =
        parts.by_ref().take(FORMS).filter_map(|part| form(part).map_err(|reason| unread.get_or_insert(reason)).ok());
    let forms = forms.collect();
    if parts.next().is_some() {
        unread.get_or_insert("more than 64 forms in a cell");
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::super::tests::{pair, told};
    use super::*;

    #[test]
    fn a_table_has_a_language_a_column() {
        let check = |text: &str, expected: &str| assert_eq!(told(&read(text, pair("x", "y"))), expected, "{text:?}");
        check("dog\tit\n", "TSV 0: x-y dog=it");
        check("en\taz\ndog\tit\r\n\n# a comment\ncat\tpişik\ta note", "TSV 0: en-az dog=it, en-az cat=pişik");
        check("eng\taz_latn\ndog\tit", "TSV 0: en-az-Latn dog=it");
        check("az\ten\tru\nit\tdog\tсобака", "TSV 0: az-en it=dog, az-ru it=собака, en-ru dog=собака");
        check("az\ten\tru\nit\t\tсобака", "TSV 0: az-ru it=собака");
        check("no\tyox\n", "TSV 0: x-y no=yox");
        check("big|large\tböyük ; iri", "TSV 0: x-y big=böyük, x-y big=iri, x-y large=böyük, x-y large=iri");
        check("a\tb\nonly", "TSV 1: x-y a=b (line 2: one column: a pair has two)");
        check("a\t\nb\tc", "TSV 1: x-y b=c (line 1: a side is empty)");
        check("a|1 2 3 4 5 6\tb", "TSV 1: x-y a=b (line 1: too long: a form has up to 5 words)");
        check("a\t\u{fffd}", "TSV 1:  (line 1: it is neither UTF-8 nor UTF-16. Convert the file to UTF-8)");
    }

    #[test]
    fn no_cell_gives_more_forms_than_the_limit() {
        let cell = vec!["a"; 1000].join("|");
        let glossary = read(&format!("{cell}\t{cell}"), None);
        assert_eq!((glossary.entries.len(), glossary.unread), (FORMS * FORMS, 1));
    }

    #[test]
    fn pairs_have_a_space_between() {
        let check = |text: &str, expected: &str| assert_eq!(told(&read(text, pair("en", "ru"))), expected, "{text:?}");
        check("dog собака\ncat кошка\n", "MUSE 0: en-ru dog=собака, en-ru cat=кошка");
        check("dog собака\nword\n", "MUSE 1: en-ru dog=собака (line 2: one word: a pair has two)");
        check("a b c", "MUSE 1:  (line 1: more than two words and no tab between the languages)");
        check("", "MUSE 0: ");
    }
}
