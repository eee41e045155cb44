"""Who is listening: resting faces captured and kept by name, people recognised again, and who of several leads."""
