//! How the program was started, so that the next commands can be copied.

use std::path::Path;

/// The words before the command: `trainer`, or `cargo run -p trainer --` if cargo started it.
pub(crate) fn program() -> String {
    let own = std::env::args_os().next().unwrap_or_default();
    started_as(Path::new(&own), std::env::var_os("CARGO").is_some())
}

fn started_as(own: &Path, by_cargo: bool) -> String {
    let folder = |name: &str| own.components().any(|part| part.as_os_str() == name);
    match by_cargo && folder("target") {
        true if folder("release") => "cargo run --release -p trainer --".to_owned(),
        true => "cargo run -p trainer --".to_owned(),
        false => "trainer".to_owned(),
    }
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_to_copy() {
        assert_eq!(started_as(Path::new("target/debug/trainer"), true), "cargo run -p trainer --");
        assert_eq!(started_as(Path::new("/x/target/release/trainer"), true), "cargo run --release -p trainer --");
        assert_eq!(started_as(Path::new("trainer"), true), "trainer");
        assert_eq!(started_as(Path::new("target/debug/trainer"), false), "trainer");
        assert_eq!([quoted("runs/a-1"), quoted("my file"), quoted("it's")], ["runs/a-1", "'my file'", r"'it'\''s'"]);
    }
}
