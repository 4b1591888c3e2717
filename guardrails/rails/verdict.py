"""The one verdict type that every rail returns."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How a rail ended. An error is never a pass: the caller must fail closed."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rail found, with a reason a service owner can read.

    `reason` names rules, categories and counts. It never quotes a carer's words.
    """

    rail: str
    result: Result
    reason: str = ""

    @property
    def passed(self) -> bool:
        return self.result is Result.PASS
