"""From a scene to a picture: OpenGL renderer, visibility of light, shading and lens."""
