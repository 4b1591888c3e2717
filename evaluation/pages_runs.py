"""Pages about runs: what was measured, what failed, what changed, and starting a new run."""

import re
from asyncio import to_thread
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.errors import KithError
from evaluation import kept, launch
from evaluation.cases import card, names, shipped
from evaluation.chat import chat_of
from evaluation.evidence import Measure, Verdict
from evaluation.marks import between, misses, show, specs, words
from evaluation.registry import SUITES
from evaluation.report import FORMS, SAID, TYPES, drawing, report_on, unmet

COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.INSUFFICIENT: "yellow", Verdict.UNSCORED: "grey"}
TABS = (
    ("By release", "/evaluation"),
    ("All runs", "/evaluation/runs"),
    ("Compare", "/evaluation/compare"),
    ("Trends", "/evaluation/trends"),
    ("Live", "/evaluation/live"),
    ("Datasets", "/evaluation/datasets"),
)
A_PAGE = 20


def sayings() -> dict[str, Any]:
    """Return what every evaluation page can say."""
    return {
        "said": SAID,
        "colour_of": COLOURS,
        "title_of": words,
        "figure": show,
        "between": between,
        "chat_of": chat_of,
        "tabs": TABS,
        "met_words": met_words,
    }


def met_words(measure: Measure) -> str:
    """Return whether a mark was reached, in words."""
    if not measure.mark:
        return "reported only"
    if measure.value is None:
        return "not measured"
    return {True: "met", False: "not met", None: "too few to say"}[measure.met]


class Running:
    """The pages about runs."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def _show(self, request: Request, name: str, status: int = 200, **facts: Any) -> Response:
        return self._pages.show(request, name, status, **sayings(), **facts)

    async def home(self, request: Request) -> Response:
        """Show how each suite stands under one release."""
        async with store_of(request).read() as work:
            known = list(await kept.releases(work))
            release = request.query_params.get("release") or next(iter(known), "")
            newest = await kept.newest_of(work, release) if release else {}
        rows = [(name, words(name), newest.get(name)) for name in SUITES]
        return self._show(request, "evaluation.html", release=release, known=known, rows=rows, forms=list(FORMS))

    async def every(self, request: Request) -> Response:
        """List all runs, newest first."""
        page = int_of(request, "page", 1)
        async with store_of(request).read() as work:
            runs = await kept.latest(work, 400)
        pages = max(1, -(-len(runs) // A_PAGE))
        shown = runs[(page - 1) * A_PAGE : page * A_PAGE]
        return self._show(request, "evaluation_runs.html", runs=shown, page=page, pages=pages)

    async def one(self, request: Request) -> Response:
        """Show one run: the verdict in words, figures with a chart, and cases as chats."""
        record = await self._record(request, request.path_params["run"])
        every = [(result, misses(record.suite, result.scores)) for result in record.results]
        failing = [pair for pair in every if pair[1]]
        page = int_of(request, "page", 1)
        pages = max(1, -(-len(failing) // A_PAGE))
        shown = failing[(page - 1) * A_PAGE : page * A_PAGE]
        reasons = [unmet(measure) for measure in record.measures if measure.met is False]
        chart = await to_thread(drawing, record.suite, record.measures)
        return self._show(
            request, "evaluation_run.html", run=record, chart=chart, reasons=reasons,
            failing=shown, count=len(failing), page=page, pages=pages,
        )  # fmt: skip

    async def _record(self, request: Request, run: str) -> Any:
        async with store_of(request).read() as work:
            return await kept.load(work, run)

    async def compare(self, request: Request) -> Response:
        """Compare two runs of one suite case by case."""
        from evaluation.compare import compare

        async with store_of(request).read() as work:
            runs = await kept.latest(work, 200)
        before, after = request.query_params.get("before", ""), request.query_params.get("after", "")
        found, errors = None, {}
        if before and after:
            first, second = await self._record(request, before), await self._record(request, after)
            if first.suite == second.suite:
                found = compare(first, second)
            else:
                errors = {"after": "Choose two runs of the same suite"}
        choices = [(run.id, f"{words(run.suite)[0]}, {run.release}, {run.finished_at:%-d %b %Y %H:%M}") for run in runs]
        before, after = (before, after) if before or after else last_two(runs)
        return self._show(
            request, "evaluation_compare.html", choices=choices, before=before, after=after, found=found, errors=errors
        )

    async def trends(self, request: Request) -> Response:
        """Show the first marked figures of one suite over time."""
        name = request.query_params.get("suite", "accuracy")
        if name not in SUITES:
            raise Problem(404, "No such suite", "Choose a suite from the list.")
        async with store_of(request).read() as work:
            runs = [run for run in reversed(await kept.latest(work, 60, suite=name)) if run.is_whole]
        marked = [spec for spec in specs(name).values() if spec.is_marked]
        series = [(spec, [(run, one) for run in runs if (one := measure_of(run, spec.name))]) for spec in marked]
        drawn = [(spec, points, await to_thread(trend_of, spec.unit, points)) for spec, points in series]
        choices = [(one, words(one)[0]) for one in SUITES]
        return self._show(request, "evaluation_trends.html", suite=name, choices=choices, series=drawn)

    async def datasets(self, request: Request) -> Response:
        """List the datasets with their cards."""
        listed = [(shipped(name), card(name)) for name in names()]
        rows = [
            (one, sum(case.split == "held_back" for case in one.cases), used_by(one.name), card_lines(text))
            for one, text in listed
        ]
        return self._show(request, "evaluation_datasets.html", rows=rows)

    async def viewer(self, request: Request) -> Response:
        """Return a file of Inspect's viewer over one release's runs; its first page makes it anew when there are new runs."""
        from evaluation import viewer

        settings, release = request.app.state.running.settings, request.path_params["release"]
        name = request.path_params["file"]
        async with store_of(request).read() as work:
            briefs = viewer.shown(await kept.latest(work, 1000, release))
        if not briefs:
            raise Problem(404, "Nothing was run under this release", "Choose a release on the page Evaluation.")
        place = viewer.place_of(settings, briefs[0].release)
        if name in ("", "index.html") and not viewer.is_current(place, briefs):
            await viewer.make_beside(settings, briefs[0].release)
        found = viewer.file_of(place, name)
        if found is None:
            raise Problem(404, "The viewer has no such file", "Open it from the page Evaluation.")
        return FileResponse(found, headers={"Content-Security-Policy": viewer.policy_of(place)})

    async def report(self, request: Request) -> Response:
        """Return a release's report in one of its forms."""
        form = "." + request.path_params["form"]
        if form not in FORMS:
            raise Problem(404, "No such form of the report", "Choose HTML, PDF, Word, CSV or JSON.")
        async with store_of(request).read() as work:
            settings = request.app.state.running.settings
            made = await report_on(work, settings, request.query_params.get("release", ""), now_of(request))
        headers = {"Content-Disposition": f'attachment; filename="evaluation-{made.release}{form}"'}
        whole = await to_thread(FORMS[form], made)
        return Response(whole, media_type=TYPES[form], headers=headers)

    async def launch(self, request: Request) -> Response:
        """Show the form that starts a run, or how far the one under way is."""
        found = launch.standing(request.app.state.running.settings, now_of(request))
        return self._show(request, "evaluation_launch.html", standing=found, suites=suite_choices(), errors={}, form={})

    async def start(self, request: Request) -> Response:
        """Start a run."""
        form = await form_of(request)
        settings = request.app.state.running.settings
        chosen = [name for name in form.every("suite") if name in SUITES]
        sample = form.get("sample", "") or "0"
        errors = {} if chosen else {"suite": "Choose at least one suite"}
        if not sample.isdigit():
            errors["sample"] = "Write a whole number, or leave it empty"
        if not errors:
            try:
                who, only_affected = f"staff:{staff_of(request).id}", bool(form.get("affected"))
                launch.start(settings, launch.asked_for(chosen, who, int(sample), only_affected))
            except KithError as error:
                errors["suite"] = str(error)
        if errors:
            found = launch.standing(settings, now_of(request))
            return self._show(
                request, "evaluation_launch.html", 422, standing=found, suites=suite_choices(), errors=errors, form=form
            )
        return done(request, "/evaluation/launch", "The run has started.")

    async def standing(self, request: Request) -> Response:
        """Return how far the run is, for the script that moves the bar."""
        found = launch.standing(request.app.state.running.settings, now_of(request))
        if found is None:
            return JSONResponse({"state": "none", "percent": 0, "words": ""})
        doing = words(found.suite)[0] if found.suite else "Opening the model and the guidance"
        return JSONResponse(
            {"state": found.state, "percent": found.percent, "words": f"{doing}: {found.done} of {found.of}"}
        )


def suite_choices() -> list[tuple[str, str, str]]:
    return [(name, *words(name)) for name in SUITES]


def measure_of(run: kept.Brief, name: str) -> Measure | None:
    """Return a run's figure by its name, when it was measured."""
    return next((one for one in run.measures if one.name == name and one.value is not None), None)


def trend_of(unit: str, points: Sequence[tuple[kept.Brief, Measure]]) -> str:
    """Return the chart of one figure over several runs, with its intervals."""
    from evaluation.charts import trend

    return trend(
        [(run.finished_at, one.value) for run, one in points], unit, bars=[(one.low, one.high) for _, one in points]
    )


def used_by(dataset: str) -> str:
    """Return the titles of the suites that read a dataset."""
    return ", ".join(words(suite.name)[0] for suite in SUITES.values() if dataset in suite.datasets)


def card_lines(text: str) -> list[tuple[str, str]]:
    """Return a card as pairs of a heading and what it says, without the marks of Markdown."""
    plain = text.replace("`", "")
    title, _, rest = plain.partition("\n")
    joined = re.sub(r"\n\s+", " ", rest)
    found = [("What it asks", title.partition(":")[2].strip() or title)]
    for line in joined.splitlines():
        head, _, said = line.removeprefix("- ").replace("**", "").partition(":")
        if line.startswith("- **") and said:
            found.append((head.strip(), said.strip()))
    return found


def int_of(request: Request, name: str, least: int) -> int:
    """Return a whole number of the address, at least so much; the least for anything else."""
    given = request.query_params.get(name, "")
    return max(least, int(given)) if given.isdigit() and len(given) < 7 else least


def last_two(runs: Sequence[kept.Brief]) -> tuple[str, str]:
    """Return the ids of the newest run that can be compared and of the run of its suite before it; `runs` newest first."""
    for place, after in enumerate(runs):
        before = next((one.id for one in runs[place + 1 :] if one.suite == after.suite), None)
        if before:
            return before, after.id
    return "", ""
