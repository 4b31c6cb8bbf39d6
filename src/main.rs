//! The `korpu` command: see [`korpu::cli`].

use std::process::ExitCode;

/// Threads that align allocate and free all the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    korpu::cli::main()
}
