//! What holds for all tables, splits and sets.

use std::collections::BTreeSet;

use backprop_data::{
    Column, DataError, Fractions, Kind, Outcome, Preprocessing, SETS, Split, Table, Targets, Task, Values, epoch_order,
    usable_rows,
};
use backprop_tensor::{Matrix, View};
use proptest::prelude::*;

/// Text that is neither a number nor missing, with everything in it that CSV has to quote.
fn text() -> impl Strategy<Value = String> {
    "[a-m][ ,;\"\r\n\ta-mäöü0-9=+-]{0,8}[a-m]"
}

fn numbers(rows: usize) -> impl Strategy<Value = Values> {
    let number =
        prop_oneof![8 => -1e3..1e3_f64, 1 => Just(f64::NAN), 1 => -1e300..1e300_f64, 2 => (-5..5_i32).prop_map(f64::from)];
    prop::collection::vec(number, rows).prop_map(Values::Numbers)
}

fn texts(rows: usize) -> impl Strategy<Value = Values> {
    // One text at least: a column without any value is read as numbers.
    let others = prop::collection::vec(prop::option::of(text()), rows - 1);
    (text(), others).prop_map(|(first, others)| Values::Text(std::iter::once(Some(first)).chain(others).collect()))
}

fn table() -> impl Strategy<Value = Table> {
    (1..12_usize).prop_flat_map(|rows| prop::collection::vec(prop_oneof![numbers(rows), texts(rows)], 1..5)).prop_map(
        |values| {
            let named = |(i, values)| Column { name: format!("column \"{i}\", {i}"), values };
            Table::new("t.csv", values.into_iter().enumerate().map(named).collect()).unwrap()
        },
    )
}

/// A table of two numeric columns (one with missing values), one of text, and a target.
fn mixed(classes: bool) -> impl Strategy<Value = Table> {
    let row = ((-100.0..100.0_f64), prop::option::of(-1.0..1.0_f64), prop::option::of("[a-d]"), 0..3_u32);
    prop::collection::vec(row, 8..40).prop_map(move |rows| {
        let category = rows.iter().map(|row| row.2.clone()).collect();
        let target = if classes {
            Values::Text(
                rows.iter().enumerate().map(|(i, row)| Some(["u", "v", "w"][(row.3 as usize + i) % 3].to_owned())).collect(),
            )
        } else {
            Values::Numbers(rows.iter().map(|row| row.0 * 3.0 + f64::from(row.3) + 0.5).collect())
        };
        let columns = vec![
            Column::numbers("a", rows.iter().map(|row| row.0).collect()),
            Column::numbers(
                "b",
                rows.iter().enumerate().map(|(i, row)| if i == 0 { 1.0 } else { row.1.unwrap_or(f64::NAN) }).collect(),
            ),
            Column { name: "c".to_owned(), values: Values::Text(category) },
            Column { name: "y".to_owned(), values: target },
        ];
        Table::new("t.csv", columns).unwrap()
    })
}

/// NaN is NaN: tables alike in every cell.
fn same(a: &Table, b: &Table) -> bool {
    let cells = |table: &Table| -> Vec<_> {
        let column =
            |column: &Column| (0..column.values.len()).map(|row| column.display(row).map(String::from)).collect::<Vec<_>>();
        table.columns().iter().map(|c| (c.name.clone(), column(c))).collect()
    };
    let kind = |table: &Table| -> Vec<bool> { table.columns().iter().map(|c| matches!(c.values, Values::Text(_))).collect() };
    cells(a) == cells(b) && kind(a) == kind(b)
}

fn target() -> Vec<String> {
    vec!["y".to_owned()]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(table in table()) {
        let mut bytes = Vec::new();
        table.to_csv(&mut bytes).unwrap();
        let read = Table::from_csv(&bytes[..], "t.csv").unwrap();
        prop_assert!(same(&table, &read), "{}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Table::from_csv(&bytes[..], "t.csv");
    }

    #[test]
    fn any_characters_of_csv_are_read_or_refused(text in "[a1,;\"\r\n\t .-]{0,60}") {
        if let Ok(table) = Table::from_csv(text.as_bytes(), "t.csv") {
            // Lines are within the text and ascend.
            let lines: Vec<usize> = (0..table.rows()).map(|row| table.line(row)).collect();
            prop_assert!(lines[0] >= 2 && lines.is_sorted_by(|a, b| a < b));
            prop_assert!(lines[lines.len() - 1] <= 1 + text.matches(['\r', '\n']).count());
        }
    }

    #[test]
    fn parts_are_disjoint_and_complete(
        classes in prop::collection::vec(0..5_u32, 0..120), validation in 0.0..0.45_f64, test in 0.0..0.45_f64, seed: u64,
    ) {
        let (n, fractions) = (classes.len(), Fractions::new(validation, test).unwrap());
        for split in [Split::random(n, fractions, seed), Split::stratified(&classes, fractions, seed), Split::ordered(n, fractions)] {
            let all: BTreeSet<usize> = split.train.iter().chain(&split.validation).chain(&split.test).copied().collect();
            prop_assert_eq!(all, (0..n).collect::<BTreeSet<_>>());
            prop_assert_eq!([split.train.len(), split.validation.len(), split.test.len()], fractions.sizes(n));
            prop_assert!(split.train.is_sorted() && split.validation.is_sorted() && split.test.is_sorted());
            prop_assert_eq!(split.train.is_empty(), n == 0);
        }
        // Each class in each part as nearly as whole samples allow: less than 2 from its exact share (two roundings).
        let split = Split::stratified(&classes, fractions, seed);
        for class in 0..5 {
            let count = |part: &[usize]| part.iter().filter(|&&i| classes[i] == class).count() as f64;
            let all: Vec<usize> = (0..n).collect();
            for part in [&split.train, &split.validation, &split.test] {
                let exact = count(&all) * part.len() as f64 / n.max(1) as f64;
                prop_assert!((count(part) - exact).abs() < 2.0, "class {}: {} instead of {}", class, count(part), exact);
            }
        }
    }

    #[test]
    fn an_epoch_has_every_sample_once(n in 0..200_usize, seed: u64, epoch: u64) {
        let mut order = vec![7; n];
        epoch_order(&mut order, seed, epoch);
        order.sort_unstable();
        prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
    }

    #[test]
    fn rows_one_by_one_are_all_rows_at_once(table in mixed(false), seed: u64) {
        let split = Split::random(table.rows(), Fractions::default(), seed);
        let fitted = Preprocessing::fit(&table, &split.train, &target(), Some(Task::Regression)).unwrap();
        let rows: Vec<usize> = (0..table.rows()).collect();
        let data = fitted.dataset::<f32>(&table, &rows).unwrap();
        let bits = |x: &[f32]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for row in rows {
            let one = fitted.dataset::<f32>(&table, &[row]).unwrap();
            prop_assert_eq!(bits(one.x.as_slice()), bits(data.x.column(row).as_slice()));
            prop_assert_eq!(&one.targets, &data.targets.select(&[row]));
        }
    }

    #[test]
    fn training_rows_have_mean_0_and_variance_1(table in mixed(false), seed: u64) {
        let split = Split::random(table.rows(), Fractions::default(), seed);
        let fitted = Preprocessing::fit(&table, &split.train, &target(), Some(Task::Regression)).unwrap();
        let data = fitted.dataset::<f64>(&table, &split.train).unwrap();
        let Targets::Values(values) = &data.targets else { panic!("numbers") };
        for column in [data.x.row(0), values.row(0)] {
            let n = column.len() as f64;
            let variance = column.iter().map(|x| x * x).sum::<f64>() / n;
            prop_assert!((column.sum() / n).abs() < 1e-9 && (variance - 1.0).abs() < 1e-9);
        }
        // And back to the units of the table.
        let restored = fitted.restore(View::from(values));
        let Values::Numbers(y) = &table.column("y").unwrap().values else { panic!("numbers") };
        for (j, &row) in split.train.iter().enumerate() {
            prop_assert!((restored[(0, j)] - y[row]).abs() < 1e-9);
        }
    }

    #[test]
    fn a_saved_preprocessing_is_the_same(table in mixed(true)) {
        let rows: Vec<usize> = (0..table.rows()).collect();
        let fitted = Preprocessing::fit(&table, &rows[..6], &target(), None).unwrap();
        let json = serde_json::to_string(&fitted).unwrap();
        let read: Preprocessing = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read.transform::<f64>(&table, &rows).unwrap(), fitted.transform::<f64>(&table, &rows).unwrap());
        prop_assert_eq!(read, fitted);
    }

    /// Nothing that is learned depends on a row that is not for training: whatever stands there, the bytes are the same.
    #[test]
    fn rows_outside_training_leave_no_trace(table in mixed(false), seed: u64, garbage in prop::collection::vec(-1e30..1e30_f64, 40)) {
        let split = Split::random(table.rows(), Fractions::default(), seed);
        let outside = |row: &usize| !split.train.contains(row);
        let spoil = |column: &Column| {
            let mut column = column.clone();
            match &mut column.values {
                Values::Numbers(x) => (0..x.len()).filter(outside).for_each(|row| x[row] = garbage[row]),
                Values::Text(x) => (0..x.len()).filter(outside).for_each(|row| x[row] = Some(format!("garbage {}", garbage[row]))),
            }
            column
        };
        let spoiled = Table::new("t.csv", table.columns().iter().map(spoil).collect()).unwrap();
        prop_assert!(!same(&table, &spoiled));
        let bytes = |table: &Table| {
            serde_json::to_vec(&Preprocessing::fit(table, &split.train, &target(), Some(Task::Regression)).unwrap()).unwrap()
        };
        prop_assert_eq!(bytes(&table), bytes(&spoiled));
    }
}

#[test]
fn damaged_preprocessings_are_refused() {
    let table = Table::from_csv("x,c,y,z\n1,a,2,p\n2,b,3.5,q\n4,a,1,p\n".as_bytes(), "t.csv").unwrap();
    let saved = |target: &[&str]| {
        let target: Vec<String> = target.iter().map(|&name| name.to_owned()).collect();
        serde_json::to_value(Preprocessing::fit(&table, &[0, 1, 2], &target, None).unwrap()).unwrap()
    };
    let (numbers, classes) = (saved(&["y"]), saved(&["z"]));
    let changes: [(&serde_json::Value, &str, serde_json::Value, &str); 9] = [
        (&numbers, "/features", serde_json::json!([]), "it has no features"),
        (&numbers, "/features/0/numeric/scale", 0.0.into(), "a feature is not finite"),
        (
            &numbers,
            "/features/1/categorical/categories",
            serde_json::json!(["b", "a"]),
            "the categories of a feature are not in order",
        ),
        (&numbers, "/features/1/categorical/categories", serde_json::json!([]), "the categories of a feature are not in order"),
        (&numbers, "/outcome/numbers/mean", serde_json::json!([]), "the targets do not have one mean and scale each"),
        (&numbers, "/outcome/numbers/scale/0", (-1.0).into(), "a target is not finite"),
        (&classes, "/outcome/classes/classes", serde_json::json!(["p", "p"]), "it needs two or more different classes"),
        (&classes, "/outcome/classes/classes", serde_json::json!(["p"]), "it needs two or more different classes"),
        (&classes, "/image", serde_json::json!([2, 9]), "the image does not have one pixel for each input"),
    ];
    for (whole, place, value, reason) in changes {
        assert!(serde_json::from_value::<Preprocessing>(whole.clone()).is_ok());
        let mut damaged = whole.clone();
        *damaged.pointer_mut(place).unwrap_or_else(|| panic!("{place} in {whole}")) = value;
        let error = serde_json::from_value::<Preprocessing>(damaged).unwrap_err().to_string();
        assert_eq!(error, DataError::Damaged { reason }.to_string(), "{place}");
    }
}

#[test]
fn every_set_is_ready_to_learn_from() {
    for entry in SETS.entries {
        let set = entry.build_default().unwrap();
        let (table, target) = (set.table(1), vec![set.target().to_owned()]);
        assert!(same(&table, &set.table(1)), "{}: the same seed, the same samples", entry.name);
        assert_eq!(same(&table, &set.table(2)), set.kind() == Kind::Measured, "{}: another seed", entry.name);
        assert_eq!(table.source(), entry.name);
        assert!(!entry.summary.is_empty() && entry.options.is_empty() == (set.kind() == Kind::Measured), "{}", entry.name);

        let rows = usable_rows(&table, &target).unwrap();
        let split = Split::random(rows.len(), Fractions::default(), 0).of_rows(&rows);
        let fitted = Preprocessing::fit(&table, &split.train, &target, None).unwrap();
        let data = fitted.dataset::<f32>(&table, &rows).unwrap();
        assert_eq!((data.len(), data.x.nrows()), (table.rows(), fitted.inputs()), "{}", entry.name);
        assert!(data.x.iter().all(|x| x.is_finite()));
        if set.kind() == Kind::Generated {
            let Targets::Classes(classes) = &data.targets else { continue };
            let counts = (0..fitted.outputs() as u32).map(|class| classes.iter().filter(|&&c| c == class).count());
            let counts: Vec<usize> = counts.collect();
            assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{}: {counts:?}", entry.name);
        }
    }
}

#[test]
fn defaults_of_generators_are_those_of_the_registry() {
    use backprop_data::{Blobs, Circles, Moons, Set, Sine, Spirals, Xor};
    let defaults: [(&str, Box<dyn Set>); 6] = [
        ("xor", Box::<Xor>::default()),
        ("circles", Box::<Circles>::default()),
        ("moons", Box::<Moons>::default()),
        ("spirals", Box::<Spirals>::default()),
        ("blobs", Box::<Blobs>::default()),
        ("sine", Box::<Sine>::default()),
    ];
    for (name, set) in defaults {
        assert_eq!(format!("{set:?}"), format!("{:?}", SETS.parse(name).unwrap()));
    }
    let options = "samples=7,noise=0.5,classes=4,turns=2";
    assert_eq!(
        format!("{:?}", SETS.parse(&format!("spirals:{options}")).unwrap()),
        "Spirals { samples: 7, noise: 0.5, classes: 4, turns: 2.0 }"
    );
}

#[test]
fn digits() {
    let table = SETS.parse("digits").unwrap().table(0);
    let rows: Vec<usize> = (0..1797).collect();
    assert_eq!(table.rows(), 1797);
    let fitted = Preprocessing::fit(&table, &rows, &["digit".to_owned()], None).unwrap();
    assert_eq!((fitted.inputs(), fitted.outputs(), fitted.image), (64, 10, Some((8, 8))));
    assert_eq!(fitted.outcome.classes(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(fitted.notes, ["constant in the training rows: pixel_0_0, pixel_4_0, pixel_4_7"]);
    let Targets::Classes(classes) = fitted.targets::<f32>(&table, &rows).unwrap() else { panic!("classes") };
    let counts: Vec<usize> = (0..10).map(|digit| classes.iter().filter(|&&class| class == digit).count()).collect();
    assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]); // as scikit-learn describes the set
    let without = table.without(&["pixel_3_3".to_owned()]).unwrap();
    assert_eq!(Preprocessing::fit(&without, &rows, &["digit".to_owned()], None).unwrap().image, None);
}

#[test]
fn penguins() {
    let table = SETS.parse("penguins").unwrap().table(0);
    let rows: Vec<usize> = (0..344).collect();
    let fitted = Preprocessing::fit(&table, &rows, &["species".to_owned()], None).unwrap();
    assert_eq!(fitted.input_names().len(), 3 + 2 * 4 + 3 + 1);
    assert_eq!(fitted.input_names()[11..], ["sex = female", "sex = male", "sex is missing", "year"]);
    // Two birds were not measured: the mean, and a mark.
    let x = fitted.transform::<f64>(&table, &[3]).unwrap();
    assert!(x[(3, 0)].abs() < 1e-12 && x[(4, 0)] == 1.0);
    // To predict the mass, the two are left out.
    let mass = vec!["body_mass_g".to_owned()];
    let usable = usable_rows(&table, &mass).unwrap();
    let fitted = Preprocessing::fit(&table, &usable, &mass, None).unwrap();
    assert_eq!((usable.len(), fitted.task()), (342, Task::Regression));
    assert_eq!(fitted.notes, ["2 rows without a value in the target are left out"]);
    let Outcome::Numbers { mean, .. } = &fitted.outcome else { panic!("numbers") };
    assert!((mean[0] - 4_201.754_385_964_912).abs() < 1e-9); // 1 437 000 g / 342
    let restored = fitted.restore(View::from(&Matrix::from_element(1, 1, 0.0_f32)));
    assert_eq!(restored[(0, 0)], mean[0]);
}

#[test]
fn many_categories() {
    let table = |text: fn(usize) -> String| {
        let ids = (0..300).map(text);
        let y = (0..300).map(|i| ["no", "yes"][i % 2]);
        Table::new("t", vec![Column::text("id", ids), Column::text("y", y)]).unwrap()
    };
    let rows: Vec<usize> = (0..300).collect();
    let fit = |text| Preprocessing::fit(&table(text), &rows, &target(), None).unwrap();
    let fitted = fit(|i| format!("id-{i:03}"));
    assert_eq!((fitted.inputs(), &fitted.input_names()[99][..]), (100, "id = id-099")); // of equal ones the first
    let note = "`id` has 300 categories; the 100 most frequent are used; this looks like an identifier: leave the column out";
    assert_eq!(fitted.notes, [note]);
    assert!(
        fit(|i| format!("{i},5")).notes[0].ends_with("these look like numbers with a decimal comma: write a decimal point")
    );
    // 101 categories, the last of them the most frequent.
    let fitted = fit(|i| format!("{:03}!", i.min(100)));
    assert!(fitted.input_names().contains(&"id = 100!".to_owned()) && !fitted.input_names().contains(&"id = 099!".to_owned()));
    assert_eq!(fitted.notes, ["`id` has 101 categories; the 100 most frequent are used"]);
}

#[test]
fn pixels_share_one_mean_and_one_deviation() {
    let digits = SETS.parse("digits").unwrap().table(0);
    let rows: Vec<usize> = (0..500).collect();
    let fitted = Preprocessing::fit(&digits, &rows, &["digit".to_owned()], None).unwrap();
    assert_eq!(fitted.image, Some((8, 8)));
    let x = fitted.transform::<f64>(&digits, &rows).unwrap();
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    assert!(mean.abs() < 1e-10 && (variance - 1.0).abs() < 1e-10, "{mean} {variance}");
    // The brightest pixel of any digit stays within a few deviations.
    assert!(x.iter().all(|x| x.abs() < 3.0));
}
