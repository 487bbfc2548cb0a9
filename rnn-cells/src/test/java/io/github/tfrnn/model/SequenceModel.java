package io.github.tfrnn.model;

import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.ops.Dense;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnResult;
import io.github.tfrnn.testing.TestGraph;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** An LSTM with a dense layer, whose state goes in and out, and a loss against given targets. */
final class SequenceModel implements AutoCloseable {
  static final String SIGNATURE = "serving_default";

  final TestGraph test = new TestGraph();
  final Operand<TFloat32> x;
  final Operand<TFloat32> target;
  final LstmCell<TFloat32> cell = LstmCell.builder(TFloat32.class, 4).build();
  final StateFeed<LstmState<TFloat32>> state;
  final RnnResult<Operand<TFloat32>, LstmState<TFloat32>> rnn;
  final Operand<TFloat32> y;
  final Operand<TFloat32> loss;

  /** With the loop of steps that the tests take apart. */
  SequenceModel() {
    this(Engine.LOOP);
  }

  SequenceModel(Engine engine) {
    var tf = test.tf();
    x = tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 3)));
    target =
        tf.withName("target").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 2)));
    state = StateFeed.placeholders(tf, cell.stateSize());
    rnn =
        Rnn.dynamicRnn(
            test.scope(), cell, x, options -> options.initialState(state.initial()).engine(engine));
    y = Dense.apply(test.scope(), rnn.outputs(), 2);
    loss = loss(test.scope(), y, target);
    state.zeros(2);
  }

  static Operand<TFloat32> loss(
      VariableScope scope, Operand<TFloat32> y, Operand<TFloat32> target) {
    var tf = scope.tf();
    return tf.math.mean(tf.math.square(tf.math.sub(y, target)), tf.constant(new int[] {0, 1, 2}));
  }

  Session session() {
    return test.session();
  }

  ModelSignature signature() {
    return ModelSignature.named(SIGNATURE)
        .input("x", x)
        .state("state", cell.stateSize(), state.initial(), rnn.state())
        .output("y", y);
  }

  /** What the session answers from the state that is held, which goes on. */
  Map<String, double[]> answer(TFloat32 window) {
    try (var result = state.run(session().runner().feed(x, window).fetch(y), rnn.state())) {
      var answer = new TreeMap<String, double[]>();
      answer.put("y", TestGraph.elements(result.get(0)));
      state
          .tensors()
          .forEach((name, part) -> answer.put("state/" + name, TestGraph.elements(part)));
      return answer;
    }
  }

  /** The elements of all outputs; the outputs are closed. */
  static Map<String, double[]> elements(ModelOutputs outputs) {
    try (outputs) {
      var elements = new TreeMap<String, double[]>();
      outputs.names().forEach(name -> elements.put(name, TestGraph.elements(outputs.get(name))));
      return elements;
    }
  }

  /** Waves with a phase. */
  static TFloat32 wave(int batch, int time, int depth, double phase) {
    return TFloat32.tensorOf(
        Shape.of(batch, time, depth),
        t -> {
          int[] i = {0};
          t.scalars().forEach(s -> s.setFloat((float) Math.sin(phase + i[0]++)));
        });
  }

  static Tensor zeros(int... sizes) {
    long[] wide = java.util.Arrays.stream(sizes).asLongStream().toArray();
    return Tensors.zeros(TFloat32.class, Shape.of(wide));
  }

  @Override
  public void close() {
    state.close();
    test.close();
  }
}
