//! The lead: a summary set apart between the headline and the text.
//!
//! Extractors take it for a second headline or for part of the page's head, and drop it; in a news text it is the first
//! paragraph, and often the one that other outlets keep.

use super::assemble::plain;
use scraper::{ElementRef, Html};

/// Words of class names and of `itemprop` that mark a lead.
const MARKS: &[&str] = &[
    "lead",
    "lede",
    "standfirst",
    "subtitle",
    "subhead",
    "subheading",
    "subheadline",
    "dek",
    "deck",
    "description",
    "summary",
    "spot",
    "sapo",
    "perex",
];
/// Characters of a lead: shorter ones are section names, longer ones the text itself.
const LENGTH: std::ops::Range<usize> = 40..1000;

/// The lead of a page that the paragraphs of its text lack, if it stands between the headline and the first of them.
pub(super) fn missing<'a>(tree: &Html, mut paragraphs: impl Iterator<Item = &'a str>) -> Option<String> {
    let opening = |text: &str| text.chars().take(LENGTH.start).collect::<String>();
    let first = opening(paragraphs.next()?);
    let text = |element: ElementRef| plain(&element.text().collect::<String>());
    let (mut headline, mut lead) = (false, None::<String>);
    for element in tree.root_element().descendent_elements() {
        let name = element.value().name();
        if name == "h1" {
            // The last one above the text: sites set their own names as h1, too.
            (headline, lead) = (true, None);
        } else if name == "p" && opening(&text(element)) == first {
            let lead = lead?;
            let known = paragraphs.any(|paragraph| opening(paragraph) == opening(&lead));
            return (!known).then_some(lead);
        } else if headline && lead.is_none() && is_marked(element) {
            lead = Some(text(element)).filter(|lead| LENGTH.contains(&lead.chars().count()) && is_sentence(lead));
        }
    }
    // The text is not where it was looked for: the lead cannot be placed.
    None
}

/// Whether an element is a paragraph or heading marked as a lead.
fn is_marked(element: ElementRef) -> bool {
    let element = element.value();
    let names = element.attr("class").into_iter().chain(element.attr("itemprop"));
    let mut words = names.flat_map(|names| names.split(|c: char| !c.is_ascii_alphanumeric()));
    matches!(element.name(), "h2" | "h3" | "p")
        && words.any(|word| MARKS.iter().any(|mark| mark.eq_ignore_ascii_case(word)))
}

/// Whether a text ends as sentences do; a second headline does not.
fn is_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '»', '’', ')']).ends_with(['.', '!', '?', '…'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, paragraphs: &[&str], lead: Option<&str>) {
        let tree = Html::parse_document(html);
        assert_eq!(missing(&tree, paragraphs.iter().copied()).as_deref(), lead, "{html}");
    }

    const LEAD: &str = "Bakanlar, transit anlaşmasının taslağını Bakü'de üç saat boyunca görüştü.";

    #[test]
    fn a_lead_below_the_headline_is_found() {
        let page = format!("<h1>Başlık</h1><h2 class=spot>{LEAD}</h2><div><p>Metin.</p></div>");
        check(&page, &["Metin."], Some(LEAD));
        check(&page, &[LEAD, "Metin."], None);
    }

    #[test]
    fn what_stands_elsewhere_is_no_lead() {
        check(&format!("<p class=lead>{LEAD}</p><h1>Başlık</h1><p>Metin.</p>"), &["Metin."], None);
        check(&format!("<h1>Başlık</h1><p>Metin.</p><p class=summary>{LEAD}</p>"), &["Metin."], None);
        check("<h1>Başlık</h1><h2 class=spot>Ekonomi</h2><p>Metin.</p>", &["Metin."], None);
        let headline = LEAD.trim_end_matches('.');
        check(&format!("<h1>Başlık</h1><h2 class=spot>{headline}</h2><p>Metin.</p>"), &["Metin."], None);
        check("", &[], None);
    }
}
