"""What is asked of ftfy, and what it never needs to see."""

from __future__ import annotations

import ftfy
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES
from hypothesis import given
from hypothesis import strategies as st

from cleaner import repair
from cleaner.model import Block

_ASCII = st.characters(max_codepoint=127)
_SUSPECTS = st.sampled_from("".join(MOJIBAKE_CATEGORIES.values()) + "Ð\x85\x1b\x7f\u206a\ufeff\ufffc日я")


def repaired(text: str) -> str:
    (block,) = repair.repair_blocks(text, [Block(0, len(text), text, "paragraph")])
    return block.text


@given(st.text(_ASCII | _SUSPECTS) | st.lists(st.tuples(_SUSPECTS, _ASCII).map("".join)).map("".join))
def test_ftfy_would_change_no_block_that_it_is_not_shown(text: str) -> None:
    if repaired(text) == text and not text.isascii():
        fixed = ftfy.fix_text(text, repair._FTFY)
        assert fixed == text or not fixed.strip()


@pytest.mark.parametrize(
    ("broken", "fixed"),
    [
        ("the mayorâ€™s words", "the mayor’s words"),
        ("voilÃ  le travail", "voilà le travail"),
        ("l’Ã©tÃ©", "l’été"),
        ("price Â£5", "price £5"),
        ("a\u0085b é", "a…b é"),
        ("É\x00", "É"),
        ("É \ud83d", "É \ufffd"),
    ],
)
def test_mojibake_is_undone(broken: str, fixed: str) -> None:
    assert repaired(broken) == fixed


@pytest.mark.parametrize("text", ["It’s “so”.", "naïve café", "Œuvre", "100 €", "a – b … c", "日本語", "ASCII \x00"])
def test_sound_text_is_left_alone(text: str) -> None:
    assert repaired(text) == text
