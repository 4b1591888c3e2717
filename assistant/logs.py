"""JSON logs with event names and ids. A carer's words, name or number never go in."""

import logging
import sys

import structlog

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "sid", "turn_id", "conversation_id", "inbound_id", "outbound_id",
        "outcome", "urgency", "categories", "count", "ms", "state", "error_code", "error", "attempt", "release", "reason",
        "is_new", "kind", "version", "port", "path", "status", "parts", "rail", "alert", "step", "url", "message_kind",
        "place", "job", "indicator", "guidance", "file", "does",
    }
)  # fmt: skip
"""Keys that may be logged. Anything else is dropped, so that a slip cannot leak a message."""

CHATTY = ("bm25s",)
"""Libraries that warn of what is meant so: an index of few words."""


def drop_unlisted(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Keep only keys on the list; say how many were dropped."""
    kept = {key: value for key, value in event.items() if key in ALLOWED}
    if len(kept) < len(event):
        kept["count_dropped_keys"] = len(event) - len(kept)
    return kept


def name_exception(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Record an exception by its class alone: its message may hold a carer's words."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
    return event


def set_up_logs(level: str = "INFO") -> None:
    """Send our events, and warnings of libraries by name alone, to standard error as JSON lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            name_exception,
            drop_unlisted,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_LibraryHandler()], force=True)


class _LibraryHandler(logging.Handler):
    """Pass on that a library complained, not what it said: its message may quote a row or a request."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name in CHATTY and record.levelno < logging.ERROR:
            return
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().warning(
            "library_warned", logger=record.name, step=record.funcName, error=type(error).__name__ if error else ""
        )
