"""Bring the guidance that ships with Kith into the tables: once as published, later as something to follow or offer."""

from collections.abc import Sequence
from datetime import datetime

from knowledge_base.curation.library import Library
from knowledge_base.curation.reading import facts_of
from knowledge_base.curation.values import SHIPPED, SYSTEM, Event, Reason, Source, State, Version, set_version
from knowledge_base.tables import new_id

CAME_WITH = "came with Kith"


async def seed(library: Library, shipped: Sequence[Source], at: datetime, follow: bool) -> bool:
    """Import the shipped documents where they are not there yet; return whether anything changed.

    Args:
        library: The tables.
        shipped: What the installed Kith brings.
        at: Now.
        follow: Also take over shipped texts that changed since, where no member of staff has touched the document.
            Right for trying out; on a live service a changed text is approved by people.
    """
    is_first = not await library.latest_publication()
    if not (is_first or follow):
        return False
    newest = {one.slug: one for one in await library.newest()}
    fresh = [as_published(one, 1, at) for one in shipped if one.slug not in newest]
    changed = [one for one in shipped if is_behind(newest.get(one.slug), one)]
    if not (fresh or changed):
        return False
    await library.import_published(fresh)
    await library.note_all([imported(one) for one in fresh])
    for source in changed:
        await _update(library, newest[source.slug], source, at)
    live = await library.live()
    members = {one.slug: one.id for one in live}
    name = set_version({one.slug: one.source.digest for one in live})
    await library.publish_set(name, members, Reason(SYSTEM, CAME_WITH, at))
    return True


def is_behind(newest: Version | None, shipped: Source) -> bool:
    """Tell whether a document that nobody here has touched differs from the one that ships now."""
    if newest is None or newest.origin != SHIPPED or newest.state is not State.PUBLISHED:
        return False
    return newest.source.digest != shipped.digest


async def _update(library: Library, before: Version, source: Source, at: datetime) -> None:
    """Put the newer shipped text in the place of the older one."""
    reason = Reason(SYSTEM, CAME_WITH, at)
    added = await library.add(source, facts_of(source.text), [SYSTEM], SHIPPED, at)
    await library.move(before, State.SUPERSEDED)
    await library.move(added, State.PUBLISHED, SYSTEM)
    await library.make_live(source.slug, added.id)
    await library.note(added, "published", reason)


def as_published(source: Source, number: int, at: datetime) -> Version:
    """Return a shipped text as a published version."""
    facts = facts_of(source.text)
    return Version(new_id(), source, number, State.PUBLISHED, SHIPPED, facts, (SYSTEM,), SYSTEM, at)


def imported(version: Version) -> Event:
    """Return the event of its import."""
    return Event(version.slug, version.id, "published", SYSTEM, CAME_WITH, version.created_at)


def overlaid(live: Sequence[Version], shipped: Sequence[Source], known: frozenset[str]) -> list[Source]:
    """Return what would be live after `seed` with `follow`, without writing: for commands beside a running service.

    `known` are the slugs of all documents, withdrawn ones included: those never come back by themselves.
    """
    texts = {one.slug: one for one in shipped}
    kept = [texts.get(one.slug, one.source) if one.origin == SHIPPED else one.source for one in live]
    return [*kept, *(one for one in shipped if one.slug not in known)]
