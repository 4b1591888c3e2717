"""`kith ask`, `screen`, `check` and `search`: the real steps and rails, without a server, writing nothing to the store."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from assistant.commands.lines import answer_lines, write_line
from assistant.domain.turn import Turn
from assistant.errors import FieldWrong, SettingsWrong
from assistant.settings import load_settings

MOST_PASSAGES = 50

Text = Annotated[str, typer.Argument(help="What the carer writes.")]
Jsonl = Annotated[
    bool, typer.Option("--jsonl", help="Read one JSON object a line from standard input, write one a line.")
]
Json = Annotated[bool, typer.Option("--json", help="Write the whole result as JSON.")]
FirstContact = Annotated[
    bool, typer.Option("--first-contact", help="Put the disclosure first, as a new carer gets it.")
]


def ask(text: Text = "", as_json: Json = False, jsonl: Jsonl = False, first_contact: FirstContact = False) -> None:
    """Answer as a carer would be answered."""
    need_text(text, jsonl)
    asyncio.run(_ask(text, as_json, jsonl, first_contact))


async def _ask(text: str, as_json: bool, jsonl: bool, first_contact: bool) -> None:
    from assistant.replay import Conversation
    from assistant.wiring import make_brain

    brain = make_brain(load_settings())
    chats: dict[str, Conversation] = {}
    greeting = [brain.wording.disclosure] if first_contact else []

    async def handle(line: dict[str, Any]) -> dict[str, Any]:
        name = line.get("conversation")
        is_new = name is None or str(name) not in chats
        chat = (
            Conversation(brain.answerer) if name is None else chats.setdefault(str(name), Conversation(brain.answerer))
        )
        return as_result(await chat.ask(line["text"], texts_of(line.get("guidance") or [])), greeting if is_new else [])

    try:
        if jsonl:
            await answer_lines({"text": str}, handle)
        else:
            result = await handle({"text": text})
            print_result(result, as_json)
    finally:
        brain.searcher.close()


def texts_of(given: Any) -> Sequence[str]:
    """Return passages that came with a line: one text, a list of texts, or of objects with a `text`."""
    listed = [given] if isinstance(given, str) else given
    return [str(one.get("text", "")) if isinstance(one, dict) else str(one) for one in listed]


def as_result(turn: Turn, greeting: Sequence[str] = ()) -> dict[str, Any]:
    """Return the contract's fields for one finished turn."""
    from assistant.channels.splitting import split

    assert turn.outcome is not None
    escalation = turn.escalation and {"reason": turn.escalation.reason, "urgency": turn.escalation.urgency.value}
    return {
        "reply": [part for text in (*greeting, *turn.reply) for part in split(text)],
        "outcome": turn.outcome.value,
        "categories": list(turn.categories),
        "urgency": turn.urgency.value,
        "citations": [
            {"document": c.document, "title": c.title, "url": c.url, "reviewed_on": c.reviewed_on.isoformat()}
            for c in turn.citations
        ],
        "passages": [passage.text for passage in turn.passages],
        "escalation": escalation,
        "verdicts": [{"rail": f.rail, "result": f.result, "reason": f.reason} for f in turn.findings],
        "release": turn.release,
        "timings_ms": {name: round(ms, 2) for name, ms in turn.timings_ms},
    }


def print_result(result: dict[str, Any], as_json: bool) -> None:
    """Print for a person, or as JSON."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    typer.echo("\n\n".join(result["reply"]))
    typer.secho(f"\n[{result['outcome']}, urgency {result['urgency']}, release {result['release']}]", dim=True)


def screen(text: Text = "", jsonl: Jsonl = False) -> None:
    """Sort a message into categories of danger, and find its personal data."""
    need_text(text, jsonl)
    asyncio.run(_screen(text, jsonl))


async def _screen(text: str, jsonl: bool) -> None:
    from assistant.adapters.embeddings import ThreadedEmbedder
    from assistant.checks.words import approved_words
    from assistant.domain.turn import Heard
    from assistant.pipeline.embed import EmbedMessage
    from assistant.wiring import approved_contacts, open_embedder
    from rails.policy import under
    from rails.register import try_message
    from rails.sentences import split

    settings = load_settings()
    embed = EmbedMessage(ThreadedEmbedder(open_embedder(settings)), split)
    contacts, tried = approved_contacts(settings), under(approved_words(settings.database), try_message)

    async def handle(line: dict[str, Any]) -> dict[str, Any]:
        turn = await embed(Turn((Heard(line["text"]),)))
        earlier = [str(one) for one in line.get("earlier") or []]
        found = tried(line["text"], turn.vectors, contacts, earlier)
        return {
            "categories": list(found.categories),
            "urgency": str(found.urgency),
            "verdicts": verdicts(found.verdicts),
            "redacted": found.masked,
            "spans": [{"start": span.start, "end": span.end, "type": str(span.type)} for span in found.spans],
        }

    await run_or_print(text, jsonl, {"text": str}, handle)


def check(jsonl: Jsonl = False) -> None:
    """Check drafts of replies against the passages that they should rest on."""
    if not jsonl:
        raise SettingsWrong(
            "kith check reads drafts from standard input: add --jsonl. Each line needs question, context and reply."
        )
    asyncio.run(_check())


async def _check() -> None:
    from assistant.checks.words import approved_words
    from assistant.pipeline.instead import Instead
    from assistant.pipeline.wording import Wording
    from assistant.wiring import approved_contacts, checker, nearest_by, open_embedder

    settings = load_settings()
    words, embedder = approved_words(settings.database), open_embedder(settings).plain
    contacts, check_reply = approved_contacts(settings), checker(embedder, words)
    instead = Instead(check_reply, nearest_by(embedder), Wording.load(settings.guidance_values))

    async def handle(line: dict[str, Any]) -> dict[str, Any]:
        context = texts_of(line["context"])
        decision = check_reply(line["question"], line["reply"], context, contacts)
        final = decision.final or instead(line["question"], context, contacts)
        return {"decision": str(decision.decision), "verdicts": verdicts(decision.verdicts), "final": final}

    await answer_lines({"question": str, "context": (list, str), "reply": str}, handle)


def search(
    text: Text = "",
    jsonl: Jsonl = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST_PASSAGES, help="Most passages.")] = 6,
) -> None:
    """Find approved passages for a question."""
    need_text(text, jsonl)
    asyncio.run(_search(text, jsonl, limit))


async def _search(text: str, jsonl: bool, limit: int) -> None:
    from assistant.pipeline.embed import to_embed
    from assistant.wiring import open_embedder, open_searcher
    from rails.sentences import split

    settings = load_settings()
    embedder = open_embedder(settings)
    searcher = open_searcher(settings, embedder)

    async def handle(line: dict[str, Any]) -> dict[str, Any]:
        most, nation = asked_for(line, limit)
        texts = to_embed(line["text"], split)
        vector, *own = embedder.embed(texts)
        clauses = list(zip(texts[1:], own, strict=True))
        found = searcher.find(line["text"], vector, nation, limit=most, clauses=clauses)
        return {
            "passages": [{"document": one.document, "text": one.text, "score": round(one.score, 4)} for one in found]
        }

    try:
        await run_or_print(text, jsonl, {"text": str}, handle)
    finally:
        searcher.close()


def asked_for(line: dict[str, Any], usual: int) -> tuple[int, str]:
    """Return how many passages a line wants, and of which nation; "" for any."""
    from knowledge_base.nation import NATIONS

    limit, nation = line.get("limit") or usual, line.get("nation") or ""
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_PASSAGES:
        raise FieldWrong("limit", f"a whole number from 1 to {MOST_PASSAGES}")
    if nation and nation not in NATIONS:
        raise FieldWrong("nation", f"one of {', '.join(NATIONS)}")
    return limit, nation


def verdicts(found: Sequence[Any]) -> list[dict[str, str]]:
    return [{"rail": v.rail, "result": str(v.result), "reason": v.reason} for v in found]


def need_text(text: str, jsonl: bool) -> None:
    """Say what to do when there is nothing to work on."""
    if not jsonl and not text.strip():
        raise SettingsWrong("Give the text in quotes, or add --jsonl and send lines on standard input.")


async def run_or_print(text: str, jsonl: bool, needs: dict[str, Any], handle: Any) -> None:
    """Work on standard input's lines, or on one text."""
    if jsonl:
        await answer_lines(needs, handle)
    else:
        write_line(await handle({"text": text}))
