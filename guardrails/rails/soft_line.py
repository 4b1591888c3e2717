"""The kind line under an answer, for a message that comes near to suicide or breakdown and raises no alarm."""

from pydantic import field_validator

from rails import crisis_texts, policy

FILE = "soft_line.yaml"


class SoftLinePolicy(policy.RailPolicy):
    """The whole file."""

    @field_validator("wordings")
    @classmethod
    def both_lines_are_there(cls, wordings: dict[str, str]) -> dict[str, str]:
        """A line that is missing would be found out by the carer who needs it."""
        if set(wordings) != {"line", "again"}:
            raise ValueError("write two lines, `line` and `again`")
        return wordings


@policy.each(FILE)
def words() -> SoftLinePolicy:
    """The words in force: those that come with Kith, or those that the release which is answering brings along."""
    return policy.read(FILE, SoftLinePolicy)


def line_for(again: bool, contacts: crisis_texts.Contacts) -> str:
    """The line to add. `again`: the carer has sounded so several times of late, and a person is asked to look."""
    lines = words().wordings
    return crisis_texts.fill([lines["again" if again else "line"]], contacts) or lines["line"]
