from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from player.config import DEFAULT_FILE, POLICY_NAMES, Settings, load_settings, settings_of
from player.errors import SettingsError
from recognizer.steady import SteadySettings


def keys_of(section: type[BaseModel], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, field in section.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= keys_of(inner, f"{prefix}{name}.")
        else:
            found.add(prefix + name)
    return found


def written_keys(tree: dict[str, Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in tree.items():
        found |= written_keys(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name}
    return found


def test_the_shipped_file_equals_the_defaults() -> None:
    assert load_settings(DEFAULT_FILE) == Settings()


def test_the_shipped_file_states_every_setting() -> None:
    assert written_keys(yaml.safe_load(DEFAULT_FILE.read_text())) == keys_of(Settings)


def test_every_setting_of_the_shipped_file_has_a_comment_above_it_or_above_its_neighbour() -> None:
    lines = DEFAULT_FILE.read_text().splitlines()
    for section in yaml.safe_load(DEFAULT_FILE.read_text()):
        start = lines.index(f"{section}:")
        assert lines[start + 1].strip().startswith("#"), section


def test_the_steadying_defaults_are_the_recognisers_own() -> None:
    assert Settings().steadying == SteadySettings()


def test_policies_of_the_settings_are_the_ones_that_exist() -> None:
    policy = pytest.importorskip("player.music.choice.policy")
    assert set(POLICY_NAMES) == set(policy.POLICIES)


def test_a_file_may_change_one_thing_and_leave_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("music:\n  policy: calm\n")
    settings = load_settings(file)
    assert settings.music.policy == "calm"
    assert settings.sound == Settings().sound


def test_an_empty_file_or_section_means_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    for text in ("", "music:\n", "# nothing\n"):
        file.write_text(text)
        assert load_settings(file) == Settings()


def test_a_camera_may_be_named_by_its_number() -> None:
    assert settings_of({"camera": {"source": 1}}, "x").camera.source == "1"


@pytest.mark.parametrize(
    ("written", "key", "value", "allowed"),
    [
        ({"sound": {"volume": 3}}, "sound.volume", "3", "a number from 0 to 1"),
        ({"sound": {"backend": "alsa"}}, "sound.backend", "alsa", "vlc | mixer | silent"),
        ({"music": {"policy": "loud"}}, "music.policy", "loud", "match | lift | calm | iso | hold"),
        ({"music": {"foldr": "/x"}}, "music.foldr", "/x", "did you mean folder"),
        ({"musik": {}}, "musik", "{}", "did you mean music"),
        ({"window": {"width_px": 3}}, "window.width_px", "3", "a whole number from 400 to 16384"),
        ({"camera": {"mirror": "yes"}}, "camera.mirror", "yes", "true or false"),
        (
            {"steadying": {"dwell_seconds": "long"}},
            "steadying.dwell_seconds",
            "long",
            "a number from 0 to 30",
        ),
        ({"steadying": {"leave_probability": 0.9}}, "steadying.leave_probability", "0.9", "0 to enter"),
        ({"listener": {"follow": "all"}}, "listener.follow", "all", "front | average | named"),
        ({"listener": {"follow": "named"}}, "listener.name", "None", "a person's name"),
        ({"camera": 3}, "camera", "3", "a section with indented keys"),
        ({"sound": {"volume": float("nan")}}, "sound.volume", "nan", "a number from 0 to 1"),
    ],
)
def test_a_fault_is_one_line_that_names_key_value_and_range(
    written: dict[str, Any], key: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(written, "config.yaml")
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith("config.yaml: ")
    for part in (key, value, allowed):
        assert part in line
    assert caught.value.exit_code == 2


def test_several_faults_are_counted() -> None:
    with pytest.raises(SettingsError, match=r"and 1 more"):
        settings_of({"sound": {"volume": 3}, "window": {"width_px": 3}}, "x")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words", "music: [", "\x00"])
def test_what_is_no_settings_file_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert "\n" not in str(caught.value)
    assert "bad.yaml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere.yaml: there is no such file"):
        load_settings(tmp_path / "nowhere.yaml")


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(written=st.dictionaries(st.sampled_from([*Settings.model_fields, "other"]), json_like, max_size=3))
def test_anything_at_all_gives_settings_or_one_line(written: dict[str, Any]) -> None:
    try:
        settings = settings_of(written, "config.yaml")
    except SettingsError as error:
        line = str(error)
    else:
        line = str(settings.music.policy)
    assert line.isprintable()


def test_the_former_name_of_the_audio_backend_is_read_and_the_new_one_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("sound: {stage: silent}\n")

    assert load_settings(file).sound.backend == "silent"
    assert "sound.backend" in capsys.readouterr().err
