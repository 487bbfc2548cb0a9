package io.github.tfrnn.onednn;

import io.github.tfrnn.onednn.PlanKey.Direction;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.global.dnnl.rnn_direction;
import org.bytedeco.dnnl.gru_backward;
import org.bytedeco.dnnl.gru_forward;
import org.bytedeco.dnnl.lstm_backward;
import org.bytedeco.dnnl.lstm_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.rnn_primitive_desc_base;
import org.bytedeco.dnnl.vanilla_rnn_backward;
import org.bytedeco.dnnl.vanilla_rnn_forward;
import org.jspecify.annotations.Nullable;

/**
 * A compiled pass over a layer and the memory that it wants.
 *
 * @param compiled the pass
 * @param scratch what it writes into and forgets
 * @param workspace what the forward pass keeps for the gradient, in training
 * @param layer weights of the inputs
 * @param iteration weights of h
 * @param layerGradient gradient of the former, of a backward pass
 * @param iterationGradient gradient of the latter
 */
record Primitives(
    primitive compiled,
    memory.desc scratch,
    memory.@Nullable desc workspace,
    memory.desc layer,
    memory.desc iteration,
    memory.@Nullable desc layerGradient,
    memory.@Nullable desc iterationGradient) {

  private static final rnn_direction WAY = rnn_direction.unidirectional_left2right;

  static Primitives of(PlanKey key, PlanShapes shapes, engine cpu) {
    var attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return switch (key.formula()) {
      case LSTM -> lstm(key.direction(), shapes, cpu, attributes);
      case GRU -> gru(key.direction(), shapes, cpu, attributes);
      case TANH_RNN -> vanilla(key.direction(), shapes, cpu, attributes);
    };
  }

  private static prop_kind forward(Direction direction) {
    return direction == Direction.INFERENCE
        ? prop_kind.forward_inference
        : prop_kind.forward_training;
  }

  private static Primitives forward(
      primitive compiled, rnn_primitive_desc_base pass, Direction direction) {
    return new Primitives(
        compiled,
        pass.scratchpad_desc(),
        direction == Direction.TRAINING ? pass.workspace_desc() : null,
        pass.weights_layer_desc(),
        pass.weights_iter_desc(),
        null,
        null);
  }

  private static Primitives backward(
      primitive compiled, rnn_primitive_desc_base pass, rnn_primitive_desc_base forward) {
    return new Primitives(
        compiled,
        pass.scratchpad_desc(),
        forward.workspace_desc(),
        pass.weights_layer_desc(),
        pass.weights_iter_desc(),
        pass.diff_weights_layer_desc(),
        pass.diff_weights_iter_desc());
  }

  private static Primitives lstm(
      Direction direction, PlanShapes s, engine cpu, primitive_attr attributes) {
    var hint =
        new lstm_forward.primitive_desc(
            cpu,
            forward(direction),
            WAY,
            s.x(),
            s.state(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            s.state(),
            attributes,
            false);
    if (direction != Direction.BACKWARD) {
      return forward(new lstm_forward(hint), hint, direction);
    }
    var pass =
        new lstm_backward.primitive_desc(
            cpu,
            prop_kind.backward,
            WAY,
            s.x(),
            s.state(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            s.state(),
            s.x(),
            s.state(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            s.state(),
            hint,
            attributes,
            false);
    return backward(new lstm_backward(pass), pass, hint);
  }

  private static Primitives gru(
      Direction direction, PlanShapes s, engine cpu, primitive_attr attributes) {
    var hint =
        new gru_forward.primitive_desc(
            cpu,
            forward(direction),
            WAY,
            s.x(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            attributes,
            false);
    if (direction != Direction.BACKWARD) {
      return forward(new gru_forward(hint), hint, direction);
    }
    var pass =
        new gru_backward.primitive_desc(
            cpu,
            prop_kind.backward,
            WAY,
            s.x(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            s.x(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            hint,
            attributes,
            false);
    return backward(new gru_backward(pass), pass, hint);
  }

  private static Primitives vanilla(
      Direction direction, PlanShapes s, engine cpu, primitive_attr attributes) {
    var tanh = dnnl.algorithm.eltwise_tanh;
    var hint =
        new vanilla_rnn_forward.primitive_desc(
            cpu,
            forward(direction),
            tanh,
            WAY,
            s.x(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            attributes,
            false);
    if (direction != Direction.BACKWARD) {
      return forward(new vanilla_rnn_forward(hint), hint, direction);
    }
    var pass =
        new vanilla_rnn_backward.primitive_desc(
            cpu,
            prop_kind.backward,
            tanh,
            WAY,
            s.x(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            s.x(),
            s.state(),
            s.anyLayer(),
            s.anyIteration(),
            s.bias(),
            s.y(),
            s.state(),
            hint,
            attributes,
            false);
    return backward(new vanilla_rnn_backward(pass), pass, hint);
  }
}
