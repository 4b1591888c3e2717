"""The conversation page and every form on it. The core decides; these handlers read, call and show."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import Response

from assistant.cases.errors import ConversationGone, NothingWritten
from assistant.cases.hands import UNDO, WHY_UNMASK, Hands, filled
from assistant.cases.reports import WITHIN, report
from assistant.console.access import form_of, is_script, now_of, staff_of, store_of
from assistant.console.forms import Form
from assistant.console.inbox.lists import page_of
from assistant.console.inbox.thread import load, part_with
from assistant.console.pages import Pages, done
from assistant.domain.roles import MAY, Act, Staff, may
from assistant.domain.turn import Heard, Past, Turn
from assistant.errors import KithError
from assistant.inbox.desk import Desk
from assistant.pipeline.wording import fill
from assistant.storage.store import Work

LOOKED_LATELY = timedelta(minutes=5)
"""A page that freshens itself is one view, not hundreds: the log gets one entry in this time for each person and thread."""
GAP = re.compile(r"\{\{(\d)\}\}")
Do = Callable[[Hands, Form], Awaitable[str | None]]


@cache
def canned_replies() -> list[dict[str, str]]:
    """Return the replies that staff can start from."""
    text = (resources.files("assistant") / "cases" / "replies.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text))


class Conversation:
    """Handlers of one conversation's page."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._looked: dict[tuple[str, str], datetime] = {}

    async def show(self, request: Request) -> Response:
        """Show the thread, and note who looked."""
        return await self._page(request)

    async def suggest(self, request: Request) -> Response:
        """Put an answer from the guidance into the box. It has passed the same checks as the assistant's own."""
        async with store_of(request).read() as work:
            standing = await self._standing(work, request)
            thread = await load(work, standing, staff_of(request), now_of(request))
            earlier = (await work.turns.recent(standing.conversation_id))[:-1]  # the last is the question itself
        turn = Turn((Heard(thread.question),), Past(earlier, nation=standing.nation))
        answered = await desk_of(request).answerer(turn) if thread.question else turn
        if answered.outcome is None or answered.outcome.family != "answered" or not answered.citations:
            return await self._page(request, suggested="", nothing_found=True)
        return await self._page(request, suggested="\n\n".join(answered.reply))

    async def canned(self, request: Request) -> Response:
        """Put one of the ready replies into the box."""
        names = {one["name"]: one["text"] for one in canned_replies()}
        text = names.get((await form_of(request)).get("name", ""), "")
        values = {**desk_of(request).answerer.wording.values, "first_name": staff_of(request).first_name}
        return await self._page(request, suggested=fill(text, values))

    async def template(self, request: Request) -> Response:
        """Show an approved template as the carer will see it, then send it."""
        form, templates = await form_of(request), request.app.state.running.settings.reply_templates
        sid = form.get("template", "")
        gaps = sorted(set(GAP.findall(templates.get(sid, ""))))
        variables = {gap: form.get(f"gap{gap}", "").strip()[:200] for gap in gaps}
        if form.get("step") == "send" and all(variables.values()):
            return await self._act(
                request, lambda hands, _: hands.send_template(sid, variables, templates), "It goes out in 5 seconds."
            )
        preview = {
            "sid": sid,
            "gaps": variables,
            "text": filled(templates.get(sid, ""), {k: v for k, v in variables.items() if v}),
        }
        return await self._page(request, preview=preview)

    async def unmask(self, request: Request) -> Response:
        """Show names and numbers once, after a reason was given."""
        form = await form_of(request)
        try:
            async with store_of(request).write() as work:
                await self._hands(work, request).unmask(form.get("why", ""), form.get("detail", ""))
        except NothingWritten as error:
            return await self._page(request, 422, errors={"detail": str(error)})
        return await self._page(request, unmasked=True)

    def does(self, do: Do, notice: str) -> Callable[[Request], Awaitable[Response]]:
        """Return a handler that lets the core do one thing and leads back to the thread."""

        async def handle(request: Request) -> Response:
            return await self._act(request, do, notice)

        return handle

    async def _act(self, request: Request, do: Do, notice: str) -> Response:
        form, conversation_id = await form_of(request), request.path_params["conversation"]
        try:
            async with store_of(request).write() as work:
                turn_id = await do(self._hands(work, request), form)
        except KithError as error:
            if error.status_code in (403, 404):
                raise
            return await self._page(request, error.status_code, errors={"": str(error)}, suggested=form.get("text", ""))
        if turn_id:
            await self._send(request, turn_id, conversation_id)
        return done(request, f"/inbox/{conversation_id}", notice)

    async def _send(self, request: Request, turn_id: str, conversation_id: str) -> None:
        async with store_of(request).read() as work:
            parts = await work.outbox.of_turn(turn_id)
        delay = UNDO.total_seconds() + 0.2 if any(part.send_after for part in parts) else 0.0
        await request.app.state.running.engine.send(turn_id, conversation_id, delay)

    async def _page(self, request: Request, status: int = 200, unmasked: bool = False, **facts: Any) -> Response:
        staff, now = staff_of(request), now_of(request)
        await self._look(request, staff, now)
        async with store_of(request).read() as work:
            standing = await self._standing(work, request)
            thread = await load(work, standing, staff, now, unmasked, await self._part(work, request))
            colleagues = [one for one in await self._colleagues(work) if one.id != standing.held_by]
        running = request.app.state.running
        within = desk_of(request).service.approve_within
        given = {"errors": {}, "suggested": "", "preview": None, "nothing_found": False, **facts}
        return self._pages.show(
            request, "inbox/thread.html", status, thread=thread, now=now, unmasked=unmasked, colleagues=colleagues, me=staff.id,
            is_mine=thread.standing.held_by == staff.id, canned=canned_replies(), kinds=list(WITHIN), why_unmask=WHY_UNMASK,
            templates=running.settings.reply_templates, approve_within=within, may_unmask=may(staff.roles, Act.UNMASK), **given,
        )  # fmt: skip

    async def _part(self, work: Work, request: Request) -> int:
        """Return which part of the thread was asked for: by its number, or by a turn that stands in it."""
        asked = request.query_params
        if "turn" in asked:
            return await part_with(work, request.path_params["conversation"], asked["turn"])
        return page_of(asked.get("part", "1"))

    async def _look(self, request: Request, staff: Staff, now: datetime) -> None:
        """Log the view, once in a while for a page that freshens itself, and mark the conversation as read by whoever is there."""
        key = (staff.id, request.path_params["conversation"])
        self._looked = {one: at for one, at in self._looked.items() if now - at < LOOKED_LATELY}
        async with store_of(request).write() as work:
            await self._standing(work, request)
            if key in self._looked:
                if not is_script(request):
                    await work.people.change(key[1], staff_read_at=now)
            else:
                await self._hands(work, request).view()
                self._looked[key] = now

    async def _colleagues(self, work: Work) -> list[Staff]:
        """Return the staff to whom a conversation can be handed on."""
        found = {one.id: one for role in MAY[Act.ANSWER_CARERS] for one in await work.staff.with_role(role)}
        return sorted((Staff(one.id, one.name, one.roles) for one in found.values()), key=lambda one: one.name)

    async def _standing(self, work: Work, request: Request) -> Any:
        standing = await work.people.standing(request.path_params["conversation"])
        if standing is None:
            raise ConversationGone
        return standing

    def _hands(self, work: Work, request: Request) -> Hands:
        desk = desk_of(request)
        who, where = staff_of(request), request.path_params["conversation"]
        return Hands(work, who, desk.service, desk.answerer.wording, where, now_of(request))


def desk_of(request: Request) -> Desk:
    """Return the running service's desk."""
    desk: Desk = request.app.state.running.desk
    return desk


async def hand_on(hands: Hands, form: Form) -> str:
    """Hand the conversation on to the colleague who was picked."""
    to = await hands.work.staff.get(form.get("to", ""))
    if to is None:
        raise NothingWritten("Choose a colleague.")
    return await hands.hand_on(Staff(to.id, to.name, to.roles))


async def hand_back(hands: Hands, form: Form) -> str:
    """Hand back to the assistant, and close the cases when that was ticked."""
    turn_id = await hands.hand_back()
    if form.get("resolve"):
        await hands.resolve()
    return turn_id


async def open_report(hands: Hands, form: Form) -> None:
    """Open a wrong-decision report, complaint, incident or rights request."""
    detail = form.get("detail", "").strip()
    if not detail:
        raise NothingWritten("Say in a few words what happened.")
    turn_id = form.get("turn") or None
    await report(
        hands.work, hands.staff, form.get("kind", ""), hands.conversation_id, turn_id, detail[:4000], hands.now
    )
