"""Names as people write them: equal, alike and unknown names, and invisible characters."""

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)
_TOGETHER = 4096  # names

# Controls, zero-width characters, marks of direction, fillers, and bytes that are not UTF-8.
_UNSEEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
)
# Joiners belong to Persian, to scripts of India and to emoji, but not beside a Latin letter.
_WRONG = re.compile(rf"[{_UNSEEN}]|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_IGNORED = re.compile(rf"[{_UNSEEN}\u200c\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff]")


def canonical(name: str) -> str:
    r"""A name in Unicode's form NFC, in which names are compared.

    macOS and some tools write an accented letter as a letter and an accent, others as one
    character. Both are the same text.

    >>> canonical('cafe\u0301') == 'caf\u00e9'
    True
    """
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def all_canonical(names: Sequence[str]) -> Sequence[str]:
    """Many names in Unicode's form NFC; quick if all are ASCII."""
    return names if all(map(str.isascii, names)) else [*map(canonical, names)]


def in_lines(names: Sequence[str]) -> Iterator[tuple[str, int]]:
    r"""Many names as few texts, with a line break around each, and how many are in each text.

    Searching such a text for signs is much quicker than searching each name.

    >>> list(in_lines(['cat', 'dog']))
    [('\ncat\ndog\n', 2)]
    """
    for start in range(0, len(names), _TOGETHER):
        part = names[start : start + _TOGETHER]
        yield "\n".join(["", *part, ""]), len(part)


def visible(name: object) -> str:
    r"""A name in quotes for a message; characters that cannot be seen are escaped.

    >>> print(visible('\u200bcat'), visible('cafe\u0301'), visible('caf\u00e9'))
    '\u200bcat' 'cafe\u0301' 'café'
    """
    if isinstance(name, str) and name != canonical(name):
        return ascii(name)
    return _IGNORED.sub(lambda found: ascii(found[0])[1:-1], repr(name))


def unseen(name: str) -> str | None:
    r"""A description of the first invisible character in a name, or None.

    >>> unseen('c\u200bat'), unseen('cat')
    ('U+200B (zero width space)', None)
    """
    if name.isascii() and name.isprintable():
        return None
    found = _WRONG.search(name)
    if found is None:
        return None
    kind = "a byte that is not UTF-8" if "\ud800" <= found[0] <= "\udfff" else "a control character"
    return f"U+{ord(found[0]):04X} ({unicodedata.name(found[0], '').lower() or kind})"


def alike(name: str) -> str:
    r"""A name without letter case, blanks and invisible characters.

    >>> alike('Sun Burn') == alike('sunburn\u200b')
    True
    """
    return "".join(_IGNORED.sub("", canonical(name)).lower().split())


def difference(one: str, other: str) -> str | None:
    """The difference of two names that look alike; None if they do not.

    >>> difference('Cat', 'cat'), difference('hot dog', 'hotdog'), difference('cat', 'cats')
    ('letter case', 'blanks', None)
    """
    one, other = canonical(one), canonical(other)
    if alike(one) != alike(other):
        return None
    if one == other:
        return "Unicode form"
    if _IGNORED.sub("", one) == _IGNORED.sub("", other):
        return "characters that cannot be seen"
    if one.lower() == other.lower():
        return "letter case"
    if "".join(one.split()) == "".join(other.split()):
        return "blanks"
    return "letter case, blanks or characters that cannot be seen"


def alike_pair(names: Iterable[str]) -> tuple[str, str] | None:
    """The first two names that are not equal but look alike, or None.

    >>> alike_pair(['cat', 'dog', 'Cat'])
    ('cat', 'Cat')
    """
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(alike(name), name)
        if other != name:
            return other, name
    return None


def unknown_class(name: str, classes: Sequence[str]) -> str:
    """A sentence that says that there is no such class, and names the nearest one.

    >>> unknown_class('dogs', ['cat', 'dog'])
    "there is no class 'dogs' among the 2 classes; the nearest is 'dog'."
    >>> unknown_class('Cat', ['cat'])
    "there is no class 'Cat' among the 1 classes; the nearest is 'cat', which differs in \
letter case."
    """
    by_lower = {str(c).lower(): str(c) for c in classes}
    by_lower |= {alike(str(c)): str(c) for c in classes}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0)
    nearest = by_lower.get(alike(name)) or (by_lower[near[0]] if near else None)
    hint = "" if nearest is None else f"; the nearest is {visible(nearest)}"
    only = None if nearest is None else difference(name, nearest)
    how = f", which differs in {only}" if only else ""
    return f"there is no class {visible(name)} among the {len(classes)} classes{hint}{how}."


def class_numbers(names: Iterable[str], classes: Sequence[str]) -> list[int]:
    """The places of some names among the classes.

    Raises:
        ValueError: There is no such class.

    >>> class_numbers(['dog'], ['cat', 'dog'])
    [1]
    """
    place = {name: number for number, name in enumerate(classes)}
    for name in names:
        if name not in place:
            raise ValueError(unknown_class(name, classes))
    return [place[name] for name in names]


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The end of a sentence that names the nearest known name; empty if none is near.

    >>> nearest('AnnotatedImage', ['AnnotatedImages', 'CheXpert'])
    "; the nearest is 'AnnotatedImages'"
    >>> nearest('ppl0.6', ['PAL', 'PPL'])
    "; the nearest is 'PPL'"
    """
    written = sorted(known)
    found = get_close_matches(name, written, n=1, cutoff=cutoff)
    if not found:
        by_lower = {other.lower(): other for other in written}
        found = [by_lower[near] for near in get_close_matches(name.lower(), by_lower, 1, cutoff)]
    return f"; the nearest is {found[0]!r}" if found else ""


def repeated(names: Iterable[Name]) -> Name | None:
    """The first name that occurs more than once, or None.

    >>> repeated(['cat', 'dog', 'cat'])
    'cat'
    """
    return next((name for name, number in Counter(names).items() if number > 1), None)
