"""Cells that list several labels, as exports and data frames write them."""

import pytest

from mmpartial.formats.tables.cell_lists import check_separator, split


@pytest.mark.parametrize(
    "cell, separator, labels",
    [
        ("Cardiomegaly|Emphysema", "|", ["Cardiomegaly", "Emphysema"]),
        ("a||b|", "|", ["a", "b"]),
        ("a ; b", ";", ["a", "b"]),
        ("sun burn, dry", "comma", ["sun burn", "dry"]),
        ("  haze   primary ", "space", ["haze", "primary"]),
        ("haze primary", " ", ["haze", "primary"]),
        ("a\tb", "tab", ["a", "b"]),
        ("set()", "json", []),
        ("a / b/c", " / ", ["a", "b/c"]),
        ("", "|", []),
        ("Human, adult", "json", ["Human, adult"]),
        ('["Human, adult", "b"]', "json", ["Human, adult", "b"]),
        ("['it\\'s', \"b\"]", "json", ["it's", "b"]),
        ("['a',\n 'b']", "json", ["a", "b"]),
        ("('a',)", "json", ["a"]),
        ("{'a'}", "json", ["a"]),
        ("[3, 4]", "json", ["3", "4"]),
        ("[a, b c]", "json", ["a", "b c"]),
        ('{"choices": ["a", "b"]}', "json", ["a", "b"]),
        ('{"choices": "a"}', "json", ["a"]),
        ("{}", "json", []),
        ("[]", "json", []),
        ("[]", "none", ["[]"]),
        ("a|b", "none", ["a|b"]),
    ],
)
def test_split(cell, separator, labels):
    assert split(cell, separator) == labels


@pytest.mark.parametrize(
    "cell, message",
    [
        ("['a' 'b']", "write commas between its labels"),
        ("['a'\n 'b']", "write commas between its labels"),
        ("[1 2]", "write commas between its labels"),
        ("['a', ['b']]", "other than texts"),
        ("['a', None]", "other than texts"),
        ("[true]", "other than texts"),
        ("[0.5]", "other than texts"),
        ("[' ']", "without a name"),
        ("{'a': 1}", "it does not hold a list of labels"),
        ('{"taxonomy": [["a"]]}', "it does not hold a list of labels"),
        ("['a, 'b']", "it is not a list in JSON"),
        ("[" * 200_000 + "]" * 200_000, "it is not a list in JSON"),
    ],
)
def test_what_is_no_list(cell, message):
    with pytest.raises(ValueError, match=message):
        split(cell, "json")


@pytest.mark.parametrize("separator", ["", 3, [","], True])
def test_what_is_no_separator(separator):
    with pytest.raises(ValueError, match="separator=.*'none' if each cell is one label"):
        check_separator(separator)
