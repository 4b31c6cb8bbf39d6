//! A large bead may hide beads that cross: a monotone chain has no other way to say that two texts tell a few things in another
//! order. Such beads are taken apart where their parts say more.

use super::{
    evidence::{LARGEST, SHAPES},
    lattice::Lattice,
};
use crate::model::Bead;

/// The best way to go on from a state: the sum of gains less the costs of crossing, and the first bead (none: the source segment has
/// no counterpart), as its size and its first target segment.
#[derive(Clone, Copy, Debug, Default)]
struct Best {
    sum: f32,
    bead: Option<(usize, usize, usize)>,
}

/// The parts of a bead of consecutive segments, each `(source, target, shape)`, if together they are better than the whole. Every part
/// that does not follow the one before it costs `crossing`.
pub(super) fn parts(lattice: &Lattice, bead: &Bead, crossing: f32) -> Option<Vec<(usize, usize, usize)>> {
    let (p, q) = (bead.source.len(), bead.target.len());
    if p.min(q) < 2 || p.max(q) > LARGEST {
        return None;
    }
    let (i, j) = (bead.source[0] as usize, bead.target[0] as usize);
    // By source segments taken, by set of target segments taken, by one past the last target segment of the part before.
    let sets = 1usize << q;
    let mut table = vec![Best::default(); (p + 1) * sets * (q + 1)];
    let at = |taken: usize, set: usize, end: usize| (taken * sets + set) * (q + 1) + end;
    for taken in (0..p).rev() {
        for set in 0..sets {
            for end in 0..=q {
                let mut best = Best { sum: table[at(taken + 1, set, end)].sum, bead: None };
                for (shape, (a, b)) in SHAPES.into_iter().enumerate() {
                    if taken + a > p || (a, b) == (p, q) {
                        continue;
                    }
                    for y in 0..(q + 1).saturating_sub(b) {
                        let block = ((1usize << b) - 1) << y;
                        if set & block != 0 {
                            continue;
                        }
                        let Some(gain) = lattice.gain(i + taken, j + y, shape) else { continue };
                        let cost = if y == end { 0.0 } else { crossing };
                        let sum = gain - cost + table[at(taken + a, set | block, y + b)].sum;
                        if sum > best.sum {
                            best = Best { sum, bead: Some((shape, a, y)) };
                        }
                    }
                }
                table[at(taken, set, end)] = best;
            }
        }
    }
    let whole = lattice.gain_of(bead);
    if table[at(0, 0, 0)].sum <= whole {
        return None;
    }
    let (mut taken, mut set, mut end) = (0, 0, 0);
    let mut parts = Vec::new();
    while taken < p {
        match table[at(taken, set, end)].bead {
            None => taken += 1,
            Some((shape, a, y)) => {
                let b = SHAPES[shape].1;
                parts.push((i + taken, j + y, shape));
                taken += a;
                set |= ((1usize << b) - 1) << y;
                end = y + b;
            }
        }
    }
    Some(parts)
}
