"""Obey exact words such as STOP and HUMAN before anything clever runs."""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from rapidfuzz.distance import OSA

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.pipeline.complaint import is_complaint
from assistant.pipeline.person import bring_in_a_person
from assistant.pipeline.wording import Wording, read
from rails.normalise import name_emoji


class Command(StrEnum):
    """What an exact word asks for, the most binding first: in a burst the first of these wins."""

    DELETE_DATA = "delete_data"
    STOP = "stop"
    START = "start"
    HUMAN = "human"
    COMPLAINT = "complaint"
    MY_DATA = "my_data"
    WHY = "why"
    URGENT = "urgent"
    HELP = "help"
    SAFE = "safe"


OUTCOMES = {
    Command.DELETE_DATA: Outcome.COMMAND_DELETE,
    Command.STOP: Outcome.COMMAND_STOP,
    Command.START: Outcome.COMMAND_START,
    Command.HUMAN: Outcome.COMMAND_HUMAN,
    Command.COMPLAINT: Outcome.COMMAND_COMPLAINT,
    Command.MY_DATA: Outcome.COMMAND_MY_DATA,
    Command.WHY: Outcome.COMMAND_WHY,
    Command.URGENT: Outcome.COMMAND_URGENT_HELP,
    Command.HELP: Outcome.COMMAND_HELP,
    Command.SAFE: Outcome.ANSWERED_SMALL_TALK,
}
EFFECTS = {
    Command.DELETE_DATA: "delete_data",
    Command.STOP: "opt_out",
    Command.START: "opt_in",
    Command.SAFE: "clear_danger",
}
POLITE = {"please", "pls", "plz", "thanks", "thank", "you", "thx", "ta", "now", "ok", "okay"}
MOST_CHARACTERS = 60
CRY = "!!!"
"""With so many marks "help" asks for no list of commands."""
LONE = ("delete my data", "unsubscribe", "i want a human", "talk to a human", "speak to a human")
"""Long commands that no other likely message is near to. ("What do you know about me" is near to a question about MS.)"""
SLIPS = 2


@cache
def _phrases() -> dict[str, Command]:
    return {_squeeze(phrase): Command(name) for name, phrases in read("commands.yaml").items() for phrase in phrases}


def _squeeze(text: str) -> str:
    """Fold case, accents, punctuation and repeated letters: "STOOOP!!" and "stop" become one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = re.sub(r"['’`´]", "", plain)
    words = re.sub(r"[^a-z ]+", " ", plain).split()
    return " ".join(re.sub(r"(.)\1+", r"\1", word) for word in words)


def recognise(text: str) -> Command | None:
    """Return the command that the whole message is, or None. A sentence that only contains a word is none."""
    if len(text) > MOST_CHARACTERS:
        return None
    squeezed = _squeeze(text if any(map(str.isalnum, text)) else _named_once(text))
    found = _phrases().get(squeezed)
    if found is Command.HELP and CRY in text:
        return Command.URGENT
    if found or not squeezed:
        return found
    words = squeezed.split()
    while words and words[-1] in POLITE:
        words.pop()
    while words and words[0] in POLITE:
        words.pop(0)
    bare = " ".join(words)
    return _phrases().get(bare) or next((_phrases()[one] for one in LONE if _is_slip(bare, one)), None)


def _named_once(signs: str) -> str:
    """Return each emoji as its word, once: "🆘🆘🆘" is one cry."""
    return " ".join(dict.fromkeys(name_emoji(signs).split()))


def _is_slip(written: str, meant: str) -> bool:
    """Tell whether a few slips of the thumb part what was written from what was meant."""
    return abs(len(written) - len(meant)) <= SLIPS and OSA.distance(written, meant, score_cutoff=SLIPS) <= SLIPS


def heard_complaint(text: str) -> Command | None:
    return Command.COMPLAINT if is_complaint(text) else None


@dataclass(frozen=True, slots=True)
class ObeyCommands:
    """End the turn when a message of the burst is an exact command, or a complaint in any words."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        asked = {recognise(one.text) or heard_complaint(one.text) for one in turn.heard}
        for command in Command:
            if command in asked:
                return self._obey(turn, command)
        return turn

    def _obey(self, turn: Turn, command: Command) -> Turn:
        outcome = OUTCOMES[command]
        if effect := EFFECTS.get(command):
            turn = replace(turn, effects=(*turn.effects, effect))
        if command is Command.HUMAN:
            return bring_in_a_person(turn, self.wording)
        if command is Command.COMPLAINT:
            turn = turn.escalate("complaint")
        if command is Command.URGENT and _is_again(turn, outcome):
            turn = turn.escalate("asked_for_person")
        return turn.stop(outcome, self._text(turn, command, outcome))

    def _text(self, turn: Turn, command: Command, outcome: Outcome) -> str:
        if command is Command.SAFE:
            return self.wording.canned(outcome, "safe")
        if command is Command.URGENT:
            return self.wording.canned(outcome, "again" if _is_again(turn, outcome) else "first")
        if command is Command.MY_DATA:
            return self._what_is_kept(turn)
        if command is Command.WHY:
            return self._why(turn)
        return self.wording.canned(outcome)

    def _what_is_kept(self, turn: Turn) -> str:
        past = turn.past
        if past.kept < 2 or past.kept_since is None:
            return self.wording.canned(Outcome.COMMAND_MY_DATA, "none")
        since = f"{past.kept_since:%-d %B %Y}"
        return self.wording.canned(Outcome.COMMAND_MY_DATA, "some", kept=str(past.kept), since=since)

    def _why(self, turn: Turn) -> str:
        for exchange in reversed(turn.past.exchanges):
            if exchange.citations:
                lines = [f"{c.title} (checked {c.reviewed_on:%-d %B %Y})\n{c.url}" for c in exchange.citations]
                return "\n".join([self.wording.canned(Outcome.COMMAND_WHY, "some"), *lines])
        return self.wording.canned(Outcome.COMMAND_WHY, "none")


def _is_again(turn: Turn, outcome: Outcome) -> bool:
    """Whether the turn before ended the same way."""
    return any(one.outcome == outcome.value for one in turn.past.exchanges[-1:])
