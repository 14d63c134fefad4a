"""Dates as portals write them; expected values read from the calendar and the sources named in the comments."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.dates import Precision, parse_date


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-04-23T07:43:09+00:00", "2021-04-23T07:43:09+00:00"),  # Opendatasoft
        ("2016-12-14T18:59:02.737480", "2016-12-14T18:59:02.737480"),  # CKAN, no zone
        ("2010-11-05T08:10:55Z", "2010-11-05T08:10:55Z"),  # GeoNetwork
        ("2022-01-05T17:01+02:00", "2022-01-05T17:01:00+02:00"),  # Vlaanderen, no seconds
        ("2019-09-30 22:00:00", "2019-09-30T22:00:00"),  # DKAN
        ("jeu, 19/12/2019 - 03:00", "2019-12-19T03:00:00"),  # DKAN of Hauts-de-France
        ("Date changed  jeu, 19/12/2019 - 03:00", "2019-12-19T03:00:00"),
        ("mar, 10/12/2019 - 09:23", "2019-12-10T09:23:00"),
        ("19/12/2019", "2019-12-19"),
        ("03/04/2020", "2020-04-03"),  # day first
        ("12/25/2020", "2020-12-25"),  # no 25th month
        ("19.12.2019", "2019-12-19"),
        ("19-12-2019 10:20:30", "2019-12-19T10:20:30"),
        ("2019/12/19", "2019-12-19"),
        ("20191219", "2019-12-19"),
        ("20191219T030000Z", "2019-12-19T03:00:00Z"),
        ("2019", "2019"),
        ("2019-12", "2019-12"),
        ("12/2019", "2019-12"),
        ("2019-1-5", "2019-01-05"),
        ("19 décembre 2019", "2019-12-19"),
        ("1er janvier 2020", "2020-01-01"),
        ("mardi 3 mars 2020 à 14h30", "2020-03-03T14:30:00"),
        ("le 3 août 2021", "2021-08-03"),
        ("décembre 2019", "2019-12"),
        ("December 19, 2019", "2019-12-19"),
        ("19 Dec 2019", "2019-12-19"),
        ("Thu, 19 Dec 2019 03:00:00 GMT", "2019-12-19T03:00:00+00:00"),
        ("1577836800", "2020-01-01T00:00:00Z"),  # ArcGIS, seconds
        ("1577836800000", "2020-01-01T00:00:00Z"),  # ArcGIS, milliseconds
        ("1893-12-31T23:00:00+00:00", "1893-12-31T23:00:00+00:00"),  # Rennes, a collection's first year
        (" 2019-12-19 ", "2019-12-19"),
        ("2019-12-19Z", "2019-12-19"),
        ("2019-12-19T10:00:00.1234567+14:00", "2019-12-19T10:00:00.1234567+14:00"),  # .NET, seven digits
    ],
)
def test_reads_what_portals_write(written: str, expected: str) -> None:
    parsed = parse_date(written)
    assert parsed is not None
    assert parsed.text == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "2019-02-30",
        "31/02/2019",
        "0000-00-00",
        "2020-13-01",
        "2020-01-01T25:00:00",
        "2019-02-30T10:00:00Z",
        "2019-12-19T24:00:00Z",
        "2019-12-19T10:00:00+15:00",
        "hier",
        "annuel",
        "2018-2019",
        "2013/2015",
        "1er semestre 2019",
        "Statement",
        "20",
        "99999999999999999999",
        "2019-12-19T10:00:00+25:00",
        "x" * 5000,
    ],
)
def test_refuses_what_is_no_date(written: str) -> None:
    assert parse_date(written) is None


def test_tells_precision_and_first_day() -> None:
    parsed = parse_date("décembre 2019")
    assert parsed is not None
    assert (parsed.precision, parsed.day) == (Precision.MONTH, date(2019, 12, 1))


@given(st.text(max_size=100) | st.from_regex(r"[0-9/:. TZ+-]{1,30}"))
def test_never_raises_and_reading_again_changes_nothing(text: str) -> None:
    parsed = parse_date(text)
    if parsed:
        again = parse_date(parsed.text)
        assert again is not None
        assert again.text == parsed.text


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_every_day_is_read_in_iso_and_in_french_order(day: date) -> None:
    for written in (day.isoformat(), f"{day.day:02}/{day.month:02}/{day.year}"):
        parsed = parse_date(written)
        assert parsed is not None
        assert parsed.day == day
