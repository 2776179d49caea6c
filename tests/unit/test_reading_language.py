"""The language of a text is the one that py3langid tells, in a fraction of its memory."""

from __future__ import annotations

import numpy as np
import py3langid
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.reading.language import _model, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The ferry leaves at six in the morning and comes back at night.", "en"),
        ("Die Fähre fährt um sechs Uhr morgens ab und kommt abends zurück.", "de"),
        ("Le ferry part à six heures du matin et revient le soir.", "fr"),
        ("フェリーは朝六時に出て、夜に戻ります。", "ja"),
        ("تغادر العبارة في السادسة صباحا وتعود في المساء.", "ar"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text())
def test_the_answer_is_that_of_py3langid(text: str) -> None:
    assert language_of(text) == py3langid.classify(text)[0]


def test_the_model_stays_in_its_file() -> None:
    assert all(isinstance(array, np.memmap) for array in _model().values())


def test_without_room_for_temporary_files_the_model_is_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    mapped = _model()
    monkeypatch.setattr("cleaner.engine.shared_file.TemporaryFile", full)
    held = _model()
    assert held.keys() == mapped.keys()
    assert all(np.array_equal(held[name], mapped[name]) for name in held)
