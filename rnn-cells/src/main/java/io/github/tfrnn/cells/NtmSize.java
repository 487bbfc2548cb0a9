package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * The sizes of a Neural Turing Machine, and the state that they make.
 *
 * @param places N, the number of places in the memory
 * @param width W, of a place
 * @param shiftRange how far a head can move in a step
 */
record NtmSize(int places, int width, int readHeads, int writeHeads, int shiftRange) {

  int heads() {
    return readHeads + writeHeads;
  }

  int shifts() {
    return 2 * shiftRange + 1;
  }

  /** The number of columns that the controller steers with. */
  long parameters() {
    return (long) heads() * (width + shifts() + 3) + 2L * writeHeads * width;
  }

  /** The structure of the state of a cell whose controller has {@code controller}. */
  <T extends TFloating, S> Structure<NtmControllerState<T, S>> structure(
      Class<T> type, Structure<S> controller) {
    var leaves = new ArrayList<Leaf>();
    controller.leaves().forEach(leaf -> leaves.add(leaf.under("controller_state")));
    for (int head = 0; head < readHeads; head++) {
      leaves.add(Leaf.of("read_vector_list/" + head, type, Shape.of(width)));
    }
    for (int head = 0; head < heads(); head++) {
      leaves.add(Leaf.of("w_list/" + head, type, Shape.of(places)));
    }
    leaves.add(Leaf.of("M", type, Shape.of(places, width)));
    leaves.add(Leaf.of("time", TInt32.class, Shape.scalar()));
    return Structure.of(
        leaves, state -> flatten(controller, state), parts -> pack(controller, parts));
  }

  private <T extends TFloating, S> List<Operand<?>> flatten(
      Structure<S> controller, NtmControllerState<T, S> state) {
    requireHeads("readVectors", readHeads, state.readVectors().size());
    requireHeads("addressWeights", heads(), state.addressWeights().size());
    var parts = new ArrayList<Operand<?>>(controller.flatten(state.controllerState()));
    parts.addAll(state.readVectors());
    parts.addAll(state.addressWeights());
    parts.add(state.memory());
    parts.add(state.time());
    return parts;
  }

  private static void requireHeads(String what, int heads, int got) {
    if (got != heads) {
      throw new IllegalArgumentException(
          "NTM state: " + what + " must be one for each of " + heads + " heads, got " + got);
    }
  }

  private <T extends TFloating, S> NtmControllerState<T, S> pack(
      Structure<S> controller, List<Operand<?>> parts) {
    int reads = controller.leaves().size();
    int weights = reads + readHeads;
    int memory = weights + heads();
    @SuppressWarnings("unchecked") // parts come from a state of the same structure
    var numbers = (List<Operand<T>>) (List<?>) parts.subList(0, memory + 1);
    @SuppressWarnings("unchecked") // as above
    var time = (Operand<TInt32>) parts.get(memory + 1);
    return new NtmControllerState<>(
        controller.pack(parts.subList(0, reads)),
        numbers.subList(reads, weights),
        numbers.subList(weights, memory),
        numbers.get(memory),
        time);
  }
}
