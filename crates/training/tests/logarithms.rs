//! Losses that go by ratios, most of them from the logarithm of a mean, on tables.

use backprop_data::Table;
use backprop_registry::Call;
use backprop_training::{Head, Recipe, Silent};

/// Counts, or amounts, that grow with e^a, far from 1.
fn growth() -> Table {
    let row = |i: usize| {
        let a = (i % 20) as f64 * 0.1;
        let noise = [0.9, 1.1, 1.05, 0.95][i / 20 % 4];
        format!("{a},{}\n", (500.0 * a.exp() * noise).round())
    };
    Table::from_csv(("a,visits\n".to_owned() + &(0..400).map(row).collect::<String>()).as_bytes(), "growth.csv")
        .expect("a table")
}

#[test]
fn losses_of_logarithms_predict_numbers_in_their_own_units() {
    for loss in ["poisson_nll", "gamma_deviance", "tweedie_deviance:power=1.3", "mape"] {
        let mut recipe = Recipe::new(["visits"]);
        recipe.loss = Some(loss.parse().unwrap());
        recipe.hidden = vec![8];
        recipe.rate = Some(0.01);
        recipe.settings.epochs = 60;
        let table = growth();
        let prepared = recipe.prepare(&table).unwrap_or_else(|error| panic!("{loss}: {error}"));
        assert_eq!(prepared.pairing.head, if loss == "mape" { Head::Values } else { Head::Logarithms }, "{loss}");
        let rows = prepared.split.test.clone();
        let outcome = prepared.fit(&mut Silent).unwrap();
        let model = prepared.into_model(outcome);
        let evaluation = model.evaluate(&table, &rows).unwrap();
        assert!(evaluation.scores.metric("r2") > Some(0.95), "{loss}: {:?}", evaluation.scores);
        let answer = model.predict([("a", 1.0.into())]).unwrap();
        let predicted = answer.matrix()[(0, 0)];
        assert!((predicted / (500.0 * 1.0_f64.exp()) - 1.0).abs() < 0.1, "{loss}: {predicted}");
    }
}

#[test]
fn losses_of_logarithms_refuse_what_has_none() {
    let refused = |loss: &str, output: Option<&str>, csv: &str| {
        let mut recipe = Recipe::new(["t"]);
        recipe.loss = Some(loss.parse().unwrap());
        recipe.output = output.map(Call::new);
        let table = Table::from_csv(csv.as_bytes(), "t.csv").unwrap();
        recipe.prepare(&table).and_then(|prepared| prepared.fit(&mut Silent)).map(|_| ()).unwrap_err().to_string()
    };
    let rows = |t: &str| "a,t\n".to_owned() + &format!("0,{t}\n1,2.5\n2,2.5\n").repeat(10);
    let message = refused("poisson_nll", Some("relu"), &rows("1"));
    assert!(
        message.contains("poisson_nll takes logarithms") && message.contains("leave --output-activation away"),
        "{message}"
    );
    for (loss, t) in [("poisson_nll", "-1"), ("tweedie_deviance", "-1"), ("gamma_deviance", "0")] {
        let message = refused(loss, None, &rows(t));
        assert!(message.contains(loss) && message.contains(&format!("t has {t}; write --loss mse")), "{message}");
    }
}

#[test]
fn classes_are_refused_with_and_without_weights() {
    let table = Table::from_csv(("a,kind\n".to_owned() + &"0,x\n1,y\n2,z\n".repeat(10)).as_bytes(), "t.csv").unwrap();
    for loss in
        ["poisson_nll", "poisson_nll:weight=[1,1,1]", "tweedie_deviance:weight=[1,1,1]", "gamma_deviance", "mape", "msle"]
    {
        let mut recipe = Recipe::new(["kind"]);
        recipe.loss = Some(loss.parse().unwrap());
        let message = recipe.prepare(&table).map(|_| ()).unwrap_err().to_string();
        assert!(message.contains("compares numbers, but kind is a class"), "{loss}: {message}");
    }
}
