"""The inbox's routes: each with the act that it needs."""

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.routing import BaseRoute

from assistant.console.inbox.acts import Conversation, hand_back, hand_on, open_report
from assistant.console.inbox.lists import Lists, waiting
from assistant.console.inbox.rota import Rota
from assistant.console.navigation import Place
from assistant.console.pages import Pages
from assistant.domain.roles import Act

ONE = "/inbox/{conversation}"


def inbox_pages(_: FastAPI) -> Sequence[BaseRoute]:
    """Return the routes of the queue, the conversation and all that can be done in it."""
    pages = Pages()
    lists, one, rota = Lists(pages), Conversation(pages), Rota(pages)
    place = Place("Inbox", "Carers who wait for a person, and their conversations.", waiting)
    reads = [
        pages.route("/inbox", lists.show, act=Act.SEE_INBOX, place=place),
        pages.route("/inbox/news", lists.news, act=Act.SEE_INBOX),
        pages.route("/inbox/search", lists.find, act=Act.SEE_INBOX),
        pages.route("/inbox/case/{case}", lists.case, act=Act.SEE_INBOX),
        pages.route(ONE, one.show, act=Act.SEE_INBOX),
    ]
    writes = {
        "acknowledge": one.does(lambda hands, _: hands.acknowledge(), "The case is acknowledged."),
        "take": one.does(lambda hands, _: hands.take_over(), "You have taken over. The assistant is silent now."),
        "back": one.does(hand_back, "The assistant answers again."),
        "on": one.does(hand_on, "The conversation is handed on."),
        "reply": one.does(lambda hands, form: hands.reply(form.get("text", "")), "Your reply goes out in 5 seconds."),
        "undo": one.does(lambda hands, form: hands.take_back(form.get("turn", "")), "Your reply was taken back."),
        "note": one.does(lambda hands, form: hands.note(form.get("note", "")), "The note is kept."),
        "resolve": one.does(lambda hands, _: hands.resolve(), "The cases are resolved."),
        "reopen": one.does(lambda hands, form: hands.reopen(form.get("case", "")), "The case is open again."),
        "template": one.template,
        "suggest": one.suggest,
        "canned": one.canned,
    }
    approvals = {
        "approve": one.does(
            lambda hands, form: hands.approve(form.get("turn", ""), form.get("text")), "The answer goes out now."
        ),
        "refuse": one.does(
            lambda hands, form: hands.refuse(form.get("turn", "")), "The answer was thrown away. You have taken over."
        ),
    }
    told = Place("Hours and alerts", "When people are there, and who is told of a case.")
    return [
        *reads,
        pages.route("/rota", rota.show, act=Act.MANAGE_ROTA, place=told),
        pages.route("/rota/test", rota.test, ["POST"], act=Act.MANAGE_ROTA),
        *(pages.route(f"{ONE}/{name}", do, ["POST"], act=Act.ANSWER_CARERS) for name, do in writes.items()),
        *(pages.route(f"{ONE}/{name}", do, ["POST"], act=Act.APPROVE_REPLY) for name, do in approvals.items()),
        pages.route(f"{ONE}/unmask", one.unmask, ["POST"], act=Act.UNMASK),
        pages.route(
            f"{ONE}/report", one.does(open_report, "The report is open."), ["POST"], act=Act.REPORT_WRONG_DECISION
        ),
    ]
