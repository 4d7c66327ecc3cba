"""Times training steps of scikit-learn's multi-layer perceptron: what four more epochs take, without the checks around them."""

import time
import warnings

import peer

args = peer.arguments(__doc__, peer.WORKLOADS)

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")  # that so few epochs do not converge
threadpool_limits(args.threads)


def prepare(workload):
    if workload["activation"] not in ("relu", "tanh") or workload["dropout"]:
        raise NotImplementedError("scikit-learn has no GELU and no dropout")
    sizes, samples = workload["sizes"], workload["samples"]
    is_class = workload["loss"] == "cross_entropy"
    random = np.random.default_rng(0)
    x = random.standard_normal((samples, sizes[0]), dtype=np.float32)
    y = random.integers(0, sizes[-1], samples) if is_class else random.standard_normal(samples, dtype=np.float32)
    sgd = workload["optimizer"].startswith("sgd")

    def fit(epochs):
        model = (MLPClassifier if is_class else MLPRegressor)(
            hidden_layer_sizes=sizes[1:-1],
            activation=workload["activation"],
            solver="sgd" if sgd else "adam",
            learning_rate_init=1e-2 if sgd else 1e-3,
            momentum=0.9,
            nesterovs_momentum=False,
            alpha=0.0,
            batch_size=workload["batch"],
            max_iter=epochs,
            n_iter_no_change=epochs,
            random_state=0,
        )
        start = time.perf_counter()
        model.fit(x, y)
        return time.perf_counter() - start

    steps = -(-samples // workload["batch"])
    more = max(4, 200 // steps)  # enough that the difference is not the noise of two times

    def differences():
        fit(1)
        while True:
            yield (fit(1 + more) - fit(1)) / (more * steps)

    return differences()


peer.run("scikit-learn", args, peer.WORKLOADS, prepare)
