//! An offered version is a language in which a page says it can also be read. This module finds them in hreflang, in
//! JSON-LD and in the visible switcher ("Az | En | Ru"), and in a switcher that is a line of plain text.
//!
//! One language alone is no offer, and a word of prose that looks like a code ("in", "no", "it") is none: only sets of
//! two or more languages count, with one among them that korpu knows.

use super::walk::{Step, walk};
use crate::language::{Lang, Languages, lower};
use crate::model::OfferedVersion;
use scraper::{ElementRef, Html};
use std::{cmp::Reverse, collections::HashMap};
use url::Url;

/// The two-letter codes of ISO 639-1. Lang::parse takes any two or three letters, as BCP 47 does; a label of a
/// switcher must be a real one.
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de \
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is \
    it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na \
    nb nd ne ng nl nn nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss \
    st su sv sw ta te tg th ti tk tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Longest line, in bytes, that can be a switcher.
const LONGEST_LINE: usize = 200;

/// How far above its labels the element that holds a switcher may stand.
const HIGHEST: usize = 6;

/// Most bytes of other words inside a switcher ("Dil:", "Language").
const MOST_OTHER: usize = 30;

/// Most nodes in a switcher.
const MOST_NODES: usize = 500;

/// Most labels looked at in one page.
const MOST_LABELS: usize = 500;

/// The versions that a page offers, sorted by language. `declared` is the language that the page claims for itself,
/// `stated` what its JSON-LD says of translations, `base` the address that links are relative to.
pub(super) fn offered(
    tree: &Html,
    base: Option<&Url>,
    declared: Option<&str>,
    stated: &[(String, Option<String>)],
    languages: &Languages,
) -> Vec<OfferedVersion> {
    let names = Names::of(languages);
    let mut explicit = hreflang(tree, base, &names);
    explicit.extend(stated.iter().filter_map(|(tag, url)| {
        let lang = names.lang(tag)?;
        let url = url.as_deref().and_then(|url| absolute(url, base));
        Some(OfferedVersion { lang, source_tag: tag.clone(), url })
    }));
    let own = declared.and_then(Lang::parse);
    let differs = |version: &OfferedVersion| own.as_ref().is_some_and(|own| own.primary() != version.lang.primary());
    if different(&explicit) < 2 && !explicit.iter().any(differs) {
        explicit.clear();
    }
    merged(explicit, switcher(tree, base, &names))
}

/// The address as absolute as can be, of HTTP only.
pub(super) fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let address = address.trim();
    let url = match (base, address.strip_prefix("//")) {
        (Some(base), _) => base.join(address).ok()?,
        (None, Some(rest)) => Url::parse(&format!("https://{rest}")).ok()?,
        (None, None) => Url::parse(address).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// `<link rel=alternate hreflang>` and `<a hreflang>`; `x-default` is no language, feeds are no versions.
fn hreflang(tree: &Html, base: Option<&Url>, names: &Names) -> Vec<OfferedVersion> {
    let mut found = Vec::new();
    walk(tree, |step| {
        let Step::Open(element) = step else { return };
        let (Some(tag), name) = (element.attr("hreflang"), element.value().name()) else { return };
        let attr = |name| element.attr(name).unwrap_or_default().to_ascii_lowercase();
        let is_page = !["rss", "atom", "json"].iter().any(|kind| attr("type").contains(kind));
        let is_offer = name == "a" || (name == "link" && attr("rel").split_whitespace().any(|r| r == "alternate"));
        if let Some(lang) = names.lang(tag).filter(|_| is_page && is_offer && found.len() < MOST_LABELS) {
            let url = element.attr("href").and_then(|href| absolute(href, base));
            // In the head first: its addresses are made for machines.
            found.push((name == "a", OfferedVersion { lang, source_tag: tag.trim().to_owned(), url }));
        }
    });
    found.sort_by_key(|(shown, _)| *shown);
    found.into_iter().map(|(_, version)| version).collect()
}

/// A shown text that names languages only.
struct Label<'a> {
    element: ElementRef<'a>,
    version: OfferedVersion,
}

/// The visible switcher: the smallest element that holds names of two or more languages and hardly a word besides.
fn switcher(tree: &Html, base: Option<&Url>, names: &Names) -> Vec<OfferedVersion> {
    let mut labels: Vec<Label> = Vec::new();
    let mut add = |text: &str, element| {
        let found = names.labels(text).filter(|_| labels.len() < MOST_LABELS).unwrap_or_default();
        labels.extend(found.into_iter().map(|(lang, tag)| {
            let url = address(element).and_then(|address| absolute(address, base));
            Label { element, version: OfferedVersion { lang, source_tag: tag.to_owned(), url } }
        }));
    };
    walk(tree, |step| match step {
        Step::Text(text, element) if text.len() <= LONGEST_LINE => add(text, element),
        // A flag in a link is named by its text for the blind.
        Step::Open(element) if element.value().name() == "img" => add(element.attr("alt").unwrap_or_default(), element),
        _ => {}
    });
    // Labels by each element that stands above them. The language that is shown now may stand outside the list of the
    // others, so that a larger element with more languages is the better one.
    let mut by_element = HashMap::new();
    for (n, label) in labels.iter().enumerate() {
        let above = std::iter::once(label.element).chain(label.element.ancestors().filter_map(ElementRef::wrap));
        for holder in above.take(HIGHEST) {
            by_element.entry(holder.id()).or_insert((n, holder, Vec::new())).2.push(label.version.clone());
        }
    }
    let mut sets: Vec<_> = by_element.into_values().filter(|(_, _, set)| names.is_set(set)).collect();
    sets.sort_by_key(|(first, holder, set)| (Reverse(different(set)), set.len(), *first, holder.ancestors().count()));
    let switcher = sets.into_iter().find(|(_, holder, _)| other_words(*holder, names) <= MOST_OTHER);
    switcher.map(|(_, _, set)| set).unwrap_or_default()
}

/// Where a label leads: the link or option it stands in.
fn address(element: ElementRef<'_>) -> Option<&str> {
    let above = std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap)).take(3);
    above
        .filter_map(|element| match element.value().name() {
            "a" => element.attr("href"),
            "option" => element.attr("value").filter(|value| value.contains('/')),
            _ => None,
        })
        .find(|address| !address.starts_with('#'))
}

/// Bytes of text in an element that name no language; `usize::MAX` where there is too much to look at.
fn other_words(element: ElementRef<'_>, names: &Names) -> usize {
    let mut other = 0;
    for (n, node) in element.descendants().enumerate() {
        let text: &str = node.value().as_text().map_or("", |text| text);
        other += if names.labels(text).is_some() { 0 } else { text.trim().len() };
        if n > MOST_NODES || other > MOST_OTHER {
            return usize::MAX;
        }
    }
    other
}

/// How many different languages, scripts and regions aside.
fn different(versions: &[OfferedVersion]) -> usize {
    let mut primary: Vec<&str> = versions.iter().map(|version| version.lang.primary()).collect();
    primary.sort_unstable();
    primary.dedup();
    primary.len()
}

/// One version a language. The explicit ones win; a switcher adds languages, and an address where one is missing.
fn merged(explicit: Vec<OfferedVersion>, shown: Vec<OfferedVersion>) -> Vec<OfferedVersion> {
    let mut merged: Vec<OfferedVersion> = Vec::new();
    for (version, is_shown) in explicit.into_iter().map(|v| (v, false)).chain(shown.into_iter().map(|v| (v, true))) {
        let same = |known: &&mut OfferedVersion| {
            known.lang == version.lang
                || (is_shown
                    && known.lang.primary() == version.lang.primary()
                    && (version.lang.script().is_none() || known.lang.script() == version.lang.script()))
        };
        match merged.iter_mut().find(same) {
            Some(known) => known.url = known.url.take().or(version.url),
            None => merged.push(version),
        }
    }
    merged.sort_by(|a, b| a.lang.cmp(&b.lang));
    merged
}

/// The words by which languages are called, in small letters.
pub(super) struct Names {
    langs: HashMap<String, Lang>,
    /// The languages that korpu has data for.
    known: Vec<String>,
}

impl Names {
    /// The names that the languages have for each other and for themselves.
    pub fn of(languages: &Languages) -> Names {
        let mut langs = HashMap::new();
        for language in languages.iter() {
            let own = [&language.tag, &language.name, &language.native].map(|word| (&language.tag, word));
            let others = language.language_names.iter().flat_map(|(tag, words)| words.iter().map(move |w| (tag, w)));
            for (tag, word) in own.into_iter().chain(others) {
                if let Some(lang) = Lang::parse(tag) {
                    langs.insert(lower(word, language.casing), lang);
                }
            }
        }
        Names { langs, known: languages.iter().map(|language| language.tag.clone()).collect() }
    }

    /// The versions of a line that is a switcher and nothing else ("Az Iw En Ru"); `None` if it is not.
    pub fn line(&self, text: &str) -> Option<Vec<OfferedVersion>> {
        let labels = self.labels(text)?.into_iter();
        let found: Vec<_> =
            labels.map(|(lang, tag)| OfferedVersion { lang, source_tag: tag.to_owned(), url: None }).collect();
        self.is_set(&found).then(|| merged(Vec::new(), found))
    }

    /// The language of a code or a name, as printed.
    fn lang(&self, word: &str) -> Option<Lang> {
        let word = word.trim();
        let is_code = |lang: &Lang| CODES.split(' ').any(|code| code == lang.primary()) || lang.primary() == "fil";
        let by_code = || Lang::parse(word).filter(is_code);
        // The capital of i is İ or I, as the language of the page has it.
        let by_name = |casing| self.langs.get(&lower(word, casing)).cloned();
        by_name(crate::language::Casing::Plain).or_else(|| by_name(crate::language::Casing::Turkic)).or_else(by_code)
    }

    /// The languages that a text names, if it does nothing else; each with the word as printed.
    fn labels<'t>(&self, text: &'t str) -> Option<Vec<(Lang, &'t str)>> {
        let mut labels = Vec::new();
        if text.len() > LONGEST_LINE {
            return None;
        }
        let separators = ['|', '/', '·', '•', ',', ';', '—', '–', '\n', '\t', '[', ']', '(', ')', '▼', '▾', '»', '«'];
        for piece in text.split(separators).map(str::trim).filter(|piece| !piece.is_empty()) {
            match self.lang(piece) {
                Some(lang) => labels.push((lang, piece)),
                None => {
                    for word in piece.split_whitespace() {
                        labels.push((self.lang(word)?, word));
                    }
                }
            }
        }
        (!labels.is_empty()).then_some(labels)
    }

    /// Whether labels make a switcher: two languages or more, one of them known, all written in one way ("Az En", not
    /// "En az", which is Turkish for "at least").
    fn is_set(&self, versions: &[OfferedVersion]) -> bool {
        let way = |version: &OfferedVersion| {
            let mut letters = version.source_tag.chars().filter(|c| c.is_alphabetic());
            (letters.next().is_some_and(char::is_uppercase), letters.next().is_some_and(char::is_uppercase))
        };
        let is_known = |version: &OfferedVersion| self.known.iter().any(|tag| tag == version.lang.primary());
        let codes: Vec<_> = versions.iter().filter(|version| version.source_tag.chars().count() <= 3).collect();
        let is_even = codes.windows(2).all(|pair| match pair {
            [one, other] => way(one) == way(other),
            _ => true,
        });
        different(versions) >= 2 && is_even && versions.iter().any(is_known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(versions: &[OfferedVersion]) -> String {
        let one = |v: &OfferedVersion| format!("{}({}){}", v.lang, v.source_tag, v.url.as_deref().unwrap_or_default());
        versions.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn check(html: &str, expected: &str) {
        let base = Url::parse("https://sahil.example/az/xeber").unwrap();
        let found = offered(&Html::parse_document(html), Some(&base), None, &[], Languages::bundled());
        assert_eq!(shown(&found), expected, "{html}");
    }

    fn check_line(text: &str, expected: &str) {
        assert_eq!(shown(&Names::of(Languages::bundled()).line(text).unwrap_or_default()), expected, "{text}");
    }

    #[test]
    fn hreflang_offers_versions() {
        check(
            "<link rel=alternate hreflang=az href=/az/xeber><link rel=alternate hreflang=ru href=/ru/novost>\
             <link rel=alternate hreflang=x-default href=/>\
             <link rel=alternate hreflang=en type=application/rss+xml href=/feed>",
            "az(az)https://sahil.example/az/xeber ru(ru)https://sahil.example/ru/novost",
        );
    }

    #[test]
    fn one_other_language_is_an_offer_and_the_own_one_is_none() {
        let page = Html::parse_document("<link rel=alternate hreflang=ru href=https://sahil.example/ru/>");
        let offered = |own| offered(&page, None, Some(own), &[], Languages::bundled()).len();
        assert_eq!((offered("az"), offered("ru-RU")), (1, 0));
    }

    #[test]
    fn a_switcher_of_links_offers_versions() {
        check(
            "<nav><a href=/az>Az</a> <a href=/he>Iw</a> <b>En</b> <a href=/ru>Ru</a></nav><p>Text in the page.</p>",
            "az(Az)https://sahil.example/az en(En) he(Iw)https://sahil.example/he ru(Ru)https://sahil.example/ru",
        );
        check(
            "<ul class=lang><li><span>Dil:</span><li><a href=/ru>Русский</a><li><a href=/en>English</a></ul>",
            "en(English)https://sahil.example/en ru(Русский)https://sahil.example/ru",
        );
        check("<div>AZ | EN | RU</div>", "az(AZ) en(EN) ru(RU)");
        check("<div><b>AZ</b><ul><li>EN<li>RU</ul></div>", "az(AZ) en(EN) ru(RU)");
    }

    #[test]
    fn a_switcher_of_options_or_flags_offers_versions() {
        check(
            "<select><option value=/az/>Azərbaycanca<option value=tr>Türkçe</select>",
            "az(Azərbaycanca)https://sahil.example/az/ tr(Türkçe)",
        );
        check(
            "<div><a href=/az><img alt=AZ></a><a href=/tr><img alt=TR></a></div>",
            "az(AZ)https://sahil.example/az tr(TR)https://sahil.example/tr",
        );
    }

    #[test]
    fn hreflang_wins_over_the_switcher_and_takes_its_address() {
        check(
            "<link rel=alternate hreflang=az-AZ><link rel=alternate hreflang=en href=/en/news>\
             <div><a href=/az>AZ</a><a href=/en>EN</a><a href=/ru>RU</a></div>",
            "az-AZ(az-AZ)https://sahil.example/az en(en)https://sahil.example/en/news ru(RU)https://sahil.example/ru",
        );
    }

    #[test]
    fn words_of_prose_are_no_switcher() {
        check("<p>Is it <i>in</i> or <i>no</i>?</p>", "");
        check("<div><a href=/en>En</a></div>", "");
        check("<p>The words <b>az</b> and <b>en</b> are short, and this sentence around them is long.</p>", "");
        check("<table><tr><td>No</td><td>It</td></tr></table>", "");
    }

    #[test]
    fn a_line_of_text_can_be_a_switcher() {
        check_line("Az Iw En Ru", "az(Az) en(En) he(Iw) ru(Ru)");
        check_line(
            "Azərbaycan dili | English | Русский | Türkçe",
            "az(Azərbaycan dili) en(English) ru(Русский) tr(Türkçe)",
        );
        check_line("AZE / ENG / РУС", "az(AZE) en(ENG) ru(РУС)");
        check_line("En az", "");
        check_line("En", "");
        check_line("it is so", "");
        check_line("", "");
    }
}
