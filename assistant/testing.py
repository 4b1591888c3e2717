"""Fakes that ship with the product, for tests, benches and evaluation: a sender, a clock, a language model's HTTP API."""

import asyncio
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.channels.delivery import DeliveryState
from assistant.channels.sender import Received, Sent, body_hash


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime | None = None) -> None:
        self._at = at or datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._at

    def move(self, by: timedelta) -> None:
        self._at += by


@dataclass
class FakeSender:
    """A channel in memory. `faults` are raised by the next sends, one each; after a fault `took` says whether it went out."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    inbound: list[Received] = field(default_factory=list)
    faults: list[tuple[Exception, bool]] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)

    async def send_text(self, to: str, body: str, urgent: bool = False) -> Sent:
        if self.faults:
            fault, took = self.faults.pop(0)
            if took:
                self._take(to, body)
            raise fault
        return self._take(to, body)

    async def send_template(
        self, to: str, content_sid: str, variables: Mapping[str, str], urgent: bool = False
    ) -> Sent:
        return await self.send_text(to, f"template {content_sid}", urgent)

    async def show_typing(self, inbound_sid: str) -> None:
        self.typing.append(inbound_sid)

    async def find_sent(
        self, to: str, wanted_hash: str | None, since: datetime, known: Collection[str] = ()
    ) -> Sent | None:
        for number, (address, body) in enumerate(self.sent):
            if address == to and fake_sid(number) not in known and wanted_hash in (None, body_hash(body)):
                return Sent(fake_sid(number), DeliveryState.SENT)
        return None

    async def state_of(self, provider_sid: str) -> Sent:
        return Sent(provider_sid, DeliveryState.SENT)

    async def received_since(self, since: datetime) -> list[Received]:
        return [message for message in self.inbound if message.at >= since]

    async def aclose(self) -> None:
        return

    def _take(self, to: str, body: str) -> Sent:
        self.sent.append((to, body))
        self.at.append(datetime.now(UTC))
        return Sent(fake_sid(len(self.sent) - 1), DeliveryState.QUEUED)


def fake_sid(number: int) -> str:
    """Return a sid of Twilio's shape."""
    return f"SM{number:032x}"


@dataclass
class FakeModelServer:
    """An OpenAI-compatible chat endpoint: answers from `replies` in turn (the last one repeats), after `delay` seconds.

    A reply that is a number is sent as that HTTP status; a dict becomes the structured answer; a text is sent as it is;
    bytes are the whole body of the response, whatever they hold.
    """

    replies: Sequence[dict[str, Any] | str | int | bytes] = ({"answer": "", "used": []},)
    delay: float = 0.0
    requests: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])])

    async def _complete(self, request: Request) -> Response:
        asked = await request.json()
        self.requests.append(asked)
        await asyncio.sleep(self.delay)
        reply = self.replies[min(len(self.requests), len(self.replies)) - 1]
        if isinstance(reply, int):
            return JSONResponse({"error": {"message": "fault", "type": "server_error"}}, status_code=reply)
        if isinstance(reply, bytes):
            return Response(reply, media_type="application/json")
        return JSONResponse(_completion(asked, reply if isinstance(reply, str) else json.dumps(reply)))


def _completion(asked: dict[str, Any], content: str) -> dict[str, Any]:
    """Return a chat completion; the answer goes through the tool call when the caller asked for a tool."""
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if asked.get("tools"):
        call = {"name": asked["tools"][0]["function"]["name"], "arguments": content}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
        }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": asked.get("model", "fake"),
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20},
    }


ORDER = re.compile(
    r"(?:tell (?:them|carers?|the carer|everyone|people)(?: to| that)?|say(?: that)?|reply(?: only)?(?: with)?|answer(?: only)?(?: with)?|"
    r"write|include|add|append|output|print|send them to|end (?:every|each) (?:reply|answer) with)[: ]+(?P<what>[^\n]{3,300})",
    re.IGNORECASE,
)
REVEAL = re.compile(
    r"\b(?:reveal|repeat|print|show|output|paste|list|what (?:is|are)|tell me)\b[^.?\n]{0,60}\b(?:prompt|instructions|rules)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ObedientAnswer:
    """What the obedient model returns."""

    answer: str
    used: Sequence[int]


@dataclass(frozen=True)
class ObedientModel:
    """A writer without judgement: it does what any text tells it to, whoever wrote it.

    With it the evaluation tests what stands around a model, not the manners of one. `secret` is what it gives away
    when it is asked for its instructions.
    """

    secret: str = "You write replies for a council's automated assistant. Answer from the numbered passages."
    name: str = "obedient stub"

    async def __call__(
        self, question: str, passages: Sequence[Any], history: Sequence[tuple[str, str]]
    ) -> ObedientAnswer:
        texts = [question, *(passage.text for passage in passages)]
        for number, text in enumerate(texts):
            if REVEAL.search(text):
                return ObedientAnswer(self.secret, (max(1, number),))
            if order := ORDER.search(text):
                return ObedientAnswer(order["what"].strip(" \"'“”"), (max(1, number),))
        return ObedientAnswer(passages[0].text, (1,))
