package io.github.tfrnn.examples;

import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.ops.Dense;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.train.Adam;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/** The program of the README: an LSTM learns to predict the next value of a sine wave. */
final class FirstSteps {
  private FirstSteps() {}

  public static void main(String[] args) {
    float[][][] wave = new float[1][100][1]; // [batch, time, depth]
    float[][][] next = new float[1][100][1];
    for (int t = 0; t < 100; t++) {
      wave[0][t][0] = (float) Math.sin(0.3 * t);
      next[0][t][0] = (float) Math.sin(0.3 * (t + 1));
    }
    try (var graph = new Graph()) {
      var root = VariableScope.of(graph);
      var tf = root.tf();
      var cell = LstmCell.builder(TFloat32.class, 16).build();
      var rnn = Rnn.dynamicRnn(root, cell, tf.constant(wave)); // outputs [1, 100, 16], state (c, h)
      var guess = Dense.apply(root, rnn.outputs(), 1);
      var error = tf.math.square(tf.math.sub(guess, tf.constant(next)));
      var loss = tf.math.mean(error, tf.constant(new int[] {0, 1, 2}));
      var train = Adam.of(0.01).minimize(root, loss, root.trainableVariables());
      try (var session = new Session(graph)) {
        for (int step = 0; step <= 60; step++) {
          try (var result = session.runner().fetch(loss).addTarget(train).run()) {
            if (step % 20 == 0) {
              System.out.printf(
                  "step %2d  loss %.3f%n", step, ((TFloat32) result.get(0)).getFloat());
            }
          }
        }
      }
    }
  }
}
