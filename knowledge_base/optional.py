"""Import a package without an optional one that it would take along."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(package: str) -> Iterator[None]:
    """Have an import believe meanwhile that `package` is not installed, unless it is loaded already."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # Python's own sign for "do not import"
    try:
        yield
    finally:
        del sys.modules[package]
