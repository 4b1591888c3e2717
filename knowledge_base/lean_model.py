"""Make the lean copy of a model: run the model in full on some texts, fit the bytes to what is seen, write both graphs.

Runs in the child process that exports, and takes it about ten seconds of one processor.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx.external_data_helper import set_external_data
from safetensors.numpy import load_file

from knowledge_base.engine import LAST, LEAN, LEAN_NUMBERS, LEAN_TWICE, MIDDLE, Tokens
from knowledge_base.lean_graph import APART, Drawing, Model
from knowledge_base.lean_numbers import Bytes, Seen, in_bytes
from knowledge_base.lean_texts import texts

PAGE, SMALL = 4096, 256
"""Numbers start on a page of memory, so that they can be mapped; the smallest stay in the graph."""


def model_in(source: Path) -> Model | None:
    """Read a model's weights; None unless it is a plain BERT, the one kind that can be drawn."""
    settings = json.loads((source / "config.json").read_text("utf-8"))
    places = settings.get("position_embedding_type", "absolute")
    if (settings.get("model_type"), settings.get("hidden_act"), places) != ("bert", "gelu", "absolute"):
        return None
    weights = {name.removeprefix("bert."): value for name, value in load_file(source / "model.safetensors").items()}
    layers, heads = int(settings["num_hidden_layers"]), int(settings["num_attention_heads"])
    return Model(weights, layers, heads, float(settings["layer_norm_eps"]))


def write(model: Model, tokens_of: Callable[[str], Tokens], target: Path, below_top: int) -> None:
    """Write both graphs and their numbers to `target`.

    Args:
        model: What to draw.
        tokens_of: Turns a text into the numbers of its tokens.
        target: The folder of the export.
        below_top: Which layer the middle output is, counted from the end.
    """
    seen = _seen(model, map(tokens_of, texts()))
    held = {key: in_bytes(model.product(*key)[0], one, APART[key[1]]) for key, one in seen.items()}
    places: dict[str, tuple[int, int]] = {}
    with (target / LEAN_NUMBERS).open("wb") as file:
        for name, twice in ((LEAN, False), (LEAN_TWICE, True)):
            graph = Drawing(model, held, twice).graph(below_top, LAST, MIDDLE)
            for one in graph.graph.initializer:
                _set_apart(one, file, places)
            (target / name).write_bytes(graph.SerializeToString())


def _set_apart(one: Any, file: Any, places: dict[str, tuple[int, int]]) -> None:
    """Move one array of numbers into the shared file, unless the other graph put it there."""
    if len(one.raw_data) < SMALL:
        return
    if one.name not in places:
        file.write(b"\0" * (-file.tell() % PAGE))
        places[one.name] = file.tell(), file.write(one.raw_data)
    offset, length = places[one.name]
    set_external_data(one, LEAN_NUMBERS, offset=offset, length=length)
    one.ClearField("raw_data")


def _seen(model: Model, texts: Iterable[Tokens]) -> Mapping[tuple[int, str], Seen]:
    """Run the model in full and look at what goes into each product."""
    drawing = Drawing(model, dict[tuple[int, str], Bytes]())
    graph = drawing.graph(1, LAST, MIDDLE)
    names = list(dict.fromkeys(drawing.taken.values()))
    graph.graph.output.extend(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    seen = {key: Seen() for key in drawing.taken}
    for tokens in texts:
        rows = dict(zip(names, session.run(names, {"ids": np.array([tokens], dtype=np.int32)}), strict=True))
        for key, name in drawing.taken.items():
            seen[key].add(rows[name])
    return seen
