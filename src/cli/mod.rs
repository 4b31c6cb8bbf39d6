//! The command line: one file a subcommand, each of them arguments, one library call, and print.
