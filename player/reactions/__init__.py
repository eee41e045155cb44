"""The ad-testing lab: who reacted how, and when, to a film. Everything stays in one folder, a study."""
