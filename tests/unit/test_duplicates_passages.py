"""How kept text is cut into passages."""

from cleaner.config import Passages
from cleaner.duplicates.passages import KINDS, PASSAGE, cut_passages
from cleaner.model import TextBlock

SENTENCE = "The council of the old town voted on Monday to close the bridge over the river."


def whole(text: str, role: str = "paragraph") -> list[TextBlock]:
    return [TextBlock(0, len(text), role)]


def parts(text: str, blocks: list[TextBlock] | None = None, config: Passages | None = None) -> list[tuple[str, str]]:
    found = cut_passages(text, blocks or whole(text), config or Passages())
    return [(KINDS[passage["kind"]], text[passage["start"] : passage["end"]]) for passage in found]


def test_a_short_block_is_no_passage():
    assert parts("Sign up to our mailing list!") == []


def test_a_paragraph_of_one_sentence_is_one_passage():
    assert parts(f"  {SENTENCE} ") == [("passage", SENTENCE)]


def test_sentences_and_quotations_stand_beside_their_passage():
    text = f"“{SENTENCE[:-1]},” said the mayor of the town in a letter. He left."

    assert parts(text) == [
        ("passage", text),
        ("sentence", text[: text.index(" He")]),
        ("quote", SENTENCE[:-1]),
    ]


def test_a_quotation_that_is_its_whole_passage_is_not_repeated():
    assert [kind for kind, _ in parts(f"“{SENTENCE}”")] == ["passage"]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_pieces_that_tile_it():
    text = " ".join([SENTENCE] * 30)
    pieces = [piece for kind, piece in parts(text) if kind == "passage"]

    assert " ".join(pieces) == text
    assert all(piece.endswith("river.") and len(piece.split()) <= 90 for piece in pieces)


def test_text_without_sentence_ends_is_cut_between_words():
    text = "word " * 1000
    pieces = [piece for kind, piece in parts(text) if kind == "passage"]

    assert " ".join(pieces) == text.strip()
    assert max(len(piece.split()) for piece in pieces) <= 180


def test_chinese_and_thai_are_cut_and_counted_by_letter():
    for text in ("北京市政府星期一决定关闭这座大桥。" * 30, "สภาเมืองเก่าลงมติเมื่อวันจันทร์ให้ปิดสะพาน" * 30):
        pieces = [piece for kind, piece in parts(text) if kind == "passage"]
        assert "".join(pieces) == text
        assert len(pieces) > 3


def test_no_piece_is_shorter_than_a_passage_may_be():
    text = " ".join([SENTENCE] * 6) + " He left. " + "word " * 170 + ". So it was."

    assert all(cut_passages(text, whole(text), Passages())["words"] >= 8)


def test_neighbouring_short_items_are_one_passage():
    items = ["two cups of flour", "one cup of sugar", "three large eggs", "a pinch of salt"]
    text = "\n".join(items)
    blocks, at = [], 0
    for item in items:
        blocks.append(TextBlock(at, at + len(item), "item"))
        at += len(item) + 1

    assert parts(text, blocks) == [("passage", text)]
    assert parts(text, [TextBlock(b.text_start, b.text_end, "paragraph") for b in blocks]) == []


def test_code_has_no_quotations_or_sentences():
    text = 'print("one two three four five six seven eight nine ten eleven twelve thirteen") ' * 2

    assert [kind for kind, _ in parts(text, whole(text, "code"))] == ["passage"]


def test_a_quotation_over_several_pieces_is_cut_with_them():
    text = "“" + " ".join([SENTENCE] * 12) + "” said the mayor."
    found = cut_passages(text, whole(text), Passages())
    pieces = found[found["kind"] == PASSAGE]

    for passage in found:
        assert ((pieces["start"] <= passage["start"]) & (passage["end"] <= pieces["end"])).any()
