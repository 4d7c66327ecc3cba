//! Which file is meant by MODEL.

use std::path::{Path, PathBuf};

use backprop_training::{Model, ModelError};

/// The name of the model in a run folder.
pub(crate) const FILE_NAME: &str = "model.safetensors";

/// The model file: a run folder holds one.
pub(crate) fn file_of(path: &Path) -> PathBuf {
    let path = linked(path).unwrap_or_else(|| path.to_owned());
    if path.is_dir() { path.join(FILE_NAME) } else { path }
}

/// Reads the model of a file or run folder.
pub(crate) fn load(path: &Path) -> Result<Model, ModelError> {
    let file = file_of(path);
    // A device may never end.
    if std::fs::metadata(&file).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return Err(ModelError::Foreign { path: file.display().to_string(), what: "it is no regular file".to_owned() });
    }
    Model::load(file)
}

/// Where symbolic links need privileges, `latest` is a text file with the name of a folder beside it.
#[cfg(not(unix))]
fn linked(path: &Path) -> Option<PathBuf> {
    let is_link = path.file_name()? == crate::run_folder::LATEST && path.is_file();
    let name = is_link.then(|| std::fs::read_to_string(path).ok())??;
    Some(path.with_file_name(name.trim()))
}

#[cfg(unix)]
fn linked(_path: &Path) -> Option<PathBuf> {
    None
}
