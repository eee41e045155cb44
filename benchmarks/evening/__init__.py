"""An evening of listening, simulated: the whole player, real readings and real tracks, on a clock that runs ahead."""
