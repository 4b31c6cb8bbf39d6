use super::answer::{self, Answer, Frame};
use super::app::App;
use super::words::Words;
use crate::error::{Error, Result};
use crate::language::Lang;
use crate::model::Moment;
use crate::store::{Filter, Page, Store};
use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use url::form_urlencoded;

/// One visit of a page: what was asked for, and in which language to answer.
pub(super) struct Visit {
    pub app: Arc<App>,
    /// The place of the language of the interface among those there are.
    language: usize,
    /// The path, with what was asked of it.
    pub here: String,
    params: BTreeMap<String, String>,
    query: BTreeMap<String, String>,
}

/// Pages of lists have so many rows.
pub(super) const ROWS: usize = 50;

/// What is asked of a page is cut off here.
const LONGEST_VALUE: usize = 1000;

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> std::result::Result<Self, Response> {
        let params = match RawPathParams::from_request_parts(parts, app).await {
            Ok(params) => params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            // A path that is no UTF-8.
            Err(_) => return Err(answer::refused(answer::Refused::Path)),
        };
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.chars().take(LONGEST_VALUE).collect::<String>()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let language = Words::choice(&app.words, text(header::COOKIE), text(header::ACCEPT_LANGUAGE));
        let here = parts.uri.path_and_query().map(|here| here.to_string()).unwrap_or_default();
        Ok(Visit { app: app.clone(), language, here, params, query })
    }
}

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A page as axum calls it. Pages are made on threads that may wait for the disk.
pub(super) fn page(
    make: fn(&Visit, &Store) -> Result<Answer>,
) -> impl Fn(State<Arc<App>>, Visit) -> Answering + Clone + Send + Sync + 'static {
    move |_, visit| {
        Box::pin(async move {
            let app = visit.app.clone();
            // Nobody closes it.
            let _turn = app.turns.acquire().await;
            let made = tokio::task::spawn_blocking(move || {
                let made = visit.app.read(|store| make(&visit, store));
                answer::response(&visit, made)
            });
            made.await.unwrap_or_else(|_| answer::refused(answer::Refused::Broken))
        })
    }
}

impl Visit {
    pub fn words(&self) -> &Words {
        &self.app.words[self.language]
    }

    /// What stands in the path for a name; the routes have it.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map(String::as_str).unwrap_or_default()
    }

    /// What is asked of the page under a name, if anything.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// The same as a number.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.asked(name)?.parse().ok()
    }

    /// The same as a language.
    pub fn lang(&self, name: &str) -> Option<Lang> {
        self.asked(name).and_then(Lang::parse)
    }

    /// Which page of a list is asked for.
    pub fn page(&self) -> Page {
        Page { offset: self.page_number() * ROWS, limit: ROWS }
    }

    /// The same as a number, from 0.
    fn page_number(&self) -> usize {
        self.number::<u32>("page").unwrap_or(0) as usize
    }

    /// Which documents are asked for. A date that is none is an error that says so.
    pub fn filter(&self) -> Result<Filter> {
        let day = |name: &str| match self.asked(name) {
            None => Ok(None),
            Some(text) => match text.parse::<Moment>() {
                Ok(moment) => Ok(Some(moment.day_number())),
                Err(_) => Err(Error::input(text, "no date such as 2017-11-20")),
            },
        };
        Ok(Filter {
            lang: self.lang("lang"),
            outlet: self.asked("outlet").map(String::from),
            from: day("from")?,
            to: day("to")?,
            title: self.asked("title").map(String::from),
        })
    }

    /// The same address with other values; `None` takes one away.
    pub fn with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut query: BTreeMap<&str, &str> = self.query.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        for (name, value) in changes {
            match value {
                Some(value) => query.insert(name, value),
                None => query.remove(name),
            };
        }
        let path = self.here.split('?').next().unwrap_or("/");
        match query.is_empty() {
            true => path.to_owned(),
            false => address(path, query),
        }
    }

    /// What every page has around it.
    pub fn frame(&self, title: impl Into<String>, part: &'static str) -> Frame<'_> {
        Frame::new(self, title.into(), part)
    }

    /// The links to the page before and the page after, of a list of so many rows.
    pub fn pager(&self, total: usize) -> Pager {
        let page = self.page_number();
        let last = total.saturating_sub(1) / ROWS;
        let to = |page: usize| self.with(&[("page", Some(&page.to_string()))]);
        Pager {
            before: page.checked_sub(1).map(to),
            after: (page < last).then(|| to(page + 1)),
            page: page + 1,
            pages: last + 1,
            total,
        }
    }
}

/// Where a list goes on.
pub(super) struct Pager {
    pub before: Option<String>,
    pub after: Option<String>,
    pub page: usize,
    pub pages: usize,
    pub total: usize,
}

/// A path with a query.
pub(super) fn address<'a>(path: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish())
}
