"""The memory of a session: what was read, masked and encoded once is not done again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """A mapping that forgets what was used longest ago when it grows over its size.

    Parameters
    ----------
    max_bytes : int
        Size that the values may have together.
    size_of : callable
        Returns the size of a value in bytes.

    Notes
    -----
    Reading and writing are safe from several threads. A value larger than ``max_bytes`` is not
    kept.
    """

    def __init__(self, max_bytes: int, size_of: Callable[[Value], int]) -> None:
        self.max_bytes = max_bytes
        self._size_of = size_of
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._n_bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def n_bytes(self) -> int:
        """Size of all values, in bytes."""
        return self._n_bytes

    def get(self, key: Hashable) -> Value | None:
        """Return the value of a key, or None; it then counts as just used."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value, and forget the oldest ones where the room is needed."""
        size = self._size_of(value)
        with self._lock:
            if key in self._values:
                self._n_bytes -= self._size_of(self._values.pop(key))
            if size > self.max_bytes:
                return
            self._values[key] = value
            self._n_bytes += size
            while self._n_bytes > self.max_bytes:
                self._n_bytes -= self._size_of(self._values.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._n_bytes = 0
