use super::visit::Visit;
use super::words::Words;
use crate::error::{Error, Result};
use crate::store::Store;
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What a visit is answered with.
#[derive(Debug)]
pub(super) enum Answer {
    /// A page.
    Html(String),
    /// JSON for the script.
    Json(StatusCode, String),
    /// Another address of this server; with a language of the interface to remember.
    Elsewhere { location: String, language: Option<String> },
    /// A file to save or an asset: its type, its name where it is to be saved, its bytes.
    File { kind: &'static str, name: Option<&'static str>, bytes: Vec<u8> },
    /// There is nothing of that name.
    Nothing,
}

impl Answer {
    /// A page from its template.
    pub fn page(template: &impl Template) -> Result<Answer> {
        // Templates write into memory; no filter of ours fails.
        template.render().map(Answer::Html).map_err(|e| Error::input("template", e.to_string()))
    }
}

/// Why somebody is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Host,
    Origin,
    Token,
    ReadOnly,
    TooLong,
    Path,
    Broken,
}

/// Tells why, in plain words: whoever is refused has not been asked for a language.
pub(super) fn refused(why: Refused) -> Response {
    let (status, words) = match why {
        Refused::Host => (StatusCode::MISDIRECTED_REQUEST, "This server does not go by that name."),
        Refused::Origin => (StatusCode::FORBIDDEN, "Pages of other sites may change nothing here."),
        Refused::Token => {
            (StatusCode::FORBIDDEN, "Open the address that `korpu review` printed: it has the token of this run.")
        }
        Refused::ReadOnly => (StatusCode::FORBIDDEN, "This review is read-only."),
        Refused::TooLong => (StatusCode::URI_TOO_LONG, "The address is too long."),
        Refused::Path => (StatusCode::BAD_REQUEST, "The address is not UTF-8."),
        Refused::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "Something broke. Nothing that was confirmed is lost."),
    };
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{words}\n")).into_response()
}

/// What every page has around it.
pub(super) struct Frame<'a> {
    pub w: &'a Words,
    pub title: String,
    /// The part of the navigation that the page is in.
    pub part: &'static str,
    pub reviewer: &'a str,
    pub read_only: bool,
    pub switch: Vec<Switch<'a>>,
}

/// One language to switch the interface to.
pub(super) struct Switch<'a> {
    pub words: &'a Words,
    pub address: String,
    pub current: bool,
}

impl<'a> Frame<'a> {
    pub fn new(visit: &'a Visit, title: String, part: &'static str) -> Frame<'a> {
        let w = visit.words();
        let switch = |words: &'a Words| Switch {
            words,
            address: super::visit::address("/language", [("to", words.tag.as_str()), ("back", visit.here.as_str())]),
            current: words.tag == w.tag,
        };
        Frame {
            w,
            title: clean(&title),
            part,
            reviewer: &visit.app.reviewer,
            read_only: visit.app.read_only,
            switch: visit.app.words.iter().map(switch).collect(),
        }
    }
}

/// A text of a page on one line, without control characters. Templates escape it, and isolate its direction with `<bdi>`.
pub(super) fn clean(text: &str) -> String {
    crate::export::line(text).into_owned()
}

/// The address if it is one of the web: a page may offer `javascript:`.
pub(super) fn web(address: Option<&str>) -> Option<String> {
    let url = url::Url::parse(address?.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// A number with narrow spaces between thousands.
pub(super) fn figure(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202F}');
        }
        out.push(digit);
    }
    out
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: Frame<'a>,
    reason: String,
}

/// An answer as it goes out; an error becomes a page that says what went wrong.
pub(super) fn response(visit: &Visit, answer: Result<Answer>) -> Response {
    let html = |status: StatusCode, page: String| {
        (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
    };
    let error = |status: StatusCode, reason: String| {
        let frame = visit.frame(visit.words().t("wrong"), "");
        html(status, ErrorPage { frame, reason }.render().unwrap_or_default())
    };
    match answer {
        Ok(Answer::Html(page)) => html(StatusCode::OK, page),
        Ok(Answer::Json(status, json)) => (status, [(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Ok(Answer::Elsewhere { location, language }) => {
            let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
            if let Some(cookie) = language.and_then(|tag| Words::cookie(&tag).parse().ok()) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Ok(Answer::File { kind, name, bytes }) => {
            let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
            if let Some(value) = name.and_then(|name| format!("attachment; filename=\"{name}\"").parse().ok()) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
            }
            response
        }
        Ok(Answer::Nothing) => error(StatusCode::NOT_FOUND, visit.words().t("nothing").to_owned()),
        Err(Error::Input { place, reason }) => error(StatusCode::BAD_REQUEST, format!("{place}: {reason}")),
        Err(other) => error(StatusCode::INTERNAL_SERVER_ERROR, other.to_string()),
    }
}

/// The script and the style; nothing else is ever read by a name.
pub(super) fn asset(visit: &Visit, _: &Store) -> Result<Answer> {
    let (kind, bytes): (_, &[u8]) = match visit.param("name") {
        "review.js" => ("text/javascript; charset=utf-8", include_bytes!("assets/review.js")),
        "review.css" => ("text/css; charset=utf-8", include_bytes!("assets/review.css")),
        "icon.svg" => ("image/svg+xml", include_bytes!("assets/icon.svg")),
        _ => return Ok(Answer::Nothing),
    };
    Ok(Answer::File { kind, name: None, bytes: bytes.to_vec() })
}

pub(super) fn nowhere(_: &Visit, _: &Store) -> Result<Answer> {
    Ok(Answer::Nothing)
}
