package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Rows of different lengths as one padded tensor and its lengths, ready to be fed.
 *
 * <pre>{@code
 * try (var batch = RaggedBatch.of(new int[][] {{5, 6, 7}, {8}, {}})) {
 *   batch.values();  // [[5, 6, 7], [8, 0, 0], [0, 0, 0]]
 *   batch.lengths(); // [3, 1, 0]
 * }
 * }</pre>
 *
 * <p>It owns both tensors and closes them.
 *
 * @param <T> the tensor of the values
 */
public final class RaggedBatch<T extends TType> implements AutoCloseable {
  private final T values;
  private final TInt32 lengths;
  private boolean closed;

  private RaggedBatch(T values, TInt32 lengths) {
    this.values = values;
    this.lengths = lengths;
  }

  /** Packs rows of ids, padded with zeros to the longest. */
  public static RaggedBatch<TInt32> of(int[][] rows) {
    return of(rows, UnaryOperator.identity());
  }

  /**
   * Packs rows of ids.
   *
   * @param rows one id for each step of each row; rows may be empty
   * @param options changes the defaults: {@code options -> options.steps(20)}
   * @return values of shape {@code [batch, time]}, or {@code [time, batch]} if time is major
   * @throws IllegalArgumentException if a row has more steps than the options allow, or the padding
   *     is not an int
   */
  public static RaggedBatch<TInt32> of(int[][] rows, UnaryOperator<RaggedOptions> options) {
    var chosen = options.apply(RaggedOptions.defaults());
    int padding = (int) chosen.padding();
    if (padding != chosen.padding()) {
      throw new IllegalArgumentException(
          "ragged batch: padding must be a whole number for ids, got " + chosen.padding());
    }
    int[] lengths = lengths(rows.length, i -> requireNonNull(rows[i], "rows[" + i + "]").length);
    var layout = Layout.of(lengths, 1, chosen);
    int[] packed = new int[layout.size()];
    Arrays.fill(packed, padding);
    for (int i = 0; i < rows.length; i++) {
      for (int t = 0; t < rows[i].length; t++) {
        packed[layout.offset(i, t)] = rows[i][t];
      }
    }
    var values = TInt32.tensorOf(layout.matrix(), DataBuffers.of(packed));
    return new RaggedBatch<>(values, TInt32.vectorOf(lengths));
  }

  /** Packs rows of feature vectors, padded with zeros to the longest. */
  public static RaggedBatch<TFloat32> of(float[][][] rows) {
    return of(rows, UnaryOperator.identity());
  }

  /**
   * Packs rows of feature vectors.
   *
   * @param rows one vector for each step of each row, all of one depth; rows may be empty
   * @param options changes the defaults: {@code options -> options.multiple(8)}
   * @return values of shape {@code [batch, time, depth]}, or {@code [time, batch, depth]} if time
   *     is major
   * @throws IllegalArgumentException if a row has more steps than the options allow, if depths
   *     differ, or if every row is empty and the options do not tell the depth
   */
  public static RaggedBatch<TFloat32> of(float[][][] rows, UnaryOperator<RaggedOptions> options) {
    var chosen = options.apply(RaggedOptions.defaults());
    int[] lengths = lengths(rows.length, i -> requireNonNull(rows[i], "rows[" + i + "]").length);
    int depth = depth(rows, chosen.depth());
    var layout = Layout.of(lengths, depth, chosen);
    float[] packed = new float[layout.size()];
    Arrays.fill(packed, (float) chosen.padding());
    for (int i = 0; i < rows.length; i++) {
      for (int t = 0; t < rows[i].length; t++) {
        System.arraycopy(rows[i][t], 0, packed, layout.offset(i, t), depth);
      }
    }
    var values = TFloat32.tensorOf(layout.matrix().append(depth), DataBuffers.of(packed));
    return new RaggedBatch<>(values, TInt32.vectorOf(lengths));
  }

  private static int[] lengths(int batch, IntUnaryOperator length) {
    int[] lengths = new int[batch];
    Arrays.setAll(lengths, length);
    return lengths;
  }

  /** The depth that all steps have. */
  private static int depth(float[][][] rows, OptionalInt told) {
    int depth = told.orElse(-1);
    for (int i = 0; i < rows.length; i++) {
      for (int t = 0; t < rows[i].length; t++) {
        int found = requireNonNull(rows[i][t], "rows[" + i + "][" + t + "]").length;
        depth = depth < 0 ? found : depth;
        if (found != depth) {
          throw new IllegalArgumentException(
              "ragged batch: rows["
                  + i
                  + "]["
                  + t
                  + "] must have depth "
                  + depth
                  + ", got "
                  + found);
        }
      }
    }
    if (depth < 0) {
      throw new IllegalArgumentException(
          "ragged batch: rows must have a step that tells their depth, got none. Give it with"
              + " options -> options.depth(...).");
    }
    return depth;
  }

  /**
   * The padded values. They belong to this object.
   *
   * @throws IllegalStateException if it is closed
   */
  public T values() {
    requireOpen();
    return values;
  }

  /**
   * The number of steps of each row, shape {@code [batch]}. They belong to this object.
   *
   * @throws IllegalStateException if it is closed
   */
  public TInt32 lengths() {
    requireOpen();
    return lengths;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("ragged batch: tensors must be used before close, got later");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      values.close();
      lengths.close();
    }
  }

  /** Where a step of a row goes. */
  private record Layout(int batch, int steps, int depth, boolean timeMajor) {

    static Layout of(int[] lengths, int depth, RaggedOptions options) {
      int longest = Arrays.stream(lengths).max().orElse(0);
      int steps = options.steps().orElse(longest);
      for (int i = 0; i < lengths.length; i++) {
        if (lengths[i] > steps) {
          throw new IllegalArgumentException(
              "ragged batch: rows["
                  + i
                  + "] must have at most "
                  + steps
                  + " steps, got "
                  + lengths[i]);
        }
      }
      long multiple = options.multiple();
      long rounded = (steps + multiple - 1) / multiple * multiple;
      if (1.0 * lengths.length * rounded * depth > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "ragged batch: tensor must have fewer than 2^31 elements, got "
                + Shapes.text(Shape.of(lengths.length, rounded, depth)));
      }
      return new Layout(lengths.length, (int) rounded, depth, options.isTimeMajor());
    }

    int size() {
      return batch * steps * depth;
    }

    int offset(int row, int step) {
      return (timeMajor ? step * batch + row : row * steps + step) * depth;
    }

    Shape matrix() {
      return timeMajor ? Shape.of(steps, batch) : Shape.of(batch, steps);
    }
  }
}
