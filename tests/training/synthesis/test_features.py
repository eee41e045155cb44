"""The features are what the model's last layer sees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from recognizer.classify import Classifier
from tests.recognizer.models import write_model
from tests.training.drawn_faces import drawn_faces
from training.errors import DataError
from training.synthesis.features import FeatureNet, per_face

CARD = Path("models/emotion.yaml")


def test_features_are_what_the_last_layer_answers_from(tmp_path: Path) -> None:
    """The tiny model's last layer takes the mean of its input."""
    faces = drawn_faces(1).images
    seen = FeatureNet(write_model(tmp_path)).see(faces)
    np.testing.assert_allclose(seen.features[:, 0], faces.mean(axis=(1, 2)) / 255, atol=1e-5)
    assert (seen.labels == 0).all()


def test_labels_are_those_of_the_default_models_own_answer() -> None:
    faces = drawn_faces(1).images
    net = FeatureNet(CARD)
    expected = Classifier.load(CARD).probabilities(faces).argmax(axis=1)
    assert (net.see(faces).labels == expected).all()
    assert len(net.see(faces).features) == len(faces)
    assert net.identity.startswith("emotion ")


def test_a_model_that_reads_the_mirror_image_too_has_one_row_of_features_for_each_face() -> None:
    both = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], np.float32)
    np.testing.assert_array_equal(per_face(both, 2), [[3, 4], [5, 6]])
    np.testing.assert_array_equal(per_face(both, 4), both)


def test_the_number_of_faces_at_once_changes_nothing(tmp_path: Path) -> None:
    faces = drawn_faces(14).images
    net = FeatureNet(write_model(tmp_path))
    np.testing.assert_allclose(net.see(faces).features[200:203], net.see(faces[200:203]).features, atol=1e-6)


def test_a_model_without_a_last_linear_layer_is_refused(tmp_path: Path) -> None:
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 7])
    other = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 7])
    graph = onnx.helper.make_graph([onnx.helper.make_node("Relu", ["x"], ["y"])], "flat", [value], [other])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "emotion.onnx")
    (tmp_path / "emotion.yaml").write_text(CARD.read_text())
    with pytest.raises(DataError, match="no last linear layer"):
        FeatureNet(tmp_path / "emotion.yaml")
