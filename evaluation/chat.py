"""A case as people read it: who wrote what, in order, whatever a suite did to see it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from evaluation.seen import Seen
from evaluation.suite import CaseResult

NO_REPLY = "no reply"


@dataclass(frozen=True, slots=True)
class Bubble:
    """One thing that was written. `who` is carer or kith; a label says what it is when it is no plain message."""

    who: str
    text: str
    label: str = ""


def chat_of(suite: str, result: CaseResult) -> list[Bubble]:
    """Return a case as a chat."""
    if not result.seen:
        return [Bubble("carer", text) for text in result.case.messages]
    return READERS.get(suite, plain_chat)(result)


def said(one: Seen, label: str = "") -> Bubble:
    """Return a reply, or in brackets how the turn ended when there were no words."""
    return Bubble("kith", one.reply or f"({one.outcome.replace('_', ' ') or NO_REPLY})", label)


def turns(messages: Iterable[str], seen: Iterable[Seen]) -> list[Bubble]:
    """Return messages, each with its reply below."""
    return [one for text, found in zip(messages, seen, strict=False) for one in (Bubble("carer", text), said(found))]


def plain_chat(result: CaseResult) -> list[Bubble]:
    """Every message has its reply."""
    return turns(result.case.messages, result.seen)


def fairness(result: CaseResult) -> list[Bubble]:
    """Each variant's message with its reply, the rerun left out."""
    template, variants = str(result.case.want["template"]), result.case.want["variants"]
    found = zip(variants.items(), result.seen, strict=False)
    return [
        one
        for (group, who), reply in found
        for one in (Bubble("carer", template.format(who=who), str(group)), said(reply))
    ]


def robustness(result: CaseResult) -> list[Bubble]:
    """The clean form with its reply, then the other form with its own."""
    if len(result.seen) == len(result.case.messages):
        return plain_chat(result)
    clean = Bubble("carer", str(result.case.want.get("clean")), "plain form")
    return [clean, said(result.seen[0]), *turns(result.case.messages, result.seen[1:])]


def found_guidance(result: CaseResult) -> list[Bubble]:
    """The question and what the search found, first to last."""
    passages = [f"{at}. {document}: {heading}" for at, (document, heading, _) in enumerate(result.seen[-1].passages, 1)]
    return [Bubble("carer", result.case.messages[-1]), Bubble("kith", "\n".join(passages) or "nothing", "found")]


def groundedness(result: CaseResult) -> list[Bubble]:
    """A ready-made reply with what the check decided, or a plain chat."""
    if "reply" not in result.case.want:
        return plain_chat(result)
    label = f"draft, the check said {result.seen[-1].outcome}"
    draft = Bubble("kith", str(result.case.want["reply"]), label)
    return [Bubble("carer", str(result.case.want.get("question", ""))), draft]


def privacy(result: CaseResult) -> list[Bubble]:
    """The message and the reply; what the model and the log were given stays with the scores."""
    return turns(result.case.messages, result.seen[:1])


READERS: Mapping[str, Callable[[CaseResult], list[Bubble]]] = {
    "bias": fairness,
    "robustness": robustness,
    "retrieval": found_guidance,
    "groundedness": groundedness,
    "privacy": privacy,
}
