"""The real clock."""

from datetime import UTC, datetime


class SystemClock:
    """UTC from the operating system."""

    def now(self) -> datetime:
        return datetime.now(UTC)
