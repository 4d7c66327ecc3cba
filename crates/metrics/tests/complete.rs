//! Nothing public is missing from the registry.

use backprop_metrics::registry;

/// What is public and no metric, and what it is instead.
#[rustfmt::skip] // a table
const NO_METRIC: &[(&str, &str)] = &[
    ("registry",             "the table itself"),
    ("Metric",               "what the table makes"),
    ("ClassMetric",          "the trait of metrics of classes"),
    ("ValueMetric",          "the trait of metrics of values"),
    ("Classified",           "what metrics of classes measure"),
    ("Estimated",            "what metrics of values measure"),
    ("Tally",                "how one class fared"),
    ("ConfusionMatrix",      "a table, not a number"),
    ("ClassificationReport", "a table, not a number"),
    ("ReportRow",            "a row of that table"),
    ("Bootstrap",            "an interval around any metric"),
    ("ConfidenceInterval",   "that interval"),
    ("Average",              "a setting"),
    ("KappaWeights",         "a setting"),
    ("MultiClass",           "a setting"),
    ("MultiOutput",          "a setting"),
];

/// What `lib.rs` gives to the world, by the `pub use` lines, which are all that it has beside modules.
fn public() -> Vec<&'static str> {
    let lines = include_str!("../src/lib.rs").split(';').map(str::trim);
    let lists = lines.filter_map(|line| Some(line.strip_prefix("pub use ")?.split_once("::")?.1));
    lists.flat_map(|list| list.trim_matches(['{', '}']).split(',')).map(str::trim).filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_public_metric_is_in_the_registry() {
    let built =
        |entry: &backprop_registry::Entry<_>| format!("{:?}", entry.build_default().expect("every option has a default"));
    // `Class(TopKAccuracy { k: 2 })`
    let inside = |debug: String| debug.split(['(', ')', ' ']).nth(1).unwrap_or_default().to_owned();
    let types: Vec<String> = registry().entries.iter().map(|entry| inside(built(entry))).collect();
    let public = public();
    for name in &public {
        let known = registry().names().any(|known| known == *name) || types.iter().any(|known| known == name);
        assert_ne!(
            known,
            NO_METRIC.iter().any(|(no_metric, _)| no_metric == name),
            "{name}: give it a line in the registry, or here"
        );
    }
    // Nor is the list longer than it must be, or the reading of `lib.rs` blind.
    for (name, reason) in NO_METRIC {
        assert!(public.contains(name) && !reason.is_empty(), "{name} is not public");
    }
    for (entry, name) in registry().entries.iter().zip(&types) {
        assert!(public.contains(&name.as_str()), "{name} cannot be made without the registry");
        let function = public.contains(&entry.name);
        assert!(function, "{} is no function", entry.name);
    }
}
