"""What the syndication corpus and its benchmark say is so: copies changed as promised, and nothing else alike."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter
from importlib.util import find_spec
from random import Random

import numpy as np
import pytest

from benchmarks import neardup
from benchmarks.edits import EDITS, KINDS, LIFTED_SHARE, MERGED, QUOTE_WORDS, TRUNCATED, edit_words, word_places
from benchmarks.neardup_figures import figures_of, truth_of, wrong_pairs
from benchmarks.neardup_systems import OURS, SEARCHERS
from benchmarks.paragraphs import (
    FEWEST,
    MOST,
    SHARED_RUN,
    Prose,
    distinct_paragraphs,
    normalised,
    read_texts,
    sentences,
)
from benchmarks.syndication import Settings, stock_phrases, syndicated

_SYLLABLES = ["ka", "lo", "mi", "ne", "pu", "ra", "si", "to", "ve", "zu", "bor", "dan", "fel", "gim", "hul"]
_SMALL = Settings(passages=1000, seed=7)


def made_up(count, seed):
    """Paragraphs of invented words, frequent ones among them as in any language."""
    rng = Random(seed)
    words = sorted({"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(4000)})
    weights = [1 / (rank + 5) for rank in range(len(words))]
    return [
        " ".join(
            " ".join(rng.choices(words, weights, k=rng.randint(6, 14))).capitalize() + "."
            for _ in range(rng.randint(2, 6))
        )
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def paragraphs():
    return distinct_paragraphs(iter(made_up(500, 1)))


@pytest.fixture(scope="module")
def corpus(paragraphs):
    return syndicated(paragraphs, _SMALL)


@pytest.fixture(scope="module")
def prose(paragraphs):
    return Prose(paragraphs, Random(3))


def pairs_of(corpus, kind):
    found = [(corpus.passages[a].text, corpus.passages[b].text) for a, b, name in corpus.pairs if name == kind]
    assert found
    return found


def distance(one, other):
    """How many words are replaced, left out or put in."""
    row = list(range(len(other) + 1))
    for at, word in enumerate(one, 1):
        before, row = row, [at]
        for place, theirs in enumerate(other, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (word != theirs)))
    return row[-1]


def grams(text, size):
    words = normalised(text)
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


# Paragraphs


def test_real_paragraphs_share_no_run_and_have_the_length_that_is_said():
    text = made_up(3, 5)
    copied = " ".join(["Quite another beginning of it:", *text[0].split()[3:25]])
    kept = distinct_paragraphs(iter(["\n\n".join([*text, "Too short.", copied]), text[1]]))

    assert kept == [one for one in text if FEWEST <= len(one.split()) <= MOST]


def test_texts_come_from_files_of_a_folder_in_order(tmp_path):
    (tmp_path / "b.txt").write_text("second")
    (tmp_path / "a.md").write_text("first")
    (tmp_path / "c.html").write_text(f"<html><body><main><p>{made_up(1, 2)[0]}</p></main></body></html>")
    (tmp_path / "d.png").write_bytes(b"no text")

    assert list(read_texts(tmp_path)) == ["first", "second", made_up(1, 2)[0]]


def test_a_folder_without_text_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds neither"):
        list(read_texts(tmp_path))


@pytest.mark.parametrize("text", ["One two three. Four five six? Seven.", "No end", 'He "did so." Then he left us.'])
def test_sentences_are_the_text(text):
    assert " ".join(sentences(text)) == text


def test_made_up_paragraphs_share_no_run(prose):
    seen = Counter(gram for _ in range(300) for gram in grams(prose.paragraph(), SHARED_RUN))

    assert max(seen.values()) == 1


# Copies


def test_the_same_seed_gives_the_same_corpus_and_another_seed_another(paragraphs, corpus):
    assert syndicated(paragraphs, _SMALL) == corpus
    assert syndicated(paragraphs, Settings(passages=1000, seed=8)) != corpus


def test_there_are_as_many_passages_and_copies_of_each_kind_as_is_said(corpus):
    kinds = Counter(passage.planted.kind for passage in corpus.passages)

    assert len(corpus.passages) == _SMALL.passages
    assert {kind: kinds[kind] for kind in KINDS} == dict.fromkeys(KINDS, 20) | {"split": 40}
    assert Counter(kind for *_, kind in corpus.pairs) == dict.fromkeys(KINDS, 20) | {"split": 40, MERGED: 40}
    assert len({passage.id for passage in corpus.passages}) == len(corpus.passages)


def test_stories_have_as_many_copies_as_is_said(paragraphs):
    corpus = syndicated(paragraphs, Settings(passages=2000, seed=1, fewest_copies=3, most_copies=9))
    copies = Counter(original for original, *_ in {(a, b) for a, b, kind in corpus.pairs if kind != "split"})

    assert max(copies.values()) <= 9
    assert np.median(list(copies.values())) >= 3


def test_no_page_has_two_passages_of_a_story_but_the_halves_of_a_split_one(corpus):
    seen = Counter(
        (passage.document, story)
        for passage in corpus.passages
        if passage.planted.kind != "split"
        for story in passage.planted.sources
    )

    assert max(seen.values()) == 1


def test_exact_and_reformatted_copies_have_the_same_words(corpus):
    for original, copy in pairs_of(corpus, "exact"):
        assert copy == original
    for original, copy in pairs_of(corpus, "format"):
        assert copy != original
        assert normalised(unicodedata.normalize("NFKC", copy)) == normalised(original)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith(("words", "runs"))])
def test_as_many_words_are_edited_as_is_said(corpus, kind):
    share = int(kind.split()[1].rstrip("%")) / 100
    edited = []
    for original, copy in pairs_of(corpus, kind):
        words = original.split()
        wanted = max(1, round(share * len(words)))
        edited.append(distance(words, copy.split()) / wanted)

    # Where a word goes and its neighbour gets a new one before it, the two together are one change.
    assert max(edited) <= 1
    assert np.mean(edited) > 0.9


def test_edits_in_runs_leave_longer_runs_alone(prose):
    text = " ".join(made_up(1, 9)[0].split() * 2)

    def longest(shape, seed):
        copy = edit_words(text, 0.2, shape, prose, Random(seed)).split()
        kept = [bool(re.search(re.escape(" ".join(copy[at : at + 2])), text)) for at in range(len(copy) - 1)]
        return max(len(run) for run in "".join("x" if one else " " for one in kept).split())

    assert np.mean([longest("runs", seed) for seed in range(20)]) > np.mean(
        [longest("uniform", seed) for seed in range(20)]
    )


def test_truncated_copies_keep_one_end(corpus):
    for original, copy in pairs_of(corpus, "first 60%"):
        assert original.startswith(copy)
    for original, copy in pairs_of(corpus, "last 60%"):
        assert original.endswith(copy)
        assert len(copy.split()) == pytest.approx(TRUNCATED * len(original.split()), abs=1)


def test_sentences_are_dropped_and_swapped_whole(corpus):
    for original, copy in pairs_of(corpus, "dropped"):
        assert (Counter(sentences(original)) - Counter(sentences(copy))).total() == 1
    for original, copy in pairs_of(corpus, "swapped"):
        assert copy != original
        assert sorted(sentences(original)) == sorted(sentences(copy))


def test_the_parts_of_a_split_paragraph_stand_one_after_the_other(corpus):
    rows = [pair for pair in corpus.pairs if pair[2] == "split"]
    for (original, first, _), (_, second, _) in zip(rows[::2], rows[1::2], strict=True):
        assert second == first + 1
        assert corpus.passages[first].document == corpus.passages[second].document
        halves = f"{corpus.passages[first].text} {corpus.passages[second].text}"
        assert halves == corpus.passages[original].text


def test_a_merged_copy_has_both_paragraphs(corpus):
    for original, copy in pairs_of(corpus, MERGED):
        assert original in copy
        assert len(copy) > len(original) + 50


def test_a_quote_is_one_run_of_12_to_30_words_in_a_passage_of_its_own(corpus):
    for original, copy in pairs_of(corpus, "quote"):
        theirs = original.split()
        runs = [
            last - first
            for first in range(len(theirs))
            for last in range(first + 1, len(theirs) + 1)
            if " ".join(normalised(" ".join(theirs[first:last]))) in " ".join(normalised(copy))
        ]
        assert QUOTE_WORDS[0] <= max(runs) <= QUOTE_WORDS[1]


def test_a_lifted_paragraph_is_two_fifths_of_its_passage(corpus):
    shares = []
    for original, copy in pairs_of(corpus, "lifted"):
        assert original in copy
        shares.append(len(original.split()) / len(copy.split()))

    assert np.mean(shares) == pytest.approx(LIFTED_SHARE, abs=0.03)


def test_every_edit_changes_what_it_gets_and_only_that(prose, paragraphs):
    for edit in EDITS:
        text = next(filter(edit.suits, paragraphs))
        before = text
        parts = edit.change(text, prose, Random(1))
        assert text == before
        assert (list(parts) == [text]) == (edit.name == "exact")
        assert all(word_places(part.split(" ")) for part in parts)


# What is no copy


def test_passages_of_different_stories_share_nothing_but_stock_phrases_and_boxes(corpus):
    phrases = stock_phrases()
    holders = {}
    for row, passage in enumerate(corpus.passages):
        for gram in grams(passage.text, SHARED_RUN):
            holders.setdefault(gram, []).append(row)
    for gram, rows in holders.items():
        for at, a in enumerate(rows):
            for b in rows[at + 1 :]:
                one, other = corpus.passages[a].planted, corpus.passages[b].planted
                if set(one.sources) & set(other.sources) or (one.box == other.box != -1):
                    continue
                assert one.phrase == other.phrase != -1
                # The word beside the phrase may be the same by chance.
                assert grams(" ".join(gram), SHARED_RUN - 2) & grams(phrases[one.phrase], SHARED_RUN - 2)


def test_stock_phrases_are_distinct_and_8_to_11_words_long():
    phrases = stock_phrases()
    seen = Counter(gram for phrase in phrases for gram in grams(phrase, 4))

    assert len(phrases) == 40
    assert all(8 <= len(normalised(phrase)) <= 11 for phrase in phrases)
    assert max(seen.values()) == 1


def test_stock_phrases_stand_on_many_pages_and_boxes_on_one_site(corpus):
    bearers = {}
    boxes = {}
    for passage in corpus.passages:
        if passage.planted.phrase != -1:
            assert stock_phrases()[passage.planted.phrase] in passage.text
            bearers.setdefault(passage.planted.phrase, set()).add(passage.document)
        if passage.planted.box != -1:
            boxes.setdefault(passage.planted.box, set()).add(passage.site)

    assert min(map(len, bearers.values())) >= 15
    assert all(len(sites) == 1 for sites in boxes.values())


# Figures


def test_the_truth_itself_scores_one_and_its_star_too(corpus):
    truth = truth_of(corpus)
    found = figures_of(truth.pairs, truth)

    assert set(found.recall.values()) == set(found.direct.values()) == {1.0}
    assert (found.precision, found.stock, found.unrelated) == (1.0, 0, 0)


def test_two_copies_paired_with_a_third_are_joined_but_not_directly(corpus):
    truth = truth_of(corpus)
    story = Counter(original for original, *_ in corpus.pairs).most_common(1)[0][0]
    copies = sorted({copy for original, copy, kind in corpus.pairs if original == story and kind != "split"})
    star = np.array([(copies[0], row) for row in [story, *copies[1:]]])
    found = figures_of(np.concatenate([star, star[:, ::-1]]), truth)

    assert found.pairs == len(star)
    assert found.precision == 1.0
    assert sum(found.recall.values()) > sum(found.direct.values()) > 0


def test_nothing_is_joined_by_what_is_said_twice_of_its_original(corpus):
    truth = truth_of(corpus)
    exact = truth.pairs[truth.kinds == "exact"]
    single = next(row for row, passage in enumerate(corpus.passages) if passage.planted.kind == "single")
    elsewhere = np.array([(row, single) for row in np.unique(exact)])
    recall = figures_of(np.concatenate([exact, elsewhere, exact[:, ::-1]]), truth).recall

    assert recall["exact"] == 1
    assert recall["words 20%"] == recall["quote"] == 0
    assert figures_of(np.empty((0, 2), dtype=np.int64), truth).recall == dict.fromkeys(KINDS, 0)


def test_passages_of_the_same_words_that_are_paired_stand_for_one_another(corpus):
    truth = truth_of(corpus)
    exact = {original: copy for original, copy, kind in corpus.pairs if kind == "exact"}
    story, edited = next((a, b) for a, b, kind in corpus.pairs if kind == "words 5%" and a in exact)
    of_copy = np.array([(exact[story], edited)])

    assert figures_of(of_copy, truth).recall["words 5%"] == 0
    joined = figures_of(np.concatenate([of_copy, [(story, exact[story])]]), truth)
    assert joined.recall["words 5%"] == joined.recall["exact"] == 1 / 20
    assert joined.direct["words 5%"] == 0
    assert sum(joined.recall.values()) == pytest.approx(2 / 20)


def test_pairs_of_one_box_or_page_do_not_count_and_stock_phrases_are_wrong(corpus):
    truth = truth_of(corpus)
    rows = {}
    for row, passage in enumerate(corpus.passages):
        for key in (("box", passage.planted.box), ("stock", passage.planted.phrase), ("page", passage.document)):
            rows.setdefault(key, []).append(row)
    box = next(found for (what, number), found in rows.items() if what == "box" and number != -1 and len(found) > 1)
    page = next(found for (what, _), found in rows.items() if what == "page" and len(found) > 1)
    stock = next(
        (a, b)
        for (what, number), found in rows.items()
        if what == "stock" and number != -1
        for a, b in [found[:2]]
        if truth.document[a] != truth.document[b]
    )
    singles = [row for row, passage in enumerate(corpus.passages) if passage.planted.kind == "single"]
    reported = np.array([box[:2], page[:2], stock, (singles[0], singles[-1])])
    found = figures_of(reported, truth)
    wrong, shares_phrase = wrong_pairs(reported, truth)

    assert (found.pairs, found.stock, found.unrelated, found.precision) == (2, 1, 1, 0.0)
    assert len(wrong) == 2
    assert shares_phrase.sum() == 1


# The benchmark


def test_ours_is_measured_in_a_process_of_its_own(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.txt").write_text("\n\n".join(made_up(400, 4)))
    report = tmp_path / "report.json"
    arguments = ["--text", str(tmp_path), "--passages", "600", "--only", OURS, "--json", str(report), "--wrong", "1"]
    monkeypatch.setattr(sys, "argv", ["neardup", *arguments])

    assert neardup.main() == 0
    row = json.loads(report.read_text())["systems"][OURS]
    assert row["figures"]["recall"]["exact"] == row["figures"]["recall"]["words 1%"] == 1.0
    assert row["figures"]["precision"] > 0.9
    assert row["cpu_s"] > 0
    assert row["peak_mb"] > 10
    assert "recall by kind of copy" in capsys.readouterr().out


def test_what_is_found_is_held_against_its_floors(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.txt").write_text("\n\n".join(made_up(400, 4)))
    path = tmp_path / "neardup_floors.json"
    monkeypatch.setattr(neardup.floors, "NEARDUP_FLOORS", path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["neardup", "--text", str(tmp_path), "--only", OURS, *arguments])
        return neardup.main(), capsys.readouterr().out

    assert run("--passages", "500", "--check")[0] == 2
    assert run("--passages", "500", "--write-floors")[0] == 0
    code, printed = run("--passages", "500", "--check")
    assert (code, "floors are reached" in printed) == (0, True)
    code, printed = run("--passages", "600", "--check")
    assert (code, "Nothing was checked" in printed) == (2, True)

    floors = json.loads(path.read_text())
    floors["least"]["cleaner recall, exact"] = 1.01
    path.write_text(json.dumps(floors))
    code, printed = run("--passages", "500", "--check")
    assert (code, "below its floor of 1.0100" in printed) == (1, True)


def test_an_unknown_system_is_refused():
    with pytest.raises(ValueError, match="no system is called 'nobody'"):
        neardup.chosen(["nobody"])


def test_a_system_that_is_not_there_is_left_out(tmp_path):
    passages = tmp_path / "passages" / "passages.jsonl"
    passages.parent.mkdir()
    passages.write_text('{"text": "one"}\n')
    name = next(searcher.name for searcher in SEARCHERS if searcher.distribution == "text-dedup")
    if find_spec("text_dedup"):
        pytest.skip("text-dedup is there")

    assert (
        neardup.search(name, passages, [sys.executable], 60) == "left out: No package metadata was found for text-dedup"
    )


def test_a_system_that_takes_too_long_is_ended(tmp_path):
    passages = tmp_path / "passages" / "passages.jsonl"
    passages.parent.mkdir()
    rows = [{"text": text} for text in made_up(300, 6) * 100]
    passages.write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert neardup.search("datasketch word-3 .4", passages, [sys.executable], 1) == "no answer within 1 CPU s"
