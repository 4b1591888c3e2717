"""The only place that picks real or fake adapters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import mul
from pathlib import Path
from types import MappingProxyType
from typing import Any

import structlog

from assistant.adapters.embeddings import SyncEmbedder, ThreadedEmbedder
from assistant.adapters.model import make_writer
from assistant.adapters.search import GuidanceSearch
from assistant.cases.service import make_service
from assistant.channels.http import TwilioHttp
from assistant.channels.pace import SendPace
from assistant.channels.sender import Sender, TwilioSender
from assistant.checks.words import Words, approved_words
from assistant.clock import SystemClock
from assistant.domain.ports import AnswerModel
from assistant.errors import SettingsWrong
from assistant.inbox.desk import Desk, Rhythm
from assistant.pipeline.answering import Answerer, Parts, Served, answering_steps
from assistant.pipeline.check import Check
from assistant.pipeline.instead import Nearest
from assistant.pipeline.understand import Tells
from assistant.pipeline.wording import Wording
from assistant.release import release_facts, release_id
from assistant.settings import Settings
from assistant.storage.store import Store
from assistant.web.webhook import STATUS
from knowledge_base import chroma_server, index, nation, nation_asked
from knowledge_base.commands import index_root
from knowledge_base.curation.published import published_sources
from knowledge_base.curation.reading import documents_of
from knowledge_base.curation.values import Source
from knowledge_base.embedding import OnnxEmbedder, ensure_model
from knowledge_base.listening import Listener, Second
from knowledge_base.search import Searcher
from knowledge_base.synonyms import NAME, use
from rails import danger_rules, doses, entailment, languages, personal_model, reader, senses, soft_line, telling
from rails.approved_contacts import approved
from rails.crisis_texts import reminder_for
from rails.draft import ReplyVectors
from rails.intent import classify
from rails.normalise import name_emoji
from rails.personal_data import find, mask
from rails.policy import under
from rails.reply_check import ReplyDecision, check
from rails.sentences import split

NO_WORDS: Words = MappingProxyType({})
log = structlog.get_logger()


@dataclass(frozen=True)
class Brain:
    """All that answering needs, without a database or a channel."""

    settings: Settings
    wording: Wording
    model: OnnxEmbedder
    searcher: Searcher
    parts: Parts
    answerer: Answerer
    facts: Mapping[str, Any]
    approved: Sequence[str]
    words: Words
    """Approved words of the safety checks that stand in the place of shipped ones."""


def make_brain(settings: Settings, writer: AnswerModel | None = None) -> Brain:
    """Open the index (built first when it is missing), the embedder and the rails, and list the steps.

    `writer` stands in for the configured model, for tests and evaluation.
    """
    service, clock = make_service(settings), SystemClock()
    wording = Wording.load(settings.guidance_values, lambda: service.when(clock.now()))
    model = open_embedder(settings)
    searcher, words = open_searcher(settings, model), approved_words(settings.database)
    guidance = GuidanceSearch(searcher, model.plain.embed)
    parts = Parts(
        wording=wording,
        embedder=ThreadedEmbedder(model),
        search=guidance,
        model=writer or make_writer(settings),
        contacts=settings.contacts,
        approved=approved_contacts(settings),
        split=split,
        find_personal_data=find,
        mask=mask,
        classify=classify,
        tells=tells_of_nations(),
        only_tells=telling.tells,
        names_topic=guidance.names_topic,
        detect=languages.detect,
        goes_on=languages.may_go_on,
        **worded(settings, model, words),
    )
    return assemble(settings, model, searcher, parts, words)


def tells_of_nations() -> Tells:
    """Return what a text tells of nations."""
    return Tells(
        nation=nation.detect,
        home=nation.home,
        of_another=nation_asked.asks_for_another,
        names_another=nation_asked.names_another,
        of_here=nation_asked.of_here,
        goes_by_carer=nation_asked.goes_by_carer,
        doubted=nation.doubted,
        is_only_hinted=nation.is_only_hinted,
    )


def worded(settings: Settings, model: OnnxEmbedder, words: Words) -> dict[str, Any]:
    """Return the parts that speak or look for words, with approved words in the place of shipped ones."""
    return {
        "screen": under(words, languages.screen),
        "reply_for": under(words, languages.reply_for),
        "check": checker(model.plain, words),
        "acknowledges": under(words, danger_rules.acknowledges),
        "without_doses": under(words, doses.without),
        "offer": under(words, partial(languages.offer_for, contacts=settings.contacts)),
    }


def with_words(brain: Brain, words: Words) -> Brain:
    """Return the same brain with other approved words."""
    parts = replace(brain.parts, **worded(brain.settings, brain.model, words))
    return assemble(brain.settings, brain.model, brain.searcher, parts, words)


def checker(model: SyncEmbedder, words: Words = NO_WORDS) -> Check:
    """Return the check of replies with the embedder behind it. A quoted answer never needs to be embedded."""

    def checked(question: str, reply: str, passages: Sequence[str], contacts: Sequence[str]) -> ReplyDecision:
        return check(question, reply, passages, contacts, ReplyVectors(model.embed))

    return under(words, checked)


def nearest_by(model: SyncEmbedder) -> Nearest:
    """Return the choice of the text that is nearest to a question, by the embedder."""

    def nearest(question: str, texts: Sequence[str]) -> str:
        asked, *told = model.embed([question, *texts])
        return max(zip(texts, told, strict=True), key=lambda one: sum(map(mul, asked, one[1])))[0]

    return nearest


def with_searcher(brain: Brain, searcher: Searcher) -> Brain:
    """Return the same brain on other guidance: newly published, or a draft that is being tried."""
    guidance = GuidanceSearch(searcher, brain.model.plain.embed)
    parts = replace(brain.parts, search=guidance, names_topic=guidance.names_topic)
    return assemble(brain.settings, brain.model, searcher, parts, brain.words)


def assemble(settings: Settings, model: OnnxEmbedder, searcher: Searcher, parts: Parts, words: Words) -> Brain:
    """List the steps and name the release that they are."""
    facts = release_facts(settings, parts.wording, searcher.version, words)
    remind = under(words, partial(reminder_for, contacts=settings.contacts))
    say_line = under(words, partial(soft_line.line_for, contacts=settings.contacts))
    answerer = Answerer(answering_steps(parts), parts.wording, release_id(facts), remind, say_line)
    return Brain(settings, parts.wording, model, searcher, parts, answerer, facts, parts.approved, words)


def open_embedder(settings: Settings) -> OnnxEmbedder:
    """Return the serving engine of the one embedding model, with the branch that listens for danger and attacks.

    The operator's own models of names and of entailment, when there are any, are taken up with it: all must be there
    before a message is read.
    """
    try:
        personal_model.use(settings.names_model)
        entailment.use(settings.entailment_model)
    except (personal_model.NamesModelUnfit, entailment.EntailmentUnfit) as error:
        raise SettingsWrong(str(error)) from None
    model = ensure_model(settings.var, settings.embedding_source)
    embedder = OnnxEmbedder(model, listener=open_listener(), spell=name_emoji)
    if embedder.in_full:
        log.warning("embedder_runs_in_full", reason=embedder.in_full, does="embedding takes twice the time")
    return embedder


def open_listener(files: Sequence[Path] | None = None) -> Listener | None:
    """Return what listens for danger and attacks: the shipped branch and second reader, or those in `files`. None when they are not whole."""
    found = files or senses.files()
    if found is None:
        return None
    branch, below, above = found
    return Listener(branch, Second(below, above, reader.as_read, reader.unsure))


def open_searcher(settings: Settings, model: OnnxEmbedder) -> Searcher:
    """Return the search over the live index, built first when the guidance has changed."""
    build_index(settings, model)
    return open_built(settings, model)


def open_built(settings: Settings, model: OnnxEmbedder, before: Searcher | None = None) -> Searcher:
    """Return the search over the index as it was built last, sooner from what the search `before` worked out."""
    use(settings.var / NAME)
    chroma_server.use(settings.chroma_url)
    return Searcher.open(index_root(settings.var), str(settings.council_facts["nation"]), model, before=before)


def build_index(settings: Settings, model: OnnxEmbedder) -> str:
    """Make the index of what is published the live one, and return its name. Unchanged guidance is no work."""
    documents = documents_of(guidance_sources(settings), settings.guidance_values)
    chroma_server.use(settings.chroma_url)
    return index.build(documents, model.plain, index_root(settings.var), datetime.now(UTC).date())


def guidance_sources(settings: Settings) -> list[Source]:
    """Return the texts that answers may rest on: the published ones, or the shipped ones before there is a database."""
    return published_sources(settings.database, settings.documents_folder, settings.environment != "live")


def approved_contacts(settings: Settings) -> list[str]:
    """Return every contact that a reply may name: the council's and the national helplines."""
    council = [
        f"{contact['name']}: "
        + ", ".join(str(contact[key]) for key in ("phone", "email", "website", "hours") if key in contact)
        for contact in settings.contacts.values()
    ]
    return [*council, str(settings.council_facts["website"]), str(settings.council_facts["privacy_url"]), *approved()]


def make_rhythm(settings: Settings) -> Rhythm:
    """Return the inbox's waits and limits."""
    return Rhythm(
        burst_quiet=settings.burst_quiet,
        burst_most=settings.burst_most,
        disclosure_repeat=settings.disclosure_repeat,
        crisis_delivery=settings.crisis_delivery_alert,
        attempts=settings.turn_attempts,
        retention=timedelta(days=settings.retention_days),
    )


def make_sender(settings: Settings) -> Sender:
    """Return Twilio's sender. Without an account it cannot send, and `kith doctor` says so."""
    if not (settings.twilio_account_sid and settings.twilio_auth_token.get_secret_value() and settings.twilio_sender):
        raise SettingsWrong(
            "WhatsApp is not set up. Set KITH_TWILIO_ACCOUNT_SID, KITH_TWILIO_AUTH_TOKEN and KITH_TWILIO_SENDER, "
            "or try everything without Twilio: kith demo"
        )
    return TwilioSender(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        settings.twilio_sender,
        settings.public_url + STATUS,
        TwilioHttp(settings.twilio_api_url),
        SendPace(settings.sends_per_second),
    )


def make_desk(settings: Settings, brain: Brain, store: Store, sender: Sender) -> Desk:
    """Return what the durable turn works with."""
    return Desk(
        store=store,
        answerer=Served(brain.answerer),
        sender=sender,
        clock=SystemClock(),
        rhythm=make_rhythm(settings),
        alarming=alarming,
        reopen_template=settings.twilio_reopen_template,
        reopen_variables=reopen_variables(settings),
        only_approved=settings.environment == "live",
        service=make_service(settings),
    )


def reopen_variables(settings: Settings) -> dict[str, str]:
    """Return what fills the gaps of the template for a reply outside the 24-hour window."""
    values, wanted = settings.guidance_values, settings.twilio_reopen_variables
    if unknown := sorted(set(wanted.values()) - set(values)):
        raise SettingsWrong(
            f"KITH_TWILIO_REOPEN_VARIABLES: no value is called {', '.join(unknown)}. Known: {', '.join(sorted(values))}."
        )
    return {gap: values[name] for gap, name in wanted.items()}


def alarming(text: str) -> bool:
    """Whether rules and words alone, without the embedder, see danger in a message."""
    return bool(text.strip()) and languages.screen(text).urgency != "none"
