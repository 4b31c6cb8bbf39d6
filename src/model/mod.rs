//! The nouns of korpu: plain data, no input or output, no algorithms.

mod bitext;
mod contrast;
mod decision;
mod document;
mod moment;
mod page;
mod pair;
mod quote;
mod span;
mod speaker;
mod unit;

pub use bitext::{Bead, Bitext, Level};
pub use contrast::{Contrast, Difference, Edit, Handling, Phrase, Trait, Wording};
pub use decision::{Act, Change, Decision, End, Held, Mark, Subject, Text};
pub use document::{Block, BlockKind, Document, Identification, Metadata, OfferedVersion, Republication};
pub use moment::Moment;
pub use page::{MediaType, Page, Provenance, Refusal};
pub use pair::{Feature, IMPORTED, Pair, PairKind, Signature, Work};
pub use quote::{Form, Group, Link, Linked, Quote, Recovery, Rendering};
pub use span::Span;
pub use speaker::{Person, Speaker, SpeakerKind, speakers};
pub use unit::{Between, Inline, Kept, Part, Remark, Review, Said, Unit, Variant};
