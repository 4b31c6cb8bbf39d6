//! The evidence for every candidate bead, gathered once per pair of documents.

use super::{
    band::Band,
    embedded::{Embedded, Meaning},
    gather::{LANES, Lanes, Side, larger, smaller},
    pooled::{self, Pooled, Row},
    weights::{COUNT, at},
};
use crate::represent::{Representation, Similarity};
use std::ops::Range;

/// The largest side of a bead that is not 1-1.
pub(super) const LARGEST: usize = 5;

/// The shapes of beads with both sides.
pub(super) const SHAPES: [(usize, usize); 25] = [
    (1, 1),
    (1, 2),
    (2, 1),
    (2, 2),
    (1, 3),
    (3, 1),
    (2, 3),
    (3, 2),
    (1, 4),
    (4, 1),
    (3, 3),
    (2, 4),
    (4, 2),
    (1, 5),
    (5, 1),
    (3, 4),
    (4, 3),
    (2, 5),
    (5, 2),
    (4, 4),
    (3, 5),
    (5, 3),
    (4, 5),
    (5, 4),
    (5, 5),
];

/// Where `cover` bends.
const KNOTS: [f32; 6] = [0.0, 0.15, 0.3, 0.5, 0.75, 1.0];

/// Features of one word against one block, in the order of [`at::COVER`] to [`at::WORSE`].
pub(super) const PER_WORD: usize = 9;

/// Differences of counts are capped here.
const CAP: f32 = 3.0;

/// What is known of every segment and every pair of segments, with the evidence of the words reduced to `F` numbers:
/// one weighted sum to align ([`weighed`]), all features to fit the weights ([`unweighed`]).
pub(super) struct Evidence<'a, const F: usize> {
    pub band: &'a Band,
    /// Evidence of source segment `i` facing the target segments `j..j+q`, by `[q - 1][cell(i, j)]`.
    source: Vec<Vec<[f32; F]>>,
    /// Evidence of target segment `j` facing the source segments `i..i+p`, by `[p - 1][cell(i, j)]`.
    target: Vec<Vec<[f32; F]>>,
    /// By segment, by number of segments less 1: the block that begins there.
    sources: Vec<[Segment; LARGEST]>,
    targets: Vec<[Segment; LARGEST]>,
    pooled: Option<Pooled<'a>>,
    meaning: Option<Meaning<'a>>,
}

/// The evidence with the words weighed: one number a cell.
pub(super) fn weighed<'a>(
    source: &Representation,
    target: &Representation,
    similarity: &Similarity,
    band: &'a Band,
    weights: &[f32; COUNT],
) -> Evidence<'a, 1> {
    let cover: [f32; KNOTS.len()] = std::array::from_fn(|knot| weights[at::COVER + knot]);
    let slope = |knot: usize| (cover[knot + 1] - cover[knot]) / (KNOTS[knot + 1] - KNOTS[knot]);
    let slopes: [f32; KNOTS.len() - 1] = std::array::from_fn(slope);
    let [usual, beats, beaten] = [at::TYPICAL, at::BETTER, at::WORSE].map(|at| weights[at]);
    // Without a branch, and one step for all lanes after the other, so that the processor takes them at once.
    Evidence::new(source, target, similarity, band, |s, typical, better| {
        let mut sums = [[cover[0]]; LANES];
        for (knot, slope) in slopes.iter().enumerate() {
            for lane in 0..LANES {
                sums[lane][0] += slope * larger(smaller(s[lane], KNOTS[knot + 1]) - KNOTS[knot], 0.0);
            }
        }
        for lane in 0..LANES {
            let (beats, beaten) = (beats * larger(better[lane], 0.0), beaten * smaller(better[lane], 0.0));
            sums[lane][0] = sums[lane][0] + usual * typical[lane] + beats + beaten;
        }
        sums
    })
}

/// The evidence with every feature apart.
pub(super) fn unweighed<'a>(
    source: &Representation,
    target: &Representation,
    similarity: &Similarity,
    band: &'a Band,
) -> Evidence<'a, PER_WORD> {
    Evidence::new(source, target, similarity, band, |s, typical, better| {
        std::array::from_fn(|lane| per_word(s[lane], typical[lane], better[lane]))
    })
}

/// What a segment, or a block of them, adds to the evidence by itself.
#[derive(Clone, Copy, Debug, Default)]
struct Segment {
    /// Sum of the weights of its distinct terms.
    weight: f32,
    /// Words; of a block the logarithm of one more.
    words: f32,
    /// Characters, scaled so that the two documents are equally long; of a block the logarithm of eight more.
    length: f32,
    stops: f32,
    quotes: f32,
    digits: f32,
}

impl<'a, const F: usize> Evidence<'a, F> {
    fn new(
        source: &Representation,
        target: &Representation,
        similarity: &Similarity,
        band: &'a Band,
        value: impl Fn(&Lanes, &Lanes, &Lanes) -> [[f32; F]; LANES],
    ) -> Self {
        let flipped = similarity.transposed(target.terms.len());
        let upright = band.transposed();
        Evidence {
            band,
            source: Side { own: source, other: target, rows: &similarity.rows }.gather(band, &value),
            target: Side { own: target, other: source, rows: &flipped.rows }
                .gather(&upright, &value)
                .into_iter()
                .map(|facing| band.turned(&upright, &facing, [0.0; F]))
                .collect(),
            sources: blocks(&segments(source, ratio(source, target))),
            targets: blocks(&segments(target, 1.0)),
            pooled: Pooled::new(source, target, band),
            meaning: None,
        }
    }

    /// With the evidence of embeddings, of the source and of the target.
    pub fn with_embedded(mut self, embedded: Option<[&Embedded; 2]>) -> Self {
        self.meaning = embedded.and_then(|[source, target]| Meaning::new(source, target, self.band));
        self
    }

    /// How many source and target segments there are.
    pub fn size(&self) -> (usize, usize) {
        (self.sources.len(), self.targets.len())
    }

    /// The evidence of the words of the bead of `p` source segments from `i` and `q` target segments from `j`; `None`
    /// outside the band.
    pub fn words(&self, i: usize, j: usize, (p, q): (usize, usize)) -> Option<[f32; F]> {
        let mut sum = [0.0; F];
        for x in i..i + p {
            add(&mut sum, 1.0, &self.source[q - 1][self.band.cell(x, j)?]);
        }
        for y in j..j + q {
            add(&mut sum, 1.0, &self.target[p - 1][self.band.cell(i, y)?]);
        }
        Some(sum)
    }

    /// The features of a bead that do not come from its words one by one.
    pub fn surface(&self, i: usize, j: usize, shape: usize) -> [f32; COUNT] {
        let (p, q) = SHAPES[shape];
        let mut features = shape_features(shape);
        if let Some(pooled) = &self.pooled {
            features[at::POOLED] = pooled.cosine(i, j, (p, q));
            features[at::RIVAL] = pooled.nearest().rival(i, j, (p, q));
        }
        if let Some(meaning) = &self.meaning {
            meaning.bead(i, j, shape, &mut features);
        }
        let (a, b) = (&self.sources[i][p - 1], &self.targets[j][q - 1]);
        features[at::WORDS] = (a.words + b.words) / 4.0;
        let ratio = (a.length - b.length).abs().min(2.0);
        features[at::LENGTH] = ratio;
        features[at::LENGTH + 1] = (ratio - 0.2).max(0.0);
        features[at::LENGTH + 2] = (ratio - 0.7).max(0.0);
        features[at::STOPS] = (a.stops + p as f32 - b.stops - q as f32).abs().min(CAP);
        features[at::QUOTES] = (a.quotes - b.quotes).abs().min(CAP);
        features[at::DIGITS] = (a.digits - b.digits).abs().min(CAP);
        features
    }

    /// The features of a source segment without counterpart.
    pub fn source_null(&self, i: usize) -> [f32; COUNT] {
        let mut features = null(&self.sources[i][0], self.pooled.as_ref().map_or(0.0, |p| p.nearest().of_source(i)));
        features[at::NULL_MEANING] = self.meaning.as_ref().map_or(0.0, |m| m.nearest().of_source(i));
        features
    }

    /// The features of a target segment without counterpart.
    pub fn target_null(&self, j: usize) -> [f32; COUNT] {
        let mut features = null(&self.targets[j][0], self.pooled.as_ref().map_or(0.0, |p| p.nearest().of_target(j)));
        features[at::NULL_MEANING] = self.meaning.as_ref().map_or(0.0, |m| m.nearest().of_target(j));
        features
    }
}

impl Evidence<'_, 1> {
    /// The target segments with which the beads of a size begin that begin with source segment `i` and lie in the band.
    pub fn reach(&self, i: usize, (p, q): (usize, usize)) -> Range<usize> {
        let whole = self.band.row(i).start..(self.band.row(i).end + 1).saturating_sub(q);
        (i..i + p).map(|x| self.band.row(x)).fold(whole, |all, row| all.start.max(row.start)..all.end.min(row.end))
    }

    /// The scores of the beads of a shape that begin with source segment `i` and the target segments `js`, which lie in
    /// [`Evidence::reach`], given the sums of the shapes alone. A row at once, so that the processor takes many beads together.
    pub fn scores(
        &self,
        (i, js): (usize, Range<usize>),
        shape: usize,
        shapes: &[f32],
        weights: &[f32; COUNT],
        row: &mut Row,
        out: &mut [f32],
    ) {
        let (p, q) = SHAPES[shape];
        let cell = |i: usize| self.band.offset(i) + js.start - self.band.row(i).start;
        out.fill(0.0);
        for x in i..i + p {
            pooled::add(out, self.source[q - 1][cell(x)..].as_flattened());
        }
        for shift in 0..q {
            pooled::add(out, self.target[p - 1][cell(i) + shift..].as_flattened());
        }
        if self.meaning.is_some() {
            // What embeddings cost by far outweighs the features.
            out.iter_mut().zip(js).for_each(|(score, j)| *score += dot(&self.surface(i, j, shape), weights));
            return;
        }
        match &self.pooled {
            Some(pooled) => pooled.row(i, js.clone(), (p, q), row),
            None => row.clear(js.len()),
        }
        let a = &self.sources[i][p - 1];
        let beads = self.targets[js].iter().zip(&row.cosines).zip(&row.rivals);
        for (score, ((blocks, cosine), rival)) in out.iter_mut().zip(beads) {
            let b = &blocks[q - 1];
            let ratio = (a.length - b.length).abs().min(2.0);
            *score += shapes[shape]
                + weights[at::WORDS] * (a.words + b.words) / 4.0
                + weights[at::LENGTH] * ratio
                + weights[at::LENGTH + 1] * (ratio - 0.2).max(0.0)
                + weights[at::LENGTH + 2] * (ratio - 0.7).max(0.0)
                + weights[at::STOPS] * (a.stops + p as f32 - b.stops - q as f32).abs().min(CAP)
                + weights[at::QUOTES] * (a.quotes - b.quotes).abs().min(CAP)
                + weights[at::DIGITS] * (a.digits - b.digits).abs().min(CAP)
                + (weights[at::POOLED] * cosine + weights[at::RIVAL] * rival);
        }
    }
}

/// The features of a shape by itself.
pub(super) fn shape_features(shape: usize) -> [f32; COUNT] {
    let (p, q) = SHAPES[shape];
    let mut features = [0.0; COUNT];
    if shape < 4 {
        features[at::SHAPE + shape] = 1.0;
    } else {
        features[at::LARGER] = 1.0;
        features[at::BEYOND] = (p + q - 4) as f32;
        features[at::UNEVEN] = p.abs_diff(q) as f32;
    }
    features
}

fn null(segment: &Segment, nearest: f32) -> [f32; COUNT] {
    let mut features = [0.0; COUNT];
    features[at::NULL] = 1.0;
    features[at::NULL_WEIGHT] = segment.weight.sqrt();
    features[at::NULL_STOPS] = segment.stops;
    features[at::NULL_NEAREST] = nearest;
    features
}

/// Adds features, so many times. By index: it is the innermost loop, and iterators over an array of one are not always inlined.
#[inline(always)]
#[allow(clippy::needless_range_loop)]
pub(super) fn add<const F: usize>(sum: &mut [f32; F], times: f32, features: &[f32; F]) {
    for feature in 0..F {
        sum[feature] += times * features[feature];
    }
}

pub(super) fn dot(features: &[f32], weights: &[f32]) -> f32 {
    features.iter().zip(weights).map(|(f, w)| f * w).sum()
}

/// By how much the source must be stretched to be as long as the target; 1 where the totals are too unlike to tell.
fn ratio(source: &Representation, target: &Representation) -> f32 {
    let characters = |r: &Representation| r.segments.iter().map(|s| u64::from(s.characters)).sum::<u64>() as f32;
    let ratio = characters(target) / characters(source).max(1.0);
    if (0.6..=1.6).contains(&ratio) { ratio } else { 1.0 }
}

/// The blocks that begin with each segment, those beyond the end as long as there are segments.
fn blocks(segments: &[Segment]) -> Vec<[Segment; LARGEST]> {
    let block = |from: usize| {
        let mut blocks = [Segment::default(); LARGEST];
        let mut sum = Segment::default();
        for (k, block) in blocks.iter_mut().enumerate() {
            if let Some(s) = segments.get(from + k) {
                sum.weight += s.weight;
                sum.words += s.words;
                sum.length += s.length;
                sum.stops += s.stops;
                sum.quotes += s.quotes;
                sum.digits += s.digits;
            }
            *block = Segment { words: sum.words.ln_1p(), length: (sum.length + 8.0).ln(), ..sum };
        }
        blocks
    };
    (0..segments.len()).map(block).collect()
}

fn segments(side: &Representation, ratio: f32) -> Vec<Segment> {
    let weights = &side.weights;
    let mut seen = vec![usize::MAX; side.terms.len()];
    let segment = |(i, s): (usize, &crate::represent::Represented)| {
        let mut weight = 0.0;
        for term in &s.terms {
            if std::mem::replace(&mut seen[*term as usize], i) != i {
                weight += weights[*term as usize];
            }
        }
        Segment {
            weight,
            words: s.terms.len() as f32,
            length: s.characters as f32 * ratio,
            stops: s.stops as f32,
            quotes: (s.quotes as f32 / 2.0).min(CAP),
            digits: s.digits as f32,
        }
    };
    side.segments.iter().enumerate().map(segment).collect()
}

/// Between which knots a similarity lies: the lower one, and how far it is from there to the next.
fn between(s: f32) -> (usize, f32) {
    let knot = KNOTS[1..KNOTS.len() - 1].iter().take_while(|knot| s > **knot).count();
    (knot, (s - KNOTS[knot]) / (KNOTS[knot + 1] - KNOTS[knot]))
}

/// The features of a word by its best similarity in the block, by how much that is over the typical one, and by how much it beats the best
/// outside.
fn per_word(s: f32, typical: f32, better: f32) -> [f32; PER_WORD] {
    let mut features = [0.0; PER_WORD];
    let (knot, share) = between(s);
    features[knot] = 1.0 - share;
    features[knot + 1] = share;
    features[at::TYPICAL - at::COVER] = typical;
    features[at::BETTER - at::COVER] = better.max(0.0);
    features[at::WORSE - at::COVER] = better.min(0.0);
    features
}
