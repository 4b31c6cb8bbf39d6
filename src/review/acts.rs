//! What a reviewer does becomes a decision. The script names beads by the places of their segments; here they become spans, what
//! makes no sense is refused, and the rest of the two documents is aligned anew before the decision is written.

use super::answer::{self, Answer};
use super::app::App;
use super::pages::pair;
use super::visit::Visit;
use crate::decide;
use crate::error::{Error, Result};
use crate::model::{Act, Change, Decision, Document, End, Held, Level, PairKind, Rendering, Span, Subject};
use crate::pipeline;
use crate::store::{Decided, Listed, Proposal, Store};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// What the script sends: the number of the latest decision that was on the screen, and what was done.
#[derive(Debug, Deserialize)]
pub(super) struct Done {
    seen: u64,
    #[serde(flatten)]
    what: What,
}

/// A bead by the places of its segments.
#[derive(Debug, Default, Deserialize)]
struct Places {
    source: Vec<u32>,
    target: Vec<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
enum What {
    Hold {
        change: Change,
        beads: Vec<Places>,
    },
    Reject {
        bead: Places,
    },
    /// Before so many signs of a segment; white space does not count, since what is on the screen may have less of it.
    Cut {
        side: End,
        segment: u32,
        signs: usize,
    },
    Note {
        bead: Option<Places>,
        text: String,
    },
    Pair {
        kind: PairKind,
    },
    Unpair,
    Speaker {
        quote: Span,
        speaker: Option<String>,
    },
    Rendering {
        quotes: [Span; 2],
        same: bool,
    },
    Undo,
    Redo,
}

/// What the script sends to join two groups.
#[derive(Debug, Deserialize)]
pub(super) struct Join {
    other: String,
}

/// A remark is no longer, in characters.
const LONGEST_NOTE: usize = 2000;

type Body<T> = std::result::Result<Json<T>, JsonRejection>;

/// On two documents: answers with the beads as they are after it; with status 409 where somebody else had decided meanwhile.
pub(super) async fn decide(State(app): State<Arc<App>>, visit: Visit, body: Body<Done>) -> Response {
    answered(app, visit, body, made).await
}

/// On one document: answers with the number of the latest decision on it.
pub(super) async fn decide_text(State(app): State<Arc<App>>, visit: Visit, body: Body<Done>) -> Response {
    answered(app, visit, body, made_text).await
}

/// On two groups of renderings, that they are of one statement.
pub(super) async fn join(State(app): State<Arc<App>>, visit: Visit, body: Body<Join>) -> Response {
    answered(app, visit, body, joined).await
}

async fn answered<T: Send + 'static>(
    app: Arc<App>,
    visit: Visit,
    body: Body<T>,
    make: fn(&App, &Visit, T) -> Result<Answer>,
) -> Response {
    let answered = tokio::task::spawn_blocking(move || {
        let answer = match body {
            Ok(Json(done)) => make(&app, &visit, done),
            Err(rejection) => Ok(refusal(rejection.status(), rejection.body_text())),
        };
        let answer = answer.or_else(|error| match error {
            Error::Input { reason, .. } => Ok(refusal(StatusCode::UNPROCESSABLE_ENTITY, reason)),
            other => Ok(refusal(StatusCode::INTERNAL_SERVER_ERROR, other.to_string())),
        });
        answer::response(&visit, answer)
    });
    answered.await.unwrap_or_else(|_| answer::refused(answer::Refused::Broken))
}

fn refusal(status: StatusCode, reason: String) -> Answer {
    Answer::Json(status, json!({ "reason": reason }).to_string())
}

fn made(app: &App, visit: &Visit, done: Done) -> Result<Answer> {
    let mut store = app.writer();
    let (source, target) = (visit.param("source"), visit.param("target"));
    let Some(subject) = store.subject(source, Some(target))? else {
        return Ok(refusal(StatusCode::NOT_FOUND, visit.words().t("nothing").to_owned()));
    };
    let load = |store: &Store, id: &str| Ok::<Document, Error>(store.document(id)?.unwrap_or_default());
    let mut documents = [load(&store, source)?, load(&store, target)?];
    // Places that were seen before a sentence was cut are others now.
    if done.seen != store.latest_between(source, target)? {
        return after(visit, &store, &subject, &documents, StatusCode::CONFLICT);
    }
    let mut decisions = store.decisions(&subject)?;
    let act = act(done.what, &documents, &decisions)?;
    match &act {
        Act::Speaker { .. } => return Err(Error::input("speaker", "a speaker is of one document")),
        Act::Cut { side, .. } if store.is_imported(if *side == End::Source { source } else { target })? => {
            return Err(Error::input("sentence", "an imported segment is what its file says: cut it there"));
        }
        _ => {}
    }
    let pairing = matches!(act, Act::Pair { .. } | Act::Unpair) || act.is_about_another();
    let made = app.now();
    let proposal = Proposal { subject: &subject, seen: done.seen, reviewer: &app.reviewer, made, act: &act };
    let bitexts = match &act {
        Act::Note { .. } | Act::Rendering { .. } | Act::Unpair => Vec::new(),
        act => {
            let number = decisions.last().map_or(0, |decision| decision.number) + 1;
            let reviewer = app.reviewer.clone();
            decisions.push(Decision { number, subject: subject.clone(), reviewer, made, act: act.clone() });
            store.cut(&mut documents, &subject, &decisions)?;
            pipeline::realign(&store, &documents[0], &documents[1], &decisions, &app.options, &app.learned)?
        }
    };
    let status = match store.decide(&proposal, &bitexts)? {
        Decided::Done(_) => StatusCode::OK,
        Decided::Stale(_) => {
            documents = [load(&store, source)?, load(&store, target)?];
            StatusCode::CONFLICT
        }
    };
    if pairing && status == StatusCode::OK {
        pipeline::regroup(&mut store)?;
    }
    after(visit, &store, &subject, &documents, status)
}

fn made_text(app: &App, visit: &Visit, done: Done) -> Result<Answer> {
    let mut store = app.writer();
    let Some(subject) = store.subject(visit.param("id"), None)? else {
        return Ok(refusal(StatusCode::NOT_FOUND, visit.words().t("nothing").to_owned()));
    };
    let decisions = store.decisions(&subject)?;
    let act = act(done.what, &Default::default(), &decisions)?;
    if !matches!(act, Act::Speaker { .. } | Act::Undo { .. } | Act::Redo { .. }) {
        return Err(Error::input("act", "that is of two documents"));
    }
    let proposal = Proposal { subject: &subject, seen: done.seen, reviewer: &app.reviewer, made: app.now(), act: &act };
    Ok(match store.decide(&proposal, &[])? {
        Decided::Done(number) => Answer::Json(StatusCode::OK, json!({ "seen": number }).to_string()),
        Decided::Stale(number) => {
            let answer = json!({ "seen": number, "reason": visit.words().t("stale") });
            Answer::Json(StatusCode::CONFLICT, answer.to_string())
        }
    })
}

/// Every rendering of the other group is one of the first rendering of this.
fn joined(app: &App, visit: &Visit, Join { other }: Join) -> Result<Answer> {
    let mut store = app.writer();
    let (Some(group), Some(other)) = (store.group(visit.param("id"))?, store.group(&other)?) else {
        return Ok(refusal(StatusCode::NOT_FOUND, visit.words().t("nothing").to_owned()));
    };
    let first = |store: &Store, rendering: &Rendering| -> Result<Option<(Listed, Span)>> {
        let quote = store.quotes(&rendering.document)?.into_iter().nth(rendering.quote as usize);
        let span = quote.and_then(|quote| quote.spans.first().copied());
        Ok(store.listed(&rendering.document)?.zip(span))
    };
    let known = group.renderings.first().map(|rendering| first(&store, rendering)).transpose()?.flatten();
    let Some((one, span)) = known else {
        return Ok(refusal(StatusCode::NOT_FOUND, visit.words().t("nothing").to_owned()));
    };
    let mut number = 0;
    for rendering in &other.renderings {
        let Some((listed, theirs)) = first(&store, rendering)?.filter(|(listed, _)| listed.id != one.id) else {
            continue;
        };
        let is_source = (&one.lang, &one.id) < (&listed.lang, &listed.id);
        let (source, target) = if is_source { (&one.id, &listed.id) } else { (&listed.id, &one.id) };
        let quotes = if is_source { [span, theirs] } else { [theirs, span] };
        let Some(subject) = store.subject(source, Some(target))? else { continue };
        let seen = store.latest_between(source, target)?;
        let act = Act::Rendering { quotes, same: true };
        let proposal = Proposal { subject: &subject, seen, reviewer: &app.reviewer, made: app.now(), act: &act };
        if let Decided::Done(done) = store.decide(&proposal, &[])? {
            number = done;
        }
    }
    Ok(Answer::Json(StatusCode::OK, json!({ "seen": number }).to_string()))
}

/// What the script shows then.
fn after(
    visit: &Visit,
    store: &Store,
    subject: &Subject,
    documents: &[Document; 2],
    status: StatusCode,
) -> Result<Answer> {
    let decisions = store.decisions(subject)?;
    let grid = pair::grid(visit, store, documents, Level::Sentence, &decisions)?;
    let (seen, undo, redo) = (grid.seen, grid.undo, grid.redo);
    let Answer::Html(html) = Answer::page(&grid)? else { return Ok(Answer::Nothing) };
    let reason = (status == StatusCode::CONFLICT).then(|| visit.words().t("stale"));
    Ok(Answer::Json(
        status,
        json!({ "seen": seen, "undo": undo, "redo": redo, "html": html, "reason": reason }).to_string(),
    ))
}

/// The byte of a text before which so many signs of a sentence stand, if some do and some follow.
fn place(sentence: Span, text: &str, signs: usize) -> Option<u32> {
    let is_shown = |c: char| !c.is_whitespace() && !answer::clean(c.encode_utf8(&mut [0; 4])).is_empty();
    let mut shown = sentence.of(text).char_indices().filter(|(_, c)| is_shown(*c));
    let (at, _) = shown.nth(signs).filter(|_| signs > 0)?;
    Some(sentence.start + at as u32)
}

fn act(what: What, documents: &[Document; 2], decisions: &[Decision]) -> Result<Act> {
    let sentences = [documents[0].segments(Level::Sentence), documents[1].segments(Level::Sentence)];
    let held = |places: &Places| {
        let spans = Held::of([&places.source, &places.target], [&sentences[0], &sentences[1]]);
        let rises = |ids: &[u32]| ids.windows(2).all(|pair| pair[0] < pair[1]);
        spans
            .filter(|held| !held.source.is_empty() || !held.target.is_empty())
            .filter(|_| rises(&places.source) && rises(&places.target))
            .ok_or_else(|| Error::input("bead", "no segments of these documents, in order"))
    };
    Ok(match what {
        What::Hold { change, beads } => {
            let twice = |side: fn(&Places) -> &Vec<u32>| {
                let mut ids: Vec<u32> = beads.iter().flat_map(|b| side(b).iter().copied()).collect();
                ids.sort_unstable();
                ids.windows(2).any(|pair| pair[0] == pair[1])
            };
            if beads.is_empty() || twice(|b| &b.source) || twice(|b| &b.target) {
                return Err(Error::input("beads", "no beads, or a segment in two of them"));
            }
            Act::Hold { change, beads: beads.iter().map(held).collect::<Result<_>>()? }
        }
        What::Reject { bead } => Act::Reject { bead: held(&bead)? },
        What::Cut { side, segment, signs } => {
            let n = usize::from(side == End::Target);
            let place = sentences[n].get(segment as usize).and_then(|span| place(*span, &documents[n].text, signs));
            let at = place.ok_or_else(|| Error::input("place", "no place inside a sentence of these documents"))?;
            Act::Cut { side, at }
        }
        What::Note { text, .. } if text.chars().count() > LONGEST_NOTE => {
            return Err(Error::input("note", format!("longer than {LONGEST_NOTE} characters")));
        }
        What::Note { bead, text } => {
            Act::Note { bead: bead.as_ref().map(held).transpose()?, text: text.trim().to_owned() }
        }
        What::Speaker { quote, speaker } => {
            let speaker = speaker.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            if speaker.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NOTE) {
                return Err(Error::input("speaker", format!("longer than {LONGEST_NOTE} characters")));
            }
            Act::Speaker { quote, speaker }
        }
        What::Rendering { quotes, same } => Act::Rendering { quotes, same },
        What::Pair { kind } => Act::Pair { kind },
        What::Unpair => Act::Unpair,
        What::Undo => match decide::to_undo(decisions) {
            Some(decision) => Act::Undo { decision },
            None => return Err(Error::input("undo", "there is nothing to undo")),
        },
        What::Redo => match decide::to_redo(decisions) {
            Some(decision) => Act::Redo { decision },
            None => return Err(Error::input("redo", "there is nothing to redo")),
        },
    })
}
