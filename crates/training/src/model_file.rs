//! A model as one file: weights any reader of safetensors can load, and a description beside them.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use backprop_data::Preprocessing;
use backprop_layers::{Description, Network};
use backprop_registry::Call;
use backprop_tensor::{Scalar, Span};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use crate::digest::digest_pieces;
use crate::{Head, Model, ModelError, write_atomically};

/// The newest format that can be read.
const FORMAT: u64 = 1;

/// The one key of the metadata: with several, the bytes of a file would depend on the order of a hash map.
const KEY: &str = "backprop";

/// A header that is longer is refused before it is read.
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// What stands in the metadata.
#[derive(Serialize, Deserialize)]
struct Envelope {
    format: u64,
    /// Of the description and every tensor.
    sha256: String,
    /// The description, as text, so that its digest does not depend on how it is written again.
    model: String,
}

/// Everything but the numbers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    version: String,
    inputs: Vec<usize>,
    layers: Vec<Node>,
    head: Head,
    loss: String,
    preprocessing: Preprocessing,
}

/// A layer as text, or a residual block.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Node {
    Layer(String),
    Residual { residual: Vec<Node> },
}

/// A tensor on its way to or from a file: row-major, `[out, in]` as `PyTorch` has it.
struct Stored<'a> {
    name: String,
    span: &'a Span,
    bytes: Vec<u8>,
}

impl Model {
    /// Writes the model to one file, whole or not at all. Weights stand in it by the names of their spans, row-major, so that other
    /// programs can read them.
    ///
    /// # Errors
    /// If the file cannot be written, or the network has a layer that is not in the registry.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), ModelError> {
        let path = path.as_ref();
        let described = Described {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            inputs: self.network.input().axes().to_vec(),
            layers: self.network.describe()?.iter().map(Node::of).collect(),
            head: self.head,
            loss: self.loss.call().to_string(),
            preprocessing: self.preprocessing.clone(),
        };
        let tensors = self.tensors();
        let model = serde_json::to_string(&described).expect("a description has string keys and finite numbers only");
        let sha256 = fingerprint(&model, &tensors);
        let envelope = serde_json::to_string(&Envelope { format: FORMAT, sha256, model }).expect("three plain fields");
        let views = tensors.iter().map(|tensor| {
            let view = TensorView::new(Dtype::F32, tensor.span.shape.clone(), &tensor.bytes).expect("a span covers its shape");
            (tensor.name.as_str(), view)
        });
        let metadata = HashMap::from([(KEY.to_owned(), envelope)]);
        let bytes = safetensors::serialize(views, Some(metadata)).expect("names differ and every view has its bytes");
        write_atomically(path, &bytes).map_err(|reason| ModelError::Io { path: path.display().to_string(), reason })
    }

    /// Reads a model that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// If the file cannot be read, is something else (the message says what it looks like), or is damaged.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let bytes = read(path).map_err(|reason| ModelError::Io { path: name.clone(), reason })?;
        Self::from_bytes(&bytes, &name)
    }

    /// Reads a model from memory; `path` is what messages call it.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn from_bytes(bytes: &[u8], path: &str) -> Result<Self, ModelError> {
        let foreign = |what: String| ModelError::Foreign { path: path.to_owned(), what };
        let damaged = |what: String| ModelError::Damaged { path: path.to_owned(), what };
        if let Some(what) = looks_like(bytes) {
            return Err(foreign(what.to_owned()));
        }
        let length = bytes.get(..8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        if length.is_none_or(|length| length > MAX_HEADER_BYTES) {
            return Err(foreign("it has no safetensors header".to_owned()));
        }
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| damaged_or_foreign(path, bytes, &error))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| damaged(error.to_string()))?;
        let envelope = metadata.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
        let envelope = envelope.ok_or_else(|| foreign("it holds tensors, but no description of a network".to_owned()))?;
        let envelope: Envelope =
            serde_json::from_str(envelope).map_err(|error| damaged(format!("its description, {error}")))?;
        if envelope.format > FORMAT {
            return Err(ModelError::Newer { path: path.to_owned(), found: envelope.format, known: FORMAT });
        }
        let described: Described =
            serde_json::from_str(&envelope.model).map_err(|error| damaged(format!("its description, {error}")))?;
        let model = assemble(described, bytes.len()).map_err(&damaged)?;
        model.fill(&tensors, &envelope).map_err(damaged)
    }

    /// Parameters and state as they stand in the file.
    fn tensors(&self) -> Vec<Stored<'_>> {
        let stored =
            |prefix: &str, span, values: &[f32]| Stored { name: named(prefix, span), span, bytes: row_major(span, values) };
        let params = self.network.named_params(&self.params).map(|(span, values)| stored("", span, values));
        let state = self.network.state_spans().iter().map(|span| stored(STATE, span, &self.state[span.range.clone()]));
        params.chain(state).collect()
    }

    /// Takes over the numbers of a file.
    fn fill(mut self, tensors: &SafeTensors<'_>, envelope: &Envelope) -> Result<Self, String> {
        let places = |prefix, spans: &[Span]| spans.iter().map(|span| (named(prefix, span), span.clone())).collect::<Vec<_>>();
        let params = places("", self.network.spans());
        let state = places(STATE, self.network.state_spans());
        let count = params.len() + state.len();
        if tensors.len() != count {
            return Err(format!("it holds {} tensors, but its network has {count}", tensors.len()));
        }
        for (target, places) in [(&mut self.params, params), (&mut self.state, state)] {
            for (name, span) in places {
                let tensor = tensors.tensor(&name).map_err(|_| format!("it lacks the tensor {name}"))?;
                if tensor.dtype() != Dtype::F32 || tensor.shape() != span.shape {
                    return Err(format!("{name} is {:?} {:?}, not F32 {:?}", tensor.dtype(), tensor.shape(), span.shape));
                }
                column_major(&span, tensor.data(), &mut target[span.range.clone()]);
            }
        }
        if fingerprint(&envelope.model, &self.tensors()) != envelope.sha256 {
            return Err("its checksum does not fit".to_owned());
        }
        if !self.params.iter().chain(&self.state).all(|value| value.is_finite()) {
            return Err("it holds numbers that are not finite".to_owned());
        }
        Ok(self)
    }
}

const STATE: &str = "state.";

fn named(prefix: &str, span: &Span) -> String {
    format!("{prefix}{}", span.name)
}

fn fingerprint(model: &str, tensors: &[Stored<'_>]) -> String {
    let pieces = tensors.iter().flat_map(|tensor| [tensor.name.as_bytes(), tensor.bytes.as_slice()]);
    digest_pieces(std::iter::once(model.as_bytes()).chain(pieces))
}

/// The network that a description names, its numbers still missing. No memory is taken for more numbers than the file has bytes for.
fn assemble(described: Described, file_bytes: usize) -> Result<Model, String> {
    let layers = described.layers.iter().map(Node::description).collect::<Result<Vec<_>, _>>()?;
    let layers = Description::build(&layers).map_err(|error| error.to_string())?;
    let inputs: usize = described.inputs.iter().product();
    let network = Network::new(inputs, layers).map_err(|error| error.to_string())?;
    let loss = backprop_losses::registry().parse(&described.loss).map_err(|error| error.to_string())?;
    if described.preprocessing.inputs() != network.inputs() {
        return Err(format!("its preprocessing gives {} inputs for {}", described.preprocessing.inputs(), network.inputs()));
    }
    let answers = described.preprocessing.outputs();
    let one_for_two = described.head.is_classification() && network.outputs() == 1 && answers == 2;
    if network.outputs() != answers && !one_for_two {
        return Err(format!("its network has {} outputs for {answers} answers", network.outputs()));
    }
    let numbers = network.param_count().saturating_add(network.state_count());
    if numbers > file_bytes / size_of::<f32>() {
        return Err(format!("its network has {numbers} numbers, more than the file can hold"));
    }
    let (params, state) = (vec![0.0; network.param_count()], network.initial_state());
    Ok(Model::new(network, params, state, described.preprocessing, described.head, loss))
}

impl Node {
    fn of(description: &Description) -> Self {
        match description {
            Description::Layer(call) => Node::Layer(call.to_string()),
            Description::Residual(inner) => Node::Residual { residual: inner.iter().map(Node::of).collect() },
        }
    }

    fn description(&self) -> Result<Description, String> {
        match self {
            Node::Layer(text) => Ok(Description::Layer(text.parse::<Call>().map_err(|error| error.to_string())?)),
            Node::Residual { residual } => {
                Ok(Description::Residual(residual.iter().map(Node::description).collect::<Result<_, _>>()?))
            }
        }
    }
}

/// Little-endian bytes of a column-major matrix, row after row. Vectors stay as they are.
fn row_major(span: &Span, values: &[f32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size_of_val(values));
    match span.shape[..] {
        [rows, columns] => {
            (0..rows).for_each(|i| (0..columns).for_each(|j| values[j * rows + i].write_le(&mut bytes)));
        }
        _ => values.iter().for_each(|value| value.write_le(&mut bytes)),
    }
    bytes
}

/// The other way round.
fn column_major(span: &Span, bytes: &[u8], values: &mut [f32]) {
    let numbers = bytes.chunks_exact(4).map(|bytes| f32::from_le(bytes).expect("chunks of four bytes"));
    match span.shape[..] {
        [rows, columns] => numbers.enumerate().for_each(|(k, value)| values[k % columns * rows + k / columns] = value),
        _ => values.iter_mut().zip(numbers).for_each(|(to, value)| *to = value),
    }
}

/// Reads a file as far as it goes; no size is believed before the bytes are there. A device may never end, and is refused.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let found = file.metadata()?;
    if found.is_dir() {
        return Err(std::io::Error::new(std::io::ErrorKind::IsADirectory, "it is a folder; name the file in it"));
    }
    if !found.is_file() {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is a device or a pipe, not a file"));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a file is that cannot be a model, going by how it starts.
fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    let starts: [(&[u8], &str); 8] = [
        (b"", "it is empty"),
        (b"PK", "it is a zip archive, as PyTorch writes"),
        (&[0x80, 0x02], "it is a Python pickle"),
        (&[0x80, 0x04], "it is a Python pickle"),
        (&[0x1f, 0x8b], "it is gzipped"),
        (b"<", "it is a web page"),
        (b"version https://git-lfs", "it is a pointer of git-lfs"),
        (b"\x93NUMPY", "it is a NumPy array"),
    ];
    if bytes.is_empty() {
        return Some(starts[0].1);
    }
    starts[1..].iter().find(|(start, _)| bytes.starts_with(start)).map(|&(_, what)| what)
}

/// A file that begins as a model does is a damaged one; any other is something else.
fn damaged_or_foreign(path: &str, bytes: &[u8], error: &safetensors::SafeTensorError) -> ModelError {
    let path = path.to_owned();
    if bytes.get(8) == Some(&b'{') {
        ModelError::Damaged { path, what: error.to_string() }
    } else {
        ModelError::Foreign { path, what: "it has no safetensors header".to_owned() }
    }
}
