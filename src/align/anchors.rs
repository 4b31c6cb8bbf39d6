//! An anchor is a bead that is known before: a reviewer's, a heading, a line of a list. Alignment runs between anchors, and
//! finds none of the beads that are known to be wrong.

use super::lattice::Lattice;
use crate::model::Bead;

/// What anchors forbid.
pub(super) struct Anchors<'a> {
    beads: &'a [Bead],
    /// By segment: whether an anchor has it.
    taken: (Vec<bool>, Vec<bool>),
    /// By source segment: the target segments it may be aligned with begin here and end there.
    low: Vec<usize>,
    high: Vec<usize>,
    /// Where wrong beads begin, and their sizes; sorted.
    wrong: Vec<(usize, usize, (usize, usize))>,
}

impl<'a> Anchors<'a> {
    /// Anchors between so many source and target segments.
    pub fn new(beads: &'a [Bead], rejected: &[Bead], (n, m): (usize, usize)) -> Anchors<'a> {
        let mut taken = (vec![false; n], vec![false; m]);
        let mark = |taken: &mut [bool], ids: &[u32]| {
            ids.iter().for_each(|n| taken.get_mut(*n as usize).into_iter().for_each(|t| *t = true));
        };
        for bead in beads {
            mark(&mut taken.0, &bead.source);
            mark(&mut taken.1, &bead.target);
        }
        let mut walls: Vec<[usize; 4]> = beads.iter().filter_map(wall).collect();
        walls.sort_unstable();
        // How far the targets of those before each reach, and where those after it begin.
        let reached: Vec<usize> = walls.iter().scan(0, |far, w| Some(std::mem::replace(far, w[3].max(*far)))).collect();
        let mut next: Vec<usize> =
            walls.iter().rev().scan(m, |near, w| Some(std::mem::replace(near, w[2].min(*near)))).collect();
        next.reverse();
        let (mut low, mut high) = (vec![0; n], vec![m; n]);
        for (k, [first, last, begin, end]) in walls.into_iter().enumerate() {
            // Anchors that cross others say nothing of what lies between.
            if begin >= reached[k] && end <= next[k] {
                low.get_mut(last).into_iter().for_each(|low| *low = end);
                first.checked_sub(1).and_then(|i| high.get_mut(i)).into_iter().for_each(|high| *high = begin);
            }
        }
        for i in 1..n {
            low[i] = low[i].max(low[i - 1]);
            high[n - 1 - i] = high[n - 1 - i].min(high[n - i]);
        }
        let mut wrong: Vec<_> = rejected.iter().filter_map(place).collect();
        wrong.sort_unstable();
        Anchors { beads, taken, low, high, wrong }
    }

    /// Takes from a lattice every bead that has a segment of an anchor, or passes one by.
    pub fn hold(&self, lattice: &mut Lattice) {
        if !self.beads.is_empty() || !self.wrong.is_empty() {
            lattice.retain(|i, j, (p, q)| {
                let free = |taken: &[bool], from: usize, count: usize| taken[from..from + count].iter().all(|t| !t);
                free(&self.taken.0, i, p)
                    && free(&self.taken.1, j, q)
                    && (i..i + p).all(|i| self.low[i] <= j && j + q <= self.high[i])
                    && self.wrong.binary_search(&(i, j, (p, q))).is_err()
            });
        }
    }

    /// The beads with the anchors among them, in no order.
    pub fn among(&self, mut beads: Vec<Bead>) -> Vec<Bead> {
        let taken = |taken: &[bool], ids: &[u32]| ids.iter().any(|n| taken[*n as usize]);
        beads.retain(|bead| !taken(&self.taken.0, &bead.source) && !taken(&self.taken.1, &bead.target));
        beads.extend(self.beads.iter().map(|bead| Bead { confidence: 1.0, ..bead.clone() }));
        beads
    }
}

/// Where a bead of both sides begins, and its size. That a segment is alone cannot be wrong for the lattice, which must have a way
/// past every segment.
fn place(bead: &Bead) -> Option<(usize, usize, (usize, usize))> {
    Some((*bead.source.first()? as usize, *bead.target.first()? as usize, (bead.source.len(), bead.target.len())))
}

/// The first source segment of a bead and one past the last, and the same of the target.
fn wall(bead: &Bead) -> Option<[usize; 4]> {
    let ends = |ids: &[u32]| Some((*ids.first()? as usize, *ids.last()? as usize + 1));
    let ((first, last), (begin, end)) = (ends(&bead.source)?, ends(&bead.target)?);
    Some([first, last, begin, end])
}

#[cfg(test)]
mod tests {
    use crate::align::{Config, Known, align};
    use crate::language::Languages;
    use crate::model::Bead;
    use crate::represent::{Lexicon, represent};

    /// The beads around anchors between texts that say nothing to each other.
    fn check(anchors: &[(&[u32], &[u32])], sizes: (usize, usize), expected: impl Fn(&Bead) -> bool) {
        let side = |n: usize| {
            let texts: Vec<String> = (0..n).map(|n| format!("Bado kefu {} limo.", "ranu ".repeat(n % 3))).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            represent(&texts, "und", Languages::bundled(), Lexicon::bundled())
        };
        let bead =
            |(s, t): &(&[u32], &[u32])| Bead { source: s.to_vec(), target: t.to_vec(), score: 0.0, confidence: 0.5 };
        let anchors: Vec<Bead> = anchors.iter().map(bead).collect();
        let known = Known { anchors: &anchors, ..Known::default() };
        let beads = align(&side(sizes.0), &side(sizes.1), &Config::default(), known);
        let mut ids = (Vec::new(), Vec::new());
        for bead in &beads {
            ids.0.extend(&bead.source);
            ids.1.extend(&bead.target);
            assert!(expected(bead), "{bead:?}");
        }
        ids.0.sort_unstable();
        ids.1.sort_unstable();
        assert_eq!(ids, ((0..sizes.0 as u32).collect::<Vec<_>>(), (0..sizes.1 as u32).collect::<Vec<_>>()));
        for anchor in &anchors {
            let held = beads.iter().find(|b| (&b.source, &b.target) == (&anchor.source, &anchor.target));
            assert_eq!(held.map(|b| b.confidence), Some(1.0), "{anchor:?}");
        }
    }

    #[test]
    fn anchors_hold_and_nothing_passes_them_by() {
        check(&[(&[3], &[6])], (8, 8), |bead| {
            bead.source.iter().all(|i| bead.target.iter().all(|j| i.cmp(&3) == j.cmp(&6)))
        });
        check(&[(&[1, 2], &[5]), (&[5], &[6, 7])], (9, 9), |_| true);
    }

    #[test]
    fn a_rejected_bead_is_not_found_and_another_is() {
        let side = |texts: &[&str], lang| represent(texts, lang, Languages::bundled(), Lexicon::bundled());
        let source = side(&["Nazir Bakıda 60 nəfərlə görüşüb.", "Bankın gəliri 15 faiz artıb."], "az");
        let target =
            side(&["The minister met 60 people in Baku.", "The income of the bank grew by 15 per cent."], "en");
        let found =
            |rejected: &[Bead]| align(&source, &target, &Config::default(), Known { rejected, ..Known::default() });
        let mut rejected = Vec::new();
        for _ in 0..6 {
            let beads = found(&rejected);
            assert!(
                beads
                    .iter()
                    .all(|bead| rejected.iter().all(|r: &Bead| (&r.source, &r.target) != (&bead.source, &bead.target)))
            );
            assert_eq!(beads.iter().map(|bead| bead.source.len() + bead.target.len()).sum::<usize>(), 4, "{beads:?}");
            rejected.extend(beads.into_iter().find(Bead::is_aligned));
        }
        assert!(rejected.len() >= 3, "{rejected:?}");
    }

    #[test]
    fn anchors_may_cross_be_far_apart_or_have_one_side() {
        check(&[(&[1], &[4]), (&[4], &[1])], (6, 6), |_| true);
        check(&[(&[0, 3], &[2])], (5, 4), |_| true);
        check(&[(&[2], &[]), (&[], &[0])], (4, 4), |_| true);
    }
}
