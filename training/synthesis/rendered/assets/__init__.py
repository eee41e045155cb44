"""What a person is made of: mesh and hair roots, skin textures, hair, brows, beards, accessories."""
