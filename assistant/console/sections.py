"""The sections of the console that belong to this room. Those of upper rooms come by the entry point `kith.console`."""

from collections.abc import Callable, Sequence

from fastapi import FastAPI
from starlette.routing import BaseRoute

Section = Callable[[FastAPI], Sequence[BaseRoute]]


def sections() -> tuple[Section, ...]:
    """Return the functions that give each section's routes. Imported here, so that commands without pages stay quick."""
    from assistant.console.finding.pages import finding_pages
    from assistant.console.guidance.pages import guidance_pages
    from assistant.console.inbox.pages import inbox_pages
    from assistant.console.rails.pages import rail_pages
    from assistant.console.rights.pages import rights_pages

    return (inbox_pages, rights_pages, guidance_pages, finding_pages, rail_pages)
