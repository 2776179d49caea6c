"""Whether pages of any script are read: ``python -m benchmarks.other_scripts --data FOLDER --models FOLDER``.

The labelled pages are English. Here their letters are exchanged for those of other scripts, in page and truth alike, so
that nothing of the language is left but the lengths of words and the punctuation, and in Japanese not even spaces.
What the markup says stays. Each page is read by a model that has not seen its site; trafilatura runs beside it.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.fold_models import train_folds
from benchmarks.ours import flattened, html_extractor, text_extractor
from benchmarks.peers import SYSTEMS
from benchmarks.wcxb import LabelledPage, Score, fold_of, mean, read_labelled, score, words

_MARKUP = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^<>]*>|&[#\w]{1,12};", re.DOTALL | re.IGNORECASE)
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ALPHABETS: Mapping[str, str] = {
    "Latin": _LATIN,
    "Cyrillic": "абцдефгхийклмнопярстувшыжз",
    "Arabic": "ابجدهوزحطيكلمنسعفصقرشتثخذض",
    "Japanese": "あいうえおかきくけこさしすせそたちつてとなにぬねのは",
}
_WIDE = {". ": "。", ", ": "、", "! ": "！", "? ": "？", ".\n": "。\n"}


def rewritten(text: str, script: str) -> str:
    """*text* in the letters of *script*.

    >>> rewritten("It is late, Anna. Go", "Japanese")
    'けとけてさあとお、あせせあ。きそ'
    """
    table = str.maketrans(_LATIN + _LATIN.upper(), _ALPHABETS[script] + _ALPHABETS[script].upper())
    if script == "Japanese":
        for narrow, wide in _WIDE.items():
            text = text.replace(narrow, wide)
        text = re.sub(r"(?<=\w) (?=\w)", "", text)
    return text.translate(table)


def page_in(page: LabelledPage, script: str) -> LabelledPage:
    """*page* and its truth in the letters of *script*; markup, addresses and scripts stay."""
    parts, end = [], 0
    for found in _MARKUP.finditer(page.html):
        parts += [rewritten(page.html[end : found.start()], script), found[0]]
        end = found.end()
    html = "".join(parts) + rewritten(page.html[end:], script)
    return replace(page, html=html, main_content=rewritten(page.main_content, script))


def main() -> None:
    """Print word F1 (Japanese: of single characters) by script."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.xz files")
    parser.add_argument("--models", type=Path, required=True, help="folder of the models of the folds, made if missing")
    parser.add_argument("--every", type=int, default=8, help="take every N-th page (default 8)")
    arguments = parser.parse_args()
    train_folds(arguments.data, arguments.models)
    ours, ours_of_text = html_extractor("balanced", arguments.models), text_extractor(arguments.models)
    peer = next(system for system in SYSTEMS if system.name == "trafilatura").load(None)
    for script in _ALPHABETS:
        split: Callable[[str], list[str]] = (lambda text: re.findall(r"\w", text)) if script == "Japanese" else words
        rows: dict[str, list[Score]] = {"cleaner": [], "cleaner text": [], "trafilatura": []}
        for original in islice(read_labelled(arguments.data), 0, None, arguments.every):
            page = page_in(original, script)
            truth = Counter(split(page.main_content))
            fold = fold_of(page.domain)
            texts = {
                "cleaner": ours(page.html, page.url, fold),
                "cleaner text": ours_of_text(flattened(page), page.url, fold),
                "trafilatura": peer(page.html, page.url, None),
            }
            for name, text in texts.items():
                rows[name].append(score(Counter(split(text)), truth))
        print(
            script,
            *(
                f"{name} P {f.precision:.3f} R {f.recall:.3f} F1 {f.f1:.3f}"
                for name, f in ((name, mean(found)) for name, found in rows.items())
            ),
            sep="  ",
            flush=True,
        )


if __name__ == "__main__":
    main()
