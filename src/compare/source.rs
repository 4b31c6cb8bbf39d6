//! Who is said to have said it, in which form, and with which word.

use super::side::Side;
use crate::model::{Difference, Edit, Span, Trait};
use crate::represent::Similarity;

/// Speakers are one where such a share of the shorter name is found in the longer.
const ONE: f32 = 0.4;

/// What a cue says that says no more than that something was said.
const SAID: &str = "said";

pub(super) fn differences(source: &Side, target: &Side) -> Vec<Difference> {
    let named = |of, change, from: Option<&str>, to: Option<&str>, places: [Option<Span>; 2]| {
        let [a, b] = places.map(|place| place.into_iter().collect());
        Difference { of, change, from: from.map(str::to_owned), to: to.map(str::to_owned), source: a, target: b }
    };
    let mut found = Vec::new();
    if source.form != target.form {
        let (from, to) = (source.form.name(), target.form.name());
        found.push(named(Trait::Form, Edit::Changed, Some(from), Some(to), [None, None]));
    }
    let (a, b) = (&source.source, &target.source);
    let mentions = [a.mention, b.mention];
    match (a.speaker.as_deref(), b.speaker.as_deref()) {
        (Some(from), None) => found.push(named(Trait::Speaker, Edit::Dropped, Some(from), None, mentions)),
        (None, Some(to)) => found.push(named(Trait::Speaker, Edit::Added, None, Some(to), mentions)),
        (Some(from), Some(to)) if a.proper && b.proper && !are_one(source, target) => {
            found.push(named(Trait::Speaker, Edit::Changed, Some(from), Some(to), mentions));
        }
        (Some(_), Some(_)) if a.naming.is_some() && b.naming.is_some() && a.naming != b.naming => {
            found.push(named(Trait::Speaker, Edit::Changed, a.naming, b.naming, mentions));
        }
        _ => {}
    }
    if let (Some(_), Some(_), true) = (a.cue, b.cue, a.tone != b.tone) {
        let tone = |tone: &Option<String>| tone.clone().unwrap_or_else(|| SAID.to_owned());
        let (from, to) = (tone(&a.tone), tone(&b.tone));
        found.push(named(Trait::Attribution, Edit::Changed, Some(&from), Some(&to), [a.cue, b.cue]));
    }
    found
}

/// Whether the names of two speakers may be of one, in any two scripts.
fn are_one(source: &Side, target: &Side) -> bool {
    let names = [source, target].map(|side| side.terms.segments.get(1).map_or(&[][..], |s| &s.terms));
    let similarity = Similarity::new(&source.terms, &target.terms, None);
    let found = |own: &[u32], alike: &dyn Fn(u32) -> f32| -> f32 {
        own.iter().map(|term| alike(*term)).sum::<f32>() / own.len().max(1) as f32
    };
    let to_target = |term: u32| {
        let row = similarity.rows.of(term as usize).iter().filter(|(other, _)| names[1].contains(other));
        row.map(|(_, s)| *s).fold(0.0, f32::max)
    };
    let back = similarity.transposed(target.terms.terms.len());
    let to_source = |term: u32| {
        let row = back.rows.of(term as usize).iter().filter(|(other, _)| names[0].contains(other));
        row.map(|(_, s)| *s).fold(0.0, f32::max)
    };
    found(names[0], &to_target).max(found(names[1], &to_source)) >= ONE
}
