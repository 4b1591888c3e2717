"""The first page: is it safe, fair, accurate, used and improving, and what is the board asked to decide?"""

from collections.abc import Mapping, Sequence

from evaluation.evidence import Measure, SuiteEvidence, Verdict
from evaluation.marks import show
from governance.board.evidence import Evidence
from governance.measures.model import Figure
from governance.measures.suites import find, value_words

SAID = {
    Verdict.PASS: "reached every mark",
    Verdict.FAIL: "did not reach its marks",
    Verdict.INSUFFICIENT: "had too few cases to say",
    Verdict.UNSCORED: "could not be scored in full",
}
NEEDED = {"accuracy": "accuracy", "bias": "fairness", "safety": "safety", "security": "attacks"}
"""Suites without which no board can decide on a release, in words."""
MOST_MISSED = 1
"""Missed marks that a sentence names."""
MOST_NAMED = 4
"""Risks, overdue entries and vacancies that the first page names, so that it stays one page."""


def summary(evidence: Evidence) -> list[tuple[str, str]]:
    """Return five questions with their answers, a few sentences each. What was not measured is said so."""
    return [
        ("Is it safe?", safe(evidence)),
        ("Is it fair?", fair(evidence)),
        ("Is it accurate?", accurate(evidence)),
        ("Is it used?", used(evidence)),
        ("Is it improving?", improving(evidence)),
    ]


SAFE = {"safety": "Safety", "security": "Resistance to attacks"}
FAIR = {"bias": "Equal help for different carers", "robustness": "Help for those who write in another way"}
ACCURATE = {"accuracy": "Accuracy", "groundedness": "Answers that rest on guidance"}


def safe(evidence: Evidence) -> str:
    return _joined(
        *by_tests(evidence, SAFE),
        _told(evidence, "crises", "In this period it noticed danger in {} messages."),
        _told(evidence, "minutes_to_person_emergency", "Half of all emergencies were seen by a person within {}."),
        _told(evidence, "late_cases", "Of all cases for a person, {} were seen too late."),
        _told(evidence, "crisis_not_delivered", "Of crisis texts, {} are not confirmed as delivered."),
    )


def fair(evidence: Evidence) -> str:
    return _joined(*by_tests(evidence, FAIR))


def accurate(evidence: Evidence) -> str:
    return _joined(
        *by_tests(evidence, ACCURATE),
        _told(evidence, "answered", "Of carers' questions, {} were answered."),
        _told(evidence, "no_guidance", "For {} there was no guidance."),
        _told(evidence, "wrong_decisions", "Staff reported {} wrong decisions."),
        _told(evidence, "guidance_overdue", "Of the guidance in use, {} is past its review date."),
    )


def used(evidence: Evidence) -> str:
    return _joined(
        _told(evidence, "carers_active", "{} carers wrote."),
        _told(evidence, "messages_in", "They sent {} messages."),
        _told(evidence, "thumbs_up", "Of those who said whether an answer helped, {} said yes.", "Nobody said whether an answer helped."),
        _told(evidence, "heavy_use", "Of conversations, {} lean on it heavily."),
    )  # fmt: skip


def improving(evidence: Evidence) -> str:
    """Say what moved by more than chance allows, against the period before and the approved release before."""
    moved = {name: change(figure, evidence.before[name]) for name, figure in evidence.figures.items()}
    names = {side: [evidence.figures[name].measure.title.lower() for name, said in moved.items() if said == side]
             for side in ("better", "worse")}  # fmt: skip
    told = [f"Better than in the period before: {named(names['better'], 'below', ', ')}."] if names["better"] else []
    told += [f"Worse: {named(names['worse'], 'below', ', ')}."] if names["worse"] else []
    told = told or ["No live figure moved by more than chance allows."]
    if evidence.earlier_release:
        changes = [f"{title.lower()} {word}" for title, _, word in suite_changes(evidence) if word]
        said = named(changes, "under Tests of this release", ", ") or "nothing moved beyond chance"
        told.append(f"In tests, against the approved release {evidence.earlier_release}: {said}.")
    return " ".join(told)


def by_tests(evidence: Evidence, asked: Mapping[str, str]) -> list[str]:
    """Answer a question by its tests: the short answer first, then what each test said, then what was not tested."""
    found = {what: find(evidence.suites, name) for name, what in asked.items()}
    untested = [what for what, suite in found.items() if suite is None]
    told = [tested(suite, what) for what, suite in found.items() if suite]
    more = [f"Not tested under this release: {in_a_row(untested)}."] if untested else []
    return [short_answer([suite.verdict for suite in found.values() if suite], len(asked)), *told, *more]


def short_answer(verdicts: Sequence[Verdict], asked: int) -> str:
    """Answer yes only when every test that was asked for reached every mark."""
    if Verdict.FAIL in verdicts:
        return "Not yet: it misses marks that it must reach."
    if len(verdicts) < asked:
        return "Nobody can say yet."
    if any(one is not Verdict.PASS for one in verdicts):
        return "There is too little evidence to say yes."
    return "Yes: it reached every mark of its tests."


def in_a_row(words: Sequence[str]) -> str:
    """Return words in a sentence: `a, b and c`, small letters."""
    *others, last = [word[:1].lower() + word[1:] for word in words]
    return f"{', '.join(others)} and {last}" if others else last


def tested(found: SuiteEvidence, what: str) -> str:
    """Return a sentence about a suite: its verdict and the marks that it missed."""
    missed = [f"{one.title or one.name} {value_words(one)} (mark: {one.mark})" for one in found.measures if one.met is False]  # fmt: skip
    more = f"; {len(missed) - MOST_MISSED} more" if len(missed) > MOST_MISSED else ""
    return f"{what}: the test {SAID[found.verdict]}" + (
        f": {'; '.join(missed[:MOST_MISSED])}{more}." if missed else "."
    )


def suite_changes(evidence: Evidence) -> list[tuple[str, Measure, str]]:
    """Return (title, measure, `better`, `worse` or nothing) of each marked figure that both releases have."""
    found = []
    for suite in evidence.suites:
        earlier = find(evidence.earlier_suites, suite.suite)
        before = {one.name: one for one in earlier.measures} if earlier else {}
        found += [
            (one.title or one.name, one, moved(one, before[one.name]))
            for one in suite.measures
            if one.mark and one.name in before
        ]
    return found


def moved(now: Measure, before: Measure) -> str:
    """Say whether a suite's figure moved by more than its intervals allow."""
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return ""
    up, down = now.low > before.high, now.high < before.low
    if not (up or down):
        return ""
    return "better" if up != now.mark.startswith("at most") else "worse"


def _told(evidence: Evidence, name: str, words: str, otherwise: str = "") -> str:
    """Return a sentence with a figure in it; other words when it was not measured or tells of too few people."""
    figure = evidence.figures[name]
    if figure.value is None and not figure.hidden:
        return otherwise or f"{figure.measure.title}: not measured."
    if figure.hidden and figure.measure.unit != "count":
        return f"{figure.measure.title}: {figure.words}."
    said = words.format(figure.words)
    return said[0].upper() + said[1:]


def _joined(*sentences: str) -> str:
    return " ".join(sentences)


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
    """Return what the board is asked to decide, each with its reason, in few enough lines for the first page."""
    return [*ask_risks(evidence), *ask_release(evidence), *ask_late(evidence), *ask_roles(evidence)] or [
        "Nothing needs a decision. Note the pack."
    ]


def ask_risks(evidence: Evidence) -> list[str]:
    above = [
        f"{risk.reference} {risk.name} ({rating.score}, the board bears {risk.values['appetite']})"
        + ("" if evidence.indicator_met(risk) is not False else ", its live figure is past the limit")
        for risk, rating in evidence.open_risks
        if rating.above_appetite
    ]
    return (
        [f"Risks above what the board bears. Reduce, accept or stop: {named(above, 'in the register')}."]
        if above
        else []
    )


def ask_release(evidence: Evidence) -> list[str]:
    missing = [words for name, words in NEEDED.items() if find(evidence.suites, name) is None]
    by_verdict = {SAID[one.verdict]: [each.suite for each in evidence.failing if each.verdict is one.verdict] for one in evidence.failing}  # fmt: skip
    failing = [f"{in_a_row(suites)} {said}" for said, suites in by_verdict.items()]
    return [
        *([f"Not tested under this release: {', '.join(missing)}. Ask for these tests before you decide on it."] if missing else []),
        *([f"Decide whether this release may go on, although in its tests: {'; '.join(failing)}."] if failing else []),
    ]  # fmt: skip


def ask_late(evidence: Evidence) -> list[str]:
    late = [
        f"{one.reference} {one.name}"
        for register in ("actions", "incidents", "complaints", "suppliers", "systems", "risks")
        for one in evidence.overdue(register)
    ]
    return [f"Overdue: {named(late, 'in the registers')}."] if late else []


def ask_roles(evidence: Evidence) -> list[str]:
    vacant = [one.name for one in evidence.registers["roles"] if not one.values.get("person")]
    return [f"Vacant: {named(vacant, 'in the register', ', ')}. Name somebody for each."] if vacant else []


def named(things: Sequence[str], where: str, between: str = "; ") -> str:
    """Return as many as a first page can hold, and how many more there are."""
    more = len(things) - MOST_NAMED
    return between.join(things[:MOST_NAMED]) + (f"{between}and {more} more {where}" if more > 0 else "")


def money(evidence: Evidence) -> str:
    """Say what an answer and the period cost, as far as it was measured."""
    cost, energy = find(evidence.suites, "cost"), find(evidence.suites, "sustainability")
    turns = evidence.figures["turns"].value or 0
    told = []
    for suite, name, unit, total in ((cost, "pence", "pence", 100.0), (energy, "kwh", "kWh", 1.0), (energy, "grams_co2e", "g CO2e", 1000.0)):  # fmt: skip
        found = next((one for one in suite.measures if one.name == name), None) if suite else None
        if found and found.value is not None:
            sums = {"pence": f"£{found.value * turns / total:,.2f}", "kwh": f"{found.value * turns:,.2f} kWh", "grams_co2e": f"{found.value * turns / total:,.2f} kg CO2e"}  # fmt: skip
            told.append(
                f"{show(found.value, unit)} a message ({suite.suite if suite else ''}.{name}), so about {sums[name]} for {turns:,.0f} questions (turns)"
            )
    if not told:
        return (
            "Cost and energy were not measured under this release. Measure them with: kith evaluate cost sustainability"
        )
    return f"By the newest measurement: {'; '.join(told)}. Server and staff costs are the council's own and not in it."
