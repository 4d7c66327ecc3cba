//! Every lesson runs to its end.
#![allow(dead_code)] // where a lesson takes an argument, its `main` is not what is called here

use std::error::Error;

#[path = "../01_xor.rs"]
mod lesson_1_xor;
#[path = "../02_digits.rs"]
mod lesson_2_digits;
#[path = "../03_regression.rs"]
mod lesson_3_regression;
#[path = "../04_custom_activation.rs"]
mod lesson_4_custom_activation;
#[path = "../05_custom_layer.rs"]
mod lesson_5_custom_layer;
#[path = "../06_training_loop_by_hand.rs"]
mod lesson_6_training_loop_by_hand;
#[path = "../07_use_a_trained_model.rs"]
mod lesson_7_use_a_trained_model;

type Run = Result<(), Box<dyn Error>>;

#[test]
fn lesson_1() -> Run {
    lesson_1_xor::main()
}

#[test]
fn lesson_2() -> Run {
    lesson_2_digits::main()
}

#[test]
fn lesson_3() -> Run {
    lesson_3_regression::main()
}

#[test]
fn lesson_4() -> Run {
    lesson_4_custom_activation::main()
}

#[test]
fn lesson_5() -> Run {
    lesson_5_custom_layer::main()
}

#[test]
fn lesson_6() -> Run {
    lesson_6_training_loop_by_hand::main()
}

#[test]
fn lesson_7() -> Run {
    lesson_7_use_a_trained_model::lesson(None)
}

#[test]
fn a_file_that_is_no_model_is_refused() {
    let error = lesson_7_use_a_trained_model::lesson(Some("Cargo.toml".into())).unwrap_err();
    assert!(error.to_string().contains("Cargo.toml is not a model"), "{error}");
}

/// A lesson that nobody runs would rot.
#[test]
fn every_lesson_is_run_and_stands_in_the_manifest() -> Run {
    let (manifest, tests) = (include_str!("../Cargo.toml"), include_str!("run.rs"));
    let mut lessons = 0;
    for entry in std::fs::read_dir(env!("CARGO_MANIFEST_DIR"))? {
        let file = entry?.file_name().into_string().map_err(|name| format!("{name:?} is not UTF-8"))?;
        let Some(name) = file.strip_suffix(".rs") else { continue };
        assert!(manifest.contains(&format!("name = \"{name}\"\npath = \"{file}\"")), "{file} is not in Cargo.toml");
        assert!(tests.contains(&format!("#[path = \"../{file}\"]")), "{file} is not run");
        lessons += 1;
    }
    assert_eq!(lessons, tests.matches("\nfn lesson_").count());
    Ok(())
}
