"""One member of staff at work on guidance: the role is checked, the step is taken, the audit log is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.domain.roles import Act, Staff, require
from assistant.storage.store import Work
from knowledge_base.curation.lifecycle import Lifecycle
from knowledge_base.curation.values import Reason, Source, Version


@dataclass(frozen=True, slots=True)
class Curator:
    """What a member of staff may do to guidance, in one open transaction. `values` fill the placeholders."""

    work: Work
    staff: Staff
    values: Mapping[str, str]
    at: datetime

    @property
    def who(self) -> str:
        return f"staff:{self.staff.id}"

    @property
    def life(self) -> Lifecycle:
        """The steps themselves, which enforce order and four eyes."""
        return Lifecycle(self.work.guidance, self.values)

    async def write(self, source: Source, why: str, after: int | None = None) -> Version:
        """Keep a text as a new draft. `after` is the newest version that the writer saw; None overwrites."""
        require(self.staff, Act.WRITE_GUIDANCE)
        version = await self.life.write(source, self._because(why), after=after)
        await self._note("drafted", version)
        return version

    async def submit(self, version_id: str, why: str) -> Version:
        """Ask for a review."""
        require(self.staff, Act.WRITE_GUIDANCE)
        version = await self.life.submit(version_id, self._because(why))
        await self._note("submitted", version)
        return version

    async def approve(self, version_id: str, why: str) -> Version:
        """Say that somebody else's text may be published."""
        require(self.staff, Act.APPROVE_GUIDANCE)
        version = await self.life.approve(version_id, self._because(why))
        await self._note("approved", version)
        return version

    async def send_back(self, version_id: str, why: str) -> Version:
        """Give a text back to its author."""
        require(self.staff, Act.APPROVE_GUIDANCE)
        version = await self.life.send_back(version_id, self._because(why))
        await self._note("sent_back", version)
        return version

    async def publish(self, version_ids: Sequence[str], why: str) -> str:
        """Make approved texts live."""
        require(self.staff, Act.PUBLISH_GUIDANCE)
        name = await self.life.publish(version_ids, self._because(why))
        for version in await self.work.guidance.named(version_ids):
            await self._note("published", version, name)
        return name

    async def withdraw(self, slug: str, why: str) -> str:
        """Take a document out of use."""
        require(self.staff, Act.PUBLISH_GUIDANCE)
        before = await self.life.live(slug)
        name = await self.life.withdraw(slug, self._because(why))
        await self._note("withdrawn", before, name)
        return name

    async def roll_back(self, slug: str, why: str, number: int = 0) -> str:
        """Bring an earlier version back."""
        require(self.staff, Act.PUBLISH_GUIDANCE)
        name = await self.life.roll_back(slug, self._because(why), number)
        await self._note("rolled_back", await self.life.live(slug), name)
        return name

    def _because(self, why: str) -> Reason:
        return Reason(self.who, why, self.at)

    async def _note(self, what: str, version: Version, name: str = "") -> None:
        facts: dict[str, str | int] = {"version": version.number, "digest": version.source.digest, "guidance": name}
        await self.work.audit.note(f"guidance_{what}", self.who, f"guidance:{version.slug[:80]}", facts, self.at)
