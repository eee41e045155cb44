"""What passes between the session and its views: intents, events, view values, and the words and keys they share."""
