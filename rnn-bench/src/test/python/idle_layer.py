"""A layer that does nothing: shows LayerProcessTest how layer_timing.py obeys."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "python"))

import layer_timing


class IdleLayer:
    """Refuses any sizes but those that LayerProcessTest asks for."""

    def __init__(self, version, cell, batch, steps, depth, units):
        if (version, cell, batch, steps, depth, units) != ("plain", "GRU", 2, 3, 4, 5):
            raise ValueError(f"built {version} {cell} {batch} {steps} {depth} {units}")
        self.runs = {"FORWARD": lambda: None, "TRAINING": lambda: None}

    def close(self):
        pass


layer_timing.obey(IdleLayer)
