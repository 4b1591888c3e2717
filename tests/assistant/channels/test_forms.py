"""What a verified form says: every kind of message, and nothing that is not Twilio's."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.channels.delivery import DeliveryState
from assistant.channels.emulator.model import Inbound
from assistant.channels.forms import MAX_BODY_CHARACTERS, InboundForm, read_inbound, read_status
from assistant.channels.signature import Malformed
from assistant.domain.turn import Kind
from tests.assistant.channels.forms_at_hand import (
    ACCOUNT,
    CARER,
    SENDER,
    SID,
    fields_of,
    inbound_fields,
    status_fields,
)


def read(fields: dict[str, str], **headers: str) -> InboundForm:
    return read_inbound(fields, ACCOUNT, SENDER, headers)


def test_a_plain_message() -> None:
    form = read(inbound_fields("I am so tired"), **{"I-Twilio-Idempotency-Token": "6f0d-1"})

    assert form == InboundForm(SID, CARER, SENDER, "I am so tired", Kind.TEXT, token="6f0d-1")


@pytest.mark.parametrize(
    ("inbound", "kind"),
    [
        (Inbound(CARER, "hello"), Kind.TEXT),
        (Inbound(CARER, kind="voice"), Kind.VOICE),
        (Inbound(CARER, kind="image"), Kind.IMAGE),
        (Inbound(CARER, "look at this", kind="image"), Kind.IMAGE),
        (Inbound(CARER, kind="video"), Kind.VIDEO),
        (Inbound(CARER, kind="document"), Kind.DOCUMENT),
        (Inbound(CARER, kind="sticker"), Kind.STICKER),
        (Inbound(CARER, kind="location"), Kind.LOCATION),
        (Inbound(CARER, kind="contact"), Kind.CONTACT),
        (Inbound(CARER, kind="button", title="Yes", payload="yes"), Kind.BUTTON),
        (Inbound(CARER, kind="list", title="Breaks", payload="topic-breaks"), Kind.BUTTON),
        (Inbound(CARER, kind="unsupported"), Kind.UNKNOWN),
    ],
)
def test_every_kind_is_told_apart(inbound: Inbound, kind: Kind) -> None:
    fields = fields_of(inbound)
    older = {name: value for name, value in fields.items() if name != "MessageType"}

    assert read(fields).kind is kind
    assert read(older).kind is kind


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("audio/ogg; codecs=opus", Kind.VOICE), ("audio/amr", Kind.VOICE), ("image/png", Kind.IMAGE),
        ("image/webp", Kind.STICKER), ("video/3gpp", Kind.VIDEO), ("text/x-vcard", Kind.CONTACT),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Kind.DOCUMENT),
        ("text/plain", Kind.DOCUMENT), ("model/gltf", Kind.UNKNOWN),
    ],
)  # fmt: skip
def test_an_attachment_is_known_by_its_type(mime: str, kind: Kind) -> None:
    fields = fields_of(Inbound(CARER, kind="image", content_type=mime))
    del fields["MessageType"]
    form = read(fields)

    assert form.kind is kind
    assert form.media_types == (mime.partition(";")[0],)
    assert form.media_count == 1


def test_a_tapped_button_keeps_its_payload_its_words_and_what_it_answers() -> None:
    form = read(fields_of(Inbound(CARER, kind="button", title="Yes please", payload="yes", reply_to="MM" + "c" * 32)))

    assert (form.button_payload, form.button_text, form.body) == ("yes", "Yes please", "Yes please")
    assert form.reply_to == "MM" + "c" * 32


def test_a_tapped_list_row_reads_like_a_button() -> None:
    form = read(fields_of(Inbound(CARER, kind="list", title="Breaks", payload="topic-breaks")))

    assert (form.button_payload, form.button_text) == ("topic-breaks", "Breaks")


@pytest.mark.parametrize("address", ["whatsapp:+447700900123", "whatsapp:GB.AB12cd", "whatsapp:US.ENT.118157992128868"])
def test_an_address_is_a_number_or_a_user_id(address: str) -> None:
    form = read(fields_of(Inbound(address, "hello")))

    assert form.address == address
    assert form.user_id == ("" if "+" in address else address)


@pytest.mark.parametrize(
    "address",
    ["+447700900123", "whatsapp:447700900123", "whatsapp:+0447700900123", "whatsapp:+44", "whatsapp:gb.AB", "whatsapp:GB.",
     "whatsapp:GB.A B", "sms:+447700900123", "", "whatsapp:+447700900123\n", "whatsapp:+44770090012\u0663"],
)  # fmt: skip
def test_anything_else_is_no_address(address: str) -> None:
    with pytest.raises(Malformed):
        read(inbound_fields(From=address))


def test_nothing_is_kept_that_kith_does_not_need() -> None:
    fields = fields_of(Inbound(CARER, "here", kind="image", profile_name="Margaret"))
    kept = str(read(fields)) + str(read(fields_of(Inbound(CARER, kind="location", latitude=52.628))))

    assert "Margaret" not in kept
    assert "api.twilio.com" not in kept
    assert "52.628" not in kept


@pytest.mark.parametrize("name", ["MessageSid", "From", "To", "Body", "AccountSid"])
def test_a_form_without_a_field_that_always_comes_is_refused(name: str) -> None:
    fields = inbound_fields()
    del fields[name]

    with pytest.raises(Malformed):
        read(fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MessageSid", "SM" + "1" * 31), ("MessageSid", "SM" + "G" * 32), ("MessageSid", "XX" + "1" * 32), ("MessageSid", SID + "\n"),
        ("SmsSid", "SM" + "2" * 32), ("SmsMessageSid", "SM" + "2" * 32), ("AccountSid", "AC" + "b" * 32),
        ("AccountSid", "ac" + "a" * 32), ("To", "whatsapp:+441632960001"), ("NumMedia", "1"), ("NumMedia", "-1"),
        ("NumMedia", "０"), ("NumMedia", "999"), ("Latitude", "north"), ("MediaContentType0", "image/jpeg"),
        ("MessageType", "a b"),
    ],
)  # fmt: skip
def test_a_field_of_the_wrong_shape_is_refused_without_quoting_it(name: str, value: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read(inbound_fields(**{name: value}))

    assert len(value) < 3 or value.strip() not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ApiVersion", "2027-01-01beta"), ("ChannelMetadata", "{"), ("ChannelMetadata", '{"a":' * 5000), ("ChannelMetadata", "[]"),
        ("Forwarded", "maybe"), ("WaId", "?"), ("NumSegments", ""), ("ProfileName", "Zoë 🌻"), ("ReferralNumMedia", "none"),
    ],
)  # fmt: skip
def test_a_field_that_kith_drops_may_look_as_it_likes(name: str, value: str) -> None:
    assert read(inbound_fields(**{name: value})) == read(inbound_fields())


def test_without_our_own_account_nothing_is_ours() -> None:
    with pytest.raises(Malformed):
        read_inbound(inbound_fields(AccountSid=""), "", SENDER)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", "ab"), ("a\r\nb\rc", "a\nb\nc"), ("tab\there", "tab\there"), ("\x1b[31mred\x9b", "[31mred"),
        ("  spaces stay ", "  spaces stay "), ("👩‍🦽 é ي \u200f", "👩‍🦽 é ي \u200f"), ("\x7f\x85", ""),
    ],
)  # fmt: skip
def test_control_characters_go_and_the_carers_words_stay(sent: str, kept: str) -> None:
    assert read(inbound_fields(sent)).body == kept


def test_the_longest_message_counts_and_a_longer_one_does_not() -> None:
    assert len(read(inbound_fields("😢" * MAX_BODY_CHARACTERS)).body) == MAX_BODY_CHARACTERS
    with pytest.raises(Malformed):
        read(inbound_fields("x" * (MAX_BODY_CHARACTERS + 1)))


@pytest.mark.parametrize("token", ["", "a b", "x" * 65, "é", "1\n2"])
def test_an_odd_idempotency_token_counts_as_none(token: str) -> None:
    assert read(inbound_fields(), **{"i-twilio-idempotency-token": token}).token == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NewField", "anything at all"), ("WhatsAppFlow", "x y"), ("zone", "1"), ("Zz", ""), ("AddressType", "home"),
        ("LabelColour", "red"), ("BodyLanguage", "en"), ("ButtonKind", "interactive"), ("MessageTypeVersion", "2"),
        ("MediaUrl10", "https://api.twilio.com/x"), ("GroupName", "a group"),
    ],
)  # fmt: skip
def test_fields_that_twilio_adds_are_ignored(name: str, value: str) -> None:
    assert read(inbound_fields(**{name: value})) == read(inbound_fields())


@pytest.mark.parametrize("name", ["", "1st", "a b", "x" * 65, "é", "a&b", "a\n"])
def test_a_field_with_an_impossible_name_is_refused(name: str) -> None:
    with pytest.raises(Malformed):
        read(inbound_fields(**{name: "x"}))


@pytest.mark.parametrize(
    "text",
    [
        "A letter From the council", "Forwarded by my sister", "To be honest, my Body aches", "The Label fell off",
        "NumMedia MessageSid ProfileName", "I use DropBox", "CareFirst", "AccountSid", "WaId ToCity SmsStatus", "Forwarded",
    ],
)  # fmt: skip
def test_a_carer_may_write_words_that_look_like_fields(text: str) -> None:
    assert read(inbound_fields(text)).body == text


@pytest.mark.parametrize("text", ["yesButtonPayloadyes", "x ButtonText", "FlowData{}"])
def test_a_text_that_could_be_cut_into_fields_is_refused(text: str) -> None:
    fields = inbound_fields(text)
    del fields["ChannelMetadata"]

    with pytest.raises(Malformed, match="two ways"):
        read(fields)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(inbound_fields())), st.text(max_size=80)))
def test_any_values_give_a_form_or_a_refusal(changed: dict[str, str]) -> None:
    try:
        form = read({**inbound_fields(), **changed})
    except Malformed:
        return
    assert form.provider_sid == SID
    assert "\x00" not in form.body


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("queued", DeliveryState.QUEUED),
        ("sent", DeliveryState.SENT),
        ("read", DeliveryState.READ),
        ("accepted", DeliveryState.QUEUED),
    ],
)
def test_a_status_callback(word: str, state: DeliveryState) -> None:
    form = read_status(status_fields(word, EventType="READ", StructuredMessage="false"), ACCOUNT, SENDER)

    assert (form.provider_sid, form.state, form.error_code) == (SID, state, 0)


def test_a_status_callback_of_a_failure_has_its_code() -> None:
    fields = status_fields("failed", ErrorCode="63016", ChannelStatusMessage="outside the allowed window")

    assert read_status(fields, ACCOUNT, SENDER).error_code == 63016
    assert read_status(status_fields("failed", ErrorCode=""), ACCOUNT, SENDER).error_code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("From", CARER), ("AccountSid", "AC" + "b" * 32), ("MessageSid", "x"), ("SmsSid", "SM" + "2" * 32), ("ErrorCode", "6301x"),
     ("MessageStatus", "")],
)  # fmt: skip
def test_a_status_callback_about_something_else_is_refused(name: str, value: str) -> None:
    with pytest.raises(Malformed):
        read_status(status_fields(**{name: value}), ACCOUNT, SENDER)


def test_the_two_forms_are_not_taken_for_each_other() -> None:
    with pytest.raises(Malformed):
        read_status(inbound_fields(), ACCOUNT, SENDER)
    with pytest.raises(Malformed):
        read(status_fields())


def test_the_channels_own_json_may_hold_names_of_fields() -> None:
    metadata = json.dumps({"type": "whatsapp", "data": {"context": {"ButtonText": "Yes", "Forwarded": "false"}}})

    assert read(inbound_fields("Yes", ChannelMetadata=metadata)).body == "Yes"
