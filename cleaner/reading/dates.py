"""Dates as pages write them, as ISO days. Nothing here knows what day it is."""

from __future__ import annotations

import re
from datetime import date

_MONTHS: dict[str, int] = {
    name: month
    for month, names in enumerate(
        (
            "january januar janvier enero gennaio janeiro januari ener ene jan janv gen jän jänner",
            "february februar février fevrier febrero febbraio fevereiro februari feb févr fév fev febr",
            "march märz maerz mars marzo março marco maart mar mär mrz mrt",
            "april avril abril aprile apr avr abr",
            "may mai mayo maggio maio mei mag",
            "june juni juin junio giugno junho jun giu",
            "july juli juillet julio luglio julho jul juil lug",
            "august août aout agosto augustus aug ago",
            "september septembre septiembre settembre setembro sept sep set",
            "october oktober octobre octubre ottobre outubro oct okt ott out",
            "november novembre noviembre novembro nov",
            "december dezember décembre decembre diciembre dicembre dezembro dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}
_NAME = "|".join(sorted(_MONTHS, key=lambda name: (-len(name), name)))
_YEAR = r"(?P<year>(?:19[5-9]|20\d)\d)"
_DAY = r"(?P<day>[0-3]?\d)"

_HAS_YEAR = re.compile(r"19[5-9]\d|20\d\d")
_NUMERIC = re.compile(rf"(?<!\d){_YEAR}(?P<mark>[-/.])(?P<month>[01]?\d)(?P=mark){_DAY}(?!\d)")
_COMPACT = re.compile(rf"(?<!\d){_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)")
_IN_WORDS = (
    re.compile(
        rf"\b(?P<name>{_NAME})\b\.?\s{{1,3}}{_DAY}(?:st|nd|rd|th)?\s{{0,3}},?\s{{1,3}}{_YEAR}(?!\d)", re.IGNORECASE
    ),
    re.compile(
        rf"(?<!\d){_DAY}(?:st|nd|rd|th|er|\.)?\s{{1,3}}(?:of\s|de\s)?(?P<name>{_NAME})\b\.?,?"
        rf"\s{{1,3}}(?:de\s|del\s)?{_YEAR}(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<!\d){_YEAR}\s(?P<name>{_NAME})\b\.?\s{_DAY}(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d){_DAY}-(?P<name>{_NAME})-{_YEAR}(?!\d)", re.IGNORECASE),
)
_CJK = re.compile(rf"{_YEAR}\s?[年년]\s?(?P<month>[01]?\d)\s?[月월]\s?{_DAY}\s?[日일]")
_DAY_FIRST = re.compile(rf"(?<!\d){_DAY}\.\s?(?P<month>[01]?\d)\.\s?{_YEAR}(?!\d)")
_EITHER_FIRST = re.compile(rf"(?<!\d)(?P<one>[0-3]?\d)/(?P<two>[0-3]?\d)/{_YEAR}(?!\d)")
_IN_PATH = re.compile(rf"/{_YEAR}[/-](?P<month>[01]?\d|[a-z]{{3}})[/-](?P<day>[0-3]?\d)(?=[/\-_.]|$)", re.IGNORECASE)
_COMPACT_IN_PATH = re.compile(rf"(?<=[/_-]){_YEAR}-?(?P<month>[01]\d)-?(?P<day>[0-3]\d)(?=[/\-_.]|$)")
_UPDATED = re.compile(
    r"\b(?:updated|modified|revised|edited|aktualisiert|mis à jour)\W{0,5}(?:on\W{1,3}|at\W{1,3})?\Z", re.IGNORECASE
)


def date_of_stamp(value: str) -> str | None:
    """The day of a time stamp made for machines, as written (no change of time zone).

    >>> date_of_stamp("2020-06-09T14:59:00-07:00"), date_of_stamp("soon")
    ('2020-06-09', None)
    """
    value = value[:80]
    match = _NUMERIC.search(value) or _COMPACT.search(value)
    return _iso(match["year"], match["month"], match["day"]) if match else date_in_text(value)


def date_in_text(text: str) -> str | None:
    """The first day named in *text*; one that follows "updated" only if there is no other.

    >>> date_in_text("Updated: Jun 8, 2022 | Jun 9, 2020, 2:59 PM"), date_in_text("03/04/2020")
    ('2020-06-09', None)
    """
    if not _HAS_YEAR.search(text):
        return None
    found: list[tuple[bool, int, str]] = []
    for pattern in (*_IN_WORDS, _NUMERIC, _CJK, _DAY_FIRST, _EITHER_FIRST):
        for match in pattern.finditer(text):
            day = _day_of(match)
            if day is not None:
                updated = _UPDATED.search(text, max(match.start() - 40, 0), match.start()) is not None
                found.append((updated, match.start(), day))
    return min(found)[2] if found else None


def date_in_url(url: str) -> str | None:
    """The day in the path of *url*.

    >>> date_in_url("https://a.example/2020/06/09/ibm-quits"), date_in_url("https://a.example/2020/ibm")
    ('2020-06-09', None)
    """
    path = url[:2000].partition("?")[0]
    match = _IN_PATH.search(path) or _COMPACT_IN_PATH.search(path)
    if match is None:
        return None
    month = str(_MONTHS.get(match["month"].lower(), match["month"]))
    return _iso(match["year"], month, match["day"]) if month.isdigit() else None


def _day_of(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    if "name" in groups:
        return _iso(groups["year"], str(_MONTHS[groups["name"].lower()]), groups["day"])
    if "one" in groups:  # 13/04/2020 has one meaning, 03/04/2020 two
        one, two = int(groups["one"]), int(groups["two"])
        if (one > 12) == (two > 12) and one != two:
            return None
        return _iso(groups["year"], str(min(one, two)), str(max(one, two)))
    return _iso(groups["year"], groups["month"], groups["day"])


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
