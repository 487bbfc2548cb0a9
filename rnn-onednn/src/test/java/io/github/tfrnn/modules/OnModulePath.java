package io.github.tfrnn.modules;

import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.train.GradientDescent;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Trains a layer for a step and prints what ran, and in which modules. */
final class OnModulePath {
  private OnModulePath() {}

  public static void main(String[] args) {
    for (var type : new Class<?>[] {VariableScope.class, Rnn.class}) {
      System.out.println("module " + type.getModule().getName());
    }
    for (var engine : new Engine[] {Engine.AUTO, Engine.LOOP}) {
      train(engine);
    }
  }

  private static void train(Engine engine) {
    try (var graph = new Graph()) {
      var root = VariableScope.of(graph).withSeed(1);
      var tf = root.tf();
      var x = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 2)));
      var cell = LstmCell.builder(TFloat32.class, 3).build();
      var rnn = Rnn.dynamicRnn(root, cell, x, o -> o.engine(engine));
      var loss = tf.math.mean(tf.math.square(rnn.outputs()), tf.constant(new int[] {0, 1, 2}));
      var train = GradientDescent.of(0.5).minimize(root, loss, root.trainableVariables());
      try (var session = new Session(graph);
          var ones =
              TFloat32.tensorOf(Shape.of(4, 5, 2), t -> t.scalars().forEach(v -> v.setFloat(1)));
          var result = session.runner().feed(x, ones).fetch(loss).addTarget(train).run()) {
        float value = ((TFloat32) result.get(0)).getFloat();
        System.out.println(rnn.engine().engine() + " trains: " + (value > 0));
      }
    }
  }
}
