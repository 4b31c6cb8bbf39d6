//! The vectors of all words of a block, pooled: what it is about, where no word by itself says it.

use super::{band::Band, evidence::LARGEST, nearest::Nearest};
use crate::represent::Representation;
use std::ops::Range;

/// The cosines of all pairs of blocks.
///
/// A segment's vector is the sum of its words' directions, each by its weight, less the mean of the document (common component
/// removal, Arora et al. 2017): documents are about one thing, and what tells their segments apart is the rest. The vector of a
/// block is the sum of its segments'.
pub(super) struct Pooled<'a> {
    band: &'a Band,
    /// Running sums of the dot products along each row of the band: one more than a row has cells.
    dots: Vec<f32>,
    /// By segment, by number of segments less 1: the length of the block's vector.
    lengths: (Vec<[f32; LARGEST]>, Vec<[f32; LARGEST]>),
    nearest: Nearest,
    /// [`Nearest::outside_of_source`] by `[q - 1][cell(i, j)]`, and [`Nearest::outside_of_target`] by `[p - 1][cell(i, j)]`: many beads
    /// have one segment that faces one block.
    outside: [Vec<Vec<f32>>; 2],
}

/// What the vectors say of the beads of one size that begin with one source segment, by target segment: room that is used again.
#[derive(Default)]
pub(super) struct Row {
    /// [`Pooled::cosine`].
    pub cosines: Vec<f32>,
    /// [`Nearest::rival`].
    pub rivals: Vec<f32>,
    targets: Vec<f32>,
}

impl Row {
    /// Nothing is said of so many beads.
    pub fn clear(&mut self, count: usize) {
        for values in [&mut self.cosines, &mut self.rivals, &mut self.targets] {
            values.clear();
            values.resize(count, 0.0);
        }
    }
}

impl<'a> Pooled<'a> {
    /// `None` where a side has no vectors.
    pub fn new(source: &Representation, target: &Representation, band: &'a Band) -> Option<Pooled<'a>> {
        let dimensions = source.vectors.dimensions;
        if dimensions == 0 || dimensions != target.vectors.dimensions {
            return None;
        }
        let (a, b) = (sums(source), sums(target));
        let lengths = (lengths(&a, dimensions), lengths(&b, dimensions));
        let mut dots = Vec::with_capacity(band.cells() + band.sources());
        let mut sum = 0.0;
        let nearest = Nearest::new(band, target.segments.len(), |i, j| {
            if j == band.row(i).start {
                sum = 0.0;
                dots.push(sum);
            }
            let (x, y) = (&a[i * dimensions..][..dimensions], &b[j * dimensions..][..dimensions]);
            let dot: f32 = x.iter().zip(y).map(|(x, y)| x * y).sum();
            sum += dot;
            dots.push(sum);
            over(dot, lengths.0[i][0] * lengths.1[j][0])
        });
        let table = |outside: &dyn Fn(usize, usize, usize) -> f32| {
            let cells = |k| (0..band.sources()).flat_map(move |i| band.row(i).map(move |j| outside(i, j, k))).collect();
            (1..=LARGEST).map(cells).collect()
        };
        let outside = [
            table(&|i, j, q| nearest.outside_of_source(i, j, q)),
            table(&|i, j, p| nearest.outside_of_target(j, i, p)),
        ];
        Some(Pooled { band, dots, lengths, nearest, outside })
    }

    /// [`Pooled::cosine`] and [`Nearest::rival`] of all beads of a size that begin with source segment `i` and target segments `js`, their
    /// segments all in the band.
    pub fn row(&self, i: usize, js: Range<usize>, (p, q): (usize, usize), row: &mut Row) {
        let count = js.len();
        row.clear(count);
        for x in i..i + p {
            let reach = self.band.row(x);
            let dots = &self.dots[self.band.offset(x) + x..][..reach.len() + 1];
            let from = &dots[js.start - reach.start..][..count];
            // What lies outside the band counts nothing.
            let to = dots.get(js.start + q - reach.start..).unwrap_or_default();
            let inside = count.min(to.len());
            let (within, beyond) = row.cosines.split_at_mut(inside);
            let differences = |dot: &mut f32, to: &f32, from: &f32| *dot += to - from;
            within.iter_mut().zip(to).zip(from).for_each(|((dot, to), from)| differences(dot, to, from));
            beyond.iter_mut().zip(&from[inside..]).for_each(|(dot, from)| differences(dot, &dots[reach.len()], from));
            add(&mut row.rivals, &self.outside[0][q - 1][self.band.offset(x) + js.start - reach.start..]);
        }
        let start = self.band.offset(i) + js.start - self.band.row(i).start;
        for shift in 0..q {
            add(&mut row.targets, &self.outside[1][p - 1][start + shift..]);
        }
        let length = self.lengths.0[i][p - 1];
        for (dot, lengths) in row.cosines.iter_mut().zip(&self.lengths.1[js]) {
            *dot = over(*dot, length * lengths[q - 1]);
        }
        let size = (p + q) as f32;
        row.rivals.iter_mut().zip(&row.targets).for_each(|(rival, targets)| *rival = (*rival + targets) / size);
    }

    /// The cosine of the block of `p` source segments from `i` and that of `q` target segments from `j`; what lies outside the
    /// band counts nothing.
    pub fn cosine(&self, i: usize, j: usize, (p, q): (usize, usize)) -> f32 {
        let mut dot = 0.0;
        for x in i..i + p {
            let row = self.band.row(x);
            let (from, to) = (j.clamp(row.start, row.end) - row.start, (j + q).clamp(row.start, row.end) - row.start);
            let at = self.band.offset(x) + x;
            dot += self.dots[at + to] - self.dots[at + from];
        }
        over(dot, self.lengths.0[i][p - 1] * self.lengths.1[j][q - 1])
    }

    /// The cosines of segments with the nearest on the other side.
    pub fn nearest(&self) -> &Nearest {
        &self.nearest
    }
}

/// Adds to each sum the number in its place.
pub(super) fn add(sums: &mut [f32], numbers: &[f32]) {
    sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}

fn over(dot: f32, lengths: f32) -> f32 {
    if lengths > 1e-6 { dot / lengths } else { 0.0 }
}

/// The vectors of all segments, one after the other.
fn sums(side: &Representation) -> Vec<f32> {
    let dimensions = side.vectors.dimensions;
    let mut sums = side.pooled();
    let mut mean = vec![0.0f32; dimensions];
    for sum in sums.chunks_exact(dimensions) {
        mean.iter_mut().zip(sum).for_each(|(m, s)| *m += s);
    }
    let mut shares = vec![0.0f32; side.segments.len()];
    for (n, _) in side.terms.iter().enumerate().filter(|(_, term)| term.vector.is_some()) {
        side.places.of(n).iter().for_each(|segment| shares[*segment as usize] += side.weights[n]);
    }
    let total: f32 = shares.iter().sum();
    // A document of one segment is nothing but its mean.
    if total > 0.0 && side.segments.len() > 2 {
        for (sum, share) in sums.chunks_exact_mut(dimensions).zip(shares) {
            sum.iter_mut().zip(&mean).for_each(|(s, m)| *s -= m * share / total);
        }
    }
    sums
}

/// The lengths of the sums of 1, 2, ... consecutive vectors, by the first of them.
pub(super) fn lengths(vectors: &[f32], dimensions: usize) -> Vec<[f32; LARGEST]> {
    let count = vectors.len() / dimensions;
    let length = |i: usize| {
        let mut lengths = [0.0; LARGEST];
        let mut sum = vec![0.0f32; dimensions];
        for (k, length) in lengths.iter_mut().enumerate().take(count - i) {
            sum.iter_mut().zip(&vectors[(i + k) * dimensions..]).for_each(|(s, v)| *s += v);
            *length = dot(&sum, &sum).sqrt();
        }
        lengths
    };
    (0..count).map(length).collect()
}

/// The dot product, in eight lanes.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut lanes = [0.0f32; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    for (x, y) in a.iter().zip(b) {
        for lane in 0..LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}
