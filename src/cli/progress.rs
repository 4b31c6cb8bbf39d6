//! How far a run is: bars on a terminal, nothing elsewhere.

use super::Global;
use crate::model::Refusal;
use crate::pipeline::Watch;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Draws a bar a stage on standard error, and with `-v` names refused inputs.
pub(super) struct Progress {
    bar: Mutex<ProgressBar>,
    shown: bool,
    quiet: bool,
    verbose: bool,
}

impl Progress {
    pub fn new(global: &Global) -> Self {
        Progress {
            bar: Mutex::new(ProgressBar::hidden()),
            shown: std::io::stderr().is_terminal() && !global.quiet && !global.json,
            quiet: global.quiet,
            verbose: global.verbose > 0,
        }
    }

    /// Prints a line on standard error, above the bar where there is one.
    fn tell(&self, line: &str) {
        if self.shown { self.bar().suspend(|| eprintln!("{line}")) } else { eprintln!("{line}") }
    }

    fn bar(&self) -> MutexGuard<'_, ProgressBar> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Progress {
    fn stage(&self, name: &'static str, expected: Option<u64>) {
        if !self.shown {
            return;
        }
        self.bar().finish_and_clear();
        let (bar, template) = match expected {
            Some(count) => (ProgressBar::new(count), "{prefix:>9} {bar:30} {pos}/{len} {per_sec} {eta}"),
            None => (ProgressBar::new_spinner(), "{prefix:>9} {spinner} {pos} {per_sec}"),
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(name);
        *self.bar() = bar;
    }

    fn done(&self, count: u64) {
        self.bar().inc(count);
    }

    fn refused(&self, refusal: &Refusal) {
        if self.verbose {
            self.tell(&format!("refused {}: {}", refusal.place, refusal.reason));
        }
    }

    fn unlinked(&self, document: &str, quotes: usize) {
        if !self.quiet {
            self.tell(&format!(
                "{document}: its last {quotes} quotes are not linked. Split it in parts to link them all"
            ));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar().finish_and_clear();
    }
}
