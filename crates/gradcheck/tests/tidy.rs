//! What holds for the whole workspace and no compiler checks: who may use whom, what every file and crate has, what no file has.
//!
//! Each failure lists every place and says what to do about it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value as Json;

/// Which crates of ours a crate may use (ARCHITECTURE.md says why). Dev-dependencies are free.
#[rustfmt::skip] // a table
const ALLOWED: &[(&str, &[&str])] = &[
    ("tensor",      &[]),
    ("registry",    &[]),
    ("gradcheck",   &[]),
    ("report",      &[]),
    ("activations", &["tensor", "registry"]),
    ("losses",      &["tensor", "registry"]),
    ("optimizers",  &["tensor", "registry"]),
    ("metrics",     &["tensor", "registry"]),
    ("data",        &["tensor", "registry"]),
    ("layers",      &["tensor", "registry", "activations"]),
    ("training",    &["tensor", "registry", "activations", "losses", "optimizers", "metrics", "layers", "data"]),
    ("experiments", &["tensor", "registry", "activations", "losses", "optimizers", "metrics", "layers", "data", "training", "report"]),
    ("backprop",    LIBRARIES),
    ("trainer",     ALL),
    ("examples",    ALL),
    ("benches",     ALL),
];
#[rustfmt::skip] // a table
const LIBRARIES: &[&str] =
    &["tensor", "registry", "activations", "losses", "optimizers", "metrics", "layers", "data", "training", "report", "experiments"];
#[rustfmt::skip] // a table
const ALL: &[&str] =
    &["tensor", "registry", "activations", "losses", "optimizers", "metrics", "layers", "data", "training", "report", "experiments", "backprop"];

/// All that `tensor` may use from outside.
const TENSOR_MAY_USE: &[&str] = &["nalgebra", "rand", "thiserror", "libm"];

/// What `tensor` hides: everyone else counts, multiplies, draws and shares work through it.
const HIDDEN_BY_TENSOR: &[&str] = &["nalgebra", "rand", "libm"];

/// The crates that touch files; `gradcheck` reads the reference vectors.
const TOUCH_FILES: &[&str] = &["data", "training", "report", "trainer", "gradcheck"];

/// Where the compiler has to take our word.
const KERNELS: &str = "crates/tensor/src/kernels/";

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", root.display()))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Fails with all findings, and what to do about them.
fn assert_none(found: &[String], remedy: &str) {
    assert!(found.is_empty(), "\n  {}\n{remedy}\n", found.join("\n  "));
}

/// A text file of the workspace.
struct File {
    /// From the root, with `/` between the parts.
    path: String,
    text: String,
}

impl File {
    fn ends_in(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|end| end == extension)
    }

    fn is_rust(&self) -> bool {
        self.ends_in("rs")
    }

    /// The name of the crate whose library or program it goes into.
    fn source_of(&self) -> Option<&str> {
        let (name, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        (self.is_rust() && rest.starts_with("src/")).then_some(name)
    }

    /// The lines of which something is true, as `path:line: text`.
    fn lines_that(&self, is_so: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self.text.lines().enumerate().filter(|(_, line)| is_so(line));
        lines.map(|(i, line)| format!("{}:{}: {}", self.path, i + 1, line.trim())).collect()
    }

    /// The lines of whose code, without the comment, something is true.
    fn code_that(&self, is_so: impl Fn(&str) -> bool) -> Vec<String> {
        self.lines_that(|line| is_so(line.split_once("//").map_or(line, |(code, _)| code)))
    }

    /// The same file up to its tests, which stand last.
    fn without_tests(&self) -> Self {
        let lines = self.text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
        Self { path: self.path.clone(), text: lines.collect::<Vec<_>>().join("\n") }
    }
}

/// All text files: everything but the history, what cargo builds (it leaves a mark in its folders) and what training writes.
fn files() -> Vec<File> {
    fn walk(folder: &Path, root: &Path, files: &mut Vec<File>) {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.map(|entry| entry.expect("a folder can be listed").path()) {
            let passed_over = path.file_name().is_some_and(|name| name == ".git" || name == "runs");
            if passed_over || path.is_symlink() || path.join("CACHEDIR.TAG").exists() {
                continue;
            }
            if path.is_dir() {
                walk(&path, root, files);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let parts = path.strip_prefix(root).expect("a walk stays below its root").components();
                let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
                files.push(File { path: parts.join("/"), text });
            }
        }
    }
    let root = root();
    let mut files = Vec::new();
    walk(&root, &root, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.iter().any(|file| file.path == "Cargo.toml"), "the walk starts at the root of the workspace");
    files
}

/// All Rust files.
fn rust_files() -> impl Iterator<Item = File> {
    files().into_iter().filter(File::is_rust)
}

/// The folders of the crates, from the root.
fn crates() -> BTreeSet<String> {
    let crates: BTreeSet<String> = files()
        .iter()
        .filter_map(|file| file.path.strip_suffix("/Cargo.toml"))
        .filter(|folder| folder.starts_with("crates/"))
        .map(str::to_owned)
        .collect();
    assert!(!crates.is_empty(), "there are no crates below crates/");
    crates
}

/// The members of the workspace and their dependencies, as cargo reads the manifests.
fn packages() -> Vec<Json> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap_or_else(|error| panic!("cargo metadata: {error}"));
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let mut json: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("cargo metadata: {error}"));
    let Json::Array(packages) = json["packages"].take() else { panic!("cargo metadata lists no packages") };
    packages
}

fn text<'a>(json: &'a Json, field: &str) -> &'a str {
    json[field].as_str().unwrap_or_else(|| panic!("cargo metadata has no text `{field}`"))
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[test]
fn crates_use_only_what_they_may() {
    let mut found = Vec::new();
    for package in packages() {
        let manifest = text(&package, "manifest_path");
        let name = last(manifest.trim_end_matches("Cargo.toml").trim_end_matches(['/', '\\']));
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            found.push(format!("{name} is not in the table"));
            continue;
        };
        let dependencies = package["dependencies"].as_array().expect("cargo metadata lists dependencies");
        for dependency in dependencies.iter().filter(|dependency| dependency["kind"] != "dev") {
            let used = text(dependency, "name");
            let fits = match dependency["path"].as_str() {
                Some(ours) => allowed.contains(&last(ours)),
                None if name == "tensor" => TENSOR_MAY_USE.contains(&used),
                None => !HIDDEN_BY_TENSOR.contains(&used),
            };
            if !fits {
                found.push(format!("{name} → {used}"));
            }
        }
    }
    assert_none(
        &found,
        "not allowed: do without, or change the table in crates/gradcheck/tests/tidy.rs together with ARCHITECTURE.md, and say \
         which decision it moves",
    );
}

#[test]
fn nothing_but_tests_uses_the_proofs() {
    assert!(ALLOWED.iter().all(|(_, allowed)| !allowed.contains(&"gradcheck")), "gradcheck is a dev-dependency, nothing else");
}

#[test]
fn architecture_names_every_crate_and_no_other() {
    let architecture = read(&root().join("ARCHITECTURE.md"));
    let is_path = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let named: BTreeSet<&str> = architecture
        .match_indices("crates/")
        .map(|(start, _)| {
            let rest = &architecture[start..];
            rest[..rest.find(|c| !is_path(c)).unwrap_or(rest.len())].trim_end_matches(['.', '/'])
        })
        .collect();
    let missing: Vec<String> = crates().into_iter().filter(|folder| !named.contains(folder.as_str())).collect();
    assert_none(
        &missing,
        "the code map of ARCHITECTURE.md leaves these out: say in it, by `crates/<name>`, what each one hides",
    );
    let gone: Vec<String> = named.into_iter().filter(|path| !root().join(path).exists()).map(str::to_owned).collect();
    assert_none(&gone, "ARCHITECTURE.md names these, but they do not exist: correct the path or take it out");
}

#[test]
fn every_file_says_what_it_is() {
    let starts = ["//! ", "#![doc = include_str!(\"../README.md\")]"];
    let silent = |file: &File| !starts.iter().any(|start| file.text.starts_with(start));
    let found: Vec<String> = rust_files().filter(silent).map(|file| file.path).collect();
    assert_none(&found, "begin each of these with a `//!` line that says what the file is");
}

#[test]
fn nothing_is_left_undone() {
    let undone = [concat!("#[", "ignore"), concat!("todo", "!("), concat!("unimplemented", "!(")];
    let is_undone = |line: &str| undone.iter().any(|undone| line.contains(undone));
    let found: Vec<String> = rust_files().flat_map(|file| file.code_that(is_undone)).collect();
    assert_none(&found, "finish these; a test that is too slow becomes a smaller test");
}

#[test]
fn every_example_runs() {
    let is_skipped = |line: &str| {
        let fence = line.trim_start_matches(['/', '!', ' ']).strip_prefix("```");
        fence.is_some_and(|attributes| attributes.split(',').any(|attribute| attribute.trim() == "ignore"))
    };
    let documents = files().into_iter().filter(|file| file.is_rust() || file.ends_in("md"));
    let found: Vec<String> = documents.flat_map(|file| file.lines_that(is_skipped)).collect();
    assert_none(&found, "make these examples run, or mark them `text`");
}

#[test]
fn no_test_is_commented_out() {
    let tests = ["#[", "proptest!", "mod tests", "assert!(", "assert_eq!("];
    let is_silenced = |line: &str| {
        let comment = line.trim_start().strip_prefix("//").map(str::trim_start);
        comment.is_some_and(|comment| tests.iter().any(|test| comment.starts_with(test)))
    };
    let found: Vec<String> = rust_files().flat_map(|file| file.lines_that(is_silenced)).collect();
    assert_none(&found, "bring these tests back or take them out; the history keeps them");
}

#[test]
fn the_compiler_takes_our_word_in_the_kernels_alone() {
    let word = concat!("un", "safe");
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let takes_our_word = |line: &str| {
        let mut places = line.match_indices(word);
        places.any(|(start, _)| !line[..start].ends_with(is_part) && !line[start + word.len()..].starts_with(is_part))
    };
    let (kernels, others): (Vec<File>, Vec<File>) = rust_files().partition(|file| file.path.starts_with(KERNELS));
    assert!(kernels.iter().any(|file| !file.code_that(takes_our_word).is_empty()), "{KERNELS} is where it stands");
    let found: Vec<String> = others.iter().flat_map(|file| file.code_that(takes_our_word)).collect();
    assert_none(
        &found,
        &format!("write these in safe code, or move them to {KERNELS} with a proof and a plain twin in a test"),
    );
}

#[test]
fn every_library_keeps_the_rules() {
    let mut found = Vec::new();
    for folder in crates() {
        let lib = root().join(&folder).join("src/lib.rs");
        if !lib.exists() {
            continue;
        }
        let lib = read(&lib);
        if !root().join(&folder).join("README.md").exists() {
            found.push(format!("{folder} has no README.md, which is also its documentation"));
        }
        if folder != "crates/tensor" && !lib.contains("#![forbid(unsafe_code)]") {
            found.push(format!("{folder}/src/lib.rs has no `#![forbid(unsafe_code)]`"));
        }
        if !lib.contains("#![deny(missing_docs)]") {
            found.push(format!("{folder}/src/lib.rs has no `#![deny(missing_docs)]`"));
        }
    }
    assert_none(&found, "every library of the workspace has these: add them");
}

#[test]
fn every_manifest_takes_the_lints_of_the_workspace() {
    let takes_them = |file: &File| {
        let mut lines = file.text.lines().map(str::trim).skip_while(|line| *line != "[lints]");
        lines.nth(1) == Some("workspace = true")
    };
    let manifests = files().into_iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let found: Vec<String> = manifests.filter(|file| !takes_them(file)).map(|file| file.path).collect();
    assert_none(&found, "end each of these with `[lints]` and `workspace = true`");
}

#[test]
fn sources_do_not_unwrap() {
    let sources = rust_files().filter(|file| file.source_of().is_some());
    let found: Vec<String> =
        sources.flat_map(|file| file.without_tests().code_that(|line| line.contains(".unwrap()"))).collect();
    assert_none(&found, "return an error, or write `.expect(\"why it cannot fail\")`; tests stand last in a file");
}

#[test]
fn files_are_touched_at_the_edges_alone() {
    let touches = |line: &str| ["std::fs", "std::net", "File::open(", "File::create("].iter().any(|io| line.contains(io));
    let inner = rust_files().filter(|file| file.source_of().is_some_and(|name| !TOUCH_FILES.contains(&name)));
    let found: Vec<String> = inner.flat_map(|file| file.without_tests().code_that(touches)).collect();
    assert_none(&found, &format!("only {} touch files: take a reader, a writer or a string", TOUCH_FILES.join(", ")));
}

#[test]
fn reference_vectors_are_whole() {
    /// Every `{"shape": …, "data": …}` has as many numbers as its shape says.
    fn check(json: &Json, wrong: &mut Vec<String>) {
        if let (Some(shape), Some(data)) = (json.get("shape"), json.get("data")) {
            let expected: Option<u64> = shape.as_array().and_then(|shape| shape.iter().map(Json::as_u64).product());
            let got = data.as_array().map(|data| data.len() as u64);
            if expected.is_none() || expected != got {
                wrong.push(format!("{got:?} numbers for a shape of {shape}"));
            }
        }
        match json {
            Json::Array(items) => items.iter().for_each(|item| check(item, wrong)),
            Json::Object(fields) => fields.values().for_each(|field| check(field, wrong)),
            _ => {}
        }
    }
    let vectors: Vec<File> =
        files().into_iter().filter(|file| file.path.contains("/tests/vectors/") && file.ends_in("json")).collect();
    assert!(!vectors.is_empty(), "the reference vectors stand in crates/*/tests/vectors");
    let mut found = Vec::new();
    for file in &vectors {
        let mut wrong = Vec::new();
        match serde_json::from_str::<Json>(&file.text) {
            Ok(json) if json["cases"].as_array().is_none_or(Vec::is_empty) => wrong.push("no cases".to_owned()),
            Ok(json) => check(&json, &mut wrong),
            Err(error) => wrong.push(error.to_string()),
        }
        // Two crates that need the same vectors have a copy each.
        let twin = vectors.iter().find(|twin| last(&twin.path) == last(&file.path) && twin.text != file.text);
        wrong.extend(twin.map(|twin| format!("differs from {}", twin.path)));
        found.extend(wrong.into_iter().map(|wrong| format!("{}: {wrong}", file.path)));
    }
    assert_none(&found, "take these files anew from where the vectors are made");
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let homes = ["work", "root", "home", "Users"].map(|folder| format!("/{folder}/"));
    let registries = [
        concat!("sparse", "+http"),
        concat!("index.", "crates.io"),
        concat!("static.", "crates.io"),
        concat!("pypi", ".org"),
        concat!("registry.", "npmjs"),
    ];
    // Behind a letter it is the middle of an address or of a longer path.
    let is_part = |c: char| c.is_alphanumeric() || "_-.*}>".contains(c);
    let knows = |line: &str| {
        homes.iter().any(|home| line.match_indices(home).any(|(start, _)| !line[..start].ends_with(is_part)))
            || registries.iter().any(|registry| line.contains(registry))
    };
    let others = files().into_iter().filter(|file| file.path != "Cargo.lock");
    let found: Vec<String> = others.flat_map(|file| file.lines_that(knows)).collect();
    assert_none(&found, "write paths from the root of the workspace, and leave registries to the configuration of the user");
}
