"""The models that the service runs on, each described once for the transparency record and the model cards."""

import json
from collections.abc import Callable, Mapping, Sequence
from importlib import resources

from governance.records.facts import Facts

Described = Mapping[str, str]


def writer(facts: Facts) -> Described:
    """Describe what writes answers: a language model, or no model at all."""
    named = facts.settings.model
    return {
        "id": "writer",
        "name": named or "Quote mode (no generating model)",
        "version": f"{named or 'quote mode'}; prompt {facts.release_facts.get('prompt', {}).get('version', '')}",
        "task": "Puts an answer together from the passages of approved guidance that were found.",
        "input": "The carer's question with personal details masked, and up to a few passages of approved guidance.",
        "output": "An answer, and which passages it rests on. An answer that rests on no passage is thrown away.",
        "architecture": "A large language model of the named provider; see its own card."
        if named
        else "None: sentences are quoted word for word.",
        "performance": _result(facts, "accuracy"),
        "datasets": "Accuracy and groundedness suites, written for this service; see the data cards.",
    }


def embedder(facts: Facts) -> Described:
    """Describe the model that turns text into vectors."""
    return {
        "id": "embedder",
        "name": str(facts.release_facts.get("embedding_model", "all-MiniLM-L6-v2")),
        "version": "Weights pinned by their SHA-256; served by ONNX Runtime, checked against the original.",
        "task": "Turns a text into 384 numbers, so that texts of like meaning lie near each other.",
        "input": "A message or a passage of guidance, at most 256 tokens.",
        "output": "One unit vector.",
        "architecture": "A transformer encoder of six layers with mean pooling, trained by its publishers on public pairs of texts.",
        "performance": _result(facts, "retrieval"),
        "datasets": "Retrieval suite, written for this service; see the data cards.",
    }


def danger(facts: Facts) -> Described:
    """Describe the classifier that notices danger."""
    return {
        "id": "danger",
        "name": "Danger classifier",
        "version": "Weights and their card stand in guardrails/rails/weights, named by the release.",
        "task": "Notices risk of harm in a message, by category and urgency. It can only raise an alarm; rules stand beside it.",
        "input": "A carer's message: its words and its vector.",
        "output": "Categories of risk and whether it is an emergency.",
        "architecture": "Linear models over words, letters and the sentence vector, combined by a further linear model.",
        "performance": _result(facts, "safety"),
        "datasets": "Exemplars written for this service, split by author; see guardrails/rails/exemplars.",
    }


def replies(facts: Facts) -> Described:
    """Describe the model that weighs the evidence on a draft reply."""
    card = json.loads(resources.files("rails").joinpath("weights", "replies.json").read_text(encoding="utf-8"))
    unseen = card["unseen_scenes"]
    return {
        "id": "replies",
        "name": "Reply check",
        "version": "Weights and their card, replies.npz and replies.json, stand in guardrails/rails/weights, named by the release.",
        "task": "Weighs whether each sentence of a draft may be sent beside the passages it rests on. It stops drafts only; exact rules stand beside it.",
        "input": "A question, the passages used, and one sentence of the draft: counts of shared and missing words, figures and signs, and vectors.",
        "output": "Log odds that the sentence must not be sent. A draft is as bad as its worst sentence, with an allowance for its length.",
        "architecture": "Small decision trees and three straight lines, added up. Quoted guidance is not weighed at all.",
        "performance": (
            f"On written drafts that it had not seen, by other authors: good ones let through {unseen['good_let_through']}, "
            f"bad ones stopped {unseen['bad_stopped']}. {_result(facts, 'groundedness')}"
        ).strip(),
        "datasets": f"{card['drafts']['good']} good and {card['drafts']['bad']} bad drafts written for this service; see guardrails/rails/exemplars/replies.",
    }


def tellings(facts: Facts) -> Described:
    """Describe the model that tells a message which only tells something from one that needs something."""
    card = json.loads(resources.files("rails").joinpath("weights", "tellings.json").read_text(encoding="utf-8"))
    learnt, unseen = card["learnt_from"], card["unseen"]
    plain, *wanting = (unseen[part]["below_may"] for part in ("plain", "asked", "told"))
    low, of = sum(one["hits"] for one in wanting), sum(one["of"] for one in wanting)
    return {
        "id": "tellings",
        "name": "Tellings",
        "version": "Weights and their card, tellings.npz and tellings.json, stand in guardrails/rails/weights, named by the release.",
        "task": "Says whether a message without a question only tells something, so that fixed words acknowledge it and no guidance is quoted. In doubt guidance is given.",
        "input": "A carer's message: its words and its vector.",
        "output": "Log odds that the message needs something, with two cuts: surely not, and not unless guidance plainly fits.",
        "architecture": "Two straight lines, over words and over the sentence vector, added up. Written rules let through whatever puts a question.",
        "performance": (
            f"On messages that it had not seen: {plain['hits']} of {plain['of']} plain tellings lie below the second cut, "
            f"and {low} of {of} messages that want guidance, before guidance that plainly fits is given to them all the same."
        ),
        "datasets": f"{learnt['plain']} plain tellings and {of} messages that want guidance, written for this service; see guardrails/rails/exemplars.",
    }


def _result(facts: Facts, suite: str) -> str:
    for one in facts.evidence:
        if one.suite == suite:
            first = next((each for each in one.measures if each.value is not None), None)
            told = (
                f"{first.title or first.name}: {100 * (first.value or 0):.1f}% of {first.n} cases. "
                if first and first.unit == "rate"
                else ""
            )
            return f"{told}Verdict: {one.verdict.value}. Run {one.run_id[:12]}, {one.finished_at:%-d %B %Y}."
    return ""


MODELS: Sequence[Callable[[Facts], Described]] = (writer, embedder, danger, replies, tellings)
