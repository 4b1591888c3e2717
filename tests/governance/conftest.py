"""The browser of the console's tests, for this room's pages."""

from tests.assistant.console.conftest import browser

__all__ = ["browser"]
