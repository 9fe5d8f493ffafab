"""Exports with something wrong in them: a reader reads or refuses them in a sentence."""

import copy

from hypothesis import strategies as st

WRONG = st.sampled_from(
    [None, True, False, 0, -1, 2.5, float("nan"), "", " ", "x", "a\nb", "a\0b", "\ud800", "[1]",
     "http://[x", [], {}, [[]], [None], ["cat", 1], ["cat", ["dog"]], {"label": True}, {"x": [1]},
     {"choices": 1}, {"choices": ["cat", None]}, {"_cls": "Classification"},
     {"_cls": "Classifications", "classifications": 5}]
)  # fmt: skip


def _places(value, path=()):
    """The path to each value in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[key], (*path, key))


@st.composite
def mutated(draw, content):
    """A JSON value in which up to three values are others, missing or there twice."""
    content = copy.deepcopy(content)
    for _ in range(draw(st.integers(1, 3))):
        places = [place for place in _places(content) if place]
        if not places:
            break
        *way, key = draw(st.sampled_from(places))
        parent = content
        for step in way:
            parent = parent[step]
        what = draw(st.sampled_from(["other", "missing", "twice"]))
        if what == "other":
            parent[key] = copy.deepcopy(draw(WRONG))
        elif what == "missing":
            del parent[key]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[key]))
    return content


@st.composite
def damaged(draw, text):
    """Bytes of a text of which a part is missing, there twice or replaced."""
    data = text.encode()
    start = draw(st.integers(0, len(data) - 1))
    end = start + draw(st.integers(0, 40))
    new = draw(
        st.sampled_from([b"", data[start:end] * 2, b"\0", b"\xff", b"<", b'"', b"&x;", b"]"])
    )
    return data[:start] + new + data[end:]


def reads_or_says(read, file):
    """Call a reader; what it raises is a sentence with the file."""
    try:
        found = read()
    except (ValueError, FileNotFoundError) as error:
        assert type(error) in (ValueError, FileNotFoundError), repr(error)
        assert file in str(error), error
    else:
        assert len(found) == found.labels.shape[0] > 0
