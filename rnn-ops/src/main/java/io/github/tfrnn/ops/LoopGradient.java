package io.github.tfrnn.ops;

import static io.github.tfrnn.ops.OpGradients.int32;
import static io.github.tfrnn.ops.OpGradients.zeros;

import io.github.tfrnn.ops.LoopGradientPlan.ListRef;
import io.github.tfrnn.ops.LoopGradientPlan.Source;
import io.github.tfrnn.ops.LoopGradientPlan.Term;
import io.github.tfrnn.ops.spi.LoopAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * The gradient of a loop node: adds the backward loop that its layout describes, then the products
 * and sums that form the gradients of captured values.
 */
final class LoopGradient {
  private final Ops tf;
  private final GraphOperation op;
  private final List<Output<?>> dy;
  private final LoopLayout layout;
  private final LoopGradientPlan plan;
  private final Operand<TInt32> steps;
  private final @Nullable Operand<TInt32> batch;
  private final Operation backward;
  private final Map<ListRef, Operand<? extends TType>> rows = new HashMap<>();
  private final Map<Integer, Output<?>> stacked = new HashMap<>();

  static void addTo(Map<String, OpGradient> gradients) {
    gradients.put("While", LoopGradient::of);
    gradients.put("StatelessWhile", LoopGradient::of);
  }

  private static List<Operand<?>> of(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var layout = layoutOf(op);
    if (layout == null) {
      throw new IllegalStateException(
          "gradients: loop " + op.name() + " must be built by Scan, got a loop of other making");
    }
    var function = LayerGradients.functionOf(op);
    if (function != null) { // only the loop of a BlockGru names one
      return BlockGruGradient.of(tf, op, layout, function, dy);
    }
    var plan = layout.gradient();
    if (plan == null) {
      throw new IllegalStateException(
          "gradients: loop " + op.name() + " has no gradient: " + layout.failure());
    }
    return new LoopGradient(tf, op, dy, layout, plan).gradients();
  }

  /** The layout written on a loop node; null if this library did not build it. */
  static @Nullable LoopLayout layoutOf(GraphOperation op) {
    try {
      return LoopCodec.decode(op.attributes().getAttrString(LoopAttribute.NAME));
    } catch (TensorFlowException | IllegalArgumentException e) {
      return null;
    }
  }

  private LoopGradient(
      Ops tf, GraphOperation op, List<Output<?>> dy, LoopLayout layout, LoopGradientPlan plan) {
    this.tf = tf;
    this.op = op;
    this.dy = dy;
    this.layout = layout;
    this.plan = plan;
    this.steps = steps();
    this.batch = batch();
    this.backward = backward();
  }

  /** How many steps the forward loop took. */
  private Operand<TInt32> steps() {
    if (layout.stops()) {
      return int32(op.output(0));
    }
    return layout.reverse() ? tf.math.add(int32(op.input(0)), tf.constant(1)) : int32(op.input(1));
  }

  private @Nullable Operand<TInt32> batch() {
    for (int i = 0; i < layout.carry().size(); i++) {
      if (layout.carry().get(i).batched()) {
        return Dimensions.at(tf, op.input(layout.firstCarry() + i), 0);
      }
    }
    for (int i = 0; i < layout.inputs().size(); i++) {
      var list = op.input(layout.firstInput() + i);
      if (layout.inputs().get(i).batched() && list.op().type().equals("TensorListFromTensor")) {
        return Dimensions.at(tf, ((GraphOperation) list.op()).input(0), 1);
      }
    }
    return null;
  }

  private Operation backward() {
    var carry = new ArrayList<Output<?>>();
    for (int i : plan.carry()) {
      carry.add(dy.get(layout.firstCarry() + i));
    }
    for (int i : plan.accumulated()) {
      carry.add(zeros(tf, op.input(layout.firstCapture() + i)).asOutput());
    }
    var captures = new ArrayList<Output<?>>();
    for (var use : plan.captures()) {
      var value = op.input(layout.firstCapture() + use.index());
      captures.add(use.transposed() ? transposed(value) : value);
    }
    var inputs = new ArrayList<Output<?>>();
    for (ListRef ref : plan.inputs()) {
      inputs.add(list(ref));
    }
    var outputs = new ArrayList<Output<?>>();
    for (int i = 0; i < plan.loop().outputs().size(); i++) {
      var spec = plan.loop().outputs().get(i);
      outputs.add(TensorLists.reserve(tf, spec.type(), spec.shapeTensor(tf, batch), size(i)));
    }
    return plan.loop().emit(tf, "ScanGradient", steps, carry, captures, inputs, outputs, null);
  }

  private Output<?> transposed(Output<?> matrix) {
    return tf.linalg.transpose(matrix, tf.constant(new int[] {1, 0})).asOutput();
  }

  /** The size of a list of the backward loop: an input's gradient is as long as the input. */
  private Operand<TInt32> size(int output) {
    int input = plan.inputGradients().indexOf(output);
    return layout.exactBound() || input < 0
        ? steps
        : TensorLists.length(tf, op.input(layout.firstInput() + input));
  }

  private List<Operand<?>> gradients() {
    var gradients = new ArrayList<Operand<?>>();
    for (int i = 0; i < op.numInputs(); i++) {
      gradients.add(null);
    }
    for (int i = 0; i < plan.carry().size(); i++) {
      gradients.set(
          layout.firstCarry() + plan.carry().get(i), backward.output(plan.loop().firstCarry() + i));
    }
    for (int i = 0; i < layout.captures().size(); i++) {
      gradients.set(layout.firstCapture() + i, captureGradient(i));
    }
    for (int i = 0; i < plan.inputGradients().size(); i++) {
      int output = plan.inputGradients().get(i);
      if (output >= 0) {
        gradients.set(layout.firstInput() + i, inputGradient(output));
      }
    }
    for (int i = 0; i < gradients.size(); i++) {
      if (gradients.get(i) == null) {
        gradients.set(i, zeros(tf, op.input(i)));
      }
    }
    return gradients;
  }

  /** A list that was stacked for a weight gradient passes that tensor on. */
  private Output<?> inputGradient(int output) {
    var dense = stacked.get(output);
    return dense == null
        ? backward.output(plan.loop().firstOutput() + output)
        : TensorLists.fromTensor(tf, dense, elementShape(output));
  }

  private Operand<TInt32> elementShape(int output) {
    return plan.loop().outputs().get(output).shapeTensor(tf, batch);
  }

  private @Nullable Operand<?> captureGradient(int capture) {
    var sum = new ArrayList<Operand<TNumber>>();
    int accumulated = plan.accumulated().indexOf(capture);
    if (accumulated >= 0) {
      sum.add(backward.output(plan.loop().firstCarry() + plan.carry().size() + accumulated));
    }
    for (Term term : plan.terms().get(capture)) {
      sum.add(tf.reshape(value(term), captureShape(capture)));
    }
    return switch (sum.size()) {
      case 0 -> null;
      case 1 -> sum.get(0);
      default -> tf.math.addN(sum);
    };
  }

  private Operand<TInt32> captureShape(int capture) {
    var spec = layout.captures().get(capture);
    return ValueSpec.constant(spec.dims())
        ? spec.shapeTensor(tf, null)
        : tf.shape(op.input(layout.firstCapture() + capture));
  }

  private Operand<TNumber> value(Term term) {
    Operand<TNumber> a = rows(term.a());
    return switch (term.kind()) {
      case MATMUL -> tf.linalg.matMul(a, rows(term.b()), MatMul.transposeA(true));
      case SUM ->
          tf.sum(a, tf.constant(term.axes().stream().mapToInt(Integer::intValue).toArray()));
    };
  }

  private Output<?> list(ListRef ref) {
    return switch (ref.source()) {
      case INPUT -> op.input(layout.firstInput() + ref.index());
      case OUTPUT -> op.output(layout.firstOutput() + ref.index());
      case OUTPUT_GRADIENT -> dy.get(layout.firstOutput() + ref.index());
      case COLLECTED -> backward.output(plan.loop().firstOutput() + ref.index());
    };
  }

  private ValueSpec spec(ListRef ref) {
    return switch (ref.source()) {
      case INPUT -> layout.inputs().get(ref.index());
      case OUTPUT, OUTPUT_GRADIENT -> layout.outputs().get(ref.index());
      case COLLECTED -> plan.loop().outputs().get(ref.index());
    };
  }

  /** The values of all steps below one another: {@code [steps * rows, ...]}. */
  @SuppressWarnings("unchecked") // the plan joins values of one type
  private Operand<TNumber> rows(ListRef ref) {
    return (Operand<TNumber>) rows.computeIfAbsent(ref, this::makeRows);
  }

  private Operand<? extends TType> makeRows(ListRef ref) {
    var list = list(ref);
    var spec = spec(ref);
    if (layout.exactBound()) {
      if (ref.source() == Source.COLLECTED && plan.inputGradients().contains(ref.index())) {
        var dense = TensorLists.stack(tf, list, elementShape(ref.index()), spec.type());
        stacked.put(ref.index(), dense);
        return flat(dense, spec);
      }
      if (list.op().type().equals("TensorListFromTensor")) {
        return flat(((GraphOperation) list.op()).input(0), spec);
      }
      return TensorLists.rows(tf, list, spec.shapeTensor(tf, null), spec.type());
    }
    var taken = TensorLists.resize(tf, list, steps);
    return TensorLists.rows(tf, taken, spec.shapeTensor(tf, null), spec.type());
  }

  private Operand<? extends TType> flat(Output<?> dense, ValueSpec spec) {
    int[] shape = Arrays.stream(dims(spec)).mapToInt(size -> (int) size).toArray();
    shape[0] = -1;
    return tf.reshape(dense, tf.constant(shape));
  }

  private static long[] dims(ValueSpec spec) {
    var dims = spec.dims();
    if (dims == null) {
      throw new IllegalStateException("gradients: rows of an unknown rank");
    }
    return dims;
  }
}
