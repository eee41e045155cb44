"""Playlist files, read and written: M3U8 and XSPF."""
