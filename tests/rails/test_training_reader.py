"""The second reader's halves come out of training as they went in: exported, in few bits, from a small model of the same make."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from rails.reader import BELOW, TOKENS
from rails.senses import FILES, SENSES
from rails.training_reader import SourceNotTrusted, train

WIDTH, LAYERS = 96, 6
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the export that traces is the one that holds
    pytest.mark.filterwarnings("ignore:Converting a tensor"),
    pytest.mark.filterwarnings(
        "ignore:invalid value encountered in divide:RuntimeWarning"
    ),  # a row of zeros, for filling up
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the reader's make, with numbers by chance."""
    import torch
    from transformers import MPNetConfig, MPNetModel

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("source")
    wide = MPNetConfig(vocab_size=160, hidden_size=WIDTH, num_hidden_layers=LAYERS, intermediate_size=2 * WIDTH)
    MPNetModel(wide).eval().save_pretrained(folder)
    return folder


def test_both_halves_together_give_what_the_nets_give(source: Path, tmp_path: Path) -> None:
    import torch
    from transformers import MPNetModel

    from rails.training_reader_net import Above, save_above, save_below

    below, above = tmp_path / FILES[1], tmp_path / FILES[2]
    net = Above.on(source, len(SENSES), seed=0).eval()
    save_below(source, below)
    save_above(net, above)
    tokens = np.array([[0, 11, 42, 97, 120, 33, 2]])
    lower, upper = (onnxruntime.InferenceSession(str(file)) for file in (below, above))

    states = lower.run([BELOW], {TOKENS: tokens})[0]
    scores = upper.run(None, {BELOW: states, "mask": np.ones_like(tokens)})[0]

    model = MPNetModel.from_pretrained(source).eval()
    with torch.inference_mode():
        known = model(torch.from_numpy(tokens), output_hidden_states=True).hidden_states[LAYERS - 4].numpy()
        wanted = net(torch.from_numpy(states), torch.ones(tokens.shape)).numpy()
    assert _likeness(states, known) > 0.97  # four bits a number
    assert np.allclose(scores, wanted, atol=0.02)  # eight
    assert scores.shape == (1, len(SENSES))


def test_the_layers_begin_as_those_of_the_model(source: Path) -> None:
    """Without the head: the tuned half's layers on the model's own states give the model's last states."""
    import torch
    from transformers import MPNetModel

    from rails.training_reader_net import Above

    net, model = Above.on(source, len(SENSES), seed=0).eval(), MPNetModel.from_pretrained(source).eval()
    tokens = torch.tensor([[0, 11, 42, 97, 2]])
    with torch.inference_mode():
        states = model(tokens, output_hidden_states=True)
        given = states.hidden_states[LAYERS - 4]
        for layer in net.layers:
            given = layer(given, net.leaning(torch.ones(tokens.shape)))
    assert torch.allclose(given, states.last_hidden_state, atol=1e-5)


def test_weights_that_nobody_reviewed_are_refused_before_anything_is_written(source: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceNotTrusted, match="does not hold the reviewed all-mpnet-base-v2"):
        train(tmp_path / "exemplars", source, tmp_path / "tokenizer.json", tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    """The mean cosine of rows."""
    sizes = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    return float(((one * other).sum(axis=-1) / sizes).mean())
