package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import org.tensorflow.ndarray.Shape;

/** An array of a layer in a Keras file; its numbers are read when they are asked for. */
public final class KerasArray {
  private final KerasSource source;
  private final String layer;
  private final String name;
  private final Hdf5Array array;

  KerasArray(KerasSource source, String layer, String name, Hdf5Array array) {
    this.source = source;
    this.layer = layer;
    this.name = name;
    this.array = array;
  }

  /**
   * Its name in the layer: {@code cell/vars/0} in newer files, {@code lstm/lstm_cell/kernel} in
   * legacy ones.
   */
  public String name() {
    return name;
  }

  /** Its shape. */
  public Shape shape() {
    return array.shape();
  }

  /** The type of its numbers, as NumPy calls it: {@code float32}. */
  public String dtype() {
    return array.dtype();
  }

  /**
   * Reads the numbers.
   *
   * @throws IllegalArgumentException if they are not float32 or float16, if the file does not hold
   *     as many, or not in one piece
   */
  public WeightArray read() {
    return source.guarded(
        "layer " + layer + ": " + name, () -> WeightArray.owning(shape(), array.floats()));
  }

  /** What stands before the last slash: the cell or layer that it belongs to. */
  String owner() {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  /** What stands behind it. */
  String ownName() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  KerasArray of(String otherLayer) {
    return new KerasArray(source, otherLayer, name, array);
  }

  @Override
  public String toString() {
    return name + " " + dtype() + Shapes.text(shape());
  }
}
