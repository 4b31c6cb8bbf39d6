//! How sure it is that a quote is right in its words and in its speaker: the share of those attributed in this way whose words are right,
//! times the share of speakers named in this way that are right. Counted on the development set; `benches/confidence.py` shows what
//! comes of it.

/// How words are attributed to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribution {
    /// Direct speech with a tag: "said X".
    Tagged,
    /// Direct speech without one.
    Untagged,
    /// Direct speech behind a dash, with a tag.
    Dashed,
    /// Words in marks within a reported clause.
    Marked,
    /// Words in marks within a sentence that reports nothing.
    Fragment,
    /// A reported clause.
    Reported,
    /// What somebody denies, demands or thanks for.
    Object,
    /// "SPEAKER: statement".
    Headline,
}

/// How a speaker is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Naming {
    /// By the name of somebody the document knows.
    Known,
    /// By a name that is nowhere else.
    New,
    /// By words that are shown as they stand.
    Phrase,
    /// By a noun for what somebody does, who is named elsewhere.
    Role,
    /// By the short name of a body.
    Body,
    /// By a name with other words behind it.
    Begun,
    /// By a pronoun.
    Pronoun,
    /// By "it".
    Thing,
    /// Not at all, where somebody spoke or acted just before.
    Understood,
    /// In the text below a headline.
    Below,
    /// Nobody is named.
    #[default]
    Nobody,
}

impl Attribution {
    fn right(self) -> f32 {
        match self {
            Attribution::Tagged => 0.99,
            Attribution::Untagged => 0.92,
            Attribution::Dashed => 0.9,
            Attribution::Marked => 0.98,
            Attribution::Fragment => 0.87,
            Attribution::Reported => 0.82,
            Attribution::Object => 0.6,
            Attribution::Headline => 0.5,
        }
    }
}

impl Naming {
    fn right(self) -> f32 {
        match self {
            Naming::Known => 0.97,
            Naming::New => 0.8,
            Naming::Phrase => 0.9,
            Naming::Role => 0.95,
            Naming::Body => 0.9,
            Naming::Begun => 0.67,
            Naming::Pronoun => 0.97,
            Naming::Thing => 0.5,
            Naming::Understood => 0.9,
            Naming::Below => 0.9,
            Naming::Nobody => 0.2,
        }
    }
}

/// A confidence has two digits: the shares are not known any better.
const DIGITS: f32 = 100.0;

/// The probability that the words and the speaker of a quote are right, 0 to 1.
pub(super) fn confidence(attribution: Attribution, naming: Naming) -> f32 {
    (attribution.right() * naming.right() * DIGITS).round() / DIGITS
}
