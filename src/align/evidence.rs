//! The evidence for every candidate bead, gathered once per pair of documents.

use super::{
    band::Band,
    embedded::{Embedded, Meaning},
    pooled::Pooled,
    weights::{COUNT, at},
};
use crate::represent::{Representation, Similarity};

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
    Evidence::new(source, target, similarity, band, |s, typical, better| {
        let (knot, share) = between(s);
        let cover = cover[knot] + share * (cover[knot + 1] - cover[knot]);
        let beats = weights[if better > 0.0 { at::BETTER } else { at::WORSE }];
        [cover + weights[at::TYPICAL] * typical + beats * better]
    })
}

/// The evidence with every feature apart.
pub(super) fn unweighed<'a>(
    source: &Representation,
    target: &Representation,
    similarity: &Similarity,
    band: &'a Band,
) -> Evidence<'a, PER_WORD> {
    Evidence::new(source, target, similarity, band, per_word)
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
        value: impl Fn(f32, f32, f32) -> [f32; F],
    ) -> Self {
        let gather = |side: Side| side.gather(band, &value);
        let flipped = similarity.transposed(target.terms.len());
        Evidence {
            band,
            source: gather(Side { own: source, other: target, rows: &similarity.rows, transposed: false }),
            target: gather(Side { own: target, other: source, rows: &flipped.rows, transposed: true }),
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
        let mut add = |evidence: &[f32; F]| sum.iter_mut().zip(evidence).for_each(|(s, e)| *s += e);
        for x in i..i + p {
            add(&self.source[q - 1][self.band.cell(x, j)?]);
        }
        for y in j..j + q {
            add(&self.target[p - 1][self.band.cell(i, y)?]);
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

    /// The sum of [`Evidence::surface`] by weights, given the sums of the shapes alone, without making the features.
    pub fn surface_score(&self, i: usize, j: usize, shape: usize, shapes: &[f32], weights: &[f32; COUNT]) -> f32 {
        if self.meaning.is_some() {
            // What embeddings cost by far outweighs the features.
            return dot(&self.surface(i, j, shape), weights);
        }
        let (p, q) = SHAPES[shape];
        let (a, b) = (&self.sources[i][p - 1], &self.targets[j][q - 1]);
        let ratio = (a.length - b.length).abs().min(2.0);
        let mut score = shapes[shape]
            + weights[at::WORDS] * (a.words + b.words) / 4.0
            + weights[at::LENGTH] * ratio
            + weights[at::LENGTH + 1] * (ratio - 0.2).max(0.0)
            + weights[at::LENGTH + 2] * (ratio - 0.7).max(0.0)
            + weights[at::STOPS] * (a.stops + p as f32 - b.stops - q as f32).abs().min(CAP)
            + weights[at::QUOTES] * (a.quotes - b.quotes).abs().min(CAP)
            + weights[at::DIGITS] * (a.digits - b.digits).abs().min(CAP);
        if let Some(pooled) = &self.pooled {
            score += weights[at::POOLED] * pooled.cosine(i, j, (p, q))
                + weights[at::RIVAL] * pooled.nearest().rival(i, j, (p, q));
        }
        score
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
    let weights = side.weights();
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

/// One side with its similarities to the other.
struct Side<'a> {
    own: &'a Representation,
    other: &'a Representation,
    rows: &'a [Vec<(u32, f32)>],
    /// Whether `own` is the target.
    transposed: bool,
}

impl Side<'_> {
    /// The evidence of each own segment facing each block of `k` segments of the other side, by `[k - 1]`, by cell of the band.
    ///
    /// A word is alike to few segments, so the evidence is that of a word with no likeness anywhere in the block, and
    /// corrections where there is some.
    fn gather<const F: usize>(&self, band: &Band, value: &impl Fn(f32, f32, f32) -> [f32; F]) -> Vec<Vec<[f32; F]>> {
        let others = self.other.segments.len();
        let mut out = vec![vec![[0.0; F]; band.cells()]; LARGEST];
        let mut base = vec![vec![[0.0; F]; self.own.segments.len()]; LARGEST];
        let weights = self.own.weights();
        let places = self.own.places();
        let mut word = Word::default();
        let mut corrections: Vec<(u32, [f32; F])> = Vec::new();
        for (term, columns) in self.likeness().iter().enumerate() {
            word.read(columns);
            for k in 1..=LARGEST.min(others) {
                let zero = word.corrections(columns, k, others - k + 1, value, &mut corrections);
                let (out, base) = (&mut out[k - 1], &mut base[k - 1]);
                for &i in &places[term] {
                    let (i, w) = (i as usize, weights[term]);
                    base[i].iter_mut().zip(zero).for_each(|(b, z)| *b += w * z);
                    // Blocks stand in order: those in the band lie together.
                    let near = if self.transposed { band.column(i) } else { band.row(i) };
                    let first = corrections.partition_point(|c| (c.0 as usize) < near.start);
                    let last = corrections.partition_point(|c| (c.0 as usize) < near.end);
                    for (block, correction) in &corrections[first..last] {
                        let cell =
                            if self.transposed { band.cell(*block as usize, i) } else { band.cell(i, *block as usize) };
                        if let Some(cell) = cell {
                            out[cell].iter_mut().zip(correction).for_each(|(o, c)| *o += w * c);
                        }
                    }
                }
            }
        }
        for (out, base) in out.iter_mut().zip(&base) {
            for i in 0..band.sources() {
                for j in band.row(i) {
                    let Some(cell) = band.cell(i, j) else { continue };
                    let own = if self.transposed { j } else { i };
                    out[cell].iter_mut().zip(base[own]).for_each(|(o, b)| *o += b);
                }
            }
        }
        out
    }

    /// For each own term, the other segments that hold something like it, with the best similarity there, in order.
    fn likeness(&self) -> Vec<Vec<(u32, f32)>> {
        let places = self.other.places();
        let mut best = vec![0.0f32; self.other.segments.len()];
        let mut touched = Vec::new();
        let row = |row: &Vec<(u32, f32)>| {
            for &(term, s) in row {
                for &j in &places[term as usize] {
                    let best = &mut best[j as usize];
                    if *best == 0.0 {
                        touched.push(j);
                    }
                    *best = best.max(s);
                }
            }
            touched.sort_unstable();
            touched.drain(..).map(|j| (j, std::mem::take(&mut best[j as usize]))).collect()
        };
        self.rows.iter().map(row).collect()
    }
}

/// A word and where something like it stands on the other side: room that is used again.
#[derive(Default)]
struct Word {
    /// The best similarity before each of its columns and after the last, and from each on.
    before: Vec<f32>,
    after: Vec<f32>,
    /// The best similarity of each block that has any, in order; and that of blocks of one segment less.
    best: Vec<(u32, f32)>,
    smaller: Vec<(u32, f32)>,
}

impl Word {
    fn read(&mut self, columns: &[(u32, f32)]) {
        let running = |top: &mut f32, s: f32| {
            *top = top.max(s);
            Some(*top)
        };
        self.before.clear();
        self.before.push(0.0);
        self.before.extend(columns.iter().map(|c| c.1).scan(0.0, running));
        self.after.clear();
        self.after.push(0.0);
        self.after.extend(columns.iter().rev().map(|c| c.1).scan(0.0, running));
        self.after.reverse();
    }

    /// What the word adds facing a block of `k` segments where nothing is like it (returned), and how the blocks with something
    /// like it differ from that.
    fn corrections<const F: usize>(
        &mut self,
        columns: &[(u32, f32)],
        k: usize,
        blocks: usize,
        value: &impl Fn(f32, f32, f32) -> [f32; F],
        out: &mut Vec<(u32, [f32; F])>,
    ) -> [f32; F] {
        out.clear();
        // A block of k segments is one of k - 1 and that after it. Both stand in order, so that what is met twice is met in a row.
        let last = blocks as u32 - 1;
        if k == 1 {
            self.best.clear();
            self.best.extend_from_slice(columns);
        } else {
            std::mem::swap(&mut self.best, &mut self.smaller);
            self.best.clear();
            for &(block, s) in &self.smaller {
                match self.best.last_mut().filter(|before| before.0 + 1 == block) {
                    Some(before) => before.1 = before.1.max(s),
                    None if block > 0 => self.best.push((block - 1, s)),
                    None => {}
                }
                if block <= last {
                    self.best.push((block, s));
                }
            }
        }
        let best = &self.best;
        let total: f32 = best.iter().map(|b| b.1).sum();
        let typical = |s: f32| if blocks == 1 { s * 0.5 } else { s - (total - s) / (blocks - 1) as f32 };
        let zero = value(0.0, typical(0.0), -self.before[columns.len()]);
        let (mut first, mut last) = (0, 0);
        for &(block, s) in best {
            first += columns[first..].iter().take_while(|c| c.0 < block).count();
            last += columns[last..].iter().take_while(|c| c.0 < block + k as u32).count();
            let outside = self.before[first].max(self.after[last]);
            let mut correction = value(s, typical(s), s - outside);
            correction.iter_mut().zip(zero).for_each(|(c, z)| *c -= z);
            out.push((block, correction));
        }
        zero
    }
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
