package io.github.tfrnn.ops;

import io.github.tfrnn.ops.spi.CompiledAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * Makes a call of a compiled function of a piece of graph, and the function of its gradient.
 *
 * <p>The call itself has a gradient in TensorFlow, which cannot be replaced and is not compiled. So
 * the results are cut off from the call by StopGradient and, together with the inputs of the call,
 * pass through an IdentityN that carries an attribute: the gradient of that node ({@link
 * CompiledGradient}) calls the gradient function and hands its results to the inputs.
 */
final class CompiledPiece {
  private final Ops tf;
  private final String name;
  private final Graph scratch;
  private final BodyEnvironment body;
  private final List<Output<?>> results = new ArrayList<>();
  private final List<Output<?>> seeds = new ArrayList<>();

  private CompiledPiece(Ops tf, String name, Graph scratch) {
    this.tf = tf;
    this.name = name;
    this.scratch = scratch;
    this.body = BodyEnvironment.compiled(scratch, tf);
  }

  static List<Operand<?>> build(Ops tf, String name, Function<Ops, List<Operand<?>>> piece) {
    var graph = Graphs.local(tf, name);
    GradientRegistry.register();
    try (Graph scratch = new Graph()) {
      var compiled = new CompiledPiece(tf, name, scratch);
      compiled.trace(piece);
      return compiled.emit(graph);
    }
  }

  private void trace(Function<Ops, List<Operand<?>>> piece) {
    var inner = Ops.create(body);
    for (var result : piece.apply(inner)) {
      results.add(inner.identity(result).asOutput());
    }
    if (results.isEmpty()) {
      throw new IllegalArgumentException(name + ": results must be at least one, got none");
    }
    body.captures().keySet().forEach(input -> requireStatic("inputs", input));
    results.forEach(result -> requireStatic("results", result));
  }

  private void requireStatic(String what, Output<?> value) {
    var shape = value.shape();
    if (shape.isUnknown() || shape.hasUnknownDimension()) {
      throw new IllegalArgumentException(
          name
              + ": "
              + what
              + " of a compiled piece must have shapes that are known while the graph is built, got "
              + Shapes.text(shape)
              + " for "
              + value.op().name()
              + ". Give the placeholder its batch size and length, or do not compile.");
    }
    switch (value.dataType()) {
      case DT_STRING, DT_VARIANT, DT_RESOURCE ->
          throw new IllegalArgumentException(
              name
                  + ": "
                  + what
                  + " of a compiled piece must be numbers or booleans, got "
                  + value.dataType()
                  + " for "
                  + value.op().name());
      default -> {}
    }
  }

  private List<Operand<?>> emit(Graph graph) {
    var outside = List.copyOf(body.captures().keySet());
    var inside = List.copyOf(body.captures().values());
    String plan;
    List<Output<?>> gradients = List.of();
    try {
      gradients = gradients(inside);
      plan = null;
    } catch (IllegalArgumentException e) {
      plan = CompiledAttribute.FAILURE + e.getMessage();
    }
    var definition = scratch.toGraphDef();
    var functions = new ArrayList<>(definition.getLibrary().getFunctionList());
    var forward = compiled("tfrnn_compiled", definition, inside, results);
    functions.add(forward);
    if (plan == null) {
      var arguments = new ArrayList<>(inside);
      arguments.addAll(seeds);
      var backward = compiled("tfrnn_compiled_gradient", definition, arguments, gradients);
      functions.add(backward);
      plan = results.size() + ":" + backward.getSignature().getName();
    }
    FunctionDefs.attach(graph, functions);
    var call =
        FunctionCalls.compiled(
            tf, name, forward.getSignature().getName(), outside, FunctionCalls.types(results));
    var joined = new ArrayList<Output<?>>();
    for (int i = 0; i < results.size(); i++) {
      joined.add(cutOff(call.get(i), results.get(i).shape()));
    }
    joined.addAll(outside);
    return List.copyOf(FunctionCalls.join(tf, name, joined, plan).subList(0, results.size()));
  }

  /** Differentiates the sum of the results times their seeds, the gradients that will arrive. */
  private List<Output<?>> gradients(List<Output<?>> inputs) {
    var inner = Ops.create(scratch).withSubScope("seeded"); // apart from the names of the piece
    var terms = new ArrayList<Operand<TNumber>>();
    for (var result : results) {
      if (isFloating(result)) {
        var spec = ValueSpec.of(result.dataType(), result.shape());
        var seed = Placeholders.add(scratch, "step_seed" + seeds.size(), spec);
        seeds.add(seed);
        terms.add(inner.dtypes.cast(product(inner, number(result), number(seed)), widest()));
      }
    }
    var sources = inputs.stream().filter(CompiledPiece::isFloating).toList();
    if (terms.isEmpty() || sources.isEmpty()) {
      throw new IllegalArgumentException(
          "no floating point result depends on a floating point input");
    }
    var loss = terms.size() == 1 ? terms.get(0) : inner.math.addN(terms);
    return Gradients.of(loss, sources).stream().<Output<?>>map(Operand::asOutput).toList();
  }

  @SuppressWarnings("unchecked") // floating point is numbers
  private Class<TNumber> widest() {
    return (Class<TNumber>)
        results.stream().filter(CompiledPiece::isFloating).findFirst().orElseThrow().type();
  }

  private static Operand<TNumber> product(Ops tf, Operand<TNumber> a, Operand<TNumber> b) {
    var axes = new int[a.shape().numDimensions()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i;
    }
    return tf.sum(tf.math.mul(a, b), tf.constant(axes));
  }

  private static FunctionDef compiled(
      String prefix, GraphDef graph, List<Output<?>> inputs, List<Output<?>> outputs) {
    return FunctionDefs.build(prefix, graph, inputs, outputs).toBuilder()
        .putAttr(FunctionCalls.MUST_COMPILE, NodeDefs.bool(true))
        .putAttr("_noinline", NodeDefs.bool(true))
        .build();
  }

  private <T extends TType> Output<T> cutOff(Output<T> result, Shape shape) {
    return tf.ensureShape(tf.stopGradient(result), shape).asOutput();
  }

  static boolean isFloating(Output<?> value) {
    return TFloating.class.isAssignableFrom(value.type());
  }

  @SuppressWarnings("unchecked") // asked for floating point values only
  private static Operand<TNumber> number(Output<?> value) {
    return (Operand<TNumber>) value;
  }
}
