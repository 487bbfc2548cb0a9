package io.github.tfrnn.conformance;

import io.github.tfrnn.cells.AttentionCellWrapper;
import io.github.tfrnn.cells.CompiledWrapper;
import io.github.tfrnn.cells.DeviceWrapper;
import io.github.tfrnn.cells.DropoutWrapper;
import io.github.tfrnn.cells.HighwayWrapper;
import io.github.tfrnn.cells.InputProjectionWrapper;
import io.github.tfrnn.cells.OutputProjectionWrapper;
import io.github.tfrnn.cells.ResidualWrapper;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.tensorflow.DeviceSpec;
import org.tensorflow.types.family.TFloating;

/**
 * A cell around a cell: one entry, and every cell of the list is run inside it.
 *
 * @param name for the report
 * @param around puts a new wrapper around a new cell
 * @param unfit tells why an entry with such a cell cannot be wrapped
 */
record Wrapper(
    String name, Function<RnnCell<?, ?, ?>, RnnCell<?, ?, ?>> around, List<Unfit> unfit) {

  private static final DeviceSpec CPU =
      DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(0).build();

  /**
   * Cells that a wrapper does not take.
   *
   * @param reason in words
   */
  record Unfit(String reason, BiPredicate<Entry, RnnCell<?, ?, ?>> test) {}

  /** All wrappers. A new one is one entry. */
  static List<Wrapper> all() {
    return List.of(
        ofTensors(
            "DropoutWrapper",
            cell ->
                DropoutWrapper.builder(cell)
                    .inputKeepProb(0.7)
                    .stateKeepProb(0.7)
                    .outputKeepProb(0.7)
                    .variational() // a second sequence has other masks otherwise
                    .seed(3)
                    .build()),
        ofTensors("ResidualWrapper", ResidualWrapper::of)
            .unless("its output has not the shape of its input", Wrapper::changesShape),
        ofTensors("HighwayWrapper", cell -> HighwayWrapper.builder(cell).separateGates().build())
            .unless("its output has not the shape of its input", Wrapper::changesShape)
            .unless("its rows are no vectors", Wrapper::hasNoVectors),
        ofTensors("DeviceWrapper", cell -> DeviceWrapper.of(cell, CPU)),
        ofTensors(
                "InputProjectionWrapper",
                cell ->
                    InputProjectionWrapper.builder(cell, 3).activation(Activation.tanh()).build())
            .unless("its rows are no vectors", Wrapper::hasNoVectors),
        ofTensors(
                "OutputProjectionWrapper", cell -> OutputProjectionWrapper.builder(cell, 2).build())
            .unless("its rows are no vectors", Wrapper::hasNoVectors),
        ofTensors(
                "AttentionCellWrapper",
                cell ->
                    AttentionCellWrapper.builder(cell, 3)
                        .attentionSize(3)
                        .attentionVectorSize(2)
                        .build())
            .unless("its rows are no vectors", Wrapper::hasNoVectors)
            .unless("its state has parts that are no vectors", Wrapper::hasOtherState),
        any("CompiledWrapper", Wrapper::compiled)
            .unless(
                "XLA cannot compile it",
                (entry, cell) -> entry.reasonAgainst(Suite.XLA).isPresent()));
  }

  private static RnnCell<?, ?, ?> compiled(RnnCell<?, ?, ?> cell) {
    return cell instanceof TensorCell<?, ?> tensors
        ? CompiledWrapper.of(tensors)
        : CompiledWrapper.of(cell);
  }

  private static boolean changesShape(Entry entry, RnnCell<?, ?, ?> cell) {
    return !entry.inputs().get(0).row().equals(cell.outputSize().leaves().get(0).shape());
  }

  private static boolean hasNoVectors(Entry entry, RnnCell<?, ?, ?> cell) {
    return entry.inputs().get(0).row().numDimensions() != 1;
  }

  private static boolean hasOtherState(Entry entry, RnnCell<?, ?, ?> cell) {
    return cell.stateSize().leaves().stream()
        .anyMatch(
            leaf ->
                leaf.shape().numDimensions() != 1
                    || !TFloating.class.isAssignableFrom(leaf.type()));
  }

  /** A wrapper of cells with any input, output and state. */
  static Wrapper any(String name, Function<RnnCell<?, ?, ?>, RnnCell<?, ?, ?>> around) {
    return new Wrapper(name, around, List.of());
  }

  /** A wrapper of cells with one tensor in and one out. */
  static Wrapper ofTensors(String name, Function<TensorCell<?, ?>, RnnCell<?, ?, ?>> around) {
    return any(name, cell -> around.apply((TensorCell<?, ?>) cell))
        .unless(
            "its input or its output is not one tensor",
            (entry, cell) -> !(cell instanceof TensorCell<?, ?>));
  }

  /** Returns the wrapper skipping some cells. */
  Wrapper unless(String reason, BiPredicate<Entry, RnnCell<?, ?, ?>> test) {
    var more = new ArrayList<>(unfit);
    more.add(new Unfit(reason, test));
    return new Wrapper(name, around, List.copyOf(more));
  }

  @Override
  public String toString() {
    return Suite.IN_WRAPPERS + " " + name;
  }

  Optional<String> reasonAgainst(Entry entry, RnnCell<?, ?, ?> cell) {
    return entry.reasonAgainstWrapper(name).or(() -> unfitReason(entry, cell));
  }

  private Optional<String> unfitReason(Entry entry, RnnCell<?, ?, ?> cell) {
    return unfit.stream()
        .filter(unfit -> unfit.test().test(entry, cell))
        .map(Unfit::reason)
        .findFirst();
  }
}
