//! The bond of a bead: what a view shows between its two sides. How sure it is, and whether the target tells it elsewhere.
//! The report and the terminal show the same.

use crate::model::{Bead, Bitext};

/// At this confidence one bead in ten is wrong: a reader may skim the rest. For display only; nothing is decided by it.
const SURE: f32 = 0.9;
/// Below this, a bead is as likely wrong as right.
const DOUBTFUL: f32 = 0.5;

/// How sure a bead is, for the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surety {
    Sure,
    Fair,
    Doubtful,
    /// Segments without a counterpart, however sure that is.
    Alone,
}

impl Surety {
    pub(crate) fn of(bead: &Bead) -> Surety {
        match bead.confidence {
            _ if !bead.is_aligned() => Surety::Alone,
            sure if sure >= SURE => Surety::Sure,
            fair if fair >= DOUBTFUL => Surety::Fair,
            _ => Surety::Doubtful,
        }
    }
}

/// For each bead whether it is moved: it crosses the order that the others have in both documents.
///
/// Those that keep it are a longest chain of beads whose targets rise, found by patience sorting (Fredman 1975). The
/// others are the fewest that need to move.
pub(crate) fn moved(beads: &[Bead]) -> Vec<bool> {
    // For each length, the chain of that length that ends lowest: its last target and bead.
    let mut chains: Vec<(u32, usize)> = Vec::new();
    // For each bead, the one before it in its chain.
    let mut before: Vec<Option<usize>> = vec![None; beads.len()];
    let mut moved: Vec<bool> = beads.iter().map(Bead::is_aligned).collect();
    for (n, bead) in beads.iter().enumerate() {
        let Some(&target) = bead.target.first().filter(|_| bead.is_aligned()) else { continue };
        let length = chains.partition_point(|(end, _)| *end < target);
        before[n] = length.checked_sub(1).map(|shorter| chains[shorter].1);
        match chains.get_mut(length) {
            Some(chain) => *chain = (target, n),
            None => chains.push((target, n)),
        }
    }
    for kept in std::iter::successors(chains.last().map(|(_, bead)| *bead), |&bead| before[bead]) {
        moved[kept] = false;
    }
    moved
}

/// How many beads there are and what stands alone: `24 sentence beads, 2 + 1 unaligned`.
pub(super) fn tally(bitext: &Bitext) -> String {
    let beads = bitext.beads.iter().filter(|bead| bead.is_aligned()).count();
    let alone =
        |side: fn(&Bead) -> usize| -> usize { bitext.beads.iter().filter(|bead| !bead.is_aligned()).map(side).sum() };
    let level = bitext.level.name();
    let mut out = count(beads, &format!("{level} bead"), &format!("{level} beads"));
    match (alone(|bead| bead.source.len()), alone(|bead| bead.target.len())) {
        (0, 0) => {}
        (source, target) => {
            out.push_str(&format!(", {} + {} unaligned", figure(source), figure(target)));
        }
    }
    out
}

/// A share of 1 as `87 %`, cut off at 0 and 1; `None` where it is no number.
pub(super) fn percent(share: f32) -> Option<String> {
    share.is_finite().then(|| format!("{:.0}\u{A0}%", share.clamp(0.0, 1.0) * 100.0))
}

/// A number with its noun: `1 work`, `12,500 works`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", figure(number), if number == 1 { one } else { many })
}

/// A number with a comma between thousands.
pub(super) fn figure(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shares_are_cut_off() {
        let check = |number, expected: &str| assert_eq!(figure(number), expected);
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(1_234_567, "1,234,567");
        assert_eq!(count(1, "work", "works"), "1 work");
        assert_eq!(percent(1.5).as_deref(), Some("100\u{A0}%"));
        assert_eq!(percent(f32::NAN), None);
    }

    #[test]
    fn the_fewest_beads_that_break_the_order_are_moved() {
        let check = |targets: &[Option<u32>], expected: &[usize]| {
            let bead = |(n, target): (u32, &Option<u32>)| Bead {
                source: vec![n],
                target: target.iter().copied().collect(),
                score: 0.0,
                confidence: 0.9,
            };
            let beads: Vec<Bead> = (0..).zip(targets).map(bead).collect();
            let found: Vec<usize> = (0..).zip(moved(&beads)).filter(|(_, moved)| *moved).map(|(n, _)| n).collect();
            assert_eq!(found, expected, "{targets:?}");
        };
        check(&[], &[]);
        check(&[Some(0), Some(1), Some(2)], &[]);
        check(&[Some(3), Some(0), None, Some(1), Some(2)], &[0]);
        check(&[Some(0), Some(2), Some(3), Some(1), None, Some(4)], &[3]);
        check(&[Some(2), Some(1), Some(0)], &[0, 1]);
    }
}
