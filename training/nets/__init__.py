"""The networks that are fitted: our own small ones and timm's, and what they are fed."""
