//! The crate's source files and who imports whom, read from the text: `use` trees and paths of `crate` and `super`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One file of `src`, without its unit tests and its comments on lines of their own.
pub struct Source {
    /// From `src`, as in `db/pool.rs`.
    pub path: String,
    pub module: Vec<String>,
    pub code: String,
    /// As written, unit tests left out.
    pub lines: Vec<String>,
}

impl Source {
    /// `db` for `db/pool.rs`, `app` for `app.rs`.
    pub fn room(&self) -> &str {
        room(&self.path)
    }

    /// The last part of the path, without `.rs`.
    pub fn stem(&self) -> &str {
        stem(&self.path)
    }
}

pub fn room(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

pub fn stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// All files, by path.
pub fn read_all(root: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                sources.push(source(name, &std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}

pub fn source(path: String, text: &str) -> Source {
    let text = text.find("#[cfg(test)]\nmod ").map_or(text, |tests| &text[..tests]);
    let mut module: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).fold(String::new(), |code, line| {
        // With a trailing comment the code before it stays.
        code + line.split(" // ").next().unwrap_or_default() + "\n"
    });
    Source { path, module, code, lines: text.lines().map(str::to_owned).collect() }
}

/// Who imports whom: for each file the files that it names, itself left out, and the paths that end at a room.
pub struct Imports {
    pub files: BTreeMap<String, BTreeSet<String>>,
    /// Importer and path, for what is not found in a file: an import through a `mod.rs`.
    pub through_rooms: Vec<(String, String)>,
}

pub fn imports(sources: &[Source]) -> Imports {
    let by_module: BTreeMap<&[String], &str> = sources
        .iter()
        .filter(|source| source.path != "main.rs")
        .map(|source| (source.module.as_slice(), source.path.as_str()))
        .collect();
    let mut imports = Imports { files: BTreeMap::new(), through_rooms: Vec::new() };
    for source in sources {
        let files = imports.files.entry(source.path.clone()).or_default();
        for path in paths(source) {
            let found = (0..=path.len()).rev().find_map(|end| by_module.get(&path[..end]));
            match found {
                Some(file) if *file == source.path => {}
                Some(file) if is_room(file) => imports.through_rooms.push((source.path.clone(), path.join("::"))),
                Some(file) => {
                    files.insert((*file).to_owned());
                }
                None => panic!("{}: {path:?} is nowhere", source.path),
            }
        }
    }
    imports
}

/// Whether a file may only list files.
pub fn is_room(path: &str) -> bool {
    path == "lib.rs" || path.ends_with("mod.rs")
}

/// Every path into the crate that the file writes down, from the root.
fn paths(source: &Source) -> Vec<Vec<String>> {
    let code = &source.code;
    let mut written = Vec::new();
    for start in ["crate::", "super::", "elenchus::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            // Not the middle of a path, nor the extent of a visibility.
            if before.is_alphanumeric() || matches!(before, '_' | ':' | '$') || code[..at].ends_with("(in ") {
                continue;
            }
            tree(&code[at..], &[], &mut written);
        }
    }
    if !is_room(&source.path) {
        // A file with children may name them without saying where they are.
        for line in code.lines() {
            let line = line.trim_start_matches("pub ").trim_start_matches("pub(super) ");
            if let Some(child) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
                let path = ["crate"].into_iter().chain(source.module.iter().map(String::as_str)).chain([child]);
                written.push(path.map(str::to_owned).collect());
            }
        }
    }
    written.into_iter().map(|path| absolute(&source.module, &path)).collect()
}

fn absolute(module: &[String], path: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    if ups == 0 {
        return path[1..].to_vec();
    }
    module[..module.len() - ups].iter().chain(&path[ups..]).cloned().collect()
}

/// Reads one tree of a `use`, or one path, and says how many bytes it took.
fn tree(code: &str, before: &[String], written: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = 0;
    loop {
        at += spaces(&code[at..]);
        if code[at..].starts_with('{') {
            at += 1;
            loop {
                at += code[at..].len() - code[at..].trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
                if code[at..].starts_with('}') {
                    return at + 1;
                }
                at += tree(&code[at..], &path, written);
            }
        }
        let word = code[at..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len() - at);
        if word == 0 {
            // `*`, or the end of a path that goes on with type arguments.
            at += usize::from(code[at..].starts_with('*'));
            written.push(path);
            return at;
        }
        path.push(code[at..at + word].to_owned());
        at += word;
        if let Some(alias) = code[at..].strip_prefix(" as ") {
            at += " as ".len() + alias.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(alias.len());
        }
        if code[at..].starts_with("::") {
            at += 2;
        } else {
            written.push(path);
            return at;
        }
    }
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Groups of files that import one another in a circle (Tarjan's strongly connected components).
pub fn circles(files: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    struct Search<'a> {
        files: &'a BTreeMap<String, BTreeSet<String>>,
        order: BTreeMap<&'a str, (usize, usize)>,
        stack: Vec<&'a str>,
        circles: Vec<Vec<String>>,
    }
    impl<'a> Search<'a> {
        fn visit(&mut self, file: &'a str) -> usize {
            let index = self.order.len();
            self.order.insert(file, (index, index));
            self.stack.push(file);
            let mut lowest = index;
            for next in self.files.get(file).into_iter().flatten() {
                match self.order.get(next.as_str()) {
                    None => lowest = lowest.min(self.visit(next)),
                    Some((seen, _)) if self.stack.contains(&next.as_str()) => lowest = lowest.min(*seen),
                    Some(_) => {}
                }
            }
            if lowest == index {
                let start = self.stack.iter().position(|held| *held == file).unwrap();
                let group: Vec<String> = self.stack.drain(start..).map(str::to_owned).collect();
                if group.len() > 1 {
                    self.circles.push(group);
                }
            }
            lowest
        }
    }
    let mut search = Search { files, order: BTreeMap::new(), stack: Vec::new(), circles: Vec::new() };
    for file in files.keys() {
        if !search.order.contains_key(file.as_str()) {
            search.visit(file);
        }
    }
    search.circles
}
