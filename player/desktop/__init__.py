"""The player's place on the desktop: media keys, remote control, going on where it stopped, the menu's entry."""
