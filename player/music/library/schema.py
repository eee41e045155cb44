"""The library file's tables, version by version.

A library is brought up to date by running the scripts that follow its version, which SQLite keeps as `user_version`.
A script that was ever released stays as it is; what comes later is a script of its own.
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE track (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    present INTEGER NOT NULL DEFAULT 1,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    album TEXT NOT NULL,
    duration_seconds REAL,
    analysed INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    valence REAL,
    arousal REAL,
    sound_start_seconds REAL NOT NULL DEFAULT 0,
    gain_db REAL NOT NULL DEFAULT 0
);
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL REFERENCES track (id),
    kind TEXT NOT NULL,
    at_seconds REAL NOT NULL,
    valence REAL,
    arousal REAL
);
CREATE INDEX feedback_by_time ON feedback (at_seconds);
"""

# A track of the first version has no content_key yet: the next scan reads its file once more and fills in the rest.
_KEPT = """
ALTER TABLE track ADD COLUMN content_key TEXT;
ALTER TABLE track ADD COLUMN added_seconds REAL;
ALTER TABLE track ADD COLUMN rating INTEGER CHECK (rating BETWEEN 0 AND 5);
ALTER TABLE track ADD COLUMN album_artist TEXT NOT NULL DEFAULT '';
ALTER TABLE track ADD COLUMN track_number INTEGER;
ALTER TABLE track ADD COLUMN disc_number INTEGER;
ALTER TABLE track ADD COLUMN genre TEXT NOT NULL DEFAULT '';
ALTER TABLE track ADD COLUMN year INTEGER;
ALTER TABLE track ADD COLUMN replaygain_track_db REAL;
ALTER TABLE track ADD COLUMN replaygain_album_db REAL;
ALTER TABLE track ADD COLUMN has_cover INTEGER NOT NULL DEFAULT 0;
ALTER TABLE track ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';
CREATE INDEX track_by_content ON track (content_key);
CREATE INDEX track_by_sort_key ON track (sort_key);

CREATE TABLE mood_curve (
    track_id INTEGER PRIMARY KEY REFERENCES track (id) ON DELETE CASCADE,
    step_seconds REAL NOT NULL,
    valence BLOB NOT NULL,
    arousal BLOB NOT NULL,
    model TEXT NOT NULL
);
CREATE TABLE mood_correction (
    track_id INTEGER PRIMARY KEY REFERENCES track (id) ON DELETE CASCADE,
    valence REAL NOT NULL CHECK (valence BETWEEN -1 AND 1),
    arousal REAL NOT NULL CHECK (arousal BETWEEN -1 AND 1),
    at_seconds REAL NOT NULL
);

ALTER TABLE feedback ADD COLUMN wanted_valence REAL;
ALTER TABLE feedback ADD COLUMN wanted_arousal REAL;
ALTER TABLE feedback ADD COLUMN hour INTEGER;
ALTER TABLE feedback ADD COLUMN volume REAL;
ALTER TABLE feedback ADD COLUMN heard_share REAL;
ALTER TABLE feedback ADD COLUMN session TEXT;
CREATE TABLE response (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    at_seconds REAL NOT NULL,
    heard_seconds REAL NOT NULL,
    valence_before REAL NOT NULL,
    arousal_before REAL NOT NULL,
    valence_after REAL NOT NULL,
    arousal_after REAL NOT NULL
);
CREATE INDEX response_by_track ON response (track_id);
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    made_seconds REAL NOT NULL,
    baseline BLOB NOT NULL,
    baseline_seconds REAL NOT NULL,
    shape BLOB
);
CREATE TABLE state (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE VIRTUAL TABLE track_search USING fts5 (
    title, artist, album, genre,
    content = 'track', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE TRIGGER track_search_added AFTER INSERT ON track BEGIN
    INSERT INTO track_search (rowid, title, artist, album, genre)
    VALUES (new.id, new.title, new.artist, new.album, new.genre);
END;
CREATE TRIGGER track_search_removed AFTER DELETE ON track BEGIN
    INSERT INTO track_search (track_search, rowid, title, artist, album, genre)
    VALUES ('delete', old.id, old.title, old.artist, old.album, old.genre);
END;
CREATE TRIGGER track_search_changed AFTER UPDATE OF title, artist, album, genre ON track BEGIN
    INSERT INTO track_search (track_search, rowid, title, artist, album, genre)
    VALUES ('delete', old.id, old.title, old.artist, old.album, old.genre);
    INSERT INTO track_search (rowid, title, artist, album, genre)
    VALUES (new.id, new.title, new.artist, new.album, new.genre);
END;
INSERT INTO track_search (track_search) VALUES ('rebuild');
"""

# From here on, `problem` says why a mood is unknown, and keeps no track from being played. What older versions held to
# be broken is measured again, and every file is read once more for what its tags say and was not understood.
_HEALED = """
UPDATE track SET analysed = 0 WHERE problem IS NOT NULL;
UPDATE track SET problem = NULL, content_key = NULL;
"""

MIGRATIONS = (_FIRST, _KEPT, _HEALED)
"""The script at index n leads from version n to version n + 1."""
