"""A live session: consent, a resting face, then the films, with screen and camera on one clock."""
