"""Home addresses and postcodes. The town may stay: it says which service fits and points to nobody."""

import re
from collections.abc import Iterator

POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-PR-UWYZ](?:[\dO]{1,2}|[A-HK-Y][\dO]{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) {0,2}[\dO][ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)
STRONG = "street|st|str|road|rd|avenue|ave|lane|ln|close|cl|drive|dr|crescent|cres|gardens|gdns|terrace|grove|square|mews|court|parade|wynd|brae"
"""Kinds of street that are nothing else, however they are written."""
WEAK = (
    "Ter|Place|Pl|Ct|Way|Gr|Hill|Row|Walk|Sq|Park|View|Rise|Green|Gate|Loan|Quay|Croft|Drove|End|Field|Fields|Heights|Meadow|Meadows|Path|Vale|Villas|Yard|Wharf|Bank|Circus|"
    "Broadway|Loke|Chase|Causeway|Promenade|Brow|Fold|Garth|Ginnel|Dene|Paddock|Paddocks|Orchard|Common|Bungalows|Cottages|Buildings|Estate|Passage|Boulevard|Embankment|"
    "Esplanade|Side|House|Tower|Towers|Point|Lodge|Mansions|Close|Court|Heol|Avenue"
)
"""Kinds of street or building that are words too: they need their capital."""
STREET = f"{STRONG}|{WEAK}"
NOT_STREET = (
    "a|an|and|at|in|on|of|to|my|me|his|her|our|your|their|i|he|she|it|is|was|are|for|from|with|by|but|so|or|this|that|each|every|per|one|only|about|people|person|kids|children|"
    "hours?|hrs?|minutes?|mins?|days?|nights?|weeks?|months?|years?|yrs?|miles?|times?|pounds?|quid|pm|am|carers?|visits?|steps?|stairs?|bed|bedroom|different|more|other|we|they|"
    "you|then|when|where|who|which|what|how|if|not|no|do|did|does|can|could|will|would|should|have|has|had|got|get|go|going|down|up|off|out|all|some|any|two|three|four|years?old|"
    "january|february|march|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
WORD = rf"(?!(?:{NOT_STREET})\b)[A-Za-z][A-Za-z'’-]*"
UNIT = r"(?:flat|apartment|apt|unit|room|plot|bungalow|studio|caravan|pitch|maisonette)(?: ?(?:no\.?|number|is))? ?(?:\d{1,4}[a-z]?(?:/\d)?|[a-z])\b"
NUMBER = r"(?:(?:no\.?|number|num) ?)?\d{1,4} ?[a-z]?(?:[-/]\d{1,4}[a-z]?)?"
BUILDING = "house|court|point|tower|towers|heights|lodge|mansions|buildings|building|hall|block|estate|terrace|villas|view|gardens|place|close|wharf|cottage|cottages|farm"
ON_STREET = re.compile(
    rf"(?:\b{UNIT}(?: {WORD}){{0,3}}[, ]{{1,3}})?(?<![\d£./:-])\b{NUMBER},? {{1,2}}(?:the )?(?:{WORD} ){{0,3}}?{WORD} (?:{STRONG})\b\.?(?! ?(?:allowance|credit|pounds))",
    re.IGNORECASE,
)
SHORT_STREET = re.compile(rf"(?<![\d£./:-])\b{NUMBER},? (?:the )?{WORD} (?:{STRONG})\b\.?", re.IGNORECASE)
CAPITAL_STREET = re.compile(rf"(?<![\d£./:-])\b(?i:{NUMBER}),? (?:[Tt]he )?(?:[A-Z][a-z'’-]+ ){{1,3}}(?:{WEAK})\b")
ONE_WORD = re.compile(r"(?<![\d£./:-])\b\d{1,4}[a-z]? [A-Z][a-z]{2,}(?:gate|way|side|croft|fields?|row|mead|bank)\b")
COTTAGE = re.compile(r"\b(?!The )(?:[A-Z][a-z'’]+ ){1,2}(?:Cottage|Farmhouse|Croft)\b(?! (?:Hospital|Pie|Industr))")
WELSH_STREET = re.compile(
    rf"(?<![\d£./:-])\b{NUMBER},? (?:Ffordd|Heol|Stryd|L[oô]n|Rhodfa|Maes|Clos|Cae)(?: (?:yr?|Y|[A-Z][a-zâêîôŵŷ]+)){{1,3}}"
)
THE_STREET = re.compile(rf"(?<![\d£./:-])\b{NUMBER},? the (?:{STREET})\b", re.IGNORECASE)
FLAT = re.compile(
    rf"\b(?:flat|apartment|apt)(?: ?(?:no\.?|number|is))? ?\d{{1,4}}[a-z]?(?:/\d)?\b(?:,? (?:{WORD} ){{0,2}}?{WORD} (?:{BUILDING})\b)?",
    re.IGNORECASE,
)
HOUSE_NAME = r"(?:[A-Z][a-z'’]+ ){1,3}(?:Cottage|House|Lodge|Farm|Barn|Villa|Croft|Bungalow|Farmhouse|Mill|Rectory|Vicarage|Grange|Manor|Towers?|Heights)"
NAMED_HOUSE = re.compile(rf"\b{HOUSE_NAME},? (?:on |in )?(?:{NUMBER} )?(?:[A-Z][A-Za-z'’]+ ){{1,2}}(?i:{STREET})\b")
CUE = r"(?:\b(?:we're|we are|i'm|i am|live|lives|living|lived|live is|stay|stays|staying|reside|resides|moved|based|find (?:me|us|him|her)) (?:at|in|to)|\b(?:my|our|his|her|their|mum's|dad's|home|full|the) addr?ess(?: is|'s)?|\baddr?ess:|\baddr?ess is)"
AFTER_CUE = re.compile(
    rf"{CUE}\s*:?,?\s*((?:{UNIT},? )?{NUMBER},? (?:the )?{WORD}(?: (?-i:[A-Z][a-z'’]+)){{0,2}}(?:,? (?:{WORD} ){{0,2}}(?:{STREET})\b)?)",
    re.IGNORECASE,
)
NAMED_AFTER_CUE = re.compile(rf"(?i:{CUE})\s*:?\s*({HOUSE_NAME})\b(?! (?:care|nursing|residential|home))")
QUANTITY = re.compile(
    r"(?:19|20)\d{2}\b(?! [A-Z])|(?:19|20)\d{2} the\b|(?:19|20)\d{2},|\d{1,4} ?(?:hours?|hrs?|h|minutes?|mins?|days?|weeks?|months?|years?|miles?|m|k|p|%|am|pm)\b|\d{1,4}(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where house and street stand, with the flat when one is given."""
    for pattern in (ON_STREET, SHORT_STREET, CAPITAL_STREET, ONE_WORD, COTTAGE, WELSH_STREET, THE_STREET, NAMED_HOUSE):
        yield from (found.span() for found in pattern.finditer(text) if not QUANTITY.match(found.group()))
    for pattern in (AFTER_CUE, NAMED_AFTER_CUE):
        yield from (found.span(1) for found in pattern.finditer(text) if not QUANTITY.match(found.group(1)))
    yield from (found.span() for found in FLAT.finditer(text) if any(letter.isdigit() for letter in found.group()))


def postcodes(text: str) -> Iterator[tuple[int, int]]:
    """Where whole postcodes stand."""
    return (found.span() for found in POSTCODE.finditer(text) if any(map(str.isdigit, found.group())))
