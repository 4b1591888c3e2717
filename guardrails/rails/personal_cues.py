"""The words and marks around a name: what comes before it, after it, and what tells that it is none."""

import re
from collections.abc import Iterable

from rails.personal_policy import POLICY

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.UNICODE)
OWNER = re.compile(r"['’]s?$")
OPENS = re.compile(r"(?:^|[.!?:\n\"“(]|[\U0001F300-\U0001FAFF])\W*$")
TOWNS = frozenset(POLICY.towns)
PLACE_NAMES = frozenset(POLICY.place_names)
MOSTLY_PLACES = frozenset(POLICY.mostly_places)
NOT_NAMES = frozenset(word.lower() for word in POLICY.not_names) | TOWNS
RELATIONS = frozenset(POLICY.relations)
PLACES = frozenset(POLICY.places)
PLACES_IN_SMALL = frozenset(
    ("hospital", "surgery", "period", "wing", "ward", "clinic", "centre", "hospice", "unit", "suite", "pub", "hotel")
)
"""Those that make a place of the name before them without a capital of their own."""
WARES = frozenset(
    [
        "line",
        "service",
        "services",
        "concert",
        "singers",
        "scheme",
        "award",
        "awards",
        "puja",
        "test",
        "scale",
        "baby",
        "sponge",
        "bear",
        "cakes",
        "jacket",
        "knife",
        "lamp",
        "salad",
        "sandwich",
        "terrier",
        "towels",
        "wedding",
    ]
)
"""Those that make a thing of it: `the Carol service`."""
ILLNESSES = frozenset(
    [
        "syndrome",
        "disease",
        "palsy",
        "chorea",
        "contracture",
        "oesophagus",
        "fracture",
        "lymphoma",
        "sarcoma",
        "hernia",
        "thyroiditis",
    ]
)
THINGS = re.compile(rf"\b(?:{'|'.join(re.escape(one) for one in POLICY.things)})s?\b")
NOT_SIGNATURES = frozenset(POLICY.not_signatures)
VERBS = frozenset(POLICY.verbs)
IN_PLACES = frozenset(POLICY.in_places)
BEFORE_PLACES = frozenset(POLICY.before_places)
BEFORE_THINGS = frozenset(POLICY.before_things)
PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "du",
        "da",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "le",
        "la",
        "bin",
        "ibn",
        "bint",
        "abu",
        "al",
        "el",
        "ap",
        "ab",
        "st",
    ]
)
"""Small words inside names: `Maria de Souza`."""
TITLES = frozenset(POLICY.titles)
MONTHS = frozenset(["jan", "april", "may", "june", "august"])
MOST_NAME_WORDS = 5
DRUG = re.compile(
    r"(?:clone|pam|lam|pril|sartan|statin|olol|azole|mab|nib|cillin|mycin|cycline|oxacin|triptyline|oxetine|azine|epine|gabalin|tidine|setron|profen|codeine|codone|orphine|dopa|pezil|antine|stigmine|parin"
    r"|xaban|gliptin|gliflozin|formin|dronate|terol|sone|solone|barbital|traline|zapine|apine|peridone|piprazole|dipine|semide|thiazide|toin|valproate|oramide|trigine|tiracetam|done|barb|caine|phylline|amide|oxin|quine|vir)$"
)
"""How the names of medicines end: their last syllables tell the kind, all over the world."""
LONG_NAME = 5
"""From so many letters a rarer name is taken at the start of a sentence and without its capital too."""


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace("\\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


OWNED = re.compile(rf"\b(?:my|our|his|her|me|their|late) (?:\w+ )?(?:{_any(POLICY.relations)})(?:,|:| -| \(|\()? *")
RELATED = re.compile(rf"\b(?:{_any(POLICY.relations)})(?: (?:is|was|are)(?: called)?)?(?:,|:| -| \(|\()? *")
LONGING = "".join(
    rf"(?<!{word} )"
    for word in (r"\bi", r"\bwe", r"\bto", "they", "you", "will", r"\bso", r"\bshe", r"\bhe", "really", "still")
)
"""What stands before `miss` when somebody is missed."""
TITLED = re.compile(rf"(?:\b(?:{_any(title for title in POLICY.titles if title != 'miss')})|{LONGING}\bmiss)\b\.? +")
"""`mrs patel`, `miss patel`, but not `we miss India`."""
NAMED = re.compile(rf"\b(?:{_any(POLICY.name_words)})(?: is)?(?:[:,;-]| -)? +")
NAME_GIVEN = re.compile(
    rf"(?:\b(?:my|her|his|their|the|(?:{_any(POLICY.relations)})(?:['’]?s)?) name|^name['’]?s|\bname:)(?: is|['’]s)?[:,]? +|\b(?:they|we|people|everyone|everybody|all) calls? (?:him|her|me|them) +"
    r"|\b(?:known|goes by|answers to)(?: as)? +",
)
"""`My name Xiu`, `they call him Tam`: what follows needs its capital or a place on the lists."""
CARED_FOR = re.compile(
    r"\b(?:look(?:s|ed|ing)? after|car(?:es?|ed|ing|er) for|married to|written by|a (?:lady|man|woman|nurse|chap|lad|girl),) +",
)
"""`I look after Pasco`: what follows may be a name that no list knows."""
INTRODUCED = re.compile(rf"\b(?:{_any(POLICY.introductions)}),? +")
CALLED = re.compile(
    rf"\b(?:{_any((*POLICY.relations, *POLICY.people))})\b(?:'?s| is| was| who is| who's)?(?: a \w+)? (?:called|named|known as|goes by)(?: the name)? +|\bme (?:and|n|&) +"
    rf"|\b(?:{_any(one for one in (*POLICY.relations, *POLICY.people) if one != 'our')})\b(?: \w+){{1,5}} (?:is|was) (?:called|named) +",
)
FAREWELLS = rf"(?:\b(?:{_any(POLICY.farewells)})(?: from)?\b|\bx+\b|(?:^|[.,!?\n-]\s*)from\b)"
FAREWELL = re.compile(rf"{FAREWELLS}[\s,.!\-–]*(?=\S)")
SIGNED = re.compile(
    rf"(?:{FAREWELLS}(?: [a-zâ]+){{0,3}}\s*[,.!\n-]\s*|(?:^|\n)\s*[-–—~]\s*)(?=[^\W\d_][^\n,]{{0,40}}$)"
)
"""`Yours hopefully, Prue`, `- Prue`: a farewell with a word or two more, or a dash, before the last words."""
INITIALS = re.compile(r"(?<![\w'’])(?:(?:[A-Z]\. ?){1,3}|(?:[B-HJ-Z] ){1,2})(?=[A-Z][a-z'’-]{2,})")
AFTER_INTRODUCTION = re.compile(
    r"\s*(?:$|[,.!;\n)-]|(?:and|from|here|again|i|im|i['’]m|aged|age|speaking|writing|texting|messaging|calling|ringing|who|the|by|x+|please|\d+)\b)",
    re.IGNORECASE,
)
AFTER_A_RARE_NAME = re.compile(
    r",? (?:hello|hi|here|from|writing|texting|messaging|calling|ringing|speaking|and (?:i|my)|i(?:['’]m)? )\b",
    re.IGNORECASE,
)
NO_NAME_ENDING = re.compile(r"(?:ian|ish|ese|ic|ist|\w\wing|ed)$")
"""How words for a people, a faith or a doing end: `I'm Bulgarian`, `It's Raining`. Those that end as names do are listed."""
APPOSITION = re.compile(
    rf"\s*(?:,|\(|-) ?(?:that['’]?s )?(?:(?:my|our|the|his|her|a) )?(?:\w+ )?(?:{_any(POLICY.relations)})\b",
    re.IGNORECASE,
)
BESIDE = re.compile(rf" (?:my|our|his|her) (?:\w+ )?(?:{_any(POLICY.relations)})\b", re.IGNORECASE)
AGE = r"(?:\d{1,2}|1[01]\d)(?! ?(?:quid|pounds?|p|pence|per|minutes?|mins?|hours?|miles?|days?|weeks?|to|or|grand))"
"""What follows `is` when somebody's age is told, and no price."""
DOES = re.compile(
    r" (?:has|had|needs|needed|won['’]?t|can['’]?t|cannot|wants|lives|keeps|gets|says|said|hates|likes|loves|refuses|sits|sleeps|comes|goes|fell|uses|wears|walks|takes|helps|isn['’]?t|hasn['’]?t|wasn['’]?t|lost (?:his|her|their|a|the|all|it|weight|interest|consciousness|control)|left|died|broke|used to|does|doesn['’]?t"
    r"|struggles|cries|eats|is (?:my|our|his|her|a|an|in|on|at|not|very|now|only|nearly|almost|still|just|back|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|blind|deaf|ill|poorly|autistic|disabled|bedbound|getting|also|the one|"
    + AGE
    + r")|was (?:my|our|a|in|on|very|late|diagnosed))\b"
    r"|['’]s (?!(?:a|an|the|not|been|going|time|due|on|up|in|it|to)\b)[a-z]+| (?:and|&) (?:I|i|me|my|our)\b| from the\b",
)
"""What a person does or has: `Pat needs a hoist`, `Mark's school`, `Bill and I`."""
PERSONAL = re.compile(
    r" (?:needs|needed|from the|comes (?:at|on|every|in|to|round)|won['’]?t|can['’]?t|cannot|wants|lives|says|said|hates|likes|loves|refuses|sits|sleeps|fell|wears|walks|died|used to|doesn['’]?t|struggles|cries|eats|isn['’]?t|"
    r"(?:has|had) (?:had|been|fallen|MS|MND|COPD|ADHD|dementia|cancer|autism|diabetes|epilepsy|Down|Parkinson|Alzheimer|someone|somebody|to (?:have|go|use|be)|a (?:learning|stroke|carer|hoist|bad|social|hospital|heart|broken|fall|seizure|fit|stoma|catheter|new (?:stoma|catheter|hip|knee|carer))|lost (?:his|her)|his|her|no (?:one|idea)|got (?:MS|dementia|cancer|autism|a (?:bad|carer|social)))"
    r"|(?:is|was) (?:my|our|his|her|a carer|born|"
    + AGE
    + r"|only|nearly|almost|not well|poorly|ill|blind|deaf|autistic|disabled|bedbound|very|ninety|eighty|seventy|sixty|fifty|at (?:home|school|work)|in (?:hospital|a home|bed|care|pain)|diagnosed))\b"
    r"|['’]s (?:mum|dad|mother|father|son|daughter|wife|husband|carer|school|doctor|social|care|pension|room|bed|chair|needs|birthday|house|flat)\b| (?:and|&) (?:I|i|me|my|our)\b"
)
"""What only a person does, has or is, for a name that is a word as well: `Joy is in short supply` tells of nobody."""
MORE_NAMES = re.compile(r"(?: [A-Z][a-z'’-]+){0,2}")
"""The rest of a whole name."""
ACTS = re.compile(
    r" (?:drives|brings|picks|minds|visits|baths|washes|feeds|dresses|fetches|collects|sits with|stays with|pops|looks after|does the)\b| is (?:a )?(?:nurse|carer|teacher|student|driver|nearly|only|my|our|his|her)\b"
    r"| (?:got|hit|hits|took|cried|went|came|moved|slipped|shouts|shouted|talks|tells|told|thinks|knows|doesnt|didn['’]?t|couldn['’]?t|would|could|cares for|calls|rings|rang|is pregnant|has been|had been)\b",
    re.IGNORECASE,
)
"""What a person did: enough beside a word that no list knows, too little beside one that is a thing as well (`Bill came`)."""
IS_SPOKEN_OF = re.compile(
    r",? (?:he|she)(?:['’]?s| is| has| was| needs| can| cannot| can['’]?t| will| won['’]?t| wants| lives)\b"
)
"""`What about Will, he is 15`: the next words say that it was a person."""
VERB = re.compile(r"(?:['’]s\b|\s+(?:is|was|has|had|needs|lives|cannot|can't|and|who)\b)", re.IGNORECASE)
HERE = re.compile(r"\s+(?:here|again)\b[,.! ]|\s*,? (?:has|was|is) (?:my|our) ")
JOINS = re.compile(r"\s*(?:and|&|,|/|\+)\s*$")
LINK = re.compile(r"[\w}][./@]$|[@/{]$")
LAST = re.compile(r"(?: ?\((?:mr|mrs|ms|miss|mx|dr)\.?\))?[\s,.!?)xX\-–*~\U0001F300-\U0001FAFF❤️]*$", re.IGNORECASE)
THING_ENDING = re.compile(r"(?:tion|tioner|ment|ness|ity|ive|ing|ors?|ers|ology|ous|ful|less|ary|ics|ism)$")
PLACE_ENDING = re.compile(
    r"(?:shire|borough|brough|burgh|bury|minster|mouth|hampton|stead|haven|bridge|combe|thorpe|worth|wick|wich|ham|ford|field|pool|wood|moor|heath|gate|ness|chester|ington|stow|stowe|hurst|side|dale|church|hithe|port|ster)$"
)
"""How towns are spelt: what ends so and is on no list is a place or a service named after one before it is a person."""
WHOLE_NAME = re.compile(r"(?: (?:and|&))? [A-Z][a-z]+(?!['’]?s\b)(?! (?:family|household|twins|boys|girls|lot)\b)")
"""The rest of a whole name, after `the`: `the James Cook`, `the Rose and Crown`. `The Smiths` and `the Jean I know` are people."""
THING_AFTER = re.compile(
    r"(?:['’]s| [A-Z][a-z]+)? (?!(?:who|from|called|rang|came|said|told|at|in|and|was|is|has|on)\b)[a-z]+"
)
"""What goes on after `a` and a name: `a Henry hoover`, `a Jo Cox group`, but no `a Karen from the council`."""
ABSTRACT = frozenset(
    [
        "grant",
        "ring",
        "bet",
        "may",
        "charity",
        "summer",
        "patience",
        "comfort",
        "mercy",
        "chance",
        "destiny",
        "art",
        "guy",
        "major",
        "royal",
        "prince",
        "saint",
        "river",
        "storm",
        "honey",
        "berry",
        "cherry",
        "candy",
    ]
)
"""Names that are things too: `Charity has closed` tells of no person."""
ORDERS = frozenset(
    [
        "hope",
        "will",
        "may",
        "bet",
        "ring",
        "mark",
        "sue",
        "pat",
        "rob",
        "bill",
        "grant",
        "skip",
        "nick",
        "frank",
        "chip",
        "lance",
        "drew",
        "rich",
        "dawn",
    ]
)
"""Names that are doing words too: `Hope my mum gets better`."""
CUES = {  # searched in small letters: `re` passes over alternatives ten times faster when case counts
    "related": RELATED,
    "owned": OWNED,
    "name_given": NAME_GIVEN,
    "cared_for": CARED_FOR,
    "signed": SIGNED,
    "titled": TITLED,
    "named": NAMED,
    "introduced": INTRODUCED,
    "called": CALLED,
    "farewell": FAREWELL,
}
