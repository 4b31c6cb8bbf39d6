use super::Global;
use crate::export::side_by_side::View;
use console::Term;

/// When to write in colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Colour {
    /// On a terminal that has colours, unless NO_COLOR is set; anywhere with CLICOLOR_FORCE.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Columns where there is no terminal to ask, and COLUMNS is not set.
const COLUMNS: usize = 100;

/// Whether results go to a terminal.
pub(super) fn is_terminal() -> bool {
    Term::stdout().is_term()
}

/// What standard output can show.
pub(super) fn view(global: &Global) -> View {
    let colour = match global.color {
        Colour::Auto => console::colors_enabled(),
        Colour::Always => true,
        Colour::Never => false,
    };
    let named = || std::env::var("COLUMNS").ok()?.parse().ok();
    // Some terminals (that of Emacs, a serial line) say 0.
    let asked = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns)).filter(|columns| *columns > 0);
    View { width: asked.or_else(named).unwrap_or(COLUMNS), colour }
}
