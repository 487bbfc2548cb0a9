package io.github.tfrnn.ops;

import java.util.List;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Losses that native code must not be asked to differentiate. */
enum DangerousLoss {
  /** An L2 penalty on the reference of a variable. */
  REFERENCE {
    @Override
    Operand<?>[] lossAndX(Graph graph) {
      var tf = Ops.create(graph);
      var w = tf.withName("w").variable(Shape.of(2), TFloat32.class);
      return new Operand<?>[] {tf.withName("penalty").math.square(w), w};
    }
  },

  /** As REFERENCE, asked for through the value of the variable, which the penalty does not read. */
  REFERENCE_BESIDE_VALUE {
    @Override
    Operand<?>[] lossAndX(Graph graph) {
      var tf = Ops.create(graph);
      var w = tf.withName("w").variable(Shape.of(2), TFloat32.class);
      return new Operand<?>[] {tf.withName("penalty").math.square(w), tf.identity(w)};
    }
  },

  /** A loop of TensorFlow 1 frames with two variables, of which the loss uses one. */
  FRAMES {
    @Override
    Operand<?>[] lossAndX(Graph graph) {
      var tf = Ops.create(graph);
      var x = tf.constant(2f);
      var outputs =
          graph.whileLoop(
              new Output<?>[] {tf.constant(0).asOutput(), x.asOutput()},
              (cond, in, out) -> out[0] = goOn(Ops.create(cond), in[0]),
              (body, in, out) -> {
                out[0] = next(Ops.create(body), in[0]);
                out[1] = squared(Ops.create(body), in[1]);
              },
              "loop");
      return new Operand<?>[] {tf.identity(outputs[1]), x};
    }
  },

  /** A functional loop that this library did not build. */
  WHILE {
    @Override
    Operand<?>[] lossAndX(Graph graph) {
      var tf = Ops.create(graph);
      var x = tf.constant(2f);
      var cond =
          ConcreteFunction.create(ops -> signature(ops, (i, y) -> new Output<?>[] {goOn(ops, i)}));
      var body =
          ConcreteFunction.create(
              ops -> signature(ops, (i, y) -> new Output<?>[] {next(ops, i), squared(ops, y)}));
      var loop = tf.withName("loop").whileOp(List.of(tf.constant(0), x), cond, body);
      return new Operand<?>[] {tf.identity(loop.output().get(1)), x};
    }
  };

  private interface Step {
    Output<?>[] of(Output<?> i, Output<?> y);
  }

  abstract Operand<?>[] lossAndX(Graph graph);

  private static Signature signature(Ops ops, Step step) {
    var i = ops.placeholder(TInt32.class).asOutput();
    var y = ops.placeholder(TFloat32.class).asOutput();
    var builder = Signature.builder().input("i", i).input("y", y);
    var outputs = step.of(i, y);
    for (int k = 0; k < outputs.length; k++) {
      builder.output("o" + k, outputs[k]);
    }
    return builder.build();
  }

  private static Output<?> goOn(Ops ops, Output<?> i) {
    return ops.math.less(as(i, TInt32.class), ops.constant(3)).asOutput();
  }

  private static Output<?> next(Ops ops, Output<?> i) {
    return ops.math.add(as(i, TInt32.class), ops.constant(1)).asOutput();
  }

  private static Output<?> squared(Ops ops, Output<?> y) {
    return ops.math.square(as(y, TFloat32.class)).asOutput();
  }

  private static <T extends TType> Operand<T> as(Output<?> value, Class<T> type) {
    return value.expect(type);
  }

  /**
   * Asks for the gradient of the loss named by the first argument and prints what happens.
   *
   * @param args the name, then {@code library} or {@code native}: whom to ask
   */
  public static void main(String[] args) {
    try (var graph = new Graph()) {
      var made = valueOf(args[0]).lossAndX(graph);
      if (args[1].equals("native")) {
        var gradients =
            graph.addGradients(made[0].asOutput(), new Output<?>[] {made[1].asOutput()});
        System.out.println("native code made " + gradients[0].op().type());
      } else {
        Gradients.of(made[0], List.of(made[1]));
        System.out.println("accepted");
      }
    } catch (RuntimeException e) {
      System.out.println(e.getMessage());
    }
  }
}
