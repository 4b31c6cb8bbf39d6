//! Content: the main text of a page, as blocks in order.
//!
//! The article is found by a maintained extractor: `dom_smoothie` (Mozilla's Readability), and where that finds next to
//! nothing, by `trafilatura` with all its fallbacks, at eight times the cost. What they leave of the page around the
//! article is taken away by [`furniture`].

use super::{assemble::plain, furniture};
use crate::language::Languages;
use crate::model::BlockKind;
use scraper::{ElementRef, Html, Node};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Characters of text below which the slow extractor is asked as well (trafilatura's own limit for a second look).
const ENOUGH: usize = 250;
/// Elements above which a page is refused: the largest news page seen has 20,000.
const ELEMENTS: usize = 1_000_000;

/// A block as found on the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) kind: BlockKind,
    pub(super) text: String,
    /// Characters of the text that stand inside links.
    pub(super) linked: usize,
}

impl Found {
    /// Characters of its text.
    pub(super) fn length(&self) -> usize {
        self.text.chars().count()
    }
}

/// The blocks of the main text of a [tidied](super::tree) page; none where there is no article.
pub(super) fn blocks(html: &str, languages: &Languages) -> Vec<(BlockKind, String)> {
    let length = |blocks: &[Found]| blocks.iter().map(Found::length).sum::<usize>();
    let find = |content: Option<String>| {
        let blocks = content.map(|html| read(&Html::parse_fragment(&html))).unwrap_or_default();
        furniture::without(blocks, languages)
    };
    let mut best = find(guarded(|| readability(html)));
    if length(&best) < ENOUGH {
        let second = find(guarded(|| trafilatura(html)));
        if length(&second) > length(&best) {
            best = second;
        }
    }
    best.into_iter().map(|block| (block.kind, block.text)).collect()
}

/// An extractor's answer, or none where it panics: it walks trees of unknown pages, and one page must not end the run.
fn guarded(extract: impl FnOnce() -> Option<String>) -> Option<String> {
    catch_unwind(AssertUnwindSafe(extract)).ok().flatten()
}

fn readability(html: &str) -> Option<String> {
    let config = dom_smoothie::Config {
        // Classes tell captions and furniture apart; metadata are read by ourselves.
        keep_classes: true,
        disable_json_ld: true,
        max_elements_to_parse: ELEMENTS,
        char_threshold: ENOUGH,
        ..dom_smoothie::Config::default()
    };
    let mut page = dom_smoothie::Readability::new(html, None, Some(config)).ok()?;
    Some(page.parse().ok()?.content.to_string())
}

fn trafilatura(html: &str) -> Option<String> {
    let options = trafilatura::Options::default()
        .with_fallback(true)
        .with_links(true)
        .with_exclude_comments(true)
        .with_html_date_mode(trafilatura::HtmlDateMode::Disabled);
    Some(trafilatura::extract(html, &options).ok()?.content_html)
}

/// The blocks of an article, from the tree of its HTML.
fn read(content: &Html) -> Vec<Found> {
    let mut reader = Reader::default();
    reader.children(content.root_element());
    reader.finish();
    reader.blocks
}

/// What an element is to the flow of text.
enum Flow {
    /// Text of its own: a block, of a kind where the element says so.
    Block(Option<BlockKind>),
    /// Part of the text around it, a space apart.
    Cell,
    /// Part of the text around it.
    Inline,
    /// A line break.
    Break,
    /// No text to read.
    Nothing,
}

fn flow(name: &str) -> Flow {
    use BlockKind::{Caption, Heading, Item, Quote};
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Flow::Block(Some(Heading)),
        "li" | "dt" | "dd" => Flow::Block(Some(Item)),
        "blockquote" => Flow::Block(Some(Quote)),
        "figcaption" | "caption" | "figure" => Flow::Block(Some(Caption)),
        "p" | "div" | "section" | "article" | "main" | "header" | "ul" | "ol" | "dl" | "table" | "thead" | "tbody"
        | "tfoot" | "tr" | "pre" | "hr" | "address" | "details" | "summary" | "center" | "fieldset" | "hgroup"
        | "body" | "html" => Flow::Block(None),
        "td" | "th" => Flow::Cell,
        "br" => Flow::Break,
        "script" | "style" | "noscript" | "template" | "nav" | "aside" | "footer" | "button" | "select"
        | "textarea" | "input" | "audio" | "video" | "iframe" | "object" | "svg" | "head" | "dialog" => Flow::Nothing,
        _ => Flow::Inline,
    }
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Found>,
    /// The text of the block that is being read.
    text: String,
    linked: usize,
    /// Kinds of the open elements that have one.
    kinds: Vec<BlockKind>,
    links: usize,
    /// Line breaks since the last text.
    breaks: usize,
}

impl Reader {
    /// Reads what is in an element. Recursion is as deep as [`super::tree`] lets pages nest.
    fn children(&mut self, element: ElementRef) {
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.text(text),
                Node::Element(_) => ElementRef::wrap(child).into_iter().for_each(|element| self.element(element)),
                _ => {}
            }
        }
    }

    fn element(&mut self, element: ElementRef) {
        let name = element.value().name();
        if furniture::is_marked(element.value()) {
            return;
        }
        match flow(name) {
            Flow::Nothing => {}
            Flow::Inline if name == "a" => {
                self.links += 1;
                self.children(element);
                self.links -= 1;
            }
            Flow::Inline => self.children(element),
            Flow::Cell => {
                self.text.push(' ');
                self.children(element);
                self.text.push(' ');
            }
            Flow::Break => {
                self.breaks += 1;
                self.text.push(' ');
                // One break is typography, two are how pages without <p> make paragraphs.
                if self.breaks == 2 {
                    self.finish();
                }
            }
            Flow::Block(kind) => {
                self.finish();
                let kind = if furniture::is_caption(element.value()) { Some(BlockKind::Caption) } else { kind };
                self.kinds.extend(kind);
                self.children(element);
                self.finish();
                if kind.is_some() {
                    self.kinds.pop();
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        let visible = text.chars().filter(|c| !c.is_whitespace()).count();
        if visible > 0 {
            self.breaks = 0;
        }
        if self.links > 0 {
            self.linked += text.trim().chars().count();
        }
        self.text.push_str(text);
    }

    /// Ends the block that is being read.
    fn finish(&mut self) {
        let text = plain(&std::mem::take(&mut self.text));
        let linked = std::mem::take(&mut self.linked);
        if text.is_empty() {
            return;
        }
        // A paragraph in a caption is a caption, an item in a quotation an item: the innermost kind, captions first.
        let caption = self.kinds.contains(&BlockKind::Caption).then_some(BlockKind::Caption);
        let kind = caption.or(self.kinds.last().copied()).unwrap_or(BlockKind::Paragraph);
        self.blocks.push(Found { kind, text, linked });
    }
}
