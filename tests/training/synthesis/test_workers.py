"""Drawing processes share the machine: each computes in one thread."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from training.synthesis.workers import spread


def note_threads(path: str) -> None:
    np.ones((8, 8)) @ np.ones((8, 8))
    threads = [pool["num_threads"] for pool in threadpool_info()]
    import torch  # as generators do: after the process was told to take one core

    Path(path).write_text(f"{max(threads)} {os.environ['LP_NUM_THREADS']} {torch.get_num_threads()}")


def test_each_process_computes_in_one_thread(tmp_path: Path) -> None:
    notes = [tmp_path / name for name in ("first", "second")]
    assert len(list(spread(note_threads, map(str, notes), 2))) == 2
    assert [note.read_text() for note in notes] == ["1 0 1", "1 0 1"]
