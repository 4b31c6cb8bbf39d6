//! The vectors of all words of a block, pooled: what it is about, where no word by itself says it.

use super::{band::Band, evidence::LARGEST};
use crate::represent::{Representation, Represented};

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
    /// By segment: the nearest segments of the other side.
    nearest: (Vec<Nearest>, Vec<Nearest>),
}

/// The nearest segments with their cosines, the nearest first.
type Nearest = [(u32, f32); LARGEST + 1];

/// Nothing is near.
const NONE: (u32, f32) = (u32::MAX, 0.0);

impl<'a> Pooled<'a> {
    /// `None` where a side has no vectors.
    pub fn new(source: &Representation, target: &Representation, band: &'a Band) -> Option<Pooled<'a>> {
        let dimensions = source.vectors.dimensions;
        if dimensions == 0 || dimensions != target.vectors.dimensions {
            return None;
        }
        let (a, b) = (sums(source), sums(target));
        let lengths = (lengths(&a, dimensions), lengths(&b, dimensions));
        let mut nearest =
            (vec![[NONE; LARGEST + 1]; source.segments.len()], vec![[NONE; LARGEST + 1]; target.segments.len()]);
        let mut dots = Vec::with_capacity(band.cells() + band.sources());
        for (i, x) in a.chunks_exact(dimensions).enumerate() {
            let mut sum = 0.0;
            dots.push(sum);
            for j in band.row(i) {
                let y = &b[j * dimensions..(j + 1) * dimensions];
                let dot: f32 = x.iter().zip(y).map(|(x, y)| x * y).sum();
                let cosine = over(dot, lengths.0[i][0] * lengths.1[j][0]);
                keep(&mut nearest.0[i], j, cosine);
                keep(&mut nearest.1[j], i, cosine);
                sum += dot;
                dots.push(sum);
            }
        }
        Some(Pooled { band, dots, lengths, nearest })
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

    /// The mean over the segments of a bead of the cosine with the nearest segment outside it.
    pub fn rival(&self, i: usize, j: usize, (p, q): (usize, usize)) -> f32 {
        let outside = |nearest: &Nearest, from: usize, count: usize| {
            let inside = |other: u32| (from..from + count).contains(&(other as usize));
            nearest.iter().find(|(other, _)| !inside(*other)).map_or(0.0, |n| n.1)
        };
        let sources: f32 = self.nearest.0[i..i + p].iter().map(|n| outside(n, j, q)).sum();
        let targets: f32 = self.nearest.1[j..j + q].iter().map(|n| outside(n, i, p)).sum();
        (sources + targets) / (p + q) as f32
    }

    /// The cosine of a source segment with the nearest target segment.
    pub fn source(&self, i: usize) -> f32 {
        self.nearest.0[i][0].1
    }

    /// The cosine of a target segment with the nearest source segment.
    pub fn target(&self, j: usize) -> f32 {
        self.nearest.1[j][0].1
    }
}

fn over(dot: f32, lengths: f32) -> f32 {
    if lengths > 1e-6 { dot / lengths } else { 0.0 }
}

/// The vectors of all segments, one after the other.
fn sums(side: &Representation) -> Vec<f32> {
    let dimensions = side.vectors.dimensions;
    let weights = side.weights();
    let mut sums = side.pooled(&weights);
    let mut mean = vec![0.0f32; dimensions];
    for sum in sums.chunks_exact(dimensions) {
        mean.iter_mut().zip(sum).for_each(|(m, s)| *m += s);
    }
    let with_vector = |term: &u32| side.terms[*term as usize].vector.is_some();
    let share = |segment: &Represented| segment.distinct().filter(with_vector).map(|t| weights[t as usize]).sum();
    let shares: Vec<f32> = side.segments.iter().map(share).collect();
    let total: f32 = shares.iter().sum();
    // A document of one segment is nothing but its mean.
    if total > 0.0 && side.segments.len() > 2 {
        for (sum, share) in sums.chunks_exact_mut(dimensions).zip(shares) {
            sum.iter_mut().zip(&mean).for_each(|(s, m)| *s -= m * share / total);
        }
    }
    sums
}

fn lengths(sums: &[f32], dimensions: usize) -> Vec<[f32; LARGEST]> {
    let count = sums.len() / dimensions;
    let length = |i: usize| {
        let mut lengths = [0.0; LARGEST];
        let mut sum = vec![0.0f32; dimensions];
        for (k, length) in lengths.iter_mut().enumerate().take(count - i) {
            sum.iter_mut().zip(&sums[(i + k) * dimensions..]).for_each(|(s, v)| *s += v);
            *length = sum.iter().map(|v| v * v).sum::<f32>().sqrt();
        }
        lengths
    };
    (0..count).map(length).collect()
}

/// Keeps the nearest, the nearest first.
fn keep(nearest: &mut Nearest, other: usize, cosine: f32) {
    let mut new = (other as u32, cosine);
    for place in nearest {
        if new.1 > place.1 {
            std::mem::swap(place, &mut new);
        }
    }
}
