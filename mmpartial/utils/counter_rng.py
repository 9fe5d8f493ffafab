"""Random numbers as pure functions of integers.

The random numbers of an image must not depend on the order of a batch, the number of workers or
GPUs, or a restart. A generator has a state that could differ. Here, a number is the hash of the
integers that name it, for example (seed, epoch, row, class).
"""

import hashlib

import torch
from torch import Tensor

_GOLDEN = -7046029254386353131  # 0x9E3779B97F4A7C15 as a signed 64-bit integer


def _shift_right(value: Tensor, bits: int) -> Tensor:
    """Logical right shift of int64 (torch's is arithmetic)."""
    return (value >> bits).bitwise_and_((1 << (64 - bits)) - 1)


def _xor_shifted(value: Tensor, bits: int) -> Tensor:
    return _shift_right(value, bits).bitwise_xor_(value)


def _splitmix64(value: Tensor) -> Tensor:
    """The finaliser of SplitMix64, a bijection of 64-bit integers (Steele et al., 2014)."""
    value = _xor_shifted(value, 30).mul_(-4658895280553007687)  # 0xBF58476D1CE4E5B9
    value = _xor_shifted(value, 27).mul_(-7723592293110705685)  # 0x94D049BB133111EB
    return _xor_shifted(value, 31)


def hash_ints(*keys: Tensor | int) -> Tensor:
    """Hash integers of broadcastable shapes to one int64 each.

    If all keys but the last are fixed, different last keys give different hashes. So two classes
    of an image never have the same number.

    >>> hash_ints(0, torch.arange(3)).tolist() == hash_ints(0, torch.arange(3)).tolist()
    True
    >>> len(set(hash_ints(7, torch.arange(10_000)).tolist()))
    10000
    """
    state = torch.zeros((), dtype=torch.int64)
    for key in keys:
        key = torch.as_tensor(key, dtype=torch.int64)
        state = _splitmix64(state.to(key.device) + (key * _GOLDEN + _GOLDEN))
    return state


def uniform(*keys: Tensor | int) -> Tensor:
    """Uniform float64 numbers in [0, 1), from integer keys as in :func:`hash_ints`.

    >>> bool(abs(uniform(0, torch.arange(100_000)).mean() - 0.5) < 0.01)
    True
    """
    return _shift_right(hash_ints(*keys), 11).double() * 2.0**-53


def hash_text(text: str) -> int:
    """A signed 64-bit hash of a text, the same on every machine.

    >>> hash_text('a.jpg') == hash_text('a.jpg') != hash_text('b.jpg')
    True
    """
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
