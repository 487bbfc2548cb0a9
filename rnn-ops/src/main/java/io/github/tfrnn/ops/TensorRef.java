package io.github.tfrnn.ops;

import org.tensorflow.Output;

/** One output of a node of a traced graph: {@code node:index}. */
record TensorRef(String node, int index) {

  static TensorRef of(Output<?> output) {
    return new TensorRef(output.op().name(), output.index());
  }

  /** Reads the form of a {@code NodeDef} input, where {@code node} alone is its first output. */
  static TensorRef parse(String input) {
    int colon = input.lastIndexOf(':');
    return colon < 0
        ? first(input)
        : new TensorRef(input.substring(0, colon), Integer.parseInt(input.substring(colon + 1)));
  }

  static TensorRef first(String node) {
    return new TensorRef(node, 0);
  }

  @Override
  public String toString() {
    return node + ":" + index;
  }
}
