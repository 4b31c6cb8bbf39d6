//! A bead is the smallest piece of an alignment: some source segments with the target segments that say the same.
//! This module finds the best chain of beads between two documents.
//!
//! Features in, beads out. [`Evidence`] weighs every candidate bead: what its words have in common (concepts, names,
//! numbers, cognates), how its lengths, sentence ends, quotation marks and digits agree. The scores of a chain add up,
//! and its probability is the exponential of its score over that of all chains: a conditional random field over
//! alignments, whose few named [`Weights`] are fitted by maximum likelihood ([`fit`]). The best chain is found by
//! dynamic programming (Viterbi); the confidence of a bead is its marginal probability (forward and backward).

mod anchors;
mod band;
mod candidates;
mod completeness;
mod cycle;
mod embedded;
mod evidence;
mod fit;
mod free;
mod gather;
mod lattice;
mod lift;
mod nearest;
mod partition;
mod pooled;
mod split;
mod weights;

pub use candidates::{Candidates, Scored};
pub use completeness::Completeness;
pub use cycle::{Link, contradicts, doubt, joined, through};
pub use embedded::{Embedded, largest_encoded};
pub use fit::{Example, Fit, fit};
pub use free::Mode;
pub use lift::lift;
pub use weights::{FEATURES, Passages, Weights};

use crate::model::Bead;
use crate::represent::{Representation, Translations};

/// How to align.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The weights of the features.
    pub weights: Weights,
    /// How much of the texts is believed to be translated.
    pub completeness: Completeness,
    /// Whether beads may cross.
    pub mode: Mode,
}

/// What is known of two documents before they are aligned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// What was learned of the words of their languages.
    pub translations: Option<&'a Translations>,
    /// The embeddings of the source and of the target.
    pub embedded: Option<[&'a Embedded; 2]>,
    /// Beads that hold, such as a reviewer's; no segment in two of them. They get the confidence 1, and no bead passes them by.
    pub anchors: &'a [Bead],
    /// Beads that are wrong, such as those that a reviewer rejected: they are not found.
    pub rejected: &'a [Bead],
    /// What third versions say of them, at most one link for two segments.
    pub links: &'a [Link],
}

/// The best alignment of two documents: beads in source order, every segment in exactly one.
///
/// ```
/// use korpu::{align, language::Languages, represent::{represent, Lexicon}};
/// let r = |segments: &[&str], lang| represent(segments, lang, Languages::bundled(), Lexicon::bundled());
/// let az = r(&["Bakıda 60 nəfər seçildi.", "Nazir Tehranda danışıqlar apardı."], "az");
/// let en = r(&["In Baku 60 people were elected.", "The minister held talks in Tehran."], "en");
/// let beads = align::align(&az, &en, &align::Config::default(), align::Known::default());
/// assert_eq!(beads.len(), 2);
/// assert_eq!((&beads[1].source[..], &beads[1].target[..]), (&[1][..], &[1][..]));
/// ```
pub fn align(source: &Representation, target: &Representation, config: &Config, known: Known) -> Vec<Bead> {
    if let Some(candidates) = Candidates::new(source, target, known) {
        return candidates.scored(&config.weights).beads(config);
    }
    let bead = |source, target| Bead { source, target, score: 0.0, confidence: 1.0 };
    let sources = (0..source.segments.len() as u32).map(|i| bead(vec![i], vec![]));
    sources.chain((0..target.segments.len() as u32).map(|j| bead(vec![], vec![j]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Languages;
    use crate::represent::{Lexicon, represent};

    fn check(source: &[&str], target: &[&str]) -> Vec<Bead> {
        let side = |texts: &[&str], lang| represent(texts, lang, Languages::bundled(), Lexicon::bundled());
        let beads = align(&side(source, "az"), &side(target, "en"), &Config::default(), Known::default());
        let ids = |of: fn(&Bead) -> &Vec<u32>| {
            let mut ids: Vec<u32> = beads.iter().flat_map(|b| of(b).clone()).collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(ids(|b| &b.source), (0..source.len() as u32).collect::<Vec<_>>(), "every source segment once");
        assert_eq!(ids(|b| &b.target), (0..target.len() as u32).collect::<Vec<_>>(), "every target segment once");
        assert!(beads.iter().all(|b| (0.0..=1.0).contains(&b.confidence)));
        beads
    }

    #[test]
    fn an_empty_side_leaves_the_other_unaligned() {
        assert!(check(&[], &[]).is_empty());
        assert!(check(&["Salam."], &[]).iter().all(|b| !b.is_aligned()));
        assert_eq!(check(&[], &["One.", "Two."]).len(), 2);
    }

    #[test]
    fn long_documents_of_one_repeated_sentence_are_aligned_in_a_band() {
        let source = vec!["Nazir Bakıda 60 nəfərlə görüşüb."; 1500];
        let target = vec!["The minister met 60 people in Baku."; 1400];
        check(&source, &target);
    }

    #[test]
    fn one_segment_faces_thousands() {
        let target: Vec<String> = (0..3000).map(|n| format!("Sentence {n} of the long side.")).collect();
        let target: Vec<&str> = target.iter().map(String::as_str).collect();
        check(&["2017-ci ildə 60 faiz artım olub."], &target);
    }

    #[test]
    fn a_moved_passage_is_found() {
        let source = [
            "Kənddə yeni məktəb tikilib.",
            "Bankın gəliri 60 faiz artıb.",
            "Futbol komandası 3:1 hesabı ilə qalib gəlib.",
            "Prezident Tehrana səfər edib.",
        ];
        let target = [
            "A new school has been built in the village.",
            "The football team won 3:1.",
            "The president visited Tehran.",
            "The bank's income rose by 60 percent.",
        ];
        let beads = check(&source, &target);
        assert!(beads.iter().any(|b| b.source == [1] && b.target == [3]), "{beads:?}");
        let first: Vec<u32> = beads.iter().filter_map(|b| b.source.first().copied()).collect();
        assert!(first.is_sorted(), "{beads:?}");
    }

    #[test]
    fn a_segment_without_counterpart_keeps_its_confidence() {
        let source = ["Nazir Tehranda danışıqlar apardı.", "Bankın gəliri 60 faiz artıb."];
        let beads = check(&source, &["The minister held talks in Tehran."]);
        let alone = beads.iter().find(|b| b.source == [1]).unwrap();
        assert!(!alone.is_aligned() && alone.confidence > 0.5, "{beads:?}");
    }
}
