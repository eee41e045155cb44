"""Where a person is shown: camera, lights, backdrop, and the portrait they give."""
