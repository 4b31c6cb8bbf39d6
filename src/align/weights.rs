use crate::represent::Representation;
use serde::Deserialize;
use std::collections::HashMap;

/// The names of the features, in the order of the weights.
///
/// | name | what it measures |
/// | --- | --- |
/// | `1-1` ... `larger` | the shape of the bead; `larger` for all beyond 2-2, `beyond` per segment beyond four |
/// | `cover-0` ... `cover-100` | per weighted word, a piecewise linear function of its best similarity on the other side |
/// | `typical` | that similarity less its mean over the other blocks |
/// | `better`, `worse` | by how much it beats, or is beaten by, the best similarity outside the bead |
/// | `words` | log of the words on both sides |
/// | `length`, `length-20`, `length-70` | log ratio of the lengths, and that beyond .2 and .7 |
/// | `stops`, `quotes`, `digits` | difference of the counts, capped at three |
/// | `null`, `null-weight`, `null-stops` | a segment without counterpart: each, by the root of its weight, by its stops |
/// | `swap` | two neighbouring beads that cross |
/// | `uneven` | of beads beyond 2-2 the difference of their sides |
/// | `pooled`, `rival` | the cosine of the pooled vectors of both sides; that of their segments with the nearest outside the bead |
/// | `null-nearest` | the cosine of a segment without counterpart with the nearest on the other side |
/// | `meaning`, `meaning-50` | of embeddings: how much closer both sides are than usual, and that beyond .5, per segment |
/// | `meaning-better`, `meaning-worse` | by how much that beats, or is beaten by, the nearest segments outside the bead, per segment |
/// | `joined`, `weakest` | of larger beads: how much closer than the closest with a segment less; how close the segment is that is least |
/// | `null-meaning` | how close a segment without counterpart is to the nearest on the other side |
pub const FEATURES: [&str; COUNT] = [
    "1-1",
    "1-2",
    "2-1",
    "2-2",
    "larger",
    "beyond",
    "cover-0",
    "cover-15",
    "cover-30",
    "cover-50",
    "cover-75",
    "cover-100",
    "typical",
    "better",
    "worse",
    "words",
    "length",
    "length-20",
    "length-70",
    "stops",
    "quotes",
    "digits",
    "null",
    "null-weight",
    "null-stops",
    "swap",
    "uneven",
    "pooled",
    "rival",
    "null-nearest",
    "meaning",
    "meaning-50",
    "meaning-better",
    "meaning-worse",
    "joined",
    "weakest",
    "null-meaning",
];

/// How many features there are.
pub(super) const COUNT: usize = 37;

/// Positions in [`FEATURES`].
pub(super) mod at {
    pub const SHAPE: usize = 0;
    pub const LARGER: usize = 4;
    pub const BEYOND: usize = 5;
    pub const COVER: usize = 6;
    pub const TYPICAL: usize = 12;
    pub const BETTER: usize = 13;
    pub const WORSE: usize = 14;
    pub const WORDS: usize = 15;
    pub const LENGTH: usize = 16;
    pub const STOPS: usize = 19;
    pub const QUOTES: usize = 20;
    pub const DIGITS: usize = 21;
    pub const NULL: usize = 22;
    pub const NULL_WEIGHT: usize = 23;
    pub const NULL_STOPS: usize = 24;
    pub const SWAP: usize = 25;
    pub const UNEVEN: usize = 26;
    pub const POOLED: usize = 27;
    pub const RIVAL: usize = 28;
    pub const NULL_NEAREST: usize = 29;
    /// From here on the features are of embeddings.
    pub const MEANING: usize = 30;
    pub const MEANING_BETTER: usize = 32;
    pub const MEANING_WORSE: usize = 33;
    pub const JOINED: usize = 34;
    pub const WEAKEST: usize = 35;
    pub const NULL_MEANING: usize = 36;
}

/// How much each feature counts, in nats: fitted, not chosen. The bundled ones stand in `weights.toml` beside this
/// file, with where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Fitted by maximum likelihood, in the order of [`FEATURES`].
    pub features: [f32; COUNT],
    /// The same for languages of which no words are known: there it says little that nothing is alike.
    pub unknown: [f32; COUNT],
    /// For use with embeddings.
    pub model: [f32; COUNT],
    /// The same for languages of which no words are known.
    pub unknown_model: [f32; COUNT],
    /// How passages are moved, which the lattice does not know and the fit leaves alone.
    pub passages: Passages,
}

/// What decides on beads that cross the monotone chain, in nats.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passages {
    /// What it costs to begin a passage out of order.
    pub opening: f32,
    /// What each part costs that crosses another, where a bead is taken apart.
    pub crossing: f32,
    /// A bead of the chain that is not better than leaving its segments alone by this much gives way to a passage.
    pub firm: f32,
}

impl Weights {
    /// Reads `name = weight` lines of TOML; every feature must be there. Without weights for embeddings, these count nothing.
    pub fn parse(toml: &str) -> Result<Weights, String> {
        #[derive(Deserialize)]
        struct File {
            weights: HashMap<String, f32>,
            unknown: HashMap<String, f32>,
            #[serde(default)]
            model: Option<HashMap<String, f32>>,
            #[serde(default, rename = "unknown-model")]
            unknown_model: Option<HashMap<String, f32>>,
            passages: Passages,
        }
        let file: File = toml::from_str(toml).map_err(|e| e.to_string())?;
        let in_order = |by_name: &HashMap<String, f32>, count: usize| {
            let mut weights = [0.0; COUNT];
            for (name, weight) in FEATURES.iter().zip(&mut weights).take(count) {
                *weight = *by_name.get(*name).ok_or_else(|| format!("no weight for the feature {name:?}"))?;
            }
            Ok::<_, String>(weights)
        };
        let (features, unknown) = (in_order(&file.weights, at::MEANING)?, in_order(&file.unknown, at::MEANING)?);
        let with_model = |own: Option<HashMap<String, f32>>, without| own.map_or(Ok(without), |w| in_order(&w, COUNT));
        let (model, unknown_model) = (with_model(file.model, features)?, with_model(file.unknown_model, unknown)?);
        Ok(Weights { features, unknown, model, unknown_model, passages: file.passages })
    }

    /// The weights for two documents, with or without embeddings.
    pub(super) fn of(&self, source: &Representation, target: &Representation, embedded: bool) -> &[f32; COUNT] {
        match (source.is_known() && target.is_known(), embedded) {
            (true, false) => &self.features,
            (false, false) => &self.unknown,
            (true, true) => &self.model,
            (false, true) => &self.unknown_model,
        }
    }

    /// The same as TOML.
    pub fn to_toml(&self) -> String {
        let lines = |weights: &[f32]| {
            let line = |(name, weight)| format!("\"{name}\" = {weight:.4}\n");
            FEATURES.iter().zip(weights).map(line).collect::<String>()
        };
        let Passages { opening, crossing, firm } = self.passages;
        let (weights, unknown) = (lines(&self.features[..at::MEANING]), lines(&self.unknown[..at::MEANING]));
        let (model, unknown_model) = (lines(&self.model), lines(&self.unknown_model));
        format!(
            "[weights]\n{weights}\n[unknown]\n{unknown}\n[model]\n{model}\n[unknown-model]\n{unknown_model}\n\
             [passages]\nopening = {opening:.2}\ncrossing = {crossing:.2}\nfirm = {firm:.2}\n"
        )
    }
}

impl Default for Weights {
    fn default() -> Self {
        Weights::parse(include_str!("weights.toml")).unwrap_or_else(|e| panic!("src/align/weights.toml: {e}"))
    }
}
