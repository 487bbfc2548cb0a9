package io.github.tfrnn.examples.blog;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.model.StateFeed;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.train.GradientDescent;
import org.tensorflow.types.TFloat32;

/** The driver: lengths, layouts, and a state that is fed back beside a train op. */
final class Driver {
  private Driver() {}

  static void lengths(Page page) {
    page.chapter("Rows of 5, 10 and 25 steps");
    try (var lab = new Lab(page)) {
      var tf = lab.tf();
      var x = lab.numbers(3, 25, 3);
      var lengths = tf.constant(new int[] {5, 10, 25});
      var cell = BasicLstmCell.builder(TFloat32.class, 4).build();
      page.lines(
          "tf.nn.dynamic_rnn(cell, x, sequence_length=[5, 10, 25], dtype=tf.float32)",
          "Rnn.dynamicRnn(root, cell, x, o -> o.sequenceLength(lengths))");
      var rnn = Rnn.dynamicRnn(lab.root(), cell, x, o -> o.sequenceLength(lengths));
      lab.show("outputs", rnn.outputs());
      lab.show("h", rnn.state().h());
      var last = Sequences.lastOutput(tf, rnn.outputs(), lengths, false);
      page.say("h and the last valid output differ by " + lab.difference(last, rnn.state().h()));
      var sixth =
          tf.slice(
              rnn.outputs(), tf.constant(new int[] {0, 5, 0}), tf.constant(new int[] {1, 1, -1}));
      lab.show("row 0, step 5", sixth);
      page.say("past the end of a row the outputs are zeros and the state stays");
    }
  }

  static void timeMajor(Page page) {
    page.chapter("Batch first or time first");
    try (var lab = new Lab(page)) {
      var tf = lab.tf();
      var batchMajor = lab.numbers(2, 5, 3);
      var timeMajor = Sequences.transposeBatchTime(tf, batchMajor);
      var cell = GruCell.builder(TFloat32.class, 4).build();
      page.lines("time_major=False", "the default: x is [batch, time, depth]");
      var first = Rnn.dynamicRnn(lab.root(), cell, batchMajor);
      lab.show("outputs", first.outputs());
      lab.show("state", first.state());
      page.lines("time_major=True", "o -> o.timeMajor(): x is [time, batch, depth]");
      var second = Rnn.dynamicRnn(lab.root(), cell, timeMajor, o -> o.timeMajor());
      lab.show("outputs", second.outputs());
      lab.show("state", second.state());
      page.say(
          "the state is [batch, units] both times and differs by "
              + lab.difference(first.state(), second.state()));
    }
  }

  static void carried(Page page) {
    page.chapter("The state fed back beside a train op");
    page.say(
        "with state_is_tuple=True the note's own loop failed in its day; here it is one object");
    try (var lab = new Lab(page)) {
      var tf = lab.tf();
      var x = lab.numbers(2, 5, 3);
      var stack = MultiRnnCell.of(3, i -> BasicLstmCell.builder(TFloat32.class, 4).build());
      page.lines(
          "state = stack.zero_state(2, tf.float32)",
          "var zero = stack.zeroState(tf, tf.constant(2)); var state = StateFeed.over(stack.stateSize(), zero);");
      var zero = stack.zeroState(tf, tf.constant(2));
      try (StateFeed<LayerStates> state = StateFeed.over(stack.stateSize(), zero)) {
        var rnn = Rnn.dynamicRnn(lab.root(), stack, x, o -> o.initialState(state.initial()));
        var loss = tf.math.mean(tf.math.square(rnn.outputs()), tf.constant(new int[] {0, 1, 2}));
        var train =
            GradientDescent.of(1.0).minimize(lab.root(), loss, lab.root().trainableVariables());
        page.lines(
            "loss, s, _ = sess.run([loss, final, train], {zero: s})",
            "state.run(session.runner().fetch(loss).addTarget(train), rnn.state())");
        state.zeros(2);
        for (int i = 0; i < 3; i++) {
          try (var result =
              state.run(lab.session().runner().fetch(loss).addTarget(train), rnn.state())) {
            page.show("loss", result.get(0));
          }
        }
        state.tensors().forEach(page::show);
      }
    }
  }
}
