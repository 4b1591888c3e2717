"""Data rights on the pages: found by number, handed out, erased with a receipt, and only by who may."""

from pathlib import Path
from typing import Any

from assistant.console.rights.pages import as_address, rights_pages
from assistant.domain.roles import Role
from assistant.settings import Settings
from assistant.storage.notes import NewReport
from assistant.storage.tables import InboundMessageRow
from tests.assistant.console.signed import client_of, console_app, send, sign_in
from tests.assistant.privacy.test_privacy import NOW, fill, number, words


def made(tmp_path: Path) -> Any:
    return console_app(Settings(environment="test", var=tmp_path), rights_pages)


def test_numbers_are_found_as_people_write_them() -> None:
    for written in ("07700 900123", "+44 7700 900 123", "+447700900123", "whatsapp:+447700900123"):
        assert as_address(written) == "whatsapp:+447700900123"
    assert as_address("whatsapp:US.AbC123") == "whatsapp:US.AbC123"


async def test_a_carer_s_data_are_handed_out_and_erased_with_a_receipt(tmp_path: Path) -> None:
    app = made(tmp_path)
    store = app.state.running.store
    await fill(store, 2)
    officer = await sign_in(app, Role.INFORMATION_GOVERNANCE)
    lead = await sign_in(app, Role.TEAM_LEAD)
    async with store.write() as work:
        report = await work.notes.report(NewReport("complaint", f"v{1:031d}", "carer", "not happy"), NOW, NOW)
        incident = await work.notes.report(NewReport("incident", f"v{1:031d}", "staff:1", "a wrong number"), NOW)
    async with client_of(app, lead) as client:
        assert (await client.get("/rights")).status_code == 403
    async with client_of(app, officer) as client:
        listed = await client.get("/rights")
        assert "Complaint" in listed.text
        assert "Late" in listed.text
        assert "Incident" in listed.text
        assert (await send(client, "/rights/find", "/rights", number="07700 900999")).status_code == 422
        found = await send(client, "/rights/find", "/rights", number=number(1))
        page = found.headers["location"]
        assert "7700" not in page
        data = await send(client, page + "/export", page, format="json")
        assert words(1) in data.text
        assert words(0) not in data.text
        pdf = await send(client, page + "/export", page, format="pdf")
        assert pdf.content.startswith(b"%PDF")
        assert "register of incidents" in (await client.get(page)).text
        await send(client, f"/rights/v{0:031d}/settle", page, report=f"o{0:031d}", step="close")
        for one in (report, incident, f"o{1:031d}"):
            await send(client, page + "/settle", page, report=one, step="close")
        assert "Nothing is waiting." in (await client.get("/rights")).text

        receipt = await send(client, page + "/erase", page + "/erase")
        assert "Receipt of erasure" in receipt.text
        assert "What the carer wrote" in receipt.text
        assert "This carer was erased." in (await client.get(page)).text
        assert (await client.get("/rights/nobody")).status_code == 404
    async with store.read() as work:
        left = (await work.connection.execute(InboundMessageRow.__table__.select())).all()
        assert sorted(bool(row.body_sealed) for row in left) == [False, True]
    await store.close()
