"""A Chroma server that several machines share, by setting. Without one each process works on its own folder."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import httpx

from knowledge_base.errors import ChromaUnreachable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client

ADDRESS: list[str] = []
"""Where the server stands, if there is one. Set once, when the service is put together."""
LineBroken = httpx.HTTPError
"""What Chroma's client lets through when the server is away."""


def use(address: str) -> None:
    """Keep vectors on this server from now on; empty means folders on this machine."""
    ADDRESS[:] = [address] if address else []


def in_use() -> str:
    """Return the server's address, or "" when vectors are kept in folders."""
    return ADDRESS[0] if ADDRESS else ""


def prefix(version: str) -> str:
    """Return how the names of a version's collections begin."""
    return f"kith-{version}-"


def faults() -> tuple[type[Exception], ...]:
    """Return what Chroma raises when its files or its answers make no sense. Loaded only where Chroma is."""
    if "chromadb" not in sys.modules:
        return (OSError, ValueError)
    from chromadb.errors import ChromaError

    return (ChromaError, OSError, ValueError)


def away() -> tuple[type[Exception], ...]:
    """Return what Chroma's client raises when the server cannot be asked."""
    return (*faults(), LineBroken)


def connect(address: str) -> "ClientAPI":
    """Return a client of the server, with its telemetry off.

    Raises:
        ChromaUnreachable: The server does not answer.
    """
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(address)
    is_tls = parts.scheme == "https"
    try:
        return chromadb.HttpClient(
            host=parts.hostname or "",
            port=parts.port or (443 if is_tls else 80),
            ssl=is_tls,
            settings=Settings(anonymized_telemetry=False),
        )
    except away() as error:
        raise ChromaUnreachable(parts.netloc.rpartition("@")[2]) from error


@contextmanager
def reached(address: str) -> "Iterator[ClientAPI]":
    """Open a client for a short piece of work; a line that breaks meanwhile is told in our words."""
    client = connect(address)
    try:
        yield client
    except LineBroken as error:
        raise ChromaUnreachable(urlsplit(address).netloc.rpartition("@")[2]) from error
    finally:
        cast("Client", client).close()
