package io.github.tfrnn.ops;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What a gradient in Java asks of the graph while native code holds the graph's lock. */
enum CallbackLock {
  LOOK_UP {
    @Override
    void ask(Ops tf, GraphOperation op) {
      op.env().operation("x");
    }
  },
  SHAPE {
    @Override
    void ask(Ops tf, GraphOperation op) {
      op.input(0).shape();
    }
  },
  DEFINITION {
    @Override
    void ask(Ops tf, GraphOperation op) {
      op.env().toGraphDef();
    }
  },
  INPUT {
    @Override
    void ask(Ops tf, GraphOperation op) {
      op.input(0).op().name();
    }
  },
  ATTRIBUTE {
    @Override
    void ask(Ops tf, GraphOperation op) {
      op.attributes().getAttrShape("shape");
    }
  },
  ADD {
    @Override
    void ask(Ops tf, GraphOperation op) {
      tf.zerosLike(op.output(0));
    }
  };

  /** Exit code of a child that waits for ever. */
  static final int HANGS = 42;

  private static final int PATIENCE_SECONDS = 5;

  abstract void ask(Ops tf, GraphOperation op);

  /** Differentiates through an op whose gradient asks what {@code args[0]} names. */
  public static void main(String[] args) {
    var asked = new CountDownLatch(1);
    TensorFlow.registerCustomGradient(
        "EnsureShape",
        (tf, op, dy) -> {
          asked.countDown();
          valueOf(args[0]).ask(tf, op);
          return List.<Operand<?>>of(dy.get(0));
        });
    var watch = new Thread(() -> endIfHanging(asked));
    watch.setDaemon(true);
    watch.start();
    try (var graph = new Graph()) {
      var tf = Ops.create(graph);
      var x = tf.withName("x").placeholder(TFloat32.class);
      var loss = tf.ensureShape(x, Shape.of(2));
      graph.addGradients(loss.asOutput(), new Output<?>[] {x.asOutput()});
      System.out.println("answered");
    }
  }

  private static void endIfHanging(CountDownLatch asked) {
    try {
      asked.await();
      TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(HANGS);
  }
}
