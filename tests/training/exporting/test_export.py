"""From a run's folder to a file that the recognizer takes, and to nothing at all where something is wrong."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

import training.exporting.export
import training.exporting.quantise
from recognizer.card import Prior, load_card
from recognizer.classify import Classifier
from recognizer.crop import to_input
from tests.training.drawn_faces import drawn_faces
from tests.training.small_fit import small_recipe
from training.__main__ import main
from training.errors import ExportError
from training.exporting.onnx_file import MirrorAveraged, to_onnx, with_float16_weights
from training.exporting.parity import FLOAT16_TOLERANCE, FLOAT32_TOLERANCE, check_parity, run
from training.fit_recipe import NetRecipe, Recipe
from training.fitting.checkpoint import save_checkpoint
from training.fitting.run_folder import load_run
from training.nets.backbones import build_net
from training.nets.face_net import FaceNet
from training.recipe_file import write_model

SMALL = {"widths": (16, 32), "blocks": (1, 1)}


def made_net(**changes: object) -> FaceNet:
    """A net with random weights that answers differently for different faces."""
    torch.manual_seed(0)
    return build_net(NetRecipe.model_validate(SMALL | changes)).eval()


def write_run(folder: Path, *settings: str, **changes: object) -> Path:
    """A run's folder as a fit of a recipe with these settings leaves it, without the hours."""
    recipe_path = small_recipe(folder, per_class=4, net=NetRecipe.model_validate(SMALL | changes))
    where = folder / "run"
    where.mkdir()
    write_model(Recipe.load(recipe_path, settings), where / "recipe.yaml")
    recipe_path.unlink()
    (where / "origin.json").write_text(json.dumps({"git": "abc123"}))
    save_checkpoint(where / "weights.pt", made_net(**changes).state_dict())
    return where


@pytest.fixture(scope="module", autouse=True)
def no_stopwatch() -> Iterator[None]:
    """Time is measured by its own test; here it would only take time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.exporting.export, "latency_of", lambda _classifier: {"ratio": 0.5})
        patch.setattr(training.exporting.quantise, "_time_ratio", lambda _original, _copy: 0.5)
        yield


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small.onnx, its card, its int8 copy, and the run they came from."""
    folder = tmp_path_factory.mktemp("export")
    where = write_run(folder, "data.clean.equalise=global")
    arguments = ["export", "--run", str(where), "--out", str(folder / "small.onnx"), "--int8"]
    assert main([*arguments, "--licence", "free"]) == 0
    return folder


def test_the_card_says_all_that_is_known(exported: Path) -> None:
    card, content = load_card(exported / "small.yaml"), (exported / "small.onnx").read_bytes()
    assert (card.sha256, card.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (card.recipe, card.revision, card.licence) == ("small", "abc123", "free")
    assert card.trained_on == "fer2013.csv: 28 training faces with the votes of fer2013new.csv"
    by_label = {"valid", "test", "test_without_near_copies"}
    by_crowd = {"valid_{}", "test_{}", "test_{}_without_near_copies"}
    assert set(card.accuracy) == by_label | {
        name.format(j) for name in by_crowd for j in ("votes", "majority")
    }
    assert next(iter(card.accuracy)) == "valid_votes", "what people see comes first"
    assert card.answers == "label"
    assert card.prior == Prior(0.0, (0.1429,) * 7), "28 faces are too few to choose by"
    assert {"accuracy", "interval_95", "calibration_error"} <= set(card.accuracy["test"])
    assert card.calibration["faces"] == 28
    assert card.parity["float32"] <= FLOAT32_TOLERANCE
    assert card.parity["float16"] <= FLOAT16_TOLERANCE
    assert card.latency == {"ratio": 0.5}
    assert card.input.equalise == "global"


def test_the_votes_head_answers_where_the_recipe_says_so(tmp_path: Path) -> None:
    where = write_run(tmp_path)
    net = made_net()
    assert main(["export", "--run", str(where), "--out", str(tmp_path / "m.onnx"), "--set",
                 "export.head=votes"]) == 0  # fmt: skip
    classifier = Classifier.load(tmp_path / "m.yaml")
    assert classifier.card.answers == "votes"
    assert "most people" in classifier.card.notes
    images = drawn_faces(1).images
    with torch.no_grad():
        votes = net.heads(net.normalise(torch.from_numpy(to_input(images, classifier.card.input))))[1]
    assert classifier.logits(images) == pytest.approx(votes[:, :7].numpy(), abs=0.01)


def test_a_set_that_nobody_voted_on_is_calibrated_by_its_labels(tmp_path: Path) -> None:
    run = load_run(write_run(tmp_path), ("export.head=votes",))
    faces = drawn_faces(4)
    faces = faces.with_votes(np.zeros_like(faces.votes))
    stated = training.exporting.export.CardStatements()
    card = training.exporting.export.export(run, faces, tmp_path / "m.onnx", stated).card
    assert (card.answers, card.calibration["faces"]) == ("label", 28)
    assert set(card.accuracy) == {"valid", "test", "test_without_near_copies"}


def test_a_card_tells_of_other_faces_too_where_they_are_named(tmp_path: Path) -> None:
    where = write_run(tmp_path)
    assert main(["export", "--run", str(where), "--out", str(tmp_path / "m.onnx"), "--also",
                 str(tmp_path / "fer2013.csv")]) == 0  # fmt: skip
    accuracy = load_card(tmp_path / "m.yaml").accuracy
    assert accuracy["fer2013_test"] == accuracy["test"]
    assert "fer2013_test_without_near_copies" in accuracy


@pytest.mark.parametrize(
    "setting",
    ["data.clean.equalise=global", "net.dropout=0.5", "fit.seed=7", "data.votes=null"],
)
def test_a_card_cannot_state_another_fit_than_that_of_the_run(
    tmp_path: Path, setting: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = write_run(tmp_path)
    assert main(["export", "--run", str(where), "--set", setting]) == 2
    error = capsys.readouterr().err
    assert f"fitted with another {setting.partition('=')[0]}; only" in error
    assert error.count("\n") == 1
    assert not list(where.glob("*.onnx"))


def test_a_run_whose_faces_moved_is_exported_into_its_folder_as_often_as_one_likes(tmp_path: Path) -> None:
    where = write_run(tmp_path)
    moved = (tmp_path / "fer2013.csv").rename(tmp_path / "moved.csv")
    arguments = ["export", "--run", str(where), "--set", f"data.faces={moved}", "--set", "export.mirror=true"]
    assert main(arguments) == 0
    assert main(arguments) == 0
    assert load_card(where / "small.yaml").notes == "Reads the face and its mirror image."
    assert Recipe.load(where / "recipe.yaml").export.mirror is False


@pytest.mark.parametrize("there", ["small.onnx", "small.yaml", "small_int8.onnx", "w.pt"])
def test_what_another_run_wrote_is_replaced_only_where_asked(
    tmp_path: Path, there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where, models = write_run(tmp_path), tmp_path / "models"
    models.mkdir()
    (models / there).write_text("another's")
    arguments = ["export", "--run", str(where), "--out", str(models / "small.onnx"), "--int8", "--weights"]
    assert main([*arguments, str(models / "w.pt")]) == 2
    assert f"{models / there}: is there already" in capsys.readouterr().err
    assert [(path.name, path.read_text()) for path in models.iterdir()] == [(there, "another's")]


def test_the_card_never_takes_the_place_of_the_runs_recipe(tmp_path: Path) -> None:
    where = write_run(tmp_path, "name=recipe")
    before = (where / "recipe.yaml").read_text()
    assert main(["export", "--run", str(where), "--overwrite"]) == 2
    assert (where / "recipe.yaml").read_text() == before


def test_the_file_says_it_too_and_needs_no_card_beside_it(exported: Path, tmp_path: Path) -> None:
    alone = tmp_path / "small.onnx"
    alone.write_bytes((exported / "small.onnx").read_bytes())
    carried, beside = Classifier.load(alone), Classifier.load(exported / "small.yaml")
    assert carried.card == replace(beside.card, size_bytes=0)
    images = drawn_faces(1).images
    assert (carried.probabilities(images) == beside.probabilities(images)).all()


def test_nothing_in_the_file_tells_of_the_machine_that_made_it(exported: Path) -> None:
    for name in ("small.onnx", "small_int8.onnx"):
        content = (exported / name).read_bytes()
        assert not re.search(rb"\.py\b", content), "a trace of source files"
        for folder in (exported, Path.home(), Path.cwd()):
            assert str(folder).encode() + b"/" not in content


def test_an_int8_copy_with_its_own_card_comes_along_where_asked_for(exported: Path) -> None:
    card = load_card(exported / "small_int8.yaml")
    assert card.quantised["original"] == load_card(exported / "small.yaml").sha256
    assert card.input == load_card(exported / "small.yaml").input
    assert Classifier.load(exported / "small_int8.onnx").probabilities(drawn_faces(1).images).shape == (21, 7)


@pytest.mark.parametrize(
    "net",
    [
        {"size_px": 48},
        {"size_px": 64, "channels": 3, "normalise": "fixed"},
        {"size_px": 112, "normalise": "fixed", "mean": (0.4,), "std": (0.3,)},
    ],
    ids=lambda net: f"{net['size_px']} px",
)
@pytest.mark.parametrize("mirror", [False, True], ids=["plain", "mirror"])
def test_any_size_and_number_of_channels_answers_as_torch_for_any_number_of_faces(
    net: dict[str, object], mirror: bool
) -> None:
    face_net = made_net(**net)
    pixels = to_input(drawn_faces(1).images[:9], face_net.input_spec)
    model = to_onnx(face_net, mirror)
    answering = MirrorAveraged(face_net).eval() if mirror else face_net
    parity = check_parity(answering, model, with_float16_weights(model), pixels)
    assert parity.faces == 9
    assert parity.float16_is_fine
    whole = run(model, pixels)
    for size in (1, 2, 7):
        assert run(model, pixels[:size]) == pytest.approx(whole[:size], abs=1e-4)
    flipped = run(model, np.ascontiguousarray(pixels[..., ::-1]))
    assert np.allclose(flipped, whole, atol=1e-4) == mirror


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size_px", "channels"),
    [
        ("mobilenetv4_conv_small", 112, 3),
        ("convnext_atto", 96, 1),
        ("vgg19_bn", 48, 1),
        ("legacy_xception", 112, 3),
    ],
)
def test_timms_nets_are_exported_too(name: str, size_px: int, channels: int) -> None:
    face_net = made_net(kind="timm", name=name, size_px=size_px, channels=channels)
    pixels = to_input(drawn_faces(1).images[:8], face_net.input_spec)
    model = to_onnx(face_net)
    assert check_parity(face_net, model, with_float16_weights(model), pixels).float16_is_fine


def test_a_file_whose_batch_is_frozen_is_refused() -> None:
    net = made_net()
    model = to_onnx(net)
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 2
    with pytest.raises(ExportError, match="cannot be run"):
        check_parity(net, model, model, to_input(drawn_faces(1).images[:9], net.input_spec))


def test_weights_beyond_float16_are_kept_as_they_are() -> None:
    net = made_net()
    with torch.no_grad():
        net.get_parameter("stem.0.weight").mul_(1e8)
    model = to_onnx(net)
    pixels = to_input(drawn_faces(1).images[:9], net.input_spec)
    parity = check_parity(net, model, with_float16_weights(model), pixels)
    assert parity.float32 <= FLOAT32_TOLERANCE
    assert not parity.float16_is_fine
    assert "float16" not in training.exporting.export._parity_figures(parity).keys() - {"weights"}


def test_only_big_weights_are_halved() -> None:
    model = to_onnx(made_net())
    half = with_float16_weights(model)
    assert len(half.SerializeToString()) < 0.6 * len(model.SerializeToString())
    kinds = {
        (one.data_type, len(one.dims) > 1)
        for one in half.graph.initializer
        if numpy_helper.to_array(one).size > 256
    }
    assert kinds == {(onnx.TensorProto.FLOAT16, True)}


def test_a_file_that_differs_from_the_net_leaves_the_old_one_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = write_run(tmp_path)
    other = made_net()
    with torch.no_grad():
        other.label_head.bias.add_(torch.arange(7.0))
    monkeypatch.setattr(training.exporting.export, "to_onnx", lambda _net, mirror: to_onnx(other, mirror))
    out = tmp_path / "models" / "small.onnx"
    out.parent.mkdir()
    for path in (out, out.with_suffix(".yaml")):
        path.write_text("old")
    assert main(["export", "--run", str(where), "--out", str(out), "--overwrite"]) == 1
    error = capsys.readouterr().err
    assert "differs from the trained net" in error
    assert error.count("\n") == 1
    assert {path.name: path.read_text() for path in out.parent.iterdir()} == {
        "small.onnx": "old",
        "small.yaml": "old",
    }


def test_a_set_without_a_validation_split_is_said(tmp_path: Path) -> None:
    where = write_run(tmp_path)
    faces = drawn_faces(2)
    with pytest.raises(ExportError, match="no validation split"):
        training.exporting.export.export(
            load_run(where),
            faces.where(faces.splits != "valid"),
            tmp_path / "out.onnx",
            training.exporting.export.CardStatements(),
        )


def test_a_place_that_cannot_be_written_to_is_said(exported: Path) -> None:
    model, card = onnx.load(str(exported / "small.onnx")), load_card(exported / "small.yaml")
    with pytest.raises(ExportError, match="cannot be written"):
        training.exporting.export.place(model, card, exported / "small.yaml" / "small.onnx")
