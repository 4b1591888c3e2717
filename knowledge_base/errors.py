"""Errors of this room. Each says what happened, why it matters and what to do.

KnowledgeError
├── GuidanceNotValid    a document breaks the format
│   └── NotReady        a text has faults that stop its next step
├── ModelNotTrusted     the embedding weights are not the ones that were reviewed
├── ModelNotExported    the serving copy of the model could not be made, or is not faithful
├── IndexNotBuilt       nothing to search yet
├── IndexDamaged        the built index cannot be read
├── ChromaUnreachable   the shared Chroma server does not answer
├── ExtraNeedsEmbedder  extra passages cannot be compared by meaning
├── SynonymsNotValid    the list of what carers say breaks its format
├── GuidanceRefused     a step in a document's life is not open now
│   ├── FourEyes        the author cannot approve
│   ├── NotInState      the version is elsewhere in its life
│   ├── ChangedMeanwhile somebody kept another version first
│   ├── NoSuchGuidance  no document of that name
│   ├── NoSuchVersion   the document has no version of that number
│   ├── NotLive         there is nothing to withdraw
│   ├── NothingToBringBack no version that may go live again
│   ├── ReasonMissing   every change says why
│   └── ReasonTooLong   in a sentence, not in a page
└── FileRefused         a file, paste or web page was not taken in
    └── TextTooLong     it holds more than one document may
"""

from dataclasses import dataclass
from pathlib import Path


class KnowledgeError(Exception):
    """Base of errors that are shown to a person as they stand, without a traceback."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one guidance file. `line` counts from 1."""

    path: Path
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path.name}, {self.on_its_line}"

    @property
    def on_its_line(self) -> str:
        """The fault without the name of the file, for where it is known."""
        return f"line {self.line}: {self.what} {self.remedy}"


class GuidanceNotValid(KnowledgeError):
    """One or more guidance documents break the format. Nothing was loaded."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        super().__init__("\n".join([f"The guidance was not loaded: {count}.", *(f"- {one}" for one in problems)]))


class NotReady(GuidanceNotValid):
    """A text cannot take its next step before its faults are put right."""

    def __init__(self, title: str, *problems: Problem) -> None:
        super().__init__(*problems)
        count = "1 thing" if len(problems) == 1 else f"{len(problems)} things"
        lines = [
            f"“{title}” is not ready. Put {count} right first:",
            *(f"- {one.on_its_line}" for one in problems),
        ]
        self.args = ("\n".join(lines),)


class ModelNotTrusted(KnowledgeError):
    """The weights on disk are not the weights that were reviewed and pinned."""

    def __init__(self, weights: Path, found: str, expected: str) -> None:
        super().__init__(
            f"The embedding model was not used: {weights.name} has SHA-256 {found[:12]}…, "
            f"but {expected[:12]}… was reviewed. A changed model would silently move every threshold. "
            "Install the pinned requirements again. If you meant to change the model, name its folder in the settings."
        )


class ModelNotExported(KnowledgeError):
    """The serving copy of the embedding model could not be made, or gives other vectors than the original."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"The embedding model could not be prepared for serving: {why} "
            "Check that torch and sentence-transformers are installed and that there is 500 MB of free disk."
        )


class IndexNotBuilt(KnowledgeError):
    """There is no guidance index to search."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"No guidance index stands in {root}. Run `kith guidance load`, then try again.")


class ExtraNeedsEmbedder(KnowledgeError):
    """Extra passages came with a question's vector, but the searcher was opened without an embedder."""

    def __init__(self) -> None:
        super().__init__(
            "Extra passages cannot be compared by meaning: the searcher was opened without an embedder. "
            "Pass one to Searcher.open, or search without a vector."
        )


class SynonymsNotValid(KnowledgeError):
    """The list of what carers say cannot be read."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The list of what carers say was not changed: {why} "
            "Each line needs a name, a colon and at least one phrase; owner and reviewed_on stand at the top."
        )


class IndexDamaged(KnowledgeError):
    """A built index cannot be read: its disk, or a program other than Kith, changed it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The guidance index in {folder} cannot be read. Nothing of the guidance itself is lost. "
            "Delete that folder, then run `kith guidance load`."
        )


class ChromaUnreachable(KnowledgeError):
    """The Chroma server that the settings name does not answer."""

    def __init__(self, server: str) -> None:
        super().__init__(
            f"The Chroma server at {server} does not answer, so the guidance cannot be opened. "
            "Start it (`chroma run --path FOLDER --port PORT`), correct KITH_CHROMA_URL, or leave that setting empty."
        )


class GuidanceRefused(KnowledgeError):
    """A step in a document's life is not open to this person, or not in this state."""

    status_code = 409


class FourEyes(GuidanceRefused):
    """Somebody tried to approve a text that they wrote or changed."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"“{title}” was not approved: you wrote or changed it. A second person must check what carers will be told. "
            "Ask another reviewer to approve it."
        )


class NotInState(GuidanceRefused):
    """A version is not where this step starts from."""

    def __init__(self, title: str, wanted: str, state: str, remedy: str) -> None:
        now = "a draft" if state == "draft" else state.replace("_", " ")
        super().__init__(f"“{title}” was not {wanted}: it is {now}. {remedy}")


class ChangedMeanwhile(GuidanceRefused):
    """Somebody kept another version while this one was being written."""

    def __init__(self, title: str, newest: int) -> None:
        super().__init__(
            f"Nothing was kept: somebody kept version {newest} of “{title}” while you wrote. What you wrote is still here. "
            f"Look at version {newest}, put into your text what you need of it, then keep yours."
        )


class NoSuchGuidance(GuidanceRefused):
    """No document or version goes by this name."""

    status_code = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no guidance called “{name}”. `kith guidance list` shows every document.")


class NoSuchVersion(GuidanceRefused):
    """A document has no version of that number."""

    status_code = 404

    def __init__(self, slug: str, number: int, newest: int) -> None:
        super().__init__(f"“{slug}” has no version {number}. Its newest is version {newest}.")


class NotLive(GuidanceRefused):
    """A document that is not live cannot be taken out of use."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"“{slug}” was not withdrawn: no version of it is live, so no carer is told it. There is nothing to do."
        )


class NothingToBringBack(GuidanceRefused):
    """No version of a document may go live again."""

    def __init__(self, slug: str, number: int = 0) -> None:
        which = f"Version {number} of “{slug}”" if number else f"An earlier version of “{slug}”"
        super().__init__(
            f"{which} was not brought back: only a version that was live before can come back. "
            "To use an older text, change the document with it and send it for review."
        )


class ReasonTooLong(GuidanceRefused):
    """A reason is longer than anybody reads."""

    status_code = 400

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Nothing was changed: the reason is too long. Say it in a sentence or two, up to {most} letters."
        )


class ReasonMissing(GuidanceRefused):
    """A change came without a reason."""

    status_code = 400

    def __init__(self) -> None:
        super().__init__(
            "Nothing was changed: no reason was given. Say in a sentence why, so that others can follow it."
        )


class FileRefused(KnowledgeError):
    """A file, paste or web page was not taken in."""

    status_code = 400

    def __init__(self, name: str, why: str, remedy: str) -> None:
        self.why = why
        super().__init__(f"“{name}” was not taken in: {why} {remedy}")


class TextTooLong(FileRefused):
    """A text is longer than anybody could check. It is refused whole: a cut text would end in the middle of a sentence."""

    def __init__(self, name: str, length: int, most: int) -> None:
        why = f"it holds {length:,} characters of text, and one document may hold {most:,}."
        super().__init__(name, why, "Split it by subject, and add each part as a document of its own.")
