use super::{
    Global, Outcome,
    knowledge::{Additions, Model},
    learning::Learning,
    output,
};
use crate::pipeline::Options;
use crate::review::{Config, Server};
use anyhow::Result;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Look through a store in the browser, and correct its alignments.
///
/// Answers on this machine only, and only whoever has the address that it prints. Every correction is kept as a decision, and the
/// rest is aligned anew between decisions, with what it is given here: give it the --learn, --tm, --lexicon and --model that you gave to
/// run. Ctrl-C ends it; nothing that was confirmed is lost, however it ends.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu review out/corpus.korpu --open\n  \
                        korpu review out/corpus.korpu --reviewer Leyla --port 8080\n  \
                        korpu review out/corpus.korpu --read-only")]
pub(super) struct Args {
    /// The store.
    store: PathBuf,
    /// The port to listen on; a free one by default.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// The address to listen on. Other than loopback, whoever has the printed address can review over the network, unencrypted.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Whose decisions they are; the user of this machine by default.
    #[arg(long, value_name = "NAME")]
    reviewer: Option<String>,
    /// Decide nothing.
    #[arg(long)]
    read_only: bool,
    /// Open the browser.
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    learning: Learning,
    #[command(flatten)]
    additions: Additions,
    #[command(flatten)]
    model: Model,
}

impl Args {
    pub fn call(self, global: &Global) -> Result<Outcome> {
        let user = || std::env::var("USER").or_else(|_| std::env::var("USERNAME")).ok();
        let reviewer = self.reviewer.or_else(user).filter(|name| !name.trim().is_empty());
        let mut options =
            Options { knowledge: self.additions.knowledge(global)?, model: self.model.open()?, ..Options::default() };
        self.learning.tell(&mut options, global)?;
        let server = Server::new(Config {
            store: self.store,
            address: SocketAddr::new(self.bind, self.port),
            reviewer: reviewer.unwrap_or_else(|| "reviewer".to_owned()),
            read_only: self.read_only,
            options,
        })?;
        let url = server.url();
        output::print(|out| {
            writeln!(out, "{url}")?;
            Ok(out.flush()?)
        })?;
        if self.open {
            open(&url);
        }
        server.run()?;
        Ok(Outcome::Done)
    }
}

/// Opens the browser, by whatever opens addresses on this system. Where nothing does, the address is on the screen.
fn open(url: &str) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let quiet = std::process::Stdio::null;
    if std::process::Command::new(opener).arg(url).stdout(quiet()).stderr(quiet()).spawn().is_err() {
        eprintln!("korpu: no {opener} here: open the address yourself");
    }
}
