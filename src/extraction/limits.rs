//! What the child process gives up before it looks at a byte of the file.
//!
//! Everything here is irrevocable for the process. There is no file descriptor to be had afterwards, so no file can be
//! opened and no socket made, which leaves neither the disk nor the network to whoever takes the process over. System
//! call filters (seccomp) and landlock would need `unsafe` or another dependency and are not used; a container's
//! default filter comes on top. On macOS the bounds on memory and the ban on new privileges do not exist: there the
//! wall clock, processor time and the missing descriptors remain.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

/// What reading one file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// Bytes of address space, on top of what the process maps when it starts.
    pub memory_bytes: u64,
}

/// Closes every file descriptor but the first three. Ours are closed on exec, but what started the server may have
/// left it others. To be called before anything else is opened.
pub(super) fn forget_inherited() -> io::Result<()> {
    let listed: Result<Vec<_>, _> = std::fs::read_dir("/dev/fd")?.map(|entry| entry.map(|it| it.file_name())).collect();
    let numbers = listed?.into_iter().filter_map(|name| name.to_str()?.parse::<i32>().ok());
    for number in numbers.filter(|number| *number > 2) {
        // The one with which the list was read is closed already.
        match nix::unistd::close(number) {
            Ok(()) | Err(nix::errno::Errno::EBADF) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Bounds processor time and memory, and bans core files, growing files, new privileges and, where the system keeps
/// count of a user's processes, new processes.
pub(super) fn restrict(bounds: Bounds) -> io::Result<()> {
    let memory = bounds.memory_bytes.saturating_add(mapped_bytes());
    // At the soft limit the kernel sends SIGXCPU, which tells the parent why; a second later it kills.
    let cpu = Rlimit { current: Some(bounds.cpu_seconds), maximum: Some(bounds.cpu_seconds.saturating_add(1)) };
    setrlimit(Resource::Cpu, cpu)?;
    setrlimit(Resource::Core, exactly(0))?;
    setrlimit(Resource::Fsize, exactly(0))?;
    #[cfg(target_os = "linux")]
    {
        setrlimit(Resource::As, exactly(memory))?;
        setrlimit(Resource::Nproc, exactly(0))?;
        rustix::thread::set_no_new_privs(true)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = memory;
    Ok(())
}

/// Bans every new file descriptor; those that are open stay. To be called when the libraries are loaded.
pub(super) fn close_doors() -> io::Result<()> {
    Ok(setrlimit(Resource::Nofile, exactly(0))?)
}

const fn exactly(value: u64) -> Rlimit {
    Rlimit { current: Some(value), maximum: Some(value) }
}

/// The address space in use now: an allocator may have reserved a great deal of it before `main` ran.
#[cfg(target_os = "linux")]
fn mapped_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or(0);
    pages.saturating_mul(rustix::param::page_size() as u64)
}

#[cfg(not(target_os = "linux"))]
const fn mapped_bytes() -> u64 {
    0
}
