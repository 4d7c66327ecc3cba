"""Times training steps of PyTorch, eager or compiled, with its fused optimizers."""

import peer

args = peer.arguments(__doc__, peer.WORKLOADS, ("--compile", {"action": "store_true", "help": "torch.compile"}))

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(args.threads)
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}


def prepare(workload):
    sizes, samples = workload["sizes"], workload["samples"]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), ACTIVATIONS[workload["activation"]]()]
        if workload["dropout"]:
            layers.append(nn.Dropout(workload["dropout"]))
    model = nn.Sequential(*layers[: -2 if workload["dropout"] else -1])
    params = list(model.parameters())
    if workload["optimizer"].startswith("sgd"):
        optimizer = torch.optim.SGD(params, 1e-2, momentum=0.9, fused=True)
    else:
        optimizer = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[workload["optimizer"]](params, 1e-3, fused=True)
    x = torch.randn(samples, sizes[0])
    if workload["loss"] == "cross_entropy":
        y, criterion = torch.randint(0, sizes[-1], (samples,)), nn.CrossEntropyLoss()
    else:
        y, criterion = torch.randn(samples, sizes[-1]), nn.MSELoss()

    def loss(x, y):
        return criterion(model(x), y)

    if args.compile:
        torch._dynamo.reset()
        loss = torch.compile(loss)
    batch = workload["batch"]
    batches = peer.cycle(torch.randperm(samples)[: samples // batch * batch].split(batch))

    def step():
        chosen = next(batches)
        optimizer.zero_grad(set_to_none=True)
        loss(x[chosen], y[chosen]).backward()
        optimizer.step()

    return step


peer.run("torch-compile" if args.compile else "torch-eager", args, peer.WORKLOADS, prepare)
