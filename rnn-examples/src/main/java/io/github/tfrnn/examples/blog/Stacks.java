package io.github.tfrnn.examples.blog;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.ConcatenatedState;
import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.rnn.Rnn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;

/** Several layers: how they are made, what their state is, and two ways to unroll them. */
final class Stacks {
  private static final int STEPS = 5;

  private Stacks() {}

  private static BasicLstmCell<TFloat32> layer() {
    return BasicLstmCell.builder(TFloat32.class, 4).build();
  }

  static void layers(Page page) {
    page.chapter("Several layers");
    try (var lab = new Lab(page)) {
      page.lines("MultiRNNCell([cell] * 4)", "MultiRnnCell.of(Collections.nCopies(4, cell))");
      var cell = layer();
      OneStep.refused(page, () -> MultiRnnCell.of(Collections.nCopies(4, cell)));
      page.lines(
          "MultiRNNCell([BasicLSTMCell(4) for _ in range(3)])",
          "MultiRnnCell.of(3, i -> BasicLstmCell.builder(TFloat32.class, 4).build())");
      var stack = MultiRnnCell.of(3, i -> layer());
      page.lines("stack.zero_state(2, tf.float32)", "stack.zeroState(tf, tf.constant(2))");
      var zero = stack.zeroState(lab.tf(), lab.tf().constant(2));
      for (int i = 0; i < 3; i++) {
        LstmState<TFloat32> state = zero.layer(i, LstmState.class);
        lab.show("cell_" + i + " c", state.c());
      }
      page.lines("state_is_tuple=False", "ConcatenatedState.of(stack)");
      var one = ConcatenatedState.of(MultiRnnCell.of(3, i -> layer()));
      lab.show("zero state", one.zeroState(lab.tf(), lab.tf().constant(2)));
      page.say("2 x units x layers = 24 columns, where the note says 2 x layers");
      stack.step(lab.root(), lab.numbers(2, 3), zero);
      lab.variables().forEach(line -> page.say("variable " + line));
    }
  }

  static void unrolling(Page page) {
    page.chapter("Unrolled by hand and by the driver");
    try (var lab = new Lab(page)) {
      var tf = lab.tf();
      var x = lab.numbers(2, STEPS, 3);
      var stack = MultiRnnCell.of(3, i -> layer());
      page.lines("with tf.variable_scope(\"RNN\"):", "var scope = root.scope(\"RNN\");");
      page.lines("  for t in range(5):", "for (int t = 0; t < 5; t++) {");
      page.lines(
          "    if t > 0: tf.get_variable_scope().reuse_variables()",
          "  if (t > 0) scope = scope.withReuse(Reuse.ALWAYS);");
      page.lines(
          "    output, state = stack(x[:, t, :], state)",
          "  var step = stack.step(scope, slice(x, t), state); state = step.state();");
      var scope = lab.root().scope("RNN");
      var state = stack.zeroState(tf, tf.constant(2));
      List<Operand<TFloat32>> outputs = new ArrayList<>();
      for (int t = 0; t < STEPS; t++) {
        if (t > 0) {
          scope = scope.withReuse(Reuse.ALWAYS);
        }
        var step = stack.step(scope, slice(lab, x, t), state);
        outputs.add(step.output());
        state = step.state();
      }
      var byHand = outputs.get(STEPS - 1);
      lab.show("last output", byHand);
      page.lines("tf.nn.dynamic_rnn(stack, x, dtype=tf.float32)", "Rnn.dynamicRnn(root, stack, x)");
      var rnn = Rnn.dynamicRnn(lab.root(), stack, x);
      var last = slice(lab, rnn.outputs(), STEPS - 1);
      lab.show("outputs", rnn.outputs());
      lab.show("last output", last);
      page.say("both ways differ by " + lab.difference(byHand, last));
      page.say("last c of layer 2 differs by " + lab.difference(c(state), c(rnn.state())));
    }
  }

  private static Operand<TFloat32> c(LayerStates states) {
    LstmState<TFloat32> top = states.layer(2, LstmState.class);
    return top.c();
  }

  private static Operand<TFloat32> slice(Lab lab, Operand<TFloat32> x, int t) {
    var tf = lab.tf();
    var one = tf.slice(x, tf.constant(new int[] {0, t, 0}), tf.constant(new int[] {-1, 1, -1}));
    return tf.squeeze(one, Squeeze.axis(List.of(1L)));
  }
}
