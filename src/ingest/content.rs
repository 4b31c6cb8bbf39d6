//! Content: the main text of a page, as blocks in order.
//!
//! The article is found by a maintained extractor: `dom_smoothie` (Mozilla's Readability), and where that finds little of
//! what the page has, by the same in a laxer mood and by `trafilatura` with all its fallbacks, at eight times the cost.
//! What they leave of the page around the article is taken away by [`furniture`].

use super::{assemble::plain, furniture, lead};
use crate::language::Languages;
use crate::model::BlockKind;
use scraper::{ElementRef, Html, Node};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Characters of text that make a news item, however short.
const ENOUGH: usize = 120;
/// Characters below which Readability of itself takes in more and more of the page: right for articles, but it fills
/// the short items of agencies with furniture.
const LAX: usize = 500;
/// Characters from which a paragraph of the page is prose, not a label.
const PROSE: usize = 80;
/// The part of a page's prose that an article has at least; comments and teasers have the rest.
const PART: usize = 3;
/// How many times as much a laxer extractor must find to be believed.
const MUCH_MORE: usize = 2;

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

/// The blocks of the main text of a [tidied](super::tree) page, of which `tree` is the tree; none where there is no
/// article.
pub(super) fn blocks(html: &str, tree: &Html, languages: &Languages) -> Vec<(BlockKind, String)> {
    let length = |blocks: &[Found]| blocks.iter().map(Found::length).sum::<usize>();
    let find = |content: Option<String>| {
        let blocks = content.map(|html| read(&Html::parse_fragment(&html), languages)).unwrap_or_default();
        furniture::without(blocks, languages)
    };
    let attempts: [fn(&str) -> Option<String>; 3] =
        [|html| readability(html, ENOUGH), |html| readability(html, LAX), trafilatura];
    let enough = ENOUGH.max(prose(tree) / PART);
    let mut best = Vec::new();
    for attempt in attempts {
        let found = find(guarded(|| attempt(html)));
        if length(&found) > MUCH_MORE * length(&best) {
            best = found;
        }
        if length(&best) >= enough {
            break;
        }
    }
    let paragraphs = best.iter().filter(|block| block.kind == BlockKind::Paragraph).map(|block| block.text.as_str());
    let lead = lead::missing(tree, paragraphs).map(|text| (BlockKind::Paragraph, text));
    lead.into_iter().chain(best.into_iter().map(|block| (block.kind, block.text))).collect()
}

/// Characters of the paragraphs of a page.
fn prose(tree: &Html) -> usize {
    let paragraphs = tree.root_element().descendent_elements().filter(|element| element.value().name() == "p");
    let lengths = paragraphs.map(|paragraph| paragraph.text().map(|text| text.chars().count()).sum::<usize>());
    lengths.filter(|length| *length >= PROSE).sum()
}

/// An extractor's answer, or none where it panics: it walks trees of unknown pages, and one page must not end the run.
fn guarded(extract: impl FnOnce() -> Option<String>) -> Option<String> {
    catch_unwind(AssertUnwindSafe(extract)).ok().flatten()
}

fn readability(html: &str, threshold: usize) -> Option<String> {
    let config = dom_smoothie::Config {
        // Classes tell captions and furniture apart; metadata are read by ourselves.
        keep_classes: true,
        disable_json_ld: true,
        char_threshold: threshold,
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
fn read(content: &Html, languages: &Languages) -> Vec<Found> {
    let root = content.root_element();
    let mut reader = Reader {
        languages,
        most: size(root) / 3,
        blocks: Vec::new(),
        text: String::new(),
        linked: 0,
        kinds: Vec::new(),
        links: 0,
        breaks: 0,
    };
    reader.children(root);
    reader.finish();
    reader.blocks
}

/// Bytes of text in an element.
fn size(element: ElementRef) -> usize {
    element.text().map(str::len).sum()
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

struct Reader<'a> {
    languages: &'a Languages,
    /// Bytes of text up to which an element may be furniture: pages also name the whole article for its share buttons.
    most: usize,
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

impl Reader<'_> {
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
        if furniture::is_marked(element.value(), self.languages) && size(element) <= self.most {
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

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Caption, Heading, Item, Paragraph, Quote};

    fn check(html: &str, expected: &[(BlockKind, &str)]) {
        let found = read(&Html::parse_fragment(html), Languages::bundled());
        let found: Vec<_> = found.iter().map(|block| (block.kind, block.text.as_str())).collect();
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn blocks_keep_their_kinds_and_order() {
        check(
            "<h2>Görüş</h2><p>Mətn.</p><ul><li>bir<li>iki</ul><blockquote><p>Sitat</p></blockquote>\
             <figure><img><figcaption>Şəkil</figcaption></figure><table><caption>Cədvəl</caption><tr><td>a<td>b</table>",
            &[
                (Heading, "Görüş"),
                (Paragraph, "Mətn."),
                (Item, "bir"),
                (Item, "iki"),
                (Quote, "Sitat"),
                (Caption, "Şəkil"),
                (Caption, "Cədvəl"),
                (Paragraph, "a b"),
            ],
        );
    }

    #[test]
    fn inline_markup_adds_no_spaces() {
        check("<p>Ба<b>к</b>у, «<a href=#>Шу</a>ша»<i>.</i></p>", &[(Paragraph, "Баку, «Шуша».")]);
    }

    #[test]
    fn two_line_breaks_make_a_paragraph_and_one_a_space() {
        check("<p>bir<br>iki<br> <br/>üç</p>", &[(Paragraph, "bir iki"), (Paragraph, "üç")]);
    }

    #[test]
    fn text_beside_blocks_is_kept() {
        check("<div>önce<p>orta</p>sonra</div>", &[(Paragraph, "önce"), (Paragraph, "orta"), (Paragraph, "sonra")]);
    }

    #[test]
    fn entities_and_invisible_characters_are_resolved() {
        check(
            "<p>5&nbsp;%&#8203; qa\u{ad}nun &amp; \u{feff}u\u{308}\u{2028}c\u{1}\u{e000}</p>",
            &[(Paragraph, "5 % qanun & ü c")],
        );
    }

    #[test]
    fn what_the_page_marks_as_furniture_is_left_out_unless_it_holds_the_text() {
        let text = "Nazir jurnalistlərə danışıqların gedişi barədə məlumat verib.";
        check(
            &format!(
                "<div class=\"has share\"><p>{text}</p><div class=share-bar>Facebook</div><i class=reklam-ic>!</i></div>"
            ),
            &[(Paragraph, text)],
        );
    }

    #[test]
    fn an_article_is_found_among_what_is_around_it() {
        let sentence = "Nazirlər martın 14-də Bakıda tranzit sazişinin layihəsini müzakirə ediblər, görüş uzun çəkib. ";
        let page = format!(
            "<html><head><title>Başlıq</title></head><body><nav><a href=/>Ana səhifə</a></nav><div class=main><h1>Başlıq</h1><p>{0}</p><p>{0}{0}</p></div>\
             <div class=sidebar><ul><li><a href=/1>Başqa xəbər</a></ul></div></body></html>",
            sentence.repeat(3)
        );
        let found = blocks(&page, &Html::parse_document(&page), Languages::bundled());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|(kind, text)| *kind == Paragraph && text.starts_with("Nazirlər")));
    }

    #[test]
    fn a_short_page_is_read_too() {
        let page = "<html><body><p>Сегодня в Баку открылась выставка.</p></body></html>";
        let found = blocks(page, &Html::parse_document(page), Languages::bundled());
        assert_eq!(found, [(Paragraph, "Сегодня в Баку открылась выставка.".to_owned())]);
    }
}
