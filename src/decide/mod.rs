//! What the decisions on a pair of texts come to: the beads that hold, those that are wrong, and what is said of the pair.
//!
//! Decisions are a log that only grows. Read from its beginning, with those left out that were undone, the latest wins: a
//! bead that holds ends when a later one has one of its segments. What is left are anchors for the aligner, which finds the
//! rest between them anew, so that a correction here mends its neighbourhood too.

mod recut;

pub use recut::recut;

use crate::model::{Act, Bead, Decision, End, Group, Held, PairKind, Rendering, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What the decisions on one subject come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The beads that hold, each with the number of the decision that says so; no segment in two of them.
    pub held: Vec<(Held, u64)>,
    /// The beads that are wrong.
    pub rejected: Vec<Held>,
    /// Where sentences of the source and of the target are cut: before these bytes.
    pub cuts: [BTreeSet<u32>; 2],
    /// Remarks on beads, and on the pair where there is none; the latest on each.
    pub notes: Vec<(Option<Held>, String)>,
    /// Whether the documents belong together and why, where a reviewer said so.
    pub paired: Option<Option<PairKind>>,
    /// By the start of a quote, its speaker.
    pub speakers: BTreeMap<Span, Option<String>>,
    /// By the starts of two quotes, whether they render one statement.
    pub renderings: BTreeMap<[Span; 2], bool>,
}

/// The decisions that count, in order: without those undone, and without those that only undo and redo.
pub fn active(decisions: &[Decision]) -> impl Iterator<Item = &Decision> {
    let mut undone = BTreeSet::new();
    for decision in decisions {
        match decision.act {
            Act::Undo { decision } => undone.insert(decision),
            Act::Redo { decision } => undone.remove(&decision),
            _ => false,
        };
    }
    decisions.iter().filter(move |d| !d.act.is_about_another() && !undone.contains(&d.number))
}

/// Which decision undoing would undo: the latest that counts.
pub fn to_undo(decisions: &[Decision]) -> Option<u64> {
    active(decisions).last().map(|decision| decision.number)
}

/// Which decision redoing would bring back: the first that was undone after the latest of its own kind, since what is decided
/// after an undoing takes its place.
pub fn to_redo(decisions: &[Decision]) -> Option<u64> {
    let latest = decisions.iter().rposition(|d| !d.act.is_about_another()).map_or(0, |at| at + 1);
    let mut undone: Vec<u64> = Vec::new();
    for decision in &decisions[latest..] {
        match decision.act {
            Act::Undo { decision } => undone.push(decision),
            Act::Redo { decision } => undone.retain(|d| *d != decision),
            _ => {}
        }
    }
    undone.last().copied()
}

/// What the decisions on one subject come to, in their order.
///
/// ```
/// use korpu::decide::verdict;
/// use korpu::model::{Act, Change, Decision, Held, Span, Subject, Text};
/// let text = |id: &str| Text { document: id.into(), revision: 1 };
/// let bead = |source: &[(u32, u32)], target: &[(u32, u32)]| Held {
///     source: source.iter().copied().map(Span::from).collect(),
///     target: target.iter().copied().map(Span::from).collect(),
/// };
/// let decision = |number, act| Decision {
///     number,
///     subject: Subject { source: text("d1"), target: Some(text("d2")) },
///     reviewer: "Leyla".into(),
///     made: "2026-11-26T09:00:00Z".parse().unwrap(),
///     act,
/// };
/// let hold = |change, bead| Act::Hold { change, beads: vec![bead] };
/// let log = [
///     decision(1, hold(Change::Accept, bead(&[(0, 9)], &[(0, 7)]))),
///     decision(2, hold(Change::Merge, bead(&[(0, 9), (10, 20)], &[(0, 7)]))),
///     decision(3, Act::Undo { decision: 2 }),
/// ];
/// assert_eq!(verdict(&log[..2]).held, [(bead(&[(0, 9), (10, 20)], &[(0, 7)]), 2)]);
/// assert_eq!(verdict(&log).held, [(bead(&[(0, 9)], &[(0, 7)]), 1)]);
/// ```
pub fn verdict(decisions: &[Decision]) -> Verdict {
    let mut verdict = Verdict::default();
    active(decisions).for_each(|decision| verdict.add(decision));
    verdict
}

impl Verdict {
    fn add(&mut self, decision: &Decision) {
        match &decision.act {
            Act::Hold { beads, .. } => {
                for bead in beads {
                    self.held.retain(|(held, _)| !share(held, bead));
                    self.rejected.retain(|rejected| rejected != bead);
                }
                self.held.extend(beads.iter().map(|bead| (bead.clone(), decision.number)));
            }
            Act::Reject { bead } => {
                self.held.retain(|(held, _)| held != bead);
                self.rejected.retain(|rejected| rejected != bead);
                self.rejected.push(bead.clone());
            }
            Act::Cut { side, at } => drop(self.cuts[usize::from(*side == End::Target)].insert(*at)),
            Act::Note { bead, text } => {
                self.notes.retain(|(noted, _)| noted != bead);
                if !text.is_empty() {
                    self.notes.push((bead.clone(), text.clone()));
                }
            }
            Act::Pair { kind } => self.paired = Some(Some(*kind)),
            Act::Unpair => self.paired = Some(None),
            Act::Speaker { quote, speaker } => drop(self.speakers.insert(*quote, speaker.clone())),
            Act::Rendering { quotes, same } => drop(self.renderings.insert(*quotes, *same)),
            Act::Undo { .. } | Act::Redo { .. } => {}
        }
    }

    /// The beads that hold between these segments, with the numbers of their decisions. One with a span that is no segment
    /// is left out.
    pub fn anchors(&self, [source, target]: [&[Span]; 2]) -> Vec<(Bead, u64)> {
        self.held.iter().filter_map(|(held, number)| Some((held.among([source, target])?, *number))).collect()
    }

    /// The wrong beads between these segments.
    pub fn rejected(&self, segments: [&[Span]; 2]) -> Vec<Bead> {
        self.rejected.iter().filter_map(|held| held.among(segments)).collect()
    }
}

/// A quote, by its document and its first span.
pub type Quoted = (String, Span);

/// A group as decisions have it: without the renderings that are of another statement, the later of the two that a reviewer parted;
/// and with those that a reviewer joined to one that is in it. `found` gives the rendering that a quote is as a whole.
pub fn regrouped(
    mut group: Group,
    decisions: &[([Quoted; 2], bool)],
    mut found: impl FnMut(&Quoted) -> Option<Rendering>,
) -> Group {
    let place = |group: &Group, (document, first): &Quoted| {
        let is = |r: &Rendering| {
            r.document == *document && r.spans.iter().any(|s| s.start < first.end && first.start < s.end)
        };
        group.renderings.iter().position(is)
    };
    for ([one, other], same) in decisions {
        match (place(&group, one), place(&group, other), same) {
            (Some(a), Some(b), false) if a != b => drop(group.renderings.remove(a.max(b))),
            (Some(_), None, true) => group.renderings.extend(found(other)),
            (None, Some(_), true) => group.renderings.extend(found(one)),
            _ => {}
        }
    }
    group
}

/// Whether two beads have a segment in common.
fn share(a: &Held, b: &Held) -> bool {
    let meet = |a: &[Span], b: &[Span]| a.iter().any(|a| b.iter().any(|b| a.start < b.end && b.start < a.end));
    meet(&a.source, &b.source) || meet(&a.target, &b.target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Change, Subject, Text};

    /// Segments of ten bytes each.
    fn spans(ids: &[u32]) -> Vec<Span> {
        ids.iter().map(|n| Span::from((n * 10, n * 10 + 9))).collect()
    }

    fn held(source: &[u32], target: &[u32]) -> Held {
        Held { source: spans(source), target: spans(target) }
    }

    fn hold(change: Change, beads: &[(&[u32], &[u32])]) -> Act {
        Act::Hold { change, beads: beads.iter().map(|(s, t)| held(s, t)).collect() }
    }

    fn log(acts: &[Act]) -> Vec<Decision> {
        let text = |id: &str| Text { document: id.into(), revision: 1 };
        let decision = |(number, act): (u64, &Act)| Decision {
            number,
            subject: Subject { source: text("d1"), target: Some(text("d2")) },
            reviewer: "Leyla".into(),
            made: "2026-11-26T09:00:00Z".parse().unwrap(),
            act: act.clone(),
        };
        (1..).zip(acts).map(decision).collect()
    }

    #[track_caller]
    fn check(acts: &[Act], expected: &[(&[u32], &[u32], u64)]) -> Verdict {
        let verdict = verdict(&log(acts));
        let expected: Vec<(Held, u64)> = expected.iter().map(|(s, t, n)| (held(s, t), *n)).collect();
        assert_eq!(verdict.held, expected);
        verdict
    }

    #[test]
    fn the_latest_decision_on_a_segment_wins() {
        let accept = |beads| hold(Change::Accept, beads);
        check(&[accept(&[(&[0], &[0])]), accept(&[(&[1], &[1])])], &[(&[0], &[0], 1), (&[1], &[1], 2)]);
        check(&[accept(&[(&[0], &[0])]), hold(Change::Move, &[(&[0], &[1])])], &[(&[0], &[1], 2)]);
        let split = hold(Change::Split, &[(&[0], &[0]), (&[1], &[])]);
        check(&[accept(&[(&[0, 1], &[0])]), split], &[(&[0], &[0], 2), (&[1], &[], 2)]);
    }

    #[test]
    fn a_rejected_bead_does_not_hold_until_it_is_accepted_again() {
        let (accept, reject) = (hold(Change::Accept, &[(&[0], &[0])]), Act::Reject { bead: held(&[0], &[0]) });
        assert_eq!(check(&[accept.clone(), reject.clone()], &[]).rejected, [held(&[0], &[0])]);
        assert!(check(&[reject, accept], &[(&[0], &[0], 2)]).rejected.is_empty());
    }

    #[test]
    fn what_is_undone_may_be_redone_in_turn_without_limit() {
        let act = |n| hold(Change::Accept, if n == 0 { &[(&[0], &[0])] } else { &[(&[1], &[1])] });
        let mut acts = vec![act(0), act(1)];
        for expected in [Some(2), Some(1), None] {
            let decisions = log(&acts);
            assert_eq!(to_undo(&decisions), expected);
            acts.extend(expected.map(|decision| Act::Undo { decision }));
        }
        check(&acts, &[]);
        for expected in [Some(1), Some(2), None] {
            let decisions = log(&acts);
            assert_eq!(to_redo(&decisions), expected);
            acts.extend(expected.map(|decision| Act::Redo { decision }));
        }
        check(&acts, &[(&[0], &[0], 1), (&[1], &[1], 2)]);
        acts.extend([Act::Undo { decision: 2 }, act(1)]);
        assert_eq!(to_redo(&log(&acts)), None, "what is decided after an undoing takes its place");
        check(&acts, &[(&[0], &[0], 1), (&[1], &[1], 8)]);
    }

    #[test]
    fn notes_and_pairings_are_the_latest() {
        let note = |bead, text: &str| Act::Note { bead, text: text.into() };
        let bead = Some(held(&[0], &[0]));
        let acts = [note(None, "a"), note(bead.clone(), "b"), note(None, "c"), Act::Unpair];
        let both = verdict(&log(&acts));
        assert_eq!(both.notes, [(bead.clone(), "b".to_owned()), (None, "c".to_owned())]);
        assert_eq!(both.paired, Some(None));
        let acts = [note(bead.clone(), "b"), note(bead, ""), Act::Unpair, Act::Pair { kind: PairKind::Event }];
        let none = verdict(&log(&acts));
        assert_eq!((none.notes, none.paired), (vec![], Some(Some(PairKind::Event))));
    }

    #[test]
    fn renderings_are_parted_from_a_group_and_joined_to_it() {
        let rendering =
            |id: &str, n: u32| Rendering { document: id.into(), quote: n, spans: spans(&[n]), confidence: 0.5 };
        let group =
            Group { id: "g1".into(), renderings: vec![rendering("d1", 0), rendering("d2", 1)], confidence: 0.5 };
        let quoted = |id: &str, n: u32| (id.to_owned(), spans(&[n])[0]);
        let check = |decisions: &[([Quoted; 2], bool)], expected: &[&str]| {
            let found = |quoted: &Quoted| Some(rendering(&quoted.0, quoted.1.start / 10));
            let group = regrouped(group.clone(), decisions, found);
            assert_eq!(group.renderings.iter().map(|r| r.document.as_str()).collect::<Vec<_>>(), expected);
        };
        let (part, join) = ([quoted("d1", 0), quoted("d2", 1)], [quoted("d3", 4), quoted("d1", 0)]);
        check(&[], &["d1", "d2"]);
        check(&[(part.clone(), false)], &["d1"]);
        check(&[(join.clone(), true)], &["d1", "d2", "d3"]);
        check(&[(part, false), (join, true), ([quoted("d8", 1), quoted("d9", 1)], true)], &["d1", "d3"]);
    }

    #[test]
    fn a_bead_is_found_among_segments_or_left_out() {
        let (sources, targets) = (spans(&[0, 1, 2]), spans(&[0, 1]));
        let verdict =
            check(&[hold(Change::Accept, &[(&[1, 2], &[0]), (&[7], &[1])])], &[(&[1, 2], &[0], 1), (&[7], &[1], 1)]);
        let anchors = verdict.anchors([&sources, &targets]);
        assert_eq!(anchors.len(), 1);
        assert_eq!((&anchors[0].0.source[..], &anchors[0].0.target[..], anchors[0].1), (&[1, 2][..], &[0][..], 1));
        assert_eq!(Held::of([&[1, 2], &[0]], [&sources, &targets]), Some(held(&[1, 2], &[0])));
        assert_eq!(Held::of([&[3], &[0]], [&sources, &targets]), None);
    }
}
