use super::super::answer::{Answer, Frame, clean};
use super::super::visit::Visit;
use super::super::words::Words;
use crate::error::Result;
use crate::model::{Act, Change};
use crate::store::Store;
use askama::Template;

/// The latest decisions of the store.
#[derive(Template)]
#[template(path = "decisions.html")]
struct Decisions<'a> {
    frame: Frame<'a>,
    decisions: Vec<Line>,
}

struct Line {
    number: u64,
    reviewer: String,
    made: String,
    what: String,
    address: String,
    name: String,
}

/// So many are shown.
const SHOWN: usize = 200;

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let mut lines = Vec::new();
    for decision in store.latest_decisions(SHOWN)? {
        let (source, target) = (&decision.subject.source.document, &decision.subject.target);
        let name = store.listed(source)?.and_then(|listed| listed.title).unwrap_or_else(|| source.clone());
        lines.push(Line {
            number: decision.number,
            reviewer: clean(&decision.reviewer),
            made: decision.made.to_string(),
            what: what(visit.words(), &decision.act),
            address: match target {
                Some(target) => format!("/pairs/{source}/{}", target.document),
                None => format!("/documents/{source}"),
            },
            name: clean(&name),
        });
    }
    Answer::page(&Decisions { decisions: lines, frame: visit.frame(visit.words().t("decisions"), "decisions") })
}

/// What was decided, in words.
pub(super) fn what(w: &Words, act: &Act) -> String {
    let name = match act {
        Act::Hold { change, .. } => match change {
            Change::Accept => w.t("accept"),
            Change::Merge => w.t("merge"),
            Change::Split => w.t("split"),
            Change::Move => w.t("move"),
            Change::Link => w.t("link"),
            Change::Unlink => w.t("unlink"),
        },
        Act::Reject { .. } => w.t("reject"),
        Act::Cut { .. } => w.t("cut"),
        Act::Note { text, .. } => return format!("{}: {}", w.t("note"), clean(text)),
        Act::Pair { .. } => w.t("make_pair"),
        Act::Unpair => w.t("unpair"),
        Act::Speaker { speaker, .. } => {
            return format!("{}: {}", w.t("speaker"), clean(speaker.as_deref().unwrap_or("–")));
        }
        Act::Rendering { same: true, .. } => w.t("same_statement"),
        Act::Rendering { same: false, .. } => w.t("other_statement"),
        Act::Undo { decision } => return format!("{} {decision}", w.t("undo")),
        Act::Redo { decision } => return format!("{} {decision}", w.t("redo")),
    };
    name.to_owned()
}
