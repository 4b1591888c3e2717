"""The life of a document: no step out of order, nobody approves their own words, everything can be undone."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from knowledge_base.curation.library import Library
from knowledge_base.curation.lifecycle import Lifecycle
from knowledge_base.curation.values import Source, State
from knowledge_base.errors import (
    ChangedMeanwhile,
    FileRefused,
    FourEyes,
    GuidanceNotValid,
    GuidanceRefused,
    NothingToBringBack,
    NotInState,
    NotLive,
    NotReady,
    ReasonMissing,
    ReasonTooLong,
    TextTooLong,
)
from knowledge_base.intake.cautions import Standards
from knowledge_base.intake.limits import LONGEST_TEXT
from knowledge_base.intake.preview import preview
from knowledge_base.tables import Base
from tests.knowledge_base.conftest import VALUES

from .conftest import NOW, PlainConnection, published, reason, source


async def test_a_text_is_drafted_reviewed_by_another_person_and_published(life: Lifecycle) -> None:
    version_id = await published(life, "breaks")

    assert [one.id for one in await life.library.live()] == [version_id]
    told = [(event.what, event.who) for event in reversed(await life.library.events("breaks"))]
    assert told == [
        ("drafted", "staff:ann"),
        ("submitted", "staff:ann"),
        ("approved", "staff:ben"),
        ("published", "staff:cat"),
    ]


async def test_the_author_cannot_approve_their_own_text_nor_one_they_changed(life: Lifecycle) -> None:
    first = await life.write(source("breaks"), reason("staff:ann"))
    await life.submit(first.id, reason("staff:ann"))
    second = await life.write(source("breaks", "Other words."), reason("staff:ben"))  # Ben corrects Ann's draft
    await life.submit(second.id, reason("staff:ben"))

    for author in ("staff:ann", "staff:ben"):
        with pytest.raises(FourEyes):
            await life.approve(second.id, reason(author))
    with pytest.raises(NotInState):  # what Ben replaced is no longer open to anybody
        await life.approve(first.id, reason("staff:cat"))
    assert (await life.approve(second.id, reason("staff:cat"))).state is State.APPROVED


async def test_nothing_is_published_without_approval_and_nothing_changes_without_a_reason(life: Lifecycle) -> None:
    version = await life.write(source("breaks"), reason("staff:ann"))
    with pytest.raises(NotInState):
        await life.publish([version.id], reason("staff:cat"))
    await life.submit(version.id, reason("staff:ann"))
    with pytest.raises(NotInState):
        await life.publish([version.id], reason("staff:cat"))
    with pytest.raises(ReasonMissing):
        await life.approve(version.id, reason("staff:ben", "  "))
    assert await life.library.live() == []


async def test_a_text_with_faults_cannot_be_sent_for_review_but_can_be_kept(life: Lifecycle) -> None:
    version = await life.write(Source("breaks", "No facts at all."), reason("staff:ann"))
    with pytest.raises(GuidanceNotValid, match="front matter"):
        await life.submit(version.id, reason("staff:ann"))
    with pytest.raises(FileRefused):
        await life.write(Source("../etc/passwd", "x"), reason("staff:ann"))


async def test_a_withdrawn_or_replaced_text_comes_back_in_one_step(life: Lifecycle) -> None:
    first = await published(life, "breaks")
    name = (await life.library.publications(1))[0].version
    second = await published(life, "breaks", "Newer words.")
    assert (await life.library.version(first)).state is State.SUPERSEDED

    assert await life.roll_back("breaks", reason("staff:cat")) == name  # the same set has the same name
    assert [one.id for one in await life.library.live()] == [first]
    await life.withdraw("breaks", reason("staff:cat"))
    assert await life.library.live() == []
    await life.roll_back("breaks", reason("staff:cat"), number=2)
    assert [one.id for one in await life.library.live()] == [second]


async def test_what_was_rolled_back_from_does_not_return_when_the_next_text_is_rolled_back_too(life: Lifecycle) -> None:
    good = await published(life, "breaks")
    await published(life, "breaks", "Wrong words.")
    await life.roll_back("breaks", reason("staff:cat"))
    await published(life, "breaks", "Other words.")

    await life.roll_back("breaks", reason("staff:cat"))
    assert [one.id for one in await life.library.live()] == [good]
    with pytest.raises(NothingToBringBack):  # nothing was live before it
        await life.roll_back("breaks", reason("staff:cat"))

    await life.withdraw("breaks", reason("staff:cat"))
    await life.roll_back("breaks", reason("staff:cat"))
    assert [one.id for one in await life.library.live()] == [good], "withdrawn by mistake"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "submit", "approve", "send_back", "publish", "withdraw", "roll_back"]),
        st.sampled_from(["staff:ann", "staff:ben", "staff:cat"]),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_no_sequence_of_steps_puts_an_unapproved_text_before_a_carer(steps: list[tuple[str, str, int]]) -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        life = Lifecycle(Library(PlainConnection(connection)), VALUES)
        approvals: dict[str, str] = {}
        for number, (step, who, which) in enumerate(steps):
            versions = await life.library.versions("breaks")
            chosen = versions[which % len(versions)].id if versions else "none"
            try:
                await take(life, step, who, chosen, number)
            except GuidanceRefused:
                continue
            if step == "approve":
                approvals[chosen] = who
        live = await life.library.live()
        assert len(live) <= 1
        for version in live:
            assert approvals[version.id] not in version.authors
            assert version.state is State.PUBLISHED
    engine.dispose()


async def take(life: Lifecycle, step: str, who: str, chosen: str, number: int) -> None:
    why = reason(who)
    if step == "write":
        await life.write(source("breaks", f"Words {number}."), why)
    elif step == "publish":
        await life.publish([chosen], why)
    elif step in ("withdraw", "roll_back"):
        await getattr(life, step)("breaks", why)
    else:
        await getattr(life, step)(chosen, why)


async def test_a_text_written_while_somebody_else_kept_another_is_not_kept_over_it(life: Lifecycle) -> None:
    await life.write(source("breaks"), reason("staff:ann"), after=0)
    await life.write(source("breaks", "Ann's words."), reason("staff:ann"), after=1)

    with pytest.raises(ChangedMeanwhile, match="version 2 of “Breaks” while you wrote"):
        await life.write(source("breaks", "Ben's words."), reason("staff:ben"), after=1)
    with pytest.raises(ChangedMeanwhile):
        await life.write(source("breaks", "Cat's new document."), reason("staff:cat"), after=0)

    assert [one.number for one in await life.library.versions("breaks")] == [2, 1]
    assert (await life.write(source("breaks", "Both."), reason("staff:ben"), after=2)).number == 3


async def test_a_section_without_text_and_a_check_still_to_come_stop_the_review_alone(life: Lifecycle) -> None:
    text = source("breaks").text.replace("reviewed_on: 2026-11-01", "reviewed_on: 2027-01-01")
    assert "2027-01-01" in text
    version = await life.write(
        Source("breaks", f"{text}\n## How do I book?\n\n## Who pays?\nWe do.\n"), reason("staff:ann")
    )

    with pytest.raises(NotReady) as refused:
        await life.submit(version.id, reason("staff:ann"))
    assert str(refused.value).startswith("“Breaks” is not ready. Put 2 things right first:")
    assert "“How do I book?” has no text" in str(refused.value)
    assert "2027-01-01, which is still to come" in str(refused.value)
    assert ".md" not in str(refused.value), "people on the pages see no file"


async def test_what_cannot_be_done_says_what_stands_in_the_way(life: Lifecycle) -> None:
    await life.write(source("breaks"), reason("staff:ann"))
    with pytest.raises(NotLive, match="no version of it is live"):
        await life.withdraw("breaks", reason("staff:cat"))
    with pytest.raises(NothingToBringBack, match="Version 1 of “breaks”"):
        await life.roll_back("breaks", reason("staff:cat"), 1)
    with pytest.raises(ReasonTooLong, match="up to 500 letters"):
        await life.write(source("breaks"), reason("staff:ann", "x" * 501))


async def test_a_text_that_is_too_long_is_never_kept_and_an_older_one_must_be_split_before_its_next_review(
    life: Lifecycle,
) -> None:
    long = replace(source("breaks", "Rest. "), text=source("breaks", "Rest. ").text + "Rest. " * (LONGEST_TEXT // 6))
    with pytest.raises(TextTooLong, match=f"one document may hold {LONGEST_TEXT:,}. Split it by subject"):
        await life.write(long, reason("staff:ann"))
    kept = await life.library.add(long, {}, ["staff:ann"], "written", NOW)  # from before there was a limit
    with pytest.raises(NotReady, match="Split it by subject"):
        await life.submit(kept.id, reason("staff:ann"))
    shown = preview(long, VALUES, Standards(grade=lambda _: "strange"), NOW.date())
    assert shown.chunks and not shown.cautions, "it is shown, and weighed once it is split"
