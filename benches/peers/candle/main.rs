//! Times training steps of candle. Its gradient descent has no momentum: where the others have one, it does less.

use std::error::Error;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{AdamW, Linear, Module, Optimizer, ParamsAdamW, SGD, VarBuilder, VarMap, linear, loss, ops};

#[path = "../protocol.rs"]
mod protocol;

use protocol::{Step, Workload};

fn main() -> std::result::Result<(), Box<dyn Error>> {
    protocol::run("candle", |workload| Ok(prepare(workload)?))
}

fn prepare(workload: &Workload) -> Result<Step> {
    let device = Device::Cpu;
    let variables = VarMap::new();
    let builder = VarBuilder::from_varmap(&variables, DType::F32, &device);
    let pairs = workload.sizes.windows(2).enumerate();
    let layers: Vec<Linear> = pairs.map(|(l, pair)| linear(pair[0], pair[1], builder.pp(l))).collect::<Result<_>>()?;
    let (samples, outputs) = (workload.samples, workload.outputs());
    let x = Tensor::randn(0_f32, 1.0, (samples, workload.sizes[0]), &device)?;
    let classes = workload.loss == "cross_entropy";
    let y = if classes {
        Tensor::from_iter((0..samples).map(|i| (i % outputs) as u32), &device)?
    } else {
        Tensor::randn(0_f32, 1.0, (samples, outputs), &device)?
    };
    let decay = if workload.optimizer == "adamw" { 0.01 } else { 0.0 };
    let mut update: Box<dyn FnMut(&Tensor) -> Result<()>> = if workload.optimizer.starts_with("adam") {
        let settings = ParamsAdamW { lr: 1e-3, weight_decay: decay, ..ParamsAdamW::default() };
        let mut adam = AdamW::new(variables.all_vars(), settings)?;
        Box::new(move |loss| adam.backward_step(loss))
    } else {
        let mut sgd = SGD::new(variables.all_vars(), 0.01)?;
        Box::new(move |loss| sgd.backward_step(loss))
    };
    let batches = workload.batches();
    let activation: fn(&Tensor) -> Result<Tensor> = match workload.activation.as_str() {
        "relu" => Tensor::relu,
        "tanh" => Tensor::tanh,
        "gelu" => Tensor::gelu_erf,
        other => candle_core::bail!("no activation {other}"),
    };
    let dropout = workload.dropout as f32;
    let mut step = move |count: usize| -> Result<()> {
        let samples = Tensor::new(batches[count % batches.len()].as_slice(), &device)?;
        let mut h = x.index_select(&samples, 0)?;
        for (l, layer) in layers.iter().enumerate() {
            h = layer.forward(&h)?;
            if l + 1 < layers.len() {
                h = activation(&h)?;
                if dropout > 0.0 {
                    h = ops::dropout(&h, dropout)?;
                }
            }
        }
        let target = y.index_select(&samples, 0)?;
        update(&if classes { loss::cross_entropy(&h, &target)? } else { loss::mse(&h, &target)? })
    };
    Ok(Box::new(move |count| step(count).expect("the shapes fit")))
}
