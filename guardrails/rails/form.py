"""The rails `form_is_plain` and `marks_are_clean`: length, reading age and British words; marks that WhatsApp shows raw."""

import re

from rails import british, readability
from rails.draft import SOURCE, Draft
from rails.reply_policy import read
from rails.reply_text import tokens

POLICY = read("form")
MOST_CHARACTERS = int(POLICY.thresholds["most_characters"])
MOST_WORDS = int(POLICY.thresholds["most_words_in_a_sentence"])
OLDEST = POLICY.thresholds["oldest_reading_age"]
FEWEST_WORDS = int(POLICY.thresholds["fewest_words_to_judge_reading"])
FOR_ONE_SENTENCE = POLICY.thresholds["allowance_for_one_sentence"]


def problems(draft: Draft) -> tuple[str, ...]:
    """What makes a reply too long, too hard or not British in a way that cannot be mended."""
    found = [rule.kind for one in draft.said for rule in POLICY.compiled if rule.found_in(one.text)]
    if len(draft.reply) > MOST_CHARACTERS:
        found.append("too many characters")
    own = [one.text for one in draft.said if not one.verbatim]
    if any(len(tokens(one)) > MOST_WORDS for one in own):
        found.append("sentence too long")
    text = "\n".join(own)
    oldest = OLDEST + FOR_ONE_SENTENCE * (len(own) == 1)
    if len(tokens(text)) >= FEWEST_WORDS and readability.reading_age(text, draft.guidance_words) > oldest:
        found.append("reading age too high")
    return tuple(found)


def mended(reply: str) -> str:
    """The reply without marks that WhatsApp would show raw, and with British spelling."""
    for pattern, instead in MENDS:
        reply = pattern.sub(instead, reply)
    lines = (line if SOURCE.match(line) else british.spelt(line) for line in reply.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


MENDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"\A\s*```\w*\n?|\n?```\s*\Z|```\w*"), ""),
    (re.compile(r"<br\s*/?>|</(?:p|div|li|h\d|ul|ol|tr)>", re.IGNORECASE), "\n"),
    (re.compile(r"<li[^>]*>", re.IGNORECASE), "- "),
    (re.compile(r"<a\s[^>]*href=[\"']([^\"']+)[\"'][^>]*>(.*?)</a>", re.IGNORECASE), r"\2 (\1)"),
    (re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE), ""),
    (re.compile(r"&nbsp;"), " "),
    (re.compile(r"&amp;"), "&"),
    (re.compile(r"&pound;"), "£"),
    (re.compile(r"&(?:#39|apos|rsquo);"), "'"),
    (re.compile(r"&quot;"), '"'),
    (re.compile(r"!?\[([^\]\n]+)\]\((?:https?://)?(?:www\.)?\1/?\)"), r"\1"),
    (re.compile(r"!?\[([^\]\n]+)\]\((?:mailto:|tel:)?([^)\s]+)\)"), r"\1 (\2)"),
    (re.compile(r"^[ \t]*#{1,6}[ \t]+(.*?)[ \t]*#*$", re.MULTILINE), r"\1"),
    (re.compile(r"\*\*\*(\S(?:.*?\S)?)\*\*\*|\*\*(\S(?:.*?\S)?)\*\*|__(\S(?:.*?\S)?)__"), r"\1\2\3"),
    (re.compile(r"\*\*|(?<!_)__(?!_)"), ""),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|={3,}|_{3,})[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?\s*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|[ \t]*(.*?)[ \t]*\|[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"(?<=\S)[ \t]*\|[ \t]*(?=\S)"), ": "),
    (re.compile(r"\A\s*\{\s*\"(?:answer|reply|response|text|message)\"\s*:\s*\"(.*?)\"\s*(?:,.*)?\}\s*\Z", re.DOTALL), r"\1"),
    (re.compile(r"\\n"), "\n"),
    (re.compile(r"\\([*_#\[\]()])"), r"\1"),
    (re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]"), ""),
)  # fmt: skip
