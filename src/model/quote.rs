use super::Span;
use serde::{Deserialize, Serialize};

/// A quote: words attributed to somebody, as one document puts them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// The words, without the outer marks: several spans where a tag ("he said") or a paragraph break stands between them.
    pub spans: Vec<Span>,
    /// The whole reported clause, where only the words of `spans` stand in marks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<Span>,
    /// How the words are given.
    pub form: Form,
    /// The words that attribute them: "said", "по словам".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cue: Option<Span>,
    /// The words that name the speaker; absent where the document leaves the speaker to be understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<Span>,
    /// The speaker by the fullest name in the document; absent where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// Who else it may be, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// Probability that the words and the speaker are right, 0 to 1.
    pub confidence: f32,
    /// Whether the text says that the words were said on an earlier occasion.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub earlier: bool,
    /// Stretches of `spans` that an editor put in: `[between the two countries]`, `(- TASS)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insertions: Vec<Span>,
    /// Why the end of the quote is not where a mark closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovered: Option<Recovery>,
}

impl Quote {
    /// What is left of its words without some of them, white space at the edges aside. `taken` is in order.
    pub fn rest(&self, taken: &[Span], text: &str) -> Vec<Span> {
        let mut rest = Vec::new();
        for span in &self.spans {
            let mut start = span.start;
            for cut in taken.iter().filter(|t| t.start < span.end && span.start < t.end) {
                rest.push(Span { start, end: cut.start.max(start) });
                start = cut.end.max(start);
            }
            rest.push(Span { start: start.min(span.end), end: span.end });
        }
        rest.iter_mut().for_each(|span| *span = span.trimmed(text));
        rest.retain(|span| span.of(text).chars().any(char::is_alphanumeric));
        rest
    }
}

/// Two segments of quotes, of one document or of two, that may say the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u32, u32, f32, f32)", into = "(u32, u32, f32, f32)")]
pub struct Link {
    /// A segment of the source.
    pub source: u32,
    /// A segment of the target.
    pub target: u32,
    /// The log-odds that they say the same.
    pub score: f32,
    /// The same, whatever other segments they are like: a document may give a statement twice.
    pub alone: f32,
}

impl From<(u32, u32, f32, f32)> for Link {
    fn from((source, target, score, alone): (u32, u32, f32, f32)) -> Link {
        Link { source, target, score, alone }
    }
}

impl From<Link> for (u32, u32, f32, f32) {
    fn from(link: Link) -> Self {
        (link.source, link.target, link.score, link.alone)
    }
}

/// The links between the quotes of two documents; both are the same where a document was compared with itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// Id of the source document.
    pub source: String,
    /// Id of the target document.
    pub target: String,
    /// The links.
    pub links: Vec<Link>,
}

/// A rendering: how one statement is put in one document. A quote, or some of its sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rendering {
    /// The id of the document.
    pub document: String,
    /// Which of the quotes of the document it is, or is a part of.
    pub quote: u32,
    /// Its words: those of the quote where it is all of it.
    pub spans: Vec<Span>,
    /// Probability that it is of this statement, 0 to 1.
    pub confidence: f32,
}

/// A group: the renderings of one statement, in the order of documents and of their texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its name: `g` and 12 hexadecimal digits made from its first rendering, so that it stays while the group grows by later ones.
    pub id: String,
    /// The renderings; at least two.
    pub renderings: Vec<Rendering>,
    /// Probability that two of them are of one statement, 0 to 1.
    pub confidence: f32,
}

/// How a quote gives the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// In marks, or after a quotation dash.
    Direct,
    /// A reported clause with some words in marks.
    Mixed,
    /// A reported clause without marks.
    Indirect,
    /// A headline "SPEAKER: statement" without marks.
    Headline,
}

impl Form {
    /// `direct`, `mixed`, `indirect` or `headline`.
    pub fn name(self) -> &'static str {
        match self {
            Form::Direct => "direct",
            Form::Mixed => "mixed",
            Form::Indirect => "indirect",
            Form::Headline => "headline",
        }
    }
}

impl Recovery {
    /// `reopened`, `unclosed` or `misplaced`.
    pub fn name(self) -> &'static str {
        match self {
            Recovery::Reopened => "reopened",
            Recovery::Unclosed => "unclosed",
            Recovery::Misplaced => "misplaced",
        }
    }
}

/// Why the end of a quote is not where a mark closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recovery {
    /// The next paragraph opens the quote again, as English printers do.
    Reopened,
    /// No mark closes it: it ends before the next paragraph with a mark or somebody else's words.
    Unclosed,
    /// A mark stands at the wrong word, or one closes two quotes.
    Misplaced,
}
