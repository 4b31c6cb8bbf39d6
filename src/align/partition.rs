//! The sum over all chains of beads, for many biases at once: how probable two texts are, however they are aligned.

use super::{evidence::SHAPES, lattice::Lattice};
use std::ops::RangeInclusive;

/// The shapes up to 2-2 come first in [`SHAPES`]; larger beads add next to nothing.
const SMALL: usize = 4;

/// So many biases are summed beside each other.
const LANES: usize = 8;
type Sums = [f64; LANES];

/// Sums are kept as they are and not as logarithms, which cost ten times as much. Where a row exceeds this, it is made smaller, with all
/// before it: chains that then vanish are less probable than others by a thousand nats.
const LARGE: f64 = 1e150;

/// No bead counts more, in nats, so that no row can overflow.
const MOST: f32 = 200.0;

/// The logarithm of the sum over all chains that do not cross, for every bias, over that of the chain without any bead.
///
/// `gain` is by how much a bead of a shape is better than its segments without counterpart, at a bias of 0; `None` where there is none.
pub(super) fn totals(lattice: &Lattice, biases: &[f32], gain: impl Fn(usize, usize, usize) -> Option<f32>) -> Vec<f64> {
    biases.chunks(LANES).flat_map(|biases| some_totals(lattice, biases, &gain).into_iter().take(biases.len())).collect()
}

fn some_totals(lattice: &Lattice, biases: &[f32], gain: impl Fn(usize, usize, usize) -> Option<f32>) -> Sums {
    let mut bias = [0.0f64; LANES];
    bias.iter_mut().zip(biases).for_each(|(lane, bias)| *lane = f64::from(*bias));
    // What the bias of its segments takes from a bead, by shape.
    let costs: [Sums; SMALL] = std::array::from_fn(|shape| {
        let (p, q) = SHAPES[shape];
        bias.map(|bias| (-bias * (p + q) as f64).exp())
    });
    let (n, m) = lattice.size();
    let mut rows: [Row; 3] = Default::default();
    let mut scale = [0.0f64; LANES];
    for i in 0..=n {
        rows.rotate_right(1);
        let [row, before @ ..] = &mut rows;
        row.begin(lattice.positions(i));
        let mut left = [0.0; LANES];
        for (place, sums) in (row.low..).zip(&mut row.sums) {
            let mut sum = left;
            if i + place == 0 {
                sum = [1.0; LANES];
            }
            if i > 0 {
                add(&mut sum, &before[0].at(place), &[1.0; LANES], 1.0);
            }
            for (shape, (p, q)) in SHAPES.into_iter().enumerate().take(SMALL) {
                if i >= p
                    && place >= q
                    && let Some(gain) = gain(i - p, place - q, shape)
                {
                    add(&mut sum, &before[p - 1].at(place - q), &costs[shape], f64::from(gain.min(MOST)).exp());
                }
            }
            *sums = sum;
            left = sum;
        }
        for (lane, _) in left.iter().enumerate().filter(|(_, sum)| **sum > LARGE) {
            rows.iter_mut().flat_map(|row| &mut row.sums).for_each(|sums| sums[lane] /= LARGE);
            scale[lane] += LARGE.ln();
        }
    }
    let mut totals = rows[0].at(m);
    totals.iter_mut().zip(scale).for_each(|(total, scale)| *total = total.ln() + scale);
    totals
}

/// By index: it is the innermost loop, and iterators over an array are not always inlined.
#[inline(always)]
#[allow(clippy::needless_range_loop)]
fn add(sum: &mut Sums, from: &Sums, cost: &Sums, times: f64) {
    for lane in 0..LANES {
        sum[lane] += from[lane] * cost[lane] * times;
    }
}

/// The sums over all chains up to each position of a row.
#[derive(Default)]
struct Row {
    low: usize,
    sums: Vec<Sums>,
}

impl Row {
    fn begin(&mut self, positions: RangeInclusive<usize>) {
        self.low = *positions.start();
        self.sums.clear();
        self.sums.resize(positions.count(), [0.0; LANES]);
    }

    fn at(&self, place: usize) -> Sums {
        place.checked_sub(self.low).and_then(|at| self.sums.get(at)).copied().unwrap_or([0.0; LANES])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::band::Band;

    /// The sum over all chains up to a position, by its definition: a chain ends in a segment without counterpart, or in a bead.
    fn slow(i: usize, j: usize, bias: f64, gain: &impl Fn(usize, usize, usize) -> Option<f32>) -> f64 {
        let mut sum = f64::from(u8::from(i + j == 0));
        if i > 0 {
            sum += slow(i - 1, j, bias, gain);
        }
        if j > 0 {
            sum += slow(i, j - 1, bias, gain);
        }
        for (shape, (p, q)) in SHAPES.into_iter().enumerate().take(SMALL).filter(|(_, (p, q))| i >= *p && j >= *q) {
            let bead = gain(i - p, j - q, shape).map_or(0.0, |g| (f64::from(g) - bias * (p + q) as f64).exp());
            sum += bead * slow(i - p, j - q, bias, gain);
        }
        sum
    }

    #[test]
    fn the_sum_is_that_of_all_chains() {
        let (n, m) = (4, 5);
        let band = Band::from_rows((0..n).map(|_| (0, m)));
        let lattice = Lattice::from_scores(&band, (n, m), SMALL, |_, _, _| Some(0.0), |_| 0.0, |_| 0.0, 0.0);
        let gain = |i: usize, j: usize, shape: usize| {
            let fits = i + SHAPES[shape].0 <= n && j + SHAPES[shape].1 <= m;
            (fits && (i, j) != (2, 2)).then_some((i * 7 + j * 3 + shape * 5) as f32 % 4.0 - 1.5)
        };
        let biases = [-5.0, -1.0, 0.0, 1.0, -2.0, -3.0, -4.0, -6.0, -7.0];
        for (bias, total) in biases.iter().zip(totals(&lattice, &biases, gain)) {
            let expected = slow(n, m, f64::from(*bias), &gain).ln();
            assert!((total - expected).abs() < 1e-9, "{total} {expected}");
        }
    }

    #[test]
    fn long_sums_stay_finite() {
        let (n, m) = (400, 300);
        let band = Band::from_rows((0..n).map(|_| (0, m)));
        let lattice = Lattice::from_scores(&band, (n, m), SMALL, |_, _, _| Some(0.0), |_| 0.0, |_| 0.0, 0.0);
        let total = totals(&lattice, &[0.0], |i, j, shape| {
            (shape == 0 && i < n && j < m).then_some(if i == j { 1e9 } else { -1e9 })
        });
        // One chain of 300 beads outweighs all others together.
        assert!((total[0] - 300.0 * f64::from(MOST)).abs() < 20.0, "{total:?}");
    }
}
