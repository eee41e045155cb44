"""Small nets gain nothing from several threads, and lose much where other programs share the cores."""

from __future__ import annotations

import torch

torch.set_num_threads(1)
