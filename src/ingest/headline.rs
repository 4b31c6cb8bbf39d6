//! A headline is the title of an article; the `<title>` of a page is often more: the name of the outlet stands before
//! or after it. This module takes the two apart.

use super::clean::key;
use url::Url;

/// What may stand between a headline and the name of an outlet.
const SEPARATORS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " • ", " / ", "|"];

/// Separators that hardly ever stand inside a headline.
const SURE: &[&str] = &[" | ", " :: ", " » ", " « ", " • ", "|"];

/// Most words of a name that is taken for an outlet's by its place alone.
const OUTLET_WORDS: usize = 5;

/// Most parts taken off a title: section, site, slogan.
const MOST_PARTS: usize = 3;

/// What tells that a part of a title is the outlet's name.
pub(super) struct Known<'a> {
    /// The name of the outlet, where something else gives it.
    pub outlet: Option<&'a str>,
    /// The address of the page.
    pub address: Option<&'a Url>,
    /// Headlines without the outlet, as far as the page gives any (`<h1>`).
    pub headlines: &'a [&'a str],
}

/// The headline in a title, and the outlet where the title names one.
pub(super) fn parted(title: &str, known: &Known) -> (String, Option<String>) {
    if let Some((headline, outlet)) = confirmed(title, known) {
        return (headline.to_owned(), outlet.map(str::to_owned));
    }
    without_outlet(title, known, known.headlines.is_empty())
}

/// The title without the parts that name the outlet. Where `guess` is set, a short part behind a separator that hardly
/// ever stands in a headline is taken for the outlet, even if nothing else gives its name.
pub(super) fn without_outlet(title: &str, known: &Known, guess: bool) -> (String, Option<String>) {
    let mut headline = title;
    let mut outlet = None;
    for _ in 0..MOST_PARTS {
        let Some((head, separator, tail)) = last_part(headline) else { break };
        let is_placed = SURE.contains(&separator)
            && tail.split_whitespace().count() <= OUTLET_WORDS
            && tail.chars().count() < head.chars().count();
        let is_guessed = guess && outlet.is_none() && is_placed;
        if !known.is_outlet(tail) && !is_guessed {
            break;
        }
        outlet = Some(tail);
        headline = head;
    }
    let separators = SEPARATORS.iter().chain(&[": "]);
    let first = separators.filter_map(|s| headline.split_once(s)).min_by_key(|(head, _)| head.len());
    match first.filter(|(head, _)| known.is_outlet(head)) {
        Some((head, tail)) => (tail.trim().to_owned(), Some(head.trim().to_owned())),
        None => (headline.to_owned(), outlet.map(str::to_owned)),
    }
}

/// The headline that the page gives elsewhere, where the title holds it; what stands last beside it is the outlet.
fn confirmed<'t>(title: &'t str, known: &Known) -> Option<(&'t str, Option<&'t str>)> {
    let separators = || SEPARATORS.iter().chain(&[": "]);
    known.headlines.iter().find_map(|headline| {
        let (before, after) = title.split_once(headline.trim()).filter(|_| !headline.trim().is_empty())?;
        let headline = title.get(before.len()..title.len() - after.len())?;
        if before.is_empty() && after.is_empty() {
            return Some((headline, None));
        }
        let after_part = separators().any(|s| after.starts_with(s)).then(|| last_part(after).map(|(_, _, tail)| tail));
        let before_part = separators().find_map(|s| before.strip_suffix(s));
        match (after_part, before_part) {
            (Some(tail), None) if before.is_empty() => Some((headline, tail)),
            (None, Some(name)) if after.is_empty() => Some((headline, Some(name))),
            _ => None,
        }
    })
}

/// The title before its last separator, the separator, and the rest.
fn last_part(title: &str) -> Option<(&str, &'static str, &str)> {
    let (at, separator) =
        SEPARATORS.iter().filter_map(|s| title.rfind(s).map(|at| (at, *s))).max_by_key(|(at, s)| at + s.len())?;
    let (head, tail) = (title.get(..at)?, title.get(at + separator.len()..)?);
    (!tail.trim().is_empty()).then(|| (head.trim(), separator, tail.trim()))
}

impl Known<'_> {
    /// Whether a name is the outlet's: the one known, or the one in the host.
    pub fn is_outlet(&self, name: &str) -> bool {
        let name = key(name);
        let is_known = self.outlet.map(key).is_some_and(|outlet| outlet == name && !name.is_empty());
        let host = self.address.and_then(host).unwrap_or_default();
        let site = key(host.rsplit_once('.').map_or(&host, |(site, _)| site));
        // Shorter names stand in too many hosts by chance.
        is_known
            || (!name.is_empty() && (name == site || name == key(&host)))
            || (site.len() >= 4 && name.contains(&site))
    }
}

/// The host without `www.`, `m.` or `amp.`.
pub(super) fn host(address: &Url) -> Option<String> {
    let host = address.host_str()?;
    let bare = ["www.", "m.", "amp."].iter().find_map(|prefix| host.strip_prefix(prefix));
    Some(bare.unwrap_or(host).to_owned())
}

/// The part of a host that one owner has: `example.com` of `news.example.com`, `example.co.uk`.
pub(super) fn site(address: &Url) -> Option<String> {
    let host = host(address)?;
    let mut labels: Vec<&str> = host.rsplit('.').collect();
    // No list of public suffixes: a short second label (co, com, gov, edu) is nobody's own.
    let own = if labels.get(1).is_some_and(|label| label.len() <= 3) { 3 } else { 2 };
    labels.truncate(own);
    labels.reverse();
    Some(labels.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(title: &str, outlet: Option<&str>, h1: &str, expected: (&str, Option<&str>)) {
        let address = Url::parse("https://www.sahil24.example/az/1").unwrap();
        let headlines = if h1.is_empty() { vec![] } else { vec![h1] };
        let found = parted(title, &Known { outlet, address: Some(&address), headlines: &headlines });
        assert_eq!((found.0.as_str(), found.1.as_deref()), expected, "{title}");
    }

    #[test]
    fn the_outlet_stands_after_the_headline() {
        check("Körpü açıldı | Dalğa", None, "", ("Körpü açıldı", Some("Dalğa")));
        check("Körpü açıldı - Sahil 24", None, "", ("Körpü açıldı", Some("Sahil 24")));
        check("Körpü açıldı — Dalğa Xəbər", Some("Dalğa xəbər"), "", ("Körpü açıldı", Some("Dalğa Xəbər")));
        check("Körpü açıldı | Siyasət | Dalğa", None, "Körpü açıldı", ("Körpü açıldı", Some("Dalğa")));
    }

    #[test]
    fn the_outlet_stands_before_the_headline() {
        check("Dalğa: Körpü açıldı", Some("Dalğa"), "", ("Körpü açıldı", Some("Dalğa")));
        check("Sahil24 | Körpü açıldı", None, "", ("Körpü açıldı", Some("Sahil24")));
    }

    #[test]
    fn a_dash_or_a_colon_inside_a_headline_stays() {
        check("NAZİR: BAKI, ANKARA - İKİ SAHİL", None, "", ("NAZİR: BAKI, ANKARA - İKİ SAHİL", None));
        check("Bakı - Ankara", None, "Bakı - Ankara", ("Bakı - Ankara", None));
        check("", None, "", ("", None));
    }

    #[test]
    fn a_site_is_what_one_owner_has() {
        let site = |address: &str| site(&Url::parse(address).unwrap()).unwrap();
        assert_eq!(site("https://news.sahil.example/1"), "sahil.example");
        assert_eq!(site("https://www.dalga.co.uk/"), "dalga.co.uk");
        assert_eq!(site("https://az.apa.az/"), "az.apa.az");
    }
}
