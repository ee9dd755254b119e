//! The book's folder: private files, atomic replacement, and refusing places where a live book would be damaged.
//!
//! Always: a file is created private (0600 in a 0700 folder), never through a symbolic link, and never over another one;
//! a replaced file is whole in its old or its new form after any crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::StoreError;

/// Makes a private folder that was not there before.
pub(crate) fn create_dir(path: &Path) -> Result<(), StoreError> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only there is a mode to set"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|e| match e.kind() {
        // The folder above is missing, which is about that one.
        io::ErrorKind::NotFound => StoreError::NotFound(path.parent().unwrap_or(path).to_owned()),
        _ => StoreError::io("making the folder", path, e),
    })
}

/// Makes a private folder that has its name only once everything is in it, so that a crash leaves no half of one.
pub(crate) fn create_whole(path: &Path, fill: impl FnOnce(&Path) -> Result<(), StoreError>) -> Result<(), StoreError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(StoreError::Exists(path.to_owned()));
    }
    let part = temp_beside(path)?;
    create_dir(&part)?;
    let placed = fill(&part).and_then(|()| rename(&part, path)).and_then(|()| sync_dir(path));
    if placed.is_err() {
        // It was made a moment ago, by us, and under a name of ours.
        let _ = fs::remove_dir_all(&part);
    }
    placed
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Makes a private file that was not there before.
pub(crate) fn create(path: &Path) -> Result<File, StoreError> {
    private().create_new(true).open(path).map_err(|e| StoreError::io("creating", path, e))
}

/// Opens a private file, or makes it.
pub(crate) fn open_or_create(path: &Path) -> Result<File, StoreError> {
    refuse_link(path)?;
    private().create(true).truncate(false).open(path).map_err(|e| StoreError::io("opening", path, e))
}

/// Replaces a file's content so that after a crash either the old or the new one is there, whole.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let temp = temp_beside(path)?;
    let mut file = create(&temp)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    drop(file);
    if let Err(e) = written {
        let _ = fs::remove_file(&temp);
        return Err(StoreError::io("writing", path, e));
    }
    rename(&temp, path)?;
    sync_dir(path)
}

/// Replaces a file's content, whole for whoever reads it, without waiting for the disk: for what need not survive a crash.
pub(crate) fn jot(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let temp = temp_beside(path)?;
    create(&temp)?.write_all(content).map_err(|e| StoreError::io("writing", path, e))?;
    rename(&temp, path)
}

/// A fresh name in the same folder for a file in the making. Leftovers of a crash are known by the name.
pub(crate) fn temp_beside(path: &Path) -> Result<PathBuf, StoreError> {
    Ok(path.with_file_name(format!("{TEMP_PREFIX}{}", crate::keys::random_hex(8)?)))
}

const TEMP_PREFIX: &str = ".part-";

/// Whether a file is the leftover of a write that never finished.
pub(crate) fn is_leftover(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(TEMP_PREFIX))
}

/// Renames over an older file. Windows scanners hold files for moments, so it is tried for about two seconds there.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut wait = 25;
    let mut tries = if cfg!(windows) { 10 } else { 1 };
    loop {
        tries -= 1;
        match fs::rename(from, to) {
            Ok(()) => return Ok(()),
            Err(e) if tries == 0 => return Err(StoreError::io("renaming", to, e)),
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(wait)),
        }
        wait += wait / 2;
    }
}

/// Makes a rename or creation in the folder of `path` survive a power cut. Windows journals it by itself.
pub(crate) fn sync_dir(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    if let Some(dir) = path.parent() {
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        File::open(dir).and_then(|d| d.sync_all()).map_err(|e| StoreError::io("syncing", dir, e))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Refuses a symbolic link: somebody could have pointed it anywhere.
pub(crate) fn refuse_link(path: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.file_type().is_symlink() => {
            Err(StoreError::Folder { path: path.to_owned(), why: "it is a symbolic link".into() })
        }
        _ => Ok(()),
    }
}

/// Refuses a folder of somebody else's, who could exchange its files while they are used. The system's administrator may.
pub(crate) fn refuse_foreign(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let owner = fs::metadata(path).map_err(|e| StoreError::io("looking at", path, e))?.uid();
        let me = rustix::process::geteuid();
        if !me.is_root() && owner != me.as_raw() {
            return Err(StoreError::Folder { path: path.to_owned(), why: "it belongs to another user".into() });
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Whether a file lies where nothing can be written: on a read-only disk, or in a folder or a file marked so. Who may write
/// all the same, such as the system's administrator, does not write what is marked either.
pub(crate) fn is_still(file: &Path) -> bool {
    let marked = fs::metadata(file).is_ok_and(|m| m.permissions().readonly());
    let refused =
        |e: io::Error| matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
    #[cfg(unix)]
    let folder = file.parent().is_some_and(|dir| rustix::fs::access(dir, rustix::fs::Access::WRITE_OK).is_err());
    #[cfg(not(unix))]
    let folder = false;
    marked || folder || OpenOptions::new().write(true).open(file).is_err_and(refused)
}

/// Refuses to begin what would fill the disk half way. Where the free space cannot be told, the disk will tell.
pub(crate) fn need_space(dir: &Path, bytes: u64) -> Result<(), StoreError> {
    #[cfg(unix)]
    if rustix::fs::statvfs(dir).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < bytes) {
        return Err(StoreError::Full);
    }
    #[cfg(not(unix))]
    let _ = (dir, bytes);
    Ok(())
}

/// Bytes of a file.
pub(crate) fn size(path: &Path) -> Result<u64, StoreError> {
    Ok(fs::metadata(path).map_err(|e| StoreError::io("looking at", path, e))?.len())
}

/// Refuses folders on network, user-space or synchronised file systems: a live book needs shared memory on one
/// computer, and synchronisers copy its files at different moments. `path` need not exist yet.
pub(crate) fn refuse_shared(path: &Path) -> Result<(), StoreError> {
    let real = nearest_existing(path);
    let why = if let Some(kind) = mounted_as(&real, &fs::read_to_string("/proc/mounts").unwrap_or_default()) {
        format!("it is on a network or user-space file system ({kind})")
    } else if let Some(service) = synchronised_by(&real, |name| std::env::var_os(name).map(PathBuf::from)) {
        format!("{service} copies this folder while the book is written")
    } else {
        return Ok(());
    };
    Err(StoreError::Folder { path: path.to_owned(), why })
}

fn nearest_existing(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.ancestors().find_map(|p| p.canonicalize().ok()).unwrap_or(absolute)
}

/// The file system type of the mount a path is on, if it is one of those refused. Takes Linux's mount table.
fn mounted_as(path: &Path, mounts: &str) -> Option<String> {
    let (_, kind) = mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            // The table writes a space in a name as \040.
            Some((PathBuf::from(fields.next()?.replace("\\040", " ")), fields.next()?))
        })
        .filter(|(at, _)| path.starts_with(at))
        // A later mount hides an earlier one at the same place.
        .max_by_key(|(at, _)| at.components().count())?;
    // Containers lay their own root out of local folders with this one.
    let refused =
        matches!(kind, "nfs" | "nfs4" | "cifs" | "smb3" | "smbfs" | "ncpfs" | "afs" | "ceph" | "glusterfs" | "davfs")
            || (kind.starts_with("fuse") && !matches!(kind, "fuseblk" | "fuse.fuse-overlayfs"));
    refused.then(|| kind.to_owned())
}

/// The synchronising service that owns a folder, as far as it can be told without asking the service.
fn synchronised_by(path: &Path, variable: impl Fn(&str) -> Option<PathBuf>) -> Option<&'static str> {
    for name in ["OneDrive", "OneDriveCommercial", "OneDriveConsumer"] {
        let root = variable(name).filter(|r| !r.as_os_str().is_empty());
        if root.is_some_and(|r| path.starts_with(r.canonicalize().unwrap_or(r))) {
            return Some("OneDrive");
        }
    }
    let text = path.to_string_lossy();
    if text.contains("/Library/CloudStorage/") {
        return Some("a cloud service");
    }
    if text.contains("/Library/Mobile Documents/") {
        return Some("iCloud Drive");
    }
    path.ancestors().any(|p| p.join(".dropbox.cache").is_dir()).then_some("Dropbox")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_mounts_are_told_by_the_deepest_mount() {
        let mounts = "/dev/sda / ext4 rw 0 0\nserver:/x /srv/share nfs4 rw 0 0\n/dev/sdb /srv/share/local\\040disk ext4 rw 0 0\nx /home/a/drive fuse.rclone rw 0 0\n";
        let kind = |p: &str| mounted_as(Path::new(p), mounts);
        assert_eq!(kind("/home/a/books"), None);
        assert_eq!(kind("/srv/share/books").as_deref(), Some("nfs4"));
        assert_eq!(kind("/srv/share/local disk/books"), None);
        assert_eq!(kind("/home/a/drive/x").as_deref(), Some("fuse.rclone"));
    }

    #[test]
    fn synchronised_folders_are_refused() {
        let one = |name: &str| (name == "OneDrive").then(|| PathBuf::from("/users/a/OneDrive"));
        assert_eq!(synchronised_by(Path::new("/users/a/OneDrive/books"), one), Some("OneDrive"));
        assert_eq!(synchronised_by(Path::new("/users/a/books"), one), None);
        assert_eq!(synchronised_by(Path::new("/Users/a/Library/CloudStorage/x"), |_| None), Some("a cloud service"));
    }

    #[test]
    fn replacing_is_whole_and_creating_never_overwrites() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("f");
        replace(&path, b"one").expect("write");
        replace(&path, b"two").expect("write");
        assert_eq!(fs::read(&path).expect("read"), b"two");
        assert!(matches!(create(&path), Err(StoreError::Exists(_))));
        assert_eq!(fs::read_dir(dir.path()).expect("list").count(), 1, "no leftovers");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("meta").permissions().mode() & 0o777, 0o600);
        }
    }
}
