"""Home addresses and postcodes. The town may stay: it says which service fits and points to nobody."""

import re
from collections.abc import Iterator

from rails.english_words import ENGLISH
from rails.personal_cues import NO_NAME_ENDING, NOT_NAMES

AREA = (
    r"(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|"
    r"T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)[O\d]"
)
"""The letters with which the postcodes of Royal Mail begin, and the digit after them: `fr33ly` is none."""
POSTCODE = re.compile(
    rf"\b(?:GIR ?0AA|(?={AREA})[A-PR-UWYZ](?:[\dO]{{1,2}}|[A-HK-Y][\dO]{{1,2}}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) {{0,2}}[\dO][ABD-HJLNP-UW-Z]{{2}})\b",
    re.IGNORECASE,
)
STRONG = "street|st|str|road|rd|avenue|ave|lane|ln|close|cl|drive|dr|crescent|cres|gardens|gdns|terrace|grove|square|mews|court|parade|wynd|brae|hl"
"""Kinds of street that are nothing else, however they are written."""
WEAK = (
    "Ter|Place|Pl|Ct|Way|Gr|Hill|Row|Walk|Sq|Park|View|Rise|Green|Gate|Loan|Quay|Croft|Drove|End|Field|Fields|Heights|Meadow|Meadows|Path|Vale|Villas|Yard|Wharf|Bank|Circus|"
    "Broadway|Loke|Chase|Causeway|Promenade|Brow|Fold|Garth|Ginnel|Dene|Paddock|Paddocks|Orchard|Common|Bungalows|Cottages|Buildings|Estate|Passage|Boulevard|Embankment|"
    "Esplanade|Side|House|Tower|Towers|Point|Lodge|Mansions|Close|Court|Heol|Avenue|Lanes|Butts|Pavement|Maltings|Granary|Hollies|Limes"
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
FLOOR = r"(?:(?:basement|ground[ -]floor|first[ -]floor|second[ -]floor|top(?:[ -]floor)?|garden|upper|lower|rear)(?: flat)?|\d{1,2}/\d{1,2}|\d[fF]\d)"
"""Which flat in a house, as it stands before the house's number."""
ON_STREET = re.compile(
    rf"(?:\b(?:{UNIT}(?: {WORD}){{0,3}}|{FLOOR})[, ]{{1,3}})?(?<![\d£./:-])\b{NUMBER},? {{1,2}}(?:the )?(?:{WORD} ){{0,3}}?{WORD} (?:{STRONG})\b\.?(?: (?-i:North|South|East|West)\b)?(?! ?(?:allowance|credit|pounds))",
    re.IGNORECASE,
)
SHORT_STREET = re.compile(rf"(?<![\d£./:-])\b{NUMBER},? (?:the )?{WORD} (?:{STRONG})\b\.?", re.IGNORECASE)
CAPITAL_STREET = re.compile(
    rf"(?:\b(?i:{FLOOR})[, ]{{1,3}})?(?<![\d£./:-])\b(?i:{NUMBER}),? (?:[Tt]he )?(?:[A-Z][a-z'’-]+ ){{1,3}}(?:{WEAK})\b"
)
ONE_WORD = re.compile(r"(?<![\d£./:-])\b\d{1,4}[a-z]? [A-Z][a-z]{2,}(?:gate|way|side|croft|fields?|row|mead|bank)\b")
COTTAGE = re.compile(r"\b(?!The )(?:[A-Z][a-z'’]+ ){1,2}(?:Cottage|Farmhouse|Croft)\b(?! (?:Hospital|Pie|Industr))")
WELSH_STREET = re.compile(
    rf"(?<![\d£./:-])\b{NUMBER},? (?:Ffordd|Heol|Stryd|L[oô]n|Rhodfa|Maes|Clos|Cae)(?: (?:yr?|Y|[A-Z][a-zâêîôŵŷ]+)){{1,3}}"
)
THE_STREET = re.compile(rf"(?<![\d£./:-])\b{NUMBER},? the (?:{STREET})\b", re.IGNORECASE)
FLAT = re.compile(
    rf"\b(?:flat|apartment|apt)(?: ?(?:no\.?|number|is))? ?\d{{1,4}}[a-z]?(?:/\d)?\b(?! ?(?:min|minute|hour|mile|day|step|stair|floor)s?\b)(?:,? (?:{WORD} ){{0,2}}?{WORD} (?:{BUILDING})\b)?",
    re.IGNORECASE,
)
HOUSE_NAME = r"(?:[A-Z][a-z'’]+ ){1,3}(?:Cottage|House|Lodge|Farm|Barn|Villa|Croft|Bungalow|Farmhouse|Mill|Rectory|Vicarage|Grange|Manor|Towers?|Heights)"
MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b|days?\b", re.IGNORECASE)
CUE = r"(?:\b(?:we're|we are|i'm|i am|live|lives|living|lived|live is|stay|stays|staying|reside|resides|moved|based|find (?:me|us|him|her)) (?:at|in|to)|\b(?:my|our|his|her|their|mum's|dad's|home|full|the) addr?ess(?: is|'s)?|\baddr?ess:|\baddr?ess is)"
CAPITALS = r"[A-Z][A-Za-z'’]+(?: [A-Z][A-Za-z'’]+){0,2}"
PUBLIC = r"(?!\b(?:\w+ )*(?:Surgery|Hospital|Centre|Library|Church|School|College|Practice|Clinic|Offices|Hospice|Station|Pharmacy|Chemist|Council|Park|Museum|Theatre|Hall|Group|Club|Cafe)\b,)"
"""Buildings that are nobody's home."""
HOUSE_THEN_STREET = re.compile(
    rf"\b(?:(?i:{UNIT}), )?{PUBLIC}(?:The )?{CAPITALS}(?<! Road)(?<! Street)(?<! Lane)(?<! Avenue), (?:{NUMBER} )?(?:(?:The )?{CAPITALS} (?i:{STREET})\b|The (?:{WEAK}|Street)\b|(?:Ffordd|Heol|Stryd|L[oô]n)(?: (?:yr?|[A-Z]\w+)){{1,3}})(?! car park)"
)
"""`The Old Forge, Mill Lane`, `Fairways, 18 Links Avenue`, `Bryn Awel, Heol y Bont`."""
NAMED_UNIT = re.compile(
    rf"\b(?i:{UNIT}),? (?:in |at )?(?:The {CAPITALS}|{CAPITALS}(?: (?:caravan|holiday|mobile home))?(?: (?:park|site|estate))?)(?:, {CAPITALS} (?i:{STREET})\b)?"
)
"""`Apartment 9, The Quays`, `plot 4 Oakfield caravan park`."""
THE_CAPITAL = re.compile(
    r"(?<![\d£./:-])\b\d{1,4}[a-z]?,? [Tt]he [A-Z][a-z]+(?:s|y|e|ley|ings?)\b|\b\d{1,4}[a-z]? Y [A-Z][a-z]+|\b\d{1,4}[a-z]? [A-Z][a-z]+ (?:y|yr|Y) [A-Z][a-z]+"
)
SAINT = re.compile(r"(?<![\d£./:-])\b\d{1,4}[a-z]?,? St\.? [A-Z][a-z]+(?:['’]?s)?(?: [A-Z][a-z]+)?")
COUNTED = re.compile(
    r"\b(?:question|page|line|step|part|section|ward|bus|bay|bed|box|form|chapter|age|aged|about|over|under|item|bus|level|stage|type|week|day|year|version|paragraph|number of|the|last|next|for|all)\s+$",
    re.IGNORECASE,
)
"""Words before a number that counts something else than houses."""
LOWER_STREET = re.compile(
    rf"(?:^|\n|\b(?:at|from|to|in|on|is|address|number|no|live|lives|me|us|her|him)\b:? |\b(?:flat|apartment) ?\d{{1,4}}[a-z]?,? )({NUMBER} (?:the )?(?!(?:{NOT_STREET}|mile|minute|min|bed|good|long|short|daily|nice|little|brisk|hour|day|week)\b)(?:[a-z'’]+ |[a-z]{{3,}}(?=fields?|croft|gate|garth))"
    r"(?:walk|way|rise|view|park|place|hill|row|gate|croft|green|meadows?|maltings|bank|vale|villas|yard|wharf|cottages|fields?|garth|fold|chase|heights|court|house|mansions))\b"
)
HOUSE_AND_WORD = re.compile(
    rf"(?:^|\n|\b(?:at|address is|address|number|live at|lives at|we're|we are|is|to|from|on|of)\b:? )(?!(?:19|20)\d\d\b)(\d{{1,4}}[a-z]?,? {CAPITALS})(?=$|[,.\n]| (?:near|in|is|and|with|by|top|off)\b)"
)
"""`19 Broomhill`, `44 Upper Kirkgate`: a number and words with a capital, standing where an address does."""
HOMELY = re.compile(
    rf"(?:^|\n|{CUE}|\b(?:house|home|cottage|place|bungalow|mum|dad|he|she|we|they)(?: is|'s| are|'re)(?: at)?|\b(?:come|came|send|sent|write|post|deliver|visit|live|home|called)\b[^.\n]{{0,25}}) ?$",
    re.IGNORECASE,
)
"""What stands before the name of a home: the start, `I live at`, `send it to`."""
NAMED_HOUSE = re.compile(rf"\b{HOUSE_NAME},? (?:on |in )?(?:{NUMBER} )?(?:[A-Z][A-Za-z'’]+ ){{1,2}}(?i:{STREET})\b")
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
    for pattern in WHOLE:
        yield from (found.span() for found in pattern.finditer(text) if not QUANTITY.match(found.group()))
    for pattern in (NAMED_HOUSE, HOUSE_THEN_STREET):
        yield from (
            found.span()
            for found in pattern.finditer(text)
            if re.search(r"\d", found.group()) or HOMELY.search(text[: found.start()])
        )
    for pattern in (THE_CAPITAL, SAINT):
        yield from (found.span() for found in pattern.finditer(text) if not COUNTED.search(text[: found.start()]))
    for pattern in (LOWER_STREET, HOUSE_AND_WORD):
        yield from (found.span(1) for found in pattern.finditer(text) if _may_be_house(found[1]))
    for pattern in (AFTER_CUE, NAMED_AFTER_CUE):
        yield from (found.span(1) for found in pattern.finditer(text) if not QUANTITY.match(found.group(1)))
    yield from (found.span() for found in FLAT.finditer(text) if any(letter.isdigit() for letter in found.group()))


STREET_FIRST = re.compile(rf"\b(?:[A-Z][a-z'’-]+ ){{1,3}}(?i:{STREET}),? (?:at )?(?i:no\.?|number) ?\d{{1,4}}[a-z]?\b")
"""`Marlborough Gardens, number 15`."""
WELSH_IN_SMALL = re.compile(rf"(?<![\d£./:-])\b{NUMBER},? (?:ffordd|heol|stryd|rhodfa) (?:yr? )?[a-z'âêîôŵŷ]+")
WHOLE = (
    STREET_FIRST, WELSH_IN_SMALL, ON_STREET, SHORT_STREET, CAPITAL_STREET, ONE_WORD, COTTAGE, WELSH_STREET, THE_STREET, NAMED_UNIT
)  # fmt: skip


def _may_be_house(text: str) -> bool:
    """Whether a number with words is a house: no quantity, and at least one word that is not everyday English."""
    words = re.findall(r"[a-z]+", re.sub(r"['’]s?\b", "", text.lower()))
    plain = all(word in ENGLISH for word in words) or (len(words) == 1 and words[0] in NOT_NAMES)
    many = (
        text.istitle() and len(words) == 1 and words[0].endswith("s") and not words[0].endswith(("fields", "meadows"))
    )
    return (
        not many
        and not QUANTITY.match(text)
        and not MONTH.search(text)
        and not (plain and text != text.lower())
        and not NO_NAME_ENDING.search(words[0])
    )


def postcodes(text: str) -> Iterator[tuple[int, int]]:
    """Where whole postcodes stand."""
    return (found.span() for found in POSTCODE.finditer(text) if any(map(str.isdigit, found.group())))
