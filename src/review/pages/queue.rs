use super::super::answer::{Answer, Frame, figure};
use super::super::visit::{Pager, Visit};
use super::overview::SURE;
use crate::error::Result;
use crate::model::Bead;
use crate::store::{Step, Store};
use askama::Template;

/// The beads that are least certain, one after the other.
#[derive(Template)]
#[template(path = "queue.html")]
struct Queue<'a> {
    frame: Frame<'a>,
    rows: Vec<Row>,
    from: String,
    to: String,
    /// How many beads in a hundred are to be right.
    wanted: f64,
    /// How many are right now, as far as confidences tell.
    precision: String,
    /// How many of the least certain to look at for that.
    left: String,
    pager: Pager,
}

struct Row {
    post: String,
    address: String,
    seen: u64,
    ids: [String; 2],
    langs: [String; 2],
    texts: [Vec<(u32, String)>; 2],
    percent: String,
    shape: String,
}

/// What is wanted where nobody says otherwise.
const WANTED: f64 = 98.0;

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let counted = visit.app.counted()?;
    let bound = |name: &str, usual: f32| visit.number::<f32>(name).filter(|n| n.is_finite()).unwrap_or(usual);
    let (from, to) = (bound("from", 0.0), bound("to", f32::from(SURE) / 1000.0));
    let wanted = visit.number::<f64>("wanted").filter(|n| (0.0..=100.0).contains(n)).unwrap_or(WANTED);
    let mut rows = Vec::new();
    for uncertain in store.uncertain(from..to, visit.page())? {
        let (source, target, bead) = (&uncertain.source, &uncertain.target, &uncertain.bead);
        let (Some(a), Some(b)) = (store.listed(source)?, store.listed(target)?) else { continue };
        let texts = |id: &str, ids: &[u32]| -> Result<Vec<(u32, String)>> {
            let texts = store.sentences(id, ids)?.iter().map(|text| super::clean(text)).collect::<Vec<_>>();
            Ok(ids.iter().copied().zip(texts).collect())
        };
        let Bead { source: ours, target: theirs, .. } = bead;
        let ids = |ids: &[u32]| ids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        rows.push(Row {
            post: format!("/pairs/{source}/{target}/decisions"),
            address: format!("/pairs/{source}/{target}#b{}", uncertain.position),
            seen: store.latest_between(source, target)?,
            ids: [ids(ours), ids(theirs)],
            langs: [a.lang.to_string(), b.lang.to_string()],
            texts: [texts(source, ours)?, texts(target, theirs)?],
            percent: format!("{:.0}", bead.confidence * 100.0),
            shape: bead.shape(),
        });
    }
    let within = |step: &&Step| {
        let at = f32::from(step.thousandth) / 1000.0;
        (from..to).contains(&at)
    };
    let total = counted.certainty.iter().filter(within).map(|step| step.open).sum();
    let (precision, left) = left(&counted.certainty, wanted / 100.0);
    Answer::page(&Queue {
        rows,
        from: format!("{from}"),
        to: format!("{to}"),
        wanted,
        precision: format!("{:.1}", precision * 100.0),
        left: figure(left),
        pager: visit.pager(total),
        frame: visit.frame(visit.words().t("queue"), "queue"),
    })
}

/// The precision that is expected now, and how many of the least certain beads need a look until it is the wanted one. A confidence is
/// the probability that a bead is right; one that was looked at is right.
fn left(certainty: &[Step], wanted: f64) -> (f64, usize) {
    let confidence = |step: &Step| (f64::from(step.thousandth) + 0.5) / 1000.0;
    let all: usize = certainty.iter().map(|step| step.open + step.reviewed).sum();
    let wrong: f64 = certainty.iter().map(|step| step.open as f64 * (1.0 - confidence(step)).max(0.0)).sum();
    if all == 0 {
        return (1.0, 0);
    }
    let mut surplus = wrong - (1.0 - wanted) * all as f64;
    let mut left = 0;
    for step in certainty {
        let doubt = (1.0 - confidence(step)).max(0.0);
        if surplus <= 0.0 || doubt == 0.0 {
            break;
        }
        let needed = ((surplus / doubt).ceil() as usize).min(step.open);
        left += needed;
        surplus -= needed as f64 * doubt;
    }
    (1.0 - wrong / all as f64, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_certain_beads_are_looked_at_until_the_rest_is_sure_enough() {
        let check = |steps: &[(u16, usize, usize)], wanted: f64, precision: f64, expected: usize| {
            let step = |(thousandth, open, reviewed): &(u16, usize, usize)| Step {
                thousandth: *thousandth,
                open: *open,
                reviewed: *reviewed,
            };
            let steps: Vec<Step> = steps.iter().map(step).collect();
            let (found, left) = left(&steps, wanted);
            assert!((found - precision).abs() < 0.005, "{found}");
            assert_eq!(left, expected, "{steps:?} {wanted}");
        };
        check(&[], 0.99, 1.0, 0);
        check(&[(500, 10, 0), (999, 90, 0)], 0.99, 0.95, 9);
        check(&[(500, 10, 0), (999, 90, 0)], 0.94, 0.95, 0);
        check(&[(500, 0, 10), (999, 90, 0)], 0.99, 1.0, 0);
        check(&[(100, 4, 0), (500, 10, 0), (999, 86, 0)], 0.97, 0.91, 9);
    }
}
