//! The processes of this machine, as far as they tell us.

use std::path::{Path, PathBuf};

use rustix::process::Pid;

#[derive(Debug, Clone)]
pub struct Process {
    pub pid: Pid,
    pub uid: u32,
    /// Its arguments joined by spaces, or the title that it gave itself. Empty when it has ended.
    pub title: String,
    /// Its working folder, when we may see it.
    pub folder: Option<PathBuf>,
}

/// One process, if it runs.
pub fn find(pid: Pid) -> Option<Process> {
    if Path::new("/proc/self").exists() { proc_entry(pid) } else { ps(&["-p", &pid.to_string()]).pop() }
}

/// All that run.
pub fn all() -> Vec<Process> {
    let Some(entries) = Path::new("/proc/self").exists().then(|| std::fs::read_dir("/proc").ok()).flatten() else {
        return ps(&["-ax"]);
    };
    entries
        .flatten()
        .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .filter_map(proc_entry)
        .collect()
}

fn proc_entry(pid: Pid) -> Option<Process> {
    use std::os::unix::fs::MetadataExt as _;
    let entry = PathBuf::from(format!("/proc/{pid}"));
    let uid = std::fs::metadata(&entry).ok()?.uid();
    let arguments = std::fs::read(entry.join("cmdline")).ok()?;
    let title = String::from_utf8_lossy(&arguments).trim_end_matches('\0').replace('\0', " ");
    Some(Process { pid, uid, title, folder: std::fs::read_link(entry.join("cwd")).ok() })
}

fn ps(which: &[&str]) -> Vec<Process> {
    let Ok(output) = std::process::Command::new("ps").args(["-ww", "-o", "pid=,uid=,command="]).args(which).output()
    else {
        return Vec::new();
    };
    String::from_utf8_lossy(&output.stdout).lines().filter_map(ps_line).collect()
}

fn ps_line(line: &str) -> Option<Process> {
    let (pid, rest) = line.trim_start().split_once(' ')?;
    let (uid, title) = rest.trim_start().split_once(' ').unwrap_or((rest, ""));
    let uid = uid.parse().ok().or_else(|| uid.parse::<i32>().ok().map(i32::cast_unsigned))?;
    Some(Process { pid: Pid::from_raw(pid.parse().ok()?)?, uid, title: title.trim().to_owned(), folder: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_ps_is_read() {
        let process = ps_line("  812   501 /opt/pg/bin/postgres -D /Users/a b/x").unwrap();
        assert_eq!((process.pid.as_raw_pid(), process.uid), (812, 501));
        assert_eq!(process.title, "/opt/pg/bin/postgres -D /Users/a b/x");
        assert!(ps_line("").is_none());
    }

    #[test]
    fn we_find_ourselves() {
        let us = find(rustix::process::getpid()).unwrap();
        assert_eq!(us.uid, rustix::process::geteuid().as_raw());
        assert!(all().iter().any(|process| process.pid == us.pid && process.title == us.title));
    }
}
