"""Any number of processes comes to one result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.data import REPOSITORY
from tests.training.small_fit import small_recipe
from training.__main__ import main
from training.errors import RecipeError
from training.fit_recipe import NetRecipe
from training.fitting.checkpoint import load_checkpoint
from training.fitting.parallel import computes_in_bfloat16, fabric_precision, own_micro_batches
from training.fitting.seeds import epoch_order, micro_batch_streams


@given(st.integers(1, 8), st.integers(1, 8))
def test_the_processes_share_all_parts_out_and_none_twice(processes: int, each: int) -> None:
    parts = processes * each
    shared = [part for rank in range(processes) for part in own_micro_batches(parts, rank, processes)]
    assert shared == list(range(parts))


def test_parts_that_cannot_be_shared_out_are_refused_with_what_to_set() -> None:
    with pytest.raises(RecipeError, match=r"micro_batches is 1, which 2 .* set fit.micro_batches=2"):
        own_micro_batches(1, 0, 2)


@pytest.mark.timeout(900)  # three interpreters load torch, which takes minutes on a busy machine
def test_two_processes_started_by_torchrun_reach_the_result_of_one(tmp_path: Path) -> None:
    net = NetRecipe(widths=(8, 16), blocks=(1, 1), dropout=0.2, drop_path=0.1)
    recipe = small_recipe(tmp_path, 8, net, epochs=2, micro_batches=2, mixup=0.3)
    alone, together = tmp_path / "alone", tmp_path / "together"
    assert main(["fit", str(recipe), "--run", str(alone)]) == 0
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node",
        "2",
        "-m",
        "--",
    ]
    command += ["training", "fit", str(recipe), "--run", str(together), "--threads", "1"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((together / "provenance.json").read_text())["processes"] == 2
    one, two = (load_checkpoint(run / "weights.pt") for run in (alone, together))
    for name in one:
        torch.testing.assert_close(one[name], two[name], atol=1e-4, rtol=1e-4)
    histories = [
        [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
        for run in (alone, together)
    ]
    for ours, theirs in zip(*histories, strict=True):
        assert ours["valid_accuracy"] == theirs["valid_accuracy"]
        assert ours["loss"] == pytest.approx(theirs["loss"], abs=1e-4)


def test_bfloat16_is_for_processors_that_compute_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for capabilities, able in (
        ({"avx512_bf16": True}, True),
        ({"amx_bf16": True}, True),
        ({"avx2": True}, False),
    ):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda found=capabilities: found)
        assert computes_in_bfloat16() is able
        assert fabric_precision("auto") == ("bf16-mixed" if able else "32-true")
        assert fabric_precision("float32") == "32-true"
        assert fabric_precision("bfloat16") == "bf16-mixed"


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 7))
def test_draws_depend_on_their_place_alone(seed: int, step: int, part: int) -> None:
    here, again, beside = (
        micro_batch_streams(seed, step, part),
        micro_batch_streams(seed, step, part),
        micro_batch_streams(seed, step, part + 1),
    )
    first, same, other = (torch.rand(4, generator=draws.images) for draws in (here, again, beside))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert here.net_seed == again.net_seed != beside.net_seed


def test_every_epoch_shows_every_face_once_in_its_own_order() -> None:
    orders = [epoch_order(50, 0, epoch) for epoch in range(2)]
    assert all(sorted(order.tolist()) == list(range(50)) for order in orders)
    assert not torch.equal(*orders)
