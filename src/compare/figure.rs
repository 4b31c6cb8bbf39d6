//! Numbers, days and times: another on the other side, a rounder one, or none. The same number in another form is no difference.

use super::{End, Sides};
use crate::model::{Difference, Edit, Span, Trait};
use crate::represent::{Decimal, Figure, Meaning};

/// A number is rounded where it differs by no more than this share, and has fewer digits that count.
const ROUNDING: f64 = 0.1;

/// Numbers in words up to this are articles and turns of speech as often as numbers.
const TURNS: u64 = 2;

/// Years are told from other numbers.
const YEARS: std::ops::RangeInclusive<u64> = 1900..=2100;

pub(super) fn differences(sides: &Sides) -> Vec<Difference> {
    let counted = |end: End| -> Vec<&Figure> {
        let side = sides.side(end);
        side.figures.iter().filter(|f| counts(f, side.told.words())).collect()
    };
    let (source, target) = (counted(End::Source), counted(End::Target));
    let mut answered = vec![false; target.len()];
    let mut lost: Vec<&Figure> = Vec::new();
    for figure in source {
        let mut free = (0..target.len()).filter(|n| !answered[*n] && same(&figure.meaning, &target[*n].meaning));
        match free.next() {
            Some(n) => answered[n] = true,
            // A text may say twice what the other says once.
            None if target.iter().any(|other| same(&figure.meaning, &other.meaning)) => {}
            None => lost.push(figure),
        }
    }
    let said = |figure: &&Figure| sides.source.figures.iter().any(|f| same(&f.meaning, &figure.meaning));
    let mut new: Vec<&Figure> =
        target.into_iter().zip(answered).filter(|(f, answered)| !answered && !said(f)).map(|(f, _)| f).collect();
    lost.retain(|f| !is_told_as_year(sides, End::Source, f));
    new.retain(|f| !is_told_as_year(sides, End::Target, f));
    let mut found = Vec::new();
    for figure in lost {
        let only = new.len() == 1;
        let other = new
            .iter()
            .position(|f| kindred(&figure.meaning, &f.meaning) && (only || sides.is_beside(figure.span, f.span)));
        match other {
            Some(n) => {
                let other = new.remove(n);
                let change = rounding(&figure.meaning, &other.meaning);
                found.push(sides.difference(Trait::Number, change, &[figure.span], &[other.span]));
            }
            None => found.extend(alone(sides, End::Source, figure)),
        }
    }
    found.extend(new.into_iter().filter_map(|figure| alone(sides, End::Target, figure)));
    found
}

/// A number that only one side has, where the other could have it.
fn alone(sides: &Sides, end: End, figure: &Figure) -> Option<Difference> {
    let other = if end == End::Source { sides.target } else { sides.source };
    let side = sides.side(end);
    let digits = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    // In words it may hide in a compound of another language.
    let sure = digits(figure.span.of(side.told.words())) || side.lang == other.lang;
    (sure && sides.is_kept(end, figure.span)).then(|| sides.alone(Trait::Number, end, figure.span))
}

/// Whether a figure is compared at all.
fn counts(figure: &Figure, text: &str) -> bool {
    let digits = figure.span.of(text).chars().any(|c| c.is_ascii_digit());
    match figure.meaning {
        Meaning::Number { amount, .. } => digits || amount.as_whole().is_none_or(|n| n > TURNS),
        _ => true,
    }
}

/// Whether two figures say the same, whatever their form: a unit or a year that one leaves out is understood.
fn same(a: &Meaning, b: &Meaning) -> bool {
    let agree = |a: Option<u16>, b: Option<u16>| a.is_none() || b.is_none() || a == b;
    match (a, b) {
        (Meaning::Number { amount: x, unit: u, .. }, Meaning::Number { amount: y, unit: v, .. }) => {
            x == y && (u.is_none() || v.is_none() || u == v)
        }
        (Meaning::Date { year, month, day }, Meaning::Date { year: y, month: m, day: d }) => {
            month == m && day == d && agree(*year, *y)
        }
        (Meaning::Time { .. }, Meaning::Time { .. }) => a == b,
        // "Nov.1" may be read as a number.
        (Meaning::Date { day, year, .. }, Meaning::Number { amount, unit: None, .. })
        | (Meaning::Number { amount, unit: None, .. }, Meaning::Date { day, year, .. }) => {
            let number = amount.as_whole();
            number.is_some() && (day.map(u64::from) == number || year.map(u64::from) == number)
        }
        _ => false,
    }
}

/// Whether one may stand in place of the other.
fn kindred(a: &Meaning, b: &Meaning) -> bool {
    match (a, b) {
        (Meaning::Number { unit: u, ordinal: o, .. }, Meaning::Number { unit: v, ordinal: p, .. }) => {
            o == p && (u.is_none() || v.is_none() || u == v)
        }
        (Meaning::Date { .. }, Meaning::Date { .. }) | (Meaning::Time { .. }, Meaning::Time { .. }) => true,
        _ => false,
    }
}

fn rounding(a: &Meaning, b: &Meaning) -> Edit {
    let (Meaning::Number { amount: x, .. }, Meaning::Number { amount: y, .. }) = (a, b) else { return Edit::Changed };
    let value = |d: &Decimal| d.to_string().parse::<f64>().unwrap_or_default();
    let counting = |d: &Decimal| {
        let digits = d.to_string().replace('.', "");
        digits.trim_matches('0').len()
    };
    if (value(x) - value(y)).abs() > ROUNDING * value(x).max(value(y)) {
        return Edit::Changed;
    }
    match counting(x).cmp(&counting(y)) {
        std::cmp::Ordering::Greater => Edit::Rounded,
        std::cmp::Ordering::Less => Edit::Exact,
        std::cmp::Ordering::Equal => Edit::Changed,
    }
}

/// Whether the other side says "this year" and the like for a year; which one it is, its date of publication tells.
fn is_told_as_year(sides: &Sides, end: End, figure: &Figure) -> bool {
    let year = match figure.meaning {
        Meaning::Number { amount, unit: None, .. } => amount.as_whole().filter(|n| YEARS.contains(n)),
        _ => None,
    };
    let Some(year) = year else { return false };
    let other = if end == End::Source { sides.target } else { sides.source };
    other.marks.years.iter().any(|mark| {
        let offset = |sense: &String| match sense.as_str() {
            "last" => -1,
            "next" => 1,
            _ => 0,
        };
        other.year.is_none_or(|told| mark.senses.iter().any(|s| i64::from(told) + offset(s) == year as i64))
    })
}

/// The spans of figures of a side.
pub(super) fn spans(sides: &Sides, end: End) -> Vec<Span> {
    sides.side(end).figures.iter().map(|f| f.span).collect()
}
