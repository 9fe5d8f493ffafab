"""Damage to valid files, for tests of what readers do with it."""

import json

from hypothesis import strategies as st

# One of each type of JSON, and what passes for a number, an id or a name elsewhere.
ODD = [
    None, True, False, 0, 1, -1, 1.0, 0.5, float("nan"), float("inf"), 10**30, "", " ", "1", "cat",
    "\ud800", "a\nb", "nul\0", [], {}, [[]], [None], [True], {"id": 1}, ["cat"],
    [10**30], [10**400],
]  # fmt: skip


def _places(content, place=()):
    """All places below a JSON value."""
    inside = {list: enumerate, dict: dict.items}.get(type(content), lambda _: ())(content)
    for key, value in inside:
        yield (*place, key)
        yield from _places(value, (*place, key))


def replaced(content):
    """JSON in which one value is another, or is missing."""
    places = [(), *_places(content)]
    return st.builds(
        lambda place, value: _replace(json.loads(json.dumps(content)), place, value),
        st.sampled_from(places),
        st.sampled_from(ODD) | st.just(_replace),
    ).map(json.dumps)


def _replace(content, place, value):
    if not place:
        return None if value is _replace else value
    around = content
    for key in place[:-1]:
        around = around[key]
    if value is _replace:
        del around[place[-1]]
    else:
        around[place[-1]] = value
    return content


def damaged(content: bytes):
    """A file that is cut off, has a byte of another value, another encoding, or a deep nest."""
    cut = st.integers(0, len(content)).map(lambda end: content[:end])
    flipped = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)).map(
        lambda where: content[: where[0]] + bytes([where[1]]) + content[where[0] + 1 :]
    )
    other = [content.decode("latin-1").encode("utf-16"), b"[" * 100_000, b'{"a":' * 100_000]
    return cut | flipped | st.sampled_from(other)


def read_or_told(read, path):
    """What is read, or None if a sentence that names the file says why it cannot be."""
    try:
        return read()
    except (ValueError, FileNotFoundError) as error:
        assert type(error) in (ValueError, FileNotFoundError), repr(error)  # no parser's own
        assert str(path) in str(error), error
        return None
