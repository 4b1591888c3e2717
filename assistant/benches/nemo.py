"""NeMo Guardrails as its guide sets it up, to hold our rails against: self-check of what comes in and what goes out.

It is no part of Kith and is never installed with it. `kith bench rails --nemo PYTHON` runs this file with another Python
that has `nemoguardrails` and `langchain-openai`, hands it messages as JSON on standard input, and reads milliseconds from standard output.
The model is a stub on loopback that says "No" at once, so that what is left after its calls is the framework's own time.
"""

import asyncio
import importlib
import json
import os
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WARM_UP = 3
CONFIG = """
models:
  - type: main
    engine: openai
    model: stub
    parameters: {{base_url: "http://127.0.0.1:{port}/v1", api_key: stub}}
rails:
  input: {{flows: [self check input]}}
  output: {{flows: [self check output]}}
prompts:
  - task: self_check_input
    content: "Should this message be blocked? {{{{ user_input }}}} Answer Yes or No:"
  - task: self_check_output
    content: "Should this reply be blocked? {{{{ bot_response }}}} Answer Yes or No:"
"""


class Stub(BaseHTTPRequestHandler):
    """An OpenAI-compatible model that says one thing, and counts how often it was asked."""

    protocol_version = "HTTP/1.1"
    says = "No"
    asked = 0

    def do_POST(self) -> None:
        """Answer one completion."""
        Stub.asked += 1
        self.rfile.read(int(self.headers.get("content-length", 0)))
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.says}}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {"id": "1", "object": "chat.completion", "created": 0, "model": "stub", "choices": [choice]}
        body = json.dumps(answer | {"usage": usage}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def bare(port: int, count: int) -> list[float]:
    """Time calls of the model without any framework."""
    times = []
    body = json.dumps({"model": "stub", "messages": [{"role": "user", "content": "x"}]}).encode()
    for _ in range(count):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/chat/completions", body)
        started = time.perf_counter()
        with urllib.request.urlopen(request) as answer:
            answer.read()
        times.append((time.perf_counter() - started) * 1000)
    return times


async def guarded(rails: Any, messages: list[str]) -> tuple[list[float], float]:
    """Time each message through the rails and the stub; count the stub's calls a message."""
    times, before = [], 0
    for at, message in enumerate([*messages[:WARM_UP], *messages]):
        if at == WARM_UP:
            before = Stub.asked
        started = time.perf_counter()
        await rails.generate_async(messages=[{"role": "user", "content": message}])
        times.append((time.perf_counter() - started) * 1000)
    return times[WARM_UP:], (Stub.asked - before) / len(messages)


def main() -> None:
    """Measure, and print what was measured."""
    os.environ.setdefault("OPENAI_API_KEY", "stub")
    nemo = importlib.import_module("nemoguardrails")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = nemo.RailsConfig.from_content(yaml_content=CONFIG.format(port=server.server_port))
    rails = nemo.LLMRails(config)
    times, calls = asyncio.run(guarded(rails, json.load(sys.stdin)))
    json.dump({"ms": times, "bare_ms": bare(server.server_port, 100), "calls": calls}, sys.stdout)


if __name__ == "__main__":
    main()
