//! A bead is the smallest piece of an alignment: some source segments with the target segments that say the same.
//! This module finds the best chain of beads between two documents.
//!
//! Features in, beads out. [`Evidence`] weighs every candidate bead: what its words have in common (concepts, names,
//! numbers, cognates), how its lengths, sentence ends, quotation marks and digits agree. The scores of a chain add up,
//! and its probability is the exponential of its score over that of all chains: a conditional random field over
//! alignments, whose few named [`Weights`] are fitted by maximum likelihood ([`fit`]). The best chain is found by
//! dynamic programming (Viterbi); the confidence of a bead is its marginal probability (forward and backward).

mod band;
mod evidence;
mod fit;
mod free;
mod lattice;
mod similarity;
mod weights;

pub use fit::{Example, Fit, fit};
pub use weights::{FEATURES, Passages, Weights};

use crate::model::Bead;
use crate::represent::Representation;
use band::Band;

use lattice::Lattice;

/// How to align.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The weights of the features.
    pub weights: Weights,
}

/// The best alignment of two documents: beads in source order, every segment in exactly one.
///
/// ```
/// use korpu::{align, language::Languages, represent::{represent, Lexicon}};
/// let r = |segments: &[&str], lang| represent(segments, lang, Languages::bundled(), Lexicon::bundled());
/// let az = r(&["Bakıda 60 nəfər seçildi.", "Nazir Tehranda danışıqlar apardı."], "az");
/// let en = r(&["In Baku 60 people were elected.", "The minister held talks in Tehran."], "en");
/// let beads = align::align(&az, &en, &align::Config::default());
/// assert_eq!(beads.len(), 2);
/// assert_eq!((&beads[1].source[..], &beads[1].target[..]), (&[1][..], &[1][..]));
/// ```
pub fn align(source: &Representation, target: &Representation, config: &Config) -> Vec<Bead> {
    let (n, m) = (source.segments.len(), target.segments.len());
    if n == 0 || m == 0 {
        let bead = |source, target| Bead { source, target, score: 0.0, confidence: 1.0 };
        let sources = (0..n as u32).map(|i| bead(vec![i], vec![]));
        return sources.chain((0..m as u32).map(|j| bead(vec![], vec![j]))).collect();
    }
    let similarity = similarity::similarity(source, target);
    let band = Band::new(source, target, &similarity);
    let evidence = evidence::weighed(source, target, &similarity, &band, &config.weights);
    let lattice = Lattice::new(&evidence, &config.weights);
    free::with_passages(&lattice, lattice.beads(), &config.weights.passages)
}
