"""Which music there is: the library file, its folder, tags, and search."""
