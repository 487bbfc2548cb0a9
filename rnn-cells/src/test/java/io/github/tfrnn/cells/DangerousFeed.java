package io.github.tfrnn.cells;

import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Vectors fed where a matrix was declared, to an op that asks for the second dimension first. */
enum DangerousFeed {
  INPUT(Shape.of(2), Shape.of(2, 2), Shape.of(2, 2)),
  MEMORY(Shape.of(2, 3), Shape.of(2), Shape.of(2, 2)),
  OUTPUT(Shape.of(2, 3), Shape.of(2, 2), Shape.of(2));

  private final Shape x;
  private final Shape c;
  private final Shape h;

  DangerousFeed(Shape x, Shape c, Shape h) {
    this.x = x;
    this.c = c;
    this.h = h;
  }

  private static Operand<TFloat32> feed(TestGraph test, Shape declared, Shape fed) {
    return test.feed32(declared, fed, new float[(int) fed.size()]);
  }

  private static Operand<TFloat32> cell(
      TestGraph test, Operand<TFloat32> x, Operand<TFloat32> c, Operand<TFloat32> h) {
    var cell = LstmBlockCell.builder(TFloat32.class, 2).build();
    return cell.step(test.scope(), x, new LstmState<>(c, h)).output();
  }

  private static Operand<TFloat32> op(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> c, Operand<TFloat32> h) {
    var two = tf.zeros(tf.constant(new int[] {2}), TFloat32.class);
    var w = tf.zeros(tf.constant(new int[] {5, 8}), TFloat32.class);
    var b = tf.zeros(tf.constant(new int[] {8}), TFloat32.class);
    return tf.nn.lSTMBlockCell(x, c, h, w, two, two, two, b).h();
  }

  /**
   * Runs the feed named by the first argument and prints what happens.
   *
   * @param args the name, then {@code library} for the cell or {@code native} for the bare op
   */
  public static void main(String[] args) {
    var feed = valueOf(args[0]);
    try (var test = new TestGraph()) {
      var inputs =
          List.of(
              feed(test, Shape.of(-1, 3), feed.x),
              feed(test, Shape.of(-1, 2), feed.c),
              feed(test, Shape.of(-1, 2), feed.h));
      var output =
          args[1].equals("library")
              ? cell(test, inputs.get(0), inputs.get(1), inputs.get(2))
              : op(test.tf(), inputs.get(0), inputs.get(1), inputs.get(2));
      test.value(output);
      System.out.println("the run went well");
    } catch (TensorFlowException | TFInvalidArgumentException e) {
      System.out.println("the run failed");
      System.out.println(e.getMessage());
    }
  }
}
