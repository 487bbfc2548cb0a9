package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One graph that runs the same weights over the same inputs in every way, with all values and all
 * gradients; batch, time and lengths are those of each run.
 */
final class EnginesSideBySide implements AutoCloseable {
  /** Single precision; gradients of weights are sums over steps and rows. */
  private static final double TOLERANCE = 2e-5;

  private final TestGraph test = TestGraph.unoptimized();
  private final Form form;
  private final Operand<TFloat32> x;
  private final Operand<TInt32> lengths;
  private final List<Operand<TFloat32>> initial = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();
  private final Map<Way, List<Operand<?>>> numbers = new EnumMap<>(Way.class);

  /** What a graph is built for. */
  record Form(Layers layer, boolean lengths, boolean initial, boolean timeMajor) {}

  EnginesSideBySide(Form form) {
    this.form = form;
    var tf = test.tf();
    x = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, Layers.DEPTH)));
    lengths = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    for (var leaf : form.layer().cell().stateSize().leaves()) {
      int width = (int) leaf.shape().get(0);
      widths.add(width);
      initial.add(tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, width))));
    }
    for (var way : Way.values()) {
      if (way.runs(form.layer())) {
        numbers.put(way, numbers(form.layer().cell(), way));
      }
    }
  }

  private <S> List<Operand<?>> numbers(TensorCell<TFloat32, S> cell, Way way) {
    var scope = test.scope().withSeed(5).scope("net");
    var result = Rnn.dynamicRnn(scope, cell, x, (RnnOptions<S> o) -> options(cell, way.of(o)));
    assertEquals(way.engine(), result.engine().engine());
    List<Operand<TFloat32>> values = new ArrayList<>(List.of(result.outputs()));
    cell.stateSize().flatten(result.state()).forEach(part -> values.add(floats(part)));
    var terms = new ArrayList<Operand<TFloat32>>();
    values.forEach(part -> terms.add(test.weigh(part, terms.size())));
    List<Operand<?>> sources = new ArrayList<>(List.of(x));
    sources.addAll(form.initial() ? initial : List.of());
    test.scope().variables().forEach(variable -> sources.add(variable.value()));
    List<Operand<?>> fetches = new ArrayList<>();
    values.forEach(value -> fetches.add(test.tf().identity(value)));
    fetches.addAll(Gradients.of(test.total(terms), sources));
    return fetches;
  }

  private <S> RnnOptions<S> options(TensorCell<TFloat32, S> cell, RnnOptions<S> options) {
    var with = form.lengths() ? options.sequenceLength(lengths) : options;
    with = form.timeMajor() ? with.timeMajor() : with;
    return form.initial() ? with.initialState(cell.stateSize().pack(List.copyOf(initial))) : with;
  }

  @SuppressWarnings("unchecked") // all values of these cells are
  private static Operand<TFloat32> floats(Operand<?> value) {
    return (Operand<TFloat32>) value;
  }

  /** Runs all ways at once and compares what they give with what the loop gives. */
  void compare(int batch, int time, int... rows) {
    var random = new Random(batch * 100L + time);
    feed(
        x,
        random,
        form.timeMajor()
            ? Shape.of(time, batch, Layers.DEPTH)
            : Shape.of(batch, time, Layers.DEPTH),
        rows);
    test.refeed(lengths, TInt32.vectorOf(rows));
    for (int i = 0; i < initial.size(); i++) {
      feed(initial.get(i), random, Shape.of(batch, widths.get(i)));
    }
    var all = new ArrayList<Operand<?>>();
    numbers.values().forEach(all::addAll);
    var values = test.values(all);
    int count = all.size() / numbers.size();
    var ways = List.copyOf(numbers.keySet());
    for (int way = 1; way < ways.size(); way++) {
      for (int i = 0; i < count; i++) {
        var expected = values.get(i);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertArrayEquals(
            expected,
            values.get(way * count + i),
            TOLERANCE * Math.max(1, largest),
            ways.get(way) + ", tensor " + i + " of " + all.get(i).op().name());
      }
    }
  }

  /** Random numbers, and past the ends of rows what must not be read. */
  private void feed(Operand<TFloat32> placeholder, Random random, Shape shape, int... rows) {
    var values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    for (int b = 0; b < rows.length && shape.numDimensions() == 3; b++) {
      int time = (int) shape.get(form.timeMajor() ? 0 : 1);
      for (int t = Math.max(0, rows[b]); t < time; t++) {
        int row = form.timeMajor() ? t * rows.length + b : b * time + t;
        Arrays.fill(values, row * Layers.DEPTH, (row + 1) * Layers.DEPTH, Float.NaN);
      }
    }
    test.refeed(placeholder, TFloat32.tensorOf(shape, DataBuffers.of(values)));
  }

  @Override
  public void close() {
    test.close();
  }
}
