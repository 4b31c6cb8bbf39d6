use crate::model::Level;

/// How long the texts of a unit are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Length {
    /// Sentences.
    Sentence,
    /// Blocks: paragraphs, headings, items, captions.
    Paragraph,
    /// What somebody said: a quote, or some of its sentences.
    Quote,
}

impl Length {
    /// `sentence`, `paragraph` or `quote`.
    pub fn name(self) -> &'static str {
        match self {
            Length::Sentence => Level::Sentence.name(),
            Length::Paragraph => Level::Paragraph.name(),
            Length::Quote => "quote",
        }
    }

    /// What TMX calls it. It knows no quotes: a `block` is of any length.
    pub(super) fn segtype(self) -> &'static str {
        match self {
            Length::Quote => "block",
            other => other.name(),
        }
    }

    /// The level of the documents that has segments of this length; `None` for quotes, which are parts of it.
    pub fn level(self) -> Option<Level> {
        match self {
            Length::Sentence => Some(Level::Sentence),
            Length::Paragraph => Some(Level::Paragraph),
            Length::Quote => None,
        }
    }
}

impl From<Level> for Length {
    fn from(level: Level) -> Self {
        match level {
            Level::Sentence => Length::Sentence,
            Level::Paragraph => Length::Paragraph,
        }
    }
}
