//! Times training steps of burn on its CPU backend `flex`.

use std::error::Error;

use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, SgdConfig};
use burn::prelude::*;
use burn::tensor::{Distribution, Int, TensorData, activation};

#[path = "../protocol.rs"]
mod protocol;

use protocol::{Step, Workload};

fn main() -> Result<(), Box<dyn Error>> {
    protocol::run("burn-flex", prepare)
}

#[derive(Module, Debug)]
struct Mlp {
    layers: Vec<Linear>,
    dropout: Option<Dropout>,
}

impl Mlp {
    fn forward(&self, mut h: Tensor<2>, activation: fn(Tensor<2>) -> Tensor<2>) -> Tensor<2> {
        for (l, layer) in self.layers.iter().enumerate() {
            h = layer.forward(h);
            if l + 1 < self.layers.len() {
                h = activation(h);
                if let Some(dropout) = &self.dropout {
                    h = dropout.forward(h);
                }
            }
        }
        h
    }
}

fn prepare(workload: &Workload) -> Result<Step, Box<dyn Error>> {
    let device = Device::flex().autodiff();
    let layers = workload.sizes.windows(2).map(|pair| LinearConfig::new(pair[0], pair[1]).init(&device)).collect();
    let dropout = (workload.dropout > 0.0).then(|| DropoutConfig::new(workload.dropout).init());
    let mut model = Mlp { layers, dropout };
    let mut optimizer = match workload.optimizer.as_str() {
        "adam" => AdamConfig::new().init(),
        "adamw" => AdamWConfig::new().with_weight_decay(0.01).init(),
        _ => SgdConfig::new().with_momentum(Some(MomentumConfig::new())).init(),
    };
    let rate = if workload.optimizer.starts_with("adam") { 1e-3 } else { 1e-2 };
    let (samples, outputs) = (workload.samples, workload.outputs());
    let x: Tensor<2> = Tensor::random([samples, workload.sizes[0]], Distribution::Normal(0.0, 1.0), &device);
    let labels: Vec<i32> = (0..samples).map(|i| (i % outputs) as i32).collect();
    let labels: Tensor<1, Int> = Tensor::from_data(TensorData::from(labels.as_slice()), &device);
    let values: Tensor<2> = Tensor::random([samples, outputs], Distribution::Normal(0.0, 1.0), &device);
    let cross_entropy = (workload.loss == "cross_entropy").then(|| CrossEntropyLossConfig::new().init(&device));
    let activation: fn(Tensor<2>) -> Tensor<2> = match workload.activation.as_str() {
        "relu" => activation::relu,
        "tanh" => activation::tanh,
        "gelu" => activation::gelu,
        other => return Err(format!("no activation {other}").into()),
    };
    let batches: Vec<Vec<i32>> =
        workload.batches().into_iter().map(|batch| batch.into_iter().map(|sample| sample as i32).collect()).collect();
    Ok(Box::new(move |count| {
        let samples = TensorData::from(batches[count % batches.len()].as_slice());
        let samples: Tensor<1, Int> = Tensor::from_data(samples, &device);
        let y = model.forward(x.clone().select(0, samples.clone()), activation);
        let loss = match &cross_entropy {
            Some(loss) => loss.forward(y, labels.clone().select(0, samples)),
            None => MseLoss::new().forward(y, values.clone().select(0, samples), Reduction::Mean),
        };
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        model = optimizer.step(rate, model.clone(), gradients);
    }))
}
