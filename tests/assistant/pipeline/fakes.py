"""A small, quick set of parts for the real list of steps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from assistant.domain.ports import AnswerModel
from assistant.domain.turn import Passage, Turn, Vector
from assistant.pipeline.answering import Answerer, Parts, answering_steps
from assistant.pipeline.understand import Tells
from assistant.pipeline.wording import Wording
from assistant.replay import Conversation
from assistant.settings import Settings
from rails import danger_rules, doses
from rails.verdict import Result, Verdict

BREAKS = Passage(
    "breaks", "Breaks from caring", "How do I get a break?", "You can ask the council for a break.",
    "https://www.northmere.example/breaks", date(2026, 11, 23), 0.9, ("england",),
)  # fmt: skip


TELLS = Tells(
    nation=lambda text: "scotland" if "Scotland" in text else "",
    home=lambda text: "scotland" if "live in Scotland" in text else "",
    of_another=lambda text: "she" in text.split(),
    goes_by_carer=lambda text: "may I" in text,
    is_only_hinted=lambda text: "perhaps" in text,
)


@dataclass
class Fakes:
    """What each outside part does; tests change one and keep the rest."""

    passages: list[Passage] = field(default_factory=lambda: [BREAKS])
    label: str = "none"
    tells: Tells = TELLS
    hints: str = ""
    told: str = ""
    """Why the message asks for nothing; empty where it asks."""
    urgency: str = "none"
    categories: tuple[str, ...] = ()
    rules: Result = Result.PASS
    decision: str = "allow"
    spans: list[Any] = field(default_factory=list)
    embedder_is_up: bool = True
    search_is_up: bool = True
    searched: list[tuple[str, str, bool]] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    also: tuple[str, ...] = ()
    embedded: list[list[str]] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.embedded.append(list(texts))
        if not self.embedder_is_up:
            raise RuntimeError("the model is gone")
        return [(1.0, 0.0) for _ in texts]

    async def search(
        self,
        question: str,
        vector: Vector | None,
        nation: str = "",
        extra: Sequence[str] = (),
        limit: int = 6,
        clauses: Sequence[tuple[str, Vector]] = (),
        also: Sequence[str] = (),
    ) -> list[Passage]:
        if not self.search_is_up:
            raise RuntimeError("the index is gone")
        self.searched.append((question, nation, vector is not None))
        self.also = tuple(also)
        self.clauses = [text for text, _ in clauses]
        return self.passages

    def screen(self, text: str, vectors: Any, earlier: Any) -> Any:
        verdicts = (Verdict("danger_rules", self.rules, ""),)
        return SimpleNamespace(categories=self.categories, urgency=self.urgency, verdicts=verdicts, hints=())

    def classify(self, text: str, vectors: Any) -> Any:
        return SimpleNamespace(label=self.label, verdicts=(), leans="", hints=self.hints)

    def check(self, question: str, reply: str, passages: Any, contacts: Any) -> Any:
        self.checked.append(reply)
        decision = self.decision
        if decision == "block_model":
            decision = "block" if "MODEL" in reply else "allow"
        final = "" if decision == "block" else reply
        verdict = Verdict("facts", Result.PASS) if final else Verdict("facts", Result.FAIL, "not in any passage")
        return SimpleNamespace(decision=decision, final=final, verdicts=(verdict,))

    def answerer(self, model: AnswerModel | None = None) -> Answerer:
        settings = Settings()
        wording = Wording.load(settings.guidance_values)
        parts = Parts(
            wording=wording,
            embedder=self,
            search=self.search,
            model=model,
            contacts=settings.contacts,
            approved=["01632 960101"],
            split=lambda text: text.split(". "),
            screen=self.screen,
            reply_for=lambda categories, urgency, contacts, hints: SimpleNamespace(text="Ring 999.", lane="crisis"),
            find_personal_data=lambda text, keep: self.spans,
            mask=lambda text, spans: "[masked] " + text if spans else text,
            classify=self.classify,
            only_tells=lambda text, vectors: Verdict("telling", Result.FAIL if self.told else Result.PASS, self.told),
            check=self.check,
            without_doses=doses.without,
            tells=self.tells,
            names_topic=lambda text: "break" in text,
            acknowledges=danger_rules.acknowledges,
        )
        return Answerer(answering_steps(parts), wording, "r-test")

    async def ask(self, *texts: str, model: AnswerModel | None = None) -> Turn:
        """Ask one after the other in one conversation; return the last turn."""
        chat = Conversation(self.answerer(model))
        for text in texts:
            turn = await chat.ask(text)
        return turn
