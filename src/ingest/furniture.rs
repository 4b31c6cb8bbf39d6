//! Furniture: what stands inside an article without being part of its text.
//!
//! Share lines, links to other articles, datelines and labels survive extraction. They are told by how the page marks
//! them (class names, which are English on pages of every language), by the furniture phrases of each
//! [`Language`](crate::language::Language), and by what they are: headings with nothing below them, lines that are
//! nothing but a link. Whole sentences are never furniture by their looks.

use super::content::Found;
use crate::language::{Language, Languages, lower};
use crate::model::BlockKind;
use scraper::node::Element;
use std::collections::HashSet;

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
    "ad",
    "topics",
    "ticker",
    "conversation",
    "disqus",
    "standards",
    "corrections",
    "disclaimer",
    "legal",
    "licence",
    "license",
];
/// Attributes that pages name their parts in.
const NAMES: &[&str] = &["class", "id", "data-testid", "data-component"];
/// Words of class names that mark captions.
const CAPTIONS: &[&str] = &["caption", "figcaption", "credit", "photocredit"];

/// Characters up to which a line may be a label, a dateline or a byline.
const SHORT: usize = 80;
/// Characters up to which a line may be furniture by a phrase it begins with, or a caption by its credit.
const LINE: usize = 250;
/// Words a dateline may have beside its numbers.
const DATELINE_WORDS: usize = 8;
/// Paragraphs above which datelines and bylines stand, and below which comments begin.
const HEAD: usize = 2;
/// Linked items in a row that make a list of links.
const LIST: usize = 3;
/// Share of its text in links from which a line is nothing but a link.
const LINKED: f64 = 0.8;
/// The same where a furniture phrase leads to the link.
const LED: f64 = 0.5;

/// Whether the page itself marks an element as furniture.
pub(super) fn is_marked(element: &Element, languages: &Languages) -> bool {
    let is = |word: &str, marks: &[String]| marks.iter().any(|mark| mark.eq_ignore_ascii_case(word));
    element.attr("aria-hidden") == Some("true")
        || element.attr("hidden").is_some()
        || is_named(element, MARKS)
        || names(element).any(|word| languages.iter().any(|language| is(word, &language.furniture_classes)))
}

/// Whether the page marks an element as a caption.
pub(super) fn is_caption(element: &Element) -> bool {
    is_named(element, CAPTIONS)
}

fn is_named(element: &Element, marks: &[&str]) -> bool {
    names(element).any(|word| marks.iter().any(|mark| mark.eq_ignore_ascii_case(word)))
}

/// The words of an element's names: `share` and `bar` of `share-bar`.
fn names(element: &Element) -> impl Iterator<Item = &str> {
    let names = NAMES.iter().filter_map(|attribute| element.attr(attribute));
    names.flat_map(|names| names.split(|c: char| !c.is_ascii_alphanumeric())).filter(|word| !word.is_empty())
}

/// The blocks without furniture, captions told from paragraphs.
pub(super) fn without(blocks: Vec<Found>, languages: &Languages) -> Vec<Found> {
    let lists = link_lists(&blocks);
    let mut captions = HashSet::new();
    let mut kept: Vec<Found> = Vec::with_capacity(blocks.len());
    let mut paragraphs = 0;
    for (mut block, in_link_list) in blocks.into_iter().zip(lists) {
        let line = Line::of(&block);
        if paragraphs >= HEAD && line.is_label_of(languages, |language| &language.comment_labels) {
            break;
        }
        let furniture = in_link_list
            || (block.kind == BlockKind::Paragraph && line.is_link())
            || line.is_phrase(languages)
            || line.is_label_of(languages, |language| &language.comment_labels)
            || line.is_menu(languages)
            || line.is_notice()
            || line.is_byline(languages, paragraphs < HEAD)
            || (paragraphs < HEAD && line.is_dateline(languages));
        if line.is_credited(languages) {
            block.kind = BlockKind::Caption;
        }
        // Galleries show the caption of a picture again with each of its sizes.
        let repeated = block.kind == BlockKind::Caption && !captions.insert(block.text.clone());
        if !furniture && !repeated {
            paragraphs += usize::from(block.kind == BlockKind::Paragraph && block.length() > SHORT);
            kept.push(block);
        }
    }
    while kept.last().is_some_and(|block| block.kind == BlockKind::Heading) {
        kept.pop();
    }
    kept
}

/// Which blocks are items of a list of links: a menu or a list of other articles, where one linked item is often text.
fn link_lists(blocks: &[Found]) -> Vec<bool> {
    let mut marks: Vec<bool> = blocks.iter().map(|b| b.kind == BlockKind::Item && Line::of(b).is_link()).collect();
    for run in marks.chunk_by_mut(|a, b| a == b).filter(|run| run.len() < LIST) {
        run.fill(false);
    }
    marks
}

/// A block looked at as a line that may be furniture.
struct Line<'a> {
    block: &'a Found,
    text: &'a str,
    length: usize,
}

impl<'a> Line<'a> {
    fn of(block: &'a Found) -> Self {
        Line { block, text: &block.text, length: block.length() }
    }

    /// Share of the text that stands in links.
    fn linked(&self) -> f64 {
        self.block.linked as f64 / self.length.max(1) as f64
    }

    /// Whether it ends as sentences do.
    fn is_sentence(&self) -> bool {
        let end = self.text.trim_end_matches(['"', '”', '»', '’', ')', ']']);
        end.ends_with(['.', '!', '?', '…', ':', ';'])
    }

    /// A furniture phrase alone, or one that leads to links: "Read more: ...", "Latest news ...".
    fn is_phrase(&self, languages: &Languages) -> bool {
        let leads = |language: &Language| {
            let line = lower(self.text, language.casing);
            // One word without a colon can begin a sentence: "More than 20 people ...".
            language.furniture.iter().any(|phrase| match line.strip_prefix(phrase.as_str()) {
                Some(rest) => rest.starts_with(':') || (rest.starts_with(' ') && phrase.contains(' ')),
                None => false,
            })
        };
        let to_links = self.linked() >= LED && languages.iter().any(leads);
        to_links || self.is_label_of(languages, |language| &language.furniture)
    }

    /// A line that is one of a list's phrases, figures and signs around it aside: "Comments (12)".
    fn is_label_of(&self, languages: &Languages, list: fn(&Language) -> &Vec<String>) -> bool {
        self.length <= SHORT && has(languages, self.text.trim_matches(|c: char| !c.is_alphabetic()), list)
    }

    /// Several labels in a line, one of them a furniture phrase: "Print | Forum | Views: 12".
    fn is_menu(&self, languages: &Languages) -> bool {
        let parts = self.text.split(['|', '·', '•']);
        self.length <= SHORT
            && parts.clone().count() > 1
            && parts.clone().any(|part| has(languages, part, |language| &language.furniture))
    }

    /// Nothing but a link to somewhere else, and no sentence.
    fn is_link(&self) -> bool {
        self.linked() >= LINKED && !(self.length > SHORT && self.is_sentence())
    }

    /// A copyright notice.
    fn is_notice(&self) -> bool {
        self.length <= SHORT && self.text.contains('©')
    }

    /// A line with little but a date: the year, and a month or a time.
    fn is_dateline(&self, languages: &Languages) -> bool {
        if self.length > SHORT || !self.is_label() {
            return false;
        }
        let (mut year, mut exact, mut words) = (false, false, 0);
        for word in self.text.split(|c: char| !c.is_alphanumeric() && c != ':' && c != '.').filter(|w| !w.is_empty()) {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            let numeric = digits > 0 && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
            year |=
                numeric && word.split(['.', ':']).any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")));
            exact |= (numeric && digits > 2 && word.trim_end_matches(['.', ':']).contains(['.', ':']))
                || languages.month(word).is_some();
            words += usize::from(digits == 0);
        }
        year && exact && words <= DATELINE_WORDS
    }

    /// A line that names the author or the source: a label, a colon and a name; above the text also without the colon.
    fn is_byline(&self, languages: &Languages, above: bool) -> bool {
        if self.length > SHORT || !self.is_label() || self.is_sentence() {
            return false;
        }
        let byline = |label: &str| has(languages, label, |language| &language.byline_labels);
        let source = |label: &str| has(languages, label, |language| &language.source_labels);
        match self.text.split_once(':') {
            Some((label, name)) => source(label) || (byline(label) && is_name(name)),
            None => above && self.text.split_once(' ').is_some_and(|(label, name)| byline(label) && is_name(name)),
        }
    }

    /// A paragraph or an item: headings and captions are what they are.
    fn is_label(&self) -> bool {
        matches!(self.block.kind, BlockKind::Paragraph | BlockKind::Item)
    }

    /// A picture's caption by the credit it begins or ends with: "Foto: ...", "... (Photo by ...)".
    fn is_credited(&self, languages: &Languages) -> bool {
        if self.length > LINE || !self.is_label() {
            return false;
        }
        let is = |label: &str| has(languages, label, |language| &language.caption_labels);
        let begins = self.text.split_once(':').is_some_and(|(label, _)| is(label));
        let credit = self.text.strip_suffix(')').and_then(|text| text.rsplit_once('(')).map(|(_, credit)| credit);
        begins || credit.is_some_and(|credit| credit.split([':', ' ', '/']).next().is_some_and(is))
    }
}

fn has(languages: &Languages, label: &str, list: fn(&Language) -> &Vec<String>) -> bool {
    let label = label.trim();
    label.chars().count() <= SHORT
        && languages.iter().any(|language| list(language).contains(&lower(label, language.casing)))
}

/// A few words, each with a capital letter.
fn is_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.clone().count() <= 5 && words.all(|word| word.starts_with(|c: char| c.is_uppercase() || !c.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Президент принял министра иностранных дел, на встрече обсуждались вопросы сотрудничества двух стран.";

    /// The blocks that are left: one a line, `#` for a heading, `-` for an item, `=` for a caption, links in brackets.
    fn check(lines: &str, expected: &str) {
        let blocks = lines.lines().map(|line| {
            let (kind, text) = match line.split_once(' ') {
                Some(("#", text)) => (BlockKind::Heading, text),
                Some(("-", text)) => (BlockKind::Item, text),
                Some(("=", text)) => (BlockKind::Caption, text),
                _ => (BlockKind::Paragraph, line),
            };
            let linked = text.split('[').skip(1).filter_map(|rest| rest.split(']').next());
            let linked = linked.map(|link| link.chars().count()).sum();
            Found { kind, text: text.replace(['[', ']'], "").replace('_', TEXT), linked }
        });
        let left = without(blocks.collect(), Languages::bundled());
        let left: Vec<_> = left.iter().map(|block| block.text.replace(TEXT, "_")).collect();
        assert_eq!(left.join("\n"), expected, "{lines}");
    }

    #[test]
    fn furniture_phrases_are_left_out_in_every_language() {
        check("Paylaş\n_\nЧитайте также:\nRead more\n# İLGİLİ HABERLER\nPaylaşmaq asandır", "_\nPaylaşmaq asandır");
    }

    #[test]
    fn a_phrase_that_leads_to_links_is_left_out() {
        check(
            "_\nRead more: [Rates are cut again by the bank]\nMore than 20 people [died in the flood on Monday]",
            "_\nMore than 20 people died in the flood on Monday",
        );
    }

    #[test]
    fn lines_that_are_links_are_left_out_but_not_sentences_and_single_items() {
        check("_\n[Başka bir haber]\n- [kitab]\n[_]", "_\nkitab\n_");
        check("_\n- [bir]\n- [iki]\n- [üç]\nson", "_\nson");
    }

    #[test]
    fn datelines_and_bylines_above_the_text_are_left_out() {
        check("20 noyabr 2017, 19:18\nBy Jane Doe\nYayınlanma: 20.11.2017 - 19:18\n_", "_");
        check("_\n_\nOn 20 November 2017 it was", "_\n_\nOn 20 November 2017 it was");
        check(
            "_\n_\nАвтор: Иван Петров\nMənbə: Agentlik\nАвтор: он же и есть тот человек",
            "_\n_\nАвтор: он же и есть тот человек",
        );
    }

    #[test]
    fn comments_end_the_text() {
        check("Şərhlər (3)\n_\n_\nКомментарии: 2\nГость 2:47", "_\n_");
    }

    #[test]
    fn headings_with_nothing_below_and_notices_are_left_out() {
        check("_\n# Başlıq\n_\n© 2017 Agentlik\nPrint | Views: 12\n# Müəllif haqqında\n# Son", "_\nBaşlıq\n_");
    }

    #[test]
    fn captions_are_known_by_their_credit_and_kept_once() {
        let block = |text: &str| Found { kind: BlockKind::Paragraph, text: text.into(), linked: 0 };
        let blocks =
            ["Foto: Agentlik", "Bakı limanı (Photo by A. B.)", "Bakı limanı (Photo by A. B.)", "Bakı (paytaxt)"];
        let left = without(blocks.map(block).to_vec(), Languages::bundled());
        let kinds: Vec<_> = left.iter().map(|block| block.kind).collect();
        assert_eq!(kinds, [BlockKind::Caption, BlockKind::Caption, BlockKind::Paragraph]);
    }
}
