package io.github.tfrnn.examples.charrnn;

/**
 * The shape of a character model, which its weights depend on.
 *
 * @param cell the kind of the recurrent layers
 * @param units how many units each of them has
 * @param layers how many there are
 * @param embedding the width of the vector that stands for a character
 */
record Network(CellKind cell, int units, int layers, int embedding) {

  /**
   * Checks the numbers.
   *
   * @throws io.github.tfrnn.examples.UserError if one is out of range
   */
  Network {
    Range.whole("units", units, 1, 4096);
    Range.whole("layers", layers, 1, 16);
    Range.whole("embedding", embedding, 1, 4096);
  }

  @Override
  public String toString() {
    return "%d %s %s of %d units, characters as vectors of %d"
        .formatted(layers, cell, layers == 1 ? "layer" : "layers", units, embedding);
  }
}
