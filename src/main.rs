//! The command line. `extract-worker` and `picture-worker` come before everything else: those processes must do nothing but
//! read one file.

use std::process::ExitCode;

use clap::Parser as _;
use elenchus::command::cli::Cli;
use elenchus::extraction::child;
use elenchus::extraction::picture::child as picture;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    match args.next() {
        Some(word) if word == child::SUBCOMMAND => return child::run(args),
        Some(word) if word == picture::SUBCOMMAND => return picture::run(args),
        _ => {}
    }
    Cli::parse().run()
}
