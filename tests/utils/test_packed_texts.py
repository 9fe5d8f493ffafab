"""Texts in two arrays."""

import pickle

import pytest

from mmpartial.utils.packed_texts import PackedTexts

TEXTS = ["a/1.jpg", "", "dög \udc80", "a/1.jpg"]  # a name of a file that is not UTF-8


def test_is_the_list_that_it_was_made_of():
    packed = PackedTexts(TEXTS)
    assert list(packed) == packed[:] == TEXTS and packed == TEXTS and packed == TEXTS
    assert packed[-2] == TEXTS[-2] and len(packed) == 4 and "" in packed
    assert packed == PackedTexts(TEXTS) and packed != PackedTexts(["a/1.jpgd", "", "", ""])
    assert pickle.loads(pickle.dumps(packed)) == packed
    with pytest.raises(IndexError):
        packed[4]
