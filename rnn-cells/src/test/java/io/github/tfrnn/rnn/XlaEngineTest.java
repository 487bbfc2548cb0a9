package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** A compiled layer gives what the loop gives: outputs, last states and all gradients. */
class XlaEngineTest {
  private static final int BATCH = 3;
  private static final int TIME = 7;
  private static final int DEPTH = 4;

  private static Stream<Arguments> cases() {
    Supplier<TensorCell<TFloat32, ?>> lstm =
        () -> BasicLstmCell.builder(TFloat32.class, 5).reuse(Reuse.AUTO).build();
    Supplier<TensorCell<TFloat32, ?>> gru =
        () -> GruCell.builder(TFloat32.class, 5).reuse(Reuse.AUTO).build();
    Supplier<TensorCell<TFloat32, ?>> peepholes =
        () -> LstmCell.builder(TFloat32.class, 5).peepholes().cellClip(1).reuse(Reuse.AUTO).build();
    Supplier<TensorCell<TFloat32, ?>> stack =
        () ->
            MultiRnnCell.of(
                List.of(
                    BasicRnnCell.builder(TFloat32.class, 5).reuse(Reuse.AUTO).build(),
                    GruCell.builder(TFloat32.class, 2).reuse(Reuse.AUTO).build()));
    return Stream.of(
        Arguments.of("an LSTM, time first", lstm, true, new int[0]),
        Arguments.of("an LSTM with lengths, batch first", lstm, false, new int[] {7, 0, 3}),
        Arguments.of("a GRU, batch first", gru, false, new int[0]),
        Arguments.of("a GRU with lengths, time first", gru, true, new int[] {9, -1, 6}),
        Arguments.of("peepholes and a clip, all rows empty", peepholes, true, new int[3]),
        Arguments.of("a stack with lengths", stack, false, new int[] {1, 2, 7}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void compiledIsWhatTheLoopGives(
      String name, Supplier<TensorCell<TFloat32, ?>> cell, boolean timeMajor, int[] lengths) {
    try (var test = new TestGraph()) {
      var shape = timeMajor ? Shape.of(TIME, BATCH, DEPTH) : Shape.of(BATCH, TIME, DEPTH);
      var x = test.random32(shape, shape);
      var loop = numbers(test, cell.get(), x, Engine.LOOP, timeMajor, lengths);
      var compiled = numbers(test, cell.get(), x, Engine.XLA, timeMajor, lengths);
      var all = new ArrayList<>(loop);
      all.addAll(compiled);
      var values = test.values(all);
      for (int i = 0; i < loop.size(); i++) {
        assertArrayEquals(values.get(i), values.get(loop.size() + i), 2e-5, "tensor " + i);
      }
    }
  }

  private static <S> List<Operand<?>> numbers(
      TestGraph test,
      TensorCell<TFloat32, S> cell,
      Operand<TFloat32> x,
      Engine engine,
      boolean timeMajor,
      int... lengths) {
    var scope = test.scope().withSeed(5).scope("net");
    var result =
        Rnn.dynamicRnn(
            scope,
            cell,
            x,
            (RnnOptions<S> o) -> {
              var with = timeMajor ? o.engine(engine).timeMajor() : o.engine(engine);
              return lengths.length == 0 ? with : with.sequenceLength(test.feedInts(lengths));
            });
    assertEquals(engine, result.engine().engine());
    var values = new ArrayList<Operand<TFloat32>>(List.of(result.outputs()));
    cell.stateSize().flatten(result.state()).forEach(part -> values.add(floats(part)));
    var terms = new ArrayList<Operand<TFloat32>>();
    values.forEach(value -> terms.add(test.weigh(value, terms.size())));
    var sources = new ArrayList<Operand<?>>(List.of(x));
    test.scope().variables().forEach(variable -> sources.add(variable.value()));
    var fetches = new ArrayList<Operand<?>>();
    values.forEach(value -> fetches.add(test.tf().identity(value)));
    fetches.addAll(Gradients.of(test.total(terms), sources));
    return fetches;
  }

  @SuppressWarnings("unchecked") // all values of these cells are
  private static Operand<TFloat32> floats(Operand<?> value) {
    return (Operand<TFloat32>) value;
  }
}
