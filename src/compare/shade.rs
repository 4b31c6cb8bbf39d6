//! Shades: hedges, intensifiers, modality, negation and person, where what they shade is told on both sides.

use super::mark::{Mark, Marks};
use super::side::{Side, TELLING};
use super::{End, Sides, THERE, figure};
use crate::model::{Difference, Edit, Span, Trait};

pub(super) fn differences(sides: &Sides) -> Vec<Difference> {
    let mut all = hedges(sides);
    all.extend(intensifiers(sides));
    all.extend(modals(sides));
    all.extend(negations(sides));
    all.extend(persons(sides));
    all
}

/// Marks of either side that answer to none of the other.
type LeftOver<'a> = [Vec<&'a Mark>; 2];

/// The marks of two sides that do not agree: pairs that stand in each other's place, and those that only one side has.
fn differing<'a>(sides: &Sides, marks: LeftOver<'a>) -> (Vec<(&'a Mark, &'a Mark)>, LeftOver<'a>) {
    let [source, mut target] = left_over(sides, marks);
    let mut pairs = Vec::new();
    let mut rest = Vec::new();
    let only = source.len() == 1 && target.len() == 1;
    for a in source {
        match target.iter().position(|b| only || sides.is_beside(a.span, b.span)) {
            Some(n) => pairs.push((a, target.remove(n))),
            None => rest.push(a),
        }
    }
    rest.retain(|m| sides.is_kept(End::Source, m.span));
    target.retain(|m| sides.is_kept(End::Target, m.span));
    pairs.retain(|(a, b)| sides.is_kept(End::Source, a.span) || sides.is_kept(End::Target, b.span));
    (pairs, [rest, target])
}

/// Whether a mark of the source has one of the target for its counterpart.
type Answers<'a> = dyn Fn(&Mark, &Mark) -> bool + 'a;

fn left_over<'a>(sides: &Sides, [source, target]: LeftOver<'a>) -> LeftOver<'a> {
    let mut taken = [vec![false; source.len()], vec![false; target.len()]];
    let rounds: [&Answers; 3] =
        [&|a, b| a.agrees(b) && sides.is_beside(a.span, b.span), &|a, b| a.agrees(b), &|a, b| {
            a.is_weak() || b.is_weak()
        }];
    for answers in rounds {
        for (i, a) in source.iter().enumerate() {
            if taken[0][i] {
                continue;
            }
            if let Some(j) = (0..target.len()).find(|j| !taken[1][*j] && answers(a, target[*j])) {
                (taken[0][i], taken[1][j]) = (true, true);
            }
        }
    }
    let rest = |marks: Vec<&'a Mark>, taken: &[bool]| -> Vec<&'a Mark> {
        let left = marks.into_iter().zip(taken).filter(|(_, taken)| !**taken).map(|(mark, _)| mark);
        left.filter(|m| !m.is_weak()).collect()
    };
    [rest(source, &taken[0]), rest(target, &taken[1])]
}

fn names(mut difference: Difference, from: Option<&Mark>, to: Option<&Mark>) -> Difference {
    let name = |mark: &Mark| mark.senses.first().cloned();
    (difference.from, difference.to) = (from.and_then(name), to.and_then(name));
    difference
}

/// A mark with the word that it shades, where that follows at once, and that word on the other side.
fn with_head(sides: &Sides, end: End, mark: &Mark) -> (Span, Option<Span>) {
    let (side, other) = match end {
        End::Source => (sides.source, sides.target),
        End::Target => (sides.target, sides.source),
    };
    let next = side.units_in(mark.span).end;
    let head = side.units.get(next).filter(|unit| {
        let between = side.told.words().get(mark.span.end as usize..unit.span.start as usize);
        between.is_some_and(|gap| gap.trim().is_empty()) && unit.weight >= HEAD && !unit.marked
    });
    let partner = match end {
        End::Source => sides.matching.partner(next),
        End::Target => sides.matching.links.iter().find(|(_, j, _)| *j == next).map(|(i, _, _)| *i),
    };
    match (head, partner) {
        (Some(head), Some(partner)) => {
            (Span { start: mark.span.start, end: head.span.end }, Some(other.units[partner].span))
        }
        _ => (mark.span, None),
    }
}

/// A word is shown as what a mark shades from this weight on: "by" is not.
const HEAD: f32 = 0.2;

/// A mark that only one side has, with the word that it shades.
fn alone(sides: &Sides, of: Trait, end: End, mark: &Mark) -> Difference {
    let (span, head) = with_head(sides, end, mark);
    let head: Vec<Span> = head.into_iter().collect();
    match end {
        End::Source => names(sides.difference(of, Edit::Dropped, &[span], &head), Some(mark), None),
        End::Target => names(sides.difference(of, Edit::Added, &head, &[span]), None, Some(mark)),
    }
}

fn of_both(sides: &Sides, of: Trait, marks: [Vec<&Mark>; 2], change: impl Fn(&Mark, &Mark) -> Edit) -> Vec<Difference> {
    let (pairs, [lost, new]) = differing(sides, marks);
    let change =
        |(a, b): (&Mark, &Mark)| names(sides.difference(of, change(a, b), &[a.span], &[b.span]), Some(a), Some(b));
    let mut all: Vec<Difference> = pairs.into_iter().map(change).collect();
    all.extend(lost.into_iter().map(|mark| alone(sides, of, End::Source, mark)));
    all.extend(new.into_iter().map(|mark| alone(sides, of, End::Target, mark)));
    all
}

fn hedges(sides: &Sides) -> Vec<Difference> {
    let of = |end: End| {
        let Marks { hedges, approximations, .. } = &sides.side(end).marks;
        let words = sides.side(end).told.words();
        let figures = figure::spans(sides, end);
        let beside = |mark: &&Mark| figures.iter().any(|f| are_beside(mark.span, *f, words));
        let mut all: Vec<&Mark> = hedges.iter().chain(approximations.iter().filter(beside)).collect();
        all.sort_by_key(|m| m.span);
        // "Not less than" is a hedge and holds an approximation.
        all.dedup_by(|b, a| a.span.contains(b.span));
        all
    };
    of_both(sides, Trait::Hedge, [of(End::Source), of(End::Target)], |_, _| Edit::Changed)
}

/// Whether a mark and a figure meet, or no more than a short word stands between them.
fn are_beside(mark: Span, figure: Span, words: &str) -> bool {
    let (first, second) = if mark.start < figure.start { (mark, figure) } else { (figure, mark) };
    match words.get(first.end as usize..second.start as usize) {
        Some(gap) => gap.chars().nth(APART).is_none() && !gap.contains([',', '.', ';', ':']),
        None => true,
    }
}

/// Between an approximation and its figure stand no more characters than this.
const APART: usize = 5;

fn intensifiers(sides: &Sides) -> Vec<Difference> {
    let (source, target) = (&sides.source.marks.intensifiers, &sides.target.marks.intensifiers);
    let change = |a: &Mark, b: &Mark| match a.strength().cmp(&b.strength()) {
        std::cmp::Ordering::Less => Edit::Stronger,
        std::cmp::Ordering::Greater => Edit::Softer,
        std::cmp::Ordering::Equal => Edit::Changed,
    };
    of_both(sides, Trait::Intensifier, [source.iter().collect(), target.iter().collect()], change)
}

/// What languages show or leave to be understood: that it is to come, or would be.
const TENSES: [&str; 2] = ["will", "would"];

fn modals(sides: &Sides) -> Vec<Difference> {
    let only_tense = |mark: &Mark| mark.senses.iter().all(|s| TENSES.contains(&s.as_str()));
    let of = |side: &Side| -> Vec<Mark> {
        let figures: Vec<Span> = side.figures.iter().map(|f| f.span).collect();
        let free = |m: &&Mark| !figures.iter().any(|f| f.contains(m.span));
        side.marks.modals.iter().filter(free).cloned().collect()
    };
    let (source, target) = (of(sides.source), of(sides.target));
    let (pairs, rest) = differing(sides, [source.iter().collect(), target.iter().collect()]);
    let pair = |(a, b): (&Mark, &Mark)| {
        names(sides.difference(Trait::Modality, Edit::Changed, &[a.span], &[b.span]), Some(a), Some(b))
    };
    let mut all: Vec<Difference> =
        pairs.into_iter().filter(|(a, b)| !only_tense(a) || !only_tense(b)).map(pair).collect();
    let [lost, new] = rest.map(|marks| marks.into_iter().filter(|m| !only_tense(m)).collect::<Vec<_>>());
    let one = |mark: &Mark, end: End| {
        let (from, to) = if end == End::Source { (Some(mark), None) } else { (None, Some(mark)) };
        names(sides.alone(Trait::Modality, end, mark.span), from, to)
    };
    all.extend(lost.into_iter().map(|m| one(m, End::Source)));
    all.extend(new.into_iter().map(|m| one(m, End::Target)));
    all
}

/// Sentences that are negated on one side only. One language negates twice what another negates once: what counts is whether.
fn negations(sides: &Sides) -> Vec<Difference> {
    let mut all = Vec::new();
    for end in [End::Source, End::Target] {
        let (side, other) = match end {
            End::Source => (sides.source, sides.target),
            End::Target => (sides.target, sides.source),
        };
        let sentence = |of: &Side, span: Span| of.units.get(of.units_in(span).start).map(|u| u.sentence);
        let linked = |own: u32| -> Vec<u32> {
            let links = sides.matching.links.iter();
            let links = links.map(|(i, j, _)| if end == End::Source { (*i, *j) } else { (*j, *i) });
            links.filter(|(i, _)| side.units[*i].sentence == own).map(|(_, j)| other.units[j].sentence).collect()
        };
        let mut told = None;
        for mark in side.marks.negations.iter().filter(|m| !m.is_weak() && sides.is_kept(end, m.span)) {
            let Some(own) = sentence(side, mark.span).filter(|own| told != Some(*own)) else { continue };
            let theirs = linked(own);
            let negated = |m: &Mark| sentence(other, m.span).is_none_or(|s| theirs.contains(&s));
            if !theirs.is_empty() && !other.marks.negations.iter().any(negated) {
                told = Some(own);
                all.push(sides.alone(Trait::Negation, end, mark.span));
            }
        }
    }
    all
}

/// Who "I" and "we" are on the other side.
fn persons(sides: &Sides) -> Vec<Difference> {
    const FIRST: [&str; 2] = ["i", "we"];
    let first = |end: End| -> Vec<&Mark> {
        let marks = sides.side(end).marks.persons.iter();
        marks.filter(|m| m.senses.iter().any(|s| FIRST.contains(&s.as_str())) && sides.is_kept(end, m.span)).collect()
    };
    let (a, b) = (first(End::Source), first(End::Target));
    let has = |marks: &[&Mark], person: &str| marks.iter().any(|m| m.senses.iter().any(|s| s == person));
    let spans = |marks: &[&Mark]| marks.iter().map(|m| m.span).collect::<Vec<Span>>();
    let difference = |from: Option<&Mark>, to: Option<&Mark>, source: &[Span], target: &[Span]| {
        names(sides.difference(Trait::Person, Edit::Changed, source, target), from, to)
    };
    match (a.first().copied(), b.first().copied()) {
        (None, None) => Vec::new(),
        (Some(from), Some(to)) => {
            let differ = FIRST.iter().any(|person| has(&a, person) != has(&b, person));
            let apart = FIRST.iter().all(|person| has(&a, person) != has(&b, person));
            // A verb that leaves its subject out may hide the other person.
            if apart || differ && !sides.source.drops_person && !sides.target.drops_person {
                let only = |own: &[&Mark], other: &[&Mark]| {
                    let fresh = |m: &&Mark| !m.senses.iter().any(|s| has(other, s));
                    own.iter().filter(|m| fresh(m)).map(|m| m.span).collect::<Vec<Span>>()
                };
                let (mine, theirs) = (only(&a, &b), only(&b, &a));
                let or = |own: Vec<Span>, all: &[&Mark]| if own.is_empty() { spans(&all[..1]) } else { own };
                let named = |own: &[&Mark], only: &[Span]| {
                    own.iter().find(|m| only.contains(&m.span)).and_then(|m| m.senses.first().cloned())
                };
                let (from_name, to_name) = (named(&a, &mine), named(&b, &theirs));
                let mut found = difference(Some(from), Some(to), &or(mine, &a), &or(theirs, &b));
                found.from = from_name.or(found.from);
                found.to = to_name.or(found.to);
                return vec![found];
            }
            Vec::new()
        }
        (Some(from), None) if is_shown(sides, sides.target) => {
            vec![difference(Some(from), None, &spans(&a), &subject(sides, End::Target))]
        }
        (None, Some(to)) if is_shown(sides, sides.source) => {
            vec![difference(None, Some(to), &subject(sides, End::Source), &spans(&b))]
        }
        _ => Vec::new(),
    }
}

/// Whether a side without "I" and "we" means somebody else: reported speech does; words of one's own, where the language shows the
/// subject.
fn is_shown(sides: &Sides, without: &Side) -> bool {
    let (a, b) = (sides.source, sides.target);
    !without.is_direct() && (a.is_direct() != b.is_direct() || !without.drops_person)
        || without.is_direct() && !without.drops_person
}

/// The words that may stand for the speaker: a name at the head that the other side has not, or a pronoun.
fn subject(sides: &Sides, end: End) -> Vec<Span> {
    let side = sides.side(end);
    let found = &sides.matching.found[end as usize];
    let name = |n: &usize| side.terms.terms[side.units[*n].term as usize].name && found[*n] < THERE;
    let head = (0..side.units.len()).filter(|n| side.units[*n].weight >= TELLING).take(2).find(name);
    let pronoun = || side.marks.persons.iter().find(|m| m.senses.iter().any(|s| s == "other")).map(|m| m.span);
    head.map(|n| side.units[n].span).or_else(pronoun).into_iter().collect()
}
