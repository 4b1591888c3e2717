"""Where the values of records come from. Each source says what it found and where, or nothing: then the gap shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.privacy.schedule import Rule, schedule
from evaluation.marks import show
from governance.measures.limits import live
from governance.papers.model import Grid
from governance.records.facts import Facts
from governance.registers.entries import Entry
from governance.registers.risks import Rating, rate


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it comes from."""

    value: str
    source: str


Source = Callable[[Facts], Found | None]


def look_up(name: str, facts: Facts) -> Found | None:
    """Return what a source gives; None for a gap. Raises `LookupError` for a name that no source has.

    `figure:ID` is a live measure, `register:ID` lists a register's entries, `field:REGISTER.FIELD` gives a field of the
    first entry, `each:REGISTER.FIELD` that field of every entry, `role:NAME` says who holds a role, `suite:NAME` gives a suite's newest result under this release,
    `parity:WORD|WORD` what the fairness test found of the characteristic with such a word in its name.
    """
    kind, _, rest = name.partition(":")
    if rest:
        return FAMILIES[kind](rest, facts)
    return SOURCES[name](facts)


def exists(name: str) -> bool:
    """Say whether a form may name this source."""
    kind, _, rest = name.partition(":")
    return kind in FAMILIES if rest else name in SOURCES


def _figure(name: str, facts: Facts) -> Found | None:
    figure = facts.figures[name]
    if figure.value is None and not figure.hidden:
        return None
    extra = f" (95% interval {figure.interval}, of {figure.n})" if figure.interval else ""
    where = f"Live records, {figure.period.start:%-d %B %Y} to {figure.period.last_day:%-d %B %Y}, measure {name}"
    return Found(f"{figure.measure.title}: {figure.words}{extra}.", where)


def _register(name: str, facts: Facts) -> Found | None:
    found = facts.registers[name]
    if not found:
        return None
    lines = "\n".join(f"{one.reference} {one.name}" for one in found)
    return Found(lines, f"Register: {found[0].register.title}, {facts.day}")


def _field(name: str, facts: Facts) -> Found | None:
    register, _, field = name.partition(".")
    for one in facts.registers[register][:1]:
        own = next(each for each in one.register.fields if each.name == field)
        value = own.say(one.values.get(field))
        if value:
            return Found(value, f"Register: {one.register.title}, {one.reference}, {one.changed_at:%-d %B %Y}")
    return None


def _role(name: str, facts: Facts) -> Found | None:
    for one in facts.registers["roles"]:
        if one.name.lower() == name.replace("_", " "):
            return Found(str(one.values.get("person") or "Vacant"), f"Register: Roles and members, {one.reference}")
    return None


def _suite(name: str, facts: Facts) -> Found | None:
    for one in facts.evidence:
        if one.suite == name:
            told = [
                f"{each.title or each.name}: {show(each.value, each.unit)}, {each.n} cases" for each in one.measures
            ]
            lines = "\n".join([f"Verdict: {one.verdict.value}.", *told])
            return Found(
                lines, f"Evaluation run {one.run_id[:12]}, {one.finished_at:%-d %B %Y}, release {facts.release}"
            )
    return None


def _each(name: str, facts: Facts) -> Found | None:
    register, _, field = name.partition(".")
    given = [(one, _said(one, field)) for one in facts.registers[register]]
    lines = "\n".join(f"{one.name}: {said}" for one, said in given if said)
    return Found(lines, f"Register: {given[0][0].register.title}, {facts.day}") if lines else None


def _parity(words: str, facts: Facts) -> Found | None:
    """Say how evenly groups were answered that differ in a characteristic whose name holds one of some words."""
    wanted = words.split("|")
    for one in facts.evidence:
        told = [
            f"{each.title or each.name}: {show(each.value, each.unit)}, {each.n} messages."
            for each in one.measures
            if one.suite == "bias" and set(each.name.removeprefix(ANSWERED).split("_")) & set(wanted)
            and each.name.startswith(ANSWERED)
        ]  # fmt: skip
        if told:
            return Found(
                "\n".join(told),
                f"Evaluation run {one.run_id[:12]}, {one.finished_at:%-d %B %Y}, release {facts.release}",
            )
    return None


ANSWERED = "answered_"
"""How figures of the fairness test begin that tell how much less often the worst group was answered than the best."""
FAMILIES: Mapping[str, Callable[[str, Facts], Found | None]] = {
    "figure": _figure,
    "register": _register,
    "field": _field,
    "each": _each,
    "role": _role,
    "suite": _suite,
    "parity": _parity,
}


def _council(key: str) -> Source:
    def source(facts: Facts) -> Found | None:
        value = facts.settings.council_facts.get(key)
        return Found(str(value), f"The council's file, {facts.day}") if value else None

    return source


def _contact(name: str, key: str) -> Source:
    def source(facts: Facts) -> Found | None:
        value = facts.settings.contacts.get(name, {}).get(key)
        return Found(str(value), f"The council's file, {facts.day}") if value else None

    return source


def _settings(words: Callable[[Facts], str]) -> Source:
    return lambda facts: Found(words(facts), f"Settings of this service, {facts.day}")


def _model(facts: Facts) -> str:
    if not facts.settings.model:
        return "No generating model is used: answers are quoted from approved guidance, word for word."
    return f"{facts.settings.model}, reached through the operator's own contract."


def _release(facts: Facts) -> Found:
    return Found(facts.release, f"The running service, {facts.day}")


def _suppliers(facts: Facts) -> Found | None:
    used = [one for one in facts.registers["suppliers"] if one.values.get("status") == "in_use"]
    if not used:
        return None
    lines = "\n".join(f"{one.name}: {one.values['service']}" for one in used)
    return Found(lines, f"Register: Suppliers, {facts.day}")


def _third_parties(facts: Facts) -> Found | None:
    return Found("Yes", f"Register: Suppliers, {facts.day}") if _suppliers(facts) else None


def _vacancies(facts: Facts) -> Found | None:
    if not facts.registers["roles"]:
        return None
    empty = [one.name for one in facts.registers["roles"] if not one.values.get("person")]
    return Found(", ".join(empty) if empty else "None", f"Register: Roles and members, {facts.day}")


def _needed(facts: Facts) -> Found | None:
    named = [one.name for one in facts.registers["roles"] if one.values.get("needed_for_quorum")]
    said = f"Must be there for a decision: {', '.join(named)}."
    return Found(said, f"Register: Roles and members, {facts.day}") if named else None


PHASES = {"idea": "Pre-deployment", "pre_deployment": "Pre-deployment", "pilot": "Beta/Pilot", "live": "Production",
          "paused": "Production", "retired": "Retired"}  # fmt: skip
"""The register's stages in the words of the transparency standard."""


def _phase(facts: Facts) -> Found | None:
    for one in facts.registers["systems"][:1]:
        return Found(PHASES[one.values["status"]], f"Register: AI systems, {one.reference}, {one.changed_at:%-d %B %Y}")
    return None


ASSESSMENTS = {"dpia": "Data protection impact assessment", "eqia": "Equality impact assessment"}


def _assessments(facts: Facts) -> Found | None:
    """Say which version of each assessment the board approved, and when; nothing before any was."""
    told = [
        f"{title}: version {number}, approved {at:%-d %B %Y}, on the page Governance, Records."
        if (number, at) != (0, None) and at
        else f"{title}: written, not approved yet."
        for name, title in ASSESSMENTS.items()
        for number, at in [facts.approved.get(name, (0, None))]
    ]
    return (
        Found("\n".join(told), f"Approved records, {facts.day}") if facts.approved.keys() & ASSESSMENTS.keys() else None
    )


def _cases(facts: Facts) -> Found | None:
    ran = [f"{one.suite} {each.n}" for one in facts.evidence for each in one.measures if each.name == "ran"]
    return (
        Found(f"Test cases, by suite: {', '.join(ran)}.", f"Evaluation of release {facts.release}, {facts.day}")
        if ran
        else None
    )


SOURCES: Mapping[str, Source] = {
    "assessments": _assessments,
    "cases": _cases,
    "needed": _needed,
    "phase": _phase,
    "council.name": _council("name"),
    "council.website": _council("website"),
    "council.privacy_url": _council("privacy_url"),
    "carers.email": _contact("carers", "email"),
    "carers.phone": _contact("carers", "phone"),
    "carers.hours": _contact("carers", "hours"),
    "carers.name": _contact("carers", "name"),
    "complaints.email": _contact("complaints", "email"),
    "complaints.phone": _contact("complaints", "phone"),
    "persona": _settings(lambda facts: facts.settings.persona),
    "model": _settings(_model),
    "embedding": _settings(lambda facts: str(facts.release_facts.get("embedding_model", ""))),
    "retention_days": _settings(lambda facts: str(facts.settings.retention_days)),
    "guidance_version": lambda facts: Found(
        str(facts.release_facts.get("guidance", "")), f"Release {facts.release}, {facts.day}"
    ),
    "release": _release,
    "suppliers": _suppliers,
    "third_parties": _third_parties,
    "vacancies": _vacancies,
}


def table(name: str, facts: Facts) -> Grid | None:
    """Return one of `TABLES`; None when it would be empty."""
    heads, rows = TABLES[name](facts)
    captions = {
        "risks": "Risks and what holds them back",
        "risks_to_people": "Risks to people",
        "measures": "Measures and the risk that is left",
        "figures": "Live figures",
        "suites": "Evaluation results",
    }
    return Grid(captions.get(name, name.replace("_", " ").capitalize()), heads, tuple(rows)) if rows else None


Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]


def _columns(register: str, *fields: str) -> Callable[[Facts], Rows]:
    def rows(facts: Facts) -> Rows:
        found = facts.registers[register]
        heads = ("Reference", *(_label(found[0], field) for field in fields)) if found else ()
        return heads, [(one.reference, *(_said(one, field) for field in fields)) for one in found]

    return rows


def _label(one: Entry, field: str) -> str:
    return next(each.label for each in one.register.fields if each.name == field)


def _said(one: Entry, field: str) -> str:
    return next(each.say(one.values.get(field)) for each in one.register.fields if each.name == field)


def _rated(facts: Facts) -> list[tuple[Entry, Rating]]:
    """Open risks with their rating, by the same live measures as in the board pack."""
    risks = [one for one in facts.registers["risks"] if one.values["status"] == "open"]
    found = [(one, live(one.values, facts.figures, facts.evidence)) for one in risks]
    return [(one, rate(one.values, seen.met if seen else None)) for one, seen in found]


def _risk_rows(facts: Facts) -> Rows:
    heads = ("Reference", "Risk", "Rating", "What holds it back", "Owner")
    return heads, [
        (one.reference, one.name, f"{rating.words} ({rating.score})", _said(one, "controls"), _said(one, "owner"))
        for one, rating in _rated(facts)
    ]


def _harm_rows(facts: Facts) -> Rows:
    """Risks as the assessment of data protection asks: source and effect, likelihood, severity, overall."""
    heads = (
        "Risk",
        "Source, and what it could mean for people",
        "Likelihood of harm (1 to 5)",
        "Severity (1 to 5)",
        "Overall",
    )
    return heads, [
        (
            f"{one.reference} {one.name}",
            _said(one, "cause"),
            _said(one, "likelihood"),
            _said(one, "impact"),
            rating.words,
        )
        for one, rating in _rated(facts)
    ]


def _option_rows(facts: Facts) -> Rows:
    """What lessens each risk: measure, effect, the risk that is left, and whether the board bears it."""
    heads = ("Risk", "What reduces or removes it", "Effect", "Risk that is left", "Within what the board bears")
    return heads, [
        (f"{one.reference} {one.name}", _said(one, "controls"), _said(one, "response"), rating.words,
         "no" if rating.above_appetite else "yes")
        for one, rating in _rated(facts)
    ]  # fmt: skip


def _figure_rows(facts: Facts) -> Rows:
    heads = ("Measure", "Figure", "95% interval", "Id")
    return heads, [(one.measure.title, one.words, one.interval, name) for name, one in facts.figures.items()]


def _suite_rows(facts: Facts) -> Rows:
    heads = ("Suite", "Verdict", "Finished", "Run")
    return heads, [
        (one.suite, one.verdict.value, f"{one.finished_at:%-d %B %Y}", one.run_id[:12]) for one in facts.evidence
    ]


def _retention_rows(facts: Facts) -> Rows:
    heads = ("What", "About", "How long", "When a carer wants it erased")
    return heads, [
        (rule.holds, rule.about, kept_for(rule, facts.settings.retention_days), ERASED[rule.erasure or ""])
        for rule in schedule().values()
        if rule.about != "nobody"
    ]


ERASED = {"blank": "words are blanked", "delete": "deleted", "reset": "made empty", "keep": "kept, for a stated reason",
          "": "does not concern carers"}  # fmt: skip


def kept_for(rule: Rule, retention_days: int) -> str:
    """Say how long a table's words and rows are kept."""
    told = []
    if rule.words:
        told.append(f"words {retention_days if rule.words.days == 'retention' else rule.words.days} days")
    if rule.rows:
        told.append(f"rows {rule.rows.days} days" if rule.rows.days else "gone with what it belongs to")
    return ", ".join(told) or "as long as the record that it belongs to"


TABLES: Mapping[str, Callable[[Facts], Rows]] = {
    "risks": _risk_rows,
    "risks_to_people": _harm_rows,
    "measures": _option_rows,
    "roles": _columns("roles", "name", "person", "duties"),
    "suppliers": _columns("suppliers", "name", "service", "data_seen", "where"),
    "data_flows": _columns("data_flows", "name", "from_where", "to_where", "details", "lawful_basis", "retention"),
    "transfers": _columns("data_flows", "name", "to_where", "lawful_basis", "outside_uk", "safeguard", "retention"),
    "retention": _retention_rows,
    "incidents": _columns("incidents", "name", "severity", "status", "lessons"),
    "actions": _columns("actions", "name", "owner", "due_on", "status"),
    "figures": _figure_rows,
    "suites": _suite_rows,
}
