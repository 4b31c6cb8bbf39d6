//! Candidates are all beads that may be, before any is chosen. [`super::align`] in its steps, for whoever aligns the same
//! documents more than once, or wants to know what a step costs.

use super::{
    Config, Known, Link, Mode, Weights, anchors::Anchors, band::Band, cycle::Votes, evidence, free, lattice::Lattice,
    weights::COUNT,
};
use crate::model::Bead;
use crate::represent::{Representation, Similarity};

/// What it counts for a bead, in nats, that a third version joins one of its segments with the other side. Chosen on the sample gold.
const VOTE: f32 = 0.5;

/// The pairs of segments of two documents among which beads are looked for: the first step.
pub struct Candidates<'a> {
    source: &'a Representation,
    target: &'a Representation,
    similarity: Similarity,
    band: Band,
    known: Known<'a>,
}

impl<'a> Candidates<'a> {
    /// Compares the terms of the two, and lays the band in which beads are expected. `None` where a side has no segment.
    pub fn new(source: &'a Representation, target: &'a Representation, known: Known<'a>) -> Option<Self> {
        if source.segments.is_empty() || target.segments.is_empty() {
            return None;
        }
        let similarity = Similarity::new(source, target, known.translations);
        let band = Band::new(source, target, &similarity);
        Some(Candidates { source, target, similarity, band, known })
    }

    /// Gives every candidate its score: the second step.
    pub fn scored<'c>(&'c self, weights: &'c Weights) -> Scored<'c> {
        let weights = weights.of(self.source, self.target, self.known.embedded.is_some());
        let evidence = evidence::weighed(self.source, self.target, &self.similarity, &self.band, weights)
            .with_embedded(self.known.embedded);
        let mut lattice = Lattice::new(&evidence, weights);
        let anchors = Anchors::new(self.known.anchors, self.known.rejected, lattice.size());
        anchors.hold(&mut lattice);
        Scored { lattice, weights, anchors, links: self.known.links }
    }
}

/// Every candidate with its score.
pub struct Scored<'c> {
    lattice: Lattice<'c>,
    weights: &'c [f32; COUNT],
    anchors: Anchors<'c>,
    links: &'c [Link],
}

impl Scored<'_> {
    /// Finds the best chain by dynamic programming, the confidence of its beads, and the passages beside it: the third step.
    /// Beads stand in source order, every segment in exactly one.
    pub fn beads(mut self, config: &Config) -> Vec<Bead> {
        let bias = config.completeness.bias(&self.lattice, self.weights);
        if !self.links.is_empty() {
            self.lattice.vote(&Votes::new(self.links, self.lattice.size()), VOTE);
        }
        let lattice = self.lattice.with_bias(bias);
        let lattice = if config.mode == Mode::Monotone { lattice.without_swaps() } else { lattice };
        let beads = free::reordered(&lattice, lattice.beads(), &config.weights.passages, config.mode);
        free::in_source_order(self.anchors.among(beads), lattice.size().1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{
        align,
        evidence::{SHAPES, dot},
    };
    use crate::language::Languages;
    use crate::represent::{Lexicon, represent};

    #[test]
    fn the_scores_of_a_row_are_those_of_its_beads() {
        let side = |texts: &[&str], lang| represent(texts, lang, Languages::bundled(), Lexicon::bundled());
        let source = side(&["Nazir Bakıda 60 nəfərlə görüşüb.", "Salam.", "Hava soyuqdur.", "Neft bahalaşıb."], "az");
        let target = side(&["Hello.", "The minister met 60 people.", "Oil prices rose.", "It is cold.", "Bye."], "en");
        let similarity = Similarity::new(&source, &target, None);
        let config = Config::default();
        let weights = config.weights.of(&source, &target, false);
        // All cells, and a band whose rows end before those above them do.
        for rows in [[(0, 5); 4], [(0, 5), (1, 3), (0, 4), (2, 3)]] {
            let band = Band::from_rows(rows.into_iter());
            let evidence = evidence::weighed(&source, &target, &similarity, &band, weights);
            let lattice = Lattice::new(&evidence, weights);
            for (shape, size) in SHAPES.into_iter().enumerate() {
                for (i, j) in (0..4).flat_map(|i| (0..5).map(move |j| (i, j))) {
                    let words = evidence.words(i, j, size);
                    let expected = words.map(|words| words[0] + dot(&evidence.surface(i, j, shape), weights));
                    let found = lattice.bead(i, j, shape);
                    let same = found.zip(expected).map_or(found == expected, |(a, b)| (a - b).abs() < 1e-3);
                    assert!(same, "{i} {j} {size:?}: {found:?}, not {expected:?}");
                }
            }
        }
    }

    #[test]
    fn the_steps_give_what_the_whole_gives() {
        let side = |texts: &[&str], lang| represent(texts, lang, Languages::bundled(), Lexicon::bundled());
        let (source, target) = (
            side(&["Nazir Bakıda 60 nəfərlə görüşüb.", "Salam."], "az"),
            side(&["Hello.", "The minister met 60 people in Baku."], "en"),
        );
        let (config, known) = (Config::default(), Known::default());
        let candidates = Candidates::new(&source, &target, known).unwrap();
        for _ in 0..2 {
            assert_eq!(candidates.scored(&config.weights).beads(&config), align(&source, &target, &config, known));
        }
        let nothing = side(&[], "az");
        assert!(
            Candidates::new(&nothing, &target, known).is_none() && Candidates::new(&source, &nothing, known).is_none()
        );
    }
}
