//! An export turns documents and bitexts into bytes, one file per format.
//!
//! * [`tmx`]: translation memories, one bilingual file for each pair of languages.
//! * [`tei`]: a corpus of TEI P5, one file for each document and a root with the alignments.
//! * [`jsonl`]: documents and beads, one a line.
//! * [`table`], [`delimited`], [`parquet`]: tables with a row for each bead, quote or rendering.
//! * [`moses`]: pairs of texts, line by line.
//! * [`xliff`]: XLIFF 2.0, for translators.
//! * [`vertical`]: corpora for query engines, with tables that align them.
//! * [`edition`]: two texts side by side, and what is said in them, to read.
//! * [`report`]: one HTML file to look at.
//! * [`side_by_side`]: a bitext for a terminal.
//! * [`statement`]: the renderings of one statement and what differs, for a terminal and one a line of JSON.
//!
//! Every writer streams to a `&mut dyn Write` (hand it a buffered one) and keeps nothing of what it has written. All
//! that can fail is that writer, so errors are [`std::io::Error`]; who opened the file adds its name
//! ([`crate::error::Error::io`]). Values that a format cannot hold at all are errors of kind `InvalidInput`.

pub mod delimited;
pub mod edition;
pub mod jsonl;
pub mod moses;
pub mod parquet;
pub mod report;
pub mod side_by_side;
pub mod statement;
pub mod table;
pub mod tei;
pub mod tmx;
pub mod vertical;
pub mod xliff;

mod bond;
mod direction;
mod filter;
mod lang_map;
mod length;
mod number;
mod renderings;
mod row;
mod segment;
mod xml;

pub(crate) use bond::{Surety, moved};
pub(crate) use xml::line;

pub use filter::{Filter, Sieve};
pub use lang_map::LangMap;
pub use length::Length;
pub use renderings::{Quoted, rendered, rendered_in_all};
pub use row::{Row, Side, rows};
pub use xml::Line;

/// The language of the words that korpu itself writes into headers.
const PROSE: &str = "en-GB";

/// The release of korpu, without a pre-release suffix: TEI takes numbers and letters only.
fn release() -> &'static str {
    env!("CARGO_PKG_VERSION").split(['-', '+']).next().unwrap_or_default()
}
