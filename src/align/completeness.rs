//! How much of a text has no counterpart, estimated from the two texts themselves.

use super::{
    evidence::{SHAPES, dot, shape_features},
    lattice::Lattice,
    partition::totals,
    weights::{COUNT, at},
};

/// How much of the texts is believed to be translated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completeness {
    /// Estimated from the texts.
    #[default]
    Auto,
    /// Nearly all of both.
    Full,
    /// Much is left out on either side.
    Partial,
}

/// Of a segment without counterpart there is evidence, too: what [`Lattice`] says of it by its length and words, on average.
/// Taken off, the rest is what is believed before anything is read.
const ALONE: f32 = 4.0;

/// The same where embeddings count, which say of it that nothing is near. Chosen on the development documents.
const ALONE_EMBEDDED: f32 = 2.5;

/// The bias of those who know.
const FULL: f32 = -4.0;
const PARTIAL: f32 = 0.5;

/// Between these the bias is looked for, in steps.
const LEAST: f32 = -5.0;
const LEAST_EMBEDDED: f32 = -7.0;
const MOST: f32 = 1.0;

impl Completeness {
    /// What is to be added to the score of segments without counterpart, in nats.
    ///
    /// The scores of chains are taken as a joint probability, of the chain and of what stands in the texts given the chain. The bias
    /// of the prior under which the texts are most probable, all chains summed, is the maximum likelihood estimate of how much is
    /// missing (empirical Bayes): `log Z(bias) - log Z of the prior(bias)`, the two sums by the forward algorithm.
    pub(super) fn bias(self, lattice: &Lattice, weights: &[f32; COUNT]) -> f32 {
        let embedded = weights[at::MEANING] != 0.0;
        // With embeddings a segment without counterpart scores higher by itself.
        let shift = if embedded { LEAST_EMBEDDED - LEAST } else { 0.0 };
        match self {
            Completeness::Full => FULL + shift,
            Completeness::Partial => PARTIAL + shift,
            Completeness::Auto => {
                let (least, alone) = if embedded { (LEAST_EMBEDDED, ALONE_EMBEDDED) } else { (LEAST, ALONE) };
                let at = |step: usize| least + step as f32;
                let steps = (MOST - least) as usize + 1;
                let values = Self::likelihoods(lattice, weights, &(0..steps).map(at).collect::<Vec<_>>(), alone);
                let best = (0..steps).fold(0, |best, step| if values[step] > values[best] { step } else { best });
                // The top of the parabola through the best step and its neighbours.
                let beside = match best {
                    0 => 0.0,
                    _ if best + 1 == steps => 0.0,
                    _ => {
                        let (a, b, c) = (values[best - 1], values[best], values[best + 1]);
                        let bend = a - 2.0 * b + c;
                        if bend < -1e-9 { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) as f32 } else { 0.0 }
                    }
                };
                at(best) + beside
            }
        }
    }

    /// How probable the texts are under each bias, as a logarithm, all over the same.
    fn likelihoods(lattice: &Lattice, weights: &[f32; COUNT], biases: &[f32], alone: f32) -> Vec<f64> {
        let texts = totals(lattice, biases, |i, j, shape| lattice.gain(i, j, shape));
        // What is believed before anything is read: the weights of the shapes alone.
        let null = weights[at::NULL];
        let shapes: Vec<f32> = SHAPES
            .into_iter()
            .enumerate()
            .map(|(shape, (p, q))| dot(&shape_features(shape), weights) - (p + q) as f32 * null)
            .collect();
        let biases: Vec<f32> = biases.iter().map(|bias| bias + alone).collect();
        let prior = totals(lattice, &biases, |i, j, shape| lattice.bead(i, j, shape).map(|_| shapes[shape]));
        texts.iter().zip(prior).map(|(texts, prior)| texts - prior).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{Config, Known, align};
    use crate::language::Languages;
    use crate::represent::{Lexicon, represent};

    /// How many segments have no counterpart.
    fn alone(source: &[&str], target: &[&str], completeness: Completeness) -> usize {
        let side = |texts: &[&str], lang| represent(texts, lang, Languages::bundled(), Lexicon::bundled());
        let config = Config { completeness, ..Config::default() };
        align(&side(source, "az"), &side(target, "en"), &config, Known::default())
            .iter()
            .filter(|bead| !bead.is_aligned())
            .count()
    }

    const AZ: [&str; 4] = [
        "Kənddə yeni məktəb tikilib.",
        "Bankın gəliri 60 faiz artıb.",
        "Futbol komandası qalib gəlib.",
        "Prezident Tehrana səfər edib.",
    ];

    #[test]
    fn who_knows_that_nothing_is_missing_leaves_less_alone() {
        let en =
            ["A new school was built.", "Income is up, they say.", "They won the match at last.", "He went there."];
        assert!(alone(&AZ, &en, Completeness::Full) <= alone(&AZ, &en, Completeness::Partial));
        assert_eq!(alone(&AZ, &en, Completeness::Full), 0);
    }

    #[test]
    fn it_is_told_from_the_texts() {
        let whole = [
            "A new school was built in the village.",
            "The bank's income rose by 60 percent.",
            "The football team won.",
            "The president visited Tehran.",
        ];
        assert_eq!(alone(&AZ, &whole, Completeness::Auto), 0);
        assert_eq!(alone(&AZ, &[whole[0], whole[3]], Completeness::Auto), 2);
    }
}
