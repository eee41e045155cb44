"""Which tracks belong together: neighbours on an album were often made to go over into each other."""

from __future__ import annotations

from player.music.track import Track


def next_on_album(before: Track, after: Track) -> bool:
    """Whether `after` is the track that comes after `before` on one album; False where the tags do not tell.

    On the next disc the first track follows the last one heard, since nobody knows how many a disc holds.
    """
    if before.track_number is None or after.track_number is None or not before.album:
        return False
    if (before.album, _maker(before)) != (after.album, _maker(after)):
        return False
    discs = (before.disc_number or 1, after.disc_number or 1)
    if discs[0] == discs[1]:
        return after.track_number == before.track_number + 1
    return discs[1] == discs[0] + 1 and after.track_number == 1


def _maker(track: Track) -> str:
    return track.album_artist or track.artist
