//! A passage: a clause, or a good part of one, that stands on one side only.

use super::side::TELLING;
use super::{End, Sides, THERE};
use crate::model::{Difference, Edit, Span, Trait};

/// So many telling words in a row that are not on the other side make a passage, in one language and across two: across
/// languages a word may be there and not be seen.
const LEAST: [usize; 2] = [3, 4];

/// Across languages passages of such a share of each other's length, between the same words, are taken for one that was not
/// recognised.
const MUCH_THE_SAME: f32 = 0.4;

/// Of words that have less in common than this it means little that some are other words.
const TOLD: f32 = 0.4;

/// The passages that stand on one side only, or in other words, and where they stand.
pub(super) fn differences(sides: &Sides) -> (Vec<Difference>, Vec<(End, Span)>) {
    let across = sides.source.lang != sides.target.lang;
    let [lost, new] = [End::Source, End::Target].map(|end| passages(sides, end, LEAST[usize::from(across)]));
    let told = sides.matching.kept(sides.source).min(sides.matching.reversed().kept(sides.target));
    let mut answered = vec![false; new.len()];
    let (mut differences, mut left_out) = (Vec::new(), Vec::new());
    for passage in &lost {
        let other = new.iter().enumerate().position(|(n, other)| !answered[n] && meets(sides, passage, other));
        match other {
            Some(n) => {
                answered[n] = true;
                let (short, long) = (passage.telling.min(new[n].telling), passage.telling.max(new[n].telling));
                let alike = short as f32 >= MUCH_THE_SAME * long as f32;
                if alike && !across && told >= TOLD {
                    differences.push(sides.difference(Trait::Passage, Edit::Changed, &[passage.span], &[new[n].span]));
                } else if !alike {
                    let (end, span) = if passage.telling > new[n].telling {
                        (End::Source, passage.span)
                    } else {
                        (End::Target, new[n].span)
                    };
                    differences.push(sides.alone(Trait::Passage, end, span));
                }
                left_out.extend([(End::Source, passage.span), (End::Target, new[n].span)]);
            }
            None => {
                differences.push(sides.alone(Trait::Passage, End::Source, passage.span));
                left_out.push((End::Source, passage.span));
            }
        }
    }
    for (passage, _) in new.iter().zip(answered).filter(|(_, answered)| !answered) {
        differences.push(sides.alone(Trait::Passage, End::Target, passage.span));
        left_out.push((End::Target, passage.span));
    }
    (differences, left_out)
}

/// A stretch of words of which none that tells something is on the other side.
struct Passage {
    span: Span,
    /// The telling words in it.
    telling: usize,
    /// The units of the other side that answer to those before and after it.
    between: [Option<usize>; 2],
}

fn passages(sides: &Sides, end: End, least: usize) -> Vec<Passage> {
    let side = sides.side(end);
    let found = &sides.matching.found[end as usize];
    let partner = |n: usize| match end {
        End::Source => sides.matching.partner(n),
        End::Target => sides.matching.links.iter().find(|(_, j, _)| *j == n).map(|(i, _, _)| *i),
    };
    let mut all = Vec::new();
    // The first unit of the passage, its last telling one, and how many it has.
    let mut open: Option<(usize, usize, usize)> = None;
    let mut before = None;
    let units = side.units.iter().map(Some).chain([None]);
    for (n, (unit, found)) in units.zip(found.iter().copied().chain([1.0])).enumerate() {
        let there = unit.is_none_or(|u| u.weight >= TELLING && found >= THERE);
        if !there {
            let tells = unit.is_some_and(|u| u.weight >= TELLING && !u.marked);
            // A small word before it belongs to it, unless it is on the other side.
            let starts = tells || found < THERE;
            open = match open {
                Some((first, _, telling)) if tells => Some((first, n, telling + 1)),
                None if starts => Some((n, n, usize::from(tells))),
                other => other,
            };
            continue;
        }
        let after = unit.and_then(|_| partner(n));
        if let Some((first, last, telling)) = open.take().filter(|(_, _, telling)| *telling >= least) {
            let span = Span { start: side.units[first].span.start, end: side.units[last].span.end };
            all.push(Passage { span, telling, between: [before, after] });
        }
        before = after.or(before);
    }
    all
}

/// Whether two passages stand between the same words, or at the same end.
fn meets(sides: &Sides, source: &Passage, target: &Passage) -> bool {
    let inside = |passage: &Passage, end: End, n: Option<usize>| match n {
        // Beside the other passage: the word before this one is answered right before that one.
        Some(n) => {
            let units = sides.side(end).units_in(passage.span);
            n + 2 + super::NEAR > units.start && n < units.end + super::NEAR
        }
        None => false,
    };
    let edges = |a: &Passage, b: &Passage| (0..2).any(|n| a.between[n].is_none() && b.between[n].is_none());
    source.between.iter().any(|n| inside(target, End::Target, *n))
        || target.between.iter().any(|n| inside(source, End::Source, *n))
        || edges(source, target)
}
