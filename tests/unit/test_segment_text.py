"""Plain text into lines and paragraphs."""

from __future__ import annotations

import textwrap

from cleaner.model import Page, RawItem, Source
from cleaner.reading.segment_text import segment_text

ENGLISH = "The council voted on Monday to close the old bridge for repairs that are to take at least two years. " * 5
JAPANESE = (
    "市議会は水曜日の夜、川に架かる新しい橋の建設案を僅差で可決した。六時間近い審議の末、賛成三十一、反対二十八だった。"
    * 5
)


def texts(source: str) -> list[str]:
    page = Page(RawItem(Source("a.txt"), b"", ""), "text", source, "utf-8", "utf-8")
    return [block.text for block in segment_text(page).blocks]


def test_wrapped_lines_are_one_paragraph_with_spaces_between_the_words() -> None:
    assert texts(textwrap.fill(ENGLISH, 70)) == [ENGLISH.strip()]


def test_wrapped_lines_of_scripts_without_spaces_get_none() -> None:
    wrapped = "\n".join(JAPANESE[at : at + 60] for at in range(0, len(JAPANESE), 60))
    assert texts(wrapped) == [JAPANESE]


def test_lines_that_end_a_sentence_in_any_script_are_paragraphs() -> None:
    lines = [
        "橋の建設案を僅差で可決した。" * 4,
        "六時間近い審議の末、反対二十八だった！" * 3,
        "「もう十分に待った」" * 5,
        "採決の翌朝。" * 9,
    ]
    assert texts("\n".join(lines)) == lines
