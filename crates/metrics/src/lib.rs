#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod accuracy;
mod average;
mod balanced_accuracy;
mod classified;
mod confusion_matrix;
mod confusion_table;
mod estimated;
mod explained_variance;
mod f1;
mod f_beta;
mod log_loss;
mod mae;
mod mape;
mod matthews;
mod max_error;
mod mean;
mod median_absolute_error;
mod metric;
mod mse;
mod multi_output;
mod precision;
mod r2;
mod recall;
mod registry;
mod rmse;
mod roc_auc;
mod tally;
mod top_k_accuracy;

pub use accuracy::{Accuracy, accuracy};
pub use average::Average;
pub use balanced_accuracy::{BalancedAccuracy, balanced_accuracy};
pub use classified::Classified;
pub use confusion_matrix::ConfusionMatrix;
pub use estimated::Estimated;
pub use explained_variance::{ExplainedVariance, explained_variance};
pub use f_beta::{FBeta, f_beta};
pub use f1::{F1, f1};
pub use log_loss::{LogLoss, log_loss};
pub use mae::{Mae, mae};
pub use mape::{Mape, mape};
pub use matthews::{Matthews, matthews};
pub use max_error::{MaxError, max_error};
pub use median_absolute_error::{MedianAbsoluteError, median_absolute_error};
pub use metric::{ClassMetric, Metric, ValueMetric};
pub use mse::{Mse, mse};
pub use multi_output::MultiOutput;
pub use precision::{Precision, precision};
pub use r2::{R2, r2};
pub use recall::{Recall, recall};
pub use registry::registry;
pub use rmse::{Rmse, rmse};
pub use roc_auc::{MultiClass, RocAuc, roc_auc};
pub use tally::Tally;
pub use top_k_accuracy::{TopKAccuracy, top_k_accuracy};
