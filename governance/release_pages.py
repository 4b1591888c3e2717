"""The pages of releases: which serves, which are proposed, what is against each, who approved."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.release import parts_that_differ
from assistant.settings import Settings
from evaluation.evidence import Verdict
from evaluation.marks import words as suite_words
from governance.gate import Acceptance
from governance.policy import Gate, policy_of, route_named
from governance.releases import (
    GateClosed,
    ReleaseWrong,
    Wish,
    accept,
    activate,
    decide,
    facts_of,
    proposals,
    propose,
    roll_back,
    standing,
)

ALL = "/governance/releases"


class ReleasePages:
    """Shows releases and takes decisions on them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def all(self, request: Request) -> Response:
        """List the releases, with a form that puts the newest one forward."""
        return await self._list(request, 200, {}, {})

    async def propose(self, request: Request) -> Response:
        """Put the release that this process runs forward."""
        form, staff = await form_of(request), staff_of(request)
        name, facts = newest(request)
        if not facts:
            raise Problem(409, "No release runs here", "Start the service, then propose its release.")
        try:
            async with store_of(request).write() as work:
                wish = Wish(name, facts, form.get("way", ""), form.get("why", ""))
                await propose(work, staff, wish, gate_of(request), now_of(request))
        except ReleaseWrong as wrong:
            return await self._list(request, 422, dict(form.items()), {"why": str(wrong)})
        return done(request, f"{ALL}/{name}", "The release is proposed.")

    async def one(self, request: Request) -> Response:
        """Show one release: parts, evidence, approvals, what is against it."""
        return await self._one(request, "release.html", 200, {})

    async def decide(self, request: Request) -> Response:
        """Approve, reject or review."""
        form, staff, name = await form_of(request), staff_of(request), request.path_params["release"]
        try:
            async with store_of(request).write() as work:
                said = (form.get("decision", ""), form.get("reason", ""))
                await decide(work, staff, name, *said, now_of(request))
        except ReleaseWrong as wrong:
            return await self._one(request, "release.html", 422, {"reason": str(wrong)})
        return done(request, f"{ALL}/{name}", "Your decision is kept.")

    async def accept(self, request: Request) -> Response:
        """Accept too little evidence for a time."""
        form, staff, name = await form_of(request), staff_of(request), request.path_params["release"]
        try:
            ends = datetime.fromisoformat(form.get("ends", "")).replace(tzinfo=UTC)
            async with store_of(request).write() as work:
                wish = Acceptance(form.get("suite", ""), staff.id, form.get("because", ""), ends)
                await accept(work, staff, name, wish, gate_of(request), now_of(request))
        except ReleaseWrong as wrong:
            return await self._one(request, "release.html", 422, {"because": str(wrong)})
        except ValueError:
            return await self._one(request, "release.html", 422, {"ends": "Give the day on which this ends."})
        return done(request, f"{ALL}/{name}", "It is accepted until that day.")

    async def confirm(self, request: Request) -> Response:
        """Ask once more before a release begins to serve."""
        return await self._one(request, "serve.html", 200, {})

    async def serve(self, request: Request) -> Response:
        """Make the release serve, or go back to it when it served before."""
        form, staff, name = await form_of(request), staff_of(request), request.path_params["release"]
        try:
            async with store_of(request).write() as work:
                if form.get("back"):
                    await roll_back(work, staff, now_of(request), name)
                else:
                    await activate(work, staff, name, gate_of(request), now_of(request))
        except (GateClosed, ReleaseWrong) as wrong:
            return await self._one(request, "serve.html", 409, {"": str(wrong).splitlines()[0]})
        return done(request, f"{ALL}/{name}", "It serves from the next message on.")

    async def _list(self, request: Request, status: int, form: dict[str, Any], errors: dict[str, str]) -> Response:
        async with store_of(request).read() as work:
            found, active = await proposals(work), await work.releases.active()
            history, names = await work.releases.history(20), await work.staff.names()
        return self._pages.show(
            request, "releases.html", status, proposals=found, active=active, history=history, names=names, form=form,
            errors=errors, newest=newest(request)[0], ways=ways(gate_of(request)), here=ALL,
            is_live=settings_of(request).environment == "live",
        )  # fmt: skip

    async def _one(self, request: Request, template: str, status: int, errors: dict[str, str]) -> Response:
        name = request.path_params["release"]
        async with store_of(request).read() as work:
            found = await standing(work, name, gate_of(request), now_of(request))
            facts = await facts_of(work, name)
            names = await work.staff.names()
            served = any(one.release_id == name and one.is_approved for one in await work.releases.history())
        if facts is None:
            raise Problem(404, "There is no such release", "Choose one from the list of releases.")
        differs = parts_that_differ(found.dossier.serving, facts) if found.dossier.serving else []
        proposal = found.dossier.proposal
        route = route_named(gate_of(request), proposal.path) if proposal else None
        asked = route.suites if route else ()
        unsure = [(one.suite, suite_words(one.suite)[0]) for one in found.dossier.evidence
                  if one.verdict is Verdict.INSUFFICIENT and one.suite in asked]  # fmt: skip
        return self._pages.show(
            request, template, status, found=found, facts=sorted(facts.items()), differs=differs, names=names,
            errors=errors, served=served, here=ALL, route=route, unsure=unsure, runs_here=newest(request)[0] == name,
        )  # fmt: skip


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.running.settings
    return settings


def gate_of(request: Request) -> Gate:
    return policy_of(settings_of(request)).gate


def ways(gate: Gate) -> list[tuple[str, str]]:
    """Return the paths as choices."""
    return [(name, route.title) for name, route in gate.paths.items()]


def newest(request: Request) -> tuple[str, dict[str, Any]]:
    """Return the release of the code, settings and guidance that this process runs, and its parts."""
    brain = getattr(request.app.state.running, "brain", None)
    return (brain.answerer.release, dict(brain.facts)) if brain else ("", {})
