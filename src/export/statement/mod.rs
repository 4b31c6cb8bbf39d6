//! A statement as its renderings put it: side by side, with what differs in words. For a terminal ([`text`]) and one a line of JSON
//! ([`line`]); the report shows the same ([`report::statements`](super::report::statements)).

mod json;
mod terminal;

pub use json::line;
pub use terminal::{handlings, text};

use super::xml;
use crate::model::{Contrast, Difference, Document, Edit, Group, Quote, Rendering, Span, Trait};

/// A group of renderings with what is needed to show them.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// The group.
    pub group: &'a Group,
    /// By rendering of the group, its document and its quote.
    pub told: Vec<(&'a Document, &'a Quote)>,
    /// What differs, as [`compare_groups`](crate::pipeline::compare_groups) finds it: first against the fullest rendering.
    pub contrasts: &'a [Contrast],
}

impl<'a> Statement<'a> {
    /// A group among documents with their quotes; `None` where one of its renderings is not there.
    pub fn new(
        group: &'a Group,
        contrasts: &'a [Contrast],
        find: impl Fn(&str) -> Option<(&'a Document, &'a [Quote])>,
    ) -> Option<Statement<'a>> {
        let one = |r: &Rendering| {
            let (document, quotes) = find(&r.document)?;
            Some((document, quotes.get(r.quote as usize)?))
        };
        let told = group.renderings.iter().map(one).collect::<Option<_>>()?;
        let inside = |c: &Contrast| (c.source.max(c.target) as usize) < group.renderings.len();
        contrasts.iter().all(inside).then_some(Statement { group, told, contrasts })
    }

    /// The number of the rendering that the others are compared with first.
    pub(super) fn fullest(&self) -> usize {
        self.contrasts.first().map_or(0, |c| c.source as usize)
    }

    /// Its renderings, the fullest first.
    pub(super) fn order(&self) -> Vec<usize> {
        let fullest = self.fullest();
        std::iter::once(fullest).chain((0..self.told.len()).filter(|n| *n != fullest)).collect()
    }

    /// What a rendering is called here: the fullest is a.
    pub(super) fn name(&self, rendering: usize) -> String {
        let place = self.order().iter().position(|n| *n == rendering).unwrap_or(rendering);
        match u8::try_from(place) {
            Ok(n) if n < 26 => char::from(b'a' + n).to_string(),
            _ => (place + 1).to_string(),
        }
    }

    /// The words at some places of a rendering, on one line.
    pub(super) fn words(&self, rendering: u32, spans: &[Span]) -> String {
        let text = self.told.get(rendering as usize).map_or("", |(document, _)| document.text.as_str());
        let parts: Vec<String> = spans.iter().map(|span| xml::line(span.of(text)).into_owned()).collect();
        parts.join(" … ")
    }

    /// Who is said to have said it: the name in the rendering that the others are compared with, or in any.
    pub(super) fn speaker(&self) -> Option<&'a str> {
        self.order().into_iter().find_map(|n| self.told[n].1.speaker.as_deref())
    }
}

/// What a difference is called.
pub(super) fn label(difference: &Difference) -> &'static str {
    use Edit::{Added, Changed, Dropped, Exact, Rounded, Softer, Stronger};
    match (difference.of, difference.change) {
        (Trait::Form, _) => "form",
        (Trait::Speaker, Dropped) => "speaker dropped",
        (Trait::Speaker, Added) => "speaker added",
        (Trait::Speaker, _) => "speaker",
        (Trait::Attribution, _) => "attribution",
        (Trait::Passage, Dropped) => "left out",
        (Trait::Passage, Added) => "added",
        (Trait::Passage, _) => "in other words",
        (Trait::Number, Dropped) => "number dropped",
        (Trait::Number, Added) => "number added",
        (Trait::Number, Rounded) => "number rounded",
        (Trait::Number, Exact) => "number more exact",
        (Trait::Number, _) => "number changed",
        (Trait::Hedge, Dropped) => "hedge dropped",
        (Trait::Hedge, Added) => "hedge added",
        (Trait::Hedge, _) => "hedge changed",
        (Trait::Intensifier, Dropped) => "intensifier dropped",
        (Trait::Intensifier, Added) => "intensifier added",
        (Trait::Intensifier, Stronger) => "stronger",
        (Trait::Intensifier, Softer) => "softer",
        (Trait::Intensifier, Changed | Rounded | Exact) => "intensifier changed",
        (Trait::Modality, Dropped) => "modality dropped",
        (Trait::Modality, Added) => "modality added",
        (Trait::Modality, _) => "modality changed",
        (Trait::Negation, Added) => "negation added",
        (Trait::Negation, _) => "negation dropped",
        (Trait::Person, _) => "person",
    }
}

/// A piece of what is said of a difference.
pub(super) enum Piece<'a> {
    /// Words of ours.
    Prose(String),
    /// Words of the source.
    Source(&'a [Span]),
    /// Words of the target.
    Target(&'a [Span]),
}

/// What is said of a difference after its label.
pub(super) fn pieces(difference: &Difference) -> Vec<Piece<'_>> {
    let Difference { source, target, .. } = difference;
    let became = || Piece::Prose(" became ".to_owned());
    let mut all = match (source.is_empty(), target.is_empty()) {
        (false, false) => vec![Piece::Source(source), became(), Piece::Target(target)],
        (false, true) => vec![Piece::Source(source)],
        (true, false) => vec![Piece::Target(target)],
        (true, true) => Vec::new(),
    };
    // Hedges and the like are told by their words; these by what they are, too.
    let told = matches!(difference.of, Trait::Form | Trait::Speaker | Trait::Attribution);
    let name = |name: &Option<String>| match name.as_deref() {
        Some("body") => "institution".to_owned(),
        Some(name) => xml::line(name).into_owned(),
        None => "none".to_owned(),
    };
    if told {
        let (from, to) = (name(&difference.from), name(&difference.to));
        let both = format!("{from} became {to}");
        all.push(Piece::Prose(if all.is_empty() { both } else { format!(" ({both})") }));
    }
    if difference.of == Trait::Person && (source.is_empty() || target.is_empty()) {
        let gone = if difference.to.is_none() { "no longer" } else { "now" };
        all.push(Piece::Prose(format!(" ({gone} in the first person)")));
    }
    all
}

/// What differs between two renderings, in words on one line: `hedge dropped: “almost”; number rounded: “9.6” became “10”`.
pub(super) fn in_words(statement: &Statement, contrast: &Contrast) -> String {
    let one = |difference: &Difference| {
        let said = pieces(difference).into_iter().map(|piece| match piece {
            Piece::Prose(words) => words,
            Piece::Source(spans) => format!("“{}”", statement.words(contrast.source, spans)),
            Piece::Target(spans) => format!("“{}”", statement.words(contrast.target, spans)),
        });
        format!("{}: {}", label(difference), said.collect::<String>())
    };
    contrast.differences.iter().map(one).collect::<Vec<_>>().join("; ")
}
