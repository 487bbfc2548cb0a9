package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Builds a loop from a step over flat lists of tensors: traces the step in a scratch graph,
 * differentiates it there, and adds the loop node and its lists to the graph around.
 */
final class LoopBuilder {
  /**
   * What to build.
   *
   * @param carry describes the carry parts
   * @param outputs describes the outputs
   * @param inputs each {@code [length, ...]}
   * @param steps null for the length of the inputs, or without inputs for no bound at all
   * @param begin whether to take the first step; null for yes
   * @param batch the number of rows; null if it is not said
   * @param outputShapes of each output at a step; empty if they are not said
   * @param gradient the function that computes the gradient; null to derive it from the step
   */
  record Request(
      String name,
      List<Leaf> carry,
      List<Operand<?>> initial,
      List<Leaf> outputs,
      List<Operand<?>> inputs,
      @Nullable Operand<TInt32> steps,
      @Nullable Operand<TBool> begin,
      @Nullable Operand<TInt32> batch,
      List<Operand<TInt32>> outputShapes,
      boolean reverse,
      @Nullable String gradient,
      ScanOptions options) {

    /** Whether only the step says when to end. */
    boolean unbounded() {
      return steps == null && inputs.isEmpty();
    }
  }

  /** What the step gives: new carry, outputs, and whether to go on. */
  record Next(List<Operand<?>> carry, List<Operand<?>> outputs, @Nullable Operand<TBool> more) {}

  /** A step over flat lists. */
  interface Step {
    Next apply(Ops tf, Operand<TInt32> position, List<Operand<?>> carry, List<Operand<?>> inputs);
  }

  /** What the loop gives; {@code steps} is how many it took. */
  record Result(List<Operand<?>> carry, List<Operand<?>> outputs, Operand<TInt32> steps) {}

  private final Ops tf;
  private final Request request;
  private final BodyEnvironment body;
  private final TracedStep traced;
  private final SymbolicShapes shapes;
  private final List<Operand<?>> initial;
  private int outputCount;
  private boolean stops;

  private LoopBuilder(Ops tf, Request request, Graph scratch) {
    this.tf = tf;
    this.request = request;
    this.body = new BodyEnvironment(scratch, tf);
    this.initial = new ArrayList<>();
    for (int i = 0; i < request.initial().size(); i++) {
      initial.add(loosened(tf, request.carry().get(i), request.initial().get(i)));
    }
    var position = Placeholders.add(scratch, "step_position", ValueSpec.scalarInt());
    var nodes = new LinkedHashMap<String, NodeDef>();
    this.shapes = new SymbolicShapes(scratch, nodes);
    this.traced = new TracedStep(TensorRef.of(position), shapes::spec, nodes);
  }

  static Result build(Ops tf, Request request, Step step) {
    GradientRegistry.register();
    try (Graph scratch = new Graph()) {
      var builder = new LoopBuilder(tf, request, scratch);
      builder.trace(step);
      return builder.emit(builder.plan());
    }
  }

  /** Forgets the sizes that a carry part may change from step to step. */
  private static <T extends TType> Operand<T> loosened(Ops tf, Leaf leaf, Operand<T> part) {
    var shape = leaf.loosen(part.shape());
    // Not compared as shapes: unknown sizes are equal to nothing.
    return Shapes.text(shape).equals(Shapes.text(part.shape()))
        ? part
        : tf.placeholderWithDefault(part, shape);
  }

  private boolean sharedBatch() {
    return request.options().sharedBatch();
  }

  private void trace(Step step) {
    var inner = Ops.create(body);
    var carry = new ArrayList<Operand<?>>();
    for (int i = 0; i < initial.size(); i++) {
      var part = initial.get(i);
      boolean rows = sharedBatch() && request.carry().get(i).batched();
      carry.add(input("step_carry", traced.carryIn, part, part.shape(), rows));
    }
    var inputs = new ArrayList<Operand<?>>();
    for (Operand<?> input : request.inputs()) {
      var shape = input.shape();
      inputs.add(
          input(
              "step_input",
              traced.inputs,
              input,
              shape.isUnknown() ? shape : shape.tail(),
              sharedBatch()));
    }
    Operand<TInt32> position = shapes.output(traced.position).expect(TInt32.class);
    body.at(position);
    var next = step.apply(inner, position, carry, inputs);
    next.carry().forEach(part -> traced.carryOut.add(distinct(inner, part)));
    if (next.more() != null) {
      stop(inner, next.more());
    } else if (request.unbounded()) {
      throw new IllegalArgumentException(
          request.name()
              + ": steps must be given for a loop without inputs, got none. Or end the loop with"
              + " Next.whileTrue.");
    } else if (request.begin() != null) {
      stop(inner, inner.constant(true));
    }
    next.outputs().forEach(output -> traced.outputs.add(distinct(inner, output)));
    outputCount = traced.outputs.size();
    requireOutputShapes();
    if (request.options().gradientOrder() > 1) {
      keepCarry(inner, traced);
    }
    body.captures()
        .forEach(
            (outside, inside) -> {
              var ref = TensorRef.of(inside);
              traced.captures.add(ref);
              shapes.put(ref, ValueSpec.dims(outside.shape(), false));
            });
    var definition = body.scratch().toGraphDef();
    definition.getNodeList().forEach(node -> traced.nodes.put(node.getName(), node));
    traced.library.addAll(definition.getLibrary().getFunctionList());
    for (int i = 0; i < request.initial().size(); i++) {
      requireSameCarry(i);
    }
  }

  private void requireOutputShapes() {
    int given = request.outputShapes().size();
    if (given > 0 && given != outputCount) {
      throw new IllegalArgumentException(
          request.name()
              + ": outputShapes must be one for each of "
              + outputCount
              + " outputs, got "
              + given
              + ". A scalar -1 stands for one that need not be said.");
    }
  }

  private Operand<?> input(
      String prefix, List<TensorRef> refs, Operand<?> value, Shape shape, boolean rows) {
    var dims = ValueSpec.dims(shape, rows);
    var spec = new ValueSpec(value.asOutput().dataType(), dims);
    var placeholder = Placeholders.add(body.scratch(), prefix + refs.size(), spec);
    var ref = TensorRef.of(placeholder);
    refs.add(ref);
    shapes.put(ref, dims);
    return placeholder;
  }

  // Native gradients need every output to be a node of its own.
  private static TensorRef distinct(Ops inner, Operand<? extends TType> value) {
    return TensorRef.of(inner.identity(value).asOutput());
  }

  /** A boolean carry part ends the loop, or keeps it from beginning. */
  private void stop(Ops inner, Operand<TBool> more) {
    if (request.reverse()) {
      throw new IllegalArgumentException(
          request.name()
              + ": an early stop must run forwards, got a loop in reverse. Reverse the inputs and"
              + " the outputs instead.");
    }
    stops = true;
    Operand<TBool> on = request.begin() == null ? tf.constant(true) : request.begin();
    initial.add(on);
    input("step_carry", traced.carryIn, on, Shape.scalar(), false);
    traced.carryOut.add(distinct(inner, more));
  }

  /** A loop that can be differentiated twice hands out its carry, so that gradients come back. */
  private void keepCarry(Ops inner, TracedStep step) {
    for (TensorRef ref : step.carryIn) {
      if (shapes.spec(ref).floating()) {
        Operand<TType> part =
            shapes.output(ref).expect(shapes.output(ref).type().asSubclass(TType.class));
        step.outputs.add(distinct(inner, part));
      }
    }
  }

  private void requireSameCarry(int i) {
    var before = shapes.spec(traced.carryIn.get(i));
    var after = shapes.spec(traced.carryOut.get(i));
    if (before.type() != after.type() || !before.shape().isCompatibleWith(after.shape())) {
      throw new IllegalArgumentException(
          request.name()
              + ": carry part "
              + request.carry().get(i).name()
              + " must keep its type and shape, got "
              + text(before)
              + " before the step and "
              + text(after)
              + " after it");
    }
  }

  private static String text(ValueSpec spec) {
    return spec.type().name().substring("DT_".length()).toLowerCase(Locale.ROOT)
        + " "
        + Shapes.text(spec.shape());
  }

  private LoopPlan plan() {
    var options = request.options();
    boolean grows = request.unbounded();
    // A list that grows is as long as the loop.
    boolean exact = grows || (!stops && (request.steps() == null || request.inputs().isEmpty()));
    boolean lowered = options.lowered() && !BodyEnvironment.isCompiled(tf); // XLA knows no frames
    var mode =
        new LoopPlan.Mode(
            request.reverse(), stops, grows, exact, lowered, options.parallelIterations());
    if (options.gradientOrder() == 0) {
      return LoopPlan.of(traced, mode, null, "it was built with gradient order 0");
    }
    try {
      var gradient = GradientLoop.of(body.scratch(), traced, shapes, mode, options);
      return LoopPlan.of(
          traced, mode, gradient, "no floating point output depends on a floating point input");
    } catch (TensorFlowException e) {
      // The forward loop still runs; the reason is told to whoever asks for its gradient.
      return LoopPlan.of(traced, mode, null, String.valueOf(e.getMessage()));
    }
  }

  private Result emit(LoopPlan plan) {
    FunctionDefs.attach(Graphs.local(tf, request.name()), plan.functions());
    var layout = plan.layout();
    var length = length();
    var steps = steps(length);
    var rows = rows();
    var carry = initial.stream().<Output<?>>map(this::value).toList();
    var captures = body.captures().keySet().stream().<Output<?>>map(this::value).toList();
    var inputs = new ArrayList<Output<?>>();
    for (int i = 0; i < request.inputs().size(); i++) {
      var input = value(request.inputs().get(i));
      inputs.add(TensorLists.fromTensor(tf, input, elementShape(input, layout.inputs().get(i))));
    }
    var outputs = new ArrayList<Output<?>>();
    var elementShapes = new ArrayList<Operand<TInt32>>();
    for (int i = 0; i < layout.outputs().size(); i++) {
      boolean asked = i < outputCount;
      var spec = layout.outputs().get(i);
      var shape = asked ? outputShape(i, spec, rows) : spec.shapeTensor(tf, null);
      if (!ValueSpec.constant(spec.dims())) {
        shape = tf.stopGradient(shape);
      }
      elementShapes.add(shape);
      var size = asked || request.unbounded() ? length : steps;
      outputs.add(TensorLists.reserve(tf, spec.type(), shape, size));
    }
    var loop = layout.emit(tf, "Scan", steps, carry, captures, inputs, outputs, request.gradient());
    var finalCarry = new ArrayList<Operand<?>>();
    for (int i = 0; i < request.initial().size(); i++) {
      finalCarry.add(loop.output(layout.firstCarry() + i));
    }
    var stacked = new ArrayList<Operand<?>>();
    for (int i = 0; i < outputCount; i++) {
      stacked.add(stacked(loop, layout, i, elementShapes.get(i)));
    }
    Operand<TInt32> taken = stops ? loop.output(0) : steps;
    return new Result(finalCarry, stacked, tf.stopGradient(taken));
  }

  private Operand<TInt32> outputShape(int i, ValueSpec spec, @Nullable Operand<TInt32> rows) {
    return request.outputShapes().isEmpty()
        ? spec.describedBy(request.outputs().get(i)).shapeTensor(tf, rows)
        : request.outputShapes().get(i);
  }

  private Operand<?> stacked(
      Operation loop, LoopLayout layout, int i, Operand<TInt32> elementShape) {
    var spec = layout.outputs().get(i);
    var list = loop.output(layout.firstOutput() + i);
    var dense = TensorLists.stack(tf, list, elementShape, spec.type());
    var known = spec.shape();
    long size = staticLength();
    if (known.isUnknown() || (!dense.shape().isUnknown() && !dense.shape().hasUnknownDimension())) {
      return dense;
    }
    return tf.ensureShape(dense, known.prepend(size));
  }

  /** The length of the inputs, which is that of the outputs; lists that grow begin with none. */
  private Operand<TInt32> length() {
    if (!request.inputs().isEmpty()) {
      return tf.stopGradient(Dimensions.of(tf, request.inputs().get(0), 0));
    }
    return request.steps() == null ? tf.constant(0) : tf.stopGradient(request.steps());
  }

  /** How many steps the loop takes at most. */
  private Operand<TInt32> steps(Operand<TInt32> length) {
    if (request.unbounded()) {
      return tf.constant(Integer.MAX_VALUE);
    }
    return request.steps() == null ? length : tf.stopGradient(request.steps());
  }

  private long staticLength() {
    for (Operand<?> input : request.inputs()) {
      if (!input.shape().isUnknown() && input.shape().get(0) >= 0) {
        return input.shape().get(0);
      }
    }
    return Shape.UNKNOWN_SIZE;
  }

  /** The number of rows of the batch; null if nothing says what it is. */
  private @Nullable Operand<TInt32> rows() {
    for (int i = 0; i < request.initial().size(); i++) {
      var leaf = request.carry().get(i);
      if (leaf.batched() && !leaf.shape().isUnknown()) {
        return Dimensions.of(tf, request.initial().get(i), 0);
      }
    }
    if (request.batch() != null) {
      return tf.stopGradient(request.batch());
    }
    if (!sharedBatch()) {
      return null;
    }
    for (Operand<?> part : request.initial()) {
      if (part.shape().numDimensions() > 0 && part.shape().get(0) < 0) {
        return Dimensions.of(tf, part, 0);
      }
    }
    for (Operand<?> input : request.inputs()) {
      if (input.shape().numDimensions() > 1 && input.shape().get(1) < 0) {
        return Dimensions.of(tf, input, 1);
      }
    }
    return null;
  }

  // Gradients are not taken with respect to integers: the walk ends there.
  private Output<?> value(Operand<? extends TType> value) {
    var type = value.asOutput().dataType();
    return new ValueSpec(type, null).floating() || type == DataType.DT_VARIANT
        ? value.asOutput()
        : tf.stopGradient(value).asOutput();
  }

  private Operand<TInt32> elementShape(Output<? extends TType> input, ValueSpec spec) {
    if (ValueSpec.constant(spec.dims())) {
      return spec.shapeTensor(tf, null);
    }
    var shape = tf.shape(input);
    return tf.stopGradient(
        tf.slice(shape, tf.constant(new int[] {1}), tf.constant(new int[] {-1})));
  }
}
