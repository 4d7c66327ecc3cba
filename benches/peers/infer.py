"""Times predictions of PyTorch, onnxruntime or NumPy."""

import peer

PEERS = ("torch", "onnxruntime", "numpy")
args = peer.arguments(__doc__, peer.INFERENCE, ("--peer", {"choices": PEERS, "required": True}))

import numpy as np


def weights(sizes):
    random = np.random.default_rng(0)
    normal = lambda *shape: random.standard_normal(shape, dtype=np.float32)
    return [(normal(n, m) * np.sqrt(2 / m, dtype=np.float32), np.zeros(n, np.float32)) for m, n in zip(sizes, sizes[1:])]


def inputs(case):
    return np.random.default_rng(1).standard_normal((case["samples"], case["sizes"][0]), dtype=np.float32)


def with_numpy(case):
    layers, x = [(w.T, b) for w, b in weights(case["sizes"])], inputs(case)

    def call():
        h = x
        for w, b in layers[:-1]:
            h = np.maximum(h @ w + b, 0)
        return h @ layers[-1][0] + layers[-1][1]

    return call


def with_torch(case):
    import torch
    from torch import nn

    torch.set_num_threads(args.threads)
    layers = []
    for w, b in weights(case["sizes"]):
        layer = nn.Linear(w.shape[1], w.shape[0])
        layer.weight.data, layer.bias.data = torch.from_numpy(w), torch.from_numpy(b)
        layers += [layer, nn.ReLU()]
    model, x = nn.Sequential(*layers[:-1]).eval(), torch.from_numpy(inputs(case))

    def call():
        with torch.inference_mode():
            return model(x)

    return call


def with_onnxruntime(case):
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, h = [], [], "x"
    layers = weights(case["sizes"])
    for i, (w, b) in enumerate(layers):
        constants += [numpy_helper.from_array(w, f"w{i}"), numpy_helper.from_array(b, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [h, f"w{i}", f"b{i}"], [f"z{i}"], transB=1))
        h = f"z{i}"
        if i + 1 < len(layers):
            nodes.append(helper.make_node("Relu", [h], [f"h{i}"]))
            h = f"h{i}"
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size]) for name, size in
            (("x", case["sizes"][0]), (h, case["sizes"][-1]))]
    graph = helper.make_graph(nodes, "mlp", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = {"x": inputs(case)}
    return lambda: session.run(None, x)


peer.run(args.peer, args, peer.INFERENCE, globals()["with_" + args.peer])
