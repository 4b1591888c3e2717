"""The rail `facts_are_sourced`: each number, link, amount and date in a reply stands in a passage or an approved contact."""

import re
from collections.abc import Callable

from rails.approved_contacts import Known, same_way
from rails.draft import Draft, Said
from rails.fact_dates import same_date
from rails.fact_tokens import Fact, find
from rails.reply_policy import read

POLICY = read("facts")
ECHO = re.compile(
    r"\b(?:you (?:said|mentioned|asked|told|wrote|say|write)|your question|you have said|you've said|i'm (?:so |very )?sorry|i am (?:so |very )?sorry)\b"
)
SUPPOSED = re.compile(
    r"\b(?:if|since|as|because|when|while) (?:you|your|he|she|they|it)\b|\byou (?:are|have|do|care|work|earn|look)\b|\byour? \w+ (?:is|are)\b"
)
WAYS = ("link", "e-mail", "phone")
HOURS = ("day", "time of day", "opening hours")
SHUT = re.compile(r"\b(?:not|no|nothing|none|neither|closed|shut|never)\b|n't\b")
SINGLE = re.compile(r"\b(?:an?|each|every|per|one|single)\s(hour|day|week|month|year|night)")


def problems(draft: Draft) -> tuple[str, ...]:
    """The kinds of fact that nothing supports, one for each."""
    return _told(draft, Sourced(draft).has)


def strange(draft: Draft) -> tuple[str, ...]:
    """Those of `problems` that stand in the carer's own words neither: "fourteen months without a night off" echoes them.

    For where the sentence is weighed as well: a figure of the carer's may stand in kindness, and not in a rule.
    """
    sourced = Sourced(draft)
    return _told(draft, lambda fact, where: sourced.has(fact, where) or sourced.asked_about(fact))


def _told(draft: Draft, is_known: Callable[[Fact, Said], bool]) -> tuple[str, ...]:
    found = [fact.kind for one in draft.said for fact in one.facts if not is_known(fact, one)]
    found += [
        fact.kind
        for line in draft.source_lines
        for fact in find(line)
        if fact.kind in WAYS and not is_known(fact, draft.asked)
    ]
    return tuple(f"{kind} not in any passage or approved contact" for kind in found)


class Sourced:
    """Every fact that a reply may use."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.facts = tuple(fact for one in draft.support for fact in one.facts)
        self.local = tuple(fact for one in draft.contacts if not one.names for fact in one.ways + one.hours)
        self.named = tuple(one for one in draft.contacts if one.names)
        self.spans = frozenset(unit for one in draft.support for unit in SINGLE.findall(one.lowered))

    def has(self, fact: Fact, where: Said) -> bool:
        """Whether guidance, a contact or the carer's own words hold this fact."""
        if any(supports(fact, one) for one in self.facts) or any(supports(fact, one) for one in self.local):
            return True
        if any(supports(fact, one) for known in self.named for one in self._counting(known, where)):
            return True
        return self._otherwise_said(fact, where) or self._shut(fact, where) or self._echoed(fact, where)

    def _otherwise_said(self, fact: Fact, where: Said) -> bool:
        return self._a_single(fact) or self._at_any_time(fact) or self._daily(fact, where) or self._half(fact)

    def _half(self, fact: Fact) -> bool:
        """`It's half of that` is supported by `or half without a receipt`."""
        return fact.kind == "percentage" and fact.value == "50" and " half " in self.draft.support_text

    def _daily(self, fact: Fact, where: Said) -> bool:
        """`Check it every day` is supported by `look at it each day`."""
        return fact.kind == "day" and "every day" in where.lowered and bool(DAILY.search(self.draft.support_text))

    def _at_any_time(self, fact: Fact) -> bool:
        """`Day or night` is supported by `open 24 hours`."""
        return (fact.kind, fact.value) == ALWAYS and bool(ANY_TIME.search(self.draft.support_text))

    def _counting(self, known: Known, where: Said) -> tuple[Fact, ...]:
        """A service's hours count only in a sentence, or a reply, that names it."""
        return (
            known.ways + known.hours
            if known.told_in(where.lowered, where.facts) or known.told_in(self.draft.reply.lower(), ())
            else known.ways
        )

    def _a_single(self, fact: Fact) -> bool:
        """`one week`, or seven days, is supported by `a week of leave`."""
        once = fact.kind == "number" and fact.said == "1" and fact.period in self.spans  # `once a year` for `each year`
        return once or SINGLES.get((fact.value, fact.unit)) in self.spans

    def _shut(self, fact: Fact, where: Said) -> bool:
        """`Not open at weekends` is supported by opening days that leave the weekend out."""
        days = {one.value for one in self.facts if one.kind == "day"}
        return fact.kind == "day" and bool(days) and fact.value not in days and bool(SHUT.search(where.lowered))

    def asked_about(self, fact: Fact) -> bool:
        """Whether the carer wrote this figure. A number to ring or a link is never taken from them."""
        return fact.kind not in WAYS and any(supports(fact, one) for one in self.draft.asked.facts)

    def _echoed(self, fact: Fact, where: Said) -> bool:
        if not any(supports(fact, one) for one in self.draft.asked.facts):
            return False
        if fact.kind in ("number", "amount of time", "date", *HOURS):
            return bool(ECHO.search(where.lowered) or SUPPOSED.search(where.lowered)) or fact.kind in HOURS
        return bool(ECHO.search(where.lowered) or re.search(r"\b(?:if|since|as|because|when) you", where.lowered))


ALWAYS = ("opening hours", "all day")
ANY_TIME = re.compile(r"\bopen 24 hours\b|\b24-hour\b|\balways open\b")
DAILY = re.compile(r"\b(?:each|per|a) day\b|\bdaily\b(?! living)")
SINGLES = {
    ("1", "hour"): "hour", ("24", "hour"): "day", ("168", "hour"): "week", ("1", "month"): "month", ("12", "month"): "year", ("1", "night"): "night",
}  # fmt: skip


def supports(fact: Fact, known: Fact) -> bool:
    """Whether a known fact says the same as the reply's."""
    if fact.kind in ("date",):
        return known.kind == "date" and same_date(fact.value, known.value)
    if fact.kind == "link":
        return known.kind == "link" and (
            fact.value == known.value or ("/" not in fact.value and known.value.split("/")[0].endswith(fact.value))
        )
    if fact.kind in ("number", "amount of time"):
        return _same_amount(fact, known)
    return same_way(fact, known)


def _same_amount(fact: Fact, known: Fact) -> bool:
    if known.kind == "time of day" and fact.kind == "number":  # `ten to twelve` for 10am to 12 noon
        return fact.said.isdigit() and int(fact.said) <= 12 and int(fact.said) % 12 == int(known.value) // 60 % 12
    if known.kind == "money" and fact.kind == "number":  # `£10 in England, and twenty in Scotland`
        return not fact.unit and fact.value == known.value
    if known.kind not in ("number", "amount of time"):
        return known.kind == "phone" and known.value == fact.value
    if fact.unit and known.unit:
        return (fact.value, fact.unit) == (known.value, known.unit)
    if fact.unit and fact.unit != "month":  # `16 years old` may be `aged 16`
        return False
    return fact.said == known.said
