"""Keys that are there twice, and files that are no JSON."""

import json

import pytest

from mmpartial.utils.json_objects import load_json, without_repeats


class Key(str):
    """A text that counts how often it is compared."""

    __hash__ = str.__hash__
    compared = 0

    def __eq__(self, other):
        Key.compared += 1
        return str.__eq__(self, other)


def test_a_repeated_key_is_found_in_linear_time():
    pairs = [(Key(number), number) for number in range(5_000)]
    with pytest.raises(ValueError, match="the key '4999' is there twice"):
        without_repeats([*pairs, (Key("4999"), 0)])
    assert Key.compared < 1_000  # not each with each


@pytest.mark.parametrize(
    "content, message",
    [
        (b'{"a": 1, "a": 2}', "x.json: the key 'a' is there twice: keep one of them"),
        (b'[{"b": {"a": 1, "a": 2}}]', "x.json: the key 'a' is there twice"),
        (b"", "x.json is not complete JSON in UTF-8 .*Expecting value"),
        (b'{"a": ', "x.json is not complete JSON in UTF-8 .*it may have been cut off"),
        ("{}".encode("utf-16"), "x.json, line 1 is not complete JSON in UTF-8 .*save the file as"),
        (b'{\n"\xe9": 1}', "x.json, line 2 is not complete JSON in UTF-8"),
        (b"[" * 100_000, "x.json has lists or objects nested too deeply"),
        (b"1" * 5_000, "x.json: Exceeds the limit"),
    ],
)
def test_what_is_wrong(tmp_path, content, message):
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        load_json(str(file))
    assert type(error.value) is ValueError and str(error.value).startswith(str(file))


def test_a_byte_order_mark(tmp_path):
    file = tmp_path / "x.json"
    file.write_text(json.dumps(dict(a=1)), encoding="utf-8-sig")
    assert load_json(str(file)) == dict(a=1)
