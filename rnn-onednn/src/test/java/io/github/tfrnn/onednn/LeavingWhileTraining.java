package io.github.tfrnn.onednn;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/** Leaves the main method while daemon threads are inside oneDNN. */
final class LeavingWhileTraining {
  private LeavingWhileTraining() {}

  public static void main(String[] arguments) throws InterruptedException {
    var graph = new Graph();
    var scope = VariableScope.of(graph);
    var x = scope.tf().zeros(scope.tf().constant(new int[] {50, 32, 64}), TFloat32.class);
    var cell = GruCell.builder(TFloat32.class, 64).build();
    var y = Rnn.dynamicRnn(scope, cell, x, o -> o.engine(Engine.ONEDNN).timeMajor()).outputs();
    var gradient = Gradients.of(y, List.of(scope.variables().get(0).value())).get(0);
    var session = new Session(graph);
    var running = new CountDownLatch(9);
    for (int i = 0; i < 3; i++) {
      var thread =
          new Thread(
              () -> {
                while (true) {
                  session.runner().fetch(gradient).run().close();
                  running.countDown();
                }
              });
      thread.setDaemon(true);
      thread.start();
    }
    running.await();
    System.out.println("trained");
    if (arguments[0].equals("exit")) {
      System.exit(7);
    }
  }
}
