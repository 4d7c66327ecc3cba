//! Grey images of one size, each with its label.

use std::path::Path;

use backprop_tensor::Matrix;

use crate::{DataError, Idx, IdxType};

/// Where the labels begin in their file.
const LABELS_START: usize = 8;

/// Grey images of one size, each with its label, as they stand in two IDX files.
///
/// Images are many numbers, so they are never held twice: [`split_off`](Self::split_off) takes some out, and
/// [`Preprocessing::image_dataset`](crate::Preprocessing::image_dataset) standardises the rest where they are.
///
/// ```
/// use backprop_data::{Idx, Images};
/// let images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 128, 255, 7, 8, 9];     // 2 images of 1 × 3 pixels
/// let labels = [0, 0, 8, 1, 0, 0, 0, 2, 4, 0];
/// let images = Images::new(Idx::from_reader(&images[..], "images")?, Idx::from_reader(&labels[..], "labels")?)?;
/// assert_eq!((images.len(), images.shape, &images.labels[..]), (2, (1, 3), &[4, 0][..]));
/// assert_eq!(images.pixels.as_slice(), [0.0, 128.0, 255.0, 7.0, 8.0, 9.0]);                // one sample per column
/// # Ok::<(), backprop_data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Images {
    /// `(rows · columns, samples)`: the pixels of an image row by row, as they stand in the file.
    pub pixels: Matrix<f32>,
    /// The label of each image.
    pub labels: Vec<u32>,
    /// Rows and columns of an image.
    pub shape: (usize, usize),
    /// What messages call the two files.
    pub(crate) files: [String; 2],
    /// Where each image stood in its file, for messages.
    places: Vec<usize>,
}

impl Images {
    /// Reads the two files, gzipped or not.
    ///
    /// # Errors
    /// If a file cannot be read or is not IDX, or the two are not images and their labels.
    pub fn read(images: &Path, labels: &Path) -> Result<Self, DataError> {
        Self::new(Idx::read(images)?, Idx::read(labels)?)
    }

    /// Images and their labels: numbers `(count, rows, columns)` of any type, and bytes `(count)`.
    ///
    /// # Errors
    /// If they have other dimensions, labels are not bytes, a pixel is not finite, or there is not one label for each image.
    pub fn new(images: Idx, labels: Idx) -> Result<Self, DataError> {
        let shape_error = |of, idx: &Idx, expected| {
            let (file, found) = (idx.source().to_owned(), idx.sizes().len());
            DataError::IdxShape { file, of, found, sizes: idx.times(), expected }
        };
        let &[count, rows, columns] = images.sizes() else {
            return Err(shape_error("images (count, rows, columns)", &images, 3));
        };
        let &[label_count] = labels.sizes() else { return Err(shape_error("labels (count)", &labels, 1)) };
        let files = [&images, &labels].map(|idx| idx.source().to_owned());
        if labels.kind() != IdxType::U8 {
            let [_, file] = files;
            return Err(DataError::LabelType { file, found: labels.kind() });
        }
        if label_count != count {
            let [images_file, file] = files;
            return Err(DataError::LabelCount { file, labels: label_count, images_file, images: count });
        }
        let labels = labels.bytes.into_iter().map(u32::from).collect();
        let pixels = images.values()?;
        // The bytes are as much as a quarter of the pixels, and of no more use.
        drop(images);
        let pixels = Matrix::from_vec(rows * columns, count, pixels);
        Ok(Self { pixels, labels, shape: (rows, columns), files, places: (0..count).collect() })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What messages call them: the path of the file of the images.
    pub fn source(&self) -> &str {
        &self.files[0]
    }

    /// Takes some images out; the others move together without being copied to another place. Both keep their order.
    ///
    /// # Panics
    /// If there is no such image, or `samples` is not ascending.
    #[must_use = "the images are no longer in the set"]
    pub fn split_off(&mut self, samples: &[usize]) -> Self {
        assert!(samples.is_sorted_by(|a, b| a < b), "samples in ascending order, each once");
        assert!(samples.last().is_none_or(|&last| last < self.len()), "there are {} images", self.len());
        let size = self.pixels.nrows();
        let mut pixels: Vec<f32> = std::mem::replace(&mut self.pixels, Matrix::zeros(0, 0)).data.into();
        let taken = Self {
            pixels: Matrix::from_vec(size, samples.len(), take(&mut pixels, samples, size)),
            labels: take(&mut self.labels, samples, 1),
            shape: self.shape,
            files: self.files.clone(),
            places: take(&mut self.places, samples, 1),
        };
        self.pixels = Matrix::from_vec(size, self.labels.len(), pixels);
        taken
    }

    /// A label that stands for no class.
    pub(crate) fn unknown_label(&self, i: usize, known: &[String]) -> DataError {
        let (file, sample) = (self.files[1].clone(), self.places[i]);
        DataError::UnknownLabel { file, at: LABELS_START + sample, label: self.labels[i], sample, known: known.into() }
    }

    /// An image with a pixel that no number holds any more.
    pub(crate) fn too_large(&self, i: usize) -> DataError {
        DataError::PixelTooLarge { file: self.source().to_owned(), sample: self.places[i] }
    }
}

/// Takes the blocks of `size` values that `blocks` names, in ascending order, out of `values`.
fn take<T: Copy>(values: &mut Vec<T>, blocks: &[usize], size: usize) -> Vec<T> {
    let mut taken = Vec::with_capacity(blocks.len() * size);
    let mut end = blocks.first().map_or(values.len(), |&first| first * size);
    for (i, &block) in blocks.iter().enumerate() {
        taken.extend_from_slice(&values[block * size..][..size]);
        let kept = (block + 1) * size..blocks.get(i + 1).map_or(values.len(), |&next| next * size);
        end += kept.len();
        values.copy_within(kept.clone(), end - kept.len());
    }
    values.truncate(end);
    values.shrink_to_fit();
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_by_hand() {
        let taken = |blocks: &[usize]| {
            let mut values = vec![0, 1, 10, 11, 20, 21, 30, 31];
            (take(&mut values, blocks, 2), values)
        };
        assert_eq!(taken(&[]), (vec![], vec![0, 1, 10, 11, 20, 21, 30, 31]));
        assert_eq!(taken(&[0, 3]), (vec![0, 1, 30, 31], vec![10, 11, 20, 21]));
        assert_eq!(taken(&[1]), (vec![10, 11], vec![0, 1, 20, 21, 30, 31]));
        assert_eq!(taken(&[0, 1, 2, 3]), (vec![0, 1, 10, 11, 20, 21, 30, 31], vec![]));
    }
}
