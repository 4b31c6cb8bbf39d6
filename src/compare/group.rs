use super::side::Side;
use crate::model::{Contrast, Form, Handling};
use std::collections::BTreeMap;

/// Which renderings of a group are compared, the fuller one of each pair first: each with the fullest of the group, and with the
/// fullest in its own language, so that every difference is told once and words of one language are held against each other.
pub fn pairs(sides: &[Side]) -> Vec<(usize, usize)> {
    let Some(fullest) = fullest(sides, |_| true) else { return Vec::new() };
    let mut pairs: Vec<(usize, usize)> = (0..sides.len()).filter(|n| *n != fullest).map(|n| (fullest, n)).collect();
    for n in 0..sides.len() {
        let own = self::fullest(sides, |side| side.lang == sides[n].lang).unwrap_or(n);
        if own != n && own != fullest && n != fullest && sides[n].lang != sides[fullest].lang {
            pairs.push((own, n));
        }
    }
    pairs
}

/// The speaker's own words before reported ones, then the longest.
fn fullest(sides: &[Side], among: impl Fn(&Side) -> bool) -> Option<usize> {
    let fullness = |side: &Side| {
        let form = match side.form {
            Form::Direct => 2,
            Form::Mixed => 1,
            Form::Indirect | Form::Headline => 0,
        };
        (form, side.weight())
    };
    let mut best: Option<usize> = None;
    for (n, side) in sides.iter().enumerate().filter(|(_, side)| among(side)) {
        let (form, weight) = fullness(side);
        let fuller = best.is_none_or(|b| {
            let (other, least) = fullness(&sides[b]);
            form > other || form == other && weight > least
        });
        best = if fuller { Some(n) } else { best };
    }
    best
}

/// A group as it was compared: the document and form of each rendering, and the contrasts.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// By rendering, the document and the form.
    pub renderings: &'a [(&'a str, Form)],
    /// The contrasts of [`pairs`].
    pub contrasts: &'a [Contrast],
}

/// A rendering that has so much of the fullest one is no shorter, to speak of. Across languages a translation of all of it has no
/// more.
const WHOLE: f32 = 0.6;

/// What each document makes of what the others quote, in the order of their names. `singles` has by document how many statements only
/// it quotes.
pub fn handling(groups: &[Compared], singles: &BTreeMap<String, u32>) -> Vec<Handling> {
    let mut documents: BTreeMap<&str, Handling> = BTreeMap::new();
    for document in
        singles.keys().map(String::as_str).chain(groups.iter().flat_map(|g| g.renderings.iter().map(|r| r.0)))
    {
        documents.entry(document).or_insert_with(|| Handling { document: document.to_owned(), ..Handling::default() });
    }
    let alone: u32 = singles.values().sum();
    for (document, handling) in &mut documents {
        let others = alone - singles.get(*document).copied().unwrap_or_default();
        handling.statements += others;
        handling.omitted += others;
        for group in groups {
            let own: Vec<usize> = (0..group.renderings.len()).filter(|n| group.renderings[*n].0 == *document).collect();
            if own.len() == group.renderings.len() {
                continue;
            }
            handling.statements += 1;
            if own.is_empty() {
                handling.omitted += 1;
                continue;
            }
            let fullest = group.contrasts.first().map_or(0, |c| c.source as usize);
            let kept = |n: &usize| {
                let of = |c: &&Contrast| c.source as usize == fullest && c.target as usize == *n;
                if *n == fullest { 1.0 } else { group.contrasts.iter().find(of).map_or(0.0, |c| c.kept) }
            };
            if own.iter().map(kept).fold(0.0, f32::max) >= WHOLE {
                handling.kept += 1;
            } else {
                handling.shortened += 1;
            }
            let direct = |n: &usize| group.renderings[*n].1 == Form::Direct;
            let elsewhere = (0..group.renderings.len()).any(|n| !own.contains(&n) && direct(&n));
            handling.indirect += u32::from(elsewhere && !own.iter().any(direct));
        }
    }
    documents.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::side;
    use super::*;

    #[test]
    fn each_rendering_is_compared_with_the_fullest_and_with_its_own_language() {
        let sides = [
            side("en", Form::Indirect, "the road would be shorter"),
            side("en", Form::Direct, "The road will be shorter and cheaper."),
            side("tr", Form::Indirect, "yolun kısalacağını"),
            side("tr", Form::Mixed, "yol daha kısa ve daha ucuz olacak"),
        ];
        assert_eq!(pairs(&sides), [(1, 0), (1, 2), (1, 3), (3, 2)]);
        assert_eq!(pairs(&[]), []);
    }

    #[test]
    fn a_document_keeps_shortens_or_leaves_out_what_others_quote() {
        let renderings = [("a", Form::Direct), ("b", Form::Indirect)];
        let contrast = |kept| Contrast { source: 0, target: 1, kept, ..Contrast::default() };
        let (short, full) = ([contrast(0.3)], [contrast(0.9)]);
        let groups = [
            Compared { renderings: &renderings, contrasts: &short },
            Compared { renderings: &renderings, contrasts: &full },
        ];
        let singles = BTreeMap::from([("a".to_owned(), 3), ("b".to_owned(), 0)]);
        let found = handling(&groups, &singles);
        let numbers = |h: &Handling| (h.statements, h.kept, h.shortened, h.omitted, h.indirect);
        assert_eq!(numbers(&found[0]), (2, 2, 0, 0, 0));
        assert_eq!(numbers(&found[1]), (5, 1, 1, 3, 2));
    }
}
