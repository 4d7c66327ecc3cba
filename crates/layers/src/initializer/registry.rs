//! The table of all initializers.

use backprop_registry::{Entry, OptionError, OptionSpec, Options, Registry};

use super::Distribution::{Normal as NORMAL, TruncatedNormal as TRUNCATED, Uniform as UNIFORM};
use super::{
    Auto, Constant, IdentityMatrix, Initializer, Kaiming, LeCun, Lsuv, Normal, Orthogonal, Sparse, TruncatedNormal, Uniform,
    VarianceScaling, Xavier,
};

/// All initializers by name.
///
/// ```
/// use backprop_layers::initializers;
/// assert_eq!(initializers().parse("kaiming_normal:mode=fan_out").unwrap().call().to_string(), "kaiming_normal:mode=fan_out");
/// ```
pub fn initializers() -> Registry<Box<dyn Initializer>> {
    Registry { kind: "initializer", entries: ENTRIES }
}

/// One line for each.
#[rustfmt::skip] // a table
const ENTRIES: &[Entry<Box<dyn Initializer>>] = &[
    entry("auto", "chosen from the activation that follows", &[], |_| Ok(Box::new(Auto))),
    entry("zeros", "all weights 0: units never become different, for comparison only", &[], |_| Ok(Box::new(Constant { value: 0.0 }))),
    entry("ones", "all weights 1: for comparison only, too", &[], |_| Ok(Box::new(Constant { value: 1.0 }))),
    entry("constant", "all weights the same", Constant::OPTIONS, |o| Ok(Box::new(Constant::from_options(o)))),
    entry("uniform", "uniform between two bounds", Uniform::OPTIONS, |o| Ok(Box::new(Uniform::from_options(o)?))),
    entry("normal", "normal with some mean and standard deviation", Normal::OPTIONS, |o| Ok(Box::new(Normal::from_options(o)))),
    entry("trunc_normal", "normal, cut off at two bounds", TruncatedNormal::OPTIONS, |o| Ok(Box::new(TruncatedNormal::from_options(o)?))),
    entry("xavier_uniform", "Glorot: keeps the variance both ways through a saturating function, uniform", Xavier::OPTIONS, |o| Ok(Box::new(Xavier::from_options(UNIFORM, o)))),
    entry("xavier_normal", "Glorot, normal", Xavier::OPTIONS, |o| Ok(Box::new(Xavier::from_options(NORMAL, o)))),
    entry("xavier_truncated_normal", "Glorot, normal and cut off at twice its deviation", Xavier::OPTIONS, |o| Ok(Box::new(Xavier::from_options(TRUNCATED, o)))),
    entry("kaiming_uniform", "He: keeps the variance through a rectifier, uniform", Kaiming::OPTIONS, |o| Ok(Box::new(Kaiming::from_options(UNIFORM, o)))),
    entry("kaiming_normal", "He, normal", Kaiming::OPTIONS, |o| Ok(Box::new(Kaiming::from_options(NORMAL, o)))),
    entry("kaiming_truncated_normal", "He, normal and cut off at twice its deviation", Kaiming::OPTIONS, |o| Ok(Box::new(Kaiming::from_options(TRUNCATED, o)))),
    entry("lecun_uniform", "LeCun: variance 1/fan_in, uniform", &[], |_| Ok(Box::new(LeCun { distribution: UNIFORM }))),
    entry("lecun_normal", "LeCun, normal", &[], |_| Ok(Box::new(LeCun { distribution: NORMAL }))),
    entry("lecun_truncated_normal", "LeCun, normal and cut off at twice its deviation", &[], |_| Ok(Box::new(LeCun { distribution: TRUNCATED }))),
    entry("variance_scaling", "variance scale/fan: the rule behind Glorot's, He's and LeCun's", VarianceScaling::OPTIONS, |o| Ok(Box::new(VarianceScaling::from_options(o)))),
    entry("orthogonal", "orthogonal rows or columns", Orthogonal::OPTIONS, |o| Ok(Box::new(Orthogonal::from_options(o)))),
    entry("sparse", "normal, with a share of zeros in each column", Sparse::OPTIONS, |o| Ok(Box::new(Sparse::from_options(o)))),
    entry("identity", "unit i starts with input i", IdentityMatrix::OPTIONS, |o| Ok(Box::new(IdentityMatrix::from_options(o)))),
    entry("lsuv", "orthogonal, then layer by layer scaled to variance 1 on the first training samples", Lsuv::OPTIONS, |o| Ok(Box::new(Lsuv::from_options(o)))),
];

type Build = fn(&Options) -> Result<Box<dyn Initializer>, OptionError>;

/// An entry that keeps every law.
const fn entry(
    name: &'static str,
    summary: &'static str,
    options: &'static [OptionSpec],
    build: Build,
) -> Entry<Box<dyn Initializer>> {
    Entry { name, summary, options, build, waives: &[] }
}
