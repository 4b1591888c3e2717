"""The branch as a torch net, and its export with weights in one byte each. Only training imports this."""

import math
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from rails.senses import BELOW

LAYERS, HEADS, HIDDEN, POOLS, DROPPED = 4, 12, 128, 4, 0.2
SLOWER = 0.8
"""Each layer learns this much slower than the one above it: what lies deeper is more general."""
NEVER = -1e4
NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
    "n1": "attention.output.LayerNorm",
    "i": "intermediate.dense",
    "u": "output.dense",
    "n2": "output.LayerNorm",
}
"""Parts of a layer here, and what the original model calls them."""


class Layer(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """One transformer layer, as BERT has them."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.i, self.u = nn.Linear(width, inner), nn.Linear(inner, width)
        self.n1, self.n2 = (nn.LayerNorm(width, eps=1e-12) for _ in range(2))
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Any, unseen: Any) -> Any:
        batch, length, width = x.shape
        q, k, v = (
            part(x).view(batch, length, HEADS, width // HEADS).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        weights = self.drop((q @ k.transpose(-1, -2) / math.sqrt(width // HEADS) + unseen).softmax(-1))
        x = self.n1(x + self.drop(self.o((weights @ v).transpose(1, 2).reshape(batch, length, width))))
        return self.n2(x + self.drop(self.u(nn.functional.gelu(self.i(x)))))


class Net(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Four layers, then mean and attention pooling, then one hidden layer."""

    def __init__(self, width: int, inner: int, scores: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Layer(width, inner) for _ in range(LAYERS)])
        self.att = nn.Linear(width, POOLS)
        self.h, self.out = nn.Linear(width * (POOLS + 1), HIDDEN), nn.Linear(HIDDEN, scores)
        self.drop = nn.Dropout(DROPPED)

    @classmethod
    def on(cls, source: Path, scores: int, seed: int) -> "Net":
        """A net whose layers start as the top ones of the model in `source`."""
        from transformers import AutoModel

        torch.manual_seed(seed)
        model = AutoModel.from_pretrained(source)
        net = cls(model.config.hidden_size, model.config.intermediate_size, scores)
        net.begin_as(model, NAMES)
        return net

    def begin_as(self, model: Any, names: Mapping[str, str]) -> None:
        """Take the top layers of a model for a start. `names`: what it calls the parts of a layer."""
        for ours, theirs in zip(self.layers, model.encoder.layer[-LAYERS:], strict=True):
            for name, path in names.items():
                getattr(ours, name).load_state_dict(theirs.get_submodule(path).state_dict())

    def groups(self, layers: float, head: float) -> list[dict[str, Any]]:
        """The parameters, with how fast each part learns."""
        rest = [*self.att.parameters(), *self.h.parameters(), *self.out.parameters()]
        depths = enumerate(reversed(self.layers))
        deep = [{"params": list(layer.parameters()), "lr": layers * SLOWER**depth} for depth, layer in depths]
        return [*deep, {"params": rest, "lr": head}]

    def leaning(self, mask: Any) -> Any:
        """What is added to how much each word heeds each other: never those that only fill up. Shapes: (b, s) → (b, 1, 1, s)."""
        return (1 - mask)[:, None, None, :] * NEVER

    def forward(self, hidden: Any, mask: Any) -> Any:
        mask = mask.float()
        unseen = self.leaning(mask)
        for layer in self.layers:
            hidden = layer(hidden, unseen)
        weight = mask[:, :, None]
        mean = (hidden * weight).sum(1) / weight.sum(1)
        share = (self.att(hidden) + (1 - weight) * NEVER).softmax(1)
        pooled = self.drop(torch.cat([mean, (share.transpose(1, 2) @ hidden).flatten(1)], 1))
        return self.out(self.drop(nn.functional.gelu(self.h(pooled))))


def save(net: Net, path: Path) -> None:
    """Export the net: inputs `BELOW` and `mask`, output `senses`. Layers in bytes, the head in full.

    Seven bits a weight are used, so that no processor's sums overflow and all give the same scores.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        export(net, full, BELOW)
        layers = [name for name in _products(full) if name.startswith("/layers.")]
        quantize_dynamic(
            full,
            path,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            nodes_to_quantize=layers,
        )


def _products(path: Path) -> list[str]:
    import onnx

    return [node.name for node in onnx.load(path).graph.node if node.op_type == "MatMul"]


def export(net: Net, path: Path, below: str) -> None:
    """Export a net in full: inputs `below` and `mask`, output `senses`."""
    given = {below: torch.zeros(2, 7, net.att.in_features), "mask": torch.ones(2, 7, dtype=torch.long)}
    trace(net, path, given, {"senses": {0: "batch"}})


def trace(net: Any, path: Path, given: Mapping[str, Any], gives: Mapping[str, Mapping[int, str]]) -> None:
    """Export any net.

    Args:
        net: A torch module.
        path: The ONNX file to write.
        given: An example of each input, by its name. Shapes: (batch, tokens, …), of any size when it runs.
        gives: The name of the output, and which of its dimensions may have any size.
    """
    axes = {name: {0: "batch", 1: "tokens"} for name in given} | dict(gives)
    with torch.inference_mode():
        torch.onnx.export(
            net.eval(),
            tuple(given.values()),
            str(path),
            input_names=list(given),
            output_names=list(gives),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
