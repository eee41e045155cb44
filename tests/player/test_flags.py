"""Flags of `python -m player` go before the settings of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

import player.app
from player.__main__ import main
from player.app import Options
from player.config import Settings


def test_another_model_can_be_named_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Settings] = []

    def play(settings: Settings, _options: Options) -> int:
        seen.append(settings)
        return 0

    monkeypatch.setattr(player.app, "play", play)
    file = tmp_path / "config.yaml"
    file.write_text("recognition:\n  model_card: mine.yaml\n  threads: 2\n")
    assert main(["--config", str(file)]) == main(["--config", str(file), "--model", "other.onnx"]) == 0
    assert [each.recognition.model_card for each in seen] == [Path("mine.yaml"), Path("other.onnx")]
    assert [each.recognition.threads for each in seen] == [2, 2]


def test_a_policy_named_on_the_command_line_is_known_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def play(_settings: Settings, options: Options) -> int:
        seen.append(options.policy_asked_for)
        return 0

    monkeypatch.setattr(player.app, "play", play)
    assert main([]) == main(["--policy", "match"]) == 0
    assert seen == [False, True]
