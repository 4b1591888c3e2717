"""Turn a file of a stranger into text, in a cage beside the service. One file at a time, so the service keeps its speed."""

import json
import select
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from knowledge_base.curation.reading import check_length
from knowledge_base.errors import FileRefused, TextTooLong
from knowledge_base.intake.kinds import ASK, kind_of
from knowledge_base.intake.limits import DEFAULT, LONGEST_TEXT, Limits

START_SECONDS = 40.0
"""What loading the converters may take on top of the first conversion, on a busy machine."""
SPLIT = "Split it, or paste the part that carers need."


@dataclass(frozen=True, slots=True)
class Converted:
    """A file's text as Markdown. `tables` and `hidden` count tables and hidden passages of the original."""

    text: str
    tables: int = 0
    hidden: int = 0


class Cage:
    """The converting process. Started at the first file, started again whenever it was lost."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._one = threading.Lock()

    def convert(self, name: str, data: bytes, limits: Limits = DEFAULT) -> Converted:
        """Return the text. Blocks for up to `limits.wall` seconds: call it in a thread.

        Raises:
            FileRefused: In words for the person who uploaded it.
        """
        kind = kind_of(name, data, limits)
        with self._one:
            answer = self._ask(kind, data, limits)
        if answer["state"] == "limit":
            raise FileRefused(name, "reading it took too much time or memory.", SPLIT)
        if answer["state"] == "long":
            raise TextTooLong(name, int(answer["length"]), LONGEST_TEXT)
        if answer["state"] != "done":
            raise FileRefused(name, "it is damaged, or not what its name says.", ASK)
        text = str(answer["text"])
        if not text.strip():
            raise FileRefused(name, "there is no text in it. It may be a scan.", "Paste the text instead.")
        check_length(name, text)
        return Converted(text, int(answer["tables"]), int(answer["hidden"]))

    def _ask(self, kind: str, data: bytes, limits: Limits) -> dict[str, Any]:
        """Give the file to the process and wait for its answer; a process that says nothing is ended."""
        process, first = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        job = {"kind": kind, "size": len(data), "cpu": limits.cpu, "wall": limits.wall, "memory": limits.memory}
        job |= {"text": limits.text, "most": 12 * limits.text + 1000}
        try:
            process.stdin.write(json.dumps(job).encode() + b"\n" + data)
            process.stdin.flush()
            patience = limits.wall + 5 + (START_SECONDS if first else 0)
            if select.select([process.stdout], [], [], patience)[0] and (line := process.stdout.readline()):
                answer: dict[str, Any] = json.loads(line)
                return answer
        except (BrokenPipeError, ValueError):
            pass
        self._end()
        return {"state": "limit"}

    def _running(self) -> tuple[subprocess.Popen[bytes], bool]:
        """Return the process, and whether it has just been started. It gets none of our environment."""
        if self._process is not None and self._process.poll() is None:
            return self._process, False
        self._end()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "knowledge_base.intake.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"},
        )
        return self._process, True

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process = None

    def close(self) -> None:
        """End the process."""
        with self._one:
            self._end()
