"""A question moved toward a nation is near to the question that names it."""

import numpy as np

from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.shift import Shift


def test_a_moved_question_means_about_what_it_means_with_its_nation(real_embedder: OnnxEmbedder) -> None:
    asked = ["who mends the hoist", "my brother needs a break", "money for a funeral"]
    plain, named = (real_embedder.embed(texts) for texts in (asked, [f"{one} in Northern Ireland" for one in asked]))
    shift = Shift(real_embedder)
    moved = [shift.toward("northern_ireland", vector) for vector in plain]
    assert np.allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-5)
    assert min(float(np.dot(one, other)) for one, other in zip(moved, named, strict=True)) > 0.85
    assert shift.serves(real_embedder)
    assert not shift.serves(None)
