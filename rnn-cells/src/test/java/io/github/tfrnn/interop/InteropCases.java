package io.github.tfrnn.interop;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.ConcatenatedState;
import io.github.tfrnn.cells.DeviceWrapper;
import io.github.tfrnn.cells.DropoutWrapper;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.ResidualWrapper;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.model.StateFeed;
import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Dense;
import io.github.tfrnn.ops.Embedding;
import io.github.tfrnn.ops.Partitioner;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.BidirectionalRnn;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.StopGradient;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The networks that Python builds too: the names are those of CASES in interop.py. */
final class InteropCases {
  static final int DEPTH = 3;
  static final int TIME = 6;

  private static final Class<TFloat32> FLOAT = TFloat32.class;
  private static final DeviceSpec CPU =
      DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(0).build();

  private InteropCases() {}

  /** Builds a network over inputs and their lengths. */
  @FunctionalInterface
  interface Network {
    Built over(VariableScope root, Operand<TFloat32> x, Operand<TInt32> lengths);
  }

  /**
   * What a network is made of, in the order of Python's {@code tf.nest.flatten}.
   *
   * @param initial what the initial state enters by; empty for zeros
   * @param outputs of all steps
   * @param last the state after the last step
   */
  record Built(List<Operand<?>> initial, List<Operand<?>> outputs, List<Operand<?>> last) {
    /** Outputs, then last states. */
    List<Operand<?>> results() {
      return Stream.concat(outputs.stream(), last.stream()).toList();
    }
  }

  /** All networks by name. */
  static Map<String, Network> all() {
    var all = new LinkedHashMap<String, Network>();
    all.put("basic_rnn", dynamic(() -> BasicRnnCell.builder(FLOAT, 5).build()));
    all.put("basic_lstm", dynamic(() -> BasicLstmCell.builder(FLOAT, 4).forgetBias(0.5).build()));
    all.put("basic_lstm_one_state", dynamic(() -> ConcatenatedState.of(basicLstm())));
    all.put("lstm", dynamic(InteropCases::lstm));
    all.put("lstm_everything", dynamic(InteropCases::lstmWithEverything));
    all.put("lstm_time_major", dynamic(InteropCases::lstm, With.TIME_MAJOR));
    all.put("lstm_whole_rows", dynamic(InteropCases::lstm, With.WHOLE_ROWS));
    all.put("lstm_static", InteropCases::unrolled);
    all.put("gru", dynamic(InteropCases::gru));
    all.put(
        "gru_relu", dynamic(() -> GruCell.builder(FLOAT, 4).activation(Activation.relu()).build()));
    all.put(
        "stack",
        dynamic(() -> MultiRnnCell.of(List.of(lstm(), GruCell.builder(FLOAT, 3).build()))));
    all.put("stack_of_three", dynamic(() -> MultiRnnCell.of(3, layer -> basicLstm())));
    all.put(
        "stack_one_state",
        dynamic(() -> ConcatenatedState.of(MultiRnnCell.of(2, layer -> basicLstm()))));
    all.put("bidirectional", InteropCases::bidirectional);
    all.put("residual", dynamic(() -> ResidualWrapper.of(GruCell.builder(FLOAT, DEPTH).build())));
    all.put(
        "dropout",
        dynamic(
            () ->
                DropoutWrapper.builder(lstm())
                    .inputKeepProb(1)
                    .outputKeepProb(1)
                    .stateKeepProb(1)
                    .build()));
    all.put("device", dynamic(() -> DeviceWrapper.of(lstm(), CPU)));
    all.put("stack_of_wrappers", dynamic(InteropCases::stackOfWrappers));
    all.put("tagger", InteropCases::tagger);
    all.put("partitioned", InteropCases::partitioned);
    return all;
  }

  private static LstmCell<TFloat32> lstm() {
    return LstmCell.builder(FLOAT, 4).build();
  }

  private static LstmCell<TFloat32> lstmWithEverything() {
    return LstmCell.builder(FLOAT, 4)
        .peepholes()
        .cellClip(0.8)
        .projection(3)
        .projectionClip(0.5)
        .build();
  }

  private static BasicLstmCell<TFloat32> basicLstm() {
    return BasicLstmCell.builder(FLOAT, 4).build();
  }

  private static GruCell<TFloat32> gru() {
    return GruCell.builder(FLOAT, 4).build();
  }

  private static MultiRnnCell<TFloat32> stackOfWrappers() {
    return MultiRnnCell.of(
        List.of(
            DropoutWrapper.builder(LstmCell.builder(FLOAT, DEPTH).build())
                .outputKeepProb(1)
                .build(),
            ResidualWrapper.of(LstmCell.builder(FLOAT, DEPTH).build())));
  }

  private enum With {
    LENGTHS,
    WHOLE_ROWS,
    TIME_MAJOR
  }

  private static <S> Network dynamic(Supplier<TensorCell<TFloat32, S>> cell) {
    return dynamic(cell, With.LENGTHS);
  }

  private static <S> Network dynamic(Supplier<? extends TensorCell<TFloat32, S>> made, With with) {
    return (root, x, lengths) -> {
      var cell = made.get();
      var state = StateFeed.placeholders(root.tf(), cell.stateSize());
      var rnn =
          Rnn.dynamicRnn(
              root, cell, x, options -> set(options.initialState(state.initial()), with, lengths));
      return new Built(
          cell.stateSize().flatten(state.initial()),
          List.of(rnn.outputs()),
          cell.stateSize().flatten(rnn.state()));
    };
  }

  private static <S> RnnOptions<S> set(RnnOptions<S> options, With with, Operand<TInt32> lengths) {
    return switch (with) {
      case LENGTHS -> options.sequenceLength(lengths);
      case WHOLE_ROWS -> options;
      case TIME_MAJOR -> options.sequenceLength(lengths).timeMajor();
    };
  }

  private static Built bidirectional(
      VariableScope root, Operand<TFloat32> x, Operand<TInt32> lengths) {
    var forward = LstmCell.builder(FLOAT, 4).peepholes().build();
    var backward = GruCell.builder(FLOAT, 3).build();
    var rnn =
        BidirectionalRnn.dynamicRnn(
            root, forward, backward, x, options -> options.sequenceLength(lengths));
    var last = new ArrayList<>(forward.stateSize().flatten(rnn.state().forward()));
    last.addAll(backward.stateSize().flatten(rnn.state().backward()));
    return new Built(List.of(), List.of(rnn.outputs().forward(), rnn.outputs().backward()), last);
  }

  private static Built unrolled(VariableScope root, Operand<TFloat32> x, Operand<TInt32> lengths) {
    var tf = root.tf();
    var cell = lstm();
    var inputs = new ArrayList<Operand<TFloat32>>();
    for (int t = 0; t < TIME; t++) {
      inputs.add(tf.gather(x, tf.constant(t), tf.constant(1)));
    }
    var rnn = Rnn.staticRnn(root, cell, inputs, options -> options.sequenceLength(lengths));
    return new Built(
        List.of(),
        List.of(tf.stack(rnn.outputs(), Stack.axis(1L))),
        cell.stateSize().flatten(rnn.state()));
  }

  private static Built tagger(VariableScope root, Operand<TFloat32> x, Operand<TInt32> lengths) {
    var tf = root.tf();
    var ids = ids(tf, x);
    var embedded = Embedding.lookup(root, ids, 16, 5, FLOAT);
    var cell = gru();
    var rnn = Rnn.dynamicRnn(root, cell, embedded, options -> options.sequenceLength(lengths));
    return new Built(
        List.of(),
        List.of(Dense.apply(root, rnn.outputs(), 2)),
        cell.stateSize().flatten(rnn.state()));
  }

  private static Built partitioned(
      VariableScope root, Operand<TFloat32> x, Operand<TInt32> lengths) {
    var tf = root.tf();
    var kernel =
        root.withPartitioner(Partitioner.fixedSize(3, 1))
            .variable("kernel", Shape.of(DEPTH, 5), FLOAT);
    var rows = tf.linalg.matMul(tf.reshape(x, tf.constant(new int[] {-1, DEPTH})), kernel);
    var product =
        tf.reshape(
            rows,
            tf.concat(
                List.of(
                    tf.slice(tf.shape(x), tf.constant(new int[] {0}), tf.constant(new int[] {2})),
                    tf.constant(new int[] {5})),
                tf.constant(0)));
    var cell = gru();
    var rnn =
        Rnn.dynamicRnn(
            root,
            cell,
            tf.ensureShape(product, Shape.of(-1, -1, 5)),
            options -> options.sequenceLength(lengths));
    return new Built(List.of(), List.of(rnn.outputs()), cell.stateSize().flatten(rnn.state()));
  }

  /** The first column, made whole numbers. */
  private static Operand<TInt32> ids(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> column = tf.gather(x, tf.constant(0), tf.constant(2));
    return StopGradient.create(
        tf.scope(),
        tf.dtypes.cast(tf.math.mul(tf.math.abs(column), tf.constant(4f)), TInt32.class));
  }
}
