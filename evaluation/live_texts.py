"""What live replies are read against: the guidance and the fixed words that serve now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.pipeline.answering import Answerer
from assistant.pipeline.check import CheckReply
from assistant.pipeline.find import FindPassages
from assistant.pipeline.wording import Wording
from evaluation.replies import body, claims, invented, supported
from evaluation.seen import tokens_of


@dataclass(frozen=True)
class Ground:
    """The guidance of the release that serves, by document and section, and the contacts that any reply may name."""

    release: str
    wording: Wording
    sections: Mapping[str, Mapping[str, str]]
    approved: Sequence[str]

    def is_grounded(self, reply: str, documents: Sequence[str]) -> bool:
        """Whether every sentence that claims something stands in a section of a cited document."""
        told = [text for slug in documents for text in self.sections.get(slug, {}).values()]
        return all(supported(one, told) for one in claims(reply, self.wording))

    def holds_invented(self, reply: str, documents: Sequence[str], links: Sequence[str]) -> bool:
        """Whether a number, sum or link of the reply stands in no cited document and no approved contact."""
        told = [text for slug in documents for text in self.sections.get(slug, {}).values()]
        return bool(invented(body(reply, self.wording), "\n".join([*told, *links, *self.approved])))

    def tokens(self, question: str, reply: str, passages: Sequence[Sequence[Any]]) -> int:
        """Estimate the tokens of a turn's model call, as the cost suite does."""
        read = sum(len(heading) + len(self.sections.get(slug, {}).get(heading, "")) for slug, heading, *_ in passages)
        return tokens_of(len(question) + len(reply) + read)


def ground_of(answerer: Answerer) -> Ground:
    """Return what an answerer answers from."""
    find = next(step for step in answerer.steps if isinstance(step, FindPassages))
    check = next(step for step in answerer.steps if isinstance(step, CheckReply))
    documents: Any = find.search
    sections = {one.slug: sections_of(f"{one.title}\n{one.body}") for one in documents.searcher.documents}
    return Ground(answerer.release, answerer.wording, sections, check.contacts)


def sections_of(text: str) -> dict[str, str]:
    """Return a document's sections by heading; what stands before the first heading goes with each."""
    head, *parts = text.split("\n## ")
    found = {part.partition("\n")[0].strip(): f"{head}\n{part}" for part in parts}
    return found or {"": head}
