//! The evidence for every candidate bead, gathered once per pair of documents.

use super::{
    band::Band,
    embedded::{Embedded, Meaning},
    pooled::{self, Pooled, Row},
    weights::{COUNT, at},
};
use crate::represent::{Lists, Representation, Similarity};
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
    // Without a branch, so that the processor takes many words at once.
    Evidence::new(source, target, similarity, band, |s, typical, better| {
        let rise = |knot: usize| slopes[knot] * (s.min(KNOTS[knot + 1]) - KNOTS[knot]).max(0.0);
        let covered = cover[0] + rise(0) + rise(1) + rise(2) + rise(3) + rise(4);
        [covered + usual * typical + beats * better.max(0.0) + beaten * better.min(0.0)]
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
fn add<const F: usize>(sum: &mut [f32; F], times: f32, features: &[f32; F]) {
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

/// One side with its similarities to the other.
struct Side<'a> {
    own: &'a Representation,
    other: &'a Representation,
    rows: &'a Lists<(u32, f32)>,
}

impl Side<'_> {
    /// The evidence of each own segment facing each block of `k` segments of the other side, by `[k - 1]`, by cell of a band whose rows
    /// are the own segments.
    ///
    /// A word is alike to few segments, so the evidence is that of a word with no likeness anywhere in the block, and
    /// corrections where there is some.
    fn gather<const F: usize>(&self, band: &Band, value: &impl Fn(f32, f32, f32) -> [f32; F]) -> Vec<Vec<[f32; F]>> {
        let others = self.other.segments.len();
        let mut out = vec![vec![[0.0; F]; band.cells()]; LARGEST];
        let mut base = vec![vec![[0.0; F]; self.own.segments.len()]; LARGEST];
        let mut word = Word::default();
        let mut corrections: Vec<[f32; F]> = Vec::new();
        for (term, columns) in self.likeness().iter().enumerate() {
            let weight = self.own.weights[term];
            word.read(columns);
            for k in 1..=LARGEST.min(others) {
                let zero = word.corrections(k, others - k + 1, value, &mut corrections);
                let (out, base) = (&mut out[k - 1], &mut base[k - 1]);
                for &i in self.own.places.of(term) {
                    let i = i as usize;
                    add(&mut base[i], weight, &zero);
                    let near = band.row(i);
                    for run in &word.runs {
                        let (from, to) = (run.start.max(near.start), run.end.min(others - k + 1).min(near.end));
                        if from < to {
                            let cells = &mut out[band.offset(i) + from - near.start..][..to - from];
                            let corrections = &corrections[run.at + from - run.start..][..to - from];
                            for (cell, correction) in cells.iter_mut().zip(corrections) {
                                add(cell, weight, correction);
                            }
                        }
                    }
                }
            }
        }
        for (out, base) in out.iter_mut().zip(&base) {
            for (i, base) in base.iter().enumerate() {
                for cell in &mut out[band.offset(i)..band.offset(i) + band.row(i).len()] {
                    add(cell, 1.0, base);
                }
            }
        }
        out
    }

    /// For each own term, the other segments that hold something like it, with the best similarity there, in order.
    fn likeness(&self) -> Lists<(u32, f32)> {
        let places = &self.other.places;
        let mut best = vec![0.0f32; self.other.segments.len()];
        let mut touched = Vec::new();
        let mut found = Lists::with_capacity(self.rows.len());
        for row in self.rows.iter() {
            for &(term, s) in row {
                for &j in places.of(term as usize) {
                    let best = &mut best[j as usize];
                    if *best == 0.0 {
                        touched.push(j);
                    }
                    *best = best.max(s);
                }
            }
            touched.sort_unstable();
            found.push(touched.drain(..).map(|j| (j, std::mem::take(&mut best[j as usize]))));
        }
        found
    }
}

/// A word and where something like it stands on the other side: room that is used again.
#[derive(Default)]
struct Word {
    /// The stretches of blocks that hold something like it, in order, and between them none that does.
    runs: Vec<Run>,
    /// For each segment of the runs, one run after the other: the best similarity in it, before it, and from it on.
    here: Vec<f32>,
    before: Vec<f32>,
    after: Vec<f32>,
    /// For each segment the best similarity in the block that begins there.
    block: Vec<f32>,
}

/// Blocks that begin in a stretch of segments, and where they are kept.
struct Run {
    start: usize,
    end: usize,
    at: usize,
}

impl Word {
    /// Reads the segments that hold something like it.
    fn read(&mut self, columns: &[(u32, f32)]) {
        self.runs.clear();
        self.here.clear();
        for &(column, s) in columns {
            let column = column as usize;
            // Larger blocks begin before the segment. After the last of a run there is room to look ahead.
            match self.runs.last_mut().filter(|run| column < run.end + LARGEST) {
                Some(run) => run.end = column + 1,
                None => {
                    let start = column.saturating_sub(LARGEST - 1);
                    self.runs.push(Run { start, end: column + 1, at: self.here.len() });
                }
            }
            if let Some(run) = self.runs.last() {
                self.here.resize(run.at + column - run.start, 0.0);
                self.here.push(s);
            }
            self.here.resize(self.here.len() + LARGEST, 0.0);
        }
        let running = |top: &mut f32, s: &f32| Some(std::mem::replace(top, top.max(*s)));
        self.before.clear();
        self.before.extend(self.here.iter().scan(0.0, running));
        self.after.clear();
        self.after.extend(self.here.iter().rev().scan(0.0f32, |top, s| {
            *top = top.max(*s);
            Some(*top)
        }));
        self.after.reverse();
        self.block.clear();
        self.block.extend_from_slice(&self.here);
    }

    /// What the word adds facing a block of `k` segments where nothing is like it (returned), and how the blocks of the runs differ
    /// from that. To be called with 1, 2, ... in order; there are so many blocks.
    fn corrections<const F: usize>(
        &mut self,
        k: usize,
        blocks: usize,
        value: &impl Fn(f32, f32, f32) -> [f32; F],
        out: &mut Vec<[f32; F]>,
    ) -> [f32; F] {
        // A block of k segments is one of k - 1 and that after it.
        if k > 1 {
            self.block.iter_mut().zip(&self.here[(k - 1).min(self.here.len())..]).for_each(|(b, s)| *b = b.max(*s));
        }
        let of_run = |run: &Run| run.at..run.at + run.end.min(blocks).saturating_sub(run.start);
        let total: f32 = self.runs.iter().flat_map(|run| &self.block[of_run(run)]).sum();
        let (usual, share) =
            if blocks == 1 { (0.0, 0.5) } else { (total / (blocks - 1) as f32, blocks as f32 / (blocks - 1) as f32) };
        // The similarity over the mean of the other blocks.
        let typical = |s: f32| s * share - usual;
        let zero = value(0.0, typical(0.0), -self.after.first().copied().unwrap_or(0.0));
        let length = self.here.len().saturating_sub(LARGEST);
        out.clear();
        out.resize(length, [0.0; F]);
        let sides = self.before.iter().zip(self.after.get(k..).unwrap_or_default());
        for ((correction, s), (before, after)) in out.iter_mut().zip(&self.block).zip(sides) {
            let outside = if before > after { before } else { after };
            *correction = value(*s, typical(*s), s - outside);
            add(correction, -1.0, &zero);
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
