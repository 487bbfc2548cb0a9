package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TString;

/**
 * A tensor in a file, whole or in slices, which cover it exactly.
 *
 * @param file for messages
 * @param variable its name, type and shape
 * @param pieces its slices
 */
record StoredTensor(Path file, SavedVariable variable, List<Piece> pieces) {
  private static final int MOST_AXES = 254; // of a tensor of TensorFlow
  private static final int MOST_PIECES = 4096;

  /**
   * Some elements.
   *
   * @param where they belong
   * @param values what they are
   */
  record Piece(TensorSlice where, StoredValues values) {}

  /**
   * Returns the number of elements that a file says a tensor has.
   *
   * @throws CheckpointException if it is none
   */
  static long elements(StoredFile file, String name, Shape shape) {
    if (shape.isUnknown() || shape.hasUnknownDimension() || shape.numDimensions() > MOST_AXES) {
      throw file.damaged(
          name + ": shape must be known, of at most " + MOST_AXES + " axes",
          shape.numDimensions() > MOST_AXES ? shape.numDimensions() + " axes" : Shapes.text(shape));
    }
    long elements = 1;
    boolean fits = true;
    for (long size : shape.asArray()) {
      if (size == 0) {
        return 0;
      }
      fits = fits && elements <= Long.MAX_VALUE / 16 / size;
      elements *= fits ? size : 1;
    }
    if (!fits) {
      throw file.damaged(name + ": shape must have fewer elements", Shapes.text(shape));
    }
    return elements;
  }

  /**
   * Refuses slices that leave an element out or hold one twice.
   *
   * @param elements of the whole
   */
  void requireExact(StoredFile named, long elements) {
    if (pieces.size() > MOST_PIECES) {
      throw named.damaged(
          variable.name() + ": slices must be at most " + MOST_PIECES, pieces.size());
    }
    long held = 0;
    for (int i = 0; i < pieces.size(); i++) {
      var piece = pieces.get(i).where();
      held += piece.elements();
      for (int j = 0; j < i && piece.elements() > 0; j++) {
        var other = pieces.get(j).where();
        if (other.elements() > 0 && piece.overlaps(other)) {
          throw named.damaged(variable.name() + ": slices must not overlap", "two that do");
        }
      }
      if (held > elements) {
        break;
      }
    }
    if (held != elements) {
      throw named.damaged(
          variable.name() + ": slices must hold each of " + elements + " elements once",
          held + " elements");
    }
  }

  /** Reads everything and keeps nothing, to see whether it is whole. */
  void verify() {
    for (Piece piece : pieces) {
      if (isText()) {
        piece.values().texts();
      } else {
        piece.values().numbers((bytes, length) -> {});
      }
    }
  }

  /**
   * Reads the tensor; the caller closes it.
   *
   * @throws CheckpointException if it is damaged, or of a type that TensorFlow-Java has no class of
   */
  Tensor read() {
    var type =
        ElementTypes.tensorClass(variable.dtype())
            .orElseThrow(
                () ->
                    new CheckpointException(
                        file
                            + ": "
                            + variable.name()
                            + " must have a type that TensorFlow-Java has tensors of, got "
                            + ElementTypes.text(variable.dtype())));
    if (isText()) {
      return texts();
    }
    Tensor tensor = Tensor.of(type, variable.shape());
    try {
      var data = new TensorBytes(tensor);
      for (Piece piece : pieces) {
        piece.values().numbers(data.sink(piece.where()));
      }
      return tensor;
    } catch (RuntimeException | Error e) {
      tensor.close();
      throw e;
    }
  }

  private boolean isText() {
    return variable.dtype() == DataType.DT_STRING;
  }

  private Tensor texts() {
    var all = new byte[(int) variable.shape().size()][];
    for (Piece piece : pieces) {
      byte[][] texts = piece.values().texts();
      var where = piece.where();
      for (int done = 0; done < texts.length; done += (int) where.run()) {
        int at = (int) where.place(done / where.run());
        System.arraycopy(texts, done, all, at, (int) where.run());
      }
    }
    return TString.tensorOfBytes(variable.shape(), DataBuffers.ofObjects(all));
  }

  /**
   * The tensor that others are the parts of, one after the other on the axis on which their sizes
   * add up to the shape.
   *
   * @return nothing if they do not, or are not of one type
   */
  static Optional<StoredTensor> joined(String name, Shape shape, List<StoredTensor> parts) {
    for (int axis = 0; axis < shape.numDimensions() && !parts.isEmpty(); axis++) {
      var pieces = joined(shape, axis, parts);
      if (!pieces.isEmpty()) {
        var first = parts.get(0);
        var whole = new SavedVariable(name, first.variable().dtype(), shape);
        return Optional.of(new StoredTensor(first.file(), whole, pieces));
      }
    }
    return Optional.empty();
  }

  private static List<Piece> joined(Shape shape, int axis, List<StoredTensor> parts) {
    var pieces = new ArrayList<Piece>();
    long begin = 0;
    for (StoredTensor part : parts) {
      var is = part.variable().shape();
      boolean fits =
          is.numDimensions() == shape.numDimensions()
              && part.variable().dtype() == parts.get(0).variable().dtype()
              && is.get(axis) <= shape.get(axis) - begin;
      var place = TensorSlice.along(shape, axis, begin, fits ? is.get(axis) : 0);
      if (!fits || !place.shape().equals(is)) {
        return List.of();
      }
      for (Piece piece : part.pieces()) {
        pieces.add(new Piece(piece.where().within(place), piece.values()));
      }
      begin += is.get(axis);
    }
    return begin == shape.get(axis) ? pieces : List.of();
  }
}
