//! Tidying: a page is made safe and small before a parser sees it.
//!
//! Parsers follow the HTML standard, which lets a page of a few megabytes grow into a tree that is a hundred thousand
//! elements deep, or into billions of elements (formatting that was never closed is opened again in every block). The
//! extractors walk trees by recursion and would overflow the stack. One linear pass over the tags therefore keeps
//! nesting below a limit, closes what an end tag leaves open, and leaves out what holds no text: scripts, styles,
//! drawings, comments.

use std::collections::{HashMap, HashSet};

/// Elements that may be open at once. Real pages stay below 60; the extractors stop looking at a depth of 500, and
/// elements whose end tag may be left out, which are not counted, at most double the depth.
const DEPTH: usize = 200;
/// Attributes an element may have: parsers compare each with all others. Real pages stay below 50.
const ATTRIBUTES: usize = 200;
/// Bytes a tag may have: longer ones carry images or data, never text.
const TAG_BYTES: usize = 65_536;

/// Elements left out with all that is in them.
const WITHOUT_TEXT: &[&str] =
    &["script", "style", "svg", "noscript", "template", "iframe", "noembed", "noframes", "object", "textarea", "xmp"];
/// Elements whose contents are text whatever they look like.
const RAW: &[&str] = &["title"];
/// Elements that never have contents.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "frame",
];
/// Elements whose end tag may be left out, so that open ones say nothing about depth.
const OPTIONAL_END: &[&str] = &[
    "p", "li", "td", "th", "tr", "dt", "dd", "option", "optgroup", "thead", "tbody", "tfoot", "colgroup", "html",
    "head", "body", "rt", "rp",
];

/// The page without scripts (JSON-LD stays: metadata are read from it), styles, drawings and comments, its elements
/// nested at most a few hundred deep.
pub(super) fn tidy(html: &str) -> String {
    let mut pass = Pass { html, out: String::with_capacity(html.len() / 2), ..Pass::default() };
    pass.run();
    pass.out
}

#[derive(Default)]
struct Pass<'a> {
    html: &'a str,
    out: String,
    /// Names of the open elements.
    open: Vec<&'a str>,
    /// Start tags left out for their depth, by name: as many end tags are left out.
    beyond: HashMap<&'a str, usize>,
    /// Names that have no end tag in the rest of the page, so that it is searched once only.
    endless: HashSet<&'static str>,
}

impl<'a> Pass<'a> {
    fn run(&mut self) {
        let html = self.html;
        let mut at = 0;
        while let Some(rest) = html.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(text) = rest.find('<') else {
                self.out.push_str(rest);
                return;
            };
            self.out.push_str(rest.get(..text).unwrap_or_default());
            at += text;
            at = self.markup(at);
        }
    }

    /// Handles what begins with `<` at `at`; returns where it ends.
    fn markup(&mut self, at: usize) -> usize {
        let rest = self.html.get(at..).unwrap_or_default();
        let end_of = |found: Option<usize>, length: usize| found.map_or(self.html.len(), |n| at + n + length);
        if rest.starts_with("<!--") {
            // `<!-->` and `<!--->` are whole comments.
            return end_of(rest.get(2..).and_then(|inner| inner.find("-->")).map(|n| n + 2), 3);
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return end_of(rest.find('>'), 1);
        }
        let closing = rest.starts_with("</");
        let name_at = 1 + usize::from(closing);
        let name = rest.get(name_at..).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            // `a < b`, or `</3`: text, or nothing that a reader would miss.
            self.out.push_str(if closing { "" } else { "&lt;" });
            return at + name_at;
        }
        let name = name.get(..name.find(ends_name).unwrap_or(name.len())).unwrap_or_default();
        let (length, attributes) = tag(rest);
        let whole = rest.get(..length).unwrap_or_default();
        if closing {
            self.end(name);
        } else {
            return self.start(name, whole, attributes, at + length);
        }
        at + length
    }

    /// Handles a start tag that ends before `after`; returns where its element ends if that is left out.
    fn start(&mut self, name: &'a str, whole: &'a str, attributes: usize, after: usize) -> usize {
        let is = |list: &[&'static str]| list.iter().copied().find(|n| n.eq_ignore_ascii_case(name));
        if let Some(name) = is(WITHOUT_TEXT) {
            let json = name == "script" && whole.to_ascii_lowercase().contains("ld+json");
            let (inner, end) = self.contents(name, after);
            if json {
                self.out.extend([whole, inner, "</script>"]);
            }
            return end;
        }
        if let Some(name) = is(RAW) {
            let (inner, end) = self.contents(name, after);
            self.out.extend(["<", name, ">", inner, "</", name, ">"]);
            return end;
        }
        if name.eq_ignore_ascii_case("plaintext") {
            return after;
        }
        let counted = is(VOID).is_none() && is(OPTIONAL_END).is_none();
        if counted && self.open.len() >= DEPTH {
            *self.beyond.entry(name).or_default() += 1;
            return after;
        }
        if counted {
            self.open.push(name);
        }
        if attributes > ATTRIBUTES || whole.len() > TAG_BYTES {
            self.out.extend(["<", name, ">"]);
        } else {
            self.out.push_str(whole);
        }
        after
    }

    /// Handles an end tag: what was opened inside the element is closed with it.
    fn end(&mut self, name: &'a str) {
        if OPTIONAL_END.iter().any(|n| n.eq_ignore_ascii_case(name)) {
            self.out.extend(["</", name, ">"]);
            return;
        }
        if let Some(count) = self.beyond.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            return;
        }
        let Some(depth) = self.open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) else { return };
        for open in self.open.drain(depth..).rev() {
            self.out.extend(["</", open, ">"]);
        }
    }

    /// The contents of an element from `after` its start tag, and where its end tag ends. Without an end tag, a script or
    /// style (of a page cut off) takes the rest of the page, as in browsers; of the others only the start tag is left out.
    fn contents(&mut self, name: &'static str, after: usize) -> (&'a str, usize) {
        let rest = self.html.get(after..).unwrap_or_default();
        if self.endless.contains(name) {
            return ("", after);
        }
        let found = rest.match_indices("</").find(|(n, _)| {
            let tail = rest.get(n + 2..).unwrap_or_default();
            tail.get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name))
                && tail.get(name.len()..).is_some_and(|t| t.is_empty() || t.starts_with(ends_name))
        });
        let Some((n, _)) = found else {
            self.endless.insert(name);
            return ("", if matches!(name, "script" | "style") { self.html.len() } else { after });
        };
        let tail = rest.get(n..).unwrap_or_default();
        (rest.get(..n).unwrap_or_default(), after + n + tail.find('>').map_or(tail.len(), |end| end + 1))
    }
}

fn ends_name(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, '/' | '>')
}

/// Length of the tag at the start of `rest`, up to its `>` outside of quoted values, and how many attributes it has.
fn tag(rest: &str) -> (usize, usize) {
    let (mut quote, mut before, mut attributes) = (None, b'<', 0);
    for (n, byte) in rest.bytes().enumerate() {
        match quote {
            Some(mark) if byte == mark => quote = None,
            Some(_) => {}
            None if byte == b'>' => return (n + 1, attributes),
            // A quotation mark begins a value only after an equals sign; elsewhere it is part of a broken name.
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            None if !byte.is_ascii_whitespace() && (before.is_ascii_whitespace() || before == b'/') => attributes += 1,
            None => {}
        }
        if !byte.is_ascii_whitespace() || before != b'=' {
            before = byte;
        }
    }
    (rest.len(), attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn check(html: &str, expected: &str) {
        assert_eq!(tidy(html), expected, "{html}");
    }

    #[test]
    fn what_holds_no_text_is_left_out() {
        check(
            "a<script>if (a < b) '</p>'</script>b<STYLE>x</Style >c<!-- <p> -->d<svg><title>t</title></svg>e",
            "abcde",
        );
        check("<!doctype html><p>a<!-->b<!--->c<![CDATA[x]]>d<?php x ?>e", "<p>abcde");
        check(
            "<script type='application/ld+json'>{\"a\":\"<b>\"}</script>",
            "<script type='application/ld+json'>{\"a\":\"<b>\"}</script>",
        );
        check("<title>a <b> c</title>", "<title>a <b> c</title>");
    }

    #[test]
    fn text_and_attributes_stay_as_they_are() {
        check("<p class=\"a>b\" title='x<y'>1 < 2 <br/> 3</p>", "<p class=\"a>b\" title='x<y'>1 &lt; 2 <br/> 3</p>");
        check("<p>Şəki <b>Bakı</b>", "<p>Şəki <b>Bakı</b>");
    }

    #[test]
    fn what_is_not_closed_swallows_text_only_where_it_is_code() {
        check("<p>a<noscript>b<p>c", "<p>ab<p>c");
        check("a<script>var b", "a");
        check("a<!-- b", "a");
        check("a<div title=\"b", "a<div title=\"b");
    }

    #[test]
    fn an_end_tag_closes_what_was_opened_inside() {
        check("<div><b><i>a</div>b</b>", "<div><b><i>a</i></b></div>b");
        check("<ul><li>a<li>b</ul>", "<ul><li>a<li>b</ul>");
    }

    #[test]
    fn deep_nesting_is_cut_and_its_text_kept() {
        let deep = format!("{}text{}after", "<div>".repeat(100_000), "</div>".repeat(100_000));
        let tidied = tidy(&deep);
        assert_eq!(tidied.matches("<div>").count(), DEPTH);
        assert!(tidied.contains(">text<") && tidied.ends_with("</div>after"));
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        let attributes: String = (0..100_000).map(|n| format!(" a{n}=1")).collect();
        for hostile in [
            "<svg>".repeat(300_000),
            "<b></i>".repeat(300_000),
            "<!--".repeat(300_000),
            "<div><b><i><u>".repeat(100_000),
            "<".repeat(1_000_000),
            format!("<p{attributes}>text"),
        ] {
            let start = Instant::now();
            tidy(&hostile);
            assert!(start.elapsed() < Duration::from_secs(5), "{}", hostile.get(..40).unwrap_or_default());
        }
    }
}
