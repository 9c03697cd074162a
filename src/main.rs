//! The command line. `extract-worker`, `picture-worker` and `table-worker` come before everything else: those processes must do
//! nothing but read one file.

use std::process::ExitCode;

use clap::Parser as _;
use elenchus::command::cli::Cli;
use elenchus::extraction::child;
use elenchus::extraction::picture::child as picture;
use elenchus::extraction::table::child as table;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    match args.next() {
        Some(word) if word == child::SUBCOMMAND => return child::run(args),
        Some(word) if word == picture::SUBCOMMAND => return picture::run(args),
        Some(word) if word == table::SUBCOMMAND => return table::run(args),
        _ => {}
    }
    Cli::parse().run()
}
