//! A folder with the four files of an image set.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{DataError, Images};

/// Which of the two sets of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImagePart {
    /// To learn from: the files that begin with `train`.
    Train,
    /// To say at the end how good the result is: the files that begin with `t10k`.
    Test,
}

impl ImagePart {
    fn prefix(self) -> &'static str {
        match self {
            ImagePart::Train => "train",
            ImagePart::Test => "t10k",
        }
    }
}

/// A folder with the four files of an image set, as MNIST, Fashion-MNIST and others come: `train-images-idx3-ubyte`,
/// `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`.
///
/// Each may be gzipped, with `.gz` at the end, and may have a dot where the others have a hyphen: `train-images.idx3-ubyte`. If a
/// file is there several times, the plain one is taken, and of two plain ones that with the hyphen.
///
/// ```
/// # let folder = std::env::temp_dir().join(format!("backprop-image-folder-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// use backprop_data::ImageFolder;
/// std::fs::write(folder.join("t10k-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 3, 4])?;
/// std::fs::write(folder.join("t10k-labels.idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 1, 9])?;
/// let test = ImageFolder::new(&folder).test()?;
/// assert_eq!((test.pixels.as_slice(), &test.labels[..]), (&[3.0, 4.0][..], &[9][..]));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFolder {
    path: PathBuf,
}

impl ImageFolder {
    /// The folder at `path`, which is looked at when something is read from it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the images to learn from.
    ///
    /// # Errors
    /// Those of [`files`](Self::files) and [`Images::read`].
    pub fn train(&self) -> Result<Images, DataError> {
        let [images, labels] = self.files(ImagePart::Train)?;
        Images::read(&images, &labels)
    }

    /// Reads the images to test with.
    ///
    /// # Errors
    /// Those of [`files`](Self::files) and [`Images::read`].
    pub fn test(&self) -> Result<Images, DataError> {
        let [images, labels] = self.files(ImagePart::Test)?;
        Images::read(&images, &labels)
    }

    /// The files of the images and of the labels of a part.
    ///
    /// # Errors
    /// If one of them is not there, or is no file but a device or a folder.
    pub fn files(&self, part: ImagePart) -> Result<[PathBuf; 2], DataError> {
        Ok([self.file(part, "images", 3)?, self.file(part, "labels", 1)?])
    }

    fn file(&self, part: ImagePart, what: &str, dimensions: u8) -> Result<PathBuf, DataError> {
        let name = |separator| format!("{}-{what}{separator}idx{dimensions}-ubyte", part.prefix());
        for ending in ["", ".gz"] {
            for separator in ["-", "."] {
                let path = self.path.join(name(separator) + ending);
                let error = |reason| DataError::Io { file: path.display().to_string(), reason };
                match fs::metadata(&path) {
                    Ok(found) if found.is_file() => return Ok(path),
                    // A device may never end.
                    Ok(_) => return Err(error(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))),
                    Err(reason) if reason.kind() == io::ErrorKind::NotFound => {}
                    Err(reason) => return Err(error(reason)),
                }
            }
        }
        Err(DataError::NoImageFile { folder: self.path.display().to_string(), wanted: name("-") })
    }
}
