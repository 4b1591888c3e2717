"""`kith` in processes of its own that begin warm.

One process imports the whole service, which takes seconds, and forks for every call: what a call reads, writes, logs and sets
is its own as before, and so is its exit code. `python -m tests.warm` is that process: a call comes in as a line of JSON, and
when it is done a line with its exit code goes out.
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO, cast

ROOT = Path(__file__).parent.parent
IMPORTED_LATER = ("assistant.channels.sender", "assistant.doctor", "assistant.replay", "chromadb")
"""What commands import when they run, without what starts a thread as it is imported: a thread does not come along in a fork."""


@dataclass
class WarmKith:
    """The process that forks, as tests see it."""

    process: subprocess.Popen[str]

    def __call__(
        self, folder: Path, words: Sequence[str], given: str, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end. Its three streams are files in `folder`."""
        files = [folder / name for name in ("stdin", "stdout", "stderr")]
        files[0].write_text(given, "utf-8")
        call = {"words": words, "environment": dict(environment), "files": list(map(str, files))}
        to, back = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)
        to.write(json.dumps(call) + "\n")
        to.flush()
        code = int(back.readline())
        return subprocess.CompletedProcess(list(words), code, *(file.read_text("utf-8") for file in files[1:]))


@contextmanager
def warm_kith() -> Iterator[WarmKith]:
    """Start the process that forks; it ends with the block."""
    command = [sys.executable, "-m", "tests.warm"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield WarmKith(process)


def fork_for_each_call() -> None:
    """Import everything, then run each call that comes in a child."""
    from assistant.cli import main
    from rails.languages import screen

    for point in entry_points(group="kith.commands"):
        point.load()
    for name in IMPORTED_LATER:
        import_module(name)
    screen("hello")  # reads the words of danger
    assert len(list(Path("/proc/self/task").iterdir())) == 1
    gc.freeze()  # a child's collector would else go through all of it, and so copy it
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(**json.loads(line))
            main()
            return
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def become(words: Sequence[str], environment: Mapping[str, str], files: Sequence[str]) -> None:
    """Take on the words, the environment and the streams of a call."""
    for number, (file, flags) in enumerate(
        zip(files, (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2), strict=True)
    ):
        os.dup2(os.open(file, flags), number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["kith", *words]


if __name__ == "__main__":
    fork_for_each_call()
