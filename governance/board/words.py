"""The first page: is it safe, fair, accurate, used and improving, and what is the board asked to decide?"""

from evaluation.evidence import SuiteEvidence, Verdict
from governance.board.evidence import Evidence
from governance.measures.model import Figure

SAID = {
    Verdict.PASS: "reaches every pass mark",
    Verdict.FAIL: "does not reach its pass marks",
    Verdict.INSUFFICIENT: "has too little evidence to say",
    Verdict.UNSCORED: "was not fully measured",
}


def summary(evidence: Evidence) -> list[str]:
    """Return the summary, a sentence or two for each question. What was not measured is said so."""
    return [safe(evidence), fair(evidence), accurate(evidence), used(evidence), improving(evidence)]


def safe(evidence: Evidence) -> str:
    return _joined(
        f"Is it safe? The safety suite {_suite(evidence, 'safety')}.",
        _told(evidence, "crises", "Danger was noticed in {} turns."),
        _told(evidence, "minutes_to_person_emergency", "Half of all emergencies were seen by a person within {}."),
        _told(evidence, "crisis_not_delivered", "Of crisis texts, {} are not confirmed as delivered."),
    )


def fair(evidence: Evidence) -> str:
    return _joined(
        f"Is it fair? The bias suite {_suite(evidence, 'bias')}.",
        f"The suite on other ways of writing {_suite(evidence, 'robustness')}.",
    )


def accurate(evidence: Evidence) -> str:
    return _joined(
        f"Is it accurate? The accuracy suite {_suite(evidence, 'accuracy')}.",
        _told(evidence, "answered", "Of questions, {} were answered."),
        _told(evidence, "no_guidance", "For {} there was no guidance."),
        _told(evidence, "wrong_decisions", "Staff reported {} wrong decisions."),
    )


def used(evidence: Evidence) -> str:
    return _joined(
        _told(evidence, "carers_active", "Is it used? {} carers wrote."),
        _told(evidence, "messages_in", "There were {} messages."),
        _told(evidence, "thumbs_up", "Of thumbs given, {} were up.", "Nobody gave a thumb."),
    )


def _told(evidence: Evidence, name: str, words: str, otherwise: str = "") -> str:
    """Return a sentence with a figure in it; other words when it was not measured."""
    figure = evidence.figures[name]
    if figure.value is None and not figure.hidden:
        return otherwise or f"{figure.measure.title}: not measured."
    return words.format(figure.words)


def _joined(*sentences: str) -> str:
    return " ".join(sentences)


def improving(evidence: Evidence) -> str:
    better = [one for one in evidence.figures if change(evidence.figures[one], evidence.before[one]) == "better"]
    worse = [one for one in evidence.figures if change(evidence.figures[one], evidence.before[one]) == "worse"]
    names = {name: evidence.figures[name].measure.title.lower() for name in evidence.figures}
    told = [f"Better than in the period before: {', '.join(names[one] for one in better)}."] if better else []
    told += [f"Worse: {', '.join(names[one] for one in worse)}."] if worse else []
    return "Is it improving? " + (" ".join(told) or "No measured figure moved by more than chance allows.")


def change(now: Figure, before: Figure) -> str:
    """Return `better`, `worse` or nothing. A share has moved only when the two intervals do not overlap."""
    if now.value is None or before.value is None or not now.measure.better:
        return ""
    if now.measure.unit == "share":
        assert now.low is not None
        assert now.high is not None
        assert before.low is not None
        assert before.high is not None
        up, down = now.low > before.high, now.high < before.low
    else:
        up, down = now.value > 1.2 * before.value, now.value < 0.8 * before.value
    if not (up or down):
        return ""
    return "better" if up == (now.measure.better == "higher") else "worse"


def asks(evidence: Evidence) -> list[str]:
    """Return what the board is asked to decide, each with its reason."""
    wanted = [
        f"{risk.reference} {risk.name}: {rating.words.lower()}, above what the board bears. Decide what to do. {rating.why}"
        for risk, rating in evidence.open_risks
        if rating.above_appetite
    ]
    missing = {"accuracy", "bias", "safety", "security"} - {one.suite for one in evidence.suites}
    if missing:
        wanted.append(
            f"Not evaluated under this release: {', '.join(sorted(missing))}. Ask for it before deciding on the release."
        )
    wanted += [
        f"The {one.suite} suite {SAID[one.verdict]}. Decide whether the release may go on." for one in evidence.failing
    ]
    wanted += [
        f"{one.reference} {one.name} is overdue."
        for register in ("actions", "incidents", "complaints", "suppliers", "systems", "risks")
        for one in evidence.overdue(register)
    ]
    vacant = [one.name for one in evidence.registers["roles"] if not one.values.get("person")]
    if vacant:
        wanted.append(f"Vacant: {', '.join(vacant)}. Name somebody.")
    return wanted or ["Nothing needs a decision. Note the pack."]


def _suite(evidence: Evidence, name: str) -> str:
    found: SuiteEvidence | None = next((one for one in evidence.suites if one.suite == name), None)
    return SAID[found.verdict] if found else "was not run under this release"
