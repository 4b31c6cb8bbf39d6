//! The text of a document: blocks become head, p, item, quote and figure, sentences become s.

use super::said::{Marked, stretches};
use crate::export::segment;
use crate::export::xml::{self, Xml};
use crate::model::{Block, BlockKind, Document, Level};
use std::io;

/// What runs of blocks are wrapped in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Items,
    Quotes,
    None,
}

impl Run {
    fn of(kind: BlockKind) -> Run {
        match kind {
            BlockKind::Item => Run::Items,
            BlockKind::Quote => Run::Quotes,
            _ => Run::None,
        }
    }
}

/// Writes `<text>`.
///
/// A heading begins a division of its own, since TEI has heads only at the start of one; headings in a row share it.
pub(super) fn text(xml: &mut Xml, document: &Document, marked: &Marked) -> io::Result<()> {
    xml.open("text", &[("xml:lang", document.language.lang.as_str())])?;
    xml.open("body", &[])?;
    xml.open("div", &[("type", "article")])?;
    let mut run = Run::None;
    let mut section = false;
    let mut last = None;
    let mut sentence = 0;
    for (n, block) in document.blocks.iter().enumerate() {
        let first = sentence;
        sentence += block.sentences.len();
        if xml::is_blank(block.span.of(&document.text)) {
            continue;
        }
        if run != Run::of(block.kind) {
            leave(xml, run)?;
            run = Run::of(block.kind);
            enter(xml, run)?;
        }
        // A title is the head of the article where it comes first; later ones are headings.
        let heading = block.kind == BlockKind::Heading || (block.kind == BlockKind::Title && last.is_some());
        if heading && !(section && last.is_some_and(is_heading)) {
            if section {
                xml.close()?;
            }
            xml.open("div", &[("type", "section")])?;
            section = true;
        }
        last = Some(block.kind);
        let id = segment::id(&document.id, Level::Paragraph, n);
        write(xml, document, block, &id, first, marked)?;
    }
    leave(xml, run)?;
    if last.is_none() {
        xml.empty("p", &[])?;
    }
    if section {
        xml.close()?;
    }
    xml.close()?;
    xml.close()?;
    xml.close()
}

fn is_heading(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Heading | BlockKind::Title)
}

fn enter(xml: &mut Xml, run: Run) -> io::Result<()> {
    match run {
        Run::Items => xml.open("list", &[]),
        Run::Quotes => xml.open("quote", &[]),
        Run::None => Ok(()),
    }
}

fn leave(xml: &mut Xml, run: Run) -> io::Result<()> {
    match run {
        Run::None => Ok(()),
        Run::Items | Run::Quotes => xml.close(),
    }
}

/// Writes a block on one line; `first` is the number of its first sentence, from 0.
fn write(xml: &mut Xml, document: &Document, block: &Block, id: &str, first: usize, marked: &Marked) -> io::Result<()> {
    let own = block.language.as_ref().map(|l| &l.lang).filter(|lang| **lang != document.language.lang);
    let lang = own.map_or("", |lang| lang.as_str());
    let (name, kind) = match block.kind {
        BlockKind::Title => ("head", "title"),
        BlockKind::Heading => ("head", "heading"),
        BlockKind::Item => ("item", ""),
        BlockKind::Paragraph | BlockKind::Quote | BlockKind::Caption => ("p", ""),
    };
    // A caption is a figure without its picture, which is not part of the text.
    if block.kind == BlockKind::Caption {
        xml.open("figure", &[])?;
    }
    xml.indent()?;
    xml.begin(name, &[("xml:id", id), ("type", kind), ("xml:lang", lang)])?;
    sentences(xml, document, block, first, marked)?;
    xml.end()?;
    xml.newline()?;
    if block.kind == BlockKind::Caption {
        xml.close()?;
    }
    Ok(())
}

/// The sentences of a block, with the white space between them as it is in the text.
fn sentences(xml: &mut Xml, document: &Document, block: &Block, first: usize, marked: &Marked) -> io::Result<()> {
    for (span, sentence) in stretches(block) {
        match sentence {
            None => marked.write(xml, span)?,
            Some(n) if !xml::is_blank(span.of(&document.text)) => {
                let id = segment::id(&document.id, Level::Sentence, first + n);
                xml.begin("s", &[("xml:id", &id), ("n", &(first + n + 1).to_string())])?;
                marked.write(xml, span)?;
                xml.end()?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::said::Said;
    use super::*;
    use crate::model::Span;

    /// The elements and text of blocks, ids and line breaks aside.
    fn written(blocks: &[(BlockKind, &str)]) -> String {
        let mut document = Document { id: "d1".into(), ..Document::default() };
        for (kind, text) in blocks {
            let start = document.text.len();
            document.text.push_str(text);
            document.blocks.push(Block::new(*kind, Span::new(start, document.text.len())));
            document.text.push_str("\n\n");
        }
        let mut out = Vec::new();
        let mut xml = Xml::new(&mut out, None).unwrap();
        text(&mut xml, &document, &Marked::new(&document, Said::default())).unwrap();
        xml.finish().unwrap();
        let out = String::from_utf8(out).unwrap();
        let body = out.split_once("<body>").unwrap().1.split_once("</body>").unwrap().0.to_owned();
        let id = regex::Regex::new(r#"( xml:id="[^"]*"| type="[^"]*"|\n *)"#).unwrap();
        id.replace_all(&body, "").into_owned()
    }

    #[test]
    fn blocks_become_the_elements_that_tei_has_for_them() {
        use BlockKind::*;
        let check = |blocks: &[(BlockKind, &str)], expected: &str| assert_eq!(written(blocks), expected);
        check(&[], "<div><p/></div>");
        check(&[(Title, "T"), (Paragraph, "p")], "<div><head>T</head><p>p</p></div>");
        check(
            &[(Title, "T"), (Paragraph, "p"), (Heading, "h"), (Paragraph, "q"), (Heading, "i"), (Heading, "j")],
            "<div><head>T</head><p>p</p><div><head>h</head><p>q</p></div><div><head>i</head><head>j</head></div></div>",
        );
        check(
            &[(Item, "a"), (Item, "b"), (Quote, "q"), (Quote, "r"), (Paragraph, "p"), (Item, "c")],
            "<div><list><item>a</item><item>b</item></list><quote><p>q</p><p>r</p></quote><p>p</p>\
             <list><item>c</item></list></div>",
        );
        check(
            &[(Caption, "c"), (Item, "a"), (Heading, "h"), (Title, "t"), (Paragraph, "\u{0}")],
            "<div><figure><p>c</p></figure><list><item>a</item></list><div><head>h</head><head>t</head></div></div>",
        );
    }

    #[test]
    fn white_space_between_sentences_stays_and_a_blank_sentence_is_not_written() {
        let text = "Salam.  Necəsən? \u{FFFD} Hə";
        let mut document = Document { id: "d1".into(), text: text.into(), ..Document::default() };
        let mut block = Block::new(BlockKind::Paragraph, Span::new(0, text.len()));
        let at = |part: &str| Span::new(text.find(part).unwrap(), text.find(part).unwrap() + part.len());
        block.sentences = vec![at("Salam."), at("Necəsən?"), at("\u{FFFD}"), at("Hə")];
        document.blocks.push(block);
        let mut out = Vec::new();
        let mut xml = Xml::new(&mut out, None).unwrap();
        let marked = Marked::new(&document, Said::default());
        sentences(&mut xml, &document, &document.blocks[0], 4, &marked).unwrap();
        xml.finish().unwrap();
        let out = String::from_utf8(out).unwrap();
        let expected = "<s xml:id=\"d1.s5\" n=\"5\">Salam.</s>  <s xml:id=\"d1.s6\" n=\"6\">Necəsən?</s>  \
                        <s xml:id=\"d1.s8\" n=\"8\">Hə</s>";
        assert_eq!(out.split_once('\n').unwrap().1, expected);
    }
}
