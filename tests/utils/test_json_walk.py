"""Walking through JSON gives what reading it whole gives."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mmpartial.utils.json_walk import walk_lines, walk_lists

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
INDENTS = st.sampled_from([None, 0, 1, "\t"])


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES | st.lists(VALUES)), INDENTS)
def test_lists(content, indent):
    taken = []
    found = walk_lists(json.dumps(content, indent=indent), dict(a=taken.append))
    expected = content["a"] if isinstance(content.get("a"), list) else []
    assert taken == expected
    assert found == (content | dict(a=[]) if taken else content)


@given(VALUES.filter(lambda value: not isinstance(value, dict)))
def test_what_is_no_object(content):
    assert walk_lists(json.dumps(content), {}) == content


@given(st.lists(VALUES), INDENTS)
def test_lines(values, indent):
    """Also where a value takes several lines, and with blank lines."""
    texts = [json.dumps(value, indent=indent) for value in values]
    found = list(walk_lines("\n\n".join(texts) + "\n"))
    assert [value for _, value in found] == values
    starts = [1 + sum(text.count("\n") + 2 for text in texts[:n]) for n in range(len(texts))]
    assert [line for line, _ in found] == starts
