use super::{Moment, Provenance, Span};
use crate::language::Lang;
use serde::{Deserialize, Serialize};

/// A document: one text in one main language, extracted from a page.
///
/// The text is never rewritten: blocks and sentences are spans into it. Ingest makes it with language `und` and no
/// sentences; identify and segment fill those in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Stable name: `d` and 12 hexadecimal digits made from the address (or the path). A legal `xml:id` and file name.
    pub id: String,
    /// 1 for the first text seen at its address, then 2, 3, ... as the page changes.
    pub revision: u32,
    /// The main text in Unicode normal form C, blocks apart by one blank line, no other line breaks.
    pub text: String,
    /// The blocks of the text in reading order; they do not overlap.
    pub blocks: Vec<Block>,
    /// Main language, with a confidence.
    pub language: Identification,
    /// What the page says of itself.
    pub metadata: Metadata,
    /// Where it came from.
    pub provenance: Provenance,
}

impl Document {
    /// All sentences in order, with the index of their block.
    pub fn sentences(&self) -> impl Iterator<Item = (usize, Span)> + '_ {
        self.blocks.iter().enumerate().flat_map(|(n, block)| block.sentences.iter().map(move |s| (n, *s)))
    }

    /// The segments of a level, in order: blocks, or sentences.
    pub fn segments(&self, level: super::Level) -> Vec<Span> {
        match level {
            super::Level::Paragraph => self.blocks.iter().map(|b| b.span).collect(),
            super::Level::Sentence => self.sentences().map(|(_, s)| s).collect(),
        }
    }

    /// Its address: what the page calls its own, else where it was fetched.
    pub fn url(&self) -> Option<&str> {
        self.metadata.url.as_deref().or(self.provenance.url.as_deref())
    }

    /// Cuts the sentence in which a byte of the text lies in two, before it. Gives whether there is one with words on either side.
    pub fn cut(&mut self, at: u32) -> bool {
        for block in &mut self.blocks {
            let Some(n) = block.sentences.iter().position(|s| s.start < at && at < s.end) else { continue };
            let Span { start, end } = block.sentences[n];
            let halves = [Span { start, end: at }, Span { start: at, end }].map(|half| half.trimmed(&self.text));
            if halves.iter().any(|half| half.is_empty()) {
                return false;
            }
            block.sentences.splice(n..=n, halves);
            return true;
        }
        false
    }

    /// Joins the two sentences of a block that meet at a byte of the text: what [`Document::cut`] did there is gone.
    pub fn join(&mut self, at: u32) -> bool {
        for block in &mut self.blocks {
            let meet = |two: &[Span]| two[0].end <= at && at <= two[1].start;
            let Some(n) = block.sentences.windows(2).position(meet) else { continue };
            let whole = Span { start: block.sentences[n].start, end: block.sentences[n + 1].end };
            block.sentences.splice(n..n + 2, [whole]);
            return true;
        }
        false
    }

    /// The title if it has one, else the first words of its text.
    pub fn name(&self) -> &str {
        match &self.metadata.title {
            Some(title) => title,
            None => self.blocks.first().map(|b| b.span.of(&self.text)).unwrap_or_default(),
        }
    }
}

/// A block: one paragraph-level segment of a document and what it was on the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What it was on the page.
    pub kind: BlockKind,
    /// Where it stands in the document's text.
    pub span: Span,
    /// Its language where it differs from the document's (a Russian quote in an Azerbaijani article).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Identification>,
    /// Its sentences, in order, within `span`.
    #[serde(default)]
    pub sentences: Vec<Span>,
}

impl Block {
    /// A block without language and sentences.
    pub fn new(kind: BlockKind, span: Span) -> Self {
        Block { kind, span, language: None, sentences: Vec::new() }
    }
}

/// What a block was on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// The headline; at most one, the first block.
    Title,
    /// A heading inside the text.
    Heading,
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    Item,
    /// A paragraph set off as a quotation.
    Quote,
    /// The caption of a picture or a table.
    Caption,
}

impl BlockKind {
    /// `title`, `heading`, `paragraph`, `item`, `quote` or `caption`.
    pub fn name(self) -> &'static str {
        match self {
            BlockKind::Title => "title",
            BlockKind::Heading => "heading",
            BlockKind::Paragraph => "paragraph",
            BlockKind::Item => "item",
            BlockKind::Quote => "quote",
            BlockKind::Caption => "caption",
        }
    }
}

/// A language with the confidence that it is the right one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identification {
    /// The language, `und` where unknown.
    pub lang: Lang,
    /// 0 to 1.
    pub confidence: f32,
}

impl Default for Identification {
    fn default() -> Self {
        Identification { lang: Lang::UNKNOWN, confidence: 0.0 }
    }
}

/// What a page says of itself. Absent means that the page does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// The headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who published it: the name of the outlet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Its authors, as printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bylines: Vec<String>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Moment>,
    /// When it was last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<Moment>,
    /// The canonical address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The section of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The licence, as an address or in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The summary the page gives in its head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The language the page claims, as written: evidence, never the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared_language: Option<String>,
    /// Versions of this page in other languages (and itself) that it offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<OfferedVersion>,
    /// Whose text this is, where the page says that it republishes another's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub republished: Option<Republication>,
}

/// A language version that a page offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedVersion {
    /// Its language, legacy codes mapped (`iw` is `he`).
    pub lang: Lang,
    /// The code or word as the page wrote it.
    pub source_tag: String,
    /// Its address, absolute where the page's own address is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// That a page says it republishes another's text. All may be empty: "Source:" with nothing after it is still a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Republication {
    /// Whose text it is, where named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its address, where given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The date of the original, where given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Moment>,
}
