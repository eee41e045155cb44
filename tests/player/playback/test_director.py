from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from player.messages.intents import (
    ChoosePolicy,
    CorrectMood,
    Dislike,
    Like,
    NextPolicy,
    Pause,
    PlayQueued,
    PlayTrack,
    Previous,
    Rate,
    Seek,
    SetGoal,
    SetVolume,
    Skip,
    TogglePause,
)
from player.music.analysis.mood_curve import RawCurve
from player.music.choice.feedback import FeedbackKind
from player.music.track import Measured, Track
from player.playback.commands import GoOn, MoodChanged, MoodSeen, MusicKnown, MusicLost, MusicRestored, Tick
from player.playback.director import PATIENCE_SECONDS, RETRY_SECONDS
from player.sound import Broken, Ended
from player.sound.mixer import PREPARED_TRACKS
from recognizer.affect import Affect, Emotion, Region
from recognizer.circumplex import COORDINATES
from tests.player.rig import CORNERS, Rig, mood, rig


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Rig]:
    with rig(tmp_path) as made:
        yield made


def kinds(evening: Rig) -> list[str]:
    return [act.kind.value for act in evening.history.feedback()]


def stored(evening: Rig, name: str) -> Track:
    return next(track for track in evening.library.tracks() if track.path.stem == name)


def test_the_first_track_waits_a_moment_for_a_face_and_then_begins_anyway(evening: Rig) -> None:
    evening.do(Tick())
    evening.do(MusicKnown())
    evening.pass_time(PATIENCE_SECONDS / 2)
    assert evening.titles == []
    evening.pass_time(PATIENCE_SECONDS)
    assert len(evening.titles) == 1
    assert evening.titles[0].startswith("middle")


def test_a_face_that_is_known_decides_the_first_track_at_once(evening: Rig) -> None:
    evening.do(MusicKnown())
    evening.look(Emotion.HAPPY)
    evening.pass_time(0.01)
    assert evening.titles[0].startswith("bright lively")


@pytest.mark.parametrize(
    ("emotion", "title"),
    [(Emotion.HAPPY, "bright lively"), (Emotion.SAD, "dark calm"), (Emotion.ANGRY, "dark lively")],
)
def test_a_new_mood_brings_music_that_fits_it(evening: Rig, emotion: Emotion, title: str) -> None:
    evening.begin()
    evening.look(emotion)
    assert evening.titles[-1].startswith(title)
    assert evening.told[-1]["event"] == "choice"
    assert evening.told[-1]["cause"] == "mood"
    assert evening.told[-1]["why"]


def test_a_track_that_fits_the_new_mood_as_well_stays(evening: Rig) -> None:
    evening.begin(Emotion.ANGRY)
    before = list(evening.titles)
    evening.look(Emotion.FEAR)
    evening.pass_time(60)
    assert evening.titles == before


def test_a_small_library_heard_through_still_follows_the_mood(evening: Rig) -> None:
    evening.begin()
    for _ in range(3 * len(CORNERS)):
        evening.do(Skip())
        evening.hear()
        evening.pass_time(10)
    evening.look(Emotion.ANGRY)
    evening.pass_time(10)
    evening.hear()
    evening.pass_time(10)
    evening.look(Emotion.HAPPY)
    assert evening.titles[-1].startswith("bright lively")


def test_an_unsure_mood_changes_nothing(evening: Rig) -> None:
    evening.begin()
    before = list(evening.titles)
    evening.look(None)
    evening.do(MoodSeen(None))
    evening.pass_time(10)
    assert evening.titles == before


def test_a_track_plays_its_shortest_time_before_a_mood_replaces_it(evening: Rig) -> None:
    evening.begin()
    evening.look(Emotion.HAPPY)
    evening.hear()
    evening.pass_time(1)
    evening.look(Emotion.SAD)
    assert evening.titles[-1].startswith("bright")
    evening.pass_time(5)
    assert evening.titles[-1] == "dark calm"


def test_a_mood_that_passes_before_the_shortest_time_is_over_changes_nothing_then(evening: Rig) -> None:
    evening.begin()
    evening.look(Emotion.HAPPY)
    evening.hear()
    evening.pass_time(1)
    evening.look(Emotion.SAD)
    evening.pass_time(1)
    evening.look(Emotion.HAPPY)
    count = len(evening.titles)
    evening.pass_time(10)
    assert len(evening.titles) == count


def test_what_a_rising_emotion_would_bring_is_opened_before_it_is_decided(evening: Rig) -> None:
    evening.begin()
    assert "dark calm" not in evening.fader.prepared
    rising = replace(mood(Emotion.SAD, share=0.4), emotion=Emotion.NEUTRAL)
    evening.do(MoodSeen(rising))
    assert evening.fader.prepared[-1] == "dark calm"
    evening.look(Emotion.SAD)
    assert evening.titles[-1] == "dark calm"


def test_readings_that_waver_do_not_open_one_track_after_another(evening: Rig) -> None:
    evening.begin()
    wavering = [
        replace(mood(emotion, share=0.3), emotion=Emotion.NEUTRAL) for emotion in (Emotion.SAD, Emotion.FEAR)
    ]
    for _ in range(20):
        for seen in wavering:
            evening.do(MoodSeen(seen))
    orders = len(evening.fader.prepared)
    for _ in range(20):
        evening.do(MoodSeen(mood(Emotion.NEUTRAL)))
    assert len(evening.fader.prepared) == orders


def test_no_more_tracks_are_held_open_than_the_sound_has_room_for(evening: Rig) -> None:
    evening.begin()
    for emotion in Emotion:
        evening.fader.prepared.clear()
        evening.do(MoodSeen(replace(mood(emotion), emotion=Emotion.NEUTRAL)))
        assert len(set(evening.fader.prepared)) <= PREPARED_TRACKS


def test_the_decision_plays_exactly_what_was_prepared(evening: Rig) -> None:
    evening.begin()
    assert any(title.startswith("bright lively") for title in evening.fader.prepared)
    evening.look(Emotion.HAPPY)
    assert evening.titles[-1] in evening.fader.prepared


def test_skipping_brings_another_track_and_is_remembered(evening: Rig) -> None:
    evening.begin()
    first = evening.titles[-1]
    evening.do(Skip())
    assert evening.titles[-1] != first
    assert kinds(evening) == ["play", "skip"]
    assert evening.history.feedback()[-1].affect is not None


def test_skipping_a_track_that_was_not_heard_yet_skips_that_one(evening: Rig) -> None:
    evening.begin()
    evening.do(Skip())
    second = evening.titles[-1]
    evening.do(Skip())
    assert evening.titles[-1] != second
    assert kinds(evening) == ["play", "skip"]


def test_a_like_is_kept_shown_and_can_be_taken_back(evening: Rig) -> None:
    evening.begin()
    current = evening.playback.choice
    assert current is not None
    evening.do(Like())
    assert evening.selector.likes(current.track.id)
    evening.do(Like())
    assert not evening.selector.likes(current.track.id)
    assert kinds(evening) == ["play", "like", "neutral"]


def test_a_disliked_track_is_left_and_not_played_again(evening: Rig) -> None:
    evening.begin()
    disliked = evening.titles[-1]
    evening.do(Dislike())
    assert evening.titles[-1] != disliked
    assert kinds(evening)[-1] == "dislike"
    for _ in range(2 * len(CORNERS)):
        evening.hear()
        evening.pass_time(60)
        evening.do(Skip())
        assert evening.titles[-1] != disliked


def test_the_next_track_fades_in_before_the_end(evening: Rig) -> None:
    evening.begin()
    evening.fader.at_seconds = 176.0
    evening.pass_time(0.1)
    assert len(evening.titles) == 1
    evening.fader.at_seconds = 177.5
    evening.pass_time(0.1)
    assert len(evening.titles) == 2
    assert evening.told[-1]["cause"] == "end"
    evening.pass_time(0.1)
    assert len(evening.titles) == 2
    evening.do(Ended(stored(evening, evening.titles[0]).path))
    assert len(evening.titles) == 2
    assert kinds(evening) == ["play", "finish"]


def test_a_track_that_ends_early_is_followed_by_another(evening: Rig) -> None:
    evening.begin()
    path = evening.fader.sounding
    assert path is not None
    evening.do(Ended(path))
    assert len(evening.titles) == 2
    assert kinds(evening) == ["play", "finish"]


def test_a_broken_track_is_said_in_one_line_left_out_and_replaced(evening: Rig) -> None:
    evening.begin()
    evening.look(Emotion.SAD)
    broken = evening.fader.sounding
    assert broken is not None
    evening.do(Broken(broken, "the file is empty"))
    assert len(evening.said) == 1
    assert "the file is empty" in evening.said[0]
    assert evening.titles[-1] != broken.stem
    assert evening.told[-2]["event"] == "error"
    evening.hear()
    evening.pass_time(60)
    evening.do(Skip())
    assert broken.stem not in evening.titles[2:]


def test_with_all_music_broken_the_player_says_so_and_stays(evening: Rig) -> None:
    evening.begin()
    for _ in range(len(CORNERS)):
        path = evening.fader.sounding
        assert path is not None
        evening.do(Broken(path, "gone"))
    assert "none of the music can be played" in evening.said[-1]
    assert evening.playback.choice is None
    evening.pass_time(10)


def test_a_disk_that_is_away_costs_no_track_and_is_played_again_when_it_is_back(evening: Rig) -> None:
    evening.begin()
    files = {track.path: track.path.read_bytes() for track in evening.library.tracks()}
    for path in files:
        path.unlink()
    evening.do(MusicLost())
    playing = evening.fader.sounding
    assert playing is not None
    evening.do(Broken(playing, "there is no such file"))
    silent = evening.playback.choice is None
    assert silent
    assert "the music is not there at the moment" not in " ".join(evening.said)
    for path, content in files.items():
        path.write_bytes(content)
    evening.do(MusicRestored())
    evening.pass_time(1)
    evening.hear()
    assert evening.playback.choice is not None
    assert len(evening.selector) == len(files)


def test_tracks_that_are_missing_one_after_another_are_tried_again_after_a_while(evening: Rig) -> None:
    evening.begin()
    for track in evening.library.tracks():
        track.path.unlink()
    while evening.playback.choice is not None:
        assert evening.fader.sounding is not None
        evening.do(Broken(evening.fader.sounding, "there is no such file"))
    assert "tried again" in evening.said[-1]
    count = len(evening.titles)
    evening.pass_time(RETRY_SECONDS)
    evening.pass_time(1)
    assert len(evening.titles) > count
    assert len(evening.selector) == len(CORNERS)


def test_pausing_holds_the_mood_changes_too(evening: Rig) -> None:
    evening.begin()
    evening.do(TogglePause())
    count = len(evening.titles)
    evening.look(Emotion.HAPPY)
    evening.pass_time(60)
    assert len(evening.titles) == count
    evening.do(TogglePause())
    evening.pass_time(0.1)
    assert len(evening.titles) == count + 1


def test_another_policy_leads_elsewhere(evening: Rig) -> None:
    evening.begin(Emotion.SAD)
    evening.do(ChoosePolicy("lift"))
    evening.pass_time(0.1)
    aim = evening.playback.aim
    assert aim is not None
    assert aim.valence > 0
    assert evening.playback.policy == "lift"
    evening.do(NextPolicy())
    assert evening.playback.policy == "calm"


def test_hold_keeps_the_music_whatever_the_face_does(tmp_path: Path) -> None:
    with rig(tmp_path, policy="match") as evening:
        evening.begin(Emotion.HAPPY)
        evening.do(ChoosePolicy("hold"))
        count = len(evening.titles)
        for emotion in (Emotion.SAD, Emotion.ANGRY, Emotion.NEUTRAL):
            evening.look(emotion)
            evening.pass_time(60)
        assert len(evening.titles) == count


def test_the_queue_leaves_out_what_plays_and_a_pick_plays(evening: Rig) -> None:
    evening.begin()
    queue = evening.queue()
    assert evening.titles[-1] not in [choice.track.path.stem for choice in queue]
    evening.do(PlayQueued(queue[2].track.id))
    assert evening.titles[-1] == queue[2].track.path.stem
    evening.do(PlayQueued(-5))
    assert evening.titles[-1] == queue[2].track.path.stem


def test_plays_are_remembered_for_the_next_evening(evening: Rig) -> None:
    evening.begin()
    assert [act.kind for act in evening.history.feedback()] == [FeedbackKind.PLAY]


def test_previous_begins_a_track_again_that_was_heard_for_a_while(evening: Rig) -> None:
    evening.begin()
    evening.listen(100)
    count = len(evening.told)
    evening.do(Previous())

    assert evening.titles == [evening.titles[0]] * 2
    assert evening.fader.starts[-1] == 0.0
    assert [event for event in evening.told[count:] if event["event"] == "choice"] == []
    assert kinds(evening)[-1] == "replay"


def test_previous_goes_back_along_what_was_heard_and_on_from_there(evening: Rig) -> None:
    evening.begin()
    for _ in range(2):
        evening.do(Skip())
        evening.hear()
    first, second, third = evening.titles
    evening.do(Previous())
    evening.hear()
    assert evening.titles[-1] == second
    assert evening.told[-2]["cause"] == "back"
    evening.do(Previous())
    evening.hear()
    assert evening.titles[-1] == first
    evening.do(Previous())
    assert evening.titles[-1] == first
    assert third not in evening.titles[3:]


def test_a_place_in_the_track_can_be_gone_to_and_a_paused_track_stays_paused(evening: Rig) -> None:
    evening.begin()
    evening.do(Seek(60.0))
    assert evening.fader.starts[-1] == 60.0
    assert evening.playback.position_seconds == 60.0
    evening.do(Seek(-5.0))
    assert evening.fader.starts[-1] == 0.0
    evening.do(Pause())
    evening.do(Seek(1e6))
    assert evening.fader.starts[-1] == 179.0
    assert evening.playback.paused
    assert len(set(evening.titles)) == 1
    assert kinds(evening) == ["play"]


def test_turning_the_volume_up_or_down_says_something_about_the_track(evening: Rig) -> None:
    evening.begin()
    for level in (0.85, 0.9, 0.95):
        evening.do(SetVolume(level))
        evening.pass_time(0.5)
    assert evening.fader.volume == evening.playback.volume == 0.95
    assert kinds(evening) == ["play"]
    evening.pass_time(5)
    assert kinds(evening) == ["play", "louder"]
    evening.do(SetVolume(0.2))
    evening.pass_time(5)
    assert kinds(evening) == ["play", "louder", "quieter"]


def test_a_picked_track_plays_from_its_beginning_or_from_where_it_was_left(evening: Rig) -> None:
    evening.begin()
    track = stored(evening, "dark calm")
    evening.do(PlayTrack(track.id))
    assert (evening.titles[-1], evening.fader.starts[-1]) == ("dark calm", 0.0)
    assert evening.told[-1]["cause"] == "picked"
    evening.do(GoOn(track.id, 42.0))
    assert evening.fader.starts[-1] == 42.0
    evening.do(PlayTrack(-1))
    assert len(evening.titles) == 3


def test_stars_and_a_corrected_mood_are_kept_and_change_what_comes(evening: Rig) -> None:
    evening.begin()
    current = evening.playback.choice
    assert current is not None
    evening.do(Rate(current.track.id, 5))
    dark = stored(evening, "dark calm")
    evening.do(CorrectMood(dark.id, Affect(0.81, 0.51)))

    assert evening.playback.choice is not None
    assert evening.playback.choice.track.rating == 5
    kept = {track.id: track for track in evening.library.tracks()}
    assert kept[current.track.id].rating == 5
    assert (kept[dark.id].mood, kept[dark.id].corrected) == (Affect(0.81, 0.51), True)
    evening.look(Emotion.HAPPY)
    assert evening.titles[-1] == "dark calm"
    assert "you said that this is rather bright" in evening.told[-1]["why"]

    evening.do(CorrectMood(dark.id, None))
    assert not stored(evening, "dark calm").corrected
    evening.hear()
    assert evening.playback.choice.track.mood.valence < 0


def test_a_goal_of_ones_own_is_led_to_step_by_step(tmp_path: Path) -> None:
    with rig(tmp_path, iso_minutes=10) as evening:
        evening.begin(Emotion.ANGRY)
        goal = Affect(0.5, -0.8)
        evening.do(SetGoal(goal))
        assert evening.playback.policy == "iso"
        assert evening.playback.goal == goal
        way = evening.playback.path
        assert way[0] == COORDINATES[Emotion.ANGRY]
        assert way[-1].arousal == pytest.approx(goal.arousal)
        evening.pass_time(60)
        early = evening.playback.aim
        evening.pass_time(540)
        evening.do(Skip())
        late = evening.playback.aim
        assert early is not None
        assert late is not None
        assert late.arousal == pytest.approx(goal.arousal, abs=0.01) != early.arousal
        evening.do(SetGoal(None))
        assert evening.playback.goal != goal


def test_a_policy_that_was_asked_for_is_followed_whatever_the_pace_of_moods(tmp_path: Path) -> None:
    with rig(tmp_path, most_changes_per_hour=0) as evening:
        evening.begin(Emotion.SAD)
        evening.look(Emotion.HAPPY)
        evening.pass_time(60)
        assert len(evening.titles) == 1
        evening.look(Emotion.SAD)
        evening.do(ChoosePolicy("lift"))
        evening.pass_time(1)
        assert evening.titles[-1].startswith("bright")
        assert evening.told[-1]["cause"] == "policy"


def test_going_back_passes_over_what_can_no_longer_be_played(evening: Rig) -> None:
    evening.begin()
    first = evening.titles[-1]
    evening.do(Skip())
    evening.hear()
    second = evening.fader.sounding
    assert second is not None
    evening.do(Skip())
    evening.hear()
    evening.do(Broken(second, "gone"))
    evening.do(Previous())
    assert evening.titles[-1] == first
    assert evening.told[-1]["why"] == "You went back to it."


def test_nobody_in_view_has_no_way_to_go(evening: Rig) -> None:
    assert evening.playback.path == ()


def test_a_mood_must_last_as_long_as_the_listener_wants_before_the_music_follows(tmp_path: Path) -> None:
    with rig(tmp_path, mood_dwell_seconds=10) as evening:
        evening.begin()
        evening.look(Emotion.HAPPY)
        evening.pass_time(5)
        evening.look(Emotion.NEUTRAL)
        evening.pass_time(20)
        assert len(evening.titles) == 1
        evening.look(Emotion.HAPPY)
        evening.pass_time(9)
        assert len(evening.titles) == 1
        evening.pass_time(2)
        assert evening.titles[-1].startswith("bright lively")


def test_the_mood_changes_the_music_no_more_often_than_the_listener_allows(tmp_path: Path) -> None:
    with rig(tmp_path, most_changes_per_hour=8) as evening:
        evening.begin()
        for minute in range(120):
            evening.look(Emotion.HAPPY if minute % 2 else Emotion.SAD)
            if evening.playback.position_seconds == 0.0:
                evening.hear()
            evening.pass_time(30)
            evening.hear()
        changes = [each["t"] for each in evening.told if each.get("cause") == "mood"]
        assert len(changes) > 2
        assert all(sum(start <= at < start + 3600 for at in changes) <= 8 for start in changes)


def test_the_first_look_at_a_new_mood_enters_the_track_where_its_own_mood_fits(evening: Rig) -> None:
    bright = [stored(evening, name) for name in ("bright lively", "bright lively too")]
    curve = RawCurve(10.0, (3.0,) * 5 + (7.0,) * 13, (3.0,) * 5 + (7.0,) * 13)
    for track in bright:
        evening.library.store(track.id, Measured(180.0, 6.95, 6.95, 0.0, 0.0, curve))
    evening.begin()
    evening.look(Emotion.HAPPY)

    assert evening.titles[-1].startswith("bright lively")
    assert 45 <= evening.fader.starts[-1] <= 120
    place = evening.fader.prepared.index(evening.titles[-1])
    assert evening.fader.prepared_starts[place] == evening.fader.starts[-1]
    evening.hear()
    evening.listen(30)
    evening.do(Skip())
    assert evening.fader.starts[-1] == 0.0


def test_what_a_track_does_to_the_listener_is_remembered(evening: Rig) -> None:
    evening.begin()
    evening.listen(15, seen=Affect(-0.5, 0.25))
    evening.do(Skip())
    evening.hear()
    second = evening.playback.choice
    evening.listen(20, seen=Affect(0.0, 0.0))
    evening.listen(20, seen=Affect(0.5, -0.25))
    evening.do(Skip())
    evening.hear()

    assert second is not None
    told = {each.track_id: each for each in evening.history.responses()}[second.track.id]
    assert told.before == Affect(-0.5, 0.25)
    assert told.after.valence == pytest.approx(0.5)
    assert told.heard_seconds == pytest.approx(40)


def test_a_track_heard_for_a_moment_or_by_nobody_has_no_response(evening: Rig) -> None:
    evening.begin()
    evening.listen(15, seen=Affect(-0.5, 0.25))
    evening.do(Skip())
    evening.hear()
    evening.listen(10, seen=Affect(0.5, 0.25))
    evening.do(Skip())
    evening.hear()
    evening.listen(60)
    evening.do(Skip())
    evening.hear()

    first = evening.history.feedback()[0].track_id
    assert {each.track_id for each in evening.history.responses()} <= {first}


def test_every_act_is_kept_with_the_moment_in_which_it_was_done(evening: Rig) -> None:
    evening.begin(Emotion.SAD)
    evening.do(ChoosePolicy("lift"))
    evening.pass_time(0.1)
    evening.hear()
    evening.listen(45)
    evening.do(Skip())

    *_, play, skip = evening.history.feedback()
    assert play.wanted == evening.playback.aim
    assert play.affect == COORDINATES[Emotion.SAD]
    assert play.hour is not None
    assert skip.heard_share == pytest.approx(0.25, abs=0.01)
    assert skip.volume == evening.playback.volume
    assert play.session == skip.session


def test_a_track_that_was_skipped_again_and_again_gives_way_to_another_that_fits(evening: Rig) -> None:
    evening.begin()
    evening.look(Emotion.HAPPY)
    usual = evening.titles[-1]
    for _ in range(6):
        evening.hear()
        if evening.titles[-1] == usual:
            evening.do(Skip())
            evening.hear()
        evening.fader.at_seconds = 178.0
        evening.pass_time(3600)
        evening.hear()
        evening.look(Emotion.SAD)
        evening.pass_time(60)
        evening.hear()
        evening.pass_time(3600)
        evening.look(Emotion.HAPPY)
    assert usual.startswith("bright lively")
    assert evening.titles[-1].startswith("bright lively")
    assert evening.titles[-1] != usual


@pytest.mark.parametrize(
    ("region", "place", "title"),
    [
        (Region.TROUBLED, Affect(-0.5, 0.5), "dark lively"),
        (Region.LOW, Affect(-0.5, -0.4), "dark calm"),
        (Region.CHEERFUL, Affect(0.5, 0.5), "bright lively"),
    ],
)
def test_music_follows_a_mood_without_an_emotion_to_its_place(
    evening: Rig, region: Region, place: Affect, title: str
) -> None:
    evening.begin()
    seen = replace(mood(None, evening.now), affect=place, region=region)
    evening.do(MoodSeen(seen))
    evening.do(MoodChanged(seen))
    assert evening.titles[-1].startswith(title)
    assert evening.told[-1]["cause"] == "mood"
    assert evening.told[-1]["why"].startswith(f"You look {region};")
