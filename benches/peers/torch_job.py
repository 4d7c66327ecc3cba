"""The whole job with PyTorch: reads Fashion-MNIST from its gzipped IDX files, trains 784-256-128-10, measures it on the test set."""

import time

begin = time.perf_counter()

import argparse
import gzip
import json
import resource
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", type=Path, help="where the four .gz files are")
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()

import numpy as np
import torch
from torch import nn

torch.manual_seed(args.seed)
torch.set_num_threads(args.threads)


def read(part):
    images = gzip.decompress((args.folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((args.folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    x = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255
    return torch.from_numpy(x), torch.from_numpy(np.frombuffer(labels, np.uint8, offset=8).astype(np.int64))


(x, y), (test_x, test_y) = read("train"), read("t10k")
loaded = time.perf_counter()
model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
criterion = nn.CrossEntropyLoss()
for _ in range(args.epochs):
    for chosen in torch.randperm(len(x)).split(128):
        optimizer.zero_grad()
        criterion(model(x[chosen]), y[chosen]).backward()
        optimizer.step()
trained = time.perf_counter()
with torch.inference_mode():
    accuracy = (model(test_x).argmax(1) == test_y).float().mean().item()
print(json.dumps({
    "peer": "torch-eager",
    "workload": "job",
    "threads": args.threads,
    "seed": args.seed,
    "epochs": args.epochs,
    "load_s": loaded - begin,
    "epoch_s": (trained - loaded) / max(args.epochs, 1),
    "total_s": time.perf_counter() - begin,
    "accuracy": accuracy,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
