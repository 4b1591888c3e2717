"""Decide on a draft by all the evidence together, where there are vectors; else each rail's own rule decides.

Three sorts of rails. *Firm* ones are exact, and one objection is enough. *Leaning* ones go by phrases that can be innocent,
and need a little evidence beside them. The *soft* ones are rules of thumb: their objections are signs among others, and a
draft is stopped by the weight of all signs (`evidence_model`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from rails import (
    contradiction,
    doses,
    entailment,
    facts_sourced,
    figures_paired,
    form,
    groundedness,
    instructions_obeyed,
    manner_model,
    names_sourced,
    out_of_place,
    phrase_rails,
    relevance,
    tone,
)
from rails.draft import Draft, ReplyVectors, Said
from rails.evidence import Evidence
from rails.evidence_model import model, of_draft
from rails.groundedness import is_framing

Rail = Callable[[Draft], tuple[str, ...]]
"""Takes a draft, returns the kinds of problem found: safe to store, never a carer's words."""
GROUNDED, CONTRADICTED, KIND = "claims_are_grounded", "nothing_is_contradicted", "tone_is_kind"
SURELY_KIND = 0.0
UNKIND = 0.7
"""Log odds of the manner model from which a stopped sentence is called unkind."""


def no_answer(draft: Draft) -> tuple[str, ...]:
    """Replies that are empty, in another language or on another passage; one that only shares no word is but a sign."""
    found = tuple(one for one in relevance.problems(draft) if one != relevance.MISSES)
    return found or ((relevance.MISSES,) if relevance.strays(draft) else ())


RULES: dict[str, Rail] = {
    "answers_the_question": no_answer,
    "facts_are_sourced": facts_sourced.strange,
    "figures_keep_their_meaning": figures_paired.problems,
    "names_are_sourced": names_sourced.problems,
    "gives_no_dose": doses.problems,
    "does_no_harm": phrase_rails.does_no_harm,
    KIND: tone.phrases,
    "honest_about_itself": phrase_rails.honest_about_itself,
    "keeps_privacy": phrase_rails.keeps_privacy,
    "obeys_no_hidden_instruction": instructions_obeyed.problems,
    "quotes_only_guidance": out_of_place.problems,
    "form_is_plain": form.problems,
}
LEANING = frozenset(("figures_keep_their_meaning", "names_are_sourced", "form_is_plain"))
FIRM = frozenset(RULES) - LEANING


def found_by(draft: Draft) -> frozenset[str]:
    """The rails whose exact or phrase rules object."""
    return frozenset(name for name, rule in RULES.items() if rule(draft))


@dataclass(frozen=True, slots=True)
class Weighed:
    """The worst sentence's odds, and the rail that says why."""

    worst: float
    blame: str

    @property
    def is_stopped(self) -> bool:
        return self.worst > model().stop_above

    @property
    def is_in_doubt(self) -> bool:
        """Whether a phrase that may be innocent is enough."""
        return self.worst > model().lean_above


def weighed(draft: Draft) -> Weighed | None:
    """Weigh a draft once. None when the rules decide alone: there are no vectors, or guidance is quoted and only framed."""
    if "weighed" not in draft.notes:
        draft.notes["weighed"] = None if draft.vectors is None or is_quoted(draft) else _weigh(draft, draft.vectors)
    found: Weighed | None = draft.notes["weighed"]
    return found


def _weigh(draft: Draft, vectors: ReplyVectors) -> Weighed:
    scored = [(model().score(row), row.signs) for row in Evidence(draft, vectors).rows()]
    worst = max(scored, key=lambda one: one[0])[1] if scored else {}
    return Weighed(of_draft([score for score, _ in scored]), _blame(worst))


def is_quoted(draft: Draft) -> bool:
    """Whether guidance speaks word for word, and all else frames it in a surely kind manner: nothing is embedded then."""
    said = draft.said
    return any(one.verbatim for one in said) and all(one.verbatim or _only_frames(one) for one in said)


def _only_frames(one: Said) -> bool:
    return is_framing(one) and manner_model.score(one.text) < SURELY_KIND


def _blame(row: dict[str, float]) -> str:
    if any(
        row.get(name)
        for name in ("turn_not", "turn_pair", "turn_only", "turn_nation", "answers_wrongly", "opposite_near")
    ):
        return CONTRADICTED
    return KIND if row.get("manner", 0.0) > UNKIND else GROUNDED


def soft(name: str, rule: Rail, told: str) -> Rail:
    """A rail that goes by all the evidence when there is some; `told` says what it found."""

    def problems(draft: Draft) -> tuple[str, ...]:
        found = weighed(draft)
        if found is None:
            return rule(draft)
        phrased = RULES[name](draft) if name in RULES and (name in FIRM or found.is_in_doubt) else ()
        return (*phrased, told) if found.is_stopped and found.blame == name else phrased

    return problems


def leaning(name: str) -> Rail:
    """A rail of phrases that may be innocent: it needs some doubt about the draft beside it."""

    def problems(draft: Draft) -> tuple[str, ...]:
        found = weighed(draft)
        return RULES[name](draft) if found is None or found.is_in_doubt else ()

    return problems


def facts(draft: Draft) -> tuple[str, ...]:
    """Facts that nothing supports; where the draft is weighed, a figure of the carer's own is a sign among others."""
    return facts_sourced.problems(draft) if weighed(draft) is None else facts_sourced.strange(draft)


def asking_the_model(rail: Rail) -> Rail:
    """The rail, and what the operator's own model of entailment objects to, where there is one."""

    def problems(draft: Draft) -> tuple[str, ...]:
        return rail(draft) + entailment.problems(draft)

    return problems


OUTPUT_RAILS: tuple[tuple[str, Rail], ...] = (
    ("answers_the_question", soft("answers_the_question", relevance.problems, relevance.MISSES)),
    ("facts_are_sourced", facts),
    ("figures_keep_their_meaning", leaning("figures_keep_their_meaning")),
    ("names_are_sourced", leaning("names_are_sourced")),
    (GROUNDED, asking_the_model(soft(GROUNDED, groundedness.problems, "claim not carried by any passage"))),
    (CONTRADICTED, soft(CONTRADICTED, contradiction.problems, "turns guidance round")),
    ("gives_no_dose", doses.problems),
    ("does_no_harm", phrase_rails.does_no_harm),
    (KIND, soft(KIND, tone.problems, "sounds unkind, unsafe or untrue")),
    ("honest_about_itself", phrase_rails.honest_about_itself),
    ("keeps_privacy", phrase_rails.keeps_privacy),
    ("obeys_no_hidden_instruction", instructions_obeyed.problems),
    ("quotes_only_guidance", out_of_place.problems),
    ("form_is_plain", leaning("form_is_plain")),
)
"""Every rail that blocks, in the order in which verdicts are listed."""
