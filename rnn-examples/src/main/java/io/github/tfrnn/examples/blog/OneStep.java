package io.github.tfrnn.examples.blog;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.ConcatenatedState;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.ops.Activation;
import org.tensorflow.types.TFloat32;

/** One cell, one time step, and each argument of the cell. */
final class OneStep {
  private OneStep() {}

  static void lstm(Page page) {
    page.chapter("One step of an LSTM");
    try (var lab = new Lab(page)) {
      page.lines(
          "lstm = tf.nn.rnn_cell.BasicLSTMCell(4, forget_bias=1.0)",
          "var lstm = BasicLstmCell.builder(TFloat32.class, 4).forgetBias(1f).build();");
      var lstm = BasicLstmCell.builder(TFloat32.class, 4).forgetBias(1f).build();
      page.lines("state = lstm.zero_state(2, tf.float32)", "lstm.zeroState(tf, tf.constant(2))");
      var state = lstm.zeroState(lab.tf(), lab.tf().constant(2));
      lab.show("c", state.c());
      lab.show("h", state.h());
      page.lines("output, state = lstm(x, state)", "lstm.step(root, x, state)");
      var step = lstm.step(lab.root(), lab.numbers(2, 3), state);
      lab.show("output", step.output());
      lab.show("c", step.state().c());
      page.say("output is h: they differ by " + lab.difference(step.output(), step.state().h()));
      lab.variables().forEach(line -> page.say("variable " + line));
    }
  }

  static void arguments(Page page) {
    page.chapter("Argument by argument");
    try (var lab = new Lab(page)) {
      var tf = lab.tf();
      var x = lab.numbers(2, 3);
      page.lines("num_units=4", "the second argument of builder: rows of [x, h] are 3 + 4");
      page.lines("forget_bias=0.0", ".forgetBias(0f)");
      var plain = BasicLstmCell.builder(TFloat32.class, 4).build();
      var first = plain.step(lab.root(), x, plain.zeroState(tf, tf.constant(2)));
      var second = plain.step(lab.root(), x, first.state());
      lab.show("c, bias 1", second.state().c());
      var forgetful =
          BasicLstmCell.builder(TFloat32.class, 4)
              .forgetBias(0f)
              .name("basic_lstm_cell")
              .reuse(io.github.tfrnn.ops.Reuse.ALWAYS)
              .build();
      lab.show("c, bias 0", forgetful.step(lab.root(), x, first.state()).state().c());
      page.lines("input_size=None", "inferred from x, which must have a known depth");
      refused(page, () -> plain.step(lab.root(), lab.numbers(2, 5), first.state()));
      page.lines("activation=tf.nn.relu", ".activation(Activation.relu()), or (tf, v) -> ...");
      var relu = BasicLstmCell.builder(TFloat32.class, 4).activation(Activation.relu()).build();
      lab.show("output", relu.step(lab.root(), x, relu.zeroState(tf, tf.constant(2))).output());
      page.lines("state_is_tuple=False", "ConcatenatedState.of(cell)");
      var one = ConcatenatedState.of(BasicLstmCell.builder(TFloat32.class, 4).build());
      lab.show("state", one.step(lab.root(), x, one.zeroState(tf, tf.constant(2))).state());
      page.say("one tensor, c in the first 4 columns, h in the last 4");
    }
  }

  static void gru(Page page) {
    page.chapter("One step of a GRU");
    try (var lab = new Lab(page)) {
      page.lines(
          "gru = tf.nn.rnn_cell.GRUCell(4)",
          "var gru = GruCell.builder(TFloat32.class, 4).build();");
      var gru = GruCell.builder(TFloat32.class, 4).build();
      var h = gru.zeroState(lab.tf(), lab.tf().constant(2));
      page.lines("output, state = gru(x, state)", "gru.step(root, x, state)");
      var step = gru.step(lab.root(), lab.numbers(2, 3), h);
      lab.show("output", step.output());
      page.say(
          "the state is the output: they differ by " + lab.difference(step.output(), step.state()));
      lab.variables().forEach(line -> page.say("variable " + line));
    }
  }

  /** Shows what the library says of a mistake. */
  static void refused(Page page, Runnable mistake) {
    try {
      mistake.run();
      throw new IllegalStateException("the mistake was not noticed");
    } catch (IllegalArgumentException e) {
      page.say("refused: " + e.getMessage());
    }
  }
}
