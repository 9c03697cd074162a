//! Embeds the files of GraphiQL that `scripts/graphiql` fetched, if it did. Without them the server is the same, but
//! for a page at `/graphiql` that says how to add them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?).join("graphiql");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    println!("cargo::rerun-if-changed=build.rs");
    // The folder above: one that is not there cannot be watched.
    println!("cargo::rerun-if-changed=graphiql");
    fs::write(out.join("graphiql_files.rs"), table(&root.join("dist"), &out.join("graphiql"))?)
}

/// A Rust expression: `&[(name, bytes, gzipped bytes)]`, sorted by name. The files are taken from copies in `kept`: a
/// target folder may outlive the checkout that it was filled from.
fn table(dist: &Path, kept: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    // `.inputs` is written last: a folder without it was not finished.
    if dist.join(".inputs").is_file() {
        for entry in fs::read_dir(dist)? {
            names.extend(entry?.file_name().into_string());
        }
    }
    names.sort();
    fs::create_dir_all(kept)?;
    let mut table = String::from("&[");
    for name in names.iter().filter(|name| names.contains(&format!("{name}.gz"))) {
        for file in [name.clone(), format!("{name}.gz")] {
            fs::copy(dist.join(&file), kept.join(&file))?;
        }
        let plain = kept.join(name).display().to_string();
        write!(table, "({name:?}, include_bytes!({plain:?}), include_bytes!({:?})),", format!("{plain}.gz"))
            .map_err(io::Error::other)?;
    }
    table.push(']');
    Ok(table)
}
