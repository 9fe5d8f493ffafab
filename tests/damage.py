"""Damage to valid files, for tests of what readers do with it."""

import copy

from hypothesis import strategies as st

# One of each type of JSON, what passes for a number, an id or a name elsewhere, and what
# annotation tools write in other places.
ODD = [
    None, True, False, 0, 1, -1, 1.0, 0.5, float("nan"), float("inf"), 10**30, "", " ", "1", "cat",
    "\ud800", "a\nb", "nul\0", [], {}, [[]], [None], [True], {"id": 1}, ["cat"],
    [10**30], [10**400], "[1]", "http://[x", ["cat", 1], ["cat", ["dog"]], {"label": True},
    {"choices": 1}, {"choices": ["cat", None]}, {"_cls": "Classification"},
    {"_cls": "Classifications", "classifications": 5},
]  # fmt: skip


def _places(content, place=()):
    """All places below a JSON value."""
    inside = {list: enumerate, dict: dict.items}.get(type(content), lambda _: ())(content)
    for key, value in inside:
        yield (*place, key)
        yield from _places(value, (*place, key))


@st.composite
def mutated(draw, content):
    """A JSON value in which up to three values are others, missing or there twice."""
    content = copy.deepcopy(content)
    for _ in range(draw(st.integers(1, 3))):
        places = [*_places(content)]
        if not places:
            break
        *around, key = draw(st.sampled_from(places))
        parent = content
        for step in around:
            parent = parent[step]
        kind = draw(st.sampled_from(["other", "missing", "twice"]))
        if kind == "other":
            parent[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif kind == "missing":
            del parent[key]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[key]))
    return content


def damaged(content: bytes):
    """A file that is cut off, has other bytes in a place, another encoding, or a deep nest."""
    cut = st.integers(0, len(content)).map(lambda end: content[:end])
    flipped = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)).map(
        lambda where: content[: where[0]] + bytes([where[1]]) + content[where[0] + 1 :]
    )
    new = st.sampled_from([b"", b"\0", b"\xff", b"<", b'"', b"&x;", b"]"])
    part = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 40), new | st.none()).map(
        lambda change: _spliced(content, *change)
    )
    other = [content.decode("latin-1").encode("utf-16"), b"[" * 100_000, b'{"a":' * 100_000]
    return cut | flipped | part | st.sampled_from(other)


def _spliced(content, start, length, new):
    """The content with something new in place of a part; None puts the part there twice."""
    part = content[start : start + length]
    return content[:start] + (2 * part if new is None else new) + content[start + length :]


def read_or_told(read, path):
    """What is read, or None if a sentence that names the file says why it cannot be."""
    try:
        return read()
    except (ValueError, FileNotFoundError) as error:
        assert type(error) in (ValueError, FileNotFoundError), repr(error)  # no parser's own
        assert str(path) in str(error), error
        return None


def annotations_or_told(read, path):
    """The annotations that are read, which have images; or None, as of :func:`read_or_told`."""
    found = read_or_told(read, path)
    assert found is None or len(found) == found.labels.shape[0] > 0
    return found
