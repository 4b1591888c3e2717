"""The board pack: words first, every figure with its id, missing evidence said aloud, and figures that can be worked out again."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from governance.board.evidence import gather
from governance.board.service import make_pack
from governance.board.words import asks, change
from governance.measures.catalogue import CATALOGUE
from governance.measures.compute import compute
from governance.measures.model import Figure, Period
from governance.papers.model import Paper, plain
from governance.papers.render import FORMS
from governance.registers.entries import entries
from governance.registers.schema import registers
from governance.registers.seed import seed
from governance.registers.tables import ReportRow
from governance.report_cli import app
from tests.governance.test_measures import NOW, PERIOD, fill


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    settings = Settings(environment="test", var=tmp_path)
    migrate(settings)
    opened = Store(make_engine(settings), load_keys(settings))
    await fill(opened)
    async with opened.write() as work:
        assert await seed(work, NOW) > 20
        assert await seed(work, NOW) == 0
    yield opened
    await opened.close()


async def pack(store: Store) -> Paper:
    return await make_pack(store, Settings(environment="test"), PERIOD.start, PERIOD.end, "operator", NOW)


async def test_the_pack_says_what_is_known_and_what_is_not(store: Store) -> None:
    text = json.dumps(plain(await pack(store)), ensure_ascii=False)
    for said in ("Is it safe?", "Is it fair?", "was not run under this release", "This release was not evaluated",
                 "60.0%", "38.7% to 78.1%", "fewer than 5", "minutes_to_person_emergency", "R-7 Harmful words", "Vacant: Senior responsible owner"):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize("form", FORMS)
async def test_the_pack_can_be_had_in_every_form(store: Store, form: str) -> None:
    assert len(FORMS[form](await pack(store))) > 2000


async def test_a_kept_figure_can_be_worked_out_again(store: Store) -> None:
    await pack(store)
    async with store.read() as work:
        [kept] = (await work.connection.execute(select(ReportRow.figures))).scalars().all()
        for one in kept:
            again = await compute(work.connection, CATALOGUE[one["id"]], PERIOD, NOW)
            assert (again.value, again.hidden) == (one["value"], one["hidden"])


async def test_a_breached_indicator_lifts_its_risk_and_is_put_to_the_board(store: Store) -> None:
    async with store.read() as work:
        evidence = await gather(work, Settings(environment="test"), "r-1", PERIOD, NOW)
    wrong = next(risk for risk in evidence.registers["risks"] if risk.name == "Wrong information")
    assert evidence.indicator_met(wrong) is False
    assert evidence.rating(wrong).colour == "red"
    assert any(line.startswith(wrong.reference) for line in asks(evidence))


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [((60, 100), (30, 100), "better"), ((60, 100), (55, 100), ""), ((20, 100), (60, 100), "worse")],
)
def test_a_share_has_moved_only_when_chance_cannot_explain_it(
    now: tuple[int, int], before: tuple[int, int], said: str
) -> None:
    assert change(share(*now), share(*before)) == said


def share(hits: int, n: int) -> Figure:
    from evaluation.intervals import wilson_interval

    low, high = wilson_interval(hits, n)
    period = Period(NOW - timedelta(days=1), NOW)
    return Figure(CATALOGUE["answered"], period, hits / n, n, low, high, False, datetime.now(UTC))


async def test_the_seed_is_complete(store: Store) -> None:
    async with store.read() as work:
        risks = await entries(work, "risks")
    assert len(risks) == 8
    named = {str(one.values["indicator"]) for one in risks if one.values.get("indicator")}
    assert named <= set(CATALOGUE)
    assert "risks" in registers()


def test_the_command_writes_a_pack_and_explains_a_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_VAR", str(tmp_path / "var"))
    run = CliRunner()
    done = run.invoke(
        app,
        ["board", "--from", "2026-11-01", "--to", "2026-11-30", "--format", "json", "--out", str(tmp_path / "p.json")],
    )
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "p.json").read_text())["id"] == "board-pack"
    told = run.invoke(app, ["explain", "answered", "--from", "2026-11-01", "--to", "2026-11-30"])
    assert "SELECT" in told.output
    assert "not measured" in told.output
    assert run.invoke(app, ["record", "atrs", "--format", "odt"]).exit_code != 0
