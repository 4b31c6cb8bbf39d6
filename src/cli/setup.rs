use super::{Outcome, output};
use anyhow::Result;

/// A completion script for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu completions bash > ~/.local/share/bash-completion/completions/korpu\n  \
                        korpu completions fish > ~/.config/fish/completions/korpu.fish")]
pub(super) struct Completions {
    shell: clap_complete::Shell,
}

impl Completions {
    pub fn call(self, command: &mut clap::Command) -> Result<Outcome> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, command, "korpu", &mut script);
        output::print(|out| Ok(out.write_all(&script)?))?;
        Ok(Outcome::Done)
    }
}

/// The manual page, in roff.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  korpu man > korpu.1 && man ./korpu.1")]
pub(super) struct Man {
    /// The page of a subcommand: align, run, ...
    subcommand: Option<String>,
}

impl Man {
    pub fn call(self, command: clap::Command) -> Result<Outcome> {
        let mut command = command;
        command.build();
        let page = match &self.subcommand {
            None => command,
            Some(name) => match command.find_subcommand(name) {
                Some(found) => found.clone(),
                None => anyhow::bail!("no subcommand {name:?}; `korpu --help` lists them"),
            },
        };
        output::print(|out| Ok(clap_mangen::Man::new(page).render(out)?))?;
        Ok(Outcome::Done)
    }
}
