"""The graph of a BERT model in bytes, for one text at a time, written node by node.

One text at a time needs no padding and no mask, and what stands beside a text cannot change its vector. Names of nodes
are ONNX Runtime's own (`com.microsoft`) where one node does the work of several.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from knowledge_base.lean_numbers import Bytes, Numbers

OPSET = 17
OWN = "com.microsoft"
QKV, OUT, UP, DOWN = "qkv", "out", "up", "down"
APART = {QKV: 16, OUT: 0, UP: 16, DOWN: 64}
"""The four products of a layer, and how many of what goes into each stay in full: those that are far larger than the rest."""
LEAST_ROW = 0.5
"""What an inner row is at least scaled by, so that a faint row does not fill the byte with what is next to nothing."""
HERE = "attention.self."


@dataclass(frozen=True)
class Model:
    """A BERT model's weights and the few facts of its shape."""

    weights: Mapping[str, Numbers]
    layers: int
    heads: int
    epsilon: float

    def at(self, name: str) -> Numbers:
        return np.asarray(self.weights[name], dtype=np.float32)

    def product(self, layer: int, kind: str) -> tuple[Numbers, Numbers]:
        """Weights (k, n) and bias (n,) of one product of a layer; those of query, key and value side by side."""
        parts = {QKV: (f"{HERE}query", f"{HERE}key", f"{HERE}value"), OUT: ("attention.output.dense",)}
        parts |= {UP: ("intermediate.dense",), DOWN: ("output.dense",)}
        names = [f"encoder.layer.{layer}.{part}" for part in parts[kind]]
        weights = np.concatenate([self.at(f"{name}.weight") for name in names]).T
        return weights, np.concatenate([self.at(f"{name}.bias") for name in names])


@dataclass
class Pen:
    """Writes nodes and numbers, and names each."""

    nodes: list[Any] = field(default_factory=list)
    numbers: dict[str, Numbers] = field(default_factory=dict)

    def number(self, name: str, value: Any) -> str:
        self.numbers[name] = np.ascontiguousarray(value)
        return name

    def nodes_of(self, kind: str, given: list[str], gives: int, **settings: Any) -> list[str]:
        made = [f"x{len(self.nodes)}.{at}" for at in range(gives)]
        own = {"domain": OWN} if kind in OWN_NODES else {}
        self.nodes.append(helper.make_node(kind, given, made, **own, **settings))
        return made

    def node(self, kind: str, *given: str, **settings: Any) -> str:
        return self.nodes_of(kind, list(given), 1, **settings)[0]


OWN_NODES = {
    "BiasGelu", "DynamicQuantizeMatMul", "EmbedLayerNormalization", "MatMulIntegerToFloat", "MultiHeadAttention",
}  # fmt: skip


@dataclass
class Drawing:
    """Draws one model. `held` are the products in bytes: none of them, and the graph is in full.

    `twice` puts what the first byte of a number left over into a second one, for the two products that lose most.
    `taken` are what goes into each product, by layer and kind.
    """

    model: Model
    held: Mapping[tuple[int, str], Bytes]
    twice: bool = False
    pen: Pen = field(default_factory=Pen)
    taken: dict[tuple[int, str], str] = field(default_factory=dict)

    def graph(self, below_top: int, last: str, middle: str) -> onnx.ModelProto:
        """Draw all layers. Gives what the top layer makes, and what the `below_top` layer from the end is given."""
        rows, branching = self._opening(), max(0, self.model.layers + 1 - below_top)
        kept = {0: rows}
        for layer in range(self.model.layers):
            rows = kept[layer + 1] = self._layer(layer, rows)
        self.pen.nodes += [helper.make_node("Identity", [kept[branching]], [middle])]
        self.pen.nodes += [helper.make_node("Identity", [rows], [last])]
        return self._proto([last, middle])

    def _proto(self, gives: list[str]) -> onnx.ModelProto:
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["tokens", None]) for name in gives]
        graph = helper.make_graph(
            self.pen.nodes,
            "bert",
            [helper.make_tensor_value_info("ids", TensorProto.INT32, [1, "tokens"])],
            outputs,
            [numpy_helper.from_array(value, name) for name, value in self.pen.numbers.items()],
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(OWN, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)

    def _opening(self) -> str:
        """Words and places as rows: what every text's type adds is the same, so it goes in with the places."""
        model, number, name = self.model, self.pen.number, "embeddings"
        places = model.at(f"{name}.position_embeddings.weight") + model.at(f"{name}.token_type_embeddings.weight")[0]
        given = ["ids", "", number("words", model.at(f"{name}.word_embeddings.weight")), number("places", places), ""]
        given += [number(f"start.{part}", model.at(f"{name}.LayerNorm.{part}")) for part in ("weight", "bias")]
        rows, _ = self.pen.nodes_of("EmbedLayerNormalization", given, 2, epsilon=model.epsilon)
        return self._flat(rows)

    def _flat(self, rows: str) -> str:
        width = self.model.at("embeddings.LayerNorm.weight").size
        return self.pen.node("Reshape", rows, self.pen.number("flat", np.array([-1, width])))

    def _layer(self, layer: int, rows: str) -> str:
        seen = self._attention(layer, self._product(layer, QKV, rows))
        rows = self._settled(layer, OUT, self._product(layer, OUT, self._flat(seen)), rows)
        return self._settled(layer, DOWN, self._inner(layer, rows), rows)

    def _attention(self, layer: int, asked: str) -> str:
        pen, (weights, bias) = self.pen, self.model.product(layer, QKV)
        width = weights.shape[1]
        asked = pen.node("Reshape", asked, pen.number("one text", np.array([1, -1, width])))
        three = pen.nodes_of("Split", [asked, pen.number("thirds", np.array([width // 3] * 3))], 3, axis=2)
        bias_name = pen.number(f"{layer}.{QKV}.bias", bias)
        return pen.node("MultiHeadAttention", *three, bias_name, num_heads=self.model.heads)

    def _settled(self, layer: int, kind: str, made: str, before: str) -> str:
        """Add a product's bias and what went into the layer, and bring each row to one size."""
        pen, place = self.pen, "attention.output." if kind == OUT else "output."
        norm = f"encoder.layer.{layer}.{place}LayerNorm"
        whole = pen.node("Add", pen.node("Add", made, self._bias(layer, kind)), before)
        scale = pen.number(f"{layer}.{kind}.norm", self.model.at(f"{norm}.weight"))
        shift = pen.number(f"{layer}.{kind}.shift", self.model.at(f"{norm}.bias"))
        return pen.node("LayerNormalization", whole, scale, shift, axis=-1, epsilon=self.model.epsilon)

    def _bias(self, layer: int, kind: str, order: Any = slice(None)) -> str:
        return self.pen.number(f"{layer}.{kind}.bias", self.model.product(layer, kind)[1][order])

    def _product(self, layer: int, kind: str, rows: str, order: Any = slice(None)) -> str:
        """Multiply rows by a product's weights, the columns in `order`: in bytes, but for the channels apart."""
        pen, weights, held = self.pen, self.model.product(layer, kind)[0][:, order], self.held.get((layer, kind))
        name = f"{layer}.{kind}"
        self.taken[layer, kind] = rows
        if held is None:
            return pen.node("MatMul", rows, pen.number(name, weights))
        held = Bytes(held.numbers[:, order], held.scales[order], held.apart)
        small = rows
        if len(held.apart):
            mask = np.isin(np.arange(len(weights)), held.rest).astype(np.float32)
            small = pen.node("Mul", rows, pen.number(f"{name}.mask", mask))
        if kind == QKV:
            made = self._by_row(name, pen.node("ReduceMax", pen.node("Abs", small), axes=[1]), small, held)
        else:
            made = self._in_bytes(name, small, held, self.twice and kind == UP)
        if not len(held.apart):
            return made
        large = pen.node("Gather", rows, pen.number(f"{name}.apart", held.apart), axis=1)
        return pen.node("Gemm", large, pen.number(f"{name}.full", weights[held.apart]), made)

    def _inner(self, layer: int, rows: str) -> str:
        """The wide product and the one back. The former gives its columns in such an order that the largest come last."""
        held, pen = self.held.get((layer, DOWN)), self.pen
        order = np.arange(len(self.model.product(layer, DOWN)[0]))
        order = order if held is None else np.concatenate([held.rest, held.apart])
        wide = pen.node("BiasGelu", self._product(layer, UP, rows, order), self._bias(layer, UP, order))
        if held is None:
            return self._product(layer, DOWN, wide)
        name, cuts = f"{layer}.{DOWN}", np.array([len(held.rest), len(held.apart)])
        small, large = pen.nodes_of("Split", [wide, pen.number("cuts", cuts)], 2, axis=1)
        full = pen.number(f"{name}.full", self.model.product(layer, DOWN)[0][held.apart])
        held = Bytes(held.numbers[held.rest], held.scales, held.apart)
        if self.twice:
            return pen.node("Gemm", large, full, self._in_bytes(name, small, held, True))
        size = pen.node("Max", pen.node("ReduceMax", small, axes=[1]), pen.number("least", np.float32(LEAST_ROW)))
        return pen.node("Gemm", large, full, self._by_row(name, size, small, held))

    def _by_row(self, name: str, size: str, rows: str, held: Bytes) -> str:
        """Multiply in bytes with each row brought to one size first, so that a large row does not coarsen a small one."""
        return self.pen.node("Mul", self._in_bytes(name, self.pen.node("Div", rows, size), held, False), size)

    def _in_bytes(self, name: str, rows: str, held: Bytes, twice: bool) -> str:
        pen = self.pen
        numbers, scales = pen.number(f"{name}.bytes", held.numbers), pen.number(f"{name}.scales", held.scales)
        zero = pen.number(f"{name}.zero", np.zeros(len(held.scales), np.int8))
        if not twice:
            return pen.node("DynamicQuantizeMatMul", rows, numbers, scales, zero)
        first, scale, middle = pen.nodes_of("DynamicQuantizeLinear", [rows], 3)
        made = pen.node("MatMulIntegerToFloat", first, numbers, scale, scales, middle, zero)
        left = pen.node("Sub", rows, pen.node("DequantizeLinear", first, scale, middle))
        return pen.node("Add", made, pen.node("DynamicQuantizeMatMul", left, numbers, scales, zero))
