from __future__ import annotations

from threading import Thread

from recognizer.slot import LatestSlot


def test_the_newest_item_replaces_one_that_still_waits() -> None:
    slot: LatestSlot[str] = LatestSlot()
    for item in ("old", "older still", "new"):
        slot.put(item)
    assert slot.take(0) == "new"
    assert slot.dropped == 2


def test_an_item_is_taken_only_once() -> None:
    slot: LatestSlot[int] = LatestSlot()
    slot.put(1)
    assert slot.take(0) == 1
    assert slot.take(0) is None
    assert slot.dropped == 0


def test_false_values_are_items_too() -> None:
    slot: LatestSlot[int] = LatestSlot()
    slot.put(0)
    assert slot.take(0) == 0


def test_closing_wakes_the_one_who_waits() -> None:
    slot: LatestSlot[int] = LatestSlot()
    taken: list[int | None] = []
    waiting = Thread(target=lambda: taken.append(slot.take(None)))
    waiting.start()
    slot.close()
    waiting.join(10)
    assert taken == [None]
    assert slot.closed


def test_what_was_left_before_closing_can_still_be_taken_but_nothing_is_added() -> None:
    slot: LatestSlot[str] = LatestSlot()
    slot.put("last")
    slot.close()
    slot.put("too late")
    assert slot.take(0) == "last"
    assert slot.take(0) is None


def test_nothing_is_lost_or_doubled_between_threads() -> None:
    slot: LatestSlot[int] = LatestSlot()
    taken: list[int] = []

    def consume() -> None:
        while (item := slot.take(None)) is not None:
            taken.append(item)

    consumer = Thread(target=consume)
    consumer.start()
    for item in range(2000):
        slot.put(item)
    slot.close()
    consumer.join(10)
    assert taken == sorted(set(taken))
    assert taken[-1] == 1999
    assert len(taken) + slot.dropped == 2000
