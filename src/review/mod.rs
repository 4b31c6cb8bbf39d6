//! Review in the browser: a store is looked through, searched and corrected on the machine it lies on.
//!
//! A [`Server`] listens on loopback and prints an address with a token that is good for one run. It answers nobody else, and no
//! page of another site: `guard` says how. What a reviewer does becomes a decision in the store (`acts`), and the rest between
//! the decisions is aligned anew at once. Pages (`pages`) are made here from templates in `templates/`, where everything that
//! comes from a page of the corpus is escaped; the script in `assets/` only sends what was decided and shows what came back.
//! The words of the interface are data of each language (`languages/*/interface.toml`).

mod acts;
mod answer;
mod app;
mod chart;
mod guard;
mod pages;
mod visit;
mod words;

use crate::error::{Error, Result};
use crate::pipeline::Options;
use crate::store::Store;
use app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a store is served.
#[derive(Debug)]
pub struct Config {
    /// The store.
    pub store: PathBuf,
    /// Where to listen: loopback unless the user wants otherwise. Port 0 takes a free one.
    pub address: SocketAddr,
    /// Whose decisions they are.
    pub reviewer: String,
    /// Whether nothing may be decided.
    pub read_only: bool,
    /// How to align what lies between decisions.
    pub options: Options,
}

/// A server that listens and has not answered yet.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    listener: std::net::TcpListener,
    address: SocketAddr,
}

/// At most so many answers are made at once; each has a connection to the store, with a cache of 4 MiB.
const AT_ONCE: usize = 8;

/// No decision is longer.
const LONGEST_BODY: usize = 256 << 10;

impl Server {
    /// Opens the store and listens. Fails where the store is none, or where another program has the port.
    pub fn new(config: Config) -> Result<Server> {
        let taken =
            |e: io::Error| Error::input(config.address.to_string(), format!("{e}. Name another port with --port"));
        let listener = std::net::TcpListener::bind(config.address).map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        listener.set_nonblocking(true).map_err(taken)?;
        let mut store = Store::open_existing(&config.store)?;
        if !config.read_only {
            // A review that was killed may have made a pair and not yet its work.
            crate::pipeline::regroup(&mut store)?;
        }
        let app = Arc::new(App::new(config, store, address)?);
        Ok(Server { app, listener, address })
    }

    /// The address to open, with the token.
    pub fn url(&self) -> String {
        // Who listens everywhere is reached on this machine, too.
        let host = match self.address {
            address if address.ip().is_unspecified() => format!("127.0.0.1:{}", address.port()),
            address => address.to_string(),
        };
        format!("http://{host}/?token={}", self.app.token)
    }

    /// Answers until the process is told to end (Ctrl-C).
    pub fn run(self) -> Result<()> {
        let path = self.app.store_path().to_owned();
        let failed = |e: io::Error| Error::io(Path::new(&path), e);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(AT_ONCE)
            .enable_all()
            .build()
            .map_err(failed)?;
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(self.listener).map_err(failed)?;
            let ended = async {
                // Without a signal to wait for, the server is ended by ending the process.
                if tokio::signal::ctrl_c().await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            axum::serve(listener, router(self.app)).with_graceful_shutdown(ended).await.map_err(failed)
        })
    }
}

fn router(app: Arc<App>) -> Router {
    use pages::{decisions, document, documents, overview, pair, queue, quotes, refusals, search, work, works};
    Router::new()
        .route("/", get(visit::page(overview::page)))
        .route("/documents", get(visit::page(documents::page)))
        .route("/documents/{id}", get(visit::page(document::page)))
        .route("/works", get(visit::page(works::page)))
        .route("/works/{id}", get(visit::page(work::page)))
        .route("/pairs/{source}/{target}", get(visit::page(pair::page)))
        .route("/pairs/{source}/{target}/decisions", post(acts::decide))
        .route("/pair", get(visit::page(pair::between)))
        .route("/queue", get(visit::page(queue::page)))
        .route("/quotes", get(visit::page(quotes::page)))
        .route("/quotes/{document}/{start}", get(visit::page(quotes::lasting)))
        .route("/groups/{id}", get(visit::page(quotes::group)))
        .route("/groups/{id}/decisions", post(acts::join))
        .route("/documents/{id}/decisions", post(acts::decide_text))
        .route("/search", get(visit::page(search::page)))
        .route("/refusals", get(visit::page(refusals::page)))
        .route("/decisions", get(visit::page(decisions::page)))
        .route("/language", get(visit::page(words::choose)))
        .route("/assets/{name}", get(visit::page(answer::asset)))
        .fallback(visit::page(answer::nowhere))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}
