"""The bounded cache forgets what was used longest ago."""

import threading

from napari_dinosar.caching import BoundedCache


def cache_of(max_bytes: int) -> BoundedCache[bytes]:
    return BoundedCache(max_bytes, len)


def test_the_oldest_goes_first_and_a_look_makes_young():
    cache = cache_of(10)
    cache.put("a", b"12345")
    cache.put("b", b"1234")
    assert cache.get("a") == b"12345"
    cache.put("c", b"12345")
    assert cache.get("b") is None
    assert cache.get("a") == b"12345"
    assert cache.n_bytes == 10


def test_a_value_that_is_too_large_is_not_kept_and_replaces_its_old_one():
    cache = cache_of(4)
    cache.put("a", b"1234")
    cache.put("a", b"12345")
    assert cache.get("a") is None
    assert cache.n_bytes == 0


def test_a_replaced_value_counts_once():
    cache = cache_of(10)
    for _ in range(5):
        cache.put("a", b"1234")
    assert (len(cache), cache.n_bytes) == (1, 4)
    cache.clear()
    assert (len(cache), cache.n_bytes) == (0, 0)


def test_threads_leave_the_count_right():
    cache = cache_of(64)

    def work(offset: int) -> None:
        for i in range(500):
            cache.put((offset, i % 40), bytes(1 + i % 7))
            cache.get((1 - offset, i % 40))

    threads = [threading.Thread(target=work, args=(k,)) for k in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = [cache.get((k, i)) for k in (0, 1) for i in range(40)]
    assert sum(len(value) for value in left if value is not None) == cache.n_bytes <= 64
