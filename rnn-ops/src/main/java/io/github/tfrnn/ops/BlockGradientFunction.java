package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.types.family.TNumber;

/**
 * A function that is the gradient of a layer whose step is one op, and the formulas that such
 * functions share. Sequences are {@code [T, B, width]}.
 */
abstract class BlockGradientFunction<T extends TNumber> {
  static final int LAST_AXIS = 2;

  final Ops tf;

  /** D. */
  final long depth;

  /** H. */
  final long units;

  private final Graph scratch;
  private final Class<T> type;
  private final List<Output<?>> arguments = new ArrayList<>();

  BlockGradientFunction(Graph scratch, Class<T> type, long depth, long units) {
    this.tf = Ops.create(scratch);
    this.depth = depth;
    this.units = units;
    this.scratch = scratch;
    this.type = type;
  }

  /** The results, of arguments made with {@link #argument}. */
  abstract List<Operand<T>> trace();

  /**
   * Makes the function, and those that it calls before it.
   *
   * @param prefix the start of its name
   */
  final List<FunctionDef> functions(String prefix) {
    var results = new ArrayList<Output<?>>();
    trace().forEach(result -> results.add(result.asOutput()));
    var definition = scratch.toGraphDef();
    var functions = new ArrayList<>(definition.getLibrary().getFunctionList());
    functions.add(FunctionDefs.build(prefix, definition, arguments, results));
    return List.copyOf(functions);
  }

  final Operand<T> argument(Shape shape) {
    return argument(type, shape);
  }

  final <V extends TNumber> Operand<V> argument(Class<V> type, Shape shape) {
    var placeholder = tf.placeholder(type, Placeholder.shape(shape));
    arguments.add(placeholder.asOutput());
    return placeholder;
  }

  /** {@code y (1 - y)}. */
  final Operand<T> sigmoidSlope(Operand<T> y) {
    return tf.math.sub(y, tf.math.square(y));
  }

  /** {@code 1 - y^2}. */
  final Operand<T> tanhSlope(Operand<T> y) {
    return tf.math.sub(one(), tf.math.square(y));
  }

  final Operand<T> one() {
    return tf.dtypes.cast(tf.constant(1f), type);
  }

  /** The states before each step. */
  final Operand<T> before(Operand<T> initial, Operand<T> after) {
    var all = tf.concat(List.of(tf.expandDims(initial, tf.constant(0)), after), tf.constant(0));
    return tf.slice(all, tf.constant(new int[3]), tf.shape(after));
  }

  final Operand<T> rows(Operand<T> kernel, long from, long count) {
    return tf.slice(kernel, tf.constant(new long[] {from, 0}), tf.constant(new long[] {count, -1}));
  }

  final Operand<T> transposed(Operand<T> matrix) {
    return tf.linalg.transpose(matrix, tf.constant(new int[] {1, 0}));
  }

  final Operand<T> flat(Operand<T> sequences, long width) {
    return tf.reshape(sequences, tf.constant(new long[] {-1, width}));
  }

  /** The gradient of a kernel from what its rows were multiplied with, and that of the product. */
  final Operand<T> ofKernel(Operand<T> x, Operand<T> h, Operand<T> dz) {
    return tf.concat(
        List.of(
            tf.linalg.matMul(x, dz, MatMul.transposeA(true)),
            tf.linalg.matMul(h, dz, MatMul.transposeA(true))),
        tf.constant(0));
  }
}
