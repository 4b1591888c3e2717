"""Figures, times and dates said in another way are the same fact; a figure that differs by one digit is not."""

import pytest

from rails import form
from rails.draft import Draft
from rails.facts_sourced import problems, strange

SAME = [
    ("If there is a fit, call 999.", "If he has a fit, dial nine nine nine."),
    ("It is £12,570 a year.", "It is twelve thousand, five hundred and seventy pounds a year."),
    ("The council must decide within 6 months.", "They decide within half a year."),
    ("It takes about an hour and a half.", "It takes ninety minutes."),
    ("The line is open until 7pm.", "The line shuts at seven in the evening."),
    ("It is paid every three months.", "It is paid four times a year."),
    ("You can get a half-price licence.", "The licence is 50% off."),
    ("You can ask each year.", "You can ask once a year."),
    ("It costs £5.85.", "It costs five pounds and eighty-five pence."),
    ("Parking is £1.20 an hour.", "Parking is one pound twenty an hour."),
    ("Civil penalties of £50 may be added.", "A fifty pound penalty might be added."),
    ("It is paid every four weeks.", "It is paid once every 4 weeks."),
    ("It meets every other Tuesday.", "It meets once a fortnight, on a Tuesday."),
    ("Tell them within 21 days.", "Tell them within twenty-one days."),
    ("It is usually one or two days.", "It's usually 1 or 2 days."),
    ("Results take three to five working days.", "Allow between 3 and 5 working days."),
    ("They reply within a day.", "They reply within 24 hours."),
    ("It is for children aged 3 to 17 with autism.", "Children from 3 to 17 with autism can use it."),
    ("Open 10am to 1pm on Wednesdays.", "It's open on a Wednesday between ten and one."),
    ("Open Monday to Friday, 9am to 5pm.", "It isn't open at weekends."),
    ("Open Monday to Friday, 9am to 5pm.", "There is nothing at weekends."),
    ("The clinic runs from 9.30am to 12.30pm.", "Come to the clinic between 9.30 and 12.30."),
    ("The lunch club is on Wednesdays, 11.30 to 2.", "Lunch is from 11.30am until 2pm on a Wednesday."),
    ("Open 9:30 to 4.", "It shuts at 4pm and opens at half past nine in the morning."),
    ("It costs £10 in England and £20 in Scotland.", "It's ten pounds in England, and in Scotland twenty."),
    ("A nurse assesses her first.", "The NHS can help once a nurse has assessed her."),
    ("They come up to four times a year.", "They come four times in a year at most."),
    ("It meets on the first and third Friday.", "It's the first Friday, and then the third."),
    ("The line is open 24 hours.", "The line is there day or night."),
    ("Apply within three months.", "Apply within three months, as every day counts."),
    ("You can claim the price, or half without a receipt.", "With no receipt it's half of that."),
    ("Look at the heels each day.", "Check her heels every day."),
]
OTHER = [
    ("The council must decide within 6 weeks.", "They decide within half a year."),
    ("It takes half an hour.", "It takes ninety minutes."),
    ("The line is open until 9pm.", "The line shuts at seven in the evening."),
    ("It is paid every four weeks.", "It is paid four times a year."),
    ("It costs £5.85.", "It costs five pounds and eighty-six pence."),
    ("It costs £5.85.", "It costs eight pounds and fifty-five pence."),
    ("It is paid every four weeks.", "It is paid once every 5 weeks."),
    ("It meets every other Tuesday.", "It meets every other Thursday."),
    ("Open Monday to Friday, 9am to 5pm.", "It's open at weekends."),
    ("It is for children aged 3 to 17.", "Children from 3 to 18 can use it."),
    ("Apply by 31 May.", "Apply by 31 March."),
    ("They reply within a day.", "They reply within 48 hours."),
    ("It is open on Mondays.", "It is open every day."),
]


def found(passage: str, reply: str) -> tuple[str, ...]:
    return problems(Draft.of("What is it?", reply, [passage], []))


@pytest.mark.parametrize(("passage", "reply"), SAME)
def test_a_figure_said_in_another_way_is_sourced(passage: str, reply: str) -> None:
    assert found(passage, reply) == ()


@pytest.mark.parametrize(("passage", "reply"), OTHER)
def test_another_figure_is_not(passage: str, reply: str) -> None:
    assert found(passage, reply)


def test_american_words_that_have_one_british_form_are_mended() -> None:
    told = "**Call 911** at once. The physician at the drugstore can help."

    assert form.mended(told) == "Call 999 at once. The doctor at the chemist can help."
    assert form.mended("Ring 01632 960 911.") == "Ring 01632 960 911."


def test_what_the_carer_wrote_is_told_apart_from_what_nobody_wrote() -> None:
    question = "I've not had a night off in 14 months. Is 01632 960999 the number?"
    passages = ["A trained worker can stay over while you sleep."]

    def found(reply: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        draft = Draft.of(question, reply, passages, [])
        return problems(draft), strange(draft)

    assert found("Fourteen months without one is a very long time.") == (
        ("amount of time not in any passage or approved contact",),
        (),
    )
    assert all(found("Fifteen months without one is a very long time."))
    assert all(found("Yes, ring 01632 960999."))
