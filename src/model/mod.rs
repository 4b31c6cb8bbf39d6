//! The nouns of korpu: plain data, no input or output, no algorithms.

mod bitext;
mod document;
mod moment;
mod page;
mod pair;
mod quote;
mod span;
mod unit;

pub use bitext::{Bead, Bitext, Level};
pub use document::{Block, BlockKind, Document, Identification, Metadata, OfferedVersion, Republication};
pub use moment::Moment;
pub use page::{MediaType, Page, Provenance, Refusal};
pub use pair::{Feature, Pair, PairKind, Signature, Work};
pub use quote::{Form, Quote, Recovery};
pub use span::Span;
pub use unit::{Between, Inline, Kept, Part, Remark, Said, Unit, Variant};
