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
];

/// How many features there are.
pub(super) const COUNT: usize = 30;

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
}

/// How much each feature counts, in nats: fitted, not chosen. The bundled ones stand in `weights.toml` beside this
/// file, with where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Fitted by maximum likelihood, in the order of [`FEATURES`].
    pub features: [f32; COUNT],
    /// The same for languages of which no words are known: there it says little that nothing is alike.
    pub unknown: [f32; COUNT],
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
    /// Reads `name = weight` lines of TOML; every feature must be there.
    pub fn parse(toml: &str) -> Result<Weights, String> {
        #[derive(Deserialize)]
        struct File {
            weights: HashMap<String, f32>,
            unknown: HashMap<String, f32>,
            passages: Passages,
        }
        let file: File = toml::from_str(toml).map_err(|e| e.to_string())?;
        let in_order = |by_name: &HashMap<String, f32>| {
            let mut weights = [0.0; COUNT];
            for (name, weight) in FEATURES.iter().zip(&mut weights) {
                *weight = *by_name.get(*name).ok_or_else(|| format!("no weight for the feature {name:?}"))?;
            }
            Ok::<_, String>(weights)
        };
        Ok(Weights { features: in_order(&file.weights)?, unknown: in_order(&file.unknown)?, passages: file.passages })
    }

    /// The weights for two documents.
    pub(super) fn of(&self, source: &Representation, target: &Representation) -> &[f32; COUNT] {
        if source.is_known() && target.is_known() { &self.features } else { &self.unknown }
    }

    /// The same as TOML.
    pub fn to_toml(&self) -> String {
        let lines = |weights: &[f32; COUNT]| {
            let line = |(name, weight)| format!("\"{name}\" = {weight:.4}\n");
            FEATURES.iter().zip(weights).map(line).collect::<String>()
        };
        let Passages { opening, crossing, firm } = self.passages;
        let (weights, unknown) = (lines(&self.features), lines(&self.unknown));
        format!(
            "[weights]\n{weights}\n[unknown]\n{unknown}\n[passages]\nopening = {opening:.2}\ncrossing = {crossing:.2}\nfirm = {firm:.2}\n"
        )
    }
}

impl Default for Weights {
    fn default() -> Self {
        Weights::parse(include_str!("weights.toml")).unwrap_or_else(|e| panic!("src/align/weights.toml: {e}"))
    }
}
