//! Files that are wrong or odd: what is refused, with which words, and what is read.

use std::io::Write;
use std::path::{Path, PathBuf};

use backprop_data::{DataError, MAX_COLUMNS, MAX_FIELD_BYTES, Preprocessing, Table, Task, Values, usable_rows};

fn read(text: impl AsRef<[u8]>) -> Result<Table, DataError> {
    Table::from_csv(text.as_ref(), "t.csv")
}

#[track_caller]
fn refused(text: impl AsRef<[u8]>, message: &str) {
    let error = read(text).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert!(!error.is_io());
}

/// Reads a table and shows its cells, missing ones as `-`.
#[track_caller]
fn accepted(text: impl AsRef<[u8]>, rows: &[&[&str]]) {
    let table = read(text).unwrap();
    let cell = |row| move |column: &backprop_data::Column| column.display(row).unwrap_or("-".into()).into_owned();
    let cells: Vec<Vec<String>> = (0..table.rows()).map(|row| table.columns().iter().map(cell(row)).collect()).collect();
    assert_eq!(cells, rows);
}

const NO_ROWS: &str = "t.csv: no data rows; the file needs a header line and at least one row below it";

#[test]
fn files_without_rows() {
    for text in ["", "\u{feff}", "a,b", "a,b\n", "a,b\n\n\r\n\n", "\n\n", "  \n", "\u{feff}a,b\n"] {
        refused(text, NO_ROWS);
    }
}

#[test]
fn headers() {
    refused("a,b,a\n1,2,3\n", "t.csv: columns 1 and 3 are both called `a`; rename one of them in the header");
    refused("a, a\n1,2\n", "t.csv: columns 1 and 2 are both called `a`; rename one of them in the header");
    refused("a,,c\n1,2,3\n", "t.csv: column 2 has no name; give every column a name in the header");
    refused("a,b,\n1,2,3\n", "t.csv: column 3 has no name; give every column a name in the header");
    let no_header = "no header? every name in the first line is a number; put a line with a name for each column first";
    refused("1,2\n3,4\n", &format!("t.csv:1: {no_header}"));
    refused("\n0,0\n3,4\n", &format!("t.csv:2: {no_header}"));
    accepted("1,b\n3,4\n", &[&["3", "4"]]);
    accepted(" a , b \n3,4\n", &[&["3", "4"]]);
    let wide = vec!["a"; MAX_COLUMNS + 1].join(",");
    refused(wide, "t.csv: 65537 columns, but at most 65536 are possible; is the delimiter right?");
}

#[test]
fn rows_of_another_length() {
    let advice = "but the header has 2; add or remove fields, or quote those with a delimiter";
    refused("a,b\n1,2\n3\n", &format!("t.csv:3: 1 fields, {advice}"));
    refused("a,b\n1,2,3\n", &format!("t.csv:2: 3 fields, {advice}"));
    refused("a,b\r\n\r\n1,2\r\n\r\n\r\n1\r\n", &format!("t.csv:6: 1 fields, {advice}"));
    refused("a,b\n\"x\ny\",2\n1\n", &format!("t.csv:4: 1 fields, {advice}"));
    refused("a,b\n1,2\n1,5,2\n", &format!("t.csv:3: 3 fields, {advice}"));
}

#[test]
fn quotes() {
    let advice = "the quote that opens here is never closed; close it, or double it (\"\") if it belongs to the text";
    refused("a,b\n1,2\n3,\"x\n5,6\n7,8\n", &format!("t.csv:3: {advice}"));
    refused("a,\"b\n1,2\n", &format!("t.csv:1: {advice}"));
    refused("a,b\r\r1,\"\"\"\r", &format!("t.csv:3: {advice}"));
    accepted("a,b\n\"x, y\",\"he said \"\"no\"\"\"\n", &[&["x, y", "he said \"no\""]]);
    accepted("a,b\n\"two\nlines\",1\n", &[&["two\nlines", "1"]]);
    accepted("a,b\nit\"s,6\"\n", &[&["it\"s", "6\""]]);
    accepted("\"a\",\"b\"\n\"1\",\"2\"\n", &[&["1", "2"]]);
    accepted("a\n\"\"\n1\n", &[&["-"], &["1"]]);
    let long = format!("a,b\n1,2\n3,{}\n", "x".repeat(MAX_FIELD_BYTES + 1));
    refused(long, "t.csv:3: field 2 has 1048577 bytes, but at most 1048576 are possible; is a quote missing?");
    assert!(read(format!("a\n{}\n", "x".repeat(MAX_FIELD_BYTES))).is_ok());
}

#[test]
fn encodings() {
    accepted("\u{feff}a,b\n1,2\n", &[&["1", "2"]]);
    let utf16 = "t.csv:1: the text is UTF-16; save the file as UTF-8";
    refused(b"\xff\xfea\0,\0b\0\n\0", utf16);
    refused(b"\xfe\xff\0a\0,\0b\0\n", utf16);
    let nul = "a NUL byte; this is no text, or it is UTF-16: save the file as UTF-8";
    refused(b"a\0,\0b\0\n\0", &format!("t.csv:1: {nul}"));
    refused(b"a,b\n1,2\n3,\0\n", &format!("t.csv:3: {nul}"));
    let latin = "byte 4 of the line is not UTF-8 (Latin-1, perhaps?); save the file as UTF-8";
    refused(b"a,b\n1,2\nx,K\xf6ln\n", &format!("t.csv:3: {latin}"));
    accepted("name,größe\nKöln,２\n", &[&["Köln", "２"]]);
}

#[test]
fn line_ends() {
    let rows: &[&[&str]] = &[&["1", "x"], &["3", "y"]];
    for text in
        ["a,b\n1,x\n3,y", "a,b\r\n1,x\r\n3,y\r\n", "a,b\r1,x\r3,y\r", "a,b\r\n1,x\n3,y\r", "\n\na,b\n\n1,x\n\n\n3,y\n\n"]
    {
        accepted(text, rows);
    }
    let table = read("a\n\n1\r\n\r\n2\r3\n\"4\"\n").unwrap();
    assert_eq!([0, 1, 2, 3].map(|row| table.line(row)), [3, 5, 6, 7]);
}

#[test]
fn delimiters() {
    accepted("a;b\n1,5;2\n", &[&["1,5", "2"]]);
    accepted("a\tb\n1\t2\n", &[&["1", "2"]]);
    accepted("\"a,b,c\";d\n1;2\n", &[&["1", "2"]]);
    accepted("a\n1\n", &[&["1"]]);
}

#[test]
fn cells_that_are_numbers_or_missing() {
    let table = read("x\n1\n+5\n.5\n5.\n-0\n1e3\n1e-999\nNA\nN/A\nNaN\nnan\nnull\nNULL\n?\n\" \"\n 7 \n").unwrap();
    let Values::Numbers(numbers) = &table.columns()[0].values else { panic!("numbers") };
    assert_eq!(numbers[..7], [1.0, 5.0, 0.5, 5.0, 0.0, 1000.0, 0.0]);
    assert!(numbers[7..15].iter().all(|x| x.is_nan()));
    assert_eq!(numbers[15], 7.0);
    for text in ["0x10", "1_000", "1,5", "１２", "=cmd()", "@x", "12 kg", "1 000", "true"] {
        let table = read(format!("x\n\"{text}\"\n1\n")).unwrap();
        assert!(matches!(table.columns()[0].values, Values::Text(_)));
        assert_eq!(table.columns()[0].display(0).unwrap(), text);
    }
}

#[test]
fn numbers_without_bound() {
    for value in ["inf", "-Infinity", "1e999", "-1e400", "+INF"] {
        let advice = "is not finite; correct it, or write NA if the value is missing";
        refused(format!("x,y\n1,2\n3,{value}\n"), &format!("t.csv:3: `{value}` in column `y` {advice}"));
    }
    accepted("x\nInf\nCyprus\n", &[&["Inf"], &["Cyprus"]]);
}

#[test]
fn a_typing_error_in_a_column_of_numbers() {
    let numbers = "7\n".repeat(20);
    let advice = "correct it, or write NA if the value is missing";
    refused(
        format!("x\n{numbers}NA\n3l\n22\n"),
        &format!("t.csv:23: `3l` in column `x` is not a number, as 21 of the 22 values of the column are; {advice}"),
    );
    // Not so many, or not so few others: text.
    for text in ["x\n1\n2\n3l\n".to_owned(), format!("x\n{numbers}a\nb\nc\n")] {
        assert!(matches!(read(text).unwrap().columns()[0].values, Values::Text(_)));
    }
    // Far down, and it is found.
    let many = "7,x\n".repeat(100_000);
    let error = read(format!("a,b\n{many}oops,x\n")).unwrap_err().to_string();
    assert!(error.starts_with("t.csv:100002: `oops` in column `a` is not a number"), "{error}");
}

#[test]
fn columns_without_a_value() {
    let table = read("x,y,z\n1,NA,a\n2,,b\n").unwrap();
    let fitted = Preprocessing::fit(&table, &[0, 1], &["z".into()], None).unwrap();
    assert_eq!(
        (fitted.inputs(), &fitted.notes[..]),
        (1, &["left out, without a value in the training rows: y".to_owned()][..])
    );
    let error = usable_rows(&table, &["y".into()]).unwrap_err();
    assert_eq!(error.to_string(), "t.csv: no row has a value in the target `y`; fill it in, or name another target");
    let table = read("y,z\nNA,a\n,b\n").unwrap();
    let error = Preprocessing::fit(&table, &[0, 1], &["z".into()], None).unwrap_err();
    assert_eq!(error.to_string(), "t.csv: no usable feature; the table needs a column with values besides the target");
}

fn fit(text: &str, target: &[&str], task: Option<Task>) -> Result<Preprocessing, String> {
    let table = read(text).unwrap();
    let target: Vec<String> = target.iter().map(|&name| name.to_owned()).collect();
    let rows = usable_rows(&table, &target).map_err(|error| error.to_string())?;
    Preprocessing::fit(&table, &rows, &target, task).map_err(|error| error.to_string())
}

#[test]
fn targets() {
    let people = "size,species\n1,a\n2,a\n3,b\n";
    let message = |target: &[&str], task| fit(people, target, task).unwrap_err();
    assert_eq!(message(&[], None), "t.csv: no target; name the column to predict, one of size, species");
    assert_eq!(
        message(&["speices"], None),
        "t.csv: no column `speices` (did you mean `species`?); the columns are size, species"
    );
    assert_eq!(
        message(&["species"], Some(Task::Regression)),
        "t.csv:2: `a` in column `species` is not a number; correct it, or write NA if the value is missing"
    );
    assert_eq!(
        message(&["size", "species"], Some(Task::Classification)),
        "t.csv: `size`, `species` cannot be classes together; name one target, or predict numbers"
    );
    assert_eq!(
        fit("x,y\n1,a\n2,a\n", &["y"], None).unwrap_err(),
        "t.csv: every row has the same class `a` in column `y`; a classifier needs at least two"
    );
    assert_eq!(
        fit("x,y\n1,12345678901234567890\n2,1\n", &["y"], Some(Task::Classification)).unwrap_err(),
        "t.csv:2: 12345678901234567000 in column `y` is too large for a class (beyond 2^53 numbers run together); write it as text"
    );
}

#[test]
fn which_task() {
    let outcome = |text: &str| fit(text, &["y"], None).unwrap();
    let numbers = |range: std::ops::Range<i32>, times: usize| -> String {
        let rows = range.flat_map(|y| vec![format!("{},{y}\n", 2 * y); times]);
        std::iter::once("x,y\n".to_owned()).chain(rows).collect()
    };
    assert_eq!(outcome("x,y\n1,3.0\n2,-1\n3,10\n4,3\n5,10\n6,-1\n").outcome.classes(), ["-1", "3", "10"]);
    assert_eq!(outcome("x,y\n1,2147483648\n2,0\n3,0\n4,0\n").outcome.classes(), ["0", "2147483648"]);
    assert_eq!(outcome(&numbers(0..20, 2)).task(), Task::Classification);
    assert_eq!(outcome(&numbers(0..21, 2)).task(), Task::Regression); // more than 20
    assert_eq!(outcome(&numbers(0..20, 1)).task(), Task::Regression); // fewer rows than twice as many
    assert_eq!(outcome("x,y\n1,0.5\n2,1\n3,1\n4,0.5\n").task(), Task::Regression); // not whole
    assert_eq!(outcome("x,y\n1,no\n2,yes\n").task(), Task::Classification);
    assert_eq!(fit("x,y,z\n1,0,1\n2,1,0\n3,0,0\n4,1,1\n", &["y", "z"], None).unwrap().outputs(), 2);
}

#[test]
fn a_model_meets_another_table() {
    let table = read("size,colour,y\n1,red,a\n2,blue,b\n3,,a\n").unwrap();
    let fitted = Preprocessing::fit(&table, &[0, 1, 2], &["y".into()], None).unwrap();
    let message = |text: &str| fitted.transform::<f32>(&read(text).unwrap(), &[0]).unwrap_err().to_string();
    assert_eq!(
        message("siez,Color\n1,red\n"),
        "t.csv: no column `size` (did you mean `siez`?), `colour` (did you mean `Color`?); the columns are siez, Color"
    );
    assert_eq!(
        message("size,colour\nbig,red\n"),
        "t.csv:2: `big` in column `size` is not a number; correct it, or write NA if the value is missing"
    );
    assert_eq!(
        message("size,colour\n1e300,red\n"),
        "t.csv:2: `1e300` in column `size` is not finite; correct it, or write NA if the value is missing"
    );
    // Reordered, a further column, no target, a category of its own for missing, an unknown category, a missing number.
    let other = read("extra,colour,size\n9,blue,2\n9,green,2\n9,NA,?\n").unwrap();
    let x = fitted.transform::<f32>(&other, &[0, 1, 2]).unwrap();
    assert_eq!(fitted.input_names(), ["size", "colour = blue", "colour = red", "colour is missing"]);
    assert_eq!(x.as_slice(), [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    let error = fitted.targets::<f32>(&read("y\na\nB\n").unwrap(), &[0, 1]).unwrap_err();
    assert_eq!(error.to_string(), "t.csv:3: unknown class `B` in column `y`, did you mean `b`? the classes are a, b");
    let error = fitted.targets::<f32>(&read("x,y\n1,a\n2,\n").unwrap(), &[0, 1]).unwrap_err();
    assert_eq!(error.to_string(), "t.csv:3: column `y` is the target and has no value here; fill it in, or leave the row out");
}

#[test]
fn codes_that_look_like_numbers() {
    let table = read("code,y\n03,0\nA1,1\n7,0\n7,1\n").unwrap();
    let fitted = Preprocessing::fit(&table, &[0, 1, 2, 3], &["y".into()], None).unwrap();
    let other = read("code,y\n3,1.0\n07,0\n8,1\n").unwrap(); // all numbers here
    let x = fitted.transform::<f64>(&other, &[0, 1, 2]).unwrap();
    assert_eq!(x.as_slice(), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]); // 03, 7, A1
    assert_eq!(fitted.targets::<f64>(&other, &[0, 1]).unwrap(), backprop_data::Targets::Classes(vec![1, 0]));
}

#[test]
fn numbers_at_the_end_of_the_range() {
    let error = fit("x,y\n1e308,a\n1e308,b\n-1e308,b\n", &["y"], None).unwrap_err();
    assert_eq!(error, "t.csv: the numbers in column `x` are too large to standardise; give them in larger units");
    let fitted = fit("x,y\n1e30,a\n1e30,b\n", &["y"], None).unwrap();
    assert_eq!(fitted.notes, ["constant in the training rows: x"]);
}

#[test]
fn tables_made_by_hand() {
    use backprop_data::Column;
    let message = |columns| Table::new("t", columns).unwrap_err().to_string();
    assert_eq!(
        message(vec![Column::numbers("x", vec![1.0]), Column::numbers("y", vec![])]),
        "t: column `y` has 0 values, but the first has 1; give every column as many"
    );
    assert_eq!(
        message(vec![Column::numbers("x", vec![1.0, f64::INFINITY])]),
        "t:3: `inf` in column `x` is not finite; correct it, or write NA if the value is missing"
    );
}

/// A file in a folder of this process, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let folder = std::env::temp_dir().join(format!("backprop-data-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
        Self(folder)
    }

    fn read(&self) -> Result<Table, DataError> {
        let name = self.0.file_name().unwrap().to_str().unwrap().rsplit('-').next().unwrap().to_owned();
        Table::read_csv(&self.0.join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn compressed_files() {
    let whole = gzip(b"a,b\n1,2\n");
    assert_eq!(Scratch::new("whole.csv.gz", &whole).read().unwrap().rows(), 1);
    assert_eq!(Scratch::new("unnamed.csv", &whole).read().unwrap().rows(), 1); // known by its first bytes
    let two = [whole.clone(), gzip(b"3,4\n")].concat();
    assert_eq!(Scratch::new("two.csv.gz", &two).read().unwrap().rows(), 2);
    let mut sum = whole.clone();
    let last = sum.len() - 5;
    sum[last] ^= 1;
    for (name, bytes) in [
        ("cut.csv.gz", &whole[..whole.len() - 9]),
        ("head.csv.gz", &whole[..5]),
        ("sum.csv.gz", &sum[..]),
        ("plain.csv.gz", b"a\n1\n"),
    ] {
        let error = Scratch::new(name, bytes).read().unwrap_err();
        assert!(matches!(error, DataError::Gzip { .. }) && !error.is_io(), "{name}: {error}");
        assert!(error.to_string().contains("the gzip data is damaged ("), "{error}");
    }
}

#[test]
fn paths_that_cannot_be_read() {
    for path in [Path::new("/no/such/file.csv"), Path::new(env!("CARGO_MANIFEST_DIR"))] {
        let error = Table::read_csv(path).unwrap_err();
        assert!(error.is_io(), "{error}");
        assert!(error.to_string().starts_with(path.to_str().unwrap()), "{error}");
    }
    let table = read("a\n1\n").unwrap();
    assert!(table.write_csv(Path::new("/no/such/folder/file.csv")).unwrap_err().is_io());
}

#[cfg(unix)]
#[test]
fn a_device_without_end_is_refused_at_once() {
    let error = Table::read_csv(Path::new("/dev/zero")).unwrap_err();
    assert!(matches!(error, DataError::Nul { line: 1, .. }), "{error}");
}

#[test]
fn a_column_that_is_wanted_is_not_suggested_for_another() {
    let table = Table::from_csv("alpha,beta\n1,2\n".as_bytes(), "some.csv").unwrap();
    let message = table.find(["alpha", "alpho", "betta"]).unwrap_err().to_string();
    assert_eq!(message, "some.csv: no column `alpho`, `betta` (did you mean `beta`?); the columns are alpha, beta");
}
