"""Words, sentences and quotations."""

import time

import pytest

from cleaner.config import Passages
from cleaner.duplicates.passages import cut_passages
from cleaner.duplicates.quotes import quote_spans
from cleaner.duplicates.sentences import paragraphs_in, sentence_spans
from cleaner.duplicates.words import normalised_words, word_places
from cleaner.model import TextBlock


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text))]


def quotes(text: str) -> list[str]:
    return [text[start:end] for start, end in quote_spans(text, 0, len(text))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Don’t,” she said", '"Don\'t", SHE SAID!'),
        ("facial-recognition software", "facial recognition\u00a0software"),
        ("co\u00adoperation\u200b now", "cooperation now"),
        ("Cafe\u0301 ﬁve ＡＢＣ", "café five abc"),
        ("STRASSE", "straße"),
        ("_emphasis_ and **more**", "emphasis and more"),
    ],
)
def test_texts_that_read_alike_have_the_same_words(one, other):
    assert normalised_words(one) == normalised_words(other)


def test_scripts_without_spaces_have_a_word_per_letter():
    assert len(normalised_words("我们相信。")) == 4
    assert len(normalised_words("สวัสดี")) == 4
    assert len(normalised_words("हिन्दी में")) == 2
    assert len(normalised_words("서울 시장")) == 2


def test_lone_surrogates_are_no_words():
    assert normalised_words("a \ud800 b\udfff") == [b"a", b"b"]


def test_words_start_where_they_stand():
    text = "It’s 42 % of Zu\u0308rich, 北京."

    assert [text[start : start + 2] for start in word_places(text)[0]] == ["It", "s ", "42", "of", "Zu", "北京", "京."]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("The U.S. Senate and Sen. Ed Markey met at 5 p.m. on Monday.", None),
        ("It happened in the U.S. The rest is known.", ["It happened in the U.S.", "The rest is known."]),
        ("J. R. R. Tolkien wrote it. It sold.", ["J. R. R. Tolkien wrote it.", "It sold."]),
        ("On Jan. 28, 2015, it rained.", None),
        ("“Why now?” he asked. “Because!”", ["“Why now?” he asked.", "“Because!”"]),
        ("He waited ... and waited. Then…", ["He waited ... and waited.", "Then…"]),
        ("Pi is 3.14 and v1.2.3 is out.", None),
        ("Am 3. Oktober war Dr. Weiß da.", None),
        ("今天下雨。我们回家了！好吗？", ["今天下雨。", "我们回家了！", "好吗？"]),
        ("他说：「走吧。」然后走了。", ["他说：「走吧。」", "然后走了。"]),
        ("यह पहला है। यह दूसरा है।", ["यह पहला है।", "यह दूसरा है।"]),
        ("A heading\n\nA text\nover two lines.", ["A heading", "A text\nover two lines."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, parts):
    assert sentences(text) == (parts or [text])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("“One,” he said, “and two.”", ["One", "and two."]),
        ('"One," he said, "and two."', ["One", "and two."]),
        ("„Guten Tag“, sagte er.", ["Guten Tag"]),
        ("« Bonjour », dit-il.", ["Bonjour"]),
        ("»Guten Tag«, sagte er.", ["Guten Tag"]),
        ("”Hej”, sa han.", ["Hej"]),
        ("他说「我说『好』了」。", ["我说『好』了", "好"]),
        ("‘It’s the dogs’ dinner’ she’d said", ["It’s the dogs"]),
        ("“He said ‘go’ and went”", ["He said ‘go’ and went", "go"]),
        ('A 5" disk and a 3.5" disk', []),
        ("“never closed", []),
        ("the Democrats’ bill, rock ’n’ roll", []),
    ],
)
def test_quotations_of_all_kinds_are_found(text, parts):
    assert quotes(text) == parts


@pytest.mark.parametrize(
    "unit",
    ["word ", ".", ".x", ".'", "“", "“»", "“ a ", '"a ', ' "b"', "A. ", "\n ", "北京。", "x", "\u0301\u0323", "‘a "],
)
def test_a_quarter_megabyte_of_anything_takes_linear_time(unit):
    text = unit * (250_000 // len(unit))
    start = time.process_time()
    sentence_spans(text, 0, len(text))
    quote_spans(text, 0, len(text))
    paragraphs_in(text)
    cut_passages(text, [TextBlock(0, len(text), "paragraph")], Passages())
    cut_passages(text, [TextBlock(0, len(text), "paragraph")], Passages(max_words=10**9, min_words=1, min_sub_words=1))
    normalised_words(text)
    word_places(text)

    assert time.process_time() - start < 3
