"""Hear a complaint about the service in a sentence of its own words, so that none is answered with guidance alone.

A complaint about how details are used must be taken and acknowledged (Data Protection Act 2018, section 164A). One about
somebody else, such as a hospital, is a question: the guidance says where to take it.
"""

import re

MOST_CHARACTERS = 600
KIND = r"(?:(?:formal|official|serious|written|proper|strong) )*"
MADE = r"(?:make|raise|lodge|file|log|register|submit|put in|report)"
SAYS = re.compile(
    rf"(?<!if )(?<!when )(?<!think )(?<!sure )(?<!should )(?<!says )(?<!said )"
    rf"(?:\b(?:i|we) (?:\w+ly |just |do |now |also )?(?:want|wish|need|would like|d like|intend)(?: now)? to (?:\w+ly )?(?:complain|{MADE} (?:a |an |my |this )?{KIND}complaint)\b"
    rf"|\b(?:id|wed|ill be|im|i am|we are) (?:like to )?(?:\w+ly )?(?:complaining|complain|making|raising|{MADE})(?: (?:a |my )?{KIND}complaint)?\b"
    rf"|\b(?:i|we) have (?:a |an ){KIND}complaint\b"
    rf"|\bthis is (?:a |my |an ){KIND}complaint\b"
    rf"|\b(?:please )?(?:log|record|register|treat|take) (?:this|that|it) as (?:a |my |an ){KIND}complaint\b)"
    r"(?P<rest>[^.]*)"
)
COMPLAINS = re.compile(r"\bcomplain")
ABOUT = re.compile(r"^ (?:about|against|of|regarding|on|to|over) (?P<what>.+)")
OURS = re.compile(
    r"\b(?:you|your|yours|yourself|kith|this|these answers|the (?:answers?|repl(?:y|ies)|advice|chat|bot|app|assistant)"
    r"|my (?:data|details|information|privacy|messages|number)|the way (?:i|we) (?:was|were|have been|ve been)|how (?:i|we) (?:was|were|have been))\b"
)


def is_complaint(text: str) -> bool:
    """Whether the writer says that they complain, about this service or without saying about what."""
    if len(text) > MOST_CHARACTERS:
        return False
    plain = re.sub(r"['’`´]", "", text.casefold())
    plain = re.sub(r"[.!?;\n]+", ".", plain)
    plain = re.sub(r"[^a-z.]+", " ", plain).replace(" .", ".")
    said = next((found for found in SAYS.finditer(plain) if COMPLAINS.search(found.group())), None)
    if said is None:
        return False
    about = ABOUT.match(said["rest"])
    return about is None or bool(OURS.search(about["what"]))
