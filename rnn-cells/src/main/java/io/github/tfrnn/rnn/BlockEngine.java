package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.BlockGru;
import io.github.tfrnn.ops.BlockLstm;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.spi.Devices;
import io.github.tfrnn.ops.spi.LayerKind;
import io.github.tfrnn.ops.spi.LayerOutput;
import io.github.tfrnn.ops.spi.LayerRunner;
import io.github.tfrnn.ops.spi.LayerSequence;
import io.github.tfrnn.ops.spi.LayerWeights;
import io.github.tfrnn.ops.spi.PlainLayer;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * {@link Engine#FUSED}: an LSTM in one op, {@link BlockLstm}, or a GRU with one op for a step,
 * {@link BlockGru}.
 */
final class BlockEngine implements LayerRunner {
  /** Units from which it is slower than a loop, which makes the product of the inputs before. */
  private static final int WIDE_LSTM = 256;

  private static final int WIDE_GRU = 192;

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public Optional<String> obstacle(LayerKind kind, Class<? extends TFloating> type) {
    var types =
        switch (kind) {
          case LSTM -> List.of(TFloat32.class, TFloat16.class);
          case GRU -> List.of(TFloat32.class);
          case TANH_RNN -> List.<Class<? extends TFloating>>of();
        };
    if (types.isEmpty()) {
      return Optional.of("TensorFlow has no fused op for a tanh cell");
    }
    return types.contains(type)
        ? Optional.empty()
        : Optional.of("TensorFlow's fused op has no kernel for " + type.getSimpleName());
  }

  @Override
  public Optional<String> drawback(PlainLayer<?, ?> layer, boolean recompute) {
    boolean lstm = layer.kind() == LayerKind.LSTM;
    var op = lstm ? "BlockLSTM" : "GRUBlockCell";
    if (layer.type() != TFloat32.class) {
      return Optional.of(op + " rounds otherwise in half precision");
    }
    if (recompute) {
      return Optional.of(
          lstm
              ? "BlockLSTM keeps all of each step"
              : "GRUBlockCell is slower where steps are computed again");
    }
    if (layer.units() >= (lstm ? WIDE_LSTM : WIDE_GRU)) {
      return Optional.of(op + " is slower with " + layer.units() + " units");
    }
    return Devices.haveGpu() ? Optional.of("this machine has a GPU") : Optional.empty();
  }

  @Override
  public <T extends TFloating> LayerOutput<T> run(
      Ops tf, LayerWeights<T> weights, LayerSequence<T> sequence) {
    var layer = new Layer<>(tf, weights, sequence);
    return weights.kind() == LayerKind.LSTM ? layer.lstm() : layer.gru();
  }

  /** One layer; inputs and outputs past the ends of rows are zeros. */
  private static final class Layer<T extends TFloating> {
    private final Ops tf;
    private final LayerWeights<T> weights;
    private final List<Operand<T>> initial;
    private final Operand<TInt32> time;
    private final Optional<Padding> padding;
    private final Structure<Operand<T>> row;
    private final Operand<T> x;
    private final boolean recompute;

    Layer(Ops tf, LayerWeights<T> weights, LayerSequence<T> sequence) {
      this.tf = tf;
      this.weights = weights;
      this.initial = sequence.state();
      this.recompute = sequence.recompute();
      this.time = Layout.size(tf, List.of(sequence.x()), sequence.x().shape().take(1), 0);
      this.padding = sequence.lengths().map(lengths -> new Padding(weights.who(), lengths));
      var h = initial.get(initial.size() - 1);
      this.row = Structure.tensor(Leaf.of("h", h.type(), h.shape().tail()));
      Structure<Operand<T>> input =
          Structure.tensor(Leaf.of("", h.type(), sequence.x().shape().tail().tail()));
      this.x = clear("inputs", input, sequence.x());
    }

    private Operand<T> clear(String what, Structure<Operand<T>> structure, Operand<T> sequences) {
      return padding
          .map(ends -> ends.clear(tf, what, ends.inside(tf, time), structure, sequences))
          .orElse(sequences);
    }

    /** The longest of no rows is 0. */
    private Operand<TInt32> steps() {
      return padding.map(ends -> ends.longest(tf, time)).orElseGet(this::all);
    }

    private Operand<TInt32> all() {
      if (x.shape().get(1) >= 0) {
        return time;
      }
      var rows = Layout.size(tf, List.of(x), x.shape(), 1);
      return tf.math.mul(time, tf.math.minimum(rows, tf.constant(1)));
    }

    LayerOutput<T> lstm() {
      var c = initial.get(0);
      var h = initial.get(1);
      var plain =
          BlockLstm.Weights.plain(
              tf, weights.variables().get(0), weights.variables().get(1), h.shape().get(1));
      var steps =
          new BlockLstm((float) weights.forgetBias(), -1, false)
              .add(tf, tf.dtypes.cast(steps(), TInt64.class), x, c, h, plain);
      var last = new LastStates(tf, time, padding);
      return new LayerOutput<>(
          clear("output", row, steps.h()), List.of(last.of(c, steps.c()), last.of(h, steps.h())));
    }

    LayerOutput<T> gru() {
      var h = initial.get(0);
      var variables = weights.variables();
      var steps =
          new BlockGru(recompute)
              .add(
                  tf,
                  steps(),
                  x,
                  h,
                  new BlockGru.Weights<>(
                      variables.get(0), variables.get(1), variables.get(2), variables.get(3)));
      var last =
          padding.isPresent() ? new LastStates(tf, time, padding).of(h, steps.h()) : steps.last();
      return new LayerOutput<>(clear("output", row, steps.h()), List.of(last));
    }
  }
}
