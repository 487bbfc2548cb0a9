package io.github.tfrnn.onednn;

import io.github.tfrnn.ops.spi.Devices;
import io.github.tfrnn.ops.spi.LayerEngine;
import io.github.tfrnn.ops.spi.LayerKind;
import io.github.tfrnn.ops.spi.LayerOutput;
import io.github.tfrnn.ops.spi.LayerSequence;
import io.github.tfrnn.ops.spi.LayerWeights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** {@code Engine.ONEDNN}: found through {@link java.util.ServiceLoader}, not for users. */
public final class OneDnnEngine implements LayerEngine {

  /** For the service loader. */
  public OneDnnEngine() {}

  @Override
  public String name() {
    return "ONEDNN";
  }

  @Override
  public Optional<String> obstacle() {
    return Machine.OBSTACLE;
  }

  /** Looked at when first asked for; whatever is missing is missing for good. */
  private static final class Machine {
    static final Optional<String> OBSTACLE = find();

    private static Optional<String> find() {
      String system = System.getProperty("os.name");
      if (!system.startsWith("Linux")) {
        return Optional.of("rnn-onednn runs on Linux only, and this is " + system);
      }
      try {
        if (Devices.haveGpu()) {
          return Optional.of("this machine has a GPU, and oneDNN would leave it idle");
        }
        RnnOps.register();
        OneDnn.load();
        return Optional.empty();
      } catch (RuntimeException | LinkageError e) {
        Throwable cause =
            e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
        return Optional.of("native code of rnn-onednn could not be loaded: " + cause);
      }
    }
  }

  @Override
  public Optional<String> obstacle(LayerKind kind, Class<? extends TFloating> type) {
    return type == TFloat32.class
        ? Optional.empty()
        : Optional.of("oneDNN computes in TFloat32, and the cell is of " + type.getSimpleName());
  }

  @Override
  @SuppressWarnings("unchecked") // the types are those of the op's definition
  public <T extends TFloating> LayerOutput<T> run(
      Ops tf, LayerWeights<T> weights, LayerSequence<T> sequence) {
    var formula = Formula.of(weights.kind());
    var operands = new ArrayList<Operand<?>>();
    operands.add(sequence.x());
    operands.add(sequence.lengths().orElseGet(() -> tf.constant(new int[0])));
    operands.addAll(sequence.state());
    operands.addAll(weights.variables());
    var builder =
        tf.scope().env().opBuilder(formula.op(), tf.scope().makeOpName(formula.op()), tf.scope());
    operands.forEach(operand -> builder.addInput(operand.asOutput()));
    var op =
        builder
            .setAttr(RnnOps.MASKED, sequence.lengths().isPresent())
            .setAttr(RnnOps.RECOMPUTE, sequence.recompute())
            .setAttr(RnnOps.FORGET_BIAS, (float) weights.forgetBias())
            .build();
    var y = (Operand<T>) (Operand<?>) op.output(0);
    var state = new ArrayList<Operand<T>>();
    for (int i = 0; i < formula.states().size(); i++) {
      state.add((Operand<T>) (Operand<?>) op.output(1 + i));
    }
    return new LayerOutput<>(y, state);
  }

  @Override
  public Map<String, Gradient> gradients() {
    var gradients = new LinkedHashMap<String, Gradient>();
    for (var formula : Formula.values()) {
      gradients.put(formula.op(), (tf, op, dy) -> RnnGradient.of(formula, tf, op, dy));
    }
    return gradients;
  }
}
