"""Normal forms: differences of the run or of the notation disappear, and all others stay."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from tests.fingerprint import texts

EVENT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}BEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
OURS = EVENT.format(
    head="PRODID:-//ours//EN\r\n",
    event="UID:1\r\nDTSTAMP:20200925T074100Z\r\nDTSTART:20201231T220000Z\r\nSUMMARY;LANGUAGE=en:One\\, two\\; th\r\n ree\r\n",
)
THEIRS = EVENT.format(
    head="PRODID:-//theirs//EN\r\n",
    event="SUMMARY;language=en:One\\, two; three\r\nDTSTART;VALUE=DATE-TIME:20201231T220000Z\r\nUID;VALUE=TEXT:1\r\n",
)


@pytest.mark.parametrize(
    "time", ["03:41", "3:41", "3\u00a0h\u00a041", "07:58:30.25", "1:45", "05:11", "2020-09-25T00:50-07:00", "20 h 3:44"]
)
def test_time_of_the_run_is_normalized_in_every_time_zone(time: str) -> None:
    assert "<now>" in texts.settled(f"at {time}.")


@pytest.mark.parametrize("time", ["17:00", "3:40", "3\u00a0h\u00a059", "13:41", "3:410", "9:3:41", "2020-09-16T10:00-03:41"])
def test_other_times_are_kept(time: str) -> None:
    assert texts.settled(f"at {time}.") == f"at {time}."


def test_calendars_with_the_same_meaning_are_equal() -> None:
    assert texts.calendar(OURS.encode()) == texts.calendar(THEIRS.encode())


@pytest.mark.parametrize("change", [("three", "four"), ("DATE-TIME:2020", "DATE-TIME:2021"), ("language=en", "language=fr")])
def test_calendars_with_another_meaning_differ(change: tuple[str, str]) -> None:
    assert texts.calendar(THEIRS.encode()) != texts.calendar(THEIRS.replace(*change).encode())


def test_feeds_differ_by_text_and_not_by_prefix() -> None:
    original = '<feed xmlns="http://www.w3.org/2005/Atom"><title a="1" b="2">News</title></feed>'
    same = '<x:feed xmlns:x="http://www.w3.org/2005/Atom">\n <x:title b="2" a="1"> News </x:title></x:feed>'
    assert texts.feed(original.encode()) == texts.feed(same.encode())
    assert texts.feed(original.encode()) != texts.feed(original.replace("News", "Old").encode())


def test_mails_differ_by_content_and_not_by_sending_time() -> None:
    assert texts.mail(_mail("Mon, 01 Jan 2024 00:00:00 +0000", "Hello")) == texts.mail(
        _mail("Tue, 02 Jan 2024 00:00:00 +0000", "Hello")
    )
    assert texts.mail(_mail("Mon, 01 Jan 2024 00:00:00 +0000", "Hello")) != texts.mail(
        _mail("Mon, 01 Jan 2024 00:00:00 +0000", "Bye")
    )


def _mail(date: str, words: str) -> bytes:
    message = EmailMessage()
    message["Date"], message["Message-ID"], message["Subject"] = date, f"<{date[:3]}@example.ca>", "À vous"
    message.set_content(words)
    message.add_alternative(f"<p>{words}</p>", subtype="html")
    return message.as_bytes()


def test_packages_differ_by_parts_and_not_by_compression() -> None:
    original = _package([("a.xml", "<a>at 3:41</a>"), ("b.png", "3:41")], ZIP_STORED)
    assert texts.package(original) == texts.package(_package([("b.png", "3:41"), ("a.xml", "<a>at 3:44</a>")], ZIP_DEFLATED))
    assert texts.package(original) != texts.package(_package([("a.xml", "<a>at 3:41</a>"), ("b.png", "3:44")], ZIP_STORED))


def _package(parts: list[tuple[str, str]], compression: int) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", compression) as package:
        for name, text in parts:
            package.writestr(name, text)
    return content.getvalue()


def test_page_text_has_a_line_for_each_block() -> None:
    html = '<title>T</title><p>One <b>two</b></p><script>x</script><button aria-label="Close">×</button>'
    assert texts.page(html) == "T\nOne two\n[Close]\n×\n"
