"""Times training steps of scikit-learn's multi-layer perceptron, from one mini-batch to the next inside of it."""

import time

import peer

args = peer.arguments(__doc__, peer.WORKLOADS)

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor, _multilayer_perceptron
from threadpoolctl import threadpool_limits

threadpool_limits(args.threads)
gen_batches = _multilayer_perceptron.gen_batches
taken = []


def timed_batches(*settings, **more):
    """The batches of an epoch. How long each is in use is how long its step takes, without the checks around the epoch."""
    for batch in gen_batches(*settings, **more):
        start = time.perf_counter()
        yield batch
        taken.append(time.perf_counter() - start)


_multilayer_perceptron.gen_batches = timed_batches


def prepare(workload):
    if workload["activation"] not in ("relu", "tanh") or workload["dropout"]:
        raise NotImplementedError("no GELU and no dropout")
    sizes, batch = workload["sizes"], workload["batch"]
    is_class = workload["loss"] == "cross_entropy"
    sgd = workload["optimizer"].startswith("sgd")
    model = (MLPClassifier if is_class else MLPRegressor)(
        hidden_layer_sizes=sizes[1:-1],
        activation=workload["activation"],
        solver="sgd" if sgd else "adam",
        learning_rate_init=1e-2 if sgd else 1e-3,
        momentum=0.9,
        nesterovs_momentum=False,
        alpha=0.0,
        batch_size=batch,
        random_state=0,
    )
    random = np.random.default_rng(0)
    x = random.standard_normal((workload["samples"], sizes[0]), dtype=np.float32)
    y = random.integers(0, sizes[-1], len(x)) if is_class else random.standard_normal(len(x), dtype=np.float32)
    classes = {"classes": np.arange(sizes[-1])} if is_class else {}

    def steps(rows):
        """The seconds of each step, epoch after epoch over so many samples."""
        while True:
            taken.clear()
            model.partial_fit(x[:rows], y[:rows], **classes)
            yield from taken

    few = steps(batch)
    next(few)  # makes the parameters
    # An epoch is cut to a tenth of a measurement: the first of its times is there when the last is.
    return steps(batch * max(1, min(len(x) // batch, int(args.seconds / 10 / next(few)))))


peer.run("scikit-learn", args, peer.WORKLOADS, prepare)
