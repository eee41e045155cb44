"""The window: it draws a frozen ViewState and hands back intents; it knows no camera, no music and no sound."""
