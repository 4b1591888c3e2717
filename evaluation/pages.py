"""The console's evaluation pages: where they are and who may open them. Plugs in under `kith.console`."""

from pathlib import Path

from fastapi import FastAPI
from starlette.routing import BaseRoute

from assistant.console.navigation import Place
from assistant.console.pages import Pages
from assistant.domain.roles import Act, Staff
from assistant.storage.store import Work
from evaluation.pages_effects import EffectPages
from evaluation.pages_reviews import Reviewing
from evaluation.pages_runs import Running

HERE = Path(__file__).parent
PLACE = "/evaluation"
SEE, RUN, REVIEW = Act.SEE_EVALUATION, Act.RUN_EVALUATION, Act.REVIEW_ANSWERS


async def waiting(work: Work, staff: Staff) -> str:
    """Return how many answers wait for people, for the card on the home page."""
    from evaluation.review import live_accuracy

    count = (await live_accuracy(work)).waiting
    return f"{count} to review" if count else ""


def pages(app: FastAPI) -> list[BaseRoute]:
    """Return the routes."""
    made = Pages(HERE / "templates")
    runs, reviews, changes = Running(made), Reviewing(made), EffectPages(made)
    place = Place("Evaluation", "How well the assistant does, measured, and answers for people to judge.", waiting)
    return [
        made.route(PLACE, runs.home, act=SEE, place=place),
        made.route(PLACE + "/runs", runs.every, act=SEE),
        made.route(PLACE + "/runs/{run}", runs.one, act=SEE),
        made.route(PLACE + "/compare", runs.compare, act=SEE),
        made.route(PLACE + "/trends", runs.trends, act=SEE),
        made.route(PLACE + "/datasets", runs.datasets, act=SEE),
        made.route(PLACE + "/report.{form}", runs.report, act=SEE),
        made.route(PLACE + "/viewer/{release}/{file:path}", runs.viewer, act=SEE),
        made.route(PLACE + "/launch", runs.launch, act=RUN),
        made.route(PLACE + "/launch", runs.start, ["POST"], act=RUN),
        made.route(PLACE + "/standing", runs.standing, act=Act.TRY_EFFECTS),
        made.route(PLACE + "/live", reviews.live, act=SEE),
        made.route(PLACE + "/reviews", reviews.queue, act=REVIEW),
        made.route(PLACE + "/reviews/{review}", reviews.one, act=REVIEW),
        made.route(PLACE + "/reviews/{review}", reviews.rate, ["POST"], act=REVIEW),
        made.route(PLACE + "/test-cases", reviews.cases, act=REVIEW),
        made.route(PLACE + "/test-cases", reviews.propose, ["POST"], act=REVIEW),
        made.route(PLACE + "/test-cases/{case}/approve", reviews.approve, ["POST"], act=REVIEW),
        made.route(PLACE + "/effects/{slug}/{number:int}", changes.show, act=Act.TRY_EFFECTS),
        made.route(PLACE + "/effects/{slug}/{number:int}", changes.start, ["POST"], act=Act.TRY_EFFECTS),
        made.static("/evaluation-static", HERE / "static"),
    ]
