//! What the pages of a work know of each other: which texts face which, and in which passages a statement stands.

use super::super::bond;
use super::super::report::statements;
use super::super::statement::Statement;
use super::file_name;
use crate::model::{Bitext, Document, Handling, Span};
use std::collections::BTreeMap;

/// A work, or an event that two documents report: a page for each bitext, and one for its statements where there are some.
pub struct Work<'a> {
    pub(super) facing: Vec<Facing<'a>>,
    pub(super) statements: &'a [Statement<'a>],
    pub(super) handlings: &'a [(&'a Document, Handling)],
}

/// Two texts side by side.
pub(super) struct Facing<'a> {
    pub(super) bitext: &'a Bitext,
    pub(super) sides: [&'a Document; 2],
    /// The segments of each side, with the number of the passage that has it, from 1.
    passages: [Vec<(Span, Option<usize>)>; 2],
}

impl<'a> Work<'a> {
    /// A work of bitexts between these documents; one of another document is left out. `statements` are told by them, and
    /// `handlings` says what each makes of what the others quote.
    pub fn new(
        bitexts: &'a [Bitext],
        documents: &'a [Document],
        statements: &'a [Statement<'a>],
        handlings: &'a [(&'a Document, Handling)],
    ) -> Work<'a> {
        let of = |id: &str| documents.iter().find(|document| document.id == id);
        let facing = bitexts.iter().filter_map(|b| Some(Facing::new(b, [of(&b.source)?, of(&b.target)?]))).collect();
        Work { facing, statements, handlings }
    }

    /// The names of the files of its bitexts, each with its two documents, in the order of [`page`](super::page).
    pub fn pages(&self) -> impl Iterator<Item = (String, [&'a Document; 2])> {
        self.facing.iter().map(|facing| (facing.file(), facing.sides))
    }

    /// The name of the file of its statements, where there are some beside its texts.
    pub fn statements_file(&self) -> Option<String> {
        let first = self.facing.first().filter(|_| !self.statements.is_empty())?;
        Some(format!("said-{}", first.file()))
    }

    /// A link to the passage in which a rendering begins: beside the fullest, else beside any other, else wherever its text is.
    pub(super) fn place(&self, statement: &Statement, rendering: usize) -> Option<String> {
        let id = |n: usize| statement.group.renderings.get(n).map(|r| r.document.as_str());
        let own = id(rendering)?;
        let spans = &statement.group.renderings.get(rendering)?.spans;
        let beside = |other: &str| self.facing.iter().find(|f| f.has(own) && f.has(other));
        let found = statement.order().into_iter().filter_map(id).filter(|other| *other != own).find_map(beside);
        let facing = found.or_else(|| self.facing.iter().find(|f| f.has(own)))?;
        let side = facing.sides.iter().position(|document| document.id == own)?;
        Some(format!("{}#n{}", facing.file(), facing.passage(side, spans)?))
    }

    /// By passage and side of a page, from 1 and 0, which statements begin there.
    pub(super) fn said(&self, facing: &Facing) -> BTreeMap<(usize, usize), Vec<usize>> {
        let mut said: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (n, statement) in self.statements.iter().enumerate() {
            for rendering in &statement.group.renderings {
                let own = |document: &&Document| document.id == rendering.document;
                let Some(side) = facing.sides.iter().position(own) else { continue };
                let Some(passage) = facing.passage(side, &rendering.spans) else { continue };
                let here = said.entry((passage, side)).or_default();
                if here.last() != Some(&n) {
                    here.push(n);
                }
            }
        }
        said
    }

    /// The link to a statement, by its number from 0, with what a reader should expect.
    pub(super) fn link(&self, n: usize) -> Option<String> {
        let (file, statement) = (self.statements_file()?, self.statements.get(n)?);
        let count = bond::count(statement.told.len(), "rendering", "renderings");
        Some(format!("<a href=\"{file}#{}\">Statement {}: {count}</a>", statements::id("", n), n + 1))
    }
}

impl<'a> Facing<'a> {
    fn new(bitext: &'a Bitext, sides: [&'a Document; 2]) -> Facing<'a> {
        let segments = |document: &Document| document.segments(bitext.level).into_iter().map(|span| (span, None));
        let mut passages = sides.map(|document| segments(document).collect::<Vec<(Span, Option<usize>)>>());
        for (n, bead) in bitext.beads.iter().enumerate() {
            for (indices, passages) in [&bead.source, &bead.target].into_iter().zip(&mut passages) {
                for index in indices {
                    if let Some((_, passage)) = passages.get_mut(*index as usize) {
                        *passage = Some(n + 1);
                    }
                }
            }
        }
        Facing { bitext, sides, passages }
    }

    pub(super) fn file(&self) -> String {
        file_name(&self.bitext.source, &self.bitext.target)
    }

    fn has(&self, id: &str) -> bool {
        self.sides.iter().any(|document| document.id == id)
    }

    /// The first passage that has some of these words of a side.
    fn passage(&self, side: usize, words: &[Span]) -> Option<usize> {
        let start = words.first()?.start;
        let segments = &self.passages[side];
        let (span, passage) = segments.get(segments.partition_point(|(span, _)| span.end <= start))?;
        passage.filter(|_| words.iter().any(|word| span.start < word.end))
    }
}
