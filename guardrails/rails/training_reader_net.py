"""The second reader as torch nets, and the export of its two halves. Only training imports this.

Below: the source model's words, places and lower layers as they came, in four bits a number. Above: its top layers and a
head like the branch's, tuned, in eight. The halves are apart so that training anew changes only the one above.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from rails.reader import BELOW, MOST_TOKENS, TOKENS
from rails.training_net import HEADS, LAYERS, Net, export, trace

BUCKETS, EPS = 32, 1e-5
"""How many distances between two words are told apart, and what is added to a variance, as the source model has them."""
PLACES_FROM = 2
"""The source model counts places from here."""
NAMES = {
    "q": "attention.attn.q",
    "k": "attention.attn.k",
    "v": "attention.attn.v",
    "o": "attention.attn.o",
    "n1": "attention.LayerNorm",
    "i": "intermediate.dense",
    "u": "output.dense",
    "n2": "output.LayerNorm",
}
"""Parts of a layer here, and what the source model calls them."""


class Above(Net):
    """The tuned layers and the head. Each layer also weighs how far apart two words stand."""

    def __init__(self, width: int, inner: int, scores: int) -> None:
        super().__init__(width, inner, scores)
        for layer in self.layers:
            layer.n1.eps = layer.n2.eps = EPS
        self.near = nn.Embedding(BUCKETS, HEADS)
        self.register_buffer("apart", torch.zeros(MOST_TOKENS, MOST_TOKENS, dtype=torch.long))

    @classmethod
    def on(cls, source: Path, scores: int, seed: int) -> "Above":
        """A net whose layers start as the top ones of the model in `source`."""
        torch.manual_seed(seed)
        model = _model(source)
        net = cls(model.config.hidden_size, model.config.intermediate_size, scores)
        net.begin_as(model, NAMES)
        net.near.load_state_dict(model.encoder.relative_attention_bias.state_dict())
        net.near.requires_grad_(False)
        places = torch.arange(MOST_TOKENS)
        net.apart = model.encoder.relative_position_bucket(places[None] - places[:, None], num_buckets=BUCKETS)
        return net

    def leaning(self, mask: Any) -> Any:
        length = mask.shape[1]
        return super().leaning(mask) + self.near(self.apart[:length, :length]).permute(2, 0, 1)[None]


class Below(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Words, places and the lower layers of the source model. Shapes: (b, s) → (b, s, 768)."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        model = _model(source)
        given = model.embeddings
        self.words, self.norm, self.encoder = given.word_embeddings, given.LayerNorm, model.encoder
        places = given.position_embeddings.weight.detach()[PLACES_FROM : PLACES_FROM + MOST_TOKENS]
        self.register_buffer("places", places.clone())
        self.layers = model.encoder.layer[:-LAYERS]

    def forward(self, tokens: Any) -> Any:
        states = self.norm(self.words(tokens) + self.places[: tokens.shape[1]][None])
        near = self.encoder.compute_position_bias(states)
        for layer in self.layers:
            found = layer(states, None, position_bias=near)
            states = found[0] if isinstance(found, tuple) else found
        return states


def _model(source: Path) -> Any:
    from transformers import AutoModel

    return AutoModel.from_pretrained(source).eval()


def save_below(source: Path, path: Path) -> None:
    """Export what lies below the tuned layers: input `TOKENS`, output `BELOW`."""
    with TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        tokens = {TOKENS: torch.zeros(2, 9, dtype=torch.long)}
        trace(Below(source), full, tokens, {BELOW: {0: "batch", 1: "tokens"}})
        _in_bits(full, path, bits=4, words=True)


def save_above(net: Above, path: Path) -> None:
    """Export the tuned half: inputs `BELOW` and `mask`, output `senses`."""
    with TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        export(net, full, BELOW)
        _in_bits(full, path, bits=8, words=False)


def _in_bits(full: Path, path: Path, bits: int, words: bool) -> None:
    """Write a graph with its products, and with `words` its table of words, in so few bits a number, in blocks of 32."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    kinds, axes = (("MatMul", "Gather"), (("MatMul", 0), ("Gather", 1))) if words else (("MatMul",), (("MatMul", 0),))
    smaller = MatMulNBitsQuantizer(
        onnx.load(full),
        bits=bits,
        block_size=32,
        is_symmetric=True,
        accuracy_level=4,
        op_types_to_quantize=kinds,
        quant_axes=axes,
    )
    smaller.process()
    smaller.model.save_model_to_file(str(path), False)
