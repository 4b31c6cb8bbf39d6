//! The `korpu` command: see [`korpu::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    korpu::cli::main()
}
