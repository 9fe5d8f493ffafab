"""Names that are equal, look alike, or cannot be seen."""

import re
import unicodedata

import pytest

from mmpartial.utils.names import alike_pair, canonical, difference, unknown_class, unseen, visible


@pytest.mark.parametrize("name", ["m\u00fcde", "\u1ec7", "\uac01", "\u30ac"])
def test_unicode_forms_are_one_name(name):
    forms = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")}
    assert len(forms) == 2 and {canonical(form) for form in forms} == {
        unicodedata.normalize("NFC", name)
    }
    assert difference(*forms) == "Unicode form"
    assert len({visible(form) for form in forms}) == 2
    assert all(visible(form) == ascii(form) for form in forms if form != canonical(form))


@pytest.mark.parametrize(
    "one, other, what",
    [
        ("Cat", "cAT", "letter case"),
        ("\u00c9t\u00e9", "e\u0301te\u0301", "letter case"),
        ("hot dog", "hotdog", "blanks"),
        ("hot dog", "hot\u00a0dog", "blanks"),
        ("hot dog", "hot\u3000dog", "blanks"),
        ("cat", "c\ufeffat", "characters that cannot be seen"),
        ("\u2764\ufe0f", "\u2764", "characters that cannot be seen"),
        ("Hot dog", "hotdog\u200e", "letter case, blanks or characters that cannot be seen"),
    ],
)
def test_differences(one, other, what):
    assert difference(one, other) == what and difference(other, one) == what
    assert alike_pair(["a", one, "b", other]) == (one, other)
    shown = visible(one), visible(other)
    assert shown[0] != shown[1] and all(re.fullmatch(r"'[ -~\u00c0-\u2fff]+'", s) for s in shown)


def test_other_names():
    assert difference("cat", "cats") is None and difference("sun_burn", "sun burn") is None
    assert alike_pair(["cat", "cats", "cat", "sun-burn", "sun burn"]) is None


@pytest.mark.parametrize(
    "name, what",
    [
        ("a\nb", "U+000A (a control character)"),
        ("a\0", "U+0000 (a control character)"),
        ("\tcat", "U+0009 (a control character)"),
        ("\ufeffcat", "U+FEFF (zero width no-break space)"),
        ("ca\u00adt", "U+00AD (soft hyphen)"),
        ("cat\u200d", "U+200D (zero width joiner)"),
        ("\u202ecat", "U+202E (right-to-left override)"),
        ("\u3164", "U+3164 (hangul filler)"),
        ("caf\udce9", "U+DCE9 (a byte that is not UTF-8)"),
    ],
)
def test_what_cannot_be_seen(name, what):
    assert unseen(name) == what
    assert what[2:6].lower().lstrip("0") in visible(name) or "\\" in visible(name)


@pytest.mark.parametrize(
    "name",
    [
        "cat",
        "\u00e9t\u00e9",
        "cafe\u0301",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a joiner
        "\u0915\u094d\u200d\u0937",  # Hindi
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",  # a family
        "\u2764\ufe0f\u200d\U0001f525",
        "a\u00a0b",
    ],
)
def test_ordinary_names(name):
    assert unseen(name) is None


def test_the_nearest_class():
    sentence = unknown_class("hot\u200bdog", ["cat", "hotdogs", "Hot dog"])
    assert "there is no class 'hot\\u200bdog' among the 3 classes" in sentence
    assert sentence.endswith(
        "the nearest is 'Hot dog', which differs in letter case, blanks or characters that cannot "
        "be seen."
    )
