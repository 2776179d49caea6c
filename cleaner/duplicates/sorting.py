"""Whole numbers sorted digit by digit: ten times as many take ten times as long, and pairs of rows are many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled

Ints = NDArray[np.integer]
_NONE = np.empty(0, dtype=np.uint32)
_BLOCK = 65_536
_BITS = 64
_HALF, _LOW = np.uint64(32), np.uint64(2**32 - 1)


def sort_keys(keys: NDArray[np.uint64], low: int = 0, spare: NDArray[np.uint64] | None = None) -> NDArray[np.uint64]:
    """*keys* sorted by their bits from *low* on, equal ones as they stood; overwrites *keys*.

    Args:
        spare: as much room again, or more; what comes back is a part of it or *keys*.

    >>> sort_keys(np.array([0x22, 0x13, 0x11, 0x20], dtype=np.uint64), 4).tolist()
    [19, 17, 34, 32]
    """
    other = np.empty_like(keys) if spare is None else spare[: len(keys)]
    if compiled.native is None:
        other[:] = keys[np.argsort(keys >> np.uint64(low), kind="stable")]
        return other
    return other if compiled.native.sort_keys(keys, _NONE, other, _NONE, low) else keys


def sorted_unique(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """What ``np.unique`` gives; overwrites *keys*."""
    keys = sort_keys(keys)
    count = 0
    for first in range(0, len(keys), _BLOCK):  # in place, as fresh memory has to be cleared first
        some = keys[first : first + _BLOCK]
        some = some[begins_of(some)]
        some = some[int(count > 0 and some[0] == keys[count - 1]) :]
        keys[count : count + len(some)] = some
        count += len(some)
    return keys[:count]


def packed_pairs(a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Two whole numbers of 32 bits in one that sorts by both.

    >>> unpacked_pairs(packed_pairs(np.array([7, 2]), np.array([1, 9]))).tolist()
    [[7, 1], [2, 9]]
    """
    packed = a.astype(np.uint64)
    packed <<= _HALF
    packed |= b.astype(np.uint64)
    return packed


def unpacked_pairs(packed: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(m, 2) numbers of what ``packed_pairs`` gave."""
    return np.column_stack([packed >> _HALF, packed & _LOW]).astype(np.int64)


def begins_of(keys: Ints) -> NDArray[np.int64]:
    """Where runs of equal *keys* begin.

    >>> begins_of(np.array([4, 4, 7, 4])).tolist()
    [0, 2, 3]
    """
    is_first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def order_of(*columns: Ints) -> NDArray[np.int64]:
    """The places of rows sorted by the first of *columns*, then by the next ones, equal rows as they stood.

    Args:
        columns: whole numbers from 0 on, of up to 2**32 rows.

    >>> order_of(np.array([1, 0, 1]), np.array([2, 9, 1])).tolist()
    [1, 2, 0]
    """
    if compiled.native is None:
        return np.lexsort(columns[::-1])
    order = np.arange(len(columns[0]), dtype=np.uint32)
    last = len(columns)
    while last:  # as many columns at once as one number has room for
        widths = [int(column.max(initial=0)).bit_length() for column in columns[:last]]
        first = last - 1
        while first and sum(widths[first - 1 :]) <= _BITS:
            first -= 1
        keys = columns[first].astype(np.uint64)
        for column, width in zip(columns[first + 1 : last], widths[first + 1 :], strict=True):
            keys <<= np.uint64(width)
            keys |= column.astype(np.uint64)
        _, order = sorted_with(keys if last == len(columns) else keys[order], order)
        last = first
    return order.astype(np.int64)


def sorted_places(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """*keys* sorted, and where each stood, equal ones as they did; overwrites *keys*, of which there are up to 2**32.

    >>> [column.tolist() for column in sorted_places(np.array([4, 7, 4, 1], dtype=np.uint64))]
    [[1, 4, 4, 7], [3, 0, 2, 1]]
    """
    return sorted_with(keys, np.arange(len(keys), dtype=np.uint32))


def sorted_with(keys: NDArray[np.uint64], values: NDArray[np.uint32]) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """*keys* sorted, equal ones as they stood, and the *values* beside them; overwrites both."""
    if compiled.native is None:
        places = np.argsort(keys, kind="stable")
        return keys[places], values[places]
    spares = np.empty_like(keys), np.empty_like(values)
    return spares if compiled.native.sort_keys(keys, values, *spares, 0) else (keys, values)


def first_places(keys: Ints) -> NDArray[np.int64]:
    """Where each different one of *keys* stands first, the least of them first; as ``np.unique`` has it."""
    found, places = sorted_places(keys.astype(np.uint64))
    return places[begins_of(found)].astype(np.int64)
