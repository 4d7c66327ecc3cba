//! Every public loss has a name in the registry, and every name a public loss.

use std::collections::{BTreeMap, BTreeSet};

use backprop_losses::registry;

/// Public types that implement a loss, and why they have no name of their own.
const EXEMPT: [(&str, &str); 1] = [("ClassWeighted", "what the option weight makes of an elementwise loss")];

/// The type `Name` of `Name`, `Name<L>`, `&Name` and so on.
fn bare(text: &str) -> String {
    text.trim_start_matches('&').chars().take_while(|c| c.is_alphanumeric()).collect()
}

#[test]
fn every_public_loss_is_in_the_registry() {
    let source = format!("{}/src", env!("CARGO_MANIFEST_DIR"));
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("readable");
    let text = read(format!("{source}/lib.rs").as_ref());
    let exported: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub use ")?.strip_suffix(';')?.split_once("::"))
        .flat_map(|(_, names)| names.trim_matches(['{', '}']).split(','))
        .map(str::trim)
        .collect();
    assert!(exported.contains("Loss") && exported.contains("MeanSquared"), "{exported:?}");

    // All that is said to be a loss in the source, and is public.
    let mut losses = BTreeSet::new();
    for file in std::fs::read_dir(&source).expect("the source is there") {
        for line in read(&file.expect("readable").path()).lines().filter(|line| line.starts_with("impl")) {
            if let Some((_, of)) = line.split_once("Elementwise for ").or_else(|| line.split_once("Loss<T> for ")) {
                losses.insert(bare(of));
            }
        }
    }
    losses.retain(|name| exported.contains(name.as_str()));
    for (name, reason) in EXEMPT {
        assert!(losses.remove(name) && !reason.is_empty(), "{name} is no public loss any more");
    }

    // By the name of the type that an entry builds.
    let built: BTreeMap<String, &str> = registry::<f32>()
        .entries
        .iter()
        .map(|entry| (bare(&format!("{:?}", entry.build_default().expect("all options have defaults"))), entry.name))
        .collect();
    assert_eq!(built.len(), registry::<f32>().entries.len(), "two entries build the same type: {built:?}");
    assert_eq!(losses, built.into_keys().collect());

    // And in the table of the README.
    let readme = read(format!("{source}/../README.md").as_ref());
    for entry in registry::<f32>().entries {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{}` |", entry.name)));
        let row = row.unwrap_or_else(|| panic!("the README has no row for {}", entry.name));
        for option in entry.options {
            assert!(row.contains(&format!("`{}`", option.name)), "the README does not tell {}.{}", entry.name, option.name);
        }
    }
}
