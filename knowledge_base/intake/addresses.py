"""Name what leads carers or their money somewhere else: links, e-mail addresses and accounts that nobody approved."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from knowledge_base.documents import Document

LINK = re.compile(
    r"(?<![\w.])(?:https?://|www\.)?(?:[\w.+-]+@)?((?:[a-z0-9-]+\.)+[a-z]{2,12})(?=[/?#:\s)\]\"'>,;.]|$)", re.IGNORECASE
)
"""A website or an e-mail address; its first group is the site."""
OFFICIAL = (
    "gov.uk",
    "nhs.uk",
    "gov.scot",
    "mygov.scot",
    "gov.wales",
    "police.uk",
    "parliament.uk",
    "nhs.wales",
    "nhs.scot",
)
"""Sites under these endings can only be had by public bodies."""
ENDINGS = re.compile(
    "com|uk|org|net|co|info|io|app|biz|me|cc|tv|online|site|shop|link|click|xyz|example|wales|scot|london|eu|ie|de|fr|us|ly|gl"
    "|to|support|help|care|health|live|life|world|today|email|page|dev|top|club|vip"
)
"""Endings that make a word with a stop in it a site; `e.g.this` is none."""
ACCOUNT = re.compile(
    r"\b\d{2}[- ]\d{2}[- ]\d{2}\b(?!\s*[-/]\s*\d)|\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}\b|\baccount\b[^.\n]{0,30}\b\d{8}\b"
)
"""A sort code, an IBAN, or an account's number."""


@lru_cache(maxsize=4096)
def sites_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return each link or e-mail address of a text with its site, without `www.`."""
    return tuple(_sites_in(text))


def _sites_in(text: str) -> Iterator[tuple[str, str]]:
    for match in LINK.finditer(text):
        site = match.group(1).lower().removeprefix("www.")
        is_told = match.group().lower().startswith(("http", "www.")) or "@" in match.group()
        if is_told or ENDINGS.fullmatch(site.rpartition(".")[2]):
            yield match.group(), site


def unknown_sites(text: str, known: Iterable[str], others: Sequence[Document]) -> list[str]:
    """Return links and addresses whose site no approved contact, no source and no published document names."""
    said = [*known, *(one.url for one in others), *(one.body for one in others)]
    sites = {site for one in said for _, site in sites_in(one)}
    return list(dict.fromkeys(shown for shown, site in sites_in(text) if not _is_known(site, sites)))


def _is_known(site: str, sites: set[str]) -> bool:
    parts = site.split(".")
    ends = [".".join(parts[at:]) for at in range(len(parts) - 1)]
    return any(end in sites or end in OFFICIAL for end in ends)


def accounts_in(text: str) -> list[str]:
    """Return the accounts that a text asks to pay into."""
    return list(dict.fromkeys(match.group().strip() for match in ACCOUNT.finditer(text)))
