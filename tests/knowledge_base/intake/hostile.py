"""Hostile files, made here: bombs, disguises, programs, loops, damage. Name, bytes, and whether text may come of them."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

from knowledge_base.intake.worker import OFFICE, TINY

File = tuple[str, str, bytes]
"""What it tries, its name, its bytes."""
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{ENTITIES}]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def document(words: str = "Ready", head: str = "") -> str:
    """Return Word's main part."""
    return f'{head}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>'


def word(parts: dict[str, str | bytes] | None = None, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a Word document with some parts replaced or added."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", packing) as packed:
        for name, content in {**TINY, **(parts or {})}.items():
            packed.writestr(name, content)
    return kept.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return kept.getvalue()


def pdf(
    *objects: bytes, pages: int = 1, stream: bytes = b"BT /F1 12 Tf 72 700 Td (Hello) Tj ET", extra: bytes = b""
) -> bytes:
    """Return a PDF of plain pages with further objects behind them."""
    kids = b" ".join(b"%d 0 R" % (4 + at) for at in range(pages))
    content = 4 + pages
    listed = [
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b">>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *[
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % content
        ]
        * pages,
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        *objects,
    ]
    out, places = b"%PDF-1.4\n", list[int]()
    for number, one in enumerate(listed, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(listed) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(listed) + 1, len(out))
    return out + head + table + tail


def packed_stream(data: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    return b"<< /Length %d /Filter %s >>\nstream\n" % (len(data), filters) + data + b"\nendstream"


def flated_page(data: bytes) -> bytes:
    """Return a PDF whose one page is a packed stream."""
    whole = pdf()
    return whole.replace(
        b"/Length 36 >>\nstream\nBT", b"/Length %d /Filter /FlateDecode >>\nstream\nBT" % len(data)
    ).replace(b"BT /F1 12 Tf 72 700 Td (Hello) Tj ET", data)


def word_files() -> Iterator[File]:
    yield "a part that grows to 12 MB", "a.docx", word({"word/document.xml": document("a" * 12_000_000)})
    yield "2,500 parts", "a.docx", word({f"word/{n}.xml": "<a/>" for n in range(2500)})
    yield "zip in zip in zip", "a.docx", word({"word/inner.zip": zipped({"a.zip": zipped({"b": b"0" * 1_000_000})})})
    yield "nested bomb alone", "a.docx", zipped({"a.zip": zipped({"b.zip": zipped({"c": b"0" * 5_000_000})})})
    yield "billion laughs", "a.docx", word({"word/document.xml": document("&a9;", LAUGHS)})
    yield "billion laughs in UTF-16", "a.docx", word({"word/document.xml": document("&a9;", LAUGHS).encode("utf-16")})
    for what in ("file:///etc/passwd", "http://127.0.0.1:9/x", "expect://id", "php://filter/resource=x"):
        head = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{what}">]>'
        yield f"XXE {what}", "a.docx", word({"word/document.xml": document("&e;", head)})
    remote = '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd"> %e;]>'
    yield "remote parameter entity", "a.docx", word({"word/document.xml": document("x", remote)})
    yield "DTD in styles", "a.docx", word({"word/styles.xml": f"{LAUGHS}<styles/>"})
    yield "macro", "a.docx", word({"word/vbaProject.bin": OLE})
    yield "macro file under its own name", "a.docm", word({"word/vbaProject.bin": OLE})
    yield "embedded program", "a.docx", word({"word/embeddings/oleObject1.bin": OLE})
    yield "ActiveX", "a.docx", word({"word/activeX/activeX1.xml": "<a/>"})
    link = f'Type="{OFFICE}/officeDocument/2006/relationships/attachedTemplate" Target="http://127.0.0.1:9/t.dotm"'
    rels = f'<Relationships><Relationship Id="r" {link} TargetMode="External"/></Relationships>'
    yield "remote template", "a.docx", word({"word/_rels/settings.xml.rels": rels})
    yield "path outside", "a.docx", word({"../../etc/cron.d/x": "x"})
    yield "absolute path", "a.docx", word({"/etc/x": "x"})
    yield "backslash path", "a.docx", word({"..\\..\\x": "x"})
    yield "old Word", "a.docx", OLE
    yield "locked Word", "a.docx", _flagged(word())
    yield "cut in half", "a.docx", word()[: len(word()) // 2]
    yield "a spreadsheet", "a.docx", zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<a/>"})
    yield "200,000 levels deep", "a.docx", word({"word/document.xml": "<a>" * 200_000 + "</a>" * 200_000})
    yield "5,000 tables in tables", "a.docx", word({"word/document.xml": _tables(5_000)})
    yield "broken XML", "a.docx", word({"word/document.xml": "<w:document><<<"})
    yield "says less than it holds", "a.docx", _lying(word())
    yield "program in front", "a.docx", b"MZ" + b"\0" * 100
    yield "only noise", "a.docx", b"PK\x03\x04" + random.Random(1).randbytes(4000)
    yield "two parts of one name", "a.docx", _twice()
    yield "a huge picture", "a.docx", word({"word/media/a.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 12_000_000})
    yield "odd packing", "a.docx", word(packing=zipfile.ZIP_LZMA)


def _tables(deep: int) -> str:
    open_, close = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    return f'<w:document xmlns:w="{WORD}"><w:body>{open_ * deep}{close * deep}</w:body></w:document>'


def _flagged(data: bytes) -> bytes:
    """Say that each part is locked."""
    changed = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := changed.find(mark, place + 1)) >= 0:
            changed[place + at] |= 1
    return bytes(changed)


def _lying(data: bytes) -> bytes:
    """State one byte as the size of each part."""
    changed, place = bytearray(data), -1
    while (place := changed.find(b"PK\x01\x02", place + 1)) >= 0:
        changed[place + 24 : place + 28] = struct.pack("<I", 1)
    return bytes(changed)


def _twice() -> bytes:
    return word({"word/document.xmX": "<a/>"}).replace(b"word/document.xmX", b"word/document.xml")


def pdf_files() -> Iterator[File]:
    yield "100,000 pages", "a.pdf", pdf(pages=1).replace(b"/Count 1 ", b"/Count 100000 ")
    yield "1,000 real pages", "a.pdf", pdf(pages=1000)
    yield "a page that grows to 60 MB", "a.pdf", flated_page(zlib.compress(b"0" * 60_000_000, 1))
    yield (
        "packed a thousandfold twice",
        "a.pdf",
        pdf(packed_stream(zlib.compress(zlib.compress(b"0" * 20_000_000)), b"[/FlateDecode /FlateDecode]")),
    )
    yield "a page of a million words", "a.pdf", flated_page(zlib.compress(b"BT /F1 1 Tf (ab) Tj ET\n" * 1_000_000))
    yield "pages that hold themselves", "a.pdf", pdf().replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
    yield "parent of itself", "a.pdf", pdf().replace(b"/Parent 2 0 R", b"/Parent 4 0 R")
    yield "contents in a ring", "a.pdf", pdf().replace(b"/Contents 5 0 R", b"/Contents 4 0 R")
    yield "xref to itself", "a.pdf", pdf().replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % pdf().rfind(b"xref\n0"))
    yield "xref far outside", "a.pdf", pdf().replace(b"startxref\n", b"startxref\n99999999")
    yield "negative length", "a.pdf", pdf().replace(b"/Length 36", b"/Length -36")
    yield "huge length", "a.pdf", pdf().replace(b"/Length 36", b"/Length 99999999999")
    yield "locked", "a.pdf", pdf().replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R")
    yield "script on opening", "a.pdf", pdf(extra=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> ")
    yield "starts a program", "a.pdf", pdf(extra=b"/OpenAction << /S /Launch /F (cmd.exe) >> ")
    yield "a file within", "a.pdf", pdf(extra=b"/Names << /EmbeddedFiles 5 0 R >> ")
    yield "a form of XML", "a.pdf", pdf(extra=b"/AcroForm << /XFA 5 0 R >> ")
    yield "PDF and zip at once", "a.pdf", pdf() + zipped({"a": b"b"})
    yield "a page instead of a PDF", "a.pdf", b"<html><script>alert(1)</script></html>"
    yield "only its first line", "a.pdf", b"%PDF-1.7\n"
    yield "noise after the head", "a.pdf", b"%PDF-1.7\n" + random.Random(2).randbytes(20_000)
    yield "brackets without end", "a.pdf", pdf(b"[" * 300_000)
    yield "dictionaries without end", "a.pdf", pdf(b"<<" * 300_000)
    yield "a huge box", "a.pdf", pdf().replace(b"612 792", b"1e38 1e38")
    yield "a huge font size", "a.pdf", pdf(stream=b"BT /F1 1e300 Tf 72 700 Td (Hello) Tj ET")
    yield (
        "a picture of 10^10 dots",
        "a.pdf",
        pdf(b"<< /Type /XObject /Subtype /Image /Width 100000 /Height 100000 /Length 0 >>\nstream\n\nendstream"),
    )


def text_files() -> Iterator[File]:
    yield "page in 100,000 levels", "a.html", b"<div>" * 100_000 + b"x"
    yield "unclosed 300,000 times", "a.html", b"<b><i>" * 150_000
    yield "page of one attribute", "a.html", b"<p a='" + b"x" * 9_000_000 + b"'>hi"
    yield "page with entities", "a.html", LAUGHS.encode() + b"<p>&a9;</p>"
    yield "page that fetches", "a.html", b"<p>Hi</p><img src=http://127.0.0.1:9/x><script src=//127.0.0.1:9/y></script>"
    yield "lists in 3,000 levels", "a.html", b"<ul><li>x" * 3_000
    yield "tables in 2,000 levels", "a.html", b"<table><tr><td>" * 2_000
    yield "program as text", "a.txt", b"MZ" + bytes(range(256))
    yield "noughts as text", "a.txt", b"a\0b"
    yield "UTF-16 as text", "a.txt", "hello".encode("utf-16")
    yield "11 MB", "a.txt", b"a" * 11_000_000
    yield "nothing", "a.md", b"  \n"
    yield "packed page", "a.md", zlib.compress(b"hello") + b"\0"
    yield "PDF as Markdown", "a.md", pdf()
    yield "a program", "a.exe", b"MZ"
    yield "a link file", "a.lnk", b"L"
    yield "two endings", "a.docx.exe", word()
    yield "picture", "a.svg", b"<svg onload=alert(1)>"
    yield "one line of 9 MB", "a.txt", b"a " * 4_500_000


def hostile_files() -> list[File]:
    """Return all of them."""
    return [*word_files(), *pdf_files(), *text_files()]
