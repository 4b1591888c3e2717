"""Whether enough of the board were at a meeting, counted from the register of roles. Never typed in."""

from collections.abc import Sequence

from governance.registers.entries import Entry


def quorum(meeting: Entry, roles: Sequence[Entry], boards: Sequence[Entry]) -> list[str]:
    """Return what stands against decisions of a meeting, in words; an empty list when it had a quorum.

    Args:
        meeting: An entry of the register of meetings; `present` has one role a line.
        roles: The register of roles: who sits on the board, and who must be there.
        boards: The register of the board; its first entry says how many must be there.
    """
    present = {
        line.strip().casefold() for line in str(meeting.values.get("present") or "").splitlines() if line.strip()
    }
    members = [one for one in roles if one.values.get("on_board")]
    there = [one for one in members if one.name.casefold() in present]
    needed = int(boards[0].values["quorum"]) if boards else len(members)
    absent = [one.name for one in roles if one.values.get("needed_for_quorum") and one.name.casefold() not in present]
    unknown = sorted(present - {one.name.casefold() for one in roles})
    against = (
        [f"{len(there)} {'member was' if len(there) == 1 else 'members were'} there; a decision needs {needed}."]
        if len(there) < needed
        else []
    )
    against += [f"Missing, and must be there for a decision: {', '.join(absent)}."] if absent else []
    return against + ([f"Not in the register of roles: {', '.join(unknown)}."] if unknown else [])
