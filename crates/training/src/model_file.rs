//! A model as one file: weights any reader of safetensors can load, and a description beside them.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use backprop_data::Preprocessing;
use backprop_layers::{Description, Network, Part, Sequential};
use backprop_losses::Loss;
use backprop_registry::Call;
use backprop_tensor::{Scalar, Span};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use crate::digest::digest_pieces;
use crate::pairing::check_loss;
use crate::{Head, Model, ModelError, write_atomically};

/// The newest format that can be read.
const FORMAT: u64 = 1;

/// The one key of the metadata: with several, the bytes of a file would depend on the order of a hash map.
const KEY: &str = "backprop";

/// A header that is longer is refused before it is read.
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// More layers than this are refused: each costs time, however few bytes it takes in a file.
const MAX_LAYERS: usize = 10_000;

/// So many bytes tell what a file is.
const FIRST_BYTES: u64 = 64;

/// What is read of the metadata first: all else may be different in a later format.
#[derive(Deserialize)]
struct Format {
    format: u64,
}

/// What stands in the metadata.
#[derive(Serialize, Deserialize)]
struct Envelope {
    format: u64,
    /// Of the description and every tensor.
    sha256: String,
    /// The description, as text, so that its digest does not depend on how it is written again.
    model: String,
}

/// What is read of the description first: all else may be unknown to this version.
#[derive(Deserialize)]
struct Writer {
    version: String,
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
    /// What is saved can be loaded: a model of which that is not certain is refused.
    ///
    /// # Errors
    /// If the file cannot be written, the network has a layer that is not in the registry, or the model could not be loaded again: a
    /// number is not finite, the loss is not in the registry or does not fit, blocks stand within blocks more than about 60 deep.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), ModelError> {
        let path = path.as_ref();
        let bytes = self.to_bytes()?;
        write_atomically(path, &bytes).map_err(|reason| ModelError::Io { path: path.display().to_string(), reason })
    }

    fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let unwritable = |what: String| ModelError::Unwritable { what };
        if !self.is_finite() {
            return Err(unwritable("it holds numbers that are not finite".to_owned()));
        }
        let described = Described {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            inputs: self.network.input().axes().to_vec(),
            layers: self.network.describe()?.iter().map(Node::of).collect(),
            head: self.head,
            loss: self.loss.call().to_string(),
            preprocessing: self.preprocessing.clone(),
        };
        let model = serde_json::to_string(&described).expect("a description has string keys");
        Described::read(&model).and_then(|described| described.assemble(usize::MAX)).map_err(unwritable)?;
        let tensors = self.tensors();
        let sha256 = fingerprint(&model, tensors.iter().map(|tensor| (tensor.name.as_str(), tensor.bytes.as_slice())));
        let envelope = serde_json::to_string(&Envelope { format: FORMAT, sha256, model }).expect("three plain fields");
        let views = tensors.iter().map(|tensor| {
            let view = TensorView::new(Dtype::F32, tensor.span.shape.clone(), &tensor.bytes).expect("a span covers its shape");
            (tensor.name.as_str(), view)
        });
        let metadata = HashMap::from([(KEY.to_owned(), envelope)]);
        let bytes = safetensors::serialize(views, Some(metadata)).map_err(|error| unwritable(error.to_string()))?;
        if starts_as_model(&bytes) { Ok(bytes) } else { Err(unwritable("its description is too long".to_owned())) }
    }

    /// Reads a model that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// If the file cannot be read, is something else (the message says what it looks like), is damaged, or needs another version.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let bytes = read(path).map_err(|reason| ModelError::Io { path: name.clone(), reason })?;
        Self::from_bytes(&bytes, &name)
    }

    /// Reads a model from memory; `path` is what messages call it.
    ///
    /// Nothing is believed: a wrong size, a wrong checksum or a mistaken combination is an error, never a panic, and no memory is
    /// taken for more than there are bytes.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn from_bytes(bytes: &[u8], path: &str) -> Result<Self, ModelError> {
        let foreign = |what: &str| ModelError::Foreign { path: path.to_owned(), what: what.to_owned() };
        let damaged = |what: String| ModelError::Damaged { path: path.to_owned(), what };
        if !starts_as_model(bytes) {
            return Err(foreign(looks_like(bytes).unwrap_or("it has no safetensors header")));
        }
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(error.to_string()))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| damaged(error.to_string()))?;
        let envelope = metadata.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
        let envelope = envelope.ok_or_else(|| foreign("it holds tensors, but no description of a network"))?;
        let unread = |error: serde_json::Error| damaged(format!("its description, {error}"));
        let Format { format } = serde_json::from_str(envelope).map_err(unread)?;
        if format > FORMAT {
            return Err(ModelError::Newer { path: path.to_owned(), found: format, known: FORMAT });
        }
        let envelope: Envelope = serde_json::from_str(envelope).map_err(unread)?;
        if format == 0
            || fingerprint(&envelope.model, tensors.iter().map(|(name, tensor)| (name, tensor.data()))) != envelope.sha256
        {
            return Err(damaged("its checksum does not fit".to_owned()));
        }
        // From here on the file is as it was written; what cannot be understood comes from another version.
        let Writer { version } = serde_json::from_str(&envelope.model).map_err(unread)?;
        let unknown = |what: String| {
            if version == env!("CARGO_PKG_VERSION") {
                damaged(what)
            } else {
                ModelError::OtherVersion { path: path.to_owned(), version: version.clone(), what }
            }
        };
        let described = Described::read(&envelope.model).map_err(&unknown)?;
        let model = described.assemble(bytes.len()).map_err(unknown)?;
        model.fill(&tensors).map_err(damaged)
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
    fn fill(mut self, tensors: &SafeTensors<'_>) -> Result<Self, String> {
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
        if self.is_finite() { Ok(self) } else { Err("it holds numbers that are not finite".to_owned()) }
    }

    fn is_finite(&self) -> bool {
        self.params.iter().chain(&self.state).all(|value| value.is_finite())
    }
}

const STATE: &str = "state.";

fn named(prefix: &str, span: &Span) -> String {
    format!("{prefix}{}", span.name)
}

/// Of the description and all tensors, by name, so that it can be checked before anything is understood.
fn fingerprint<'a>(model: &str, tensors: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut tensors: Vec<_> = tensors.collect();
    tensors.sort_unstable_by_key(|&(name, _)| name);
    let pieces = tensors.into_iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]);
    digest_pieces(std::iter::once(model.as_bytes()).chain(pieces))
}

impl Described {
    fn read(text: &str) -> Result<Self, String> {
        let described: Self = serde_json::from_str(text).map_err(|error| format!("its description, {error}"))?;
        let layers = Node::count(&described.layers);
        if layers > MAX_LAYERS {
            return Err(format!("its network has {layers} layers, but at most {MAX_LAYERS} are possible"));
        }
        Ok(described)
    }

    /// The network that it names, its numbers still missing. No memory is taken for more numbers than the file has bytes for.
    fn assemble(self, file_bytes: usize) -> Result<Model, String> {
        let Self { inputs, layers, head, loss, preprocessing, .. } = self;
        let inputs = inputs.iter().try_fold(1_usize, |product, &axis| product.checked_mul(axis));
        let inputs = inputs.filter(|&inputs| inputs == preprocessing.inputs());
        let inputs =
            inputs.ok_or_else(|| format!("its network does not take the {} inputs that it gets", preprocessing.inputs()))?;
        let layers = layers.iter().map(Node::description).collect::<Result<Vec<_>, _>>()?;
        let layers = Description::build(&layers).map_err(|error| error.to_string())?;
        let numbers = numbers(&layers);
        if numbers > file_bytes / size_of::<f32>() {
            return Err(format!("its network has {numbers} numbers, more than the file can hold"));
        }
        let network = Network::new(inputs, layers).map_err(|error| error.to_string())?;
        let outputs = network.outputs();
        if !head.fits(&preprocessing.outcome, outputs) {
            return Err(format!(
                "its network has {outputs} outputs for {} answers, or of another kind",
                preprocessing.outputs()
            ));
        }
        let loss: Box<dyn Loss<f32>> = backprop_losses::registry().parse(&loss).map_err(|error| error.to_string())?;
        check_loss(loss.as_ref(), &preprocessing.outcome, outputs)
            .map_err(|reason| format!("its loss does not fit: {reason}"))?;
        let (params, state) = (vec![0.0; network.param_count()], network.initial_state());
        Ok(Model::new(network, params, state, preprocessing, head, loss))
    }
}

/// Parameters and state of layers.
fn numbers(layers: &Sequential<f32>) -> usize {
    let of_part = |part: &Part<f32>| match part {
        Part::Layer(layer) => layer.spans().iter().chain(&layer.state_spans()).map(Span::len).fold(0, usize::saturating_add),
        Part::Residual(inner) => numbers(inner),
    };
    layers.parts().iter().map(of_part).fold(0, usize::saturating_add)
}

impl Node {
    fn of(description: &Description) -> Self {
        match description {
            Description::Layer(call) => Node::Layer(call.to_string()),
            Description::Residual(inner) => Node::Residual { residual: inner.iter().map(Node::of).collect() },
        }
    }

    /// Layers, those of blocks included.
    fn count(nodes: &[Self]) -> usize {
        nodes.iter().map(|node| if let Node::Residual { residual } = node { 1 + Self::count(residual) } else { 1 }).sum()
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
    Read::by_ref(&mut file).take(FIRST_BYTES).read_to_end(&mut bytes)?;
    // However large a file of another kind is, no more of it is wanted.
    if starts_as_model(&bytes) {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Whether a file begins as safetensors do: with the length of a header that begins with a brace.
fn starts_as_model(bytes: &[u8]) -> bool {
    let length = bytes.first_chunk().map(|&bytes| u64::from_le_bytes(bytes));
    length.is_some_and(|length| length <= MAX_HEADER_BYTES) && bytes.get(8) == Some(&b'{')
}

/// What a file is that does not begin as a model, going by how it does begin.
fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    let starts: [(&[u8], &str); 7] = [
        (b"PK", "it is a zip archive, as PyTorch writes"),
        (&[0x80, 0x02], "it is a Python pickle"),
        (&[0x80, 0x04], "it is a Python pickle"),
        (&[0x1f, 0x8b], "it is gzipped"),
        (b"<", "it is a web page"),
        (b"version https://git-lfs", "it is a pointer of git-lfs"),
        (b"\x93NUMPY", "it is a NumPy array"),
    ];
    let starts = starts.iter().find(|(start, _)| bytes.starts_with(start)).map(|&(_, what)| what);
    if bytes.is_empty() { Some("it is empty") } else { starts }
}
