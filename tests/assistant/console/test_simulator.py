"""A person writes as a carer, and sees the reply and what happened. Without a browser."""

import re

import pytest

from assistant.console.sending import KINDS, examples
from tests.assistant.console.conftest import Site

NUMBER = re.compile(r"07700 900\d{3}")


def test_a_message_goes_out_signed_and_its_reply_arrives(site: Site) -> None:
    answer = site.write("how do I get a break?")
    assert (answer.status_code, answer.headers["location"]) == (303, "/simulator?carer=1#phone-1")
    form = site.stand_in.forms[0]
    assert (form["Body"], form["ProfileName"], form["MessageType"]) == ("how do I get a break?", "Amina", "text")
    assert re.fullmatch(r"whatsapp:\+447700900\d{3}", form["From"])
    assert "heard: how do I get a break?" in site.wait_for('<span aria-hidden="true">✓✓</span> Read')


def test_html_in_a_message_is_shown_as_text(site: Site) -> None:
    site.write("<script>alert(1)</script><img src=x onerror=alert(2)>")
    html = site.wait_for("heard: &lt;script&gt;")
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(2)&gt;") == 3, "in both bubbles and in the record"


def test_what_happened_is_told_in_plain_words(site: Site) -> None:
    site.write("danger here")
    html = site.wait_for("Ring 999 now.")
    story = html[html.index('<article class="turn turn--red"') :]
    for words in (
        "Crisis", "Emergency", "A carer who cannot carry on", "The message shows a crisis", "nobody is set to be alerted",
        "The words match a risk", "carer_breakdown (emergency): a rule", "Look for danger", "1.2", "r-stand-in",
    ):  # fmt: skip
        assert words in story, words


def test_passages_scores_and_sources_are_shown(site: Site) -> None:
    site.write("breaks please")
    html = site.wait_for("heard: breaks please")
    for words in ("How do I get a break?", "0.87", "Breaks from caring", "checked 23 November 2026", "Did not run:"):
        assert words in html, words


def test_a_silent_turn_is_told_too(site: Site) -> None:
    site.write("hush now")
    html = site.wait_for("With a person")
    assert "Nothing" in html


@pytest.mark.parametrize("kind", KINDS[1:])
def test_other_things_than_text_can_be_sent(site: Site, kind: str) -> None:
    site.write("look at this", kind=kind)
    words = {"image": "Picture", "voice": "Voice note", "location": "Location"}[kind]
    form = site.stand_in.forms[0]
    assert form["NumMedia"] == ("0" if kind == "location" else "1")
    assert form["Body"] == ("look at this" if kind == "image" else "")
    assert f"</span> {words}" in site.page()


def test_a_quick_reply_comes_back_with_its_payload(site: Site) -> None:
    site.write("buttons please")
    html = site.wait_for("Shall I go on?")
    sid = re.findall(r'name="reply_to" value="(\w+)"', html)[0]
    assert "Yes, go on" in html
    site.client.post("/simulator/1/messages", data={"reply_to": sid, "button": "0"})
    form = site.stand_in.forms[-1]
    assert (form["ButtonText"], form["ButtonPayload"], form["OriginalRepliedMessageSid"]) == ("Yes, go on", "yes", sid)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"text": "  \r\n "}, "Write a message first", id="nothing written"),
        pytest.param({"text": "a" * 4097}, "This message is too long", id="too long"),
        pytest.param({"kind": "video"}, "no longer there", id="unknown kind"),
        pytest.param({"example": "99"}, "no longer there", id="unknown example"),
        pytest.param({"example": "-1"}, "no longer there", id="example from the end"),
        pytest.param({"reply_to": "SM1", "button": "0"}, "no longer there", id="unknown button"),
        pytest.param({"text": "refuse me"}, "Kith did not take this message", id="turned away"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_the_field(site: Site, fields: dict[str, str], words: str) -> None:
    answer = site.client.post("/simulator/2/messages", data={"picked": "1", **fields})
    html = site.page(answer.headers["location"])
    trouble = html.index(words)
    assert html.index('id="phone-2"') < trouble < html.index('id="text-2"')
    assert html.count('aria-invalid="true"') == 1
    spoken = site.client.post("/simulator/2/messages", data=fields, headers={"Accept": "application/json"})
    assert words in spoken.json()["problem"]


def test_the_longest_message_of_whatsapp_is_sent_whole(site: Site) -> None:
    site.write("a" * 4094 + "\r\nb")
    assert site.stand_in.forms[0]["Body"] == "a" * 4094 + "\nb"


def test_each_example_can_be_tapped(site: Site) -> None:
    for place in range(len(examples())):
        site.client.post("/simulator/3/messages", data={"example": str(place)})
    assert [form["Body"] for form in site.stand_in.forms] == [one["text"] for one in examples()]


def test_a_carer_can_be_added_until_the_list_is_full(site: Site) -> None:
    answer = site.client.post("/simulator/carers", data={"name": " <b>Zoë</b> "})
    assert answer.headers["location"] == "/simulator?carer=4#phone-4"
    assert "&lt;b&gt;Zoë&lt;/b&gt;" in site.page("/simulator?carer=4")
    for _ in range(8):
        site.client.post("/simulator/carers", data={"name": ""})
    full = site.client.post("/simulator/carers", data={"name": "Late"})
    assert (full.status_code, "list of carers is full" in full.text) == (409, True)


def test_no_number_ever_stands_in_an_address(site: Site) -> None:
    site.write("hello")
    html = site.wait_for("heard: hello")
    assert len(NUMBER.findall(html)) == 3, "each phone shows its number"
    for address in re.findall(r'(?:href|action|src)="([^"]*)"', html):
        assert "7700" not in address
        assert "whatsapp" not in address


def test_carers_do_not_see_each_other(site: Site) -> None:
    site.write("mine alone", slug="1")
    site.wait_for("heard: mine alone")
    phone = site.page("/simulator?carer=2").split('id="phone-2"')[1].split("</section>")[0]
    assert "mine alone" not in phone
    assert "Nothing yet" in site.page("/simulator?carer=2")


def test_news_tells_of_changes_once(site: Site) -> None:
    site.write("first")
    site.wait_for("✓✓</span> Read")
    news = site.client.get("/simulator/news?carer=1&since=0").json()
    assert [bubble["id"][:3] for bubble in news["phones"]["1"]["bubbles"]] == ["m-S", "m-S"]
    assert [item["id"][:2] for item in news["happened"]] == ["st", "t-"]
    again = site.client.get(f"/simulator/news?carer=1&since={news['cursor']}&seen={news['seen']}").json()
    assert again["phones"]["1"]["bubbles"] == []
    assert again["happened"] is None


def test_the_page_loads_by_itself_only_when_asked(site: Site) -> None:
    assert "http-equiv" not in site.page("/simulator")
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in site.page("/simulator?refresh=on")
    assert site.write("hello", refresh="on").headers["location"] == "/simulator?carer=1&refresh=on#phone-1"


def test_the_start_page_says_what_kith_is_and_where_to_go(site: Site) -> None:
    html = site.page("/demo")
    for place in ('href="/simulator"', 'href="/readyz"', 'href="/healthz"', "README.md"):
        assert place in html
