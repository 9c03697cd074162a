//! Where the tests find the checkout, and where they keep what outlives one run.

use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Root's Postgres runs as another account, which cannot come by a folder such as `/root`.
const OF_ROOT: &str = "/var/cache/elenchus/tests";

/// A file or folder of the checkout. Asked of cargo at run time: a target folder that two checkouts share would else
/// show the tests of one the files of the other.
pub fn checkout(path: &str) -> PathBuf {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&root).join(path)
}

/// The folder for clusters, wheels and models, kept between runs. Every account can pass into it.
pub fn kept() -> &'static Path {
    static KEPT: LazyLock<PathBuf> = LazyLock::new(|| {
        let of_cargo = Path::new(env!("CARGO_TARGET_TMPDIR"));
        if !rustix::process::geteuid().is_root() || anybody_passes(of_cargo) {
            return of_cargo.to_owned();
        }
        let folder = Path::new(OF_ROOT);
        DirBuilder::new().recursive(true).mode(0o755).create(folder).unwrap();
        std::fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        folder.to_owned()
    });
    &KEPT
}

fn anybody_passes(folder: &Path) -> bool {
    folder.ancestors().all(|it| std::fs::metadata(it).is_ok_and(|it| it.mode() & 0o001 != 0))
}
