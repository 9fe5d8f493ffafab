"""Names of many images, which are looked at together, and classes that are lists of others."""

import pytest

from mmpartial.formats.common.checks import check_joined, check_names


@pytest.mark.parametrize("name", [" a", "a ", "", " ", "a\nb", "a\tb", "a\x7f", "\u200ba", 3, None])
@pytest.mark.parametrize("before, after", [([], []), (["b"], ["c"]), (["é"], [])])
def test_names_among_others(before, name, after):
    check_names("x", "class", ["b", "c d", "é", "犬"])
    with pytest.raises(ValueError, match="^x has "):
        check_names("x", "class", [*before, name, *after])


@pytest.mark.parametrize("name", ["cat,dog", "cat; dog", "dog|cat"])
def test_names_of_several_classes(name):
    check_joined("x", {name, "cat", "crane, bird", "bird"}, "write them apart")
    with pytest.raises(
        ValueError, match="x has the class '.*' beside .*: .*; write them apart, or"
    ):
        check_joined("x", {name, "cat", "dog"}, "write them apart")
