"""Tell what a carer asks from what they say of themselves, so that who they are does not change what they are told."""

import re

APART = re.compile(
    r"(?<=[.!?;])\s+|\n+|,?\s+and\s+(?=i\b)|,\s*(?:and\s+|so\s+|but\s+)?(?=(?:what|how|where|who|when|why|which|can|could|do|does|is|are|am|will|would|should|may)\b)",
    re.IGNORECASE,
)
SAYS_WHO = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hiya|morning|evening|and|also|well|so|just to say|btw|by the way|fyi)\W+)*"
    r"(?:as (?:a|an|someone)\b|being (?:a|an)\b|(?:i|we)(?:['’]?m|['’]?re| am| are)\b|(?:i|we) (?:was|were|come|came|fled|arrived|belong|identify|use|wear|speak|sign|"
    r"only speak|have (?:a |an |a mild |a severe )?(?:learning|hearing|sight|visual|physical|speech)|practise|pray|"
    r"have (?:no|any|a) (?:religion|faith|belief|god)s?|have (?:refugee|settled|pre-settled|asylum|leave to remain|indefinite)|(?:do not|don['’]?t) (?:have a|follow a|follow any|practise a|practise any|"
    r"believe|go to (?:church|mosque|temple)|belong))\b|"
    r"(?:my|our) (?:first language|mother tongue|english|faith|religion|family (?:is|are)|pronouns|background)\b|english (?:is|isn))",
    re.IGNORECASE,
)
"""A sentence that begins by saying who the writer is."""
SAYS_MORE = re.compile(
    r"\?|\b(?:his|hers?|him|she|he|they|their|them|end)\b|\b(?:need|want|look(?:s|ing)? (?:after|for|into)|car(?:e|es|ing) (?:for|of)|"
    r"carer(?:['’]?s)? (?:for|of|to)|struggl|help|can(?:no|['’]?)t|couldn|worr|claim|apply|paid|pay|pension|benefit|allowance|pip|universal credit|uc|esa|dla|self.?employ|"
    r"earn|work|job|hours|study|college|student|school|living with|moving|told|refused|turned down|waiting|skint|broke|debt|tired|exhaust|alone|scared|"
    r"afraid|ill|sick|hurt|pain|hospital|dying|kill|die|mum|mam|dad|mother|father|husband|wife|partner|son|daughter)\w*",
    re.IGNORECASE,
)
"""Signs that the sentence tells more than who writes: a need, a plight, work, or somebody else."""
YOUNG = re.compile(
    r"\b(?:[5-9]|1[0-9]|2[0-4]) ?(?:years?|yrs?|yo\b|y/o)|\b(?:i['’]?m|i am) (?:only |just )?(?:[5-9]|1[0-9]|2[0-4])\b",
    re.IGNORECASE,
)
"""Young carers have rights of their own, so their age is part of the question."""
LONGEST = 16
"""Words of a sentence that only says who the writer is."""


LONG_STORY = 40
"""Words from which a message is looked up by what its writer says that they want to know."""
MEANT = re.compile(
    r"\b(?:what (?:i|we)(?:['’]d| would)? (?:really |just )?(?:want|wanted|need|needed|like) to (?:know|ask)(?: is)?|my questions? (?:is|are)|"
    r"the thing (?:i|we) (?:want|need) to know is|(?:i|we) (?:just |really )?(?:want|wanted) to (?:know|ask))\b[\s,:]*",
    re.IGNORECASE,
)
LEAST_MEANT = 4


def question_in(text: str) -> str:
    """Return a message without the sentences that only say who the writer is; all of it when nothing else remains.

    Of a long story what its writer says that they want to know is returned.
    """
    meant = text[found.end() :] if (found := MEANT.search(text)) else ""
    if len(text.split()) >= LONG_STORY and len(meant.split()) >= LEAST_MEANT:
        return meant
    parts = [part.strip() for part in APART.split(text) if part and part.strip()]
    asked = [part for part in parts if not only_says_who(part)]
    return " ".join(asked) if asked and len(asked) < len(parts) else text


def only_says_who(part: str) -> bool:
    """Whether a sentence says who the writer is, and nothing about what they need or whom they look after."""
    is_short = len(part.split()) <= LONGEST
    return is_short and bool(SAYS_WHO.match(part)) and not SAYS_MORE.search(part) and not YOUNG.search(part)
