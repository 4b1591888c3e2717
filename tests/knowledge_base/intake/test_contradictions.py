"""Sentences that stand against each other: by a figure, a denial or an opposite, and by nothing less."""

from dataclasses import dataclass

import pytest

from knowledge_base.intake.contradictions import contradicted


@dataclass(frozen=True)
class Live:
    """A published document, as far as its sentences go."""

    body: str


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        pytest.param(
            "You can claim after six months of care.", "You can claim before six months of care.", id="opposite"
        ),
        pytest.param(
            "The council pays for night care at home.", "The council never pays for night care at home.", id="denied"
        ),
        pytest.param("The grant pays up to 300 pounds a year.", "The grant pays up to 250 pounds a year.", id="figure"),
    ],
)
def test_what_stands_against_published_guidance_is_named(mine: str, theirs: str) -> None:
    [(said, _, against)] = contradicted(mine, [Live(theirs)])  # type: ignore[list-item]  # its body is all that is read
    assert (said, against) == (mine, theirs)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        pytest.param(
            "Citizens Advice, Age UK or {carers.name} on {carers.phone} can help with the form.",
            "Ask Citizens Advice or Age UK to help with the forms.",
            id="a word that the other lacks",
        ),
        pytest.param("You can apply through the website today.", "Apply through the website today.", id="can"),
        pytest.param(
            "It is more than before, after tax.", "It is more after tax than before.", id="both sides in both"
        ),
    ],
)
def test_what_only_says_it_otherwise_is_not(mine: str, theirs: str) -> None:
    assert list(contradicted(mine, [Live(theirs)])) == []  # type: ignore[list-item]  # its body is all that is read
