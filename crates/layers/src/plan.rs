//! Containers flattened into a list of steps over buffers: what is computed from what, and in which order.

use std::ops::Range;
use std::sync::Arc;

use backprop_tensor::{Role, Scalar, Span};

use crate::{Layer, LayerError, Nonlinearity, Part, Sequential, Shape, ShapeError};

/// A value that flows through the network: its input (0) or the output of a step.
pub(crate) type Value = usize;

/// The value that is the input of the network.
pub(crate) const INPUT: Value = 0;

/// One operation.
#[derive(Clone, Debug)]
pub(crate) enum Operation<T: Scalar> {
    /// `to = layer(from)`.
    Layer { place: Placed<T>, from: Value, to: Value, cache: usize, from_first: bool },
    /// `to = a + b`.
    Add { a: Value, b: Value, to: Value, a_first: bool, b_first: bool },
}

/// A layer with its place in the flat vectors.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T: Scalar> {
    pub(crate) index: usize,
    pub(crate) layer: Arc<dyn Layer<T>>,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    pub(crate) params: Range<usize>,
    pub(crate) state: Range<usize>,
    pub(crate) next: Nonlinearity,
}

/// One part of the gradient vector, computed apart from the others.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) operation: usize,
    pub(crate) local: Range<usize>,
}

/// The flattened network.
#[derive(Clone, Debug)]
pub(crate) struct Plan<T: Scalar> {
    pub(crate) operations: Vec<Operation<T>>,
    pub(crate) output: Value,
    /// Rows of each value; the input first.
    pub(crate) rows: Vec<usize>,
    /// Rows of each cache.
    pub(crate) cache_rows: Vec<usize>,
    /// Whether any parameter stands before a value, so that its gradient is needed.
    pub(crate) needs_gradient: Vec<bool>,
    pub(crate) spans: Vec<Span>,
    pub(crate) state_spans: Vec<Span>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) block_ranges: Vec<Range<usize>>,
}

impl<T: Scalar> Plan<T> {
    pub(crate) fn new(input: &Shape, layers: &Sequential<T>) -> Result<Self, ShapeError> {
        if input.is_empty() {
            return Err(ShapeError::NoInput);
        }
        let mut plan = Self {
            operations: Vec::new(),
            output: INPUT,
            rows: vec![input.len()],
            cache_rows: Vec::new(),
            needs_gradient: vec![false],
            spans: Vec::new(),
            state_spans: Vec::new(),
            blocks: Vec::new(),
            block_ranges: Vec::new(),
        };
        let mut shapes = vec![input.clone()];
        plan.output = plan.flatten(layers, INPUT, &mut shapes)?;
        if plan.layers().next().is_none() {
            return Err(ShapeError::Empty);
        }
        plan.mark_first_contributions();
        plan.follow_nonlinearities();
        plan.cut_gradients();
        Ok(plan)
    }

    /// The layers, in order.
    pub(crate) fn layers(&self) -> impl Iterator<Item = &Placed<T>> {
        self.operations.iter().filter_map(|operation| match operation {
            Operation::Layer { place, .. } => Some(place),
            Operation::Add { .. } => None,
        })
    }

    fn flatten(&mut self, sequential: &Sequential<T>, from: Value, shapes: &mut Vec<Shape>) -> Result<Value, ShapeError> {
        sequential.parts().iter().try_fold(from, |from, part| match part {
            Part::Layer(layer) => self.place(layer, from, shapes),
            Part::Residual(residual) => {
                let index = self.layers().count();
                let inner = self.flatten(residual, from, shapes)?;
                if self.rows[inner] != self.rows[from] {
                    return Err(ShapeError::Residual { index, expected: self.rows[from], got: self.rows[inner] });
                }
                let to = self.value(shapes[from].clone(), self.needs_gradient[from] || self.needs_gradient[inner], shapes);
                self.operations.push(Operation::Add { a: from, b: inner, to, a_first: false, b_first: false });
                Ok(to)
            }
        })
    }

    fn value(&mut self, shape: Shape, needs_gradient: bool, shapes: &mut Vec<Shape>) -> Value {
        self.rows.push(shape.len());
        self.needs_gradient.push(needs_gradient);
        shapes.push(shape);
        shapes.len() - 1
    }

    fn place(&mut self, layer: &Arc<dyn Layer<T>>, from: Value, shapes: &mut Vec<Shape>) -> Result<Value, ShapeError> {
        let index = self.layers().count();
        let input = shapes[from].clone();
        let output = layer.output_shape(&input);
        let output = output.and_then(|output| start_fits(layer.as_ref()).map(|()| output));
        let output = output.map_err(|reason| ShapeError::Layer { index, layer: layer.label(), reason })?;
        let params = append(&mut self.spans, layer.spans(), index);
        let state = append(&mut self.state_spans, layer.state_spans(), index);
        let needs_gradient = !params.is_empty() || self.needs_gradient[from];
        let to = self.value(output.clone(), needs_gradient, shapes);
        let cache = self.cache_rows.len();
        self.cache_rows.push(layer.cache_rows(&input));
        let next = Nonlinearity::none();
        let place = Placed { index, layer: Arc::clone(layer), input, output, params, state, next };
        self.operations.push(Operation::Layer { place, from, to, cache, from_first: false });
        Ok(to)
    }

    /// Going backwards, the first gradient that reaches a value overwrites, later ones are added.
    fn mark_first_contributions(&mut self) {
        let mut reached = vec![false; self.rows.len()];
        let mut first = |value: Value| !std::mem::replace(&mut reached[value], true);
        for operation in self.operations.iter_mut().rev() {
            match operation {
                Operation::Layer { from, from_first, .. } => *from_first = first(*from),
                Operation::Add { a, b, a_first, b_first, .. } => {
                    *a_first = first(*a);
                    *b_first = first(*b);
                }
            }
        }
    }

    /// For each value, its rows if a second gradient is computed for it and then added, else 0.
    pub(crate) fn scratch_rows(&self) -> Vec<usize> {
        let mut rows = vec![0; self.rows.len()];
        for operation in &self.operations {
            if let Operation::Layer { from, from_first: false, .. } = operation {
                rows[*from] = self.rows[*from];
            }
        }
        rows[INPUT] = 0;
        rows
    }

    /// Tells each layer which function its output goes through before the next weights.
    fn follow_nonlinearities(&mut self) {
        let layers: Vec<(Option<Nonlinearity>, bool)> =
            self.layers().map(|place| (place.layer.nonlinearity(), !place.params.is_empty())).collect();
        let following = |index: usize| {
            let up_to_next_weights = layers[index + 1..].iter().take_while(|(_, has_weights)| !has_weights);
            std::iter::once(&layers[index]).chain(up_to_next_weights).find_map(|(function, _)| function.clone())
        };
        for operation in &mut self.operations {
            if let Operation::Layer { place, .. } = operation {
                place.next = following(place.index).unwrap_or_else(Nonlinearity::none);
            }
        }
    }

    /// Lines up the parts of all layers in which gradients are computed.
    fn cut_gradients(&mut self) {
        for (operation, step) in self.operations.iter().enumerate() {
            if let Operation::Layer { place, .. } = step {
                let mut end = place.params.start;
                // A part without numbers would start where the next one does; they are told apart by where they start.
                for local in place.layer.blocks().into_iter().filter(|local| !local.is_empty()) {
                    assert_eq!(place.params.start + local.start, end, "blocks of a layer follow one another without gap");
                    end = place.params.start + local.end;
                    self.block_ranges.push(place.params.start + local.start..end);
                    self.blocks.push(Block { operation, local });
                }
                assert_eq!(end, place.params.end, "blocks of a layer cover its parameters");
            }
        }
    }
}

/// Whether the weights of a layer can start as its initializer wants.
fn start_fits<T: Scalar>(layer: &dyn Layer<T>) -> Result<(), LayerError> {
    let Some(initializer) = layer.weight_initializer() else { return Ok(()) };
    layer.spans().iter().filter(|span| span.role == Role::Weight).try_for_each(|span| initializer.check(&span.shape))
}

/// Appends the spans of layer `index`, named and moved to their places; gives the range they cover.
fn append(all: &mut Vec<Span>, spans: Vec<Span>, index: usize) -> Range<usize> {
    let start = all.last().map_or(0, |span| span.range.end);
    let mut end = start;
    for mut span in spans {
        span.name = format!("layers.{index}.{}", span.name);
        let span = span.after(start);
        assert_eq!(span.range.start, end, "spans of a layer follow one another without gap");
        end = span.range.end;
        all.push(span);
    }
    start..end
}

#[cfg(test)]
mod tests {
    use backprop_activations::{Relu, Tanh};

    use super::*;
    use crate::{Activated, Dense, Dropout};

    fn square() -> Dense<f32> {
        Dense::new(2, 2)
    }

    fn plan(layers: &Sequential) -> Plan<f32> {
        Plan::new(&Shape::from(2), layers).unwrap()
    }

    /// Operations in a form that can be compared: what is added counts once for each way a gradient takes.
    fn steps(plan: &Plan<f32>) -> Vec<String> {
        let first = |first: bool| if first { "=" } else { "+=" };
        let step = |operation: &Operation<f32>| match operation {
            Operation::Layer { place, from, to, from_first, .. } => {
                format!("v{to} = layer{}(v{from}), d{from} {}", place.index, first(*from_first))
            }
            Operation::Add { a, b, to, a_first, b_first } => {
                format!("v{to} = v{a} + v{b}, d{a} {}, d{b} {}", first(*a_first), first(*b_first))
            }
        };
        plan.operations.iter().map(step).collect()
    }

    #[test]
    fn nested_blocks_become_one_list_and_each_gradient_is_first_written_then_added_to() {
        let inner = Sequential::new().then(square());
        let layers = Sequential::new().then(square()).residual(Sequential::new().residual(inner).then(square()));
        // x1 = f0(x0), x2 = f1(x1), x3 = x1 + x2, x4 = f2(x3), x5 = x1 + x4; read upwards, dx1 is first written by the last sum.
        assert_eq!(
            steps(&plan(&layers)),
            [
                "v1 = layer0(v0), d0 =",
                "v2 = layer1(v1), d1 +=",
                "v3 = v1 + v2, d1 +=, d2 =",
                "v4 = layer2(v3), d3 =",
                "v5 = v1 + v4, d1 =, d4 =",
            ]
        );
        // Only dx1 is computed by a layer and then added: by layer 1.
        assert_eq!(plan(&layers).scratch_rows(), [0, 2, 0, 0, 0, 0]);
    }

    #[test]
    fn an_empty_block_doubles_its_input() {
        let layers = Sequential::new().then(square()).residual(Sequential::new());
        assert_eq!(steps(&plan(&layers)), ["v1 = layer0(v0), d0 =", "v2 = v1 + v1, d1 =, d1 +="]);
    }

    #[test]
    fn gradients_are_needed_from_the_first_parameters_on() {
        let layers =
            Sequential::new().then(Dropout::new(0.5)).residual(Sequential::new().then(square())).then(Dropout::new(0.5));
        // Input, dropout, dense, sum, dropout.
        assert_eq!(plan(&layers).needs_gradient, [false, false, true, true, true]);
    }

    #[test]
    fn weights_start_for_the_function_that_their_output_goes_through() {
        let block = Sequential::new().then(square()).then(Dropout::new(0.5)).then(Activated::new(Relu)).then(square());
        let layers = Sequential::new().then(square()).residual(block).then(Activated::new(Tanh)).then(square());
        let plan = plan(&layers);
        let next: Vec<&str> = plan.layers().map(|place| place.next.name.as_str()).collect();
        //                layer 0: linear; 1: ReLU behind dropout; 2, 3: themselves; 4: tanh behind the block; 5: itself; 6: the end
        assert_eq!(next, ["nothing", "relu", "relu", "relu", "tanh", "tanh", "nothing"]);
        let starts: Vec<String> = plan.layers().filter_map(|place| place.layer.initialization(&place.next)).collect();
        let (nothing, relu, tanh) =
            ("xavier_uniform: nothing follows", "kaiming_normal: relu follows", "xavier_uniform with gain 1.667: tanh follows");
        assert_eq!(starts, [nothing, relu, tanh, nothing]);
    }
}
