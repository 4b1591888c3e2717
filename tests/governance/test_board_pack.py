"""The board pack: words first, every figure with its id, missing evidence said aloud, and figures that can be worked out again."""

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import delete, select
from typer.testing import CliRunner

from assistant.domain.roles import Role, Staff
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.storage.tables import TurnRow
from evaluation import kept
from evaluation.cases import Case
from evaluation.evidence import Measure, SuiteEvidence, Verdict
from evaluation.marks import all_marks
from evaluation.parity import compare_kept
from evaluation.suite import CaseResult
from governance.board.charts import bars
from governance.board.checking import checked
from governance.board.evidence import PeriodAhead, gather
from governance.board.pack import make
from governance.board.service import make_pack
from governance.board.words import asks, change, short_answer
from governance.measures.catalogue import CATALOGUE
from governance.measures.compute import NoSuchMeasure, compute
from governance.measures.model import Figure, Period
from governance.papers.model import Paper, plain
from governance.papers.render import FORMS
from governance.records.facts import gather as gather_facts
from governance.records.form import form_named
from governance.records.write import write
from governance.registers.controls import controls_in
from governance.registers.entries import change as change_entry
from governance.registers.entries import entry, put
from governance.registers.schema import registers
from governance.registers.seed import seed
from governance.registers.tables import ReportRow
from governance.report_cli import app
from tests.databases import ready_database
from tests.evaluation.made import record, seen
from tests.governance.test_measures import NOW, OUTCOMES, PERIOD, fill
from tests.governance.test_papers import elements


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    settings = ready_database(Settings(environment="test", var=tmp_path))
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
    for said in ("Is it safe?", "Is it fair?", "Nobody can say yet. Not tested under this release: safety and resistance to attacks.", "This release was not tested",
                 "60.0%", "38.7% to 78.1%", "fewer than 5", "minutes_to_person_emergency", "R-7 Harmful words", "Vacant: Senior responsible owner",
                 "Cost and energy were not measured", "not from live use", "guidance_overdue"):  # fmt: skip
        assert said in text, said


async def test_a_period_that_is_ahead_is_refused_and_one_that_is_not_over_says_so(store: Store) -> None:
    settings, later = Settings(environment="test"), NOW + timedelta(days=30)
    with pytest.raises(PeriodAhead, match="still ahead"):
        await make_pack(store, settings, later, later + timedelta(days=30), "operator", NOW)
    assert "not over yet" not in str((await pack(store)).facts)
    assert "not over yet" in str((await make_pack(store, settings, PERIOD.start, later, "operator", NOW)).facts)


@pytest.mark.parametrize("form", FORMS)
async def test_the_pack_can_be_had_in_every_form(store: Store, form: str) -> None:
    assert len(FORMS[form](await pack(store))) > 2000


async def test_each_chart_of_the_pack_speaks_in_the_pdf_and_stands_in_the_word_file(store: Store) -> None:
    made = await pack(store)
    told = [one.words for one in made.pictures()]
    assert told, "the pack of these figures has charts"
    reader = PdfReader(io.BytesIO(FORMS["pdf"](made)))
    root = reader.trailer["/Root"]
    spoken = [str(one["/Alt"]) for one in elements(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    assert spoken == told
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "en-GB")
    assert reader.metadata is not None
    assert reader.metadata.title == made.title
    shown = Document(io.BytesIO(FORMS["docx"](made))).inline_shapes
    assert [one._inline.docPr.get("descr") for one in shown] == told


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
    assert any(wrong.reference in line and "its live figure is past the limit" in line for line in asks(evidence))


async def with_suites(store: Store) -> None:
    """Two approved releases, of which the newer does better on danger and worse on accuracy."""
    async with store.write() as work:
        for release, right in (("r-1", 60), ("r-2", 95)):
            await work.releases.note(release, {}, NOW)
            await work.releases.activate(release, True, "cat", NOW)
            for suite, hits in (("safety", right), ("accuracy", 155 - right)):
                one = record(
                    release, [True] * hits + [False] * (100 - hits), f"{release[2:]}{suite[0]}" * 8, "accuracy", NOW
                )
                await kept.keep(work, replace(one, id=f"{release[2:]}{suite[0]}{'0' * 30}", suite=suite))


async def test_suites_are_told_against_the_approved_release_before(store: Store) -> None:
    await with_suites(store)
    paper = plain(await pack(store))
    text = json.dumps(paper, ensure_ascii=False)
    [grid] = [block for section in paper["sections"] for block in section["blocks"] if block.get("caption") == "Accuracy: figures"]  # fmt: skip
    row = next(one for one in grid["rows"] if one[-1] == "accuracy.strict")
    assert row[1] == "60.0%" and row[6] == "95.0%" and row[7] == "worse"
    assert "against the approved release r-1" in text
    assert '["Approved release before it", "r-1"]' in text


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        pytest.param([Verdict.PASS, Verdict.PASS], "Yes:", id="all passed"),
        pytest.param([Verdict.PASS], "Nobody can say yet.", id="one is missing"),
        pytest.param([Verdict.FAIL], "Not yet:", id="failed, the other missing"),
        pytest.param([Verdict.PASS, Verdict.INSUFFICIENT], "There is too little evidence", id="too little"),
        pytest.param([Verdict.UNSCORED, Verdict.PASS], "There is too little evidence", id="unscored is no pass"),
    ],
)
def test_the_first_page_says_yes_only_when_every_test_did(verdicts: list[Verdict], says: str) -> None:
    assert short_answer(verdicts, 2).startswith(says)


async def test_the_summary_stays_one_page_when_everything_is_wrong(store: Store) -> None:
    late = {"name": "Tell carers in every library and surgery", "kind": "action", "owner": "Chair", "due_on": "2026-11-02", "status": "open"}  # fmt: skip
    async with store.write() as work:
        for _ in range(40):
            await put(work, registers()["actions"], late, "staff:k1", NOW)
    async with store.read() as work:
        evidence = await gather(work, Settings(environment="test"), "r-1", PERIOD, NOW)
    missed = [Measure(f"m{at}", 0.5, 100, 0.4, 0.6, "at least 95.0%", False, "A measure with rather a long title, as some have", "rate") for at in range(5)]  # fmt: skip
    bad = [SuiteEvidence(name, "run", NOW, Verdict.FAIL, missed) for name in all_marks()["suites"]]
    pages = PdfReader(io.BytesIO(FORMS["pdf"](make(replace(evidence, suites=bad, earlier_suites=bad, earlier_release="r-0"))))).pages  # fmt: skip
    assert "and 36 more in the registers" in " ".join(pages[0].extract_text().split())
    assert pages[1].extract_text().startswith("Use and reach")


async def test_a_gap_between_groups_is_counted_again_from_what_was_kept(store: Store) -> None:
    want = {"variants": dict.fromkeys("abcd", "x"), "template": "{who}"}
    each = (seen(), seen(), seen(), seen("I do not know.", outcome="unanswerable_no_content", cited=()), seen())
    results = tuple(CaseResult(Case(f"c-{at}", ("x",), want, "bias", tags={"characteristic": "religion"}), each, ()) for at in range(9))  # fmt: skip
    found, _ = compare_kept(results)
    made = replace(record("r-1", [True]), id="b" * 32, suite="bias", measures=tuple(found), results=results)
    async with store.write() as work:
        await kept.keep(work, made)
    async with store.read() as work:
        lines = dict(await checked(work, "bias.gap_answered", Period(PERIOD.start, PERIOD.end, "r-1"), NOW))
        facts = await gather_facts(work, Settings(environment="test"), "r-1", {}, NOW)
    assert lines["Counted again from the kept cases"] == "-100.0 points of 9 cases: the same"
    told = {one.id: one for one in write(form_named("eqia"), facts, {}).fields()}
    assert told["3.7"].value == "Answered, best less worst group: religion: +100.0 points, 36 messages."
    assert told["3.9"].is_gap


async def test_a_figure_of_a_suite_is_counted_again_from_its_cases(store: Store) -> None:
    await with_suites(store)
    await pack(store)
    async with store.read() as work:
        told = dict(await checked(work, "accuracy.strict", PERIOD, NOW))
        other = dict(await checked(work, "accuracy.strict", Period(PERIOD.start, PERIOD.end, "r-1"), NOW))
        live = dict(await checked(work, "answered", PERIOD, NOW))
        with pytest.raises(NoSuchMeasure, match="no figure called tone"):
            await checked(work, "tone.blame", PERIOD, NOW)
    assert told["Value"].startswith("60.0%") and told["Release"] == "r-2"
    assert told["Counted again from the kept cases"] == "60.0% of 100 cases: the same"
    assert other["Value"].startswith("95.0%")
    assert next(text for label, text in live.items() if label.startswith("Pack of")) == "the same"


async def test_a_kept_pack_shows_when_a_figure_has_changed_since(store: Store) -> None:
    await pack(store)
    async with store.write() as work:
        await work.connection.execute(delete(TurnRow).where(TurnRow.id == "t0"))
    async with store.read() as work:
        live = dict(await checked(work, "turns", PERIOD, NOW))
    assert f"it said {len(OUTCOMES)}" in next(text for label, text in live.items() if label.startswith("Pack of"))


async def test_a_risk_that_was_judged_anew_is_said_to_have_moved(store: Store) -> None:
    chair = Staff("c", "Chair", frozenset({Role.BOARD_MEMBER, Role.INFORMATION_GOVERNANCE}))
    later = NOW + timedelta(days=5)
    async with store.write() as work:
        risk = await entry(work, "risks", 1)
        await change_entry(work, chair, risk, {**risk.values, "likelihood": 5}, "It happened twice.", later)
    async with store.read() as work:
        after = await gather(work, Settings(environment="test"), "r-1", Period(NOW + timedelta(days=1), later + timedelta(days=1)), later)  # fmt: skip
        new = await gather(work, Settings(environment="test"), "r-1", PERIOD, NOW)
    first, second = after.registers["risks"][:2]
    assert (after.movement(first), after.movement(second)) == ("up from 12", "same")
    assert new.movement(first) == "new"


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


def test_a_chart_is_drawn_only_when_there_is_something_to_see() -> None:
    assert bars([("Late", 0.0, 0.0), ("Lost", None, 0.5)]) == ("", "")
    svg, words = bars([("Late", 0.0, 0.25), ("Lost", None, None)])
    assert svg.startswith("<svg") and "style=" not in svg
    assert words == "Shares in this period and the one before: Late 0.0% (before 25.0%)."


async def test_each_of_the_eight_risks_has_a_live_measure_a_limit_and_controls_with_a_page(store: Store) -> None:
    async with store.read() as work:
        evidence = await gather(work, Settings(environment="test"), "r-1", PERIOD, NOW)
    assert len(evidence.open_risks) == 8
    for risk, _ in evidence.open_risks:
        assert evidence.live(risk) is not None, risk.name
        assert risk.values["indicator_limit"], risk.name
        pages = [page for _, page in controls_in(risk.values["controls"])]
        assert "/evaluation" in pages, f"{risk.name} names no test"
        assert risk.name == "Harm to the environment" or any(one.startswith("/rails/") for one in pages), risk.name


async def test_a_figure_of_a_test_can_be_the_live_measure_of_a_risk(store: Store) -> None:
    async with store.read() as work:
        untested = await gather(work, Settings(environment="test"), "r-1", PERIOD, NOW)
    hot = SuiteEvidence("sustainability", "run", NOW, Verdict.PASS, [Measure("grams_co2e", 1.5, 9, 1.4, 1.6, title="Carbon", unit="g CO2e")])  # fmt: skip
    risk = next(one for one, _ in untested.open_risks if one.name == "Harm to the environment")
    assert untested.live(risk).says == "Carbon a message: not tested under this release"
    assert untested.live(risk).page == "/evaluation"
    assert untested.rating(risk).colour == "green"
    tested = replace(untested, suites=[hot])
    assert (tested.live(risk).says, tested.indicator_met(risk)) == ("Carbon: 1.5 g CO2e", False)
    assert tested.rating(risk).colour == "amber"


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
    assert run.invoke(app, ["record", "atrs", "--format", "png"]).exit_code != 0, "only a card is a picture"
    card = tmp_path / "card.png"
    assert run.invoke(app, ["record", "dos_and_donts", "--format", "png", "--out", str(card)]).exit_code == 0
    assert card.read_bytes().startswith(b"\x89PNG")
