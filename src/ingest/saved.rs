//! What programs that save pages leave in them: the address, and when it was saved.
//!
//! Browsers write `<!-- saved from url=(0042)https://... -->`, SingleFile a comment with `url:` and `saved date:`.

use crate::model::Moment;

/// How far into the page these comments stand: after the doctype and the tag of `html`.
const WITHIN: usize = 8192;
/// Months as JavaScript writes a date, whatever the language of the browser (ECMA-262, `Date.prototype.toString`).
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The address a saved page came from, and when it was saved if it says so.
pub(super) fn origin(html: &str) -> Option<(String, Option<Moment>)> {
    let starts = html.match_indices("<!--").map(|(at, _)| at).take_while(|at| *at < WITHIN);
    let comments = starts.filter_map(|at| html.get(at + "<!--".len()..));
    comments.filter_map(|comment| browser(comment).map(|url| (url, None)).or_else(|| single_file(comment))).next()
}

fn browser(comment: &str) -> Option<String> {
    // The number is the length of the address.
    let (_, rest) = comment.trim_start().strip_prefix("saved from url=(")?.split_once(')')?;
    address(rest)
}

fn single_file(comment: &str) -> Option<(String, Option<Moment>)> {
    let rest = comment.trim_start().strip_prefix("Page saved with SingleFile")?.split("-->").next()?;
    let url = address(rest.split_once("url:")?.1)?;
    let saved = rest.split_once("saved date:").and_then(|(_, date)| moment(date));
    Some((url, saved))
}

fn address(text: &str) -> Option<String> {
    let url = url::Url::parse(text.split_whitespace().next()?).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// `Mon Nov 20 2017 19:18:05 GMT+0400 (Azerbaijan Standard Time)`.
fn moment(date: &str) -> Option<Moment> {
    let mut words = date.split_whitespace().skip(1);
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as u8 + 1;
    let (day, year) = (words.next()?, words.next()?);
    let time = words.next()?;
    let zone = words.next()?.strip_prefix("GMT")?;
    format!("{year}-{month:02}-{day:0>2}T{time}{}", if zone.is_empty() { "Z" } else { zone }).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, url: Option<&str>, saved: Option<&str>) {
        let found = origin(html);
        assert_eq!(found.as_ref().map(|(url, _)| url.as_str()), url, "{html}");
        assert_eq!(found.and_then(|(_, saved)| saved).map(|moment| moment.to_string()).as_deref(), saved, "{html}");
    }

    #[test]
    fn saved_pages_tell_where_they_came_from() {
        check(
            "<!DOCTYPE html>\n<!-- saved from url=(0030)https://korpu.example/az/1.html -->\n<html>",
            Some("https://korpu.example/az/1.html"),
            None,
        );
        check(
            "<!DOCTYPE html> <html lang=az><!--\n Page saved with SingleFile \n url: https://korpu.example/az/1 \n \
             saved date: Mon Nov 20 2017 19:18:05 GMT+0400 (Azerbaijan Standard Time)\n-->",
            Some("https://korpu.example/az/1"),
            Some("2017-11-20T19:18:05+04:00"),
        );
    }

    #[test]
    fn other_comments_and_local_addresses_tell_nothing() {
        check("<!-- saved from url=(0014)about:internet --><p>", None, None);
        check("<!-- Page saved with SingleFile url: --><!--", None, None);
        check("<p>saved from url=(0019)https://a.example/", None, None);
    }
}
