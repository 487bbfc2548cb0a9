package io.github.tfrnn.examples.charrnn;

import picocli.CommandLine.Option;

/** The options that shape the network. */
final class NetworkOptions {
  @Option(
      names = "--cell",
      defaultValue = "lstm",
      description = "Kind of the layers: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private CellKind cell = CellKind.LSTM;

  @Option(
      names = "--units",
      defaultValue = "128",
      description = "Units of a layer (default: ${DEFAULT-VALUE}).")
  private int units;

  @Option(
      names = "--layers",
      defaultValue = "1",
      description = "Number of layers (default: ${DEFAULT-VALUE}).")
  private int layers;

  @Option(
      names = "--embedding",
      defaultValue = "64",
      description = "Width of the vector for a character (default: ${DEFAULT-VALUE}).")
  private int embedding;

  Network network() {
    return new Network(cell, units, layers, embedding);
  }
}
