package io.github.tfrnn.ops;

import static io.github.tfrnn.ops.OpGradients.int32;
import static io.github.tfrnn.ops.OpGradients.zeros;

import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/** Gradients of the tensor list ops that a loop puts around itself. */
final class TensorListGradients {
  private TensorListGradients() {}

  static void addTo(Map<String, OpGradient> gradients) {
    gradients.put("TensorListFromTensor", TensorListGradients::fromTensor);
    gradients.put("TensorListStack", TensorListGradients::stack);
    gradients.put("TensorListReserve", TensorListGradients::reserve);
    gradients.put("TensorListConcatV2", TensorListGradients::concat);
    gradients.put("TensorListSplit", TensorListGradients::split);
    gradients.put("TensorListResize", TensorListGradients::resize);
  }

  private static List<Operand<?>> fromTensor(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var list = dy.get(0);
    // A gradient that was dense a moment ago need not be stacked.
    Output<?> dense =
        list.op().type().equals("TensorListFromTensor")
            ? ((GraphOperation) list.op()).input(0)
            : TensorLists.stack(tf, list, int32(op.input(1)), op.input(0).dataType());
    return List.of(dense, zeros(tf, op.input(1)));
  }

  private static List<Operand<?>> stack(Ops tf, GraphOperation op, List<Output<?>> dy) {
    return List.of(
        TensorLists.fromTensor(tf, dy.get(0), int32(op.input(1))), zeros(tf, op.input(1)));
  }

  private static List<Operand<?>> reserve(Ops tf, GraphOperation op, List<Output<?>> dy) {
    return List.of(zeros(tf, op.input(0)), zeros(tf, op.input(1)));
  }

  private static List<Operand<?>> concat(Ops tf, GraphOperation op, List<Output<?>> dy) {
    return List.of(
        TensorLists.split(tf, dy.get(0), op.input(1), op.output(1)),
        zeros(tf, op.input(1)),
        zeros(tf, op.input(2)));
  }

  private static List<Operand<?>> split(Ops tf, GraphOperation op, List<Output<?>> dy) {
    return List.of(
        TensorLists.rows(tf, dy.get(0), int32(op.input(1)), op.input(0).dataType()),
        zeros(tf, op.input(1)),
        zeros(tf, op.input(2)));
  }

  private static List<Operand<?>> resize(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var length = TensorLists.length(tf, op.input(0));
    return List.of(TensorLists.resize(tf, dy.get(0), length), zeros(tf, op.input(1)));
  }
}
