"""The three ways in which a send can go wrong. Their messages hold codes, never an address or a text."""

from datetime import timedelta

from assistant.channels.delivery import ErrorMeaning, Fault, meaning_of
from assistant.errors import KithError


class SendFailed(KithError):
    """A send did not end with the provider's receipt."""

    status_code = 502


class SendRefused(SendFailed):
    """The provider said no. The same request will be refused again."""

    def __init__(self, meaning: ErrorMeaning) -> None:
        self.code = meaning.code
        self.fault: Fault = meaning.fault
        self.permanent = meaning.fault is not Fault.RETRY
        super().__init__(f"Twilio refused to send (error {meaning.code}). {meaning.reason} {meaning.remedy}")


class SendRetryLater(SendFailed):
    """The provider did not take the message, and may take it later. `retry_after` is its own wish, if it gave one."""

    def __init__(self, code: int, retry_after: timedelta | None = None) -> None:
        self.code = code
        self.retry_after = retry_after
        super().__init__(f"Twilio did not take the message (error {code}). {meaning_of(code).reason} Try again later.")


class SendUnknown(SendFailed):
    """The line broke after the request had gone. The message may be on its way: look before sending again."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"Twilio's answer was lost ({why}), so the message may or may not have been sent. "
            "Look for it with `find_sent` before sending it again."
        )
