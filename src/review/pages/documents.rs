use super::super::answer::{Answer, Frame};
use super::super::visit::{Pager, Visit};
use super::{Choices, Named};
use crate::error::Result;
use crate::store::Store;
use askama::Template;

/// A list of documents.
#[derive(Template)]
#[template(path = "documents.html")]
struct Documents<'a> {
    frame: Frame<'a>,
    choices: Choices,
    unpaired: bool,
    documents: Vec<Named>,
    pager: Pager,
}

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let unpaired = visit.asked("unpaired").is_some();
    let (total, documents) = store.list_documents(&visit.filter()?, unpaired, visit.page())?;
    Answer::page(&Documents {
        choices: Choices::new(visit, store)?,
        unpaired,
        documents: documents.into_iter().map(Named::new).collect(),
        pager: visit.pager(total),
        frame: visit.frame(visit.words().t("documents"), "documents"),
    })
}
