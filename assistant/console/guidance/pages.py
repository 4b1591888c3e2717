"""The routes of guidance, each with the act that it needs."""

import atexit
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.routing import BaseRoute

from assistant.console.guidance import acts
from assistant.console.guidance.document import Documents
from assistant.console.guidance.lists import Lists, waiting_words
from assistant.console.guidance.taking_in import TakingIn
from assistant.console.navigation import Place
from assistant.console.pages import Pages
from assistant.domain.roles import Act
from knowledge_base.intake.convert import Cage

UPLOAD_BYTES = 12_000_000
TEXT_BYTES = 2_000_000
WRITTEN = {"title": "Title", "text": "Text", "body": "Text", "why": "Why is this change needed?"}
"""What an author who was signed out is shown again."""
ONE = "/guidance/documents/{slug}"
VERSION = ONE + "/versions/{number:int}"
ABOUT = "What answers rest on: write it, check it, publish it."


def guidance_pages(_: FastAPI) -> Sequence[BaseRoute]:
    """Return the section's routes."""
    pages = Pages()
    cage = Cage()
    atexit.register(cage.close)
    lists, documents, taking_in = Lists(pages), Documents(pages), TakingIn(pages, cage)
    see, write, approve, publish = Act.SEE_GUIDANCE, Act.WRITE_GUIDANCE, Act.APPROVE_GUIDANCE, Act.PUBLISH_GUIDANCE
    return [
        pages.route("/guidance", lists.documents, act=see, place=Place("Guidance", ABOUT, waiting_words)),
        pages.route("/guidance/review", lists.reviews, act=see),
        pages.route("/guidance/contacts", lists.contacts, act=see),
        pages.route("/guidance/export.zip", lists.export, act=see),
        pages.route("/guidance/new", taking_in.start, act=write),
        pages.route("/guidance/new", taking_in.look, ["POST"], act=write, most_bytes=UPLOAD_BYTES, gives_back=WRITTEN),
        pages.route("/guidance/new/for-a-gap", taking_in.start_for_gap, ["POST"], act=write),
        pages.route("/guidance/keep", taking_in.keep, ["POST"], act=write, most_bytes=TEXT_BYTES, gives_back=WRITTEN),
        pages.route(ONE, documents.document, act=see),
        pages.route(ONE + "/compare", documents.compare, act=see),
        pages.route(ONE + "/withdraw", acts.withdraw(documents), ["POST"], act=publish),
        pages.route(ONE + "/roll-back", acts.roll_back(documents), ["POST"], act=publish),
        pages.route(VERSION, documents.version, act=see),
        pages.route(VERSION + "/edit", taking_in.edit, act=write),
        pages.route(VERSION + "/try", documents.ask, act=see),
        pages.route(VERSION + "/try", documents.answer, ["POST"], act=see),
        pages.route(
            VERSION + "/submit",
            acts.act(documents.show_version, acts.SUBMIT, "The draft was sent for review."),
            ["POST"],
            act=write,
        ),
        pages.route(
            VERSION + "/approve",
            acts.act(documents.show_version, acts.APPROVE, "The text was approved."),
            ["POST"],
            act=approve,
        ),
        pages.route(
            VERSION + "/send-back",
            acts.act(documents.show_version, acts.SEND_BACK, "The text was sent back."),
            ["POST"],
            act=approve,
        ),
        pages.route(
            VERSION + "/publish",
            acts.act(documents.show_version, acts.PUBLISH, "It is published."),
            ["POST"],
            act=publish,
        ),
    ]
