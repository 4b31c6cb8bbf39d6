//! Who is answered. A server on loopback is within reach of every other user of the machine and of every page that the browser
//! has open, so a request must
//!
//! * name this server as its host, or a page could point a name of its own at it (DNS rebinding);
//! * come from a page of this server, where it says where it comes from (CSRF);
//! * carry the token of this run: in the address once, then as a cookie that no other site sends and no script reads.
//!
//! Every answer forbids the browser to run or load anything that is not of this server.

use super::answer::{self, Refused};
use super::app::App;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;
use url::form_urlencoded;

/// No address of ours is longer: a search with all its filters.
const LONGEST_ADDRESS: usize = 8 << 10;

/// What every answer says.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = match admit(&app, request.method(), request.uri(), request.headers()) {
        Ok(Admitted::Known) => next.run(request).await,
        Ok(Admitted::New { location }) => {
            let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", cookie_name(&app), app.token);
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, location)]).into_response()
        }
        Err(refused) => answer::refused(refused),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whoever is admitted.
#[derive(Debug, PartialEq)]
enum Admitted {
    /// With the cookie.
    Known,
    /// With the token in the address: goes to the same address without it.
    New { location: String },
}

fn admit(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Admitted, Refused> {
    if uri.to_string().len() > LONGEST_ADDRESS {
        return Err(Refused::TooLong);
    }
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(header::HOST).unwrap_or_default();
    if headers.get_all(header::HOST).iter().count() != 1 || !is_ours(app, host) {
        return Err(Refused::Host);
    }
    let origin = text(header::ORIGIN);
    let changes = !matches!(*method, Method::GET | Method::HEAD);
    if origin.is_some_and(|origin| origin != format!("http://{host}")) || (changes && origin.is_none()) {
        return Err(Refused::Origin);
    }
    if changes && app.read_only {
        return Err(Refused::ReadOnly);
    }
    let given = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = given.flat_map(|value| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    if cookies.any(|(name, value)| name == cookie_name(app) && same(value, &app.token)) {
        return Ok(Admitted::Known);
    }
    let mut pairs: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let right = pairs.iter().any(|(name, value)| name == "token" && same(value, &app.token));
    if changes || !right {
        return Err(Refused::Token);
    }
    pairs.retain(|(name, _)| name != "token");
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    // A path may begin with two slashes, which would lead elsewhere.
    let path = format!("/{}", uri.path().trim_start_matches(['/', '\\']));
    Ok(Admitted::New { location: if query.is_empty() { path } else { format!("{path}?{query}") } })
}

/// Cookies know no ports: two servers on one machine need two names.
fn cookie_name(app: &App) -> String {
    format!("korpu-{}", app.address.port())
}

/// Whether a host is this server. On loopback it has three names; elsewhere it is called by an address, never by a name, which
/// somebody else could point at it.
fn is_ours(app: &App, host: &str) -> bool {
    let Some((name, port)) = host.rsplit_once(':') else { return false };
    if port != app.address.port().to_string() {
        return false;
    }
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    match (name, bare.parse::<IpAddr>()) {
        ("localhost", _) => true,
        (_, Ok(ip)) => ip.is_loopback() || !app.address.ip().is_loopback(),
        (_, Err(_)) => false,
    }
}

/// Compares hashes, so that the time it takes says nothing of where two tokens differ.
fn same(a: &str, b: &str) -> bool {
    blake3::hash(a.as_bytes()) == blake3::hash(b.as_bytes())
}
