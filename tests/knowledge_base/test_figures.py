"""A figure past its last day is never stated."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.figures import Figure, notice, without_past_figures

LAST = date(2027, 4, 5)


def figure(value: str, url: str = "https://www.gov.uk/rates") -> Figure:
    return Figure(value, "a rate", date(2026, 4, 6), LAST, url, date(2026, 11, 23), "H")


NOTICE = "This figure is being updated. Check the current amount at https://www.gov.uk/rates."
PAST = LAST + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("You get £86.45 a week.", NOTICE, id="the only sentence"),
        pytest.param(
            "Money helps. It is £86.45 a week. Ask us.", f"Money helps. {NOTICE} Ask us.", id="middle sentence"
        ),
        pytest.param("- £86.45 a week\n- a form", f"- {NOTICE}\n- a form", id="a bullet stays a bullet"),
        pytest.param("It was £186.45.", "It was £186.45.", id="a longer figure is another figure"),
        pytest.param("It was £86.457.", "It was £86.457.", id="more decimals are another figure"),
        pytest.param("It was £86.45. Then £86.45 again.", NOTICE, id="the notice is said once"),
        pytest.param("It is £86.45, or more.", NOTICE, id="before a comma"),
        pytest.param("No money here.", "No money here.", id="no figure"),
    ],
)
def test_a_sentence_with_a_past_figure_gives_way_to_the_notice(text: str, after: str) -> None:
    assert without_past_figures(text, [figure("£86.45")], PAST) == after


def test_a_figure_is_stated_up_to_and_on_its_last_day() -> None:
    text = "You get £86.45 a week."

    assert without_past_figures(text, [figure("£86.45")], LAST) == text
    assert "£86.45" not in without_past_figures(text, [figure("£86.45")], PAST)


def test_two_figures_of_one_value_give_way_as_soon_as_one_is_past() -> None:
    current = Figure("£76.70", "another", LAST, date(2028, 4, 5), "https://x.example", LAST, "H")

    assert without_past_figures("It is £76.70.", [current, figure("£76.70")], PAST) == NOTICE


amounts = st.decimals(min_value=1, max_value=99_999, places=2).map(lambda amount: f"£{amount}")


@given(
    value=amounts,
    before=st.lists(st.sampled_from(["You may get", "It is", "From April 2026, it pays", "- About"]), min_size=1),
    others=st.lists(amounts, max_size=3),
    ending=st.sampled_from([".", " a week.", ", then less.", "!", "\n", ""]),
)
def test_no_past_figure_survives_wherever_it_stands(
    value: str, before: list[str], others: list[str], ending: str
) -> None:
    text = ". ".join(f"{words} {value}{ending}" for words in before) + " ".join(f"Then {one}." for one in others)

    after = without_past_figures(text, [figure(value)], PAST)

    assert not figure(value).stands_in(after)
    assert all(figure(one).stands_in(after) or one == value or figure(one).stands_in(text) for one in others)


def test_the_notice_names_the_source() -> None:
    assert notice(figure("£1", "https://a.example/b")).endswith("at https://a.example/b.")
