package io.github.tfrnn.examples.blog;

import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A graph and a session for one chapter, whose tensors are shown on a page. */
final class Lab implements AutoCloseable {
  private final Graph graph = new Graph();
  private final VariableScope root = VariableScope.of(graph);
  private final Page page;
  private final Session session = new Session(graph);

  Lab(Page page) {
    this.page = page;
  }

  VariableScope root() {
    return root;
  }

  Ops tf() {
    return root.tf();
  }

  Session session() {
    return session;
  }

  Page page() {
    return page;
  }

  /** Numbers between -0.5 and 0.5, the same in every run. */
  Operand<TFloat32> numbers(long... dims) {
    var shape = Shape.of(dims);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (Math.sin(1.7 * i + 0.3) / 2);
    }
    return tf().reshape(tf().constant(values), tf().constant(dims));
  }

  /** Runs the graph once and shows what comes out. */
  void show(String name, Operand<TFloat32> value) {
    try (var result = session.runner().fetch(value).run()) {
      page.show(name, result.get(0));
    }
  }

  /** The largest difference between two tensors of one shape. */
  float difference(Operand<TFloat32> a, Operand<TFloat32> b) {
    var axes = new int[a.shape().numDimensions()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i;
    }
    var largest = tf().max(tf().math.abs(tf().math.sub(a, b)), tf().constant(axes));
    try (var result = session.runner().fetch(largest).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  /** Names and shapes of the variables, in the order of their creation. */
  List<String> variables() {
    var lines = new ArrayList<String>();
    for (var variable : root.variables()) {
      lines.add(variable.name() + " " + variable.shape());
    }
    return lines;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
