"""Every query on the tables of guidance. Takes an open transaction and never ends it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import desc, func, insert, select, update

from knowledge_base.curation.values import Event, Publication, Reason, Source, State, Version
from knowledge_base.errors import NoSuchGuidance
from knowledge_base.tables import DocumentRow, EventRow, PublicationRow, VersionRow, new_id

LIVE = select(VersionRow.__table__).join(DocumentRow, DocumentRow.live_id == VersionRow.id).order_by(VersionRow.slug)
"""The published version of each document."""


class Connection(Protocol):
    """An open transaction of either kind of engine."""

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run one statement."""
        ...


class Library:
    """The tables of guidance, as functions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(
        self, source: Source, facts: Mapping[str, Any], authors: Sequence[str], origin: str, at: datetime
    ) -> Version:
        """Store a new version as a draft, under the next number of its document."""
        if await self.document(source.slug) is None:
            await self._connection.execute(insert(DocumentRow).values(slug=source.slug, created_at=at))
        latest = select(func.max(VersionRow.number)).where(VersionRow.slug == source.slug)
        number = ((await self._connection.execute(latest)).scalar() or 0) + 1
        version = Version(
            new_id(), source, number, State.DRAFT, origin, dict(facts), tuple(authors), approved_by="", created_at=at
        )
        await self._connection.execute(insert(VersionRow).values(_row(version)))
        return version

    async def lock(self) -> None:
        """Let one publication happen at a time, so that each record names the whole set. SQLite does so by itself."""
        await self._connection.execute(select(DocumentRow.slug).with_for_update())

    async def import_published(self, versions: Sequence[Version]) -> None:
        """Store first versions as published, all at once. Only for documents that are not there yet."""
        if not versions:
            return
        documents = [{"slug": one.slug, "live_id": one.id, "created_at": one.created_at} for one in versions]
        await self._connection.execute(insert(DocumentRow), documents)
        await self._connection.execute(insert(VersionRow), [_row(one) for one in versions])

    async def note_all(self, events: Sequence[Event]) -> None:
        """Write down many things that were done."""
        if events:
            await self._connection.execute(insert(EventRow), [asdict(one) for one in events])

    async def document(self, slug: str) -> DocumentRow | None:
        """Return a document's row (slug, live_id, created_at), or None."""
        found = await self._connection.execute(select(DocumentRow.__table__).where(DocumentRow.slug == slug))
        row: DocumentRow | None = found.first()
        return row

    async def version(self, version_id: str) -> Version:
        """Return one version. Raises `NoSuchGuidance`."""
        row = (await self._connection.execute(select(VersionRow.__table__).where(VersionRow.id == version_id))).first()
        if row is None:
            raise NoSuchGuidance(version_id)
        return as_version(row)

    async def versions(self, slug: str) -> list[Version]:
        """Return a document's versions, newest first."""
        wanted = select(VersionRow.__table__).where(VersionRow.slug == slug).order_by(desc(VersionRow.number))
        return [as_version(row) for row in await self._connection.execute(wanted)]

    async def live(self) -> list[Version]:
        """Return the published version of each document, in order of slug."""
        return [as_version(row) for row in await self._connection.execute(LIVE)]

    async def newest(self) -> list[Version]:
        """Return the newest version of each document, in order of slug."""
        last = select(VersionRow.slug, func.max(VersionRow.number).label("number")).group_by(VersionRow.slug).subquery()
        wanted = select(VersionRow.__table__).join(
            last, (VersionRow.slug == last.c.slug) & (VersionRow.number == last.c.number)
        )
        return [as_version(row) for row in await self._connection.execute(wanted.order_by(VersionRow.slug))]

    async def in_states(self, *states: State) -> list[Version]:
        """Return every version in one of these states, the longest waiting first."""
        wanted = select(VersionRow.__table__).where(VersionRow.state.in_([one.value for one in states]))
        return [as_version(row) for row in await self._connection.execute(wanted.order_by(VersionRow.created_at))]

    async def move(self, version: Version, to: State, approved_by: str | None = None) -> bool:
        """Change a version's state; False when another change came first."""
        values: dict[str, Any] = {"state": to.value}
        if approved_by is not None:
            values["approved_by"] = approved_by
        was = (VersionRow.id == version.id) & (VersionRow.state == version.state.value)
        return bool((await self._connection.execute(update(VersionRow).where(was).values(values))).rowcount)

    async def make_live(self, slug: str, version_id: str | None) -> None:
        """Name the published version of a document, or none."""
        await self._connection.execute(update(DocumentRow).where(DocumentRow.slug == slug).values(live_id=version_id))

    async def note(self, version: Version, what: str, reason: Reason) -> None:
        """Write down what was done to a version."""
        event = {"slug": version.slug, "version_id": version.id, "what": what, "who": reason.who}
        await self._connection.execute(insert(EventRow).values(**event, why=reason.why, at=reason.at))

    async def events(self, slug: str) -> list[Event]:
        """Return all that was done to a document, newest first."""
        wanted = select(EventRow.__table__).where(EventRow.slug == slug).order_by(desc(EventRow.id))
        rows = await self._connection.execute(wanted)
        return [Event(row.slug, row.version_id, row.what, row.who, row.why, row.at) for row in rows]

    async def publish_set(self, version: str, members: Mapping[str, str], reason: Reason) -> None:
        """Write down which versions are live from now on."""
        values = {"version": version, "members": dict(members), "who": reason.who, "why": reason.why, "at": reason.at}
        await self._connection.execute(insert(PublicationRow).values(values))

    async def publications(self, limit: int = 20) -> list[Publication]:
        """Return the latest publications, newest first."""
        rows = await self._connection.execute(
            select(PublicationRow.__table__).order_by(desc(PublicationRow.id)).limit(limit)
        )
        return [Publication(row.id, row.version, row.members, row.who, row.why, row.at) for row in rows]

    async def latest_publication(self) -> int:
        """Return the number of the latest publication; 0 before the first. Cheap enough to ask each second."""
        found = await self._connection.execute(select(func.max(PublicationRow.id)))
        return int(found.scalar() or 0)

    async def named(self, version_ids: Iterable[str]) -> list[Version]:
        """Return these versions, in order of slug."""
        wanted = select(VersionRow.__table__).where(VersionRow.id.in_(list(version_ids))).order_by(VersionRow.slug)
        return [as_version(row) for row in await self._connection.execute(wanted)]


def as_version(row: Any) -> Version:
    """Translate a row of the table of versions."""
    return Version(
        row.id,
        Source(row.slug, row.text, row.asked),
        row.number,
        State(row.state),
        row.origin,
        dict(row.facts),
        tuple(row.authors),
        row.approved_by,
        row.created_at,
    )


def _row(version: Version) -> dict[str, Any]:
    """Translate a version into its row."""
    return {
        "id": version.id,
        "slug": version.slug,
        "number": version.number,
        "state": version.state.value,
        "origin": version.origin,
        "text": version.source.text,
        "asked": version.source.asked,
        "digest": version.source.digest,
        "facts": version.facts,
        "authors": list(version.authors),
        "approved_by": version.approved_by,
        "created_at": version.created_at,
    }
