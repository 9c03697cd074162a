//! The account that Postgres runs as: ours, or another one when we are root, which Postgres refuses.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::error::{EmbeddedError, Result};

/// In this order, when we are root.
const PREFERRED: [&str; 3] = ["postgres", "_postgres", "nobody"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    /// Whether we are root and become this account; else it is our own.
    pub switch: bool,
}

impl Account {
    /// The account for a new cluster.
    pub fn for_new_cluster() -> Result<Self> {
        let uid = rustix::process::geteuid().as_raw();
        if uid != 0 {
            let gid = rustix::process::getegid().as_raw();
            return Ok(Self { name: name_of(uid), uid, gid, switch: false });
        }
        let path = Path::new("/etc/passwd");
        let accounts = std::fs::read_to_string(path).map_err(EmbeddedError::disk(path))?;
        PREFERRED.iter().find_map(|name| parse(&accounts, |its, _| its == *name)).ok_or(EmbeddedError::NoAccount)
    }

    /// The account for the cluster in `folder`: its owner, whom Postgres insists on. The new-cluster account when there
    /// is no cluster, or when root owns it (a restored backup, say).
    pub fn for_cluster(folder: &Path) -> Result<Self> {
        let owner = match std::fs::metadata(folder) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Self::for_new_cluster(),
            Err(source) => return Err(EmbeddedError::Disk { path: folder.to_owned(), source }),
        };
        let us = rustix::process::geteuid().as_raw();
        if us != 0 && owner.uid() != us {
            return Err(EmbeddedError::ForeignOwner { folder: folder.to_owned(), owner: owner.uid() });
        }
        if us != 0 || owner.uid() == 0 {
            return Self::for_new_cluster();
        }
        Ok(Self { name: name_of(owner.uid()), uid: owner.uid(), gid: owner.gid(), switch: true })
    }

    /// A command run as this account in `folder`, which it must be able to reach. The environment is bare: none of our
    /// secrets, no `PG…` variable that would redirect a tool, and messages in English.
    pub fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", folder)
            .env("LC_ALL", "C")
            .current_dir(folder)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if self.switch {
            // Also gives up root's supplementary groups.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Whether this account can enter `folder`. Asked of the system itself, which also knows access control lists.
    pub async fn reaches(&self, folder: &Path) -> bool {
        if !self.switch {
            return true;
        }
        let mut probe = self.command("/bin/sh", Path::new("/"));
        probe.args(["-c", "cd -- \"$1\"", "sh"]).arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().await.is_ok_and(|status| status.success())
    }

    /// Makes this account the owner of `path` if it is another than ours.
    pub fn own(&self, path: &Path) -> Result<()> {
        if self.switch {
            std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid)).map_err(EmbeddedError::disk(path))?;
        }
        Ok(())
    }

    /// [`Account::own`] for `folder` and everything in it.
    pub fn own_all(&self, folder: &Path) -> Result<()> {
        self.own(folder)?;
        for entry in std::fs::read_dir(folder).map_err(EmbeddedError::disk(folder))? {
            let entry = entry.map_err(EmbeddedError::disk(folder))?;
            if entry.file_type().map_err(EmbeddedError::disk(folder))?.is_dir() {
                self.own_all(&entry.path())?;
            } else {
                self.own(&entry.path())?;
            }
        }
        Ok(())
    }
}

fn name_of(uid: u32) -> String {
    std::fs::read_to_string("/etc/passwd")
        .ok()
        .and_then(|accounts| parse(&accounts, |_, its| its == uid))
        .map_or_else(|| format!("number {uid}"), |account| account.name)
}

/// The first account of a passwd file that `wanted(name, uid)` takes; never root.
fn parse(passwd: &str, wanted: impl Fn(&str, u32) -> bool) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let uid = number(fields.nth(1)?)?;
        let gid = number(fields.next()?)?;
        (uid != 0 && wanted(name, uid)).then(|| Account { name: name.to_owned(), uid, gid, switch: true })
    })
}

/// macOS writes nobody's number as -2.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().or_else(|| text.parse::<i32>().ok().map(i32::cast_unsigned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:*:0:0:root:/root:/bin/sh\npostgres:x:0:0::/:\n# comment\nbad:x\n\
                          nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false\n";

    #[test]
    fn an_account_is_found_by_name_and_is_never_root() {
        let nobody = parse(PASSWD, |name, _| name == "nobody").unwrap();
        assert_eq!((nobody.uid, nobody.gid), (u32::MAX - 1, u32::MAX - 1));
        assert_eq!(parse(PASSWD, |name, _| name == "postgres"), None);
        assert_eq!(parse(PASSWD, |name, _| name == "bad"), None);
    }
}
