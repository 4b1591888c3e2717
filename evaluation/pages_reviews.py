"""Pages on which people judge live answers, and on which live measures stand."""

from asyncio import to_thread
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.pages import Pages, done
from assistant.errors import KithError
from evaluation import found_cases, review
from evaluation.live import Watched, watch
from evaluation.live_texts import ground_of
from evaluation.marks import words
from evaluation.pages_runs import sayings
from evaluation.registry import SUITES

ANSWERS = (("yes", "Yes"), ("no", "No"))


class Reviewing:
    """The review queue, test cases from live answers, and live measures."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def _show(self, request: Request, name: str, status: int = 200, **facts: Any) -> Response:
        return self._pages.show(request, name, status, **sayings(), **facts)

    async def queue(self, request: Request) -> Response:
        """Show what waits for this reviewer, and what reviews have found so far."""
        async with store_of(request).read() as work:
            rows = await review.waiting_for(work, staff_of(request))
            found = await review.live_accuracy(work)
        return self._show(request, "evaluation_reviews.html", rows=rows, found=found, questions=review.QUESTIONS)

    async def one(self, request: Request) -> Response:
        """Show one answer with the questions. Nobody sees what another reviewer said."""
        return await self._form(request, {}, {})

    async def _form(self, request: Request, errors: dict[str, str], form: Any) -> Response:
        async with store_of(request).read() as work:
            item = await review.open_review(work, staff_of(request), request.path_params["review"])
        return self._show(
            request, "evaluation_review.html", 422 if errors else 200, item=item, questions=review.QUESTIONS,
            answers=ANSWERS, errors=errors, form=form,
        )  # fmt: skip

    async def rate(self, request: Request) -> Response:
        """Keep a view."""
        form = await form_of(request)
        errors = {name: f"Answer: {question}" for name, question in review.QUESTIONS.items() if not form.get(name)}
        if errors:
            return await self._form(request, errors, form)
        said = {name: form.get(name) == "yes" for name in review.QUESTIONS}
        async with store_of(request).write() as work:
            state = await review.rate(work, staff_of(request), request.path_params["review"], said, now_of(request))
        told = {
            "open": "A second person will rate it too.",
            "done": "It is settled.",
            "disagreed": "A third person will decide.",
        }
        return done(request, "/evaluation/reviews", f"Your view was kept. {told[state]}")

    async def cases(self, request: Request) -> Response:
        """List test cases made from live answers. A review's masked question is put into the form for whoever comes from it."""
        review_id = request.query_params.get("review", "")
        if not review_id:
            return await self._cases(request, {}, {})
        async with store_of(request).read() as work:
            item = await review.open_review(work, staff_of(request), review_id)
        return await self._cases(request, {}, {"text": item.turn.question if item.turn else ""})

    async def _cases(self, request: Request, errors: dict[str, str], form: Any) -> Response:
        async with store_of(request).read() as work:
            found = await found_cases.every(work)
        choices = [(name, words(name)[0]) for name in SUITES if name == "accuracy"]
        return self._show(
            request, "evaluation_cases.html", 422 if errors else 200, found=found, choices=choices, errors=errors, form=form,
            me=staff_of(request).id,
        )  # fmt: skip

    async def propose(self, request: Request) -> Response:
        """Keep a proposed case. One that still names somebody is refused with the reason."""
        form = await form_of(request)
        row: dict[str, Any] = {"text": form.get("text", "").strip(), "refuse": form.get("refuse") == "yes"}
        facts = [line.strip() for line in form.get("expect", "").splitlines() if line.strip()]
        row["expect"] = [[way.strip() for way in line.split("|")] for line in facts]
        errors = {} if row["text"] else {"text": "Write what the carer asks, in other words if need be"}
        if not facts and not row["refuse"]:
            errors["expect"] = "Write what a right answer must say, or tick that no guidance covers it"
        if not errors:
            try:
                async with store_of(request).write() as work:
                    await found_cases.propose(work, staff_of(request), "accuracy", row, now_of(request))
            except KithError as error:
                errors["text"] = str(error)
        if errors:
            return await self._cases(request, errors, form)
        return done(request, "/evaluation/test-cases", "The test case waits for a second person.")

    async def approve(self, request: Request) -> Response:
        """Let a case count."""
        async with store_of(request).write() as work:
            await found_cases.approve(work, staff_of(request), request.path_params["case"], now_of(request))
        return done(request, "/evaluation/test-cases", "The test case counts from now on.")

    async def live(self, request: Request) -> Response:
        """Show live measures with their control limits."""
        desk = getattr(request.app.state.running, "desk", None)
        ground = await to_thread(ground_of, desk.answerer.now) if desk else None
        async with store_of(request).read() as work:
            found = await watch(work, now_of(request), ground)
            people = await review.live_accuracy(work)
        drawn = [(one, await to_thread(drawing_of, one)) for one in found]
        return self._show(request, "evaluation_live.html", found=drawn, people=people, questions=review.QUESTIONS)


def drawing_of(one: Watched) -> str:
    """Return the chart of one live measure."""
    from evaluation.charts import trend

    known = [point for point in one.points if point.value is not None]
    return trend([(p.at, p.value) for p in known], one.unit, [(p.low, p.high) for p in known])
