"""The pages of releases, the stop switch and the audit log."""

from pathlib import Path

from fastapi import FastAPI
from starlette.routing import BaseRoute

from assistant.console.navigation import Place
from assistant.console.pages import Pages
from assistant.domain.roles import Act, Staff
from assistant.storage.store import Work
from governance.audit_page import AuditPage
from governance.release_pages import ReleasePages
from governance.stop_pages import StopPages

RELEASE = "/governance/releases/{release}"


def gate_pages(app: FastAPI) -> list[BaseRoute]:
    """Return the routes. Their core functions check the same acts again."""
    pages = Pages(Path(__file__).parent / "gate_templates")
    release, stop, log = ReleasePages(pages), StopPages(pages), AuditPage(pages)
    stopping = Place("Stop the service", "Pause Kith or a part of it, and see what serves.", stopped)
    see, decide, serve = Act.SEE_GOVERNANCE, Act.APPROVE_RELEASE, Act.ACTIVATE_RELEASE
    return [
        pages.route("/governance/stop", stop.show, act=see, place=stopping),
        pages.route("/governance/stop", stop.stop, ["POST"], act=Act.STOP_SERVICE),
        pages.route("/governance/stop/lift", stop.lift, ["POST"], act=Act.STOP_SERVICE),
        pages.route("/governance/releases", release.all, act=see),
        pages.route("/governance/releases", release.propose, ["POST"], act=Act.PROPOSE_RELEASE),
        pages.route(RELEASE, release.one, act=see),
        pages.route(RELEASE + "/decide", release.decide, ["POST"], act=decide),
        pages.route(RELEASE + "/accept", release.accept, ["POST"], act=decide),
        pages.route(RELEASE + "/serve", release.confirm, act=serve, fresh=True),
        pages.route(RELEASE + "/serve", release.serve, ["POST"], act=serve, fresh=True),
        pages.route("/governance/audit", log.show, act=Act.SEE_AUDIT),
    ]


async def stopped(work: Work, staff: Staff) -> str:
    """Say on the home page how much is stopped."""
    standing = await work.switches.standing()
    return f"{len(standing)} stopped" if standing else ""
