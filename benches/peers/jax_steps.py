"""Times training steps of JAX with optax: one compiled function a step, buffers donated."""

import os

import peer

args = peer.arguments(__doc__, peer.WORKLOADS)
if args.threads == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
# XLA has as many threads as it sees cores.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.threads])

import jax
import jax.numpy as jnp
import numpy as np
import optax

ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh, "gelu": lambda x: jax.nn.gelu(x, approximate=False)}


def prepare(workload):
    sizes, samples, batch, rate = workload["sizes"], workload["samples"], workload["batch"], workload["dropout"]
    random = np.random.default_rng(0)
    normal = lambda *shape: random.standard_normal(shape, dtype=np.float32)
    activation = ACTIVATIONS[workload["activation"]]
    is_class = workload["loss"] == "cross_entropy"
    pairs = list(zip(sizes, sizes[1:]))
    params = [(jnp.asarray(normal(*pair) * np.sqrt(2 / pair[0], dtype=np.float32)), jnp.zeros(pair[1])) for pair in pairs]
    optimizers = {"adam": lambda: optax.adam(1e-3), "adamw": lambda: optax.adamw(1e-3, weight_decay=0.01)}
    optimizer = optimizers.get(workload["optimizer"], lambda: optax.sgd(1e-2, momentum=0.9))()

    def loss(params, x, y, key):
        for layer, (w, b) in enumerate(params):
            x = x @ w + b
            if layer + 1 < len(params):
                x = activation(x)
                if rate:
                    kept = jax.random.bernoulli(jax.random.fold_in(key, layer), 1 - rate, x.shape)
                    x = jnp.where(kept, x / (1 - rate), 0)
        if is_class:
            return optax.softmax_cross_entropy_with_integer_labels(x, y).mean()
        return ((x - y) ** 2).mean()

    def update(state, x, y, chosen):
        params, moments, key = state
        key, noise = jax.random.split(key) if rate else (key, key)
        value, gradients = jax.value_and_grad(loss)(params, x[chosen], y[chosen], noise)
        changes, moments = optimizer.update(gradients, moments, params)
        return (optax.apply_updates(params, changes), moments, key), value

    update = jax.jit(update, donate_argnums=0)
    x = jnp.asarray(normal(samples, sizes[0]))
    y = jnp.asarray(random.integers(0, sizes[-1], samples) if is_class else normal(samples, sizes[-1]))
    order = random.permutation(samples)[: samples // batch * batch].reshape(-1, batch)
    batches = peer.cycle([jnp.asarray(chosen) for chosen in order])
    state = (params, optimizer.init(params), jax.random.key(0, impl="rbg"))  # the fastest generator it has

    def step():
        nonlocal state
        state, value = update(state, x, y, next(batches))
        value.block_until_ready()
        jax.block_until_ready(state[0])

    return step


peer.run("jax", args, peer.WORKLOADS, prepare)
