"""Laws of site templates."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.boilerplate.site_blocks import PageBlocks
from cleaner.boilerplate.site_templates import CONSENT_PAGES, LEAST, SiteTemplates, find_templates
from cleaner.boilerplate.template_cells import unpack_blocks
from cleaner.boilerplate.template_keys import page_keys
from cleaner.config import Config, Templates
from cleaner.duplicates.columns import WHOLE, is_banded, pack, unpack
from cleaner.duplicates.without_spans import without_spans
from tests.duplicates_corpus import record
from tests.site_pages import article, page

# Few paragraphs for many pages, so that some repeat: labels, sentences, long prose.
paragraphs = st.sampled_from(
    [line for number in range(4) for line in article(number)] + ["Share", "Read more", " ".join(article(9) * 2)]
)
sites = st.sampled_from(["a.example", "b.example", None])
statuses = st.sampled_from(["ok", "ok", "consent-wall"])
corpora = st.lists(st.tuples(sites, st.lists(paragraphs, max_size=6), statuses), max_size=24).map(
    lambda rows: [page(str(number), site, lines, status) for number, (site, lines, status) in enumerate(rows)]
)
choices = st.builds(
    Templates,
    min_pages=st.integers(1, 6),
    share=st.floats(0.01, 1),
    max_site_share=st.floats(0.1, 1),
)


def everything(templates: SiteTemplates, pages: list[PageBlocks]) -> list[object]:
    return [templates.refused, *((templates.removals(found.doc_id)) for found in pages)]


@given(corpora, choices, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_pages_changes_nothing(pages: list[PageBlocks], chosen: Templates, random: object) -> None:
    shuffled = list(pages)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert everything(find_templates(lambda: pages, chosen), pages) == everything(
        find_templates(lambda: shuffled, chosen), pages
    )


@given(corpora, choices)
@settings(deadline=None)
def test_what_goes_is_whole_blocks_that_stand_elsewhere_on_the_site(pages: list[PageBlocks], chosen: Templates) -> None:
    templates = find_templates(lambda: pages, chosen)
    for found in pages:
        keys = {(int(row["start"]), int(row["end"])): int(row["key"]) for row in unpack_blocks(found.cell)}
        removals = templates.removals(found.doc_id)
        others = [unpack_blocks(other.cell)["key"] for other in pages if other.site == found.site]
        standing = [sum(keys[span.start, span.end] in other for other in others) for span in removals]

        assert found.site is not None or not removals
        assert [removal.start for removal in removals] == sorted({removal.start for removal in removals})
        assert [removal.score for removal in removals] == [round(count / len(others), 6) for count in standing]
        asks_consent = any(unpack_blocks(other.cell)["consent"].any() for other in pages)
        least = CONSENT_PAGES if asks_consent else LEAST
        assert all(count >= least for count in standing)


@given(st.lists(st.text(max_size=60), max_size=8))
@settings(deadline=None)
def test_any_text_has_a_key_that_its_white_space_does_not_change(texts: list[str]) -> None:
    spaced = [f" {text.replace(' ', '  ')}\n" for text in texts]

    assert page_keys(texts) == page_keys(spaced)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), st.data())
@settings(deadline=None, max_examples=40)
def test_passages_without_a_span_are_those_that_do_not_touch_it(numbers: list[int], data: st.DataObject) -> None:
    config = Config()
    found = record("a", "\n".join(" ".join(article(number)) for number in numbers), config)
    length = found.facts.length
    cuts = sorted(set(data.draw(st.lists(st.integers(0, length), max_size=6))))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    left = without_spans(found.passages, spans, config.signatures)
    old, new = found.passages.table, left.table
    touched = [
        kind != WHOLE and any(start < stop and first < end for first, stop in spans)
        for start, end, kind in zip(old["start"].tolist(), old["end"].tolist(), old["kind"].tolist(), strict=True)
    ]
    stays = np.flatnonzero(~np.array(touched, dtype=bool)[old["parent"]])

    assert new["start"].tolist() == old["start"][stays].tolist()
    assert new["start"][new["parent"]].tolist() == old["start"][old["parent"][stays]].tolist()
    assert new["exact"][:-1].tolist() == old["exact"][stays[:-1]].tolist()
    for one, same in zip(new[:-1], old[stays[:-1]], strict=True):
        count = int(one["words"])
        assert count == same["words"]
        for signed, row in ((left, one), (found.passages, same)):
            assert signed.word_start[row["first"]] == row["start"]
        mine, theirs = left.shingles[one["first"] :][: count - 2], found.passages.shingles[same["first"] :][: count - 2]
        assert np.array_equal(mine, theirs)
    assert len(left.bands) == is_banded(new["kind"]).sum()
    assert new["words"][-1] == len(left.shingles) == len(left.word_start)
    assert pack(unpack(pack(left, config.signatures), config.signatures), config.signatures) == pack(
        left, config.signatures
    )
    if not spans:
        assert pack(left, config.signatures)[: len(old)] == pack(found.passages, config.signatures)[: len(old)]


@given(corpora, choices, st.integers(1, 4_000))
@settings(deadline=None)
def test_memory_changes_nothing(pages: list[PageBlocks], chosen: Templates, memory: int) -> None:
    assert everything(find_templates(lambda: pages, chosen, memory), pages) == everything(
        find_templates(lambda: pages, chosen), pages
    )
