"""Find the title and the sections of a text that came from a file, where the converter lost which headings were which."""

import re

HEADING = re.compile(r"^#\s+(.+?)[ #]*$", re.MULTILINE)
"""A heading of the first rank. Answers are made of sections under headings of the second."""
SECTION = re.compile(r"^## ", re.MULTILINE)
LONGEST = 100
"""Letters of a line that could be a title or a question above its answer."""
NO_TITLE = re.compile(r"^(?:[-*|>+]|\d+[.)]\s)|[.:;,?]$")


def shaped(text: str, title: str = "") -> tuple[str, str]:
    """Return the title ("" when none is found) and the body, with its sections under headings that start with `## `.

    Word gives each heading the first rank, and its title none; a PDF has no headings at all: there a short question that
    stands above its answer is taken for one.
    """
    body = text.replace("\f", "\n").strip()
    first, section = HEADING.search(body), SECTION.search(body)
    if first is None:
        return (title, f"{body}\n") if section else _unranked(body, title)
    if section:
        leads = first.start() < section.start()
        return (title or first.group(1).strip(), _without(first, body)) if leads else (title, f"{body}\n")
    if len(HEADING.findall(body)) == 1 and not body[: first.start()].strip():
        return title or first.group(1).strip(), _without(first, body)
    return _ranked(body, title)


def _ranked(body: str, title: str) -> tuple[str, str]:
    """Make sections of headings of the first rank. One with nothing below it before the next is the title."""
    first, *others = HEADING.finditer(body)
    if others and not body[: first.start()].strip() and not body[first.end() : others[0].start()].strip():
        title, body = title or first.group(1).strip(), body[first.end() :]
    title, body = _opening_title(body.strip(), title)
    return title, HEADING.sub(r"## \1", body) + "\n"


def _unranked(body: str, title: str) -> tuple[str, str]:
    """Make sections of short questions that stand alone in their line, below an empty line and above their answer."""
    title, body = _opening_title(body, title)
    lines = body.split("\n")
    for at, line in enumerate(lines):
        above = lines[at - 1].strip() if at else ""
        below = any(one.strip() for one in lines[at + 1 : at + 3])
        if (
            line.strip().endswith("?")
            and len(line.strip()) <= LONGEST
            and not above
            and below
            and line[:1] not in "-*|>"
        ):
            lines[at] = f"## {line.strip()}"
    return title, "\n".join(lines) + "\n"


def _opening_title(body: str, title: str) -> tuple[str, str]:
    """Take a short first line that stands alone, and is no sentence, for the title, or for the title said again."""
    first, _, rest = body.partition("\n")
    line = first.strip()
    alone = bool(line) and not rest.split("\n", 1)[0].strip() and bool(rest.strip())
    if not alone or line.startswith("#") or len(line) > LONGEST or NO_TITLE.search(line):
        return title, body
    if title and title.casefold() != line.casefold():
        return title, body
    return title or line, rest.strip()


def _without(heading: re.Match[str], body: str) -> str:
    return (body[: heading.start()] + body[heading.end() :]).strip() + "\n"
