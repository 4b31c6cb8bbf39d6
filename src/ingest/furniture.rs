//! Furniture: what stands inside an article without being part of its text.
//!
//! Share lines, links to other articles, datelines and labels survive extraction. They are told by how the page marks
//! them (class names, which are English on pages of every language), by the furniture phrases of each
//! [`Language`](crate::language::Language), and by what they are: headings with nothing below them, blocks that are
//! nothing but a link.

use super::content::Found;
use crate::language::{Languages, lower};
use crate::model::BlockKind;
use scraper::node::Element;

/// Words of class names and ids that mark furniture.
const MARKS: &[&str] = &[
    "share",
    "sharing",
    "social",
    "related",
    "newsletter",
    "subscribe",
    "subscription",
    "promo",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "timestamp",
    "dateline",
    "comments",
    "cookie",
    "consent",
    "advert",
    "advertisement",
    "ads",
    "tags",
    "taglist",
    "recommended",
    "recirc",
    "readmore",
    "outbrain",
    "taboola",
    "copyright",
    "toolbar",
    "pagination",
];
/// Words of class names that mark captions.
const CAPTIONS: &[&str] = &["caption", "figcaption", "credit", "photocredit"];

/// Characters up to which a block may be furniture by its phrase.
const SHORT: usize = 60;

/// Whether the page itself marks an element as furniture.
pub(super) fn is_marked(element: &Element) -> bool {
    element.attr("aria-hidden") == Some("true")
        || element.attr("hidden").is_some()
        || words(element).any(|word| MARKS.iter().any(|mark| mark.eq_ignore_ascii_case(word)))
}

/// Whether the page marks an element as a caption.
pub(super) fn is_caption(element: &Element) -> bool {
    words(element).any(|word| CAPTIONS.iter().any(|mark| mark.eq_ignore_ascii_case(word)))
}

/// The words of an element's class names and id: `share`, `bar` of `share-bar`.
fn words(element: &Element) -> impl Iterator<Item = &str> {
    let names = element.attr("class").into_iter().chain(element.id());
    names.flat_map(|names| names.split(|c: char| !c.is_ascii_alphanumeric()))
}

/// The blocks without furniture.
pub(super) fn without(mut blocks: Vec<Found>, languages: &Languages) -> Vec<Found> {
    blocks.retain(|block| !is_phrase(&block.text, languages));
    blocks
}

fn is_phrase(text: &str, languages: &Languages) -> bool {
    if text.chars().count() > SHORT {
        return false;
    }
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    languages.iter().any(|language| {
        let text = lower(text, language.casing);
        language.furniture.contains(&text)
    })
}
