//! The course of training as files: a table and JSON lines, an epoch at a time.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use backprop_training::{EpochReport, Scores};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::figures::exact;

/// The scores that are followed from epoch to epoch. Errors of numbers are left out here: while training goes on they are in
/// units of the standard deviation, and those in the units of the target stand in the results.
pub(crate) fn followed(scores: &Scores) -> impl Iterator<Item = (&str, f64)> {
    let metrics = scores.metrics.iter().map(|(name, value)| (name.as_str(), *value));
    std::iter::once(("loss", scores.loss)).chain(metrics.filter(|&(name, _)| matches!(name, "accuracy" | "r2")))
}

/// Named numbers as a JSON object in this order; what is not finite becomes `null`.
pub(crate) struct Named<I>(pub(crate) I);

impl<'a, I: Iterator<Item = (&'a str, f64)> + Clone> Serialize for Named<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0.clone() {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// Loss and all metrics as a JSON object.
pub(crate) struct AllScores<'a>(pub(crate) &'a Scores);

impl Serialize for AllScores<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let metrics = self.0.metrics.iter().map(|(name, value)| (name.as_str(), *value));
        Named(std::iter::once(("loss", self.0.loss)).chain(metrics)).serialize(serializer)
    }
}

/// An epoch as a line of JSON.
pub(crate) fn json_line(report: &EpochReport) -> String {
    let object = |scores: &Scores| {
        let pairs: Vec<(&str, f64)> = followed(scores).collect();
        serde_json::to_string(&Named(pairs.into_iter())).expect("names are strings")
    };
    format!(
        "{{\"event\":\"epoch\",\"epoch\":{},\"step\":{},\"rate\":{},\"train\":{},\"validation\":{},\"improved\":{},\"seconds\":{}}}",
        report.epoch,
        report.step,
        serde_json::json!(report.rate),
        object(&report.train),
        report.validation.as_ref().map_or("null".to_owned(), object),
        report.improved,
        serde_json::json!(report.seconds),
    )
}

/// `metrics.csv` and `metrics.jsonl`.
#[derive(Debug)]
pub(crate) struct History {
    table: File,
    lines: File,
    has_header: bool,
}

impl History {
    /// Begins both files.
    pub(crate) fn create(folder: &Path) -> io::Result<Self> {
        let create = |name| File::create(folder.join(name));
        Ok(Self { table: create("metrics.csv")?, lines: create("metrics.jsonl")?, has_header: false })
    }

    /// Adds an epoch.
    pub(crate) fn add(&mut self, report: &EpochReport) -> io::Result<()> {
        let parts = [("train", Some(&report.train)), ("validation", report.validation.as_ref())];
        let scores =
            || parts.into_iter().flat_map(|(part, scores)| scores.into_iter().flat_map(followed).map(move |s| (part, s)));
        let mut text = String::new();
        if !self.has_header {
            self.has_header = true;
            let names = scores().map(|(part, (name, _))| format!("{part}_{name},"));
            text = format!("epoch,step,rate,{}seconds\n", names.collect::<Vec<_>>().concat());
        }
        let cell = |value: f64| if value.is_finite() { exact(value) + "," } else { ",".to_owned() };
        let cells = scores().map(|(_, (_, value))| cell(value)).collect::<Vec<_>>().concat();
        let EpochReport { epoch, step, seconds, .. } = report;
        let line = format!("{epoch},{step},{},{cells}{seconds}\n", exact(report.rate));
        self.table.write_all((text + &line).as_bytes())?;
        writeln!(self.lines, "{}", json_line(report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_by_hand() {
        let scores = |loss, r2| Scores { loss, metrics: vec![("r2".to_owned(), r2), ("mae".to_owned(), 9.0)] };
        let report = EpochReport {
            epoch: 1,
            epochs: 2,
            step: 5,
            rate: 0.5,
            train: Scores { loss: 2.0, metrics: Vec::new() },
            validation: Some(scores(1.5, f64::NAN)),
            improved: true,
            seconds: 0.25,
        };
        let folder = tempfile::tempdir().unwrap();
        History::create(folder.path()).unwrap().add(&report).unwrap();
        let text = |name| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(
            text("metrics.csv"),
            "epoch,step,rate,train_loss,validation_loss,validation_r2,seconds\n1,5,0.5,2,1.5,,0.25\n"
        );
        let expected = r#"{"event":"epoch","epoch":1,"step":5,"rate":0.5,"train":{"loss":2.0},"validation":{"loss":1.5,"r2":null},"improved":true,"seconds":0.25}"#;
        assert_eq!(text("metrics.jsonl").trim_end(), expected);
    }
}
