//! A plain text file is lines; this module makes passages of them: lines that the width of a page broke are joined,
//! and the marks of headings, lists and quotations are read.

use super::markdown;

/// What a passage is by its marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// None: a paragraph, or a heading without a mark.
    Plain,
    /// `#` to `######`, or underlined.
    Heading,
    /// `- `, `* `, `• `, `1. `.
    Item,
    /// `> `.
    Quote,
    /// A line that must not be joined with others: a date, a label, a switcher.
    Furniture,
}

/// A paragraph, heading or item of a text file.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    pub mark: Mark,
    pub text: String,
    /// A blank line, or the start of the file, before it.
    pub gap_before: bool,
    /// A blank line, or the end of the file, after it.
    pub gap_after: bool,
    indented: bool,
}

/// Shortest line, in characters, that the width of a page may have broken.
const SHORTEST_BROKEN: usize = 30;

/// Widths of pages, in characters, that files are broken to.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;

/// How much shorter than the middle a line of a broken file may be, for the last word that did not fit.
const RAGGED: usize = 25;

/// Fewest lines that tell the width of a page.
const FEWEST_LINES: usize = 3;

/// Longest heading, in characters, that stands directly under a paragraph.
const LONGEST_HEADING: usize = 60;

/// The passages of a text. `is_furniture` tells the lines that stay alone.
pub(super) fn passages(text: &str, is_markdown: bool, is_furniture: impl Fn(&str) -> bool) -> Vec<Passage> {
    let lines = marked(text, is_markdown, is_furniture);
    let is_broken = is_markdown || is_broken(&lines);
    let mut passages: Vec<Passage> = Vec::new();
    let mut last_line = 0;
    for line in lines {
        let length = line.text.chars().count();
        match passages.last_mut() {
            Some(last) if continues(last, last_line, &line, is_broken, is_markdown) => {
                // A word broken at its hyphen, or a compound: the hyphen stays, as either may be meant.
                if !last.text.ends_with(['-', '\u{ad}']) || last.text.ends_with(" -") {
                    last.text.push(' ');
                }
                last.text.push_str(&line.text);
                last.gap_after = line.gap_after;
            }
            _ => passages.push(line),
        }
        last_line = length;
    }
    passages
}

/// Whether a line goes on with what the passage before it says; `last_line` is the length of the line before.
fn continues(last: &Passage, last_line: usize, line: &Passage, is_broken: bool, is_markdown: bool) -> bool {
    let goes_on = starts_small(&line.text) && !ends_sentence(&last.text) && last_line >= SHORTEST_BROKEN;
    match (last.mark, line.mark) {
        (Mark::Plain, Mark::Plain) if line.gap_before => goes_on,
        (Mark::Plain, Mark::Plain) => {
            let is_heading = line.gap_after
                && line.text.chars().count() <= LONGEST_HEADING
                && ends_sentence(&last.text)
                && !ends_sentence(&line.text)
                && !starts_small(&line.text);
            goes_on || (is_broken && (is_markdown || !is_heading))
        }
        (Mark::Item, Mark::Plain) => !line.gap_before && (is_markdown || line.indented || starts_small(&line.text)),
        (Mark::Quote, Mark::Quote | Mark::Plain) => !line.gap_before,
        _ => false,
    }
}

/// Whether most lines inside blocks are nearly of one length and most end within a sentence.
fn is_broken(lines: &[Passage]) -> bool {
    let inner: Vec<&Passage> = lines.iter().filter(|line| line.mark == Mark::Plain && !line.gap_after).collect();
    let mut widths: Vec<usize> = inner.iter().map(|line| line.text.chars().count()).collect();
    widths.sort_unstable();
    let Some(middle) = widths.get(widths.len() / 2).copied() else { return false };
    let even = widths.iter().filter(|width| (middle.saturating_sub(RAGGED)..=middle + RAGGED).contains(*width)).count();
    let within = inner.iter().filter(|line| !ends_sentence(&line.text)).count();
    inner.len() >= FEWEST_LINES && WIDTHS.contains(&middle) && even * 4 >= inner.len() * 3 && within * 2 >= inner.len()
}

/// The lines that are not blank, with their marks taken off.
fn marked(text: &str, is_markdown: bool, is_furniture: impl Fn(&str) -> bool) -> Vec<Passage> {
    let mut lines: Vec<Passage> = Vec::new();
    let mut gap = true;
    let mut fences = if is_markdown { text.lines().filter(|line| is_fence(line)).count() } else { 0 };
    let mut in_code = false;
    for raw in text.lines() {
        let line = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        if is_markdown && is_fence(raw) {
            fences -= 1;
            // One that is never closed is no fence: nothing after it may be lost.
            in_code = !in_code && fences > 0;
            gap = true;
        } else if let Some(last) = lines.last_mut().filter(|last| !in_code && !gap && last.mark == Mark::Plain)
            && is_markdown
            && is_underline(&line)
        {
            last.mark = Mark::Heading;
            gap = true;
        } else if in_code || line.is_empty() || (is_markdown && (is_rule(&line) || is_definition(&line))) {
            gap = true;
        } else {
            let (mark, rest) =
                if is_furniture(&line) { (Mark::Furniture, line.as_str()) } else { mark(&line, is_markdown) };
            let text = if is_markdown { markdown::inline(rest) } else { rest.to_owned() };
            let indented = raw.starts_with([' ', '\t']);
            lines.push(Passage { mark, text, gap_before: gap, gap_after: false, indented });
            gap = false;
            continue;
        }
        if let Some(last) = lines.last_mut() {
            last.gap_after = true;
        }
    }
    if let Some(last) = lines.last_mut() {
        last.gap_after = true;
    }
    part_from_furniture(&mut lines);
    if !is_markdown {
        unmark_lone_items(&mut lines, text);
    }
    lines
}

/// A date or a switcher directly above or below a line parts it from the text as a blank line does.
fn part_from_furniture(lines: &mut [Passage]) {
    let mut rest = lines;
    while let [one, others @ ..] = rest {
        if let Some(next) = others.first_mut() {
            let parts = (one.mark == Mark::Furniture) || (next.mark == Mark::Furniture);
            one.gap_after |= parts;
            next.gap_before |= parts;
        }
        rest = others;
    }
}

/// The mark at the head of a line, and the rest of the line.
fn mark(line: &str, is_markdown: bool) -> (Mark, &str) {
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    if let (1..=6, Some(heading)) = (hashes, line.trim_start_matches('#').strip_prefix(' ')) {
        return (Mark::Heading, heading.trim_end_matches('#').trim());
    }
    if let Some(quoted) = line.strip_prefix('>').filter(|_| is_markdown) {
        return (Mark::Quote, quoted.trim_start_matches(['>', ' ']));
    }
    match bullet(line) {
        Some(rest) => (Mark::Item, rest),
        None => (Mark::Plain, line),
    }
}

/// What follows `- `, `* `, `• `, `1. ` or `1) `.
fn bullet(line: &str) -> Option<&str> {
    let bulleted = ["- ", "* ", "• "].iter().find_map(|bullet| line.strip_prefix(bullet));
    bulleted.or_else(|| {
        let rest = number(line)?.1.strip_prefix(['.', ')'])?;
        rest.strip_prefix(' ')
    })
}

/// The number of up to three digits at the head of a line, and the rest.
fn number(line: &str) -> Option<(u32, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let number = line.get(..digits).filter(|_| digits <= 3)?.parse().ok()?;
    Some((number, line.get(digits..)?))
}

/// In plain text one line that begins like an item is none: a dash opens a remark, a number an ordinal. Several in a
/// row are a list; numbers must count up.
fn unmark_lone_items(lines: &mut [Passage], text: &str) {
    let raw: Vec<String> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    let follows = |one: Option<&String>, next: Option<&String>| match (one, next) {
        (Some(one), Some(next)) => match (number(one), number(next)) {
            (Some((one, _)), Some((next, _))) => next == one + 1,
            (None, None) => one.chars().next() == next.chars().next(),
            _ => false,
        },
        _ => false,
    };
    let is_item: Vec<bool> = lines.iter().map(|line| line.mark == Mark::Item).collect();
    let item = |n: usize| is_item.get(n).copied().unwrap_or(false);
    for (n, line) in lines.iter_mut().enumerate().filter(|(_, line)| line.mark == Mark::Item) {
        let after = item(n + 1) && follows(raw.get(n), raw.get(n + 1));
        let before = n > 0 && item(n - 1) && follows(raw.get(n - 1), raw.get(n));
        if !after && !before {
            line.mark = Mark::Plain;
            line.text = raw.get(n).cloned().unwrap_or_default();
        }
    }
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

/// `===` or `---` under a heading.
fn is_underline(line: &str) -> bool {
    line.len() >= 3 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
}

/// A line of three or more `-`, `*` or `_` alone.
fn is_rule(line: &str) -> bool {
    let bare = line.replace(' ', "");
    bare.len() >= 3 && ["-", "*", "_", "="].iter().any(|mark| bare.trim_start_matches(mark).is_empty())
}

/// `[1]: https://...`, the address of a link elsewhere.
fn is_definition(line: &str) -> bool {
    line.starts_with('[') && line.split_once("]: ").is_some_and(|(_, address)| address.contains("://"))
}

/// Whether a text ends as a sentence does, quotation marks and brackets aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '»', '”', '’', '\'', '“', ')', ']', ' ']).ends_with(['.', '!', '?', '…', ':', ';'])
}

/// Whether a text begins with a small letter.
pub(super) fn starts_small(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}
