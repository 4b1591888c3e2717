"""The pages in a real browser: with and without JavaScript, by keyboard, narrow and wide, checked by axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.assistant.console.conftest import Site

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def write(page: Page, text: str, slug: str = "1") -> None:
    """Write as a carer and send."""
    page.locator(f"#text-{slug}").fill(text)
    page.locator(f"#phone-{slug} .writer").get_by_role("button", name="Send").click()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing_wrong(page: Page, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/demo")
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.goto("/simulator")
    for text in ("how do I get a break?", "danger", "hush", "buttons please", "https://www.gov.uk/a"):
        write(page, text)
    expect(page.locator(".turn")).to_have_count(5)
    expect(page.locator(".state--read")).to_have_count(4)
    write(page, "")
    expect(page.locator("#trouble-1")).to_have_text("Write a message first, then choose Send.")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert Axe().run(page, options=RULES).response["violations"] == []


def test_nothing_scrolls_sideways_at_320_pixels(site: Site, page: Page) -> None:
    site.write("w" * 300 + " https://www.gov.uk/" + "a" * 200)
    site.write("danger " + "w" * 300)
    site.wait_for("Ring 999 now.")
    page.set_viewport_size({"width": 320, "height": 700})
    for path in ("/demo", "/simulator", "/simulator?carer=2&problem=long&at=2"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        logs = page.locator(".phone__log").all()
        assert all(log.evaluate("(one) => one.scrollWidth <= one.clientWidth") for log in logs)


def test_replies_ticks_and_records_arrive_by_themselves(page: Page) -> None:
    page.goto("/simulator")
    write(page, "how do I get a break?")
    phone = page.locator("#phone-1")
    expect(phone.locator("[data-typing]")).to_have_text("Kith is typing…")
    expect(phone.locator(".bubble--kith")).to_contain_text("heard: how do I get a break?")
    expect(phone.locator(".bubble--kith .state")).to_contain_text("Read")
    expect(phone.locator("[data-typing]")).to_have_text("")
    expect(page.locator(".turn h3")).to_contain_text("Answered")
    assert page.url.endswith("/simulator"), "the page was not left"


def test_several_carers_write_side_by_side(page: Page) -> None:
    page.goto("/simulator")
    write(page, "from Amina", slug="1")
    write(page, "from George", slug="2")
    for slug, name in (("1", "Amina"), ("2", "George")):
        expect(page.locator(f"#phone-{slug} .bubble--kith .bubble__text")).to_have_text([f"heard: from {name}"])
    expect(page.locator(".turn")).to_have_count(1)
    page.locator("#phone-2").get_by_role("link", name="What happened").click()
    expect(page.locator(".turn blockquote")).to_have_text("from George")


@pytest.mark.parametrize(("width", "phones"), [(320, 1), (800, 1), (1280, 2), (1800, 3)])
def test_as_many_phones_are_shown_as_fit(page: Page, width: int, phones: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/simulator")
    assert page.locator(".phone:visible").count() == phones
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_new_messages_are_read_out_and_ticks_are_not(page: Page) -> None:
    page.goto("/simulator")
    log = page.locator("#phone-1").get_by_role("log", name="Amina's messages")
    assert log.get_attribute("aria-live") == "polite"
    page.evaluate(
        """() => {
          window.put = 0;
          new MutationObserver((seen) => { window.put += seen.flatMap((one) => [...one.addedNodes])
            .filter((one) => one.matches?.('.bubble')).length; })
            .observe(document.querySelector('#phone-1 [role=log]'), { childList: true, subtree: true });
        }"""
    )
    write(page, "hello")
    expect(page.locator("#phone-1 .state--read")).to_have_count(1)
    assert page.evaluate("window.put") == 2, "each message is put in once"
    assert page.locator("#phone-1 [data-foot]").last.get_attribute("aria-live") == "off"


def test_a_message_can_be_sent_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/simulator")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main part")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator("#text-1").evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(page.locator("#phone-1 .bubble--kith .bubble__text")).to_have_text("heard: first line\nsecond line")
    expect(page.locator("#text-1")).to_have_value("")
    expect(page.locator("#text-1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#phone-1").get_by_role("button", name="Send as Amina")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus can be seen"


def test_what_a_reader_has_opened_stays_open_as_news_comes(page: Page) -> None:
    page.goto("/simulator")
    write(page, "one")
    expect(page.locator(".turn")).to_have_count(1)
    page.locator(".turn summary", has_text="passage").click()
    page.locator(".turn summary", has_text="passage").focus()
    write_again = page.locator("#phone-1 .writer")
    page.locator("#text-1").evaluate("(one) => { one.value = 'two'; }")
    write_again.evaluate("(one) => one.requestSubmit(one.querySelector('[value=text]'))")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last.locator("details[open]")).to_have_count(1)
    expect(page.locator(".turn").last.locator("summary", has_text="passage")).to_be_focused()


def test_the_examples_fold_away_once_one_is_sent(page: Page) -> None:
    page.goto("/simulator")
    examples = page.locator("#phone-1 .tries")
    expect(examples).to_have_attribute("open", "")
    examples.get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#phone-1 .bubble--kith")).to_contain_text("heard: How do I ask")
    expect(examples).not_to_have_attribute("open", "")
    expect(examples.locator("summary")).to_be_focused()
    expect(page.locator("#phone-2 .tries")).to_have_attribute("open", "")


def test_everything_can_be_pressed_with_a_finger(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/simulator")
    for control in page.locator("main :is(button, summary, textarea, .picker a, .phone__pick):visible").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, control.inner_text()


def test_it_all_works_without_javascript(plain_page: Page) -> None:
    plain_page.goto("/simulator")
    plain_page.locator("#phone-1 .tries button").first.click()
    for _ in range(40):
        plain_page.get_by_role("link", name="Look for new messages").click()
        if plain_page.locator("#phone-1 .bubble--kith").count():
            break
    expect(plain_page.locator("#phone-1 .bubble--kith")).to_contain_text("heard: How do I ask")
    write(plain_page, "<b>again</b>")
    expect(plain_page.locator("#phone-1 .bubble--carer").last).to_contain_text("<b>again</b>")
    write(plain_page, " ")
    expect(plain_page.locator("#trouble-1")).to_have_text("Write a message first, then choose Send.")
    plain_page.get_by_role("link", name="George").click()
    expect(plain_page.get_by_role("heading", name="George's phone")).to_be_visible()


def test_a_form_on_another_page_is_refused(site: Site, plain_page: Page) -> None:
    form = f'<form method="post" action="{site.url}/simulator/1/messages"><input name="text" value="hi"><button>Go</button></form>'
    plain_page.set_content(form)
    plain_page.get_by_role("button", name="Go").click()
    expect(plain_page.get_by_role("heading")).to_have_text("This form came from another site")
    assert site.stand_in.forms == []
