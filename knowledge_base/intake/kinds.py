"""Tell what a file really is, and refuse before it is opened what need not be opened: macros, bombs, disguises."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from knowledge_base.errors import FileRefused
from knowledge_base.intake.limits import Limits

SUFFIXES: Mapping[str, str] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}
ASK = "Save it as Word (.docx), PDF, HTML, Markdown or plain text, then upload it again."
MAGICS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"MZ",
    b"\x7fELF",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
)
"""How files begin that are no text."""
PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
PAGE_COUNT = re.compile(rb"/Count\s+(\d{1,12})")
ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
MACRO = re.compile(r"vbaproject|\.bin$|activex|oleobject|embeddings/", re.IGNORECASE)
LINKED = re.compile(rb'Type="[^"]*/(?:attachedTemplate|subDocument|frame|oleObject|package)"', re.IGNORECASE)


def kind_of(name: str, data: bytes, limits: Limits) -> str:
    """Return markdown, text, html, docx or pdf. Raises `FileRefused` in words for the person who uploaded it."""
    kind = SUFFIXES.get(PurePosixPath(name.lower()).suffix)
    if kind is None:
        raise FileRefused(name, "it is not a kind of file that can be read.", ASK)
    if not data.strip():
        raise FileRefused(name, "it is empty.", "Look at the file, then upload it again.")
    if len(data) > limits.file:
        most = limits.file // 1_000_000
        raise FileRefused(name, f"it is larger than {most} MB.", "Take out pictures, or split it.")
    CHECKS[kind](name, data, limits)
    return kind


def _check_text(name: str, data: bytes, limits: Limits) -> None:
    if data.startswith(MAGICS) or b"\0" in data:
        raise FileRefused(name, "it is not text inside, whatever its name says.", ASK)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise FileRefused(name, "its letters are not in UTF-8.", "Save it again with the encoding UTF-8.") from None
    if ENTITY.search(data) and b"<!ENTITY" in data.upper():
        raise FileRefused(name, "it defines entities, which can hide or multiply text.", "Remove them.")


def _check_pdf(name: str, data: bytes, limits: Limits) -> None:
    if not data.startswith(b"%PDF-"):
        raise FileRefused(name, "it is not a PDF inside, whatever its name says.", ASK)
    if b"/Encrypt" in data:
        raise FileRefused(name, "it is locked with a password.", "Save a copy without one.")
    if any(mark in data for mark in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")):
        raise FileRefused(name, "it holds programs or other files.", "Print it to a new PDF and upload that.")
    counted = [int(found) for found in PAGE_COUNT.findall(data)]
    if len(PAGE.findall(data)) > limits.pages or max(counted, default=0) > limits.pages:
        raise FileRefused(name, f"it has more than {limits.pages} pages.", "Upload the pages that carers need.")
    if b"PK\x05\x06" in data:
        raise FileRefused(name, "another file is hidden in it.", "Print it to a new PDF and upload that.")


def _check_docx(name: str, data: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check_parts(name, packed, limits)
            _check_word(name, packed, limits)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        remedy = "Open it in Word, save it again without a password, and upload that."
        raise FileRefused(name, "it is not a whole Word document.", remedy) from error


def _check_parts(name: str, packed: zipfile.ZipFile, limits: Limits) -> None:
    """Look at the list of parts alone: nothing is unpacked yet."""
    parts = packed.infolist()
    if len(parts) > limits.parts or sum(one.file_size for one in parts) > limits.unpacked:
        raise FileRefused(name, "it grows far too large when it is opened.", "Save it again without pictures.")
    for part in parts:
        if part.flag_bits & 1:
            raise FileRefused(name, "it is locked with a password.", "Save a copy without one.")
        if part.file_size > limits.ratio * max(part.compress_size, 1000):
            raise FileRefused(name, "it grows far too large when it is opened.", "Save it again without pictures.")
        if MACRO.search(part.filename) or part.filename.lower().endswith((".zip", ".exe", ".docm", ".js")):
            raise FileRefused(name, "it holds macros or other files.", "Save it as .docx without macros or objects.")
        if part.filename.startswith("/") or ".." in PurePosixPath(part.filename).parts or "\\" in part.filename:
            raise FileRefused(name, "a part of it points outside the file.", ASK)
    names = [one.filename for one in parts]
    if len(set(names)) != len(names):
        raise FileRefused(name, "two of its parts have the same name.", "Open it in Word and save it again.")
    if "word/document.xml" not in names:
        raise FileRefused(name, "it is not a Word document inside, whatever its name says.", ASK)


def _check_word(name: str, packed: zipfile.ZipFile, limits: Limits) -> None:
    """Read the parts of XML within their stated sizes; none may define entities or load from elsewhere."""
    for part in packed.infolist():
        if not part.filename.endswith((".xml", ".rels")):
            continue
        with packed.open(part) as opened:
            content = opened.read(min(part.file_size, limits.unpacked) + 1)
        if len(content) > part.file_size:
            raise FileRefused(name, "a part of it is larger than it says.", "Open it in Word and save it again.")
        plain = content.replace(b"\0", b"")  # so that UTF-16 hides nothing
        if ENTITY.search(plain):
            raise FileRefused(name, "it defines entities, which can read other files or multiply text.", ASK)
        if LINKED.search(plain) and b'TargetMode="External"' in plain:
            raise FileRefused(name, "it loads a template or a part from elsewhere.", "Save it as a new document.")


CHECKS: Mapping[str, Callable[[str, bytes, Limits], None]] = {
    "markdown": _check_text,
    "text": _check_text,
    "html": _check_text,
    "docx": _check_docx,
    "pdf": _check_pdf,
}
