//! The folder of a run: `OUT/NAME`, and the link `OUT/latest`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::model_path;

/// The link to the newest run.
pub(crate) const LATEST: &str = "latest";

/// What a name looks like.
const NAME: &str = "1 to 100 of the characters A-Z a-z 0-9 . _ -, without a dot in front, and not `latest`";

/// A folder that vanishes again unless it is kept.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    /// Whether it was made for this run.
    is_new: bool,
    /// The folders around it that were made for it, the innermost first.
    parents: Vec<PathBuf>,
}

/// Whether a run can be called that.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    let fits = (1..=100).contains(&name.len())
        && !name.starts_with('.')
        && name != LATEST
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if fits { Ok(()) } else { Err(NAME) }
}

/// A name like `text` that a run can have.
fn name_like(text: &str) -> String {
    let fitting = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = text.trim_start_matches('.').chars().map(fitting).take(90).collect();
    if check_name(&name).is_ok() { name } else { "run".to_owned() }
}

impl RunFolder {
    /// Makes `out/name`. A name that was not asked for gives way to one that is taken: `name-2`.
    pub(crate) fn create(out: &Path, name: Option<&str>, stem: &str, exist_ok: bool) -> Result<Self, Failure> {
        let mut folder = Self { path: out.to_owned(), is_new: false, parents: make_all(out)? };
        let Some(name) = name else {
            folder.path = first_free(out, &name_like(stem))?;
            folder.is_new = true;
            return Ok(folder);
        };
        folder.path = out.join(name);
        match fs::create_dir(&folder.path) {
            Ok(()) => folder.is_new = true,
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists && folder.path.is_dir() => {
                if !exist_ok {
                    let path = folder.path.display();
                    let message =
                        format!("there is a run {path} already; choose another --name, or add --exist-ok to replace it");
                    return Err(Failure::Settings(vec![message]));
                }
                folder.remove_model()?;
            }
            Err(reason) => return Err(cannot_create(&folder.path, reason)),
        }
        Ok(folder)
    }

    /// The model of a run that is replaced does not belong to the new course of training.
    fn remove_model(&self) -> Result<(), Failure> {
        let model = self.path.join(model_path::FILE_NAME);
        match fs::remove_file(&model) {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                Err(Failure::Io { verb: "replace", path: model.display().to_string(), reason })
            }
            _ => Ok(()),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file in it, whole or not at all.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        backprop_training::write_atomically(&path, text.as_bytes()).map_err(|reason| Failure::Io {
            verb: "write",
            path: path.display().to_string(),
            reason,
        })
    }

    /// Lets it stay, and points `latest` to it.
    pub(crate) fn keep(mut self) -> Result<(), Failure> {
        self.is_new = false;
        self.parents.clear();
        let latest = self.path.with_file_name(LATEST);
        link(&self.path, &latest).map_err(|reason| Failure::Io { verb: "write", path: latest.display().to_string(), reason })
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // Nothing more can be done about what cannot be removed.
        if self.is_new {
            let _ = fs::remove_dir_all(&self.path);
        }
        for parent in &self.parents {
            let _ = fs::remove_dir(parent);
        }
    }
}

/// Makes `out` and what it stands in; gives those that were not there, the innermost first.
fn make_all(out: &Path) -> Result<Vec<PathBuf>, Failure> {
    let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
    let missing = out.ancestors().take_while(is_missing).map(Path::to_owned).collect();
    fs::create_dir_all(out).map_err(|reason| cannot_create(out, reason))?;
    Ok(missing)
}

fn first_free(out: &Path, name: &str) -> Result<PathBuf, Failure> {
    for number in 1_u64.. {
        let path = out.join(if number == 1 { name.to_owned() } else { format!("{name}-{number}") });
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => {}
            Err(reason) => return Err(cannot_create(&path, reason)),
        }
    }
    unreachable!("there are more numbers than folders")
}

fn cannot_create(path: &Path, reason: io::Error) -> Failure {
    Failure::Io { verb: "create", path: path.display().to_string(), reason }
}

/// Points `latest` to a folder beside it, in one step.
#[cfg(unix)]
fn link(folder: &Path, latest: &Path) -> io::Result<()> {
    let name = folder.file_name().unwrap_or_default();
    let fresh = latest.with_file_name(format!(".latest-{}", std::process::id()));
    std::os::unix::fs::symlink(name, &fresh)?;
    fs::rename(&fresh, latest).inspect_err(|_| {
        let _ = fs::remove_file(&fresh);
    })
}

/// Symbolic links need privileges here: a text file with the name.
#[cfg(not(unix))]
fn link(folder: &Path, latest: &Path) -> io::Result<()> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    backprop_training::write_atomically(latest, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["a", "digits-2", "A.b_c", &"x".repeat(100)] {
            assert_eq!(check_name(name), Ok(()));
        }
        for name in ["", ".a", "..", "a/b", "a b", "ä", "latest", &"x".repeat(101)] {
            assert_eq!(check_name(name), Err(NAME));
        }
        assert_eq!(["my data", ".hidden", "", "é"].map(name_like), ["my-data", "hidden", "run", "-"]);
    }

    #[test]
    fn a_folder_that_is_not_kept_leaves_nothing() {
        let base = tempfile::tempdir().unwrap();
        let out = base.path().join("a/b");
        let folder = RunFolder::create(&out, None, "x", false).unwrap();
        folder.write("config.toml", "").unwrap();
        assert!(out.join("x/config.toml").exists());
        drop(folder);
        assert!(!base.path().join("a").exists());

        for name in ["x", "x-2"] {
            let folder = RunFolder::create(&out, None, "x", false).unwrap();
            assert_eq!(folder.path(), out.join(name));
            folder.keep().unwrap();
        }
        assert!(out.join(LATEST).exists());
        let taken = RunFolder::create(&out, Some("x"), "", false).unwrap_err();
        assert!(taken.to_string().contains("--exist-ok"));
        drop(RunFolder::create(&out, Some("x"), "", true).unwrap());
        assert!(out.join("x").exists(), "a folder that was there before stays");
    }
}
