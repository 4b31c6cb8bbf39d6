use super::super::answer::{Answer, Frame};
use super::super::visit::{Pager, Visit};
use super::{Choices, Named};
use crate::error::Result;
use crate::model::PairKind;
use crate::store::Store;
use askama::Template;

/// A list of works, or of pairs of documents that report one event.
#[derive(Template)]
#[template(path = "works.html")]
struct Works<'a> {
    frame: Frame<'a>,
    choices: Choices,
    events: bool,
    /// The address of each, and its documents.
    works: Vec<(String, Vec<Named>)>,
    pager: Pager,
}

pub(in super::super) fn page(visit: &Visit, store: &Store) -> Result<Answer> {
    let events = visit.asked("events").is_some();
    let (total, works) = if events {
        let (total, pairs) = store.list_pairs(PairKind::Event, visit.page())?;
        let pairs = pairs.into_iter().map(|p| (format!("/pairs/{}/{}", p.source, p.target), vec![p.source, p.target]));
        (total, pairs.collect())
    } else {
        let (total, ids) = store.list_works(&visit.filter()?, visit.page())?;
        let mut works = Vec::new();
        for id in ids {
            works.push((format!("/works/{id}"), store.work(&id)?));
        }
        (total, works)
    };
    let mut named = Vec::new();
    for (address, ids) in works {
        let mut documents = Vec::new();
        for id in ids {
            documents.extend(store.listed(&id)?.map(Named::new));
        }
        named.push((address, documents));
    }
    Answer::page(&Works {
        choices: Choices::new(visit, store)?,
        events,
        works: named,
        pager: visit.pager(total),
        frame: visit.frame(visit.words().t("works"), "works"),
    })
}
