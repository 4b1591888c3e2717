"""The cage. One process that keeps the converters loaded and forks for each file; the fork has limits and no network.

Reads from standard input: a line of JSON (`kind`, `size`, limits), then the file's bytes. Writes one line of JSON:
`{"state": "done" | "long" | "limit" | "failed", "text": …, "tables": …, "hidden": …}`. It is started without the service's
environment, so no key and no password is in it.
"""

import contextlib
import io
import json
import os
import re
import resource
import select
import signal
import sys
import time
from typing import Any, BinaryIO

FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.posix_spawn",
    "os.system",
    "os.fork",
    "urllib.",
    "ftplib.",
    "http.",
)
TABLE = re.compile(rb"<(?:table|w:tbl)[\s>]", re.IGNORECASE)
HIDDEN = re.compile(
    rb"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|<w:vanish|"
    rb"color\s*:\s*(?:#fff(?:fff)?\b|white)|<[a-z]+[^>]*\shidden[\s>=]",
    re.IGNORECASE,
)
PIECE = 1 << 16
OFFICE = "http://schemas.openxmlformats.org"
TINY = {
    "[Content_Types].xml": f'<Types xmlns="{OFFICE}/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="a" '
    f'Type="{OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{OFFICE}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Ready'
    "</w:t></w:r></w:p></w:body></w:document>",
}


def main() -> None:
    """Serve one file after the other until the service closes our input."""
    convert("docx", io.BytesIO(tiny_word()))  # loads the converters once, for every fork
    convert("html", io.BytesIO(b"<p>Ready</p>"))
    source = sys.stdin.buffer
    while line := source.readline():
        job = json.loads(line)
        answer = run(job, source.read(job["size"]))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def run(job: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Convert in a fork; kill it when its time is over."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(job, data, writing)
    os.close(writing)
    try:
        said = _read_until(reading, time.monotonic() + job["wall"], job["most"])
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        return {"state": "limit"}
    return answer


def _read_until(reading: int, deadline: float, most: int) -> bytes:
    """Read what the fork says, as long as it may speak."""
    said = bytearray()
    while (left := deadline - time.monotonic()) > 0 and len(said) < most:
        if select.select([reading], [], [], left)[0]:
            piece = os.read(reading, PIECE)
            if not piece:
                break
            said += piece
    return bytes(said)


def _child(job: dict[str, Any], data: bytes, writing: int) -> None:
    """Convert under limits, say the result, and end at once."""
    try:
        confine(job["cpu"], job["memory"])
        answer = _told(job, data)
    except (MemoryError, RecursionError):
        answer = {"state": "limit"}
    except BaseException as error:
        answer = {"state": "failed", "error": type(error).__name__}
    with contextlib.suppress(BaseException):
        left = json.dumps(answer).encode()
        while left:
            left = left[os.write(writing, left) :]
    os._exit(0)


def _told(job: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Return what came of a file; of a text that is too long only its length, since half a text would mislead."""
    text = convert(job["kind"], io.BytesIO(data))
    if len(text) > job["text"]:
        return {"state": "long", "length": len(text)}
    found = _source_of(job["kind"], data)
    return {"state": "done", "text": text, "tables": len(TABLE.findall(found)), "hidden": len(HIDDEN.findall(found))}


def confine(cpu: int, memory: int) -> None:
    """Bound processor time, memory and files of this process, and close the network to its Python code."""
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: PTH123, SIM115
    for what, most in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, used + memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.addaudithook(_refuse)


def _refuse(event: str, facts: tuple[Any, ...]) -> None:
    """Stop whatever would reach beyond this process. An audit hook cannot be taken away again."""
    writes = event == "open" and isinstance(facts[2], int) and bool(facts[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    if writes or event.startswith(FORBIDDEN):
        raise PermissionError("A conversion may not reach beyond its own process.")


def convert(kind: str, stream: BinaryIO) -> str:
    """Return the file's text as Markdown."""
    from markitdown import StreamInfo
    from markitdown.converters import DocxConverter, HtmlConverter, PdfConverter

    if kind in ("markdown", "text"):
        return stream.read().decode("utf-8-sig")
    converter = {"html": HtmlConverter, "docx": DocxConverter, "pdf": PdfConverter}[kind]()
    return str(converter.convert(stream, StreamInfo(extension=f".{kind}", charset="utf-8")).markdown)


def tiny_word() -> bytes:
    """Return the smallest Word document."""
    import zipfile

    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        for name, content in TINY.items():
            packed.writestr(name, content)
    return kept.getvalue()


def _source_of(kind: str, data: bytes) -> bytes:
    """Return the markup behind a page or a Word document, to count its tables and its hidden text."""
    if kind == "html":
        return data
    if kind != "docx":
        return b""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read("word/document.xml")


if __name__ == "__main__":
    main()
