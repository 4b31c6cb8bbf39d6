//! Documents and beads for the tests of this folder, and what a browser makes of a report.

use super::{Overview, WorkView, Writer};
use crate::language::Lang;
use crate::model::{Bead, Bitext, Block, BlockKind, Document, Identification, Level, Metadata, Pair, PairKind, Span};
use scraper::{Html, Selector};

pub(super) fn lang(tag: &str) -> Lang {
    Lang::parse(tag).unwrap()
}

/// A document of one block a sentence, the first its title.
pub(super) fn document(id: &str, tag: &str, sentences: &[&str]) -> Document {
    let mut document = Document {
        id: id.into(),
        language: Identification { lang: lang(tag), confidence: 0.98 },
        metadata: Metadata { title: sentences.first().map(|s| s.to_string()), ..Metadata::default() },
        ..Document::default()
    };
    for (n, sentence) in sentences.iter().enumerate() {
        let start = document.text.len();
        document.text.push_str(sentence);
        let span = Span::new(start, document.text.len());
        let kind = if n == 0 { BlockKind::Title } else { BlockKind::Paragraph };
        document.blocks.push(Block { sentences: vec![span], ..Block::new(kind, span) });
        document.text.push_str("\n\n");
    }
    document
}

pub(super) fn bead(source: &[u32], target: &[u32], confidence: f32) -> Bead {
    Bead { source: source.to_vec(), target: target.to_vec(), score: 0.0, confidence }
}

pub(super) fn bitext(beads: Vec<Bead>) -> Bitext {
    Bitext { source: "d1".into(), target: "d2".into(), level: Level::Sentence, beads }
}

pub(super) fn pair(kind: PairKind) -> Pair {
    Pair { source: "d1".into(), target: "d2".into(), kind, score: 0.93, evidence: vec!["names".into()] }
}

/// The report of one work, as a browser would parse it.
pub(super) fn report(overview: &Overview, view: &WorkView) -> Html {
    let contents = [view.entry()];
    let overview = Overview { contents: &contents, ..overview.clone() };
    let mut out = Vec::new();
    let mut report = Writer::new(&mut out, &overview).unwrap();
    report.work(view).unwrap();
    report.finish().unwrap();
    Html::parse_document(&String::from_utf8(out).unwrap())
}

pub(super) fn texts(html: &Html, selector: &str) -> Vec<String> {
    html.select(&Selector::parse(selector).unwrap()).map(|e| e.text().collect()).collect()
}

pub(super) fn values(html: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).map(|e| e.attr(attribute).unwrap_or("absent").to_owned()).collect()
}

pub(super) fn count(html: &Html, selector: &str) -> usize {
    html.select(&Selector::parse(selector).unwrap()).count()
}
