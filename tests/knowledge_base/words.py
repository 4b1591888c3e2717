"""A real embedder of the simplest kind, light enough for child processes to import."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from knowledge_base.embedding import Vector


class WordEmbedder:
    """Each word has a fixed random vector, a text is their sum. Keeps the texts it was given."""

    model_hash = "word-embedder-1"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.embedded.extend(texts)
        return [self.one(text) for text in texts]

    @staticmethod
    def one(text: str) -> Vector:
        words = re.findall(r"[a-z0-9£']+", text.lower()) or ["nothing"]
        total = sum((word_vector(word) for word in words), start=np.zeros(48))
        return tuple((total / max(float(np.linalg.norm(total)), 1e-9)).tolist())


def word_vector(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=48)
