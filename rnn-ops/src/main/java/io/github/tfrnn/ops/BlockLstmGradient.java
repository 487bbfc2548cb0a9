package io.github.tfrnn.ops;

import io.github.tfrnn.ops.spi.CompiledAttribute;
import io.github.tfrnn.ops.spi.GradientAttribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * The gradient of {@code BlockLSTM} without peepholes and clip, a function that is made with the
 * op: while gradients are taken, no function can be brought into the graph.
 *
 * <p>What a step back multiplies with is formed for all steps at once; the loop is left with what
 * depends on the step after.
 *
 * <pre>{@code
 * dh  = dh[t] + dz[t + 1] * Wh^T            from the output and from the step after
 * dc  = dc[t] + dc' * f[t + 1] + dh * o (1 - tanh(c)^2)
 * dz  = [dc, dc, dc, dh] * [j i (1 - i), i (1 - j^2), c[t - 1] f (1 - f), tanh(c) o (1 - o)]
 * }</pre>
 */
final class BlockLstmGradient<T extends TNumber> {
  private static final String SECOND =
      CompiledAttribute.FAILURE
          + "it is the gradient of BlockLSTM. Second derivatives need Engine.LOOP with"
          + " options.secondOrder()";

  private static final int LAST_AXIS = 2;

  /** The gradients of x, c, h, kernel and bias. */
  private static final int RESULTS = 5;

  private final Ops tf;
  private final Graph scratch;
  private final Class<T> type;
  private final DataType dataType;
  private final List<Output<?>> arguments = new ArrayList<>();

  private BlockLstmGradient(Graph scratch, Class<T> type, DataType dataType) {
    this.tf = Ops.create(scratch);
    this.scratch = scratch;
    this.type = type;
    this.dataType = dataType;
  }

  /**
   * Brings the function into a graph; one that it has already is used again.
   *
   * @param x {@code [T, B, D]}, whose D is known
   * @param h {@code [B, H]}, whose H is known
   * @return its name
   */
  static <T extends TFloating> String attach(Graph graph, Operand<T> x, Operand<T> h) {
    GradientRegistry.register();
    try (Graph scratch = new Graph()) {
      var gradient = new BlockLstmGradient<>(scratch, h.type(), h.asOutput().dataType());
      var results = gradient.trace(x.shape().get(2), h.shape().get(1));
      return gradient.function(graph, results);
    }
  }

  /** Adds the gradient of an op; null if there is no function for it. */
  static @Nullable List<Operand<?>> of(Ops tf, GraphOperation op, List<Output<?>> dy) {
    String function;
    try {
      function = op.attributes().getAttrString(GradientAttribute.NAME);
    } catch (TensorFlowException | IllegalArgumentException e) {
      return null;
    }
    var inputs = new ArrayList<Output<?>>();
    for (int input : new int[] {0, 1, 2, 3, 4}) {
      inputs.add(op.input(input));
    }
    for (int output = 0; output <= LstmBlockGradients.H; output++) {
      inputs.add(op.output(output));
    }
    for (int output : new int[] {LstmBlockGradients.CS, LstmBlockGradients.H}) {
      inputs.add(OpGradients.shaped(tf, dy.get(output), op.output(output)).asOutput());
    }
    var call = tf.scope().opBuilder("PartitionedCall", "BlockLSTMGradient");
    call.addInputList(inputs.toArray(new Output<?>[0]));
    call.setAttr("Tin", NodeDefs.types(CompiledPiece.types(inputs)));
    var type = op.output(LstmBlockGradients.H).dataType();
    call.setAttr("Tout", NodeDefs.types(Collections.nCopies(RESULTS, type)));
    call.setAttr("f", NodeDefs.function(function));
    var back = call.build();
    var results = new ArrayList<Output<?>>();
    for (int i = 0; i < RESULTS; i++) {
      // TensorFlow would take the gradient of the call, and end the process at the loop inside.
      List<Output<?>> alone = List.of(back.output(i));
      results.addAll(CompiledPiece.join(tf, "BlockLSTMGradient", alone, SECOND));
    }
    List<Operand<?>> gradients = new ArrayList<>();
    gradients.add(tf.zerosLike(op.input(0)));
    for (int i = 0; i < 4; i++) {
      gradients.add(OpGradients.shaped(tf, results.get(i), op.input(1 + i)));
    }
    for (int peephole : new int[] {5, 6, 7}) {
      gradients.add(tf.zerosLike(op.input(peephole)));
    }
    gradients.add(OpGradients.shaped(tf, results.get(4), op.input(8)));
    return gradients;
  }

  private List<Operand<T>> trace(long depth, long units) {
    Operand<TInt64> count = argument(DataType.DT_INT64, TInt64.class, Shape.scalar());
    var x = argument(Shape.of(-1, -1, depth));
    var c0 = argument(Shape.of(-1, units));
    var h0 = argument(Shape.of(-1, units));
    var kernel = argument(Shape.of(depth + units, 4 * units));
    var sequence = Shape.of(-1, -1, units);
    var i = argument(sequence);
    var cs = argument(sequence);
    var f = argument(sequence);
    var o = argument(sequence);
    var j = argument(sequence);
    var tanh = argument(sequence);
    var h = argument(sequence);
    var dcs = argument(sequence);
    var dhs = argument(sequence);

    var slopes =
        tf.concat(
            List.of(
                tf.math.mul(j, sigmoidSlope(i)),
                tf.math.mul(i, tanhSlope(j)),
                tf.math.mul(before(c0, cs), sigmoidSlope(f)),
                tf.math.mul(tanh, sigmoidSlope(o))),
            tf.constant(LAST_AXIS));
    var through = tf.math.mul(o, tanhSlope(tanh));
    var recurrent = rows(kernel, depth, units);
    var back = steps(count, List.of(dcs, dhs, through, f, slopes), c0, recurrent);
    var dz = flat(back.outputs(), 4 * units);
    var ofX = tf.linalg.matMul(dz, rows(kernel, 0, depth), MatMul.transposeB(true));
    var ofKernel =
        tf.concat(
            List.of(
                tf.linalg.matMul(flat(x, depth), dz, MatMul.transposeA(true)),
                tf.linalg.matMul(flat(before(h0, h), units), dz, MatMul.transposeA(true))),
            tf.constant(0));
    return List.of(
        tf.reshape(ofX, tf.shape(x)),
        back.carry().get(0),
        back.carry().get(1),
        ofKernel,
        tf.sum(dz, tf.constant(0)));
  }

  /** The loop: carries dc and dh, gives dz of each step. */
  private Scan.Result<List<Operand<T>>, Operand<T>> steps(
      Operand<TInt64> count, List<Operand<T>> inputs, Operand<T> like, Operand<T> recurrent) {
    var none = tf.zerosLike(like);
    var transposed = tf.linalg.transpose(recurrent, tf.constant(new int[] {1, 0}));
    return Scan.carrying(tf, list("dc", "dh"), List.<Operand<T>>of(none, none))
        .named("BlockLSTM gradient")
        .over(list("dc", "dh", "through", "f", "slopes"), inputs)
        .steps(tf.dtypes.cast(count, TInt32.class))
        .options(o -> o.withGradientOrder(0))
        .reverse()
        .run(
            Structure.<T>tensor(),
            (body, carry, at) -> {
              var math = body.tf().math;
              var dh = math.add(at.get(1), carry.get(1));
              var dc = math.add(math.add(at.get(0), carry.get(0)), math.mul(dh, at.get(2)));
              var parts = body.tf().concat(List.of(dc, dc, dc, dh), body.tf().constant(1));
              var dz = math.mul(parts, at.get(4));
              return new Scan.Next<>(
                  List.of(math.mul(dc, at.get(3)), body.tf().linalg.matMul(dz, transposed)), dz);
            });
  }

  @SuppressWarnings("unchecked") // all parts have the type T
  private static <T extends TNumber> Structure<List<Operand<T>>> list(String... names) {
    var leaves = new ArrayList<Leaf>();
    for (var name : names) {
      leaves.add(Leaf.any(name));
    }
    return Structure.of(
        leaves,
        parts -> List.<Operand<?>>copyOf(parts),
        parts -> parts.stream().map(part -> (Operand<T>) part).toList());
  }

  private Operand<T> argument(Shape shape) {
    return argument(dataType, type, shape);
  }

  private <V extends TNumber> Operand<V> argument(DataType dataType, Class<V> type, Shape shape) {
    var spec = ValueSpec.of(dataType, shape);
    var placeholder = Placeholders.add(scratch, "argument" + arguments.size(), spec);
    arguments.add(placeholder);
    return placeholder.expect(type);
  }

  /** {@code y (1 - y)}. */
  private Operand<T> sigmoidSlope(Operand<T> y) {
    return tf.math.sub(y, tf.math.square(y));
  }

  /** {@code 1 - y^2}. */
  private Operand<T> tanhSlope(Operand<T> y) {
    return tf.math.sub(tf.dtypes.cast(tf.constant(1f), type), tf.math.square(y));
  }

  /** The states before each step. */
  private Operand<T> before(Operand<T> initial, Operand<T> after) {
    var all = tf.concat(List.of(tf.expandDims(initial, tf.constant(0)), after), tf.constant(0));
    return tf.slice(all, tf.constant(new int[3]), tf.shape(after));
  }

  private Operand<T> rows(Operand<T> kernel, long from, long count) {
    return tf.slice(kernel, tf.constant(new long[] {from, 0}), tf.constant(new long[] {count, -1}));
  }

  private Operand<T> flat(Operand<T> sequences, long width) {
    return tf.reshape(sequences, tf.constant(new long[] {-1, width}));
  }

  private String function(Graph graph, List<Operand<T>> results) {
    var outputs = new ArrayList<Output<?>>();
    results.forEach(result -> outputs.add(result.asOutput()));
    var definition = scratch.toGraphDef();
    var nodes = new LinkedHashMap<String, NodeDef>();
    definition.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    var types = new LinkedHashMap<String, DataType>();
    Map<TensorRef, TensorRef> bound = new LinkedHashMap<>();
    for (var argument : arguments) {
      String name = "lstm" + types.size();
      types.put(name, argument.dataType());
      bound.put(TensorRef.of(argument), TensorRef.first(name));
    }
    var made =
        FunctionDefs.build(
            "tfrnn_block_lstm_gradient",
            types,
            nodes,
            bound,
            outputs.stream().map(TensorRef::of).toList(),
            CompiledPiece.types(outputs));
    var functions = new ArrayList<>(definition.getLibrary().getFunctionList());
    functions.add(made);
    FunctionDefs.attach(graph, functions);
    return made.getSignature().getName();
  }
}
