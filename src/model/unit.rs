use super::{Bitext, Document, Group, Level, Moment, Pair, Quote};
use crate::language::Lang;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A unit: texts in several languages that say the same, as a file of others has them (TMX, tab-separated lines), and what
/// the file says of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its number in the file, from 0.
    pub number: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// How long its texts are.
    pub level: Level,
    /// What the file says of the unit.
    pub said: Said,
    /// Its texts, each in another language, in the order of the file.
    pub variants: Vec<Variant>,
}

/// The property in which korpu writes how sure a unit is.
const CONFIDENCE: &str = "x-confidence";

impl Unit {
    /// The probability that it is right, where its file says one: korpu does.
    pub fn confidence(&self) -> Option<f32> {
        self.said.prop(CONFIDENCE)?.parse().ok().filter(|p| (0.0..=1.0).contains(p))
    }
}

/// One text of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its language.
    pub lang: Lang,
    /// The text on one line, in normal form C.
    pub text: String,
    /// What the file says of it.
    pub said: Said,
}

/// What a file says of a unit, or of one of its texts, beyond the text itself. Everything is in the order of the file.
///
/// ```
/// use korpu::model::{Remark, Said};
/// let said = Said { remarks: vec![Remark::Prop("client".into(), "Bakı".into())], ..Said::default() };
/// let json = r#"{"remarks":[["client","Bakı"]]}"#;
/// assert_eq!(serde_json::to_string(&said).unwrap(), json);
/// assert_eq!(serde_json::from_str::<Said>(json).unwrap(), said);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// Its name in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Attributes by their names in the file: dates, authors, how often it was used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
    /// Properties and notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// The markup that stood in the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inline: Vec<Inline>,
}

impl Said {
    /// Whether the file says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Said::default()
    }

    /// About how many bytes it takes to hold.
    pub fn size(&self) -> usize {
        let remark = |remark: &Remark| match remark {
            Remark::Prop(kind, value) => kind.len().saturating_add(value.len()),
            Remark::Note(text) => text.len(),
        };
        let attributes = self.attributes.iter().map(|(name, value)| name.len().saturating_add(value.len()));
        attributes.chain(self.remarks.iter().map(remark)).fold(0, usize::saturating_add)
    }

    /// The value of the first property of a type.
    pub fn prop(&self, kind: &str) -> Option<&str> {
        self.remarks.iter().find_map(|remark| match remark {
            Remark::Prop(own, value) if own == kind => Some(value.as_str()),
            _ => None,
        })
    }
}

/// A remark on a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Remark {
    /// A property: its type and value.
    Prop(String, String),
    /// A note for people.
    Note(String),
}

/// What serde makes of untagged values reads each twice, which took an eighth of the time of an export.
impl<'de> Deserialize<'de> for Remark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Remark;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a note, or the type and the value of a property")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Remark, E> {
                Ok(Remark::Note(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Remark, A::Error> {
                let mut next = || items.next_element()?.ok_or_else(|| de::Error::invalid_length(1, &self));
                Ok(Remark::Prop(next()?, next()?))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

fn is_zero(depth: &u32) -> bool {
    *depth == 0
}

/// Markup inside a text, which is no text of it: a tag of the document that was translated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inline {
    /// Where it stood: a byte offset into the text.
    pub at: u32,
    /// Where what it highlights ends; the same as `at` where it only marks a place.
    pub end: u32,
    /// In how many highlights it stands.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub depth: u32,
    /// The element that stands for it: `bpt`, `ph`.
    pub element: String,
    /// Its attributes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
    /// The tag itself as the document had it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
}

/// A part of a file: what a store gets at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// A document for each language. Of units of sentences a block is a sentence; others are not segmented.
    pub documents: Vec<Document>,
    /// That they are versions of each other.
    pub pairs: Vec<Pair>,
    /// The beads, of one level.
    pub bitexts: Vec<Bitext>,
    /// What the file says of the segments.
    pub units: Vec<Kept>,
    /// The quotes of documents, by their ids, in the order of each text. Of a document without any nobody says that it has none.
    pub quotes: Vec<(String, Vec<Quote>)>,
    /// The groups of renderings among the quotes of documents that came before.
    pub groups: Vec<Group>,
    /// Who reviewed beads of these bitexts.
    pub reviews: Vec<Review>,
    /// Whether the file says all there is to say of the documents: they are not segmented.
    pub is_whole: bool,
}

/// That somebody reviewed beads of a bitext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Its place in [`Part::bitexts`].
    pub bitext: usize,
    /// The places of the beads in it.
    pub beads: Vec<usize>,
    /// Who.
    pub reviewer: String,
    /// When last.
    pub made: Moment,
}

/// What is kept of a unit beside its texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its number in the file, from 0.
    pub number: u64,
    /// What the file says of it.
    pub said: Said,
    /// Its segments: the place of the document in [`Part::documents`], that of the segment in it, and what the file says.
    pub segments: Vec<(usize, u32, Said)>,
}

/// What a file says of a unit between two documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Between {
    /// Of the unit.
    pub unit: Said,
    /// Of its text in the source document.
    pub source: Said,
    /// Of its text in the target document.
    pub target: Said,
}
