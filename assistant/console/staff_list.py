"""The administrator's pages: who is in, with which roles, and one-time links."""

from datetime import date
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from assistant.console.access import access_of, form_of, now_of, staff_of, store_of
from assistant.console.forms import Form
from assistant.console.navigation import Place
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.console.words import words_for
from assistant.domain.roles import Act, Role, Staff
from assistant.errors import StaffWrong
from assistant.staff import administration
from assistant.staff.invitations import INVITATION_LASTS, RESET_LASTS
from assistant.staff.policy import policy
from assistant.storage.store import Work

STAFF = "/staff"
CHANGES = {
    "disable": (administration.disable, "The account is disabled and signed out."),
    "enable": (administration.enable, "The account can be used again."),
    "reset-second-factor": (administration.reset_second_factor, "The phone is taken off the account."),
}


def staff_list_pages(app: FastAPI) -> list[BaseRoute]:
    """Return the administrator's routes."""
    pages = Pages()
    people = People(pages)
    place = Place("Staff", "Who may sign in, with which roles, and who has accepted the policy.", how_many)
    act = Act.MANAGE_STAFF
    return [
        pages.route(STAFF, people.list, act=act, place=place),
        pages.route(STAFF + "/invite", people.ask, act=act, fresh=True),
        pages.route(STAFF + "/invite", people.invite, ["POST"], act=act, fresh=True),
        pages.route(STAFF + "/invitation/{link}/cancel", people.cancel, ["POST"], act=act, fresh=True),
        pages.route(STAFF + "/{who}", people.show, act=act, fresh=True),
        pages.route(STAFF + "/{who}/roles", people.change_roles, ["POST"], act=act, fresh=True),
        pages.route(STAFF + "/{who}/training", people.train, ["POST"], act=act, fresh=True),
        pages.route(STAFF + "/{who}/password-link", people.password_link, ["POST"], act=act, fresh=True),
        pages.route(STAFF + "/{who}/{change}", people.change, ["POST"], act=act, fresh=True),
    ]


async def how_many(work: Work, _: Staff) -> str:
    """Return how many people may sign in, for the card on the home page."""
    count = sum(one.disabled_at is None for one in await work.staff.all())
    return f"{count} {'person' if count == 1 else 'people'}"


def role_choices() -> list[tuple[str, str, str]]:
    """Return each role with its name and what it is for."""
    return [(role.value, words_for(role.value, "roles"), words_for(role.value, "role_tasks")) for role in Role]


def roles_in(form: Form) -> frozenset[Role]:
    """Return the roles that were ticked. A role that does not exist is a form that no page of ours made."""
    try:
        return frozenset(Role(name) for name in form.every("roles"))
    except ValueError:
        raise Problem(422, "There is no such role", "Open the page again and choose from the list.") from None


class People:
    """Handlers of the administrator's pages."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def list(self, request: Request) -> Response:
        """Show everybody, and the invitations that are open."""
        async with store_of(request).read() as work:
            accounts = await work.staff.all()
            invitations = await work.staff.open_invitations(now_of(request))
            current = {row.staff_id for row in await work.staff.acceptances() if row.version == policy().version}
        facts: dict[str, Any] = {
            "accounts": accounts,
            "invitations": invitations,
            "accepted": current,
            "now": now_of(request),
        }
        return self._pages.show(request, "staff/list.html", **facts)

    async def ask(self, request: Request) -> Response:
        """Ask whom to invite."""
        return self._pages.show(request, "staff/invite.html", choices=role_choices(), error="", email="", picked=[])

    async def invite(self, request: Request) -> Response:
        """Make an invitation and show its link, once."""
        form = await form_of(request)
        try:
            async with store_of(request).write() as work:
                token = await administration.invite_colleague(
                    work, staff_of(request), form.get("email", ""), roles_in(form), now_of(request)
                )
        except StaffWrong as wrong:
            facts: dict[str, Any] = {
                "choices": role_choices(),
                "email": form.get("email", ""),
                "picked": form.every("roles"),
            }
            return self._pages.show(request, "staff/invite.html", 422, error=str(wrong), **facts)
        return self._link(request, token, f"{INVITATION_LASTS.days} days")

    def _link(self, request: Request, token: str, lasts: str) -> Response:
        link = f"{access_of(request).settings.public_url}/join/{token}"
        return self._pages.show(request, "staff/link.html", link=link, lasts=lasts)

    async def cancel(self, request: Request) -> Response:
        """Close a link that has not been used."""
        async with store_of(request).write() as work:
            link = request.path_params["link"]
            await administration.cancel_invitation(work, staff_of(request), link, now_of(request))
        return done(request, STAFF, "The link no longer works.")

    async def show(self, request: Request) -> Response:
        """Show one person."""
        who = request.path_params["who"]
        async with store_of(request).read() as work:
            account = await work.staff.get(who)
            training = await work.staff.trainings(who)
            accepted = [row for row in await work.staff.acceptances() if row.staff_id == who]
        if account is None:
            raise Problem(404, "There is no such person", "See the list of staff.")
        facts: dict[str, Any] = {"account": account, "training": training, "accepted": accepted, "policy": policy()}
        return self._pages.show(request, "staff/person.html", choices=role_choices(), now=now_of(request), **facts)

    async def change_roles(self, request: Request) -> Response:
        """Give a person other roles."""
        form, who = await form_of(request), request.path_params["who"]
        async with store_of(request).write() as work:
            await administration.change_roles(work, staff_of(request), who, roles_in(form), now_of(request))
        return done(request, f"{STAFF}/{who}", "The roles are changed. They count from the next page.")

    async def train(self, request: Request) -> Response:
        """Record a course."""
        form, who = await form_of(request), request.path_params["who"]
        try:
            done_on = date.fromisoformat(form.get("done_on", ""))
        except ValueError:
            raise Problem(422, "The date cannot be read", "Give the day on which the course was done.") from None
        async with store_of(request).write() as work:
            course = form.get("course", "")
            await administration.record_training(work, staff_of(request), who, course, done_on, now_of(request))
        return done(request, f"{STAFF}/{who}", "The training is recorded.")

    async def password_link(self, request: Request) -> Response:
        """Make a link with which a person sets a new password, and show it once."""
        await form_of(request)
        async with store_of(request).write() as work:
            who = request.path_params["who"]
            token = await administration.give_password_link(work, staff_of(request), who, now_of(request))
        return self._link(request, token, f"{int(RESET_LASTS.total_seconds() // 3600)} hours")

    async def change(self, request: Request) -> Response:
        """Disable, enable, or take the phone off."""
        who, change = request.path_params["who"], CHANGES.get(request.path_params["change"])
        if change is None:
            raise Problem(404, "This page is not here", "See if the address is right.")
        act, words = change
        async with store_of(request).write() as work:
            await act(work, staff_of(request), who, now_of(request))
        return done(request, f"{STAFF}/{who}", words)
