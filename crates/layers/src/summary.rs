//! A network at a glance.

use std::fmt;

use backprop_tensor::Scalar;

use crate::Network;
use crate::plan::Operation;

/// Layers, shapes, parameters and how they start; `Display` draws a table.
///
/// ```
/// use backprop_activations::Relu;
/// use backprop_layers::{Dense, Network, Sequential};
/// let network = Network::<f32>::new(2, Sequential::new().then(Dense::new(2, 3).activation(Relu)).then(Dense::new(3, 1)))?;
/// let summary = network.summary();
/// assert_eq!((summary.rows.len(), summary.params), (2, 13));
/// assert_eq!(summary.rows[0].weights, "kaiming_normal: relu follows");
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The shape of one input.
    pub input: String,
    /// One row for each layer, and one where the input of a block is added to its output.
    pub rows: Vec<SummaryRow>,
    /// All parameters.
    pub params: usize,
    /// Memory of the parameters in bytes.
    pub bytes: usize,
}

/// One layer of a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRow {
    /// How it was made.
    pub layer: String,
    /// The shape of its output.
    pub output: String,
    /// Its parameters.
    pub params: usize,
    /// How its weights start; empty without weights.
    pub weights: String,
}

impl Summary {
    pub(crate) fn of<T: Scalar>(network: &Network<T>) -> Self {
        let plan = &network.plan;
        let first_of_block = |from| {
            let reads =
                |operation: &&Operation<T>| matches!(operation, Operation::Layer { from: source, .. } if *source == from);
            plan.operations.iter().find(reads).and_then(|operation| match operation {
                Operation::Layer { place, .. } => Some(place.index),
                Operation::Add { .. } => None,
            })
        };
        let rows = plan.operations.iter().map(|operation| match operation {
            Operation::Layer { place, .. } => SummaryRow {
                layer: place.layer.label(),
                output: place.output.to_string(),
                params: place.params.len(),
                weights: place.layer.initialization(&place.next).unwrap_or_default(),
            },
            Operation::Add { a, to, .. } => SummaryRow {
                layer: match first_of_block(*a) {
                    Some(index) => format!("+ the input of layer {index}"),
                    None => "+ the input".to_owned(),
                },
                output: plan.rows[*to].to_string(),
                params: 0,
                weights: String::new(),
            },
        });
        let params = network.param_count();
        Self { input: network.input().to_string(), rows: rows.collect(), params, bytes: params * size_of::<T>() }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = |row: &SummaryRow| [row.layer.clone(), row.output.clone(), row.params.to_string(), row.weights.clone()];
        let heading = ["layer", "output", "parameters", "weights start as"].map(str::to_owned);
        let input = [String::from("input"), self.input.clone(), String::new(), String::new()];
        let table: Vec<[String; 4]> = [heading, input].into_iter().chain(self.rows.iter().map(cells)).collect();
        let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let (layer, output, params) = (width(0), width(1), width(2));
        for row in &table {
            let line = format!("{:<layer$}  {:>output$}  {:>params$}  {}", row[0], row[1], row[2], row[3]);
            writeln!(f, "{}", line.trim_end())?;
        }
        write!(f, "{} parameters, {:.1} KiB", self.params, self.bytes as f64 / 1024.0)
    }
}
