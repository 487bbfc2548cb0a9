package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import org.tensorflow.op.Ops;

/**
 * Runs pieces of a graph compiled: XLA makes one kernel of all ops of a piece, when it first runs.
 *
 * <pre>{@code
 * Operand<TFloat32> y =
 *     Xla.compile(tf, "layer", Structure.tensor(), ops -> ops.math.tanh(ops.linalg.matMul(x, w)));
 * }</pre>
 *
 * <p>A piece may hold loops of {@link Scan} and stand inside one. Values of the graph around that
 * it uses are its inputs. Shapes must be known while the graph is built. What saves time is that
 * ops no longer are started one by one: small steps and batches of one row gain most; wide layers
 * may be slower than without.
 *
 * <p>Its gradient is a compiled piece too. That computes the values inside again instead of storing
 * them. There is no gradient of the gradient. TensorFlow 1.15 has {@code
 * tf.contrib.compiler.jit.experimental_jit_scope} and {@code xla.compile} for this.
 */
public final class Xla {
  private Xla() {}

  /**
   * Adds a compiled piece to the graph.
   *
   * @param tf the ops of the graph, or of a loop's body, to add the piece to
   * @param name of its op, and for messages
   * @param structure of the results
   * @param piece builds the piece, once, now, with the ops that it is given; operands of the graph
   *     around, and its variables through {@code scope.withOps(ops)}, may be used with them
   * @return the results, with the shapes they have inside
   * @throws IllegalArgumentException if {@code tf} is eager; if a value that the piece uses, or a
   *     result, has a shape that is not fully known, or is neither a number nor a boolean; if there
   *     is no result
   */
  public static <Y> Y compile(Ops tf, String name, Structure<Y> structure, Function<Ops, Y> piece) {
    requireNonNull(piece, "piece");
    var results = CompiledPiece.build(tf, name, ops -> structure.flatten(piece.apply(ops)));
    return structure.pack(results);
  }
}
