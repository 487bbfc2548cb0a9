package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * A step run two ways on one graph, as a {@link Scan} and unrolled by hand, with everything that
 * feeds it, so that values and gradients can be compared.
 */
final class Loops implements AutoCloseable {
  /** Loop and unrolled graph compute the same sums in another order. */
  private static final double TOLERANCE = 1e-10;

  /** Central differences with steps of 1e-5. */
  private static final double SLOPE_TOLERANCE = 1e-6;

  /** Rows of a batch. */
  static final int B = 3;

  /** What a flat step gives. */
  record Next(List<Operand<TFloat64>> carry, List<Operand<TFloat64>> outputs) {}

  /** A step over flat lists of doubles. */
  interface Step {
    Next apply(
        Ops tf,
        Operand<TInt32> position,
        List<Operand<TFloat64>> carry,
        List<Operand<TFloat64>> inputs);
  }

  /** Which results the loss is made of. */
  enum Use {
    ALL,
    CARRY,
    OUTPUTS,
    FIRST_CARRY_PART
  }

  /** The two results. */
  record Both(
      List<Operand<TFloat64>> carry,
      List<Operand<TFloat64>> outputs,
      List<Operand<TFloat64>> unrolledCarry,
      List<Operand<TFloat64>> unrolledOutputs) {}

  private final TestGraph test = new TestGraph();
  private final List<Operand<TFloat64>> sources = new ArrayList<>();
  private final boolean dynamic;
  private final UnaryOperator<ScanOptions> options;
  private final boolean reverse;

  Loops(boolean dynamic, boolean reverse, UnaryOperator<ScanOptions> options) {
    this.dynamic = dynamic;
    this.reverse = reverse;
    this.options = options;
  }

  TestGraph test() {
    return test;
  }

  Ops tf() {
    return test.tf();
  }

  /** A sequence {@code [time, B, width]}; time and batch unknown if the loop is dynamic. */
  Operand<TFloat64> sequence(int time, int width) {
    var shape = Shape.of(time, B, width);
    return source(dynamic ? Shape.of(-1, -1, width) : shape, shape);
  }

  /** A state {@code [B, width]}; batch unknown if the loop is dynamic. */
  Operand<TFloat64> state(int width) {
    var shape = Shape.of(B, width);
    return source(dynamic ? Shape.of(-1, width) : shape, shape);
  }

  /** A weight of a known shape. */
  Operand<TFloat64> weight(long... dims) {
    return source(Shape.of(dims), Shape.of(dims));
  }

  private Operand<TFloat64> source(Shape declared, Shape fed) {
    var source = test.random64(declared, fed);
    sources.add(source);
    return source;
  }

  /** Runs {@code step} over all of {@code inputs}. */
  Both both(List<Operand<TFloat64>> initial, List<Operand<TFloat64>> inputs, int time, Step step) {
    return both(initial, inputs, time, time, step);
  }

  /** Runs the first {@code steps} of {@code time} steps. */
  Both both(
      List<Operand<TFloat64>> initial,
      List<Operand<TFloat64>> inputs,
      int time,
      int steps,
      Step step) {
    var scan =
        Scan.carrying(tf(), Structure.list(initial.size()), List.copyOf(initial))
            .over(Structure.list(inputs.size()), List.copyOf(inputs))
            .options(options);
    if (steps != time) {
      scan = scan.steps(test.feedInt(steps));
    }
    if (reverse) {
      scan = scan.reverse();
    }
    var result = scan.run(outputs(step, initial, inputs), flat(step));
    return unrolled(
        doubles(result.carry()), doubles(result.outputs()), initial, inputs, time, steps, step);
  }

  // The number of outputs is found by a step in a body that is thrown away.
  private static Structure<List<Operand<?>>> outputs(
      Step step, List<Operand<TFloat64>> initial, List<Operand<TFloat64>> inputs) {
    var outer = Ops.create(initial.get(0).env());
    try (var graph = new Graph()) {
      var tf = Ops.create(new BodyEnvironment(graph, outer));
      var first = inputs.stream().<Operand<TFloat64>>map(x -> row(tf, x, 0)).toList();
      return Structure.list(step.apply(tf, tf.constant(0), initial, first).outputs().size());
    }
  }

  private static Scan.Step<List<Operand<?>>, List<Operand<?>>, List<Operand<?>>> flat(Step step) {
    return (body, carry, x) -> {
      var next = step.apply(body.tf(), body.position(), doubles(carry), doubles(x));
      return new Scan.Next<>(List.copyOf(next.carry()), List.copyOf(next.outputs()));
    };
  }

  @SuppressWarnings("unchecked") // every float of these tests is a double
  private static List<Operand<TFloat64>> doubles(List<? extends Operand<?>> parts) {
    return parts.stream().map(part -> (Operand<TFloat64>) part).toList();
  }

  private static Operand<TFloat64> row(Ops tf, Operand<TFloat64> x, int t) {
    int rank = x.shape().numDimensions();
    int[] begin = new int[rank];
    int[] size = new int[rank];
    Arrays.fill(size, -1);
    begin[0] = t;
    size[0] = 1;
    return tf.squeeze(
        tf.slice(x, tf.constant(begin), tf.constant(size)), Squeeze.axis(List.of(0L)));
  }

  private Both unrolled(
      List<Operand<TFloat64>> loopCarry,
      List<Operand<TFloat64>> loopOutputs,
      List<Operand<TFloat64>> initial,
      List<Operand<TFloat64>> inputs,
      int time,
      int steps,
      Step step) {
    List<Operand<TFloat64>> carry = initial;
    var outputs = new ArrayList<List<Operand<TFloat64>>>();
    loopOutputs.forEach(any -> outputs.add(new ArrayList<>()));
    for (int k = 0; k < steps; k++) {
      int t = reverse ? steps - 1 - k : k;
      var x = inputs.stream().map(input -> row(tf(), input, t)).toList();
      var next = step.apply(tf(), tf().constant(t), carry, x);
      carry = next.carry();
      for (int i = 0; i < outputs.size(); i++) {
        outputs.get(i).add(reverse ? 0 : k, next.outputs().get(i));
      }
    }
    var stacked = new ArrayList<Operand<TFloat64>>();
    for (int i = 0; i < outputs.size() && time > 0; i++) {
      while (outputs.get(i).size() < time) {
        var like = steps > 0 ? outputs.get(i).get(0) : initial.get(initial.size() - 1);
        outputs.get(i).add(tf().zerosLike(like));
      }
      stacked.add(tf().stack(outputs.get(i)));
    }
    return new Both(loopCarry, time == 0 ? List.of() : loopOutputs, carry, stacked);
  }

  /** Asserts that both ways give the same loss and the same gradient of every source. */
  void assertAgree(Both both, Use use, int order, boolean finiteDifferences) {
    var loop = loss(both.carry(), both.outputs(), use);
    var unrolled = loss(both.unrolledCarry(), both.unrolledOutputs(), use);
    for (int i = 1; i < order; i++) {
      loop = penalized(loop);
      unrolled = penalized(unrolled);
    }
    var fetches = new ArrayList<Operand<?>>(List.of(loop, unrolled));
    fetches.addAll(Arrays.asList(gradients(loop)));
    fetches.addAll(Arrays.asList(gradients(unrolled)));
    var values = test.values(fetches);
    assertClose(values.get(1), values.get(0), "loss");
    int count = sources.size();
    for (int i = 0; i < count; i++) {
      assertClose(values.get(2 + count + i), values.get(2 + i), "gradient of source " + i);
      if (finiteDifferences && values.get(2 + i).length > 0) {
        int middle = values.get(2 + i).length / 2;
        double slope = FiniteDifferences.slope(test, loop, sources.get(i), middle);
        assertEquals(
            slope,
            values.get(2 + i)[middle],
            SLOPE_TOLERANCE * Math.max(1, Math.abs(slope)),
            "slope of source " + i);
      }
    }
  }

  private static void assertClose(double[] expected, double[] actual, String what) {
    double scale = Arrays.stream(expected).map(Math::abs).reduce(1, Math::max);
    assertArrayEquals(expected, actual, TOLERANCE * scale, what);
  }

  private Output<?>[] gradients(Operand<TFloat64> loss) {
    return test.graph()
        .addGradients(
            loss.asOutput(), sources.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
  }

  /** The loss plus a scalar of its gradients, whose gradient is of second order. */
  private Operand<TFloat64> penalized(Operand<TFloat64> loss) {
    var parts = new ArrayList<Operand<TFloat64>>(List.of(loss));
    for (Output<?> gradient : gradients(loss)) {
      parts.add(test.weigh(gradient.expect(TFloat64.class), parts.size()));
    }
    return test.total(parts);
  }

  private Operand<TFloat64> loss(
      List<Operand<TFloat64>> carry, List<Operand<TFloat64>> outputs, Use use) {
    var parts = new ArrayList<Operand<TFloat64>>();
    // Every source is touched, so that the unrolled graph of zero steps reaches it too.
    sources.forEach(source -> parts.add(test.weigh(source, 0.1)));
    switch (use) {
      case ALL -> {
        weigh(carry, 0, parts);
        weigh(outputs, 3, parts);
      }
      case CARRY -> weigh(carry, 0, parts);
      case OUTPUTS -> weigh(outputs, 3, parts);
      case FIRST_CARRY_PART -> weigh(carry.subList(0, 1), 0, parts);
    }
    return test.total(parts);
  }

  private void weigh(List<Operand<TFloat64>> values, double phase, List<Operand<TFloat64>> to) {
    for (int i = 0; i < values.size(); i++) {
      to.add(test.weigh(values.get(i), phase + i));
    }
  }

  @Override
  public void close() {
    test.close();
  }
}
