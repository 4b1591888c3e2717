"""Errors that teach: what happened, why, what to do.

KithError
├── SettingsWrong        a setting is missing or wrong
├── DatabaseUnfit        the database cannot keep the promises that Kith makes
├── KeyUnfit             an encryption key is missing, short or does not open a stored value
├── OutsideReplyWindow   WhatsApp's 24 hours are over
├── NotAllowed           a member of staff lacks the role for what they asked
├── StaffWrong           a sign-in, invitation or account cannot be used so
├── SignInBusy           too many passwords are being checked at once
├── InputLineWrong       a line of a batch command could not be read
├── FieldWrong           a field of such a line holds something that cannot be used
├── LinesFailed          some lines of a batch command have no result
└── ModelFailed
    ├── ModelSlow
    ├── ModelDown
    ├── ModelGarbled
    └── ModelOverBudget
"""


class KithError(Exception):
    """An expected fault, shown to people without a traceback."""

    status_code = 500


class PortTaken(KithError):
    """The service cannot listen where it was told to."""


class SettingsWrong(KithError):
    """A setting is missing or has a value that cannot work."""


class DatabaseUnfit(KithError):
    """The database cannot keep the promises that Kith makes to carers."""


class KeyUnfit(KithError):
    """An encryption key is missing, too short, or does not open a stored value."""


class OutsideReplyWindow(KithError):
    """A free-form reply was due after WhatsApp's 24-hour window had closed."""

    status_code = 409

    def __init__(self, conversation_id: str) -> None:
        super().__init__(
            f"Conversation {conversation_id}: the carer last wrote more than 24 hours ago, so WhatsApp will refuse "
            "a free-form reply (Twilio error 63016). Send an approved template, or wait for the carer to write again."
        )


class NotAllowed(KithError):
    """A member of staff lacks the role for what they asked."""

    status_code = 403


class StaffWrong(KithError):
    """A sign-in, an invitation or an account cannot be used in this way."""

    status_code = 409


class SignInBusy(KithError):
    """Too many passwords are being checked at once."""

    status_code = 429


class InputLineWrong(KithError):
    """A line of a batch command could not be read."""

    status_code = 400

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f'Line {number}: {why} Each line must be one JSON object, such as {{"id": "1", "text": "…"}}.')


class FieldWrong(KithError):
    """A field of a batch command's line holds something that cannot be used. The message says what it may hold."""

    status_code = 400

    def __init__(self, name: str, may_hold: str) -> None:
        super().__init__(f"The field “{name}” may hold {may_hold}.")


class LinesFailed(KithError):
    """Some lines of a batch command have no result; the rest were answered."""

    status_code = 400

    def __init__(self, failed: int, read: int) -> None:
        super().__init__(
            f"{failed} of {read} lines failed. In their place stands a line with an “error” that says why."
        )


class YardstickMissing(KithError):
    """What a bench compares with cannot be run."""


class ModelFailed(KithError):
    """The language model gave no usable answer; quote mode answers instead."""


class ModelSlow(ModelFailed):
    """The model took longer than `KITH_MODEL_TIMEOUT`."""


class ModelDown(ModelFailed):
    """The model could not be reached or refused the call."""


class ModelGarbled(ModelFailed):
    """The model's answer did not have the agreed shape."""


class ModelOverBudget(ModelFailed):
    """The day's budget of model tokens is used up."""
