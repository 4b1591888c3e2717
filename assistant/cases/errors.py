"""What can stand in the way of a person who wants to act in a conversation. Each says what to do instead."""

from assistant.errors import KithError


class CaseError(KithError):
    """An act that the conversation's standing does not allow."""

    status_code = 409


class AlreadyHeld(CaseError):
    """Somebody else is answering this carer."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name or 'Another person'} is answering this carer, so that two people never answer at once. "
            "Ask them to hand the conversation on to you."
        )


class NotHeld(CaseError):
    """A person wrote without having taken the conversation over."""

    def __init__(self) -> None:
        super().__init__(
            "You have not taken over this conversation, so the assistant may be answering. Take it over first."
        )


class CarerOptedOut(CaseError):
    """The carer asked for no more messages."""

    def __init__(self) -> None:
        super().__init__(
            "This carer has asked for no more messages, so nothing was sent. Ring them only if somebody's safety is at stake."
        )


class TooLate(CaseError):
    """What was to be changed has gone out already, or somebody was quicker."""

    def __init__(self) -> None:
        super().__init__(
            "It is too late: the message has gone out, or somebody else has dealt with it. Load the page again."
        )


class NothingWritten(CaseError):
    """A text that was needed is missing or too long."""

    status_code = 422

    def __init__(self, what: str) -> None:
        super().__init__(what)


class ConversationGone(CaseError):
    """There is no such conversation or case."""

    status_code = 404

    def __init__(self) -> None:
        super().__init__("There is no such conversation here. It may have been deleted. Open it from the inbox.")
