"""The branch as a torch net, and its export with weights in half precision. Only training imports this."""

import math
from pathlib import Path
from typing import Any

import torch
from torch import nn

HEADS, HIDDEN, POOLS, DROPPED = 12, 128, 4, 0.2
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
    """Two layers, then mean and attention pooling, then one hidden layer."""

    def __init__(self, width: int, inner: int, scores: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Layer(width, inner) for _ in range(2)])
        self.att = nn.Linear(width, POOLS)
        self.h, self.out = nn.Linear(width * (POOLS + 1), HIDDEN), nn.Linear(HIDDEN, scores)
        self.drop = nn.Dropout(DROPPED)

    @classmethod
    def on(cls, source: Path, scores: int, seed: int) -> "Net":
        """A net whose layers start as the top two of the model in `source`."""
        from transformers import AutoModel

        torch.manual_seed(seed)
        model = AutoModel.from_pretrained(source)
        net = cls(model.config.hidden_size, model.config.intermediate_size, scores)
        for ours, theirs in zip(net.layers, model.encoder.layer[-2:], strict=True):
            for name, path in NAMES.items():
                getattr(ours, name).load_state_dict(theirs.get_submodule(path).state_dict())
        return net

    def groups(self, layers: float, head: float) -> list[dict[str, Any]]:
        """The parameters, with how fast each part learns."""
        rest = [*self.att.parameters(), *self.h.parameters(), *self.out.parameters()]
        return [{"params": list(self.layers.parameters()), "lr": layers}, {"params": rest, "lr": head}]

    def forward(self, hidden: Any, mask: Any) -> Any:
        mask = mask.float()
        unseen = (1 - mask)[:, None, None, :] * NEVER
        for layer in self.layers:
            hidden = layer(hidden, unseen)
        weight = mask[:, :, None]
        mean = (hidden * weight).sum(1) / weight.sum(1)
        share = (self.att(hidden) + (1 - weight) * NEVER).softmax(1)
        pooled = self.drop(torch.cat([mean, (share.transpose(1, 2) @ hidden).flatten(1)], 1))
        return self.out(self.drop(nn.functional.gelu(self.h(pooled))))


class Halved(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """A linear layer that keeps its weights in half precision and counts in full."""

    def __init__(self, full: Any) -> None:
        super().__init__()
        self.weight = nn.Parameter(full.weight.detach().half(), requires_grad=False)
        self.bias = nn.Parameter(full.bias.detach().clone(), requires_grad=False)

    def forward(self, x: Any) -> Any:
        return torch.matmul(x, self.weight.float().t()) + self.bias


def save(net: Net, path: Path) -> None:
    """Export the net with halved weights: inputs `hidden` and `mask`, output `senses`."""
    from copy import deepcopy

    small = deepcopy(net).eval()
    _halve(small)
    width = net.att.in_features
    axes = {"hidden": {0: "batch", 1: "tokens"}, "mask": {0: "batch", 1: "tokens"}, "senses": {0: "batch"}}
    with torch.inference_mode():
        torch.onnx.export(
            small,
            (torch.zeros(2, 7, width), torch.ones(2, 7, dtype=torch.long)),
            str(path),
            input_names=["hidden", "mask"],
            output_names=["senses"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
            do_constant_folding=False,
        )


def _halve(part: Any) -> None:
    for name, child in list(part.named_children()):
        if isinstance(child, nn.Linear):
            setattr(part, name, Halved(child))
        else:
            _halve(child)
