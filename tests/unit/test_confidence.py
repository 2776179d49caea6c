"""Confidence is the word F1 to be expected: a rising map of what the extractor says, low where text is missing."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cleaner
from cleaner.boilerplate.confidence import CEILINGS, FILE, calibrated, confidence_of
from cleaner.boilerplate.verdict import Verdict
from cleaner.config import Boilerplate, Config

SHARES = st.floats(0, 1)
KNOTS = st.lists(st.tuples(SHARES, SHARES), min_size=2, max_size=8).map(
    lambda pairs: list(zip(sorted(a for a, _ in pairs), sorted(b for _, b in pairs), strict=True))
)


def of(figure, extractor="learned", status="ok"):
    return confidence_of(Verdict((), extractor, figure), status)


@given(KNOTS.filter(lambda knots: len({place for place, _ in knots}) == len(knots)), SHARES, SHARES)
def test_who_expects_more_is_never_less_sure(knots, one, other):
    low, high = sorted([one, other])

    assert knots[0][1] - 0.001 <= calibrated(low, knots) <= calibrated(high, knots) <= knots[-1][1] + 0.001


@given(SHARES, SHARES, st.sampled_from(["learned", "text", "another"]))
def test_the_shipped_maps_rise_and_stay_within_0_and_1(one, other, extractor):
    low, high = sorted([one, other])

    assert 0 <= of(low, extractor) <= of(high, extractor) <= 1


def test_the_shipped_maps_are_a_few_rising_numbers():
    maps = json.loads((files("cleaner.boilerplate") / FILE).read_text())

    assert {"learned", "text"} <= set(maps)
    for knots in maps.values():
        assert 2 <= len(knots) <= 8
        assert all(left[0] < right[0] and left[1] <= right[1] for left, right in pairwise(knots))


@pytest.mark.parametrize("status", CEILINGS)
def test_a_page_that_does_not_hold_its_text_is_not_trusted(status):
    assert of(1.0, status=status) == CEILINGS[status] <= 0.3
    assert of(None, status=status) == CEILINGS[status]
    assert of(0.0, status=status) == 0


def test_an_extractor_without_a_figure_has_no_confidence():
    assert of(None, "trafilatura") is None


def test_a_shell_has_low_confidence_and_an_article_high():
    config = Config(boilerplate=Boilerplate("learned"))
    text = "".join(
        f"<p>The council voted on day {day} to close the old bridge, and the mayor said that it will take years.</p>"
        for day in range(12)
    )
    article = cleaner.clean(
        f"<title>Bridge</title><nav><a href=/>Home</a></nav><article>{text}</article>", config=config
    )
    shell = cleaner.clean("<noscript>Please enable JavaScript.</noscript><div id=root></div>", config=config)

    assert article.confidence > 0.8
    assert shell.confidence <= 0.1
