//! Pieces of HTML made from values. Whatever comes from a page is hostile: every piece here is escaped, so the rest of
//! the report only puts pieces together.
//!
//! The pieces serve as text and as quoted attribute values alike.

use super::super::{
    direction::{Direction, direction},
    xml,
};
use crate::language::{Lang, Languages};
use crate::model::Moment;
use url::Url;

pub(super) use super::super::bond::{count, figure, percent};

/// A text on one line, without control characters, escaped.
pub(in super::super) fn text(raw: &str) -> String {
    escape(&xml::line(raw))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// A name in a language that nobody has identified: an outlet, an author, a file. Isolated, so that its direction does
/// not move the words around it.
pub(in super::super) fn name(raw: &str) -> String {
    format!("<bdi lang=\"\">{}</bdi>", text(raw))
}

/// The attributes of an element that holds a text of a language: `lang`, and `dir` by the text itself.
pub(in super::super) fn tongue(lang: &Lang, text: &str) -> String {
    format!("lang=\"{}\" dir=\"{}\"", escape(lang.as_str()), dir(text))
}

/// `auto` where no letter tells.
fn dir(text: &str) -> &'static str {
    match direction(text) {
        Direction::Ltr => "ltr",
        Direction::Rtl => "rtl",
        Direction::Neutral => "auto",
    }
}

/// The address as a link with these words. Only `http` and `https` become links: a page may offer `javascript:`.
pub(super) fn link(address: &str, words: &str) -> String {
    let words = name(words);
    match Url::parse(address.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            format!("<a href=\"{}\" rel=\"noreferrer\">{words}</a>", escape(url.as_str()))
        }
        _ => words,
    }
}

/// A moment for people: `2025-09-20 19:30 +04:00`, seconds left out.
pub(in super::super) fn moment(moment: Moment) -> String {
    let mut words = format!("{:04}-{:02}-{:02}", moment.year, moment.month, moment.day);
    if let Some((hour, minute, _)) = moment.time {
        words.push_str(&format!(" {hour:02}:{minute:02}"));
    }
    match moment.offset {
        Some(0) => words.push_str(" UTC"),
        Some(east) => {
            let sign = if east < 0 { '-' } else { '+' };
            words.push_str(&format!(" {sign}{:02}:{:02}", east.abs() / 60, east.abs() % 60));
        }
        None => {}
    }
    format!("<time datetime=\"{moment}\">{words}</time>")
}

/// The English name of a language, where korpu has one for it.
pub(super) fn language(lang: &Lang) -> Option<String> {
    match Languages::bundled().get(lang.as_str()) {
        Some(known) => Some(text(&known.name)),
        None => lang.is_unknown().then(|| "Unknown".to_owned()),
    }
}

/// The tag of a language as a small mark.
pub(in super::super) fn tag(lang: &Lang) -> String {
    format!("<span class=\"tag\">{}</span>", escape(lang.as_str()))
}

/// The parts as the value of an `id` attribute and the target of a link: what is not of `[A-Za-z0-9._-]` is `_`.
pub(in super::super) fn anchor(parts: &[&str]) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' };
    parts.join("-").chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_element_or_its_attribute() {
        let check = |raw: &str, expected: &str| assert_eq!(text(raw), expected, "{raw:?}");
        check("<b>Bakı</b>", "&lt;b&gt;Bakı&lt;/b&gt;");
        check("a\" onclick='x' &amp;", "a&quot; onclick=&#39;x&#39; &amp;amp;");
        check(" Bakı\u{0},\n\u{1B}Şəki ", "Bakı, Şəki");
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let check = |address: &str, expected: Option<&str>| {
            let html = link(address, address);
            let href = html.strip_prefix("<a href=\"").and_then(|rest| rest.split('"').next());
            assert_eq!(href, expected, "{html}");
        };
        check("https://xeber.example/az/?a=1&b=2", Some("https://xeber.example/az/?a=1&amp;b=2"));
        check(" HTTP://xeber.example ", Some("http://xeber.example/"));
        check("https://xeber.example/\"><script>", Some("https://xeber.example/%22%3E%3Cscript%3E"));
        check("javascript:alert(1)", None);
        check("java\nscript:alert(1)", None);
        check("\u{1}javascript:alert(1)", None);
        check("data:text/html,<script>", None);
        check("file:///etc/passwd", None);
        check("//xeber.example/", None);
        check("/az/1.html", None);
    }

    #[test]
    fn a_moment_reads_as_a_day_a_time_and_a_zone() {
        let check = |iso: &str, expected: &str| {
            let html = moment(iso.parse().unwrap());
            assert_eq!(html, format!("<time datetime=\"{iso}\">{expected}</time>"));
        };
        check("2025-09-20", "2025-09-20");
        check("2025-09-20T19:30:00", "2025-09-20 19:30");
        check("2025-09-20T19:30:00Z", "2025-09-20 19:30 UTC");
        check("2025-09-20T19:30:00+04:00", "2025-09-20 19:30 +04:00");
        check("2025-09-20T19:30:00-11:30", "2025-09-20 19:30 -11:30");
    }

    #[test]
    fn an_anchor_is_a_name_that_needs_no_escape() {
        assert_eq!(anchor(&["work", "w1"]), "work-w1");
        assert_eq!(anchor(&["event", "d1 \"d2"]), "event-d1__d2");
    }
}
