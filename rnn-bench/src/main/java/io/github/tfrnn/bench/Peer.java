package io.github.tfrnn.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What people would pick instead of this library. A script in {@code python} times its layers. */
enum Peer {
  /** {@code tf.compat.v1.nn.dynamic_rnn}, with the loops of TensorFlow 2 and of TensorFlow 1. */
  TF1(
      "TF1",
      "dynamic_rnn of TensorFlow 1 in Python, the faster one of its loops v2 and v1",
      "v2",
      "v1"),
  /** {@code torch.nn.LSTM} and {@code torch.nn.GRU} on the CPU. */
  PYTORCH("PyTorch", "PyTorch's LSTM and GRU in Python, eager, on the CPU", "eager");

  private final String label;
  private final String description;
  private final List<String> versions;

  Peer(String label, String description, String... versions) {
    this.label = label;
    this.description = description;
    this.versions = List.of(versions);
  }

  /** The peer that calls a competitor so, if it is none of this library. */
  static Optional<Peer> of(String competitor) {
    return Arrays.stream(values())
        .filter(peer -> competitor.startsWith(peer.label + " "))
        .findFirst();
  }

  /** What tables call it. */
  String label() {
    return label;
  }

  /** What it is, for a heading. */
  String description() {
    return description;
  }

  /** What its script calls its ways to build a layer; the fastest one is the bar. */
  List<String> versions() {
    return versions;
  }

  /** What tables and measurements call one of its versions. */
  String competitor(String version) {
    return label + " " + version;
  }

  /** The version of one of its competitors. */
  String version(String competitor) {
    return competitor.substring(label.length() + 1);
  }

  /** The setting that holds the command of its process. */
  String setting() {
    return name().toLowerCase(Locale.ROOT);
  }
}
