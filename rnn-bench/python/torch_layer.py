"""Times PyTorch's LSTM and GRU on the CPU, as commands on standard input ask (LayerProcess.java lists them).

One version, eager: the modules as they come, which call oneDNN where PyTorch sees fit. By hand:
  printf 'open eager LSTM 32x100x128x128\ntime eager TRAINING 1\n' | python torch_layer.py
"""

import os

import torch

import layer_timing

torch.set_num_threads(os.cpu_count())  # as many as TensorFlow takes


class Layer:
    """One module, its optimizer and a batch of random inputs."""

    def __init__(self, version, cell, batch, steps, depth, units):
        torch.manual_seed(1)
        self.module = {"LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}[cell](depth, units)
        self.optimizer = torch.optim.SGD(self.module.parameters(), lr=0.01)
        self.x = torch.randn(steps, batch, depth)
        self.runs = {"FORWARD": self.forward, "TRAINING": self.training_step}

    def forward(self):
        with torch.inference_mode():
            return self.module(self.x)[0]

    def training_step(self):
        self.optimizer.zero_grad()
        loss = self.module(self.x)[0].square().mean()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def close(self):
        """Nothing to free: the memory goes with the layer."""


layer_timing.obey(Layer)
