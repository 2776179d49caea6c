"""Ordinary pages and text of our own writing: what hostile pages are mixed with, and what they hide in."""

from __future__ import annotations

import random

_NOUNS = ("river", "council", "harbour", "teacher", "market", "letter", "garden", "winter", "bridge", "doctor", "paper")
_VERBS = ("opened", "counted", "moved", "painted", "carried", "measured", "repaired", "described", "sold", "crossed")
_PLACES = ("near the mill", "behind the school", "on Tuesday", "after the storm", "without a word", "at the gate")
RUSSIAN = "Вчера вечером жители города собрались у старого моста, чтобы обсудить новый план развития порта."
_JAPANESE = "昨日の夕方、町の人々は古い橋のそばに集まり、港の新しい計画について話し合いました。"
_CHINESE = "昨天傍晚，居民们聚集在老桥旁边，讨论港口的新发展计划。"
THAI = "เมื่อวานตอนเย็นชาวเมืองมารวมตัวกันที่สะพานเก่าเพื่อพูดคุยเรื่องแผนพัฒนาท่าเรือใหม่"
HEBREW = "אתמול בערב התאספו תושבי העיר ליד הגשר הישן כדי לדון בתוכנית החדשה לנמל."
ARABIC = "اجتمع سكان المدينة مساء أمس قرب الجسر القديم لمناقشة الخطة الجديدة للميناء."


def sentences(seed: int, count: int) -> str:
    """*count* sentences, the same for the same seed."""
    chance = random.Random(seed)
    return " ".join(
        f"The {chance.choice(_NOUNS)} {chance.choice(_VERBS)} the {chance.choice(_NOUNS)} and the "
        f"{chance.choice(_NOUNS)} of {chance.randrange(1900, 2020)} {chance.choice(_PLACES)}."
        for _ in range(count)
    )


def article(text: str, times: int = 1) -> str:
    """A page whose article holds *text*, several times over, among two paragraphs."""
    middle = "".join(f"<p>{text}{sentences(number, 3)}</p>\n" for number in range(times))
    return (
        "<!doctype html><html><head><title>A day at the harbour</title></head>\n<body>"
        '<nav><a href="/">Home</a> <a href="/news">News</a></nav>\n<article><h1>A day at the harbour</h1>\n'
        f"<p>{sentences(101, 4)}</p>\n{middle}<p>{sentences(102, 4)}</p></article>\n"
        "<footer>All rights reserved</footer></body></html>\n"
    )


def good_page(number: int) -> bytes:
    """An ordinary page; each has its own text, site furniture and number."""
    texts = [sentences(1_000 + number * 50 + place, 5) for place in range(6)]
    paragraphs = "".join(f"<p>{text.replace(' the ', f' the {number}th ')}</p>\n" for text in texts)
    return (
        f"<!doctype html><html lang=en><head><title>Report {number} of the harbour</title>\n"
        f'<link rel=canonical href="https://good{number % 7}.example/{number}.html"></head>\n<body>'
        '<ul class=menu><li><a href="/">Home</a><li><a href="/a">About</a><li><a href="/c">Contact</a></ul>\n'
        f"<main><h1>Report {number} of the harbour</h1>\n{paragraphs}</main>\n"
        "<div class=newsletter>Sign up for our newsletter</div><footer>&copy; The harbour</footer></body></html>\n"
    ).encode()


def japanese(word: str) -> str:
    """Japanese around *word*."""
    return f"{_JAPANESE}{word}。{_JAPANESE}"


def chinese(word: str) -> str:
    """Chinese around *word*."""
    return f"{_CHINESE}{word}。{_CHINESE}"
