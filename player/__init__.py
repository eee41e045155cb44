"""The desktop program: music that follows the listener's face."""
