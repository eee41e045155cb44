"""Desktop integration: media keys, remote control, resuming the last session, the menu entry."""
