"""Read what a person sent with a form, within bounds."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from assistant.console.security import Problem

MOST_BYTES = 64 * 1024
MOST_FIELDS = 100
FORM = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields, with plain line ends. Raises `Problem` for anything that is not a plain form of fair size."""
    if not request.headers.get("content-type", "").startswith(FORM):
        raise Problem(415, "This is not a form", "Open the page and send the form from there.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Problem(413, "This is too much at once", "Send a shorter text.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Problem(400, "This form cannot be read", "Open the page and send the form from there.") from None
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
