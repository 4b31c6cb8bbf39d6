//! Markup in dictionary bodies: what it says without its tags, leniently, since bodies are fragments and seldom well-formed.

/// Elements that begin a line.
const LINES: &[&str] =
    &["br", "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "def", "blockquote", "table"];

/// Elements of HTML and XDXF whose content is no translation: examples, abbreviations, comments, the headword.
const LEFT_OUT: &[&str] = &["ex", "abr", "abbr", "co", "k", "opt", "iref", "script", "style", "sup", "head"];

/// The text of a body of HTML, Pango or, with its own elements, XDXF.
pub(super) fn text(body: &str, is_xdxf: bool) -> String {
    let mut text = String::with_capacity(body.len());
    // The element whose content is left out, and how many of its kind are open.
    let mut left_out: Option<(&str, usize)> = None;
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('<') {
        if left_out.is_none() {
            push(&mut text, before);
        }
        let (tag, next) = match after.strip_prefix("!--") {
            Some(comment) => ("", comment.split_once("-->").map_or("", |(_, next)| next)),
            None => after.split_once('>').unwrap_or((after, "")),
        };
        rest = next;
        let closes = tag.starts_with('/');
        let name = tag.trim_matches('/').split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        left_out = match left_out {
            Some((element, open)) if element.eq_ignore_ascii_case(name) && !tag.ends_with('/') => {
                let open = if closes { open.saturating_sub(1) } else { open.saturating_add(1) };
                (open > 0).then_some((element, open))
            }
            None if is(name, LEFT_OUT) || (is_xdxf && is(name, &["tr"])) => {
                (!closes && !tag.ends_with('/')).then_some((name, 1))
            }
            other => other,
        };
        if is(name, LINES) || (!is_xdxf && is(name, &["tr"])) {
            text.push('\n');
        }
    }
    if left_out.is_none() {
        push(&mut text, rest);
    }
    text
}

fn is(name: &str, elements: &[&str]) -> bool {
    elements.iter().any(|element| element.eq_ignore_ascii_case(name))
}

/// Adds a text with its entities as the characters they stand for. An unknown one becomes U+FFFD, which no form may have.
fn push(text: &mut String, escaped: &str) {
    let mut parts = escaped.split('&');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once(';').filter(|(name, _)| name.len() <= 10 && !name.contains(char::is_whitespace)) {
            Some((name, rest)) => {
                let no_break_space = (name == "nbsp").then_some(' ');
                text.push(entity(name).or(no_break_space).unwrap_or(char::REPLACEMENT_CHARACTER));
                text.push_str(rest);
            }
            // A bare "&".
            None => {
                text.push('&');
                text.push_str(part);
            }
        }
    }
}

/// What the entity of a name stands for: one of the five of XML, or a number.
pub(super) fn entity(name: &str) -> Option<char> {
    let number =
        |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|c| *c != '\0');
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_stripped_and_entities_resolved() {
        let check = |body, xdxf, expected: &str| assert_eq!(text(body, xdxf), expected, "{body:?}");
        check("<b>it</b>, <i>k&#246;p&#x259;k</i>", false, "it, köpək");
        check("<div>one<br/>two</div>", false, "\none\ntwo\n");
        check("<k>dog</k>\n<tr>dɒg</tr> <dtrn>it</dtrn> <ex>a dog <ex>b</ex></ex>", true, "\n it ");
        check("<table><tr><td>it</td></tr>", false, "\n\nit\n");
        check("a <!-- <b> --> b", false, "a  b");
        check("&lt;n&gt; R&amp;B &foo; a & b &#0;", false, "<n> R&B \u{fffd} a & b \u{fffd}");
        check("a <b", false, "a ");
        check("a <!-- b", false, "a ");
        check("a <", false, "a ");
        check("<ex/>a</ex>b", false, "ab");
    }
}
