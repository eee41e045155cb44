"""Every setting with its default and its range, read from config.yaml; the only place that checks what a person wrote.

The shipped config.yaml states the same defaults with comments. A file may leave out what it does not change.
"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

from player.errors import SettingsError
from recognizer.resources import shipped
from recognizer.steady import SteadySettings

DEFAULT_FILE = shipped("config.yaml")

PolicyName = Literal["match", "lift", "calm", "iso", "hold"]
FollowName = Literal["front", "average", "named"]
Loudness = Literal["track", "album", "off"]
BackendName = Literal["vlc", "mixer", "silent"]
Written = Annotated[Path | None, Field(strict=False)]
"""A path as a person writes it: `~` is the home directory."""


def _index_as_text(value: Any) -> Any:
    """A camera is as well named by the number 0 as by the text "0"."""
    return str(value) if type(value) is int else value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class CameraSettings(_Section):
    """Where the pictures come from."""

    source: Annotated[str, BeforeValidator(_index_as_text)] = Field(default="auto", min_length=1)
    mirror: bool = True


class RecognitionSettings(_Section):
    """How faces are found and read."""

    model_card: Written = None
    face_model: Written = None
    most_faces: int = Field(default=4, ge=1, le=16)
    threads: int = Field(default=1, ge=1, le=16)


class ListenerSettings(_Section):
    """Whose face drives the music, and how a resting face is captured."""

    follow: FollowName = "front"
    name: str | None = Field(default=None, min_length=1, max_length=40)
    recognise: bool = True
    neutral_seconds: float = Field(default=10.0, ge=3, le=60)

    @model_validator(mode="after")
    def _names_whom(self) -> ListenerSettings:
        if self.follow == "named" and self.name is None:
            raise ValueError("name = None is not allowed with follow: named; allowed is a person's name")
        return self


class MusicSettings(_Section):
    """What is played and how it follows the mood."""

    folder: Written = None
    library: Written = None
    watch: bool = True
    loudness: Loudness = "track"
    policy: PolicyName = "match"
    shortest_play_seconds: float = Field(default=5.0, ge=0, le=600)
    mood_dwell_seconds: float = Field(default=0.0, ge=0, le=60)
    stay_margin: float = Field(default=0.05, ge=0, le=1)
    most_changes_per_hour: int = Field(default=120, ge=0, le=720)
    iso_minutes: float = Field(default=10.0, gt=0, le=240)
    goal_valence: float = Field(default=0.7, ge=-1, le=1)
    goal_arousal: float = Field(default=0.3, ge=-1, le=1)
    learn_taste: bool = True
    daring: float = Field(default=1.0, ge=0, le=2)
    queue_length: int = Field(default=6, ge=1, le=50)


class SoundSettings(_Section):
    """How it sounds. `stage` is the former name of `backend`: files that have it stay valid."""

    backend: BackendName = "vlc"
    volume: float = Field(default=0.8, ge=0, le=1)
    mood_fade_seconds: float = Field(default=1.2, ge=0, le=10)
    skip_fade_seconds: float = Field(default=0.4, ge=0, le=10)
    end_fade_seconds: float = Field(default=3.0, ge=0, le=20)
    gapless: bool = True

    @model_validator(mode="before")
    @classmethod
    def _former_name(cls, written: Any) -> Any:
        if isinstance(written, dict) and "stage" in written and "backend" not in written:
            return {"backend" if key == "stage" else key: value for key, value in written.items()}
        return written


class WindowSettings(_Section):
    """The window and what it shows."""

    width_px: int | None = Field(default=None, ge=400, le=16384)
    height_px: int | None = Field(default=None, ge=300, le=16384)
    text_zoom: float = Field(default=1.0, ge=0.5, le=1.25)
    frames_per_second: int = Field(default=60, ge=5, le=144)
    history_minutes: float = Field(default=2.0, ge=0.5, le=60)


class DesktopSettings(_Section):
    """How the rest of the computer sees and drives the player."""

    resume: bool = True
    media_keys: bool = True
    remote_control: bool = True


class Settings(_Section):
    """All settings; `load_settings` reads them."""

    camera: CameraSettings = CameraSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    steadying: SteadySettings = SteadySettings()
    listener: ListenerSettings = ListenerSettings()
    music: MusicSettings = MusicSettings()
    sound: SoundSettings = SoundSettings()
    window: WindowSettings = WindowSettings()
    desktop: DesktopSettings = DesktopSettings()


POLICY_NAMES: tuple[str, ...] = get_args(PolicyName)


def load_settings(path: Path | None) -> Settings:
    """Read a file, or the shipped one for None (its absence means the defaults).

    Raises SettingsError: one line that names the key, its value and what is allowed.
    """
    if path is None:
        if not DEFAULT_FILE.exists():
            return Settings()
        path = DEFAULT_FILE
    written = _read(path)
    sound = written.get("sound") if isinstance(written, dict) else None
    if isinstance(sound, dict) and "stage" in sound:
        print(f"{path}: sound.stage is now called sound.backend; please rename it", file=sys.stderr)
    return settings_of(written, str(path))


def settings_of(written: Any, where: str) -> Settings:
    """Check what a file says; `where` is the file's name for the error."""
    if written is None:
        return Settings()
    if not isinstance(written, dict):
        raise SettingsError(f"{where}: should hold sections such as `music:`, not a {type(written).__name__}")
    present = {key: value for key, value in written.items() if value is not None}
    try:
        return Settings.model_validate(present)
    except ValidationError as error:
        raise SettingsError(_printable(f"{where}: {_first_line(error)}")) from error


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file; check the path after --config") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({_short(error)})") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid YAML ({_short(error)})") from error


def _printable(line: str) -> str:
    """The line with control characters spelled out, whatever a file holds."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in line)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())


def _first_line(error: ValidationError) -> str:
    """The first fault in words, and how many more there are."""
    faults = error.errors(include_url=False)
    fault = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    place = tuple(str(part) for part in fault["loc"])
    key, value = ".".join(place), fault["input"]
    if fault["type"] in ("extra_forbidden", "invalid_key"):
        return f"unknown key {key} = {value!r}; {_known_keys(place)}{more}"
    if fault["type"] == "value_error":
        return f"{key}.{fault['msg'].removeprefix('Value error, ')}{more}"
    return f"{key} = {value!r} is not allowed; allowed is {_allowed(place)}{more}"


def _known_keys(place: tuple[str, ...]) -> str:
    section = _section_of(place)
    close = difflib.get_close_matches(place[-1], section.model_fields, n=1)
    meant = f"did you mean {close[0]}? " if close else ""
    return f"{meant}allowed are {', '.join(section.model_fields)}"


def _section_of(place: tuple[str, ...]) -> type[BaseModel]:
    section: type[BaseModel] = Settings
    for name in place[:-1]:
        inner = section.model_fields[name].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            section = inner
    return section


def _allowed(place: tuple[str, ...]) -> str:
    field = _section_of(place).model_fields.get(place[-1])
    if field is None:
        return "a value of another kind"
    options = [str(option) for option in get_args(field.annotation) if isinstance(option, str)]
    if options:
        return " | ".join(options)
    return _range(field) or "a section with indented keys"


_BOUNDS = {
    "ge": "from {}",
    "gt": "above {}",
    "le": "to {}",
    "lt": "below {}",
    "min_length": "of at least {} letter",
}
_KINDS = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (Path, "a path"),
    (str, "a text"),
)


def _range(field: FieldInfo) -> str:
    """What a field takes, for instance "a number from 0 to 1"."""
    kinds = (field.annotation, *get_args(field.annotation))
    words = [word for kind, word in _KINDS if kind in kinds]
    bounds = [
        text.format(getattr(limit, name))
        for name, text in _BOUNDS.items()
        for limit in field.metadata
        if hasattr(limit, name)
    ]
    return " ".join([*words[:1], *bounds])
