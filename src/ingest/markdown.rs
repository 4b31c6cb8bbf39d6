//! Markdown is plain text with marks. This module takes off the marks inside a line, and reads the front matter that
//! some files begin with.

use super::{clean, date};
use crate::language::Languages;
use crate::model::Metadata;

/// Most lines of front matter: a longer one is a text between two rules.
const MOST_LINES: usize = 200;

/// Most bytes of the address in a link.
const LONGEST_ADDRESS: usize = 2000;

/// The text after the front matter, if there is one, and what the front matter says.
pub(super) fn front_matter<'t>(text: &'t str, languages: &Languages) -> (&'t str, Metadata) {
    match split(text) {
        Some((head, rest)) => (rest, metadata(head, languages)),
        None => (text, Metadata::default()),
    }
}

/// The front matter, without its fences, and the text after it.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut lines = text.split_inclusive('\n');
    let open = lines.next().filter(|line| line.trim() == "---")?;
    let mut end = open.len();
    let mut has_key = false;
    for line in lines.take(MOST_LINES) {
        if matches!(line.trim(), "---" | "...") {
            let (head, rest) = (text.get(open.len()..end)?, text.get(end + line.len()..)?);
            return has_key.then_some((head, rest));
        }
        has_key |= line.split_once(':').is_some_and(|(key, _)| !key.contains(char::is_whitespace) && !key.is_empty());
        end += line.len();
    }
    None
}

/// The keys that korpu knows; `key: value`, `key: [a, b]`, or `key:` with one `- value` a line.
fn metadata(head: &str, languages: &Languages) -> Metadata {
    let mut metadata = Metadata::default();
    let mut key = String::new();
    for line in head.lines() {
        let value = match line.split_once(':') {
            _ if line.trim_start().starts_with("- ") => line.trim_start().trim_start_matches("- "),
            Some((name, value)) if !line.starts_with(char::is_whitespace) => {
                key = name.trim().to_ascii_lowercase();
                value
            }
            _ => continue,
        };
        let value = value.trim().trim_matches(['"', '\'', '[', ']']);
        let words = |limit| clean::words(value, limit);
        match key.as_str() {
            _ if value.is_empty() => {}
            "title" => metadata.title = words(clean::TITLE),
            "date" | "published" | "pubdate" => metadata.published = date::read(value, languages),
            "modified" | "updated" | "lastmod" => metadata.modified = date::read(value, languages),
            "author" | "authors" | "by" => {
                let names =
                    value.split(',').flat_map(|name| clean::names(name.trim().trim_matches(['"', '\'']), languages));
                metadata.bylines.extend(names);
            }
            "lang" | "language" | "locale" => metadata.declared_language = words(40),
            "url" | "canonical" | "canonical_url" | "link" => {
                metadata.url = metadata.url.take().or_else(|| super::versions::absolute(value, None));
            }
            "outlet" | "publisher" | "site" => metadata.outlet = words(clean::TITLE),
            "section" | "category" => metadata.section = words(clean::TITLE),
            "licence" | "license" => metadata.licence = words(clean::DESCRIPTION),
            "description" | "summary" => metadata.description = words(clean::DESCRIPTION),
            _ => {}
        }
    }
    metadata
}

/// A line without its inline marks: links and pictures are reduced to their text, emphasis and code to what they hold.
/// Linear in the line.
pub(super) fn inline(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let mut keep = vec![true; chars.len()];
    let mut brackets: Vec<usize> = Vec::new();
    let mut emphasis: Vec<(char, usize, usize)> = Vec::new();
    let mut drop =
        |range: std::ops::Range<usize>| keep.iter_mut().take(range.end).skip(range.start).for_each(|k| *k = false);
    let at = |n: usize| chars.get(n).copied();
    let mut n = 0;
    while let Some(c) = at(n) {
        match c {
            '\\' if at(n + 1).is_some_and(|next| next.is_ascii_punctuation()) => {
                drop(n..n + 1);
                n += 2;
            }
            '[' => {
                brackets.push(n);
                n += 1;
            }
            ']' => {
                let end = link_end(&chars, n + 1);
                if let (Some(open), Some(end)) = (brackets.pop(), end) {
                    let is_picture = open.checked_sub(1).and_then(at) == Some('!');
                    drop(open - usize::from(is_picture)..open + 1);
                    drop(n..end);
                    n = end;
                } else {
                    n += 1;
                }
            }
            '*' | '_' | '~' | '`' => {
                let run = chars.iter().skip(n).take_while(|next| **next == c).count();
                let before = n.checked_sub(1).and_then(at);
                let after = at(n + run);
                let opens = after.is_some_and(|next| !next.is_whitespace());
                let closes = before.is_some_and(|last| !last.is_whitespace());
                // snake_case is no emphasis.
                let is_inside = c == '_' && [before, after].iter().all(|side| side.is_some_and(char::is_alphanumeric));
                // One wave is "about".
                let is_mark = !is_inside && (c != '~' || run == 2);
                match emphasis.iter().rposition(|(mark, length, _)| (*mark, *length) == (c, run)) {
                    Some(open) if is_mark && closes && emphasis.len() - open <= 4 => {
                        if let Some((_, _, start)) = emphasis.drain(open..).next() {
                            drop(start..start + run);
                            drop(n..n + run);
                        }
                    }
                    _ if is_mark && opens && emphasis.len() < 16 => emphasis.push((c, run, n)),
                    _ => {}
                }
                n += run;
            }
            _ => n += 1,
        }
    }
    chars.into_iter().zip(keep).filter_map(|(c, keep)| keep.then_some(c)).collect()
}

/// Where the address of a link ends that begins at `start`: `(...)` or `[...]`; `None` if there is none.
fn link_end(chars: &[char], start: usize) -> Option<usize> {
    let close = match chars.get(start)? {
        '(' => ')',
        '[' => ']',
        _ => return None,
    };
    let length = chars.iter().skip(start).take(LONGEST_ADDRESS).position(|c| *c == close)?;
    Some(start + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(inline(line), expected);
    }

    #[test]
    fn links_are_reduced_to_their_text() {
        check("Bax: [körpü](https://sahil.example/1), [yol][2]", "Bax: körpü, yol");
        check("![Şəkil](a.jpg) [not a link] [half", "Şəkil [not a link] [half");
        check("[![Şəkil](a.jpg)](b)", "Şəkil");
    }

    #[test]
    fn emphasis_is_reduced_to_what_it_holds() {
        check("**Çox** *gözəl* _körpü_ ~~deyil~~ `kod`", "Çox gözəl körpü deyil kod");
        check("2 * 3 * 4, snake_case_name, ~5", "2 * 3 * 4, snake_case_name, ~5");
        check(r"\*ulduz\*", "*ulduz*");
    }

    #[test]
    fn front_matter_is_metadata() {
        let (rest, found) = front_matter(
            "---\ntitle: \"Мост открыт\"\ndate: 2017-11-20\nauthors:\n  - Мария Светлова\n  - Пётр Река\nlang: ru\nurl: https://bereg.example/1\n---\nТекст.",
            Languages::bundled(),
        );
        assert_eq!(rest, "Текст.");
        assert_eq!(found.title.as_deref(), Some("Мост открыт"));
        assert_eq!(found.published.map(|p| p.to_string()).as_deref(), Some("2017-11-20"));
        assert_eq!(found.bylines, ["Мария Светлова", "Пётр Река"]);
        assert_eq!(found.declared_language.as_deref(), Some("ru"));
        assert_eq!(found.url.as_deref(), Some("https://bereg.example/1"));
    }

    #[test]
    fn a_text_between_rules_is_no_front_matter() {
        let text = "---\nBir söz.\n---\nİki söz.";
        assert_eq!(front_matter(text, Languages::bundled()).0, text);
    }

    #[test]
    fn hostile_lines_are_read_in_linear_time() {
        for piece in ["[", "](", "*a ", "_a", "a**", "![", "\\", "`"] {
            inline(&piece.repeat(100_000));
        }
    }
}
