"""Text-to-image diffusion: any SDXL checkpoint, prompts from a vocabulary, steered by an emotion classifier."""
