use super::Span;
use serde::{Deserialize, Serialize};

/// A contrast: what differs between two renderings of one statement. All spans are of the text of the document that each is in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// Which rendering of the group is the source: the fuller one.
    pub source: u32,
    /// Which is the target.
    pub target: u32,
    /// What share of the weight of the source's words is found in the target, 0 to 1.
    pub kept: f32,
    /// What share of the weight of the target's words is found in the source, 0 to 1.
    pub covered: f32,
    /// Stretches that say the same, in the order of the source.
    pub phrases: Vec<Phrase>,
    /// Of two renderings in one language, where the words differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<Wording>,
    /// What differs, in the order of [`Trait`] and of the source.
    pub differences: Vec<Difference>,
}

/// A phrase of the source and the one that says the same in the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phrase {
    /// Its words in the source.
    pub source: Vec<Span>,
    /// Its words in the target.
    pub target: Vec<Span>,
    /// How alike their words are on average, 0 to 1.
    pub similarity: f32,
}

/// Words of one rendering that do not stand in another of the same language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// Words of the source that nothing answers to.
    pub lost: Vec<Span>,
    /// Words of the source for which the target has another word.
    pub replaced: Vec<Span>,
    /// Words of the target that answer to nothing.
    pub new: Vec<Span>,
    /// Words of the target in place of another of the source.
    pub replacing: Vec<Span>,
}

/// One difference: what of a rendering is changed, how, and by which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What is changed.
    pub of: Trait,
    /// How.
    pub change: Edit,
    /// What it is in the source, by a short name that all languages share: `almost`, `we`, `direct`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it is in the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The words of the source that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<Span>,
    /// The words of the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target: Vec<Span>,
}

/// What of a rendering may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trait {
    /// Whether the words are direct, mixed, indirect or a headline's.
    Form,
    /// Whose words they are, and how they are named: by `name`, `role`, `body` (an institution), or not at all.
    Speaker,
    /// How the words are attributed: `said`, or `claim`, `admit` and the like.
    Attribution,
    /// A clause, or a good part of one.
    Passage,
    /// A number, a day or a time.
    Number,
    /// What makes the statement less sure: "almost", "at least", "according to our statistics".
    Hedge,
    /// What makes a word stronger or weaker: "very", "slightly".
    Intensifier,
    /// What can, may, must or will be.
    Modality,
    /// Whether it is negated.
    Negation,
    /// Who is meant: "I", "we", or somebody by name.
    Person,
}

/// How something differs, seen from the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// The target has it not.
    Dropped,
    /// Only the target has it.
    Added,
    /// The target has another.
    Changed,
    /// The target has a rounder number.
    Rounded,
    /// The target has the exact number of which the source has a round one.
    Exact,
    /// The target has a stronger word.
    Stronger,
    /// The target has a weaker word.
    Softer,
}

impl Difference {
    /// A short name: `hedge-dropped`, `number-rounded`.
    pub fn name(&self) -> String {
        format!("{}-{}", self.of.name(), self.change.name())
    }
}

impl Trait {
    /// As in JSON: `hedge`.
    pub fn name(self) -> &'static str {
        match self {
            Trait::Form => "form",
            Trait::Speaker => "speaker",
            Trait::Attribution => "attribution",
            Trait::Passage => "passage",
            Trait::Number => "number",
            Trait::Hedge => "hedge",
            Trait::Intensifier => "intensifier",
            Trait::Modality => "modality",
            Trait::Negation => "negation",
            Trait::Person => "person",
        }
    }
}

impl Edit {
    /// As in JSON: `dropped`.
    pub fn name(self) -> &'static str {
        match self {
            Edit::Dropped => "dropped",
            Edit::Added => "added",
            Edit::Changed => "changed",
            Edit::Rounded => "rounded",
            Edit::Exact => "exact",
            Edit::Stronger => "stronger",
            Edit::Softer => "softer",
        }
    }

    /// The same change seen from the target.
    pub fn reversed(self) -> Edit {
        match self {
            Edit::Dropped => Edit::Added,
            Edit::Added => Edit::Dropped,
            Edit::Rounded => Edit::Exact,
            Edit::Exact => Edit::Rounded,
            Edit::Stronger => Edit::Softer,
            Edit::Softer => Edit::Stronger,
            Edit::Changed => Edit::Changed,
        }
    }
}

/// What a document makes of the statements that the documents compared with it quote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    /// The id of the document.
    pub document: String,
    /// Statements that others quote.
    pub statements: u32,
    /// Of these, those it has about as full as the fullest.
    pub kept: u32,
    /// Those it has in part.
    pub shortened: u32,
    /// Those it does not have.
    pub omitted: u32,
    /// Of those it has, those that it reports although another has them directly.
    pub indirect: u32,
}
