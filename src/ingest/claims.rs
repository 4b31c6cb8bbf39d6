//! A claim is what one element of a page says of the page. This module collects the claims in one walk; which of them
//! to believe is for `metadata` to say.

use super::walk::{self, INLINE, Step, walk};
use scraper::{ElementRef, Html};

/// The claims of a page, each kind in document order.
#[derive(Default)]
pub(super) struct Claims<'a> {
    /// `<meta>`: name, property or http-equiv in small letters, and content.
    pub metas: Vec<(String, &'a str)>,
    /// Microdata: property and value.
    pub items: Vec<(&'a str, String)>,
    /// The content of JSON-LD scripts.
    pub scripts: Vec<String>,
    /// `<link rel=canonical>`.
    pub canonical: Option<&'a str>,
    /// `<base href>`.
    pub base: Option<&'a str>,
    /// `<link rel=license>` and `<a rel=license>`.
    pub licences: Vec<&'a str>,
    /// `<title>`.
    pub title: Option<String>,
    /// The language of `<html>`.
    pub language: Option<&'a str>,
    /// The `<h1>` elements, and the line each begins at.
    pub headings: Vec<(String, usize)>,
    /// `<time>` elements.
    pub times: Vec<Stamp>,
    /// The text of elements whose class or relation says author.
    pub authors: Vec<String>,
    /// What is shown, line by line.
    pub lines: Vec<Line<'a>>,
}

/// A `<time>` element.
pub(super) struct Stamp {
    /// Its `datetime`.
    pub value: String,
    /// The line it stands in.
    pub line: usize,
    /// It says that it is the time of a change.
    pub update: bool,
}

/// A shown line: the text between two block boundaries.
#[derive(Default)]
pub(super) struct Line<'a> {
    /// Its text, white space collapsed; the start alone where it is long.
    pub text: String,
    /// Longer than any label or date: running text.
    pub long: bool,
    /// In a menu, a side bar, a list of other articles, the caption of a picture: not about this article.
    pub beside: bool,
    /// In an element whose class speaks of a date.
    pub dated: bool,
    /// The last address it links to.
    pub link: Option<&'a str>,
}

/// Bytes kept of a line; a longer one is running text.
const LONG_LINE: usize = 240;

/// Bytes kept of the text of one element.
const LONG_ELEMENT: usize = 4000;

/// Longest text of an element that names an author.
const LONG_AUTHOR: usize = 160;

/// Headings looked at; a page has one, some have a few.
const MOST_HEADINGS: usize = 20;

/// Parts of class names and ids for what stands beside an article.
const BESIDE: &[&str] =
    &["related", "sidebar", "comment", "widget", "popular", "recommend", "latest", "most-read", "teaser", "cookie"];

/// Inline elements that stand within words; others part them, as the layout of a page does.
const WITHIN_WORDS: &[&str] = &["b", "em", "font", "i", "strong", "sub", "sup", "u", "wbr"];

/// What holds for all inside an element.
#[derive(Clone, Copy, Default)]
struct Region {
    beside: bool,
    dated: bool,
}

impl<'a> Claims<'a> {
    /// Collects the claims of a page.
    pub fn of(tree: &'a Html) -> Claims<'a> {
        let mut around_headline = std::collections::HashSet::new();
        let is_heading = |element: &ElementRef| element.value().name() == "h1";
        let elements = tree.root_element().descendants().filter_map(ElementRef::wrap);
        for heading in elements.filter(is_heading).take(MOST_HEADINGS) {
            around_headline.extend(heading.ancestors().map(|ancestor| ancestor.id()));
        }
        let mut claims = Claims::default();
        let mut line = Line::default();
        let mut regions: Vec<Region> = Vec::new();
        walk(tree, |step| match step {
            Step::Open(element) => {
                let mut region = regions.last().copied().unwrap_or_default();
                let class = classes(element);
                region.beside |= is_beside(element, &class) && !around_headline.contains(&element.id());
                region.dated |= ["date", "time", "publish"].iter().any(|part| class.contains(part));
                regions.push(region);
                claims.boundary(element, &mut line, region);
                claims.open(element, &class, region);
                if element.value().name() == "a" {
                    line.link = element.attr("href").or(line.link);
                }
            }
            Step::Text(text, parent) if parent.value().name() == "title" => {
                claims.title.get_or_insert_default().push_str(text.get(..LONG_ELEMENT).unwrap_or(text));
            }
            Step::Text(text, _) => {
                let region = regions.last().copied().unwrap_or_default();
                line.beside |= region.beside;
                line.dated |= region.dated;
                line.push(text);
            }
            Step::Close(element) => {
                let region = regions.pop().unwrap_or_default();
                claims.boundary(element, &mut line, region);
            }
        });
        claims.end_line(&mut line);
        claims
    }

    /// Ends the line at a block, parts words at most others.
    fn boundary(&mut self, element: ElementRef<'a>, line: &mut Line<'a>, region: Region) {
        let name = element.value().name();
        if !INLINE.contains(&name) {
            self.end_line(line);
            line.beside = region.beside;
        } else if !WITHIN_WORDS.contains(&name) {
            line.push(" ");
        }
    }

    fn end_line(&mut self, line: &mut Line<'a>) {
        let mut ended = std::mem::take(line);
        ended.text.truncate(ended.text.trim_end().len());
        if !ended.text.is_empty() {
            self.lines.push(ended);
        }
    }

    fn open(&mut self, element: ElementRef<'a>, class: &str, region: Region) {
        let attr = |name| element.attr(name).map(str::trim).filter(|value| !value.is_empty());
        let relations = attr("rel").unwrap_or_default().to_ascii_lowercase();
        let relates = |relation: &str| relations.split_whitespace().any(|r| r == relation);
        match element.value().name() {
            "html" => self.language = attr("lang").or(attr("xml:lang")),
            "base" => self.base = self.base.or(attr("href")),
            "meta" => {
                let names = ["name", "property", "http-equiv"].into_iter().filter_map(attr);
                if let Some(content) = attr("content") {
                    self.metas.extend(names.map(|name| (name.to_ascii_lowercase(), content)));
                }
            }
            "link" if relates("canonical") => self.canonical = self.canonical.or(attr("href")),
            "link" | "a" if relates("license") => self.licences.extend(attr("href")),
            "script" if attr("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json")) => {
                self.scripts.push(element.text().collect());
            }
            "h1" if self.headings.len() < MOST_HEADINGS => {
                self.headings.push((walk::text(element, LONG_ELEMENT), self.lines.len()));
            }
            "time" if !region.beside => {
                let update =
                    attr("itemprop") == Some("dateModified") || class.contains("updat") || class.contains("modif");
                self.times.extend(attr("datetime").map(|value| Stamp {
                    value: value.to_owned(),
                    line: self.lines.len(),
                    update,
                }));
            }
            _ => {}
        }
        if region.beside {
            return;
        }
        if let Some(properties) = attr("itemprop") {
            let value = item(element);
            self.items.extend(properties.split_whitespace().map(|property| (property, value.clone())));
        }
        if relates("author") || class.contains("author") || class.contains("byline") {
            let text = walk::text(element, LONG_AUTHOR);
            if text.len() <= LONG_AUTHOR {
                self.authors.push(text);
            }
        }
    }
}

impl Line<'_> {
    /// Adds text, its white space collapsed.
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if self.text.len() > LONG_LINE {
                self.long = true;
                return;
            }
            match c.is_whitespace() {
                true if self.text.is_empty() || self.text.ends_with(' ') => {}
                true => self.text.push(' '),
                false => self.text.push(c),
            }
        }
    }
}

/// Class names and id in small letters.
fn classes(element: ElementRef<'_>) -> String {
    let [class, id] = ["class", "id"].map(|name| element.attr(name).unwrap_or_default());
    format!("{class} {id}").to_ascii_lowercase()
}

fn is_beside(element: ElementRef<'_>, class: &str) -> bool {
    match element.value().name() {
        "nav" | "aside" | "figure" | "figcaption" | "select" => true,
        // Pages write "has-sidebar" on what holds the article.
        "html" | "body" | "main" | "article" => false,
        _ => BESIDE.iter().any(|part| class.contains(part)),
    }
}

/// The value of a microdata property: an attribute made for it, the name of the item, else the text.
fn item(element: ElementRef<'_>) -> String {
    let attributes: &[&str] = match element.value().name() {
        "a" | "link" | "area" => &["content", "href"],
        "time" => &["datetime", "content"],
        _ => &["content"],
    };
    let given = attributes.iter().find_map(|name| element.attr(name)).filter(|_| element.attr("itemscope").is_none());
    if let Some(given) = given {
        return given.to_owned();
    }
    let inner = element.descendants().skip(1).take(200).filter_map(ElementRef::wrap);
    let name =
        inner.filter(|inner| inner.attr("itemprop") == Some("name")).find_map(|inner| match inner.attr("content") {
            Some(content) => Some(content.to_owned()),
            None => Some(walk::text(inner, LONG_ELEMENT)).filter(|text| !text.trim().is_empty()),
        });
    name.unwrap_or_else(|| walk::text(element, LONG_ELEMENT))
}
