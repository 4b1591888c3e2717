"""Errors of evaluation that teach: what happened, where, what to do.

KithError
├── CaseWrong         a line of a dataset cannot be used
├── NoSuchSuite       a suite, dataset or run was named that does not exist
├── NothingWhole      a release has no run over whole suites, so there is nothing to report
├── RecordAltered     a stored run does not match its own hash
├── RatingRefused     a review was rated twice by one person, or is settled
└── ViewerNotMade     Inspect's viewer could not be written
"""

from collections.abc import Iterable

from assistant.errors import KithError


class CaseWrong(KithError):
    """A line of a dataset cannot be used."""

    status_code = 400

    def __init__(self, file: str, line: int, field: str, why: str) -> None:
        where = file + (f", line {line}" if line else "") + (f", field “{field}”" if field else "")
        super().__init__(f"{where}: {why} For a file to start from: kith evaluate new-suite my-cases.jsonl")


class NoSuchSuite(KithError):
    """A suite, a dataset or a run was named that does not exist."""

    status_code = 404

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no {kind} called “{name}”. There are: {', '.join(known)}.")


class NothingWhole(KithError):
    """A report was asked for of a release under which no suite was run whole."""

    status_code = 409

    def __init__(self, release: str) -> None:
        super().__init__(
            f"Under release {release} no suite was run whole yet, and a part is no evidence. "
            "Run the suites without a sample, on the page Start a run or with the command kith evaluate run."
        )


class RecordAltered(KithError):
    """A stored run does not match the hash that was taken when it finished."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"Run {run_id} was changed after it finished: its hash does not match. Do not rely on it; run the suite again."
        )


class ViewerNotMade(KithError):
    """Inspect's viewer could not be written."""

    status_code = 409

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}. Try again in a minute, or on the server: kith evaluate viewer FOLDER")


class RatingRefused(KithError):
    """A review was rated twice by one person, or is settled already."""

    status_code = 409
