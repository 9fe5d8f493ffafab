"""Texts in two arrays."""

import pickle

import pytest

from mmpartial.utils.packed_texts import PackedTexts

TEXTS = ["a/1.jpg", "", "dög \udc80", "a/1.jpg"]  # a name of a file that is not UTF-8


def test_is_the_list_that_it_was_made_of():
    packed = PackedTexts(TEXTS)
    assert list(packed) == packed[:] == TEXTS and packed == TEXTS and packed == TEXTS
    assert packed[1:3] == TEXTS[1:3] and packed[::-2] == TEXTS[::-2] and packed[3:2] == []
    assert packed[-2] == TEXTS[-2] and len(packed) == 4 and "" in packed
    assert packed == PackedTexts(TEXTS) and packed != PackedTexts(["a/1.jpgd", "", "", ""])
    assert pickle.loads(pickle.dumps(packed)) == packed
    with pytest.raises(IndexError):
        packed[4]


def test_texts_are_read_many_at_once(monkeypatch):
    monkeypatch.setattr("mmpartial.utils.packed_texts._TOGETHER", 2)
    for texts in (TEXTS, [f"{number}.jpg" for number in range(5)], []):
        assert [*PackedTexts(texts)] == texts
