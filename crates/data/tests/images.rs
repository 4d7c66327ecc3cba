//! IDX files and folders of images: what is read, what is learned, and what is refused with which words.

#[path = "support/idx.rs"]
mod idx;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use backprop_data::{
    DataError, Fractions, Idx, IdxType, ImageFolder, ImagePart, Images, Outcome, Preprocessing, Split, Table, Targets,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use idx::{gzip, idx};

fn read(bytes: impl AsRef<[u8]>) -> Result<Idx, DataError> {
    Idx::from_reader(bytes.as_ref(), "some-idx")
}

#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, message: &str) {
    let error = read(bytes).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert!(!error.is_io());
}

/// Three images of 2 × 2 pixels.
const PIXELS: [u8; 12] = [0, 1, 2, 3, 10, 11, 12, 13, 252, 253, 254, 255];

fn images_of(sizes: &[u32], labels: &[u8]) -> Result<Images, DataError> {
    let count: u32 = sizes.iter().product();
    let pixels: Vec<u8> = PIXELS.iter().copied().cycle().take(count as usize).collect();
    let images = Idx::from_reader(&idx(8, sizes, &pixels)[..], "the-images").unwrap();
    let labels = Idx::from_reader(&idx(8, &[labels.len() as u32], labels)[..], "the-labels").unwrap();
    Images::new(images, labels)
}

fn images(labels: &[u8]) -> Images {
    images_of(&[labels.len() as u32, 2, 2], labels).unwrap()
}

/// A folder that vanishes.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("backprop-images-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn every_type_of_numbers() {
    let all: [(u8, IdxType, &[u8], [f64; 2]); 6] = [
        (0x08, IdxType::U8, &[1, 255], [1.0, 255.0]),
        (0x09, IdxType::I8, &[1, 255], [1.0, -1.0]),
        (0x0b, IdxType::I16, &[1, 0, 255, 254], [256.0, -2.0]),
        (0x0c, IdxType::I32, &[1, 0, 0, 1, 255, 255, 255, 255], [16_777_217.0, -1.0]),
        (0x0d, IdxType::F32, &[0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], [1.0, -2.0]),
        (0x0e, IdxType::F64, &[0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], [1.0, -2.0]),
    ];
    for (code, kind, data, values) in all {
        let idx = read(idx(code, &[2], data)).unwrap();
        assert_eq!((idx.kind(), idx.sizes(), idx.bytes()), (kind, &[2][..], data));
        assert_eq!(idx.values::<f64>().unwrap(), values, "{kind}");
        assert_eq!(idx.values::<f32>().unwrap(), values.map(|x| x as f32), "{kind}");
    }
}

#[test]
fn gzip_is_recognised_by_its_bytes() {
    let plain = idx(8, &[2, 2], &[1, 2, 3, 4]);
    let whole = read(&plain).unwrap();
    assert_eq!(read(gzip(&plain)).unwrap(), whole);
    let two_members = [gzip(&plain[..7]), gzip(&plain[7..])].concat();
    assert_eq!(read(two_members).unwrap(), whole);
    let error = Idx::from_reader(&plain[..], "x.gz").unwrap_err().to_string();
    assert_eq!(error, "x.gz: the gzip data is damaged (it does not begin as gzip does); compress or download the file again");
}

#[test]
fn damaged_gzip() {
    let whole = gzip(&idx(8, &[200], &[7; 200]));
    let damaged = |bytes: &[u8], reason: &str| {
        let message = format!("some-idx: the gzip data is damaged ({reason}); compress or download the file again");
        refused(bytes, &message);
    };
    for (end, reason) in [
        (3, "unexpected end of file"),
        (whole.len() / 2, "incomplete deflate stream"),
        (whole.len() - 9, "incomplete deflate stream"),
        (whole.len() - 1, "unexpected end of file"),
    ] {
        damaged(&whole[..end], reason);
    }
    let mut wrong_sum = whole.clone();
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    damaged(&wrong_sum, "corrupt gzip stream does not have a matching checksum");
    damaged(&[&whole[..], b"rubbish behind it"].concat(), "invalid gzip header");
    damaged(&[&whole[..10], &[0xff; 20]].concat(), "corrupt deflate stream");
}

#[test]
fn headers_that_are_wrong() {
    for (file, found) in [(&b""[..], 0), (&[0], 1), (&[0, 0, 8], 3)] {
        refused(
            file,
            &format!("some-idx: at byte {found}: the file ends here, but its header has 4 bytes; download or write it again"),
        );
    }
    refused(
        &idx(8, &[3, 2, 2], &[])[..13],
        "some-idx: at byte 13: the file ends here, but its header has 16 bytes; download or write it again",
    );
    let magic = |file: &[u8], found: &str, remedy: &str| {
        refused(
            file,
            &format!("some-idx: at byte 0: an IDX file begins with two bytes 00, but this one with {found}; {remedy}"),
        );
    };
    let little_endian = "its numbers have the least significant byte first: write them with the most significant byte first";
    magic(&[3, 8, 0, 0, 1, 0, 0, 0], "03 08 00 00", little_endian);
    magic(&[1, 8, 0, 0, 1, 0, 0, 0], "01 08 00 00", little_endian);
    magic(b"<!DOCTYPE html>", "3c 21 44 4f", "it is a web page: download the file again");
    magic(b"PK\x03\x04", "50 4b 03 04", "it is a zip archive: unpack it");
    magic(b"\x93NUMPY", "93 4e 55 4d", "it is a NumPy array: write it as IDX");
    magic(b"version https://git-lfs", "76 65 72 73", "it is a pointer of git-lfs: fetch the file itself");
    magic(b"a,b\n1,2\n", "61 2c 62 0a", "download or write the file again, or name another");
    magic(&[0, 7], "00 07", "download or write the file again, or name another");
    for code in [0x00, 0x07, 0x0a, 0x0f, 0xff] {
        refused(
            idx(code, &[1], &[1]),
            &format!(
                "some-idx: at byte 2: type code 0x{code:02x} is unknown; known are 0x08 u8, 0x09 i8, 0x0b i16, 0x0c i32, 0x0d f32 \
                 and 0x0e f64: write the file anew as one of them"
            ),
        );
    }
    for dimensions in [0, 9, 255] {
        refused(
            [&[0, 0, 8, dimensions][..], &[1; 2000]].concat(),
            &format!("some-idx: at byte 3: {dimensions} dimensions, but from 1 to 8 are possible; write the file anew"),
        );
    }
    refused(idx(8, &[0, 28, 28], &[]), "some-idx: at byte 4: size 1 of 3 is 0, but at least 1 is needed; write the file anew");
    refused(
        idx(8, &[3, 2, 0], &[1; 12]),
        "some-idx: at byte 12: size 3 of 3 is 0, but at least 1 is needed; write the file anew",
    );
}

#[test]
fn sizes_are_not_believed() {
    // A product of u32 sizes that no usize holds, and one that no memory does.
    let damaged = "are more than any memory holds; the header is damaged: download or write the file again";
    refused(
        idx(8, &[u32::MAX, u32::MAX, u32::MAX], &[1; 100]),
        &format!("some-idx: at byte 4: 4294967295 × 4294967295 × 4294967295 values of 1 byte {damaged}"),
    );
    refused(
        idx(0x0e, &[1 << 31, 1 << 31], &[1; 100]),
        &format!("some-idx: at byte 4: 2147483648 × 2147483648 values of 8 bytes {damaged}"),
    );
    // A small file that announces 3 TiB: no memory is taken for them.
    refused(
        idx(8, &[u32::MAX, 28, 28], &[1; 4096]),
        "some-idx: at byte 4112: the file ends here, but its header announces 4294967295 × 28 × 28 values and so 3367254359296 \
         bytes; download or write it again",
    );
    refused(
        idx(8, &[3, 2, 2], &PIXELS[..11]),
        "some-idx: at byte 27: the file ends here, but its header announces 3 × 2 × 2 values and so 28 bytes; download or write \
         it again",
    );
    let goes_on = "some-idx: at byte 28: the file goes on, but its header announces 3 × 2 × 2 values and so 28 bytes; correct the \
                   header, or download or write the file again";
    let long = idx(8, &[3, 2, 2], &[1; 13]);
    refused(&long, goes_on);
    refused(gzip(&long), goes_on);
}

/// Counts the bytes that are asked of it.
struct Counted<R> {
    reader: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

#[test]
fn no_more_is_read_than_announced() {
    // 64 MiB of zeros in 64 KiB behind a header of 12 values.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&idx(8, &[3, 2, 2], &PIXELS)).unwrap();
    io::copy(&mut io::repeat(0).take(64 << 20), &mut encoder).unwrap();
    let bomb = encoder.finish().unwrap();
    assert!((60_000..80_000).contains(&bomb.len()), "{}", bomb.len());
    let mut counted = Counted { reader: &bomb[..], bytes: 0 };
    let error = Idx::from_reader(&mut counted, "bomb").unwrap_err();
    assert!(matches!(error, DataError::IdxTrailing { expected: 28, .. }), "{error}");
    assert!(counted.bytes < 40_000, "one buffer of the decompression, not {} bytes", counted.bytes);
    // A device without end.
    let whole = idx(8, &[3, 2, 2], &PIXELS);
    let mut counted = Counted { reader: whole.as_slice().chain(io::repeat(1)), bytes: 0 };
    assert!(matches!(Idx::from_reader(&mut counted, "endless").unwrap_err(), DataError::IdxTrailing { .. }));
    assert_eq!(counted.bytes, 29);
}

#[test]
fn numbers_that_are_not_finite() {
    let error = |code, bytes: &[u8]| {
        let size = bytes.len() as u32 / if code == 0x0d { 4 } else { 8 };
        read(idx(code, &[size], bytes)).unwrap().values::<f32>().unwrap_err().to_string()
    };
    let infinite = [0, 0, 0, 0, 0x7f, 0x80, 0, 0];
    assert_eq!(error(0x0d, &infinite), "some-idx: at byte 12: the value inf is not finite; correct it");
    assert_eq!(error(0x0d, &[0x7f, 0xc0, 0, 0]), "some-idx: at byte 8: the value NaN is not finite; correct it");
    let large = 1e300_f64.to_be_bytes();
    assert!(error(0x0e, &large).starts_with("some-idx: at byte 8: the value 1000"), "1e300 is no f32");
    assert_eq!(read(idx(0x0e, &[1], &large)).unwrap().values::<f64>().unwrap(), [1e300]);
}

#[test]
fn files_that_do_not_belong_together() {
    let message = |sizes: &[u32], labels: &[u8]| images_of(sizes, labels).unwrap_err().to_string();
    assert_eq!(
        message(&[3], &[0, 1, 2]),
        "the-images: at byte 3: 1 dimensions (3), but images (count, rows, columns) have 3; is it the other file?"
    );
    assert_eq!(
        message(&[3, 2, 2, 1], &[0, 1, 2]),
        "the-images: at byte 3: 4 dimensions (3 × 2 × 2 × 1), but images (count, rows, columns) have 3; is it the other file?"
    );
    assert_eq!(
        message(&[3, 2, 2], &[0, 1]),
        "the-labels: at byte 4: 2 labels, but the-images has 3 images; the two files do not belong together: download or write \
         them again"
    );
    let images = || Idx::from_reader(&idx(8, &[1, 1, 1], &[5])[..], "the-images").unwrap();
    let error = Images::new(images(), images()).unwrap_err().to_string();
    assert_eq!(error, "the-images: at byte 3: 3 dimensions (1 × 1 × 1), but labels (count) have 1; is it the other file?");
    let labels = Idx::from_reader(&idx(0x0c, &[1], &[0, 0, 0, 1])[..], "the-labels").unwrap();
    let error = Images::new(images(), labels).unwrap_err().to_string();
    assert_eq!(error, "the-labels: at byte 2: the labels are i32, but must be u8 (type code 0x08); write them so");
}

#[test]
fn the_files_of_a_folder() {
    let folder = Folder::new("files");
    let set = ImageFolder::new(&folder.0);
    let path = folder.0.display();
    let advice = "gzipped or not; a folder of images has train-images-idx3-ubyte, train-labels-idx1-ubyte, \
                  t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte";
    let error = set.train().unwrap_err();
    assert_eq!(error.to_string(), format!("{path}: no file train-images-idx3-ubyte, {advice}"));
    assert!(error.is_io());
    folder.write("train-images.idx3-ubyte.gz", &gzip(&idx(8, &[3, 2, 2], &PIXELS)));
    let error = set.train().unwrap_err().to_string();
    assert_eq!(error, format!("{path}: no file train-labels-idx1-ubyte, {advice}"));
    folder.write("train-labels-idx1-ubyte", &idx(8, &[3], &[5, 0, 4]));
    let train = set.train().unwrap();
    assert_eq!((train.len(), train.shape, &train.labels[..]), (3, (2, 2), &[5, 0, 4][..]));
    assert_eq!(train.pixels.as_slice(), PIXELS.map(f32::from));
    assert!(train.source().ends_with("train-images.idx3-ubyte.gz"));
    // In order of preference, the last first.
    for name in ["train-images-idx3-ubyte.gz", "train-images.idx3-ubyte", "train-images-idx3-ubyte"] {
        folder.write(name, &[]);
        assert_eq!(set.files(ImagePart::Train).unwrap()[0], folder.0.join(name));
    }
    fs::create_dir(folder.0.join("t10k-images-idx3-ubyte")).unwrap();
    let error = set.test().unwrap_err();
    assert!(error.to_string().ends_with("t10k-images-idx3-ubyte: it is no regular file; check the path and its permissions"));
    assert!(error.is_io() && Idx::read(Path::new("not there")).unwrap_err().is_io());
}

#[test]
fn images_are_taken_out_in_place() {
    let mut rest = images(&[3, 1, 2, 0, 9]);
    let whole = rest.clone();
    let taken = rest.split_off(&[1, 3]);
    assert_eq!((&taken.labels[..], &rest.labels[..]), (&[1, 0][..], &[3, 2, 9][..]));
    for (part, samples) in [(&taken, &[1, 3][..]), (&rest, &[0, 2, 4])] {
        assert_eq!(part.pixels, whole.pixels.select_columns(samples));
    }
    // Messages still name the place in the file.
    let fitted = Preprocessing::fit_images(&images(&[3, 1, 2, 0]), &[0], None).unwrap();
    assert_eq!(
        fitted.image_dataset(rest).unwrap_err().to_string(),
        "the-labels: at byte 12: label 9 of image 4 is no class; the classes are 0, 1, 2, 3"
    );
}

#[test]
fn images_are_what_a_table_of_pixels_is() {
    let set = images(&[7, 3, 3, 7, 9, 9]);
    let mut csv = "pixel_0_0,pixel_0_1,pixel_1_0,pixel_1_1,label\n".to_owned();
    for (pixels, label) in set.pixels.column_iter().zip(&set.labels) {
        csv.extend(pixels.iter().map(|pixel| format!("{pixel},")));
        csv.extend([label.to_string(), "\n".to_owned()]);
    }
    let table = Table::from_csv(csv.as_bytes(), "the-images").unwrap();
    let training = [0, 1, 3, 5];
    let of_table = Preprocessing::fit(&table, &training, &["label".into()], Some(backprop_data::Task::Classification)).unwrap();
    let of_images = Preprocessing::fit_images(&set, &training, None).unwrap();
    assert_eq!(of_images.input_names(), of_table.input_names());
    assert_eq!((&of_images.outcome, of_images.image), (&of_table.outcome, of_table.image));
    let all: Vec<usize> = (0..set.len()).collect();
    let (by_table, by_images) = (of_table.dataset::<f32>(&table, &all).unwrap(), of_images.image_dataset(set.clone()).unwrap());
    assert_eq!(by_images.targets, by_table.targets);
    let distance = (&by_images.x - &by_table.x).amax();
    assert!(distance <= f32::EPSILON, "{distance}");
    // With the very same numbers, the very same bits.
    assert_eq!(of_table.image_dataset(set.clone()).unwrap(), by_table);
    let restored = of_images.restore_pixels(&by_images.x.as_slice()[8..12]).unwrap();
    assert!(restored.iter().zip(&set.pixels.as_slice()[8..12]).all(|(a, &b)| (a - f64::from(b)).abs() < 1e-4), "{restored:?}");
}

#[test]
fn mean_and_deviation_by_hand() {
    // 0, 1, 2, 3 and 252, 253, 254, 255: mean 127.5, deviation √(126² + 1.25).
    let set = images(&[0, 1, 0]);
    let fitted = Preprocessing::fit_images(&set, &[0, 2], None).unwrap();
    let data = fitted.image_dataset(set).unwrap();
    let deviation = (126.0_f64.powi(2) + 1.25).sqrt();
    for (x, pixel) in data.x.iter().zip(PIXELS) {
        assert_eq!(*x, ((f64::from(pixel) - 127.5) / deviation) as f32);
    }
    // One and the same pixel everywhere.
    let (images, labels) = (idx(8, &[2, 1, 9], &[7; 18]), idx(8, &[2], &[0, 1]));
    let set = Images::new(read(images).unwrap(), read(labels).unwrap()).unwrap();
    let data = Preprocessing::fit_images(&set, &[0, 1], None).unwrap().image_dataset(set).unwrap();
    assert!(data.x.iter().all(|&x| x == 0.0));
}

#[test]
fn names_of_classes() {
    let named = |labels: &[u8], names: &[&str]| {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let set = images(labels);
        let fitted = Preprocessing::fit_images(&set, &[0], Some(&names))?;
        fitted.image_dataset(set).map(|data| data.targets)
    };
    assert_eq!(named(&[0, 2, 1], &["shirt", "coat", "bag"]).unwrap(), Targets::Classes(vec![0, 2, 1]));
    assert_eq!(named(&[3, 7, 3], &["7", "3"]).unwrap(), Targets::Classes(vec![1, 0, 1]), "numbers name their labels");
    let message = |labels: &[u8], names: &[&str]| named(labels, names).unwrap_err().to_string();
    assert_eq!(
        message(&[0, 1, 2], &["shirt", "coat"]),
        "the-labels: at byte 10: label 2 of image 2 is no class; the classes are shirt, coat"
    );
    assert_eq!(
        message(&[0, 1, 2], &["a", "b", "a"]),
        "classes 0 and 2 are both called `a`; give every class a name of its own"
    );
    let one = "the-labels: every row has the same class `4` in column `label`; a classifier needs at least two";
    assert_eq!(Preprocessing::fit_images(&images(&[4, 4]), &[0], None).unwrap_err().to_string(), one);
    assert!(matches!(Preprocessing::fit_images(&images(&[4, 5]), &[], None), Err(DataError::NoRows { .. })));
    let eleven: Vec<u8> = (0..=10).collect();
    let ten = Preprocessing::fit_images(&images(&eleven[..10]), &[0], None).unwrap();
    let error = ten.image_dataset(images(&eleven)).unwrap_err().to_string();
    let classes = "0, 1, 2, 3, 4, 5, 6, 7, 8, 9";
    assert_eq!(error, format!("the-labels: at byte 18: label 10 of image 10 is no class; the classes are {classes}"));
}

#[test]
fn images_of_another_kind() {
    let fitted = Preprocessing::fit_images(&images(&[0, 1]), &[0, 1], None).unwrap();
    let message = |fitted: &Preprocessing, set| fitted.image_dataset(set).unwrap_err().to_string();
    let advice = "give it data like those it was trained on";
    assert_eq!(
        message(&fitted, images_of(&[2, 1, 3], &[0, 1]).unwrap()),
        format!("the-images: images of 1 × 3 pixels, but 2 × 2 were learned; {advice}")
    );
    let table = Table::from_csv("a,b\n1,x\n2,y\n".as_bytes(), "t").unwrap();
    let of_columns = Preprocessing::fit(&table, &[0, 1], &["b".into()], None).unwrap();
    assert_eq!(
        message(&of_columns, images(&[0, 1])),
        format!("the-images: images of 2 × 2 pixels, but the columns of a table were learned; {advice}")
    );
    assert_eq!(of_columns.restore_pixels(&[0.0_f32]), None);
    let numbers = Outcome::Numbers { columns: vec!["height".into()], mean: vec![0.0], scale: vec![1.0] };
    assert_eq!(
        message(&Preprocessing { outcome: numbers, ..fitted.clone() }, images(&[0, 1])),
        "the-images: images have classes, but the model predicts the numbers height; give it a table"
    );
    let mut far = images(&[0, 1, 0]);
    far.pixels[(2, 1)] = f32::MAX;
    let mut tiny = images(&[0, 1]);
    tiny.pixels.as_mut_slice().iter_mut().for_each(|pixel| *pixel *= 1e-3);
    let tiny = Preprocessing::fit_images(&tiny, &[0, 1], None).unwrap();
    assert_eq!(
        message(&tiny, far),
        "the-images: image 1 has pixels beyond the range of the numbers; are they in the units of the training images?"
    );
}

#[test]
fn from_a_folder_to_data_sets() {
    let folder = Folder::new("whole");
    let labels: Vec<u8> = (0..30).map(|i| i % 3).collect();
    let pixels: Vec<u8> = (0..30 * 4).map(|i| (i * 7 % 251) as u8).collect();
    for (part, count) in [("train", 30), ("t10k", 6)] {
        let images = idx(8, &[count as u32, 2, 2], &pixels[..count * 4]);
        folder.write(&format!("{part}-images-idx3-ubyte.gz"), &gzip(&images));
        folder.write(&format!("{part}-labels-idx1-ubyte.gz"), &gzip(&idx(8, &[count as u32], &labels[..count])));
    }
    let set = ImageFolder::new(&folder.0);
    let mut train = set.train().unwrap();
    let split = Split::stratified(&train.labels, Fractions { validation: 0.1, test: 0.0 }, 1);
    let fitted = Preprocessing::fit_images(&train, &split.train, None).unwrap();
    let validation = fitted.image_dataset(train.split_off(&split.validation)).unwrap();
    let train = fitted.image_dataset(train).unwrap();
    let test = fitted.image_dataset(set.test().unwrap()).unwrap();
    assert_eq!([train.len(), validation.len(), test.len()], [27, 3, 6]);
    let Targets::Classes(mut classes) = validation.targets else { panic!("labels are classes") };
    classes.sort_unstable();
    assert_eq!(classes, [0, 1, 2]);
    let (mean, square) = (train.x.mean(), train.x.map(|x| x * x).mean());
    assert!(mean.abs() < 1e-6 && (square - 1.0).abs() < 1e-5, "{mean} {square}");
}
