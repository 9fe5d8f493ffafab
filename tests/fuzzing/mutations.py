"""Damage to a valid file, in its bytes or in its structure; a seed decides all of it."""

import io
import json
import re
import zipfile
from pathlib import PurePath
from random import Random

from tests.damage import ODD

WORDS = [
    b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", "\u200b".encode(), b"-1", b"1e999", b"nan",
    b"1" * 30, b"9" * 5000, b"../../x", b"/etc/passwd", b"\"", b"'", b",", b";", b"\n", b"\r\n",
    b"[" * 3000,
    b"(" * 300, b"{\"a\":" * 3000, b"<a>" * 3000, b"&#0;", b"A1:XFD1048576", b"ZZZ999999999",
]  # fmt: skip
NUMBERS = [0, 1, 2, 127, 128, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1]
MOST = 2**20  # bytes of a mutated file, before it is packed
ZIPS = (".npz", ".xlsx", ".pth", ".pt")


def mutate(rng: Random, content: bytes, name: str) -> bytes:
    """The contents of a file with one to three kinds of damage."""
    for _ in range(rng.randint(1, 3)):
        content = _once(rng, content, PurePath(name).suffix)
    return content


def _once(rng: Random, content: bytes, ending: str) -> bytes:
    structured = {".json": _json, ".jsonl": _json_lines, ".npy": _array}
    change = _archive if ending in ZIPS else structured.get(ending, _text)
    if rng.random() < 0.6:
        try:
            return change(rng, content)
        except Exception:
            pass  # it is damaged already
    return _bytes(rng, content)


def _bytes(rng: Random, content: bytes) -> bytes:
    """Other bytes, fewer, more, or a part of them many times."""
    begin = rng.randint(0, len(content))
    end = min(len(content), begin + rng.choice([1, 1, 2, 4, 8, 64, 1024]))
    part = content[begin:end]
    size = rng.choice([1, 2, 4, 8])
    new = rng.choice(
        [
            b"",
            bytes([rng.randrange(256)]) * len(part),
            rng.choice(NUMBERS).to_bytes(8, "little")[:size],
            rng.choice(WORDS),
            part * min(rng.choice([2, 10, 1000, 100_000]), max(1, MOST // max(1, len(part)))),
        ]
    )
    return content[:begin] if rng.random() < 0.1 else content[:begin] + new + content[end:]


def _text(rng: Random, content: bytes) -> bytes:
    """Another word, number or name, or lines again and again."""
    if len(content) > MOST:  # by damage before
        return _bytes(rng, content)
    places = list(re.finditer(rb"[\w.\-]+", content))
    if not places or rng.random() < 0.2:
        lines = content.splitlines(keepends=True) or [b""]
        at = rng.randrange(len(lines))
        most = MOST // max(1, len(lines[at]))
        lines[at] *= rng.choice([0, 2, min(20_000, most)])
        return b"".join(lines)
    place = rng.choice(places)
    new = rng.choice([*WORDS, place[0] * 2, str(rng.choice(NUMBERS)).encode()])
    return content[: place.start()] + new + content[place.end() :]


def _json(rng: Random, content: bytes) -> bytes:
    """Another value in some place, none, or the value many times."""
    return json.dumps(_other(rng, json.loads(content))).encode()


def _json_lines(rng: Random, content: bytes) -> bytes:
    lines = content.splitlines()
    at = rng.randrange(len(lines))
    lines[at] = _json(rng, lines[at])
    return b"\n".join(lines)


def _other(rng: Random, value: object) -> object:
    """A JSON value with a change somewhere in it."""
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = rng.randrange(len(value))
        if rng.random() < 0.1:
            return [*value, *value[at : at + 1] * rng.choice([1, 1000])]
        return [*value[:at], _other(rng, value[at]), *value[at + 1 :]]
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(list(value))
        rest = {other: value[other] for other in value if other != key}
        if rng.random() < 0.15:
            return rest if rng.random() < 0.5 else {**rest, rng.choice(["x", "", "\ud800"]): 1}
        return {**value, key: _other(rng, value[key])}
    nest: object = value
    for _ in range(rng.choice([1, 50])):
        nest = [nest]
    return rng.choice([*ODD, nest, "x" * rng.choice([300, 100_000])])


def _array(rng: Random, content: bytes) -> bytes:
    """Another number or type in the header of an array."""
    end = content.index(b"\n") + 1
    header = _text(rng, content[10:end])
    if rng.random() < 0.7:
        header = header.rstrip() + b" " * max(0, end - 11 - len(header.rstrip())) + b"\n"
    length = min(len(header), 2**16 - 1).to_bytes(2, "little")
    return content[:8] + length + header + content[end:]


def _archive(rng: Random, content: bytes) -> bytes:
    """Damage to one part of an archive, or a part that unpacks to far more."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
        packed = {entry.compress_type for entry in archive.infolist()}
    name = rng.choice(list(parts))
    parts[name] = _once(rng, parts[name], PurePath(name).suffix)
    kind = zipfile.ZIP_DEFLATED
    if rng.random() < 0.9:
        kind = max(packed, default=kind)
    elif rng.random() < 0.5:
        parts[name] += parts[name][-64:] * 2**20
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()
