use super::super::answer::{Answer, Frame, clean};
use super::super::visit::{Pager, ROWS, Visit};
use crate::error::Result;
use crate::store::Store;
use askama::Template;

/// What was refused, and why.
#[derive(Template)]
#[template(path = "refusals.html")]
struct Refusals<'a> {
    frame: Frame<'a>,
    refusals: Vec<(String, String)>,
    pager: Pager,
}

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let all = store.refusals()?;
    let total = all.len();
    let shown = all.into_iter().skip(visit.page().offset).take(ROWS);
    Answer::page(&Refusals {
        refusals: shown.map(|refusal| (clean(&refusal.place), clean(&refusal.reason))).collect(),
        pager: visit.pager(total),
        frame: visit.frame(visit.words().t("refused"), "documents"),
    })
}
