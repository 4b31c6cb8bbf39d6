//! Placeholder until the merge: the title only.

use crate::language::Languages;
use crate::model::Metadata;
use scraper::{Html, Selector};
use url::Url;

/// What the page says of itself.
pub(super) fn read(tree: &Html, _address: Option<&Url>, _languages: &Languages) -> Metadata {
    let first = |css: &str| {
        let selector = Selector::parse(css).ok()?;
        let element = tree.select(&selector).next()?;
        let text = element.attr("content").map_or_else(|| element.text().collect(), str::to_owned);
        Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    };
    let title = first("meta[property='og:title']").or_else(|| first("h1")).or_else(|| first("title"));
    Metadata { title, ..Metadata::default() }
}
