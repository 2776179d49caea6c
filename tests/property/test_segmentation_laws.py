"""Whatever the markup, every character of a page is visible text of one block or has a removal."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import example, given

from cleaner.ledger import check_conservation, compose, settle
from cleaner.model import KeptBlock, Page, Segmentation
from cleaner.reading.segment_html import segment_html
from cleaner.reading.segment_text import segment_text
from cleaner.repair import repair_blocks
from tests.property.strategies import HTML, TEXT, page


def _holds(page: Page, segmentation: Segmentation) -> None:
    blocks = repair_blocks(page.source_text, segmentation.blocks)
    for above, below in pairwise(blocks):
        assert above.start < above.end <= below.start
    ledger = settle(len(page.source_text), [segmentation.removals])
    check_conservation(ledger)
    for above, below in zip(segmentation.removals, segmentation.removals[1:], strict=False):
        assert above.end <= below.start
    kept = [KeptBlock(block.start, block.end, block.role, block.level) for block in blocks]
    repairs = [repair for block in blocks for repair in block.repairs]
    composition = compose(page.source_text, ledger, kept, repairs)
    texts = [composition.text[block.text_start : block.text_end] for block in composition.blocks]
    assert texts == [block.text for block in blocks]
    assert all(texts)


@given(HTML)
@example("<p>a</>b</p>")
@example("<table>x<tr><td>1<td>2</table>y")
@example("<pre>\r\n a\r\n\r\n b &amp;\r</pre>")
@example("<p>a<br>\r\n<br>b")
@example("<noscript><p>no</noscript><noscript>")
@example("<svg><title>x<b>")
@example("<p>â<b>€™</b>")
@example("<p>&shy;<i> &nbsp;&nbsp;</i>word")
@example("<noframes></p>x</noframes><p>y")
@example("<svg><input>x</svg><p>y")
@example('<!doctype 5=""><p>x')
def test_html_blocks_and_removals_partition_the_page(source: str) -> None:
    _holds(page(source), segment_html(page(source)))


@given(TEXT)
@example("one\r\ntwo\r\rthree\x00")
def test_text_blocks_and_removals_partition_the_page(source: str) -> None:
    _holds(page(source, "text"), segment_text(page(source, "text")))


@given(TEXT)
def test_no_visible_character_of_a_text_page_is_removed(source: str) -> None:
    removed = "".join(source[r.start : r.end] for r in segment_text(page(source, "text")).removals)
    assert not re.sub("[\\s\x00-\x1f\x7f\xad\ufeff]", "", removed)
