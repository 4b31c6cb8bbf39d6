//! The command line: one file a subcommand, each of them arguments, one library call, and print.
//!
//! Exit codes: 0 done, 1 an error (also one that `check` finds), 2 a wrong call, 3 done but some input was refused (only with `--strict`).

mod align;
mod anchors;
mod check;
mod clean;
mod evaluate;
mod export;
mod identify;
mod import;
mod ingest;
mod knowledge;
mod learning;
mod output;
mod pair;
mod progress;
mod quotes;
mod review;
mod run;
mod segment;
mod setup;
mod show;
mod statements;
mod terminal;
mod wanted;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

/// Turns saved news pages into aligned multilingual corpora: TMX, TEI, JSONL.
#[derive(Debug, Parser)]
#[command(
    name = "korpu",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  korpu run corpus/sample -o out        the whole path; open out/report.html\n  \
                  korpu align a.az a.en                 align two files, one sentence a line\n  \
                  korpu show out/corpus.korpu           what a store holds\n\n\
                  Exit codes: 0 done, 1 an error, 2 a wrong call, 3 done but some input was refused (with --strict)."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every subcommand takes.
#[derive(Debug, clap::Args)]
struct Global {
    /// Say more: every refused input as it comes (-v).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Say nothing but errors and results.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Number of threads; all cores by default. Results never depend on it.
    #[arg(short, long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Print summaries as JSON.
    #[arg(long, global = true)]
    json: bool,
    /// Colours of results: by what the output can show, always or never. NO_COLOR and CLICOLOR_FORCE are heeded.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    color: terminal::Colour,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Ingest(ingest::Args),
    Identify(identify::Args),
    Segment(segment::Args),
    Pair(pair::Args),
    Align(align::Args),
    Quotes(quotes::Args),
    Review(review::Args),
    Import(import::Args),
    Export(export::Args),
    Check(check::Args),
    Clean(clean::Args),
    Show(show::Args),
    Evaluate(evaluate::Args),
    Completions(setup::Completions),
    Man(setup::Man),
}

/// What a subcommand came to.
enum Outcome {
    Done,
    /// Done, and what was looked at is wrong.
    Wrong,
    /// Done, but some input was refused and the user wants to be told by the exit code.
    Refused,
}

/// Runs the command line of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(jobs) = cli.global.jobs {
        // Fails only where a pool exists already, which nothing before this makes.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.into()).build_global();
    }
    let global = &cli.global;
    let outcome = match cli.command {
        Command::Run(args) => args.call(global),
        Command::Ingest(args) => args.call(global),
        Command::Identify(args) => args.call(),
        Command::Segment(args) => args.call(),
        Command::Pair(args) => args.call(global),
        Command::Align(args) => args.call(global),
        Command::Quotes(args) => args.call(global),
        Command::Review(args) => args.call(global),
        Command::Import(args) => args.call(global),
        Command::Export(args) => args.call(global),
        Command::Check(args) => args.call(global),
        Command::Clean(args) => args.call(global),
        Command::Show(args) => args.call(global),
        Command::Evaluate(args) => args.call(global),
        Command::Completions(args) => args.call(&mut Cli::command()),
        Command::Man(args) => args.call(Cli::command()),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Wrong) => ExitCode::FAILURE,
        Ok(Outcome::Refused) => ExitCode::from(3),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("korpu: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with what it came from, each once: most say themselves what theirs was.
fn told(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |told, cause| match cause.to_string() {
        cause if told.ends_with(&cause) => told,
        cause if told.is_empty() => cause,
        cause => format!("{told}: {cause}"),
    })
}
