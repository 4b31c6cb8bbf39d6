//! Placeholder until the merge: paragraphs only.

use crate::language::Languages;
use crate::model::{BlockKind, Metadata};

/// The blocks of a plain text and what it says of itself.
pub(super) fn read(text: &str, _markdown: bool, _languages: &Languages) -> (Vec<(BlockKind, String)>, Metadata) {
    let blocks = text.split("\n\n").map(|paragraph| (BlockKind::Paragraph, paragraph.to_owned())).collect();
    (blocks, Metadata::default())
}
