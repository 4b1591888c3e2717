"""Read what a person sent with a form, within bounds."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from assistant.console.security import Problem

MOST_BYTES = 64 * 1024
MOST_FIELDS = 500
FORM = "application/x-www-form-urlencoded"
WITH_FILES = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent with a form. `name` is what the sender calls it: show it, never use it as a path."""

    name: str
    data: bytes


class Form(dict[str, str]):
    """The fields of a form by name, with plain line ends. Of a name that comes several times, the last."""

    def __init__(self, pairs: list[tuple[str, str]], files: dict[str, Upload] | None = None) -> None:
        plain = [(name, value.replace("\r\n", "\n")) for name, value in pairs]
        super().__init__(plain)
        self._pairs, self.files = plain, files or {}

    def every(self, name: str) -> list[str]:
        """Return all values of a name, such as those of ticked boxes."""
        return [value for key, value in self._pairs if key == name]


async def read_form(request: Request, most_bytes: int = MOST_BYTES) -> Form:
    """Return the fields. Raises `Problem` for anything that is not a form of fair size."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith((FORM, WITH_FILES)):
        raise Problem(415, "This is not a form", "Open the page and send the form from there.")
    body = await read_body(request, most_bytes)
    try:
        if kind.startswith(WITH_FILES):
            return await with_files(request, body)
        return Form(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except (ValueError, MultiPartException):
        raise Problem(400, "This form cannot be read", "Open the page and send the form from there.") from None


async def read_body(request: Request, most_bytes: int) -> bytes:
    """Read the body, giving up as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise Problem(413, "This is too much at once", "Send a shorter text or a smaller file.")
    return bytes(body)


async def with_files(request: Request, body: bytes) -> Form:
    """Return the form and its files, from a body that was read whole."""

    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, once(), max_files=10, max_fields=MOST_FIELDS, max_part_size=len(body) + 1)
    pairs, files = [], {}
    for name, value in (await parser.parse()).multi_items():
        if isinstance(value, UploadFile):
            files[name] = Upload(value.filename or "", await value.read())
            await value.close()
        else:
            pairs.append((name, value))
    return Form(pairs, files)
