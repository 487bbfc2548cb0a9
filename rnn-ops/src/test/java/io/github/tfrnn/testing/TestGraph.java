package io.github.tfrnn.testing;

import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * A graph with a session for one test: placeholders that remember what they are fed, and values
 * read back as plain arrays. It closes everything it opened.
 */
public final class TestGraph implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();
  private final Random random = new Random(7);
  private ConfigProto config = ConfigProto.getDefaultInstance();
  private Session session;

  /**
   * A graph that TensorFlow does not rewrite before it runs: the same ops, and the same numbers but
   * for rounding. Rewriting takes most of the time of a large graph that runs only a few times.
   */
  public static TestGraph unoptimized() {
    var rewriting = RewriterConfig.newBuilder().setDisableMetaOptimizer(true);
    var options = GraphOptions.newBuilder().setRewriteOptions(rewriting);
    var test = new TestGraph();
    test.config = ConfigProto.newBuilder().setGraphOptions(options).build();
    return test;
  }

  public Graph graph() {
    return graph;
  }

  public Ops tf() {
    return tf;
  }

  /** The root scope. */
  public VariableScope scope() {
    return VariableScope.of(graph);
  }

  /** The session, opened at first use; variables are initialized by its first run. */
  public Session session() {
    if (session == null) {
      session = new Session(graph, config);
    }
    return session;
  }

  /**
   * A placeholder of shape {@code declared} (-1 for unknown), fed {@code values} as {@code fed}.
   */
  public Operand<TFloat64> feed64(Shape declared, Shape fed, double... values) {
    var placeholder = tf.placeholder(TFloat64.class, Placeholder.shape(declared));
    refeed(placeholder, TFloat64.tensorOf(fed, DataBuffers.of(values)));
    return placeholder;
  }

  /** As {@link #feed64}, in single precision. */
  public Operand<TFloat32> feed32(Shape declared, Shape fed, float... values) {
    var placeholder = tf.placeholder(TFloat32.class, Placeholder.shape(declared));
    refeed(placeholder, TFloat32.tensorOf(fed, DataBuffers.of(values)));
    return placeholder;
  }

  /** A placeholder fed random numbers, the same in every run of the test. */
  public Operand<TFloat64> random64(Shape declared, Shape fed) {
    return feed64(declared, fed, random((int) fed.size()));
  }

  /** As {@link #random64}, in single precision. */
  public Operand<TFloat32> random32(Shape declared, Shape fed) {
    double[] wide = random((int) fed.size());
    float[] values = new float[wide.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) wide[i];
    }
    return feed32(declared, fed, values);
  }

  /** A placeholder for a vector of ints, fed {@code values}. */
  public Operand<TInt32> feedInts(int... values) {
    var placeholder = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    refeed(placeholder, TInt32.vectorOf(values));
    return placeholder;
  }

  /** A placeholder for one int, fed {@code value}. */
  public Operand<TInt32> feedInt(int value) {
    var placeholder = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
    refeed(placeholder, TInt32.scalarOf(value));
    return placeholder;
  }

  /** Numbers with deviation 0.5. */
  public double[] random(int size) {
    return random.doubles(size).map(u -> (u - 0.5) * Math.sqrt(3)).toArray();
  }

  /** Feeds another tensor from now on; this object closes it. */
  public void refeed(Operand<?> placeholder, Tensor tensor) {
    var old = feeds.put(placeholder, tensor);
    if (old != null && old != tensor) {
      old.close();
    }
  }

  /** Feeds nothing from now on, so that the operand has its own value again. */
  public void unfeed(Operand<?> operand) {
    var old = feeds.remove(operand);
    if (old != null) {
      old.close();
    }
  }

  /** The tensor that a placeholder is fed. */
  public Tensor fed(Operand<?> placeholder) {
    return feeds.get(placeholder);
  }

  /** Runs once and returns the elements of {@code fetch}, row by row. */
  public double[] value(Operand<?> fetch) {
    return values(List.of(fetch)).get(0);
  }

  /** Runs once and returns the elements of each fetch, row by row. */
  public List<double[]> values(List<? extends Operand<?>> fetches, Op... targets) {
    var runner = session().runner();
    feeds.forEach((placeholder, tensor) -> runner.feed(placeholder.asOutput(), tensor));
    var distinct = new ArrayList<Output<?>>(); // a run refuses to fetch one output twice
    for (var fetch : fetches) {
      if (!distinct.contains(fetch.asOutput())) {
        distinct.add(fetch.asOutput());
        runner.fetch(fetch.asOutput());
      }
    }
    for (var target : targets) {
      runner.addTarget(target);
    }
    var values = new ArrayList<double[]>();
    try (var result = runner.run()) {
      for (var fetch : fetches) {
        values.add(elements(result.get(distinct.indexOf(fetch.asOutput()))));
      }
    }
    return values;
  }

  /** Runs ops for their effect. */
  public void run(Op... targets) {
    values(List.of(), targets);
  }

  /** The shape that {@code fetch} has at run time. */
  public Shape shapeOf(Operand<?> fetch) {
    var runner = session().runner();
    feeds.forEach((placeholder, tensor) -> runner.feed(placeholder.asOutput(), tensor));
    try (var result = runner.fetch(fetch.asOutput()).run()) {
      return result.get(0).shape();
    }
  }

  /** The elements of a tensor of numbers or booleans, row by row. */
  public static double[] elements(Tensor tensor) {
    var elements = new ArrayList<Double>();
    if (tensor instanceof TFloat32 t) {
      t.scalars().forEach(s -> elements.add((double) s.getFloat()));
    } else if (tensor instanceof TFloat64 t) {
      t.scalars().forEach(s -> elements.add(s.getDouble()));
    } else if (tensor instanceof TFloat16 t) {
      t.scalars().forEach(s -> elements.add((double) s.getFloat()));
    } else if (tensor instanceof TBfloat16 t) {
      t.scalars().forEach(s -> elements.add((double) s.getFloat()));
    } else if (tensor instanceof TInt32 t) {
      t.scalars().forEach(s -> elements.add((double) s.getInt()));
    } else if (tensor instanceof TInt64 t) {
      t.scalars().forEach(s -> elements.add((double) s.getLong()));
    } else if (tensor instanceof TBool t) {
      t.scalars().forEach(s -> elements.add(s.getBoolean() ? 1.0 : 0.0));
    } else {
      throw new IllegalArgumentException("no elements of " + tensor.dataType());
    }
    return elements.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * A scalar that depends on every element of {@code value} with another weight, so that an error
   * in any one shows in it and in its gradient.
   */
  public <T extends TFloating> Operand<T> weigh(Operand<T> value, double phase) {
    var flat = tf.reshape(value, tf.constant(new int[] {-1}));
    var index = tf.range(tf.constant(0), tf.size(flat), tf.constant(1));
    var weights =
        tf.math.sin(
            tf.math.add(
                tf.dtypes.cast(index, value.type()),
                tf.dtypes.cast(tf.constant(phase), value.type())));
    return tf.sum(tf.math.mul(tf.math.add(tf.math.square(flat), flat), weights), tf.constant(0));
  }

  /** The sum of scalars. */
  public <T extends TFloating> Operand<T> total(List<Operand<T>> scalars) {
    return scalars.size() == 1 ? scalars.get(0) : tf.math.addN(scalars);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
    feeds.values().forEach(Tensor::close);
    graph.close();
  }
}
