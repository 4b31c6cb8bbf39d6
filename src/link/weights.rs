//! The weights of the evidence, fitted by `examples/fit_link.rs`.

/// What is seen of two segments, or what is known of their documents; in the order of [`Weights`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Always 1.
    Bias,
    /// How much they have in common, as a logarithm.
    Amount,
    /// The larger of the shares of either that are found in the other.
    LargerShare,
    /// The smaller one.
    SmallerShare,
    /// The cosine of their pooled word vectors.
    Direction,
    /// How much they have in common that few others have.
    Specific,
    /// Both have numbers, and share one.
    SameFigure,
    /// Both have numbers, and share none.
    OtherFigures,
    /// How alike their speakers are.
    SameSpeaker,
    /// How different their speakers are, in documents that are parallel.
    OtherSpeaker,
    /// The same in documents that are not.
    OtherSpeakerFree,
    /// How surely their sentences are aligned, in documents that are parallel.
    Aligned,
    /// The same in documents that are not.
    AlignedFree,
    /// How surely the sentence of the source is aligned with others only, in documents that are parallel.
    AlignedElsewhere,
    /// What share of the sentences of the documents is not aligned.
    Free,
    /// One was said on an earlier occasion and the other was not.
    Earlier,
    /// They are of one document.
    Within,
    /// What the source has over the other candidates for the target.
    Column,
    /// What the target has over the other candidates for the source.
    Row,
}

/// How many features there are.
pub const FEATURES: usize = Feature::Row as usize + 1;

impl Feature {
    /// All of them in order.
    pub const ALL: [Feature; FEATURES] = [
        Feature::Bias,
        Feature::Amount,
        Feature::LargerShare,
        Feature::SmallerShare,
        Feature::Direction,
        Feature::Specific,
        Feature::SameFigure,
        Feature::OtherFigures,
        Feature::SameSpeaker,
        Feature::OtherSpeaker,
        Feature::OtherSpeakerFree,
        Feature::Aligned,
        Feature::AlignedFree,
        Feature::AlignedElsewhere,
        Feature::Free,
        Feature::Earlier,
        Feature::Within,
        Feature::Column,
        Feature::Row,
    ];
}

/// What each feature adds to the log-odds.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights(pub [f32; FEATURES]);

/// Fitted on the development set of quotes, the seeds and the sample by
/// `fit_link ../shared/data/quotes/ntrex-dev ../shared/data/seeds ../shared/data/quotes/seeds corpus/gold`, 2026-11-26. The weights of
/// `OtherSpeakerFree` and `Earlier` were given beforehand: hardly anything there speaks of them.
impl Default for Weights {
    fn default() -> Self {
        Weights([
            -0.594, 0.105, 2.378, 1.287, -1.528, -0.040, -0.006, -0.790, 0.165, -0.592, -7.927, 3.277, 0.698, -3.427,
            -0.842, -3.941, -4.346, 0.873, 0.726,
        ])
    }
}

impl Weights {
    /// The log-odds that two segments say the same.
    pub fn score(&self, evidence: &[f32; FEATURES]) -> f32 {
        self.0.iter().zip(evidence).map(|(w, e)| w * e).sum()
    }

    /// What rivals take off that.
    pub fn rivalry(&self, evidence: &[f32; FEATURES]) -> f32 {
        let of = |feature: Feature| self.0[feature as usize] * evidence[feature as usize].min(0.0);
        of(Feature::Column) + of(Feature::Row)
    }
}
