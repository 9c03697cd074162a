//! The command line. `extract-worker` comes before everything else: that process must do nothing but read one file.

use std::process::ExitCode;

use clap::Parser as _;
use elenchus::command::cli::Cli;
use elenchus::extraction::child;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|word| word == child::SUBCOMMAND) {
        return child::run(args);
    }
    Cli::parse().run()
}
