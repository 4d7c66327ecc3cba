//! Registries: what is found, what is refused, and what is said about it.

use backprop_registry::{
    Call, Domain, Entry, Interval, OptionError, OptionSpec, Options, Preset, Registry, Value, Waiver, nearest,
};
use proptest::prelude::*;

/// Options of every kind.
const OPTIONS: &[OptionSpec] = &[
    OptionSpec::number("rate", 0.5, Interval::FRACTION, "a share"),
    OptionSpec::optional_number("limit", Interval::POSITIVE, "a bound, if any"),
    OptionSpec::integer("count", 3.0, Interval::closed(1.0, 9.0), "how many"),
    OptionSpec::flag("centered", true, "about the middle or not"),
    OptionSpec::one_of("mode", "fan_in", &["fan_in", "fan_out"], "which side"),
    OptionSpec::text("then", "point", "another item with its options"),
    OptionSpec::numbers("betas", &[0.9, 0.999], Interval::FRACTION, "two factors"),
    OptionSpec::numbers("steps", &[], Interval::NON_NEGATIVE, "any number of numbers"),
    OptionSpec::optional_numbers("shares", Interval::FRACTION, "any number of numbers, or none"),
];

static ITEMS: Registry<Options> = Registry {
    kind: "item",
    entries: &[
        Entry { name: "point", summary: "nothing to set", options: &[], build: |options| Ok(options.clone()), waives: &[] },
        Entry {
            name: "kitchen_sink",
            summary: "everything to set",
            options: OPTIONS,
            build: |options| Ok(options.clone()),
            waives: &[Waiver { law: "additive", reason: "a sink takes all" }],
        },
        Entry {
            name: "needy",
            summary: "must be told its size",
            options: &[OptionSpec::integer("size", 0.0, Interval::POSITIVE, "how large").required()],
            build: |options| match options.integer("size") {
                13 => Err(OptionError::Conflict { item: "needy", reason: "13 brings bad luck; take 12".to_owned() }),
                _ => Ok(options.clone()),
            },
            waives: &[],
        },
    ],
};

fn sink(options: &str) -> Options {
    ITEMS.parse(&format!("kitchen_sink:{options}")).unwrap()
}

fn refusal(text: &str) -> String {
    ITEMS.parse(text).unwrap_err().to_string()
}

#[test]
fn defaults_are_filled_in() {
    let options = ITEMS.parse("kitchen_sink").unwrap();
    assert_eq!(options, ITEMS.find("kitchen_sink").unwrap().build_default().unwrap());
    assert_eq!((options.number("rate"), options.optional_number("limit"), options.integer("count")), (0.5, None, 3));
    assert_eq!(options.optional_number("rate"), Some(0.5));
    assert_eq!((options.flag("centered"), options.text("mode"), options.text("then")), (true, "fan_in", "point"));
    assert_eq!((options.numbers("betas"), options.numbers("steps")), (&[0.9, 0.999][..], &[][..]));
    assert_eq!((options.optional_numbers("steps"), options.optional_numbers("shares")), (Some(&[][..]), None));
}

#[test]
fn what_is_given_replaces_the_default() {
    let options = sink("rate=0, limit=2 ,count=9,centered=false,mode=fan_out,then=needy,betas=[0,0.5],steps=[1,2,3]");
    assert_eq!((options.number("rate"), options.optional_number("limit"), options.integer("count")), (0.0, Some(2.0), 9));
    assert_eq!((options.flag("centered"), options.text("mode"), options.text("then")), (false, "fan_out", "needy"));
    assert_eq!((options.numbers("betas"), options.numbers("steps")), (&[0.0, 0.5][..], &[1.0, 2.0, 3.0][..]));
    assert_eq!(sink("limit=none").optional_number("limit"), None);
    assert_eq!(sink("steps=[]").numbers("steps"), &[0.0; 0]);
    assert_eq!(sink("shares=[0,0.5]").optional_numbers("shares"), Some(&[0.0, 0.5][..]));
    assert_eq!(sink("shares=none").optional_numbers("shares"), None);
}

#[test]
fn brackets_keep_another_call_together() {
    let options = sink("then=[kitchen_sink:rate=0.25,betas=[0,0.5],then=[needy:size=3]],count=2");
    assert_eq!(options.integer("count"), 2);
    let inner = options.text("then");
    assert_eq!(inner, "[kitchen_sink:rate=0.25,betas=[0,0.5],then=[needy:size=3]]");
    let inner = ITEMS.parse(&inner[1..inner.len() - 1]).unwrap();
    assert_eq!((inner.number("rate"), inner.numbers("betas"), inner.text("then")), (0.25, &[0.0, 0.5][..], "[needy:size=3]"));
    assert_eq!(sink("then=needy:size=3").text("then"), "needy:size=3");
}

#[test]
fn mistakes_are_explained() {
    for (text, expected) in [
        ("", "cannot read ``; write a name, or name:option=value,option=value"),
        ("needy:size", "cannot read `needy:size`; write a name, or name:option=value,option=value"),
        ("pointt", "unknown item `pointt`, did you mean `point`? there are point, kitchen_sink, needy"),
        ("Needy", "unknown item `Needy`, did you mean `needy`? there are point, kitchen_sink, needy"),
        ("xyz", "unknown item `xyz`; there are point, kitchen_sink, needy"),
        ("needy:sise=1", "`needy` has no option `sise`, did you mean `size`? it has size"),
        ("needy:qq=1", "`needy` has no option `qq`; it has size"),
        ("point:size=1", "`point` has no option `size`; it has none"),
        ("needy", "`needy` needs the option size: a whole number in (0, ∞)"),
        ("needy:size=none", "`needy`: size = none is not possible; it must be a whole number in (0, ∞)"),
        ("needy:size=0", "`needy`: size = 0 is not possible; it must be a whole number in (0, ∞)"),
        ("needy:size=1,size=2", "`needy`: option size is given twice"),
        ("needy:size=1,size=1", "`needy`: option size is given twice"),
        ("needy:size=13", "`needy`: 13 brings bad luck; take 12"),
    ] {
        assert_eq!(refusal(text), expected);
    }
    for (option, expected) in [
        ("rate=1", "rate = 1 is not possible; it must be a number in [0, 1)"),
        ("rate=nan", "rate = NaN is not possible; it must be a number in [0, 1)"),
        ("rate=half", "rate = half is not possible; it must be a number in [0, 1)"),
        ("rate=none", "rate = none is not possible; it must be a number in [0, 1)"),
        ("limit=0", "limit = 0 is not possible; it must be a number in (0, ∞)"),
        ("limit=inf", "limit = inf is not possible; it must be a number in (0, ∞)"),
        ("count=2.5", "count = 2.5 is not possible; it must be a whole number in [1, 9]"),
        ("count=10", "count = 10 is not possible; it must be a whole number in [1, 9]"),
        ("centered=1", "centered = 1 is not possible; it must be true or false"),
        ("mode=fan", "mode = fan is not possible; it must be one of fan_in, fan_out"),
        ("then=3", "then = 3 is not possible; it must be text"),
        ("betas=0.9", "betas = 0.9 is not possible; it must be 2 numbers in [0, 1), such as [a,b]"),
        ("betas=[0.9]", "betas = [0.9] is not possible; it must be 2 numbers in [0, 1), such as [a,b]"),
        ("betas=[0.9,1]", "betas = [0.9,1] is not possible; it must be 2 numbers in [0, 1), such as [a,b]"),
        ("steps=[1,,2]", "steps = [1,,2] is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]"),
        ("steps=[1,-1]", "steps = [1,-1] is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]"),
        ("steps=[a]", "steps = [a] is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]"),
    ] {
        assert_eq!(refusal(&format!("kitchen_sink:{option}")), format!("`kitchen_sink`: {expected}"));
    }
    let empty = Registry::<()> { kind: "thing", entries: &[] };
    assert_eq!(empty.parse("any").unwrap_err().to_string(), "unknown thing `any`; there are none");
}

#[test]
fn errors_carry_what_they_say() {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(
        ITEMS.find("pont").unwrap_err(),
        OptionError::UnknownItem {
            kind: "item",
            name: "pont".into(),
            suggestion: Some("point".into()),
            known: names(&["point", "kitchen_sink", "needy"]),
        }
    );
    assert_eq!(
        ITEMS.parse("needy:qq=1").unwrap_err(),
        OptionError::UnknownOption { item: "needy".into(), option: "qq".into(), suggestion: None, known: names(&["size"]) }
    );
}

#[test]
fn entries_are_listed_in_order_and_know_their_laws() {
    assert!(ITEMS.names().eq(["point", "kitchen_sink", "needy"]));
    let sink = ITEMS.find("kitchen_sink").unwrap();
    assert!(sink.waives("additive") && !sink.waives("associative") && !ITEMS.find("point").unwrap().waives("additive"));
    assert!(matches!(ITEMS.find("needy").unwrap().build_default(), Err(OptionError::Missing { option: "size", .. })));
    let copy = ITEMS;
    assert_eq!(format!("{copy:?}"), format!("{ITEMS:?}"));
    assert!(format!("{sink:?}").starts_with("Entry { name: \"kitchen_sink\""));
}

#[test]
fn a_mistake_in_a_table_is_loud() {
    type Ask<'a> = &'a dyn Fn(&Options);
    let options = ITEMS.parse("kitchen_sink").unwrap();
    let complaint = |ask: Ask| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ask(&options)));
        caught.expect_err("it panics").downcast_ref::<String>().cloned().expect("a message with names in it")
    };
    let complaints: [(Ask, &str); 9] = [
        (&|options| _ = options.number("ratte"), "option `ratte` is not in the table of this item"),
        (&|options| _ = options.number("limit"), "option `limit` is not a number"),
        (&|options| _ = options.number("mode"), "option `mode` is a word, not a number"),
        (&|options| _ = options.flag("rate"), "option `rate` is a number, not a flag"),
        (&|options| _ = options.text("betas").len(), "option `betas` is a list of numbers, not a word"),
        (&|options| _ = options.text("limit").len(), "option `limit` is not a word"),
        (&|options| _ = options.numbers("centered").len(), "option `centered` is true or false, not a list of numbers"),
        (&|options| _ = options.numbers("limit").len(), "option `limit` is nothing, not a list of numbers"),
        (&|options| _ = options.integer("rate"), "option `rate` is 0.5, not a whole number from 0 on"),
    ];
    for (ask, expected) in complaints {
        assert_eq!(complaint(ask), expected);
    }
}

#[test]
fn intervals_have_ends() {
    let (just_below, just_above) = (1.0 - f64::EPSILON / 2.0, 1.0 + f64::EPSILON);
    for (interval, text, inside, outside) in [
        (Interval::FINITE, "(−∞, ∞)", &[0.0, -0.0, f64::MAX, f64::MIN][..], &[f64::INFINITY, f64::NEG_INFINITY][..]),
        (Interval::POSITIVE, "(0, ∞)", &[5e-324, f64::MAX], &[0.0, -0.0, -1.0, f64::INFINITY]),
        (Interval::NON_NEGATIVE, "[0, ∞)", &[0.0, -0.0, 1.0], &[-5e-324, f64::INFINITY]),
        (Interval::FRACTION, "[0, 1)", &[0.0, just_below], &[-5e-324, 1.0]),
        (Interval::open(-1.0, 1.0), "(-1, 1)", &[-just_below, just_below], &[-1.0, 1.0]),
        (Interval::half_open(0.5, 1.0), "[0.5, 1)", &[0.5, just_below], &[0.49, 1.0]),
        (Interval::closed(0.0, 1.0), "[0, 1]", &[0.0, 1.0], &[-5e-324, just_above]),
        (Interval::closed(0.0, f64::INFINITY), "[0, ∞]", &[f64::INFINITY], &[f64::NEG_INFINITY]),
        (Interval::open(1.0, 1.0), "(1, 1)", &[], &[1.0]),
        (Interval::closed(1.0, 1.0), "[1, 1]", &[1.0], &[just_below, just_above]),
    ] {
        assert_eq!(interval.to_string(), text);
        assert!(inside.iter().all(|&x| interval.contains(x)), "{text}");
        assert!(outside.iter().all(|&x| !interval.contains(x)) && !interval.contains(f64::NAN), "{text}");
    }
}

#[test]
fn domains_accept_their_own_kind() {
    let values = [
        Value::None,
        Value::Number(2.0),
        Value::Number(2.5),
        Value::Flag(true),
        Value::Text("a".into()),
        Value::Text("c".into()),
        Value::Numbers(vec![]),
        Value::Numbers(vec![1.0, 2.0]),
        Value::Numbers(vec![1.0, f64::NAN]),
        Value::Numbers(vec![1.0, 2.0, 3.0]),
    ];
    for (domain, text, accepted) in [
        (Domain::Number(Interval::FINITE), "a number in (−∞, ∞)", &[1, 2][..]),
        (Domain::NumberOrNone(Interval::FINITE), "a number in (−∞, ∞), or none", &[0, 1, 2]),
        (Domain::Integer(Interval::FINITE), "a whole number in (−∞, ∞)", &[1]),
        (Domain::Flag, "true or false", &[3]),
        (Domain::OneOf(&["a", "b"]), "one of a, b", &[4]),
        (Domain::Text, "text", &[4, 5]),
        (Domain::Numbers(Interval::FINITE, None), "a list of numbers in (−∞, ∞), such as [a,b,c]", &[6, 7, 9]),
        (Domain::Numbers(Interval::FINITE, Some(1)), "one number in (−∞, ∞), such as [a]", &[]),
        (Domain::Numbers(Interval::FINITE, Some(2)), "2 numbers in (−∞, ∞), such as [a,b]", &[7]),
        (Domain::Numbers(Interval::FINITE, Some(3)), "3 numbers in (−∞, ∞), such as [a,b,…]", &[9]),
    ] {
        assert_eq!(domain.to_string(), text);
        let got: Vec<usize> = (0..values.len()).filter(|&i| domain.accepts(&values[i])).collect();
        assert_eq!(got, accepted, "{text}");
    }
    assert!(!Domain::Integer(Interval::FINITE).accepts(&Value::Number(f64::INFINITY)));
}

#[test]
fn values_are_read_as_people_write_them() {
    for (text, value, kind) in [
        (" 1e-3 ", Value::Number(1e-3), "a number"),
        ("-7", Value::Number(-7.0), "a number"),
        ("+.5", Value::Number(0.5), "a number"),
        ("inf", Value::Number(f64::INFINITY), "a number"),
        ("true", Value::Flag(true), "true or false"),
        ("false", Value::Flag(false), "true or false"),
        ("True", Value::Text("True".into()), "a word"),
        ("none", Value::None, "nothing"),
        ("", Value::Text(String::new()), "a word"),
        ("[]", Value::Numbers(vec![]), "a list of numbers"),
        ("[ ]", Value::Numbers(vec![]), "a list of numbers"),
        ("[ 1 , -2e3 ]", Value::Numbers(vec![1.0, -2000.0]), "a list of numbers"),
        ("[1,]", Value::Text("[1,]".into()), "a word"),
        ("[,]", Value::Text("[,]".into()), "a word"),
        ("[1,x]", Value::Text("[1,x]".into()), "a word"),
        ("[[1]]", Value::Text("[[1]]".into()), "a word"),
        ("[", Value::Text("[".into()), "a word"),
        ("1,2", Value::Text("1,2".into()), "a word"),
    ] {
        assert_eq!(Value::parse(text), value, "{text}");
        assert_eq!(value.kind(), kind, "{text}");
    }
    assert!(matches!(Value::parse("nan"), Value::Number(x) if x.is_nan()));
}

#[test]
fn values_are_made_from_what_programs_have() {
    assert_eq!(Value::from(0.5), Value::Number(0.5));
    assert_eq!(Value::from(3_usize), Value::Number(3.0));
    assert_eq!(Value::from(true), Value::Flag(true));
    assert_eq!((Value::from("a"), Value::from(String::from("a"))), (Value::Text("a".into()), Value::Text("a".into())));
    assert_eq!(Value::from(vec![1.0]), Value::Numbers(vec![1.0]));
    assert_eq!((Value::from(Some(2.0)), Value::from(None::<f64>)), (Value::Number(2.0), Value::None));
}

#[test]
fn presets_are_values_that_stand_in_constants() {
    assert_eq!(Preset::Required.value(), None);
    assert_eq!(Preset::None.value(), Some(Value::None));
    assert_eq!(Preset::Number(1.5).value(), Some(Value::Number(1.5)));
    assert_eq!(Preset::Flag(true).value(), Some(Value::Flag(true)));
    assert_eq!(Preset::Text("a").value(), Some(Value::Text("a".into())));
    assert_eq!(Preset::Numbers(&[1.0]).value(), Some(Value::Numbers(vec![1.0])));
    // Every default lies in its own domain, unless it says that nothing is set.
    for spec in OPTIONS {
        let default = spec.default.value().unwrap();
        assert!(spec.domain.accepts(&default) || default == Value::None, "{}", spec.name);
        assert_eq!(spec.clone().required().default, Preset::Required);
    }
}

#[test]
fn calls_are_made_and_asked() {
    let call =
        Call::new("adam").with("lr", 0.5).with("betas", vec![0.0, 0.5]).with("nesterov", false).with("limit", None::<f64>);
    assert_eq!(call.to_string(), "adam:lr=0.5,betas=[0,0.5],nesterov=false,limit=none");
    assert_eq!((call.get("lr"), call.get("eps")), (Some(&Value::Number(0.5)), None));
    assert_eq!(" adam : lr = 0.5 ".parse(), Ok(Call::new("adam").with("lr", 0.5)));
    assert_eq!("adam".parse(), Ok(Call::new("adam")));
}

#[test]
fn suggestions_are_near() {
    let names = ["relu", "leaky_relu", "tanh", "sigmoid"];
    for (word, expected) in [
        ("rleu", Some("relu")),
        ("RELU", Some("relu")),
        ("tahn", Some("tanh")),
        ("leakyrelu", Some("leaky_relu")),
        ("q", None),
        ("", None),
    ] {
        assert_eq!(nearest(word, names), expected, "{word}");
    }
    assert_eq!(nearest("relu", []), None);
    // Of two that are equally near, the first.
    assert_eq!(nearest("ab", ["abc", "abd"]), Some("abc"));
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::None),
        any::<f64>().prop_filter("NaN equals nothing", |x| !x.is_nan()).prop_map(Value::Number),
        any::<bool>().prop_map(Value::Flag),
        prop::collection::vec(-1e300..1e300_f64, 0..4).prop_map(Value::Numbers),
        "[a-z]{1,3}_[a-z]{0,6}".prop_map(Value::Text),
        "\\[[a-z]{1,5}_:[a-z]{1,3}=[0-9]{1,3},[a-z]{1,3}=\\[[0-9]{1,2},[0-9]{1,2}\\]\\]".prop_map(Value::Text),
    ]
}

proptest! {
    #[test]
    fn a_value_is_read_back(value in value()) {
        prop_assert_eq!(Value::parse(&value.to_string()), value);
    }

    #[test]
    fn a_call_is_read_back(name in "[a-z_]{1,12}", options in prop::collection::vec(("[a-z_]{1,8}", value()), 0..6)) {
        let call = Call { name, options };
        prop_assert_eq!(call.to_string().parse::<Call>(), Ok(call));
    }

    #[test]
    fn options_in_any_order_are_the_same_options(rate in 0.0..0.99_f64, count in 1..9_u8, centered: bool) {
        let parts = [format!("rate={rate}"), format!("count={count}"), format!("centered={centered}")];
        let options = sink(&parts.join(","));
        prop_assert_eq!(&options, &sink(&[&parts[2], &parts[0], &parts[1]].map(String::as_str).join(",")));
        prop_assert_eq!((options.number("rate"), options.integer("count")), (rate, u64::from(count)));
        prop_assert_eq!(options.flag("centered"), centered);
    }

    #[test]
    fn any_text_is_built_or_refused_in_one_line(text in "(kitchen_sink:)?[ -~]{0,40}") {
        if let Err(error) = ITEMS.parse(&text) {
            let message = error.to_string();
            prop_assert!(!message.contains('\n') && !message.ends_with('.'), "{}", message);
        }
    }

    #[test]
    fn a_word_is_nearest_to_itself(words in prop::collection::vec("[a-z]{1,8}", 1..6)) {
        for word in &words {
            prop_assert_eq!(nearest(word, words.iter().map(String::as_str)), Some(word.as_str()));
        }
    }
}
