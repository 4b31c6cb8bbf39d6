//! Nearness: which words of two documents have vectors that point in much the same direction.

use super::{Lists, Matrix, Representation, similarity::CONCEPT};
use pulp::{Arch, Simd, WithSimd};

/// The vectors of two words count from this cosine on, and as much as a shared concept after so much more; both once the
/// words' own neighbourhoods are taken off by this share.
const NEAR: f32 = 0.25;
const RANGE: f32 = 0.25;
const HUB: f32 = 0.4;

/// Less is left out: it costs more than it tells.
const LEAST: f32 = 0.15;

/// Cosines below are not kept, whatever the neighbourhoods would add.
const FAR: f32 = 0.2;

/// The mean cosine of a word with its nearest words that takes nothing off.
const USUAL: f32 = 0.4;

/// For each row of the source's vectors the rows of the target's that are near, with how near.
///
/// The cosine of two words less a share of what the mean cosines of either with its three nearest words on the other side have over
/// the usual: words that are near to everything are near to nothing (after CSLS, Conneau et al. 2018).
pub(super) fn near(source: &Matrix, target: &Matrix) -> Lists<(u32, f32)> {
    if source.dimensions != target.dimensions || source.values.is_empty() || target.values.is_empty() {
        return Lists::default();
    }
    let panels = Panels::new(target);
    let mut cosines = Vec::new();
    let mut row: Vec<(u32, f32)> = Vec::new();
    let mut found = Lists::with_capacity(source.scales.len());
    let mut mine = Vec::with_capacity(source.scales.len());
    let mut theirs = vec![[USUAL - 1.0; 3]; target.scales.len()];
    let vectors = source.values.chunks(ROWS * source.dimensions);
    for (vectors, scales) in vectors.zip(source.scales.chunks(ROWS)) {
        panels.cosines(vectors, scales, &mut cosines);
        for cosines in cosines.chunks_exact(panels.width()).take(scales.len()) {
            let mut top = [USUAL - 1.0; 3];
            // Most are far: some at a time are passed over without a branch for each.
            let (some, _) = cosines.as_chunks::<PASSED>();
            row.clear();
            for (first, some) in (0..).step_by(PASSED).zip(some) {
                if some.iter().fold(false, |any, cosine| any | (*cosine > FAR)) {
                    for (column, cosine) in (first..).zip(some) {
                        if *cosine > FAR {
                            keep(&mut top, *cosine);
                            keep(&mut theirs[column as usize], *cosine);
                            row.push((column, *cosine));
                        }
                    }
                }
            }
            found.push(row.iter().copied());
            mine.push(excess(&top));
        }
    }
    let theirs: Vec<f32> = theirs.iter().map(excess).collect();
    let mut near = Lists::with_capacity(found.len());
    for (row, mine) in found.iter().zip(mine) {
        near.push(row.iter().filter_map(|&(column, cosine)| {
            let closeness = cosine - HUB * (mine + theirs[column as usize]);
            let similarity = CONCEPT * ((closeness - NEAR) / RANGE).min(1.0);
            (similarity > LEAST).then_some((column, similarity))
        }));
    }
    near
}

/// For each row of the vectors the terms that have it.
pub(super) fn terms_of_rows(side: &Representation) -> Lists<u32> {
    Lists::sorted(side.vectors.scales.len(), || (0..).zip(&side.terms).filter_map(|(n, term)| Some((term.vector?, n))))
}

/// Keeps the three largest, the largest first.
fn keep(top: &mut [f32; 3], value: f32) {
    if value > top[2] {
        top[2] = value;
        if top[2] > top[1] {
            top.swap(1, 2);
        }
        if top[1] > top[0] {
            top.swap(0, 1);
        }
    }
}

/// How much the mean of the three has over the usual; nothing where there are fewer than three.
fn excess(top: &[f32; 3]) -> f32 {
    if top[2] < FAR { 0.0 } else { top.iter().sum::<f32>() / 3.0 - USUAL }
}

/// So many vectors lie beside each other.
const LANES: usize = 64;

/// So many cosines are looked at together; a share of [`LANES`].
const PASSED: usize = 8;

/// So many of the processor's registers hold sums at once.
const SUMS: usize = 4;

/// So many vectors are compared with a panel while it is near the processor, two at once: a number that is read is used for both.
const ROWS: usize = 32;

/// The vectors of one side, [`LANES`] beside each other: numbers of the same dimension lie together, so that the processor multiplies
/// many at once, and no sum runs across a register.
struct Panels {
    dimensions: usize,
    /// By panel, by dimension, by lane; 0 where there are no more vectors.
    values: Vec<f32>,
    /// For each lane the inverse of the length of its vector.
    scales: Vec<f32>,
    /// How many vectors there are.
    count: usize,
}

impl Panels {
    fn new(matrix: &Matrix) -> Panels {
        let dimensions = matrix.dimensions;
        let panels = matrix.scales.len().div_ceil(LANES);
        let mut values = vec![0.0; panels * LANES * dimensions];
        for (n, vector) in matrix.values.chunks_exact(dimensions).enumerate() {
            let panel = &mut values[n / LANES * LANES * dimensions..][..LANES * dimensions];
            panel.iter_mut().skip(n % LANES).step_by(LANES).zip(vector).for_each(|(lane, v)| *lane = f32::from(*v));
        }
        let (count, mut scales) = (matrix.scales.len(), matrix.scales.clone());
        scales.resize(panels * LANES, 0.0);
        Panels { dimensions, values, scales, count }
    }

    /// How many vectors there are, those of 0 at the end included.
    fn width(&self) -> usize {
        self.scales.len()
    }

    /// The cosines of some vectors with all of these, [`Panels::width`] for each; after an odd number of them those of one more, of
    /// nothing.
    fn cosines(&self, vectors: &[i8], scales: &[f32], cosines: &mut Vec<f32>) {
        let rows = scales.len().next_multiple_of(2);
        cosines.resize(rows * self.width(), 0.0);
        let mut vectors: Vec<f32> = vectors.iter().map(|v| f32::from(*v)).collect();
        vectors.resize(rows * self.dimensions, 0.0);
        // What the processor at hand can do is asked at run time. The products are small whole numbers: their sums are exact, and the
        // same on all of them.
        Arch::new().dispatch(Cosines { panels: self, vectors: &vectors, scales, cosines });
    }
}

struct Cosines<'p> {
    panels: &'p Panels,
    vectors: &'p [f32],
    scales: &'p [f32],
    cosines: &'p mut [f32],
}

impl WithSimd for Cosines<'_> {
    type Output = ();

    // Only what is inlined here is compiled for the processor: plain loops are, always, chains of iterators are not.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Cosines { panels: Panels { dimensions, values, scales: others, count }, vectors, scales, cosines } = self;
        let (registers, width) = (LANES / S::F32_LANES, others.len() / S::F32_LANES);
        let (values, others) = (S::as_simd_f32s(values).0, S::as_simd_f32s(others).0);
        let cosines = S::as_mut_simd_f32s(cosines).0;
        for panel in 0..width / registers {
            // Of the last panel only what holds vectors.
            let used = registers.min((count - panel * LANES).div_ceil(S::F32_LANES));
            let mut row = 0;
            while row < scales.len() {
                let (a, b) = vectors[row * dimensions..(row + 2) * dimensions].split_at(*dimensions);
                let mut first = 0;
                while first < used {
                    let [mut a0, mut a1, mut a2, mut a3] = [simd.splat_f32s(0.0); SUMS];
                    let [mut b0, mut b1, mut b2, mut b3] = [simd.splat_f32s(0.0); SUMS];
                    let mut at = panel * dimensions * registers + first;
                    let mut dimension = 0;
                    while dimension < *dimensions {
                        let (x, y) = (simd.splat_f32s(a[dimension]), simd.splat_f32s(b[dimension]));
                        let numbers = &values[at..at + SUMS];
                        a0 = simd.mul_add_f32s(x, numbers[0], a0);
                        b0 = simd.mul_add_f32s(y, numbers[0], b0);
                        a1 = simd.mul_add_f32s(x, numbers[1], a1);
                        b1 = simd.mul_add_f32s(y, numbers[1], b1);
                        a2 = simd.mul_add_f32s(x, numbers[2], a2);
                        b2 = simd.mul_add_f32s(y, numbers[2], b2);
                        a3 = simd.mul_add_f32s(x, numbers[3], a3);
                        b3 = simd.mul_add_f32s(y, numbers[3], b3);
                        at += registers;
                        dimension += 1;
                    }
                    let at = panel * registers + first;
                    let mut place = row * width + at;
                    for (n, sums) in [[a0, a1, a2, a3], [b0, b1, b2, b3]].into_iter().enumerate() {
                        let scale = simd.splat_f32s(scales.get(row + n).copied().unwrap_or(0.0));
                        for (k, sum) in sums.into_iter().enumerate() {
                            cosines[place + k] = simd.mul_f32s(simd.mul_f32s(sum, scale), others[at + k]);
                        }
                        place += width;
                    }
                    first += SUMS;
                }
                row += 2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_near_where_a_side_has_no_vector() {
        let nothing = Matrix { dimensions: 2, ..Matrix::default() };
        let mut one = nothing.clone();
        one.push(|values| values.extend([3, 4]));
        assert!(near(&one, &nothing).is_empty() && near(&nothing, &one).is_empty());
        assert_eq!(near(&one, &one).of(0), [(0, CONCEPT)]);
    }

    proptest! {
        #[test]
        fn products_are_those_of_plain_arithmetic(
            dimensions in 1usize..400,
            seed in any::<u64>(),
            count in 1usize..70,
        ) {
            let mut state = seed;
            let mut matrix = Matrix { dimensions, ..Matrix::default() };
            for _ in 0..count {
                let values: Vec<i8> = (0..dimensions)
                    .map(|_| {
                        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                        ((state >> 32) % 31) as i8 - Matrix::LARGEST
                    })
                    .collect();
                matrix.push(|row| row.extend(values));
            }
            let panels = Panels::new(&matrix);
            let mut cosines = Vec::new();
            panels.cosines(&matrix.values, &matrix.scales, &mut cosines);
            for ((row, scale), cosines) in (0..).zip(&matrix.scales).zip(cosines.chunks_exact(panels.width().max(1))) {
                for ((column, other), cosine) in (0..).zip(&matrix.scales).zip(cosines) {
                    let products = matrix.row(row).iter().zip(matrix.row(column));
                    let product: i32 = products.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
                    prop_assert_eq!(*cosine, product as f32 * scale * other);
                }
            }
        }
    }
}
