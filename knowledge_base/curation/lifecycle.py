"""What may be done to guidance, and by whom. Four eyes and every state are enforced here, not on pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge_base.curation.library import Library
from knowledge_base.curation.reading import check_length, document_of, facts_of, unready
from knowledge_base.curation.values import WRITTEN, Reason, Source, State, Version, set_version
from knowledge_base.documents import SLUG
from knowledge_base.errors import (
    ChangedMeanwhile,
    FileRefused,
    FourEyes,
    GuidanceNotValid,
    NoSuchGuidance,
    NothingToBringBack,
    NotInState,
    NotLive,
    NotReady,
    ReasonMissing,
    ReasonTooLong,
)

UNFINISHED = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
LONGEST_SLUG = 120
LONGEST_REASON = 500
"""Letters."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The steps of a document's life, inside one open transaction. `values` fill the placeholders."""

    library: Library
    values: Mapping[str, str]

    async def write(self, source: Source, reason: Reason, origin: str = WRITTEN, after: int | None = None) -> Version:
        """Store a text as a new draft. An unfinished version before it is superseded, and its authors stay authors.

        `after` is the number of the newest version that the writer saw, 0 for none: raises `ChangedMeanwhile` when
        another has been kept since. None: whatever stands there is superseded. Raises `FileRefused` for a slug or a length
        that no document may have.
        """
        _need(reason)
        if not SLUG.fullmatch(source.slug) or len(source.slug) > LONGEST_SLUG:
            remedy = "Use small letters, digits and hyphens, such as blue-badge."
            raise FileRefused(source.slug[:80], "it cannot be the short name of a document.", remedy)
        check_length(source.slug, source.text)
        versions = await self.library.versions(source.slug)
        if after is not None and versions and versions[0].number != after:
            raise ChangedMeanwhile(versions[0].title, versions[0].number)
        earlier = [one for one in versions if one.state in UNFINISHED]
        authors = dict.fromkeys([reason.who, *(author for one in earlier for author in one.authors)])
        for one in earlier:
            await self.library.move(one, State.SUPERSEDED, "")
        added = await self.library.add(source, facts_of(source.text), list(authors), origin, reason.at)
        await self.library.note(added, "drafted", reason)
        return added

    async def submit(self, version_id: str, reason: Reason) -> Version:
        """Ask for a review. The text must be valid. Raises `GuidanceNotValid` with every fault."""
        version = await self._in(version_id, "sent for review", (State.DRAFT,), "Only a draft can be sent.")
        if faults := unready(version.source, self.values, reason.at.date()):
            raise NotReady(version.title, *faults)
        return await self._move(version, State.IN_REVIEW, "submitted", reason)

    async def approve(self, version_id: str, reason: Reason) -> Version:
        """Say that the text may be published. Nobody who changed it can. Raises `FourEyes`."""
        version = await self._in(version_id, "approved", (State.IN_REVIEW,), "Send it for review first.")
        if reason.who in version.authors:
            raise FourEyes(version.title)
        return await self._move(version, State.APPROVED, "approved", reason, reason.who)

    async def send_back(self, version_id: str, reason: Reason) -> Version:
        """Give a text back to its author with what to change."""
        states = (State.IN_REVIEW, State.APPROVED)
        version = await self._in(version_id, "sent back", states, "Only a text in review can be.")
        return await self._move(version, State.DRAFT, "sent_back", reason, "")

    async def publish(self, version_ids: Sequence[str], reason: Reason) -> str:
        """Make approved versions live together, and return the new guidance version."""
        await self.library.lock()
        for version_id in version_ids:
            version = await self._in(version_id, "published", (State.APPROVED,), "Somebody else must approve it first.")
            self._ready(version)
            await self._replace(version, "published", reason)
        return await self._record(reason)

    async def withdraw(self, slug: str, reason: Reason) -> str:
        """Take a document out of use at once, and return the new guidance version."""
        await self.library.lock()
        live = await self.live(slug)
        await self._move(live, State.WITHDRAWN, "withdrawn", reason)
        await self.library.make_live(slug, None)
        return await self._record(reason)

    async def roll_back(self, slug: str, reason: Reason, number: int = 0) -> str:
        """Make the version that was live before (or one by number) live again, in one step.

        Only a version that was approved and published once can come back.
        """
        await self.library.lock()
        document = await self.library.document(slug)
        if document is None:
            raise NoSuchGuidance(slug)
        before = "" if number else await self._before(slug, document.live_id)
        wanted = [
            one
            for one in await self.library.versions(slug)
            if one.state in (State.SUPERSEDED, State.WITHDRAWN) and one.approved_by
            if one.number == number or one.id == before
        ]
        if not wanted:
            raise NothingToBringBack(slug, number)
        self._ready(wanted[0])
        await self._replace(wanted[0], "rolled_back", reason)
        return await self._record(reason)

    async def _before(self, slug: str, live_id: str | None) -> str:
        """Return the version that was live when this one first became so, or that was live last; "" for none.

        That is not always the one numbered before: what was rolled back from must not return.
        """
        events = reversed(await self.library.events(slug))
        made_live = [one.version_id for one in events if one.what in ("published", "rolled_back")]
        earlier = made_live[: made_live.index(live_id)] if live_id in made_live else made_live
        return earlier[-1] if earlier else ""

    async def live(self, slug: str) -> Version:
        """Return the published version. Raises `NoSuchGuidance` or `NotLive`."""
        document = await self.library.document(slug)
        if document is None:
            raise NoSuchGuidance(slug)
        if document.live_id is None:
            raise NotLive(slug)
        return await self.library.version(document.live_id)

    def _ready(self, version: Version) -> None:
        """Check the whole text. Raises `NotReady` with every fault."""
        try:
            document_of(version.source, self.values)
        except GuidanceNotValid as error:
            raise NotReady(version.title, *error.problems) from error

    async def _replace(self, version: Version, what: str, reason: Reason) -> None:
        """Put one version in the place of the live one."""
        document = await self.library.document(version.slug)
        if document and document.live_id:
            before = await self.library.version(document.live_id)
            await self._move(before, State.SUPERSEDED, "superseded", reason)
        await self._move(version, State.PUBLISHED, what, reason)
        await self.library.make_live(version.slug, version.id)

    async def _record(self, reason: Reason) -> str:
        """Write down the set that is live now."""
        live = await self.library.live()
        name = set_version({one.slug: one.source.digest for one in live})
        await self.library.publish_set(name, {one.slug: one.id for one in live}, reason)
        return name

    async def _in(self, version_id: str, wanted: str, states: Sequence[State], remedy: str) -> Version:
        version = await self.library.version(version_id)
        if version.state not in states:
            raise NotInState(version.title, wanted, version.state.value, remedy)
        return version

    async def _move(
        self, version: Version, to: State, what: str, reason: Reason, approved_by: str | None = None
    ) -> Version:
        _need(reason)
        if not await self.library.move(version, to, approved_by):
            raise NotInState(version.title, what.replace("_", " "), "being changed by somebody else", "Look again.")
        await self.library.note(version, what, reason)
        return await self.library.version(version.id)


def _need(reason: Reason) -> None:
    """Every change says why."""
    if not reason.why.strip():
        raise ReasonMissing
    if len(reason.why) > LONGEST_REASON:
        raise ReasonTooLong(LONGEST_REASON)
