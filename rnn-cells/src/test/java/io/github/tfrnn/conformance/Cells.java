package io.github.tfrnn.conformance;

import static io.github.tfrnn.conformance.Input.floats;
import static io.github.tfrnn.conformance.Input.ids;

import io.github.tfrnn.cells.AttentionCellWrapper;
import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.BidirectionalGridLstmCell;
import io.github.tfrnn.cells.CfnCell;
import io.github.tfrnn.cells.ConcatenatedState;
import io.github.tfrnn.cells.ConvLstmCell;
import io.github.tfrnn.cells.CoupledInputForgetGateLstmCell;
import io.github.tfrnn.cells.CudnnCompatibleGruCell;
import io.github.tfrnn.cells.CudnnCompatibleLstmCell;
import io.github.tfrnn.cells.EmbeddingWrapper;
import io.github.tfrnn.cells.GLstmCell;
import io.github.tfrnn.cells.GridLstmCell;
import io.github.tfrnn.cells.GridRnnCell;
import io.github.tfrnn.cells.GruBlockCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.HighwayWrapper;
import io.github.tfrnn.cells.IndRnnCell;
import io.github.tfrnn.cells.IndyGruCell;
import io.github.tfrnn.cells.IndyLstmCell;
import io.github.tfrnn.cells.InputProjectionWrapper;
import io.github.tfrnn.cells.IntersectionRnnCell;
import io.github.tfrnn.cells.LayerNormBasicLstmCell;
import io.github.tfrnn.cells.LayerNormLstmCell;
import io.github.tfrnn.cells.LstmBlockCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MinimalRnnCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.NasCell;
import io.github.tfrnn.cells.NtmCell;
import io.github.tfrnn.cells.PhasedLstmCell;
import io.github.tfrnn.cells.ResidualWrapper;
import io.github.tfrnn.cells.SruCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.cells.TimeFreqLstmCell;
import io.github.tfrnn.cells.UgrnnCell;
import io.github.tfrnn.cells.WeightNormLstmCell;
import io.github.tfrnn.ops.Activation;
import java.util.List;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** All cells. A new one is one entry, and all suites run it. */
public final class Cells {
  private static final String OF_SINGLE = "TensorFlow has the op in single precision only";
  private static final String NO_XLA = "XLA does not know the op that is the whole step";
  private static final String OWN_WIDTH = "it takes inputs of one width only";

  private Cells() {}

  static List<Entry> all() {
    return List.of(core(), recurrent(), lstms(), grids(), others()).stream()
        .flatMap(List::stream)
        .toList();
  }

  /**
   * A new cell of the list in double precision.
   *
   * @param name of its entry, which has one tensor in and one out
   */
  @SuppressWarnings("unchecked") // the element type is the one asked for
  public static TensorCell<TFloat64, ?> tensorCell(String name) {
    var found = all().stream().filter(entry -> entry.toString().equals(name)).findFirst();
    return (TensorCell<TFloat64, ?>) found.orElseThrow().make(TFloat64.class);
  }

  private static List<Entry> core() {
    return List.of(
        Entry.of("BasicRnnCell", type -> BasicRnnCell.builder(type, 3).build(), floats(2)),
        Entry.of("BasicLstmCell", type -> BasicLstmCell.builder(type, 3).build(), floats(2)),
        Entry.of(
            "LstmCell with everything",
            type ->
                LstmCell.builder(type, 3)
                    .peepholes()
                    .cellClip(0.8)
                    .projection(2)
                    .projectionClip(0.5)
                    .build(),
            floats(2)),
        Entry.of("GruCell", type -> GruCell.builder(type, 3).build(), floats(2)),
        Entry.of(
            "MultiRnnCell of a GRU and an LSTM",
            type ->
                MultiRnnCell.of(
                    List.of(
                        GruCell.builder(type, 3).build(), BasicLstmCell.builder(type, 2).build())),
            floats(2)),
        Entry.of(
            "ConcatenatedState of a stack",
            type ->
                ConcatenatedState.of(
                    MultiRnnCell.of(
                        2, layer -> LstmCell.builder(type, 2).projection(1 + layer).build())),
            floats(2)),
        Entry.of("a user's cell", ElmanCell::new, floats(2)),
        Entry.of("a user's cell of images and counts", GlyphCell::new, floats(2, 3), ids(4, 1))
            .without(Suite.ONE_TENSOR_STATE, "its state holds integers, and images of two axes")
            .without(Suite.IN_STACK, "its input is a record, and a stack passes tensors on"));
  }

  private static List<Entry> recurrent() {
    return List.of(
        Entry.of("UgrnnCell", type -> UgrnnCell.builder(type, 3).build(), floats(2)),
        Entry.of(
            "IntersectionRnnCell",
            type ->
                IntersectionRnnCell.builder(type, 3)
                    .inputProjection()
                    .outputActivation(Activation.tanh()) // smooth, for finite differences
                    .build(),
            floats(2)),
        Entry.of("SruCell", type -> SruCell.builder(type, 3).build(), floats(2)),
        Entry.of("IndRnnCell", type -> IndRnnCell.builder(type, 3).build(), floats(2)),
        Entry.of("IndyGruCell", type -> IndyGruCell.builder(type, 3).build(), floats(2)),
        Entry.of("IndyLstmCell", type -> IndyLstmCell.builder(type, 3).build(), floats(2)),
        Entry.of("MinimalRnnCell", type -> MinimalRnnCell.builder(type, 3).build(), floats(2)),
        Entry.of("CfnCell", type -> CfnCell.builder(type, 3).build(), floats(2)),
        Entry.of(
            "CudnnCompatibleGruCell",
            type -> CudnnCompatibleGruCell.builder(type, 3).build(),
            floats(2)),
        Entry.of(
            "CudnnCompatibleLstmCell",
            type -> CudnnCompatibleLstmCell.builder(type, 3).build(),
            floats(2)),
        Entry.of(
            "MultiRnnCell whose upper layers split their kernels around the loop",
            type ->
                MultiRnnCell.of(
                    List.of(
                        SruCell.builder(type, 3).build(),
                        UgrnnCell.builder(type, 2).build(),
                        CudnnCompatibleGruCell.builder(type, 2).build(),
                        MinimalRnnCell.builder(type, 2).build())),
            floats(2)));
  }

  private static List<Entry> lstms() {
    return List.of(
        Entry.of(
                "CoupledInputForgetGateLstmCell",
                type ->
                    CoupledInputForgetGateLstmCell.builder(type, 3)
                        .layerNorm()
                        .peepholes()
                        .projection(2)
                        .build(),
                floats(2))
            .withIdle("coupled_input_forget_gate_lstm_cell/B"),
        Entry.of(
            "LayerNormBasicLstmCell",
            type -> LayerNormBasicLstmCell.builder(type, 3).build(),
            floats(2)),
        Entry.of(
                "LayerNormLstmCell",
                type -> LayerNormLstmCell.builder(type, 3).peepholes().projection(2).build(),
                floats(2))
            .withIdle("layer_norm_lstm_cell/bias"),
        Entry.of(
            "WeightNormLstmCell",
            type -> WeightNormLstmCell.builder(type, 3).peepholes().projection(2).build(),
            floats(2)),
        Entry.of(
            "NasCell", type -> NasCell.builder(type, 3).projection(2).bias().build(), floats(2)),
        Entry.of("GLstmCell", type -> GLstmCell.builder(type, 4).groups(2).build(), floats(4))
            .withoutWrapper("InputProjectionWrapper", "its input splits into two groups"),
        Entry.of(
                "PhasedLstmCell",
                type ->
                    PhasedLstmCell.builder(type, 3)
                        .peepholes()
                        .ratioOn(0.6) // so that clocks are open at some steps
                        .period(1, 4)
                        .build(),
                floats(1),
                floats(2))
            .without(Suite.ONE_TENSOR_STATE, "its input is a record, not one tensor")
            .without(Suite.IN_STACK, "its input is a record, and a stack passes tensors on"),
        picture("ConvLstmCell of signals", Shape.of(4, 2), Shape.of(3)),
        picture("ConvLstmCell of pictures", Shape.of(2, 3, 2), Shape.of(3, 2)),
        picture("ConvLstmCell of volumes", Shape.of(2, 2, 2, 1), Shape.of(2, 2, 2)),
        Entry.of(
                "LstmBlockCell",
                type -> LstmBlockCell.builder(type, 3).peepholes().cellClip(0.8).build(),
                floats(2))
            .without(Suite.BOTH_TYPES, OF_SINGLE)
            .without(Suite.XLA, NO_XLA),
        Entry.of("GruBlockCell", type -> GruBlockCell.builder(type, 3).build(), floats(2))
            .without(Suite.BOTH_TYPES, OF_SINGLE)
            .without(Suite.XLA, NO_XLA));
  }

  private static Entry picture(String name, Shape row, Shape kernel) {
    return Entry.of(
            name, type -> ConvLstmCell.builder(type, row, 2, kernel).build(), floats(row.asArray()))
        .without(Suite.ONE_TENSOR_STATE, "its state has more axes than one tensor of columns");
  }

  private static List<Entry> grids() {
    return List.of(
        Entry.of(
                "GridLstmCell",
                type ->
                    GridLstmCell.builder(type, 2)
                        .peepholes()
                        .featureSize(1)
                        .frequencyBlocks(2)
                        .build(),
                floats(2))
            .withoutWrapper("InputProjectionWrapper", OWN_WIDTH),
        Entry.of(
                "GridLstmCell of two blocks that are coupled",
                type ->
                    GridLstmCell.builder(type, 2)
                        .sharedTimeFrequencyWeights()
                        .coupledInputForgetGates()
                        .cellClip(0.8)
                        .featureSize(1)
                        .frequencyBlocks(1, 2)
                        .startIndices(1, 0)
                        .endIndices(2, 2)
                        .build(),
                floats(2))
            .withoutWrapper("InputProjectionWrapper", OWN_WIDTH),
        Entry.of(
                "BidirectionalGridLstmCell",
                type ->
                    BidirectionalGridLstmCell.builder(type, 2)
                        .featureSize(2)
                        .frequencyBlocks(1)
                        .backwardSliceOffset(1)
                        .build(),
                floats(2))
            .withoutWrapper("InputProjectionWrapper", OWN_WIDTH),
        Entry.of(
                "TimeFreqLstmCell",
                type ->
                    TimeFreqLstmCell.builder(type, 2)
                        .peepholes()
                        .featureSize(1)
                        .frequencySteps(2)
                        .build(),
                floats(2))
            .withoutWrapper("InputProjectionWrapper", OWN_WIDTH),
        Entry.of(
            "GridRnnCell of GRUs under a dense layer",
            type ->
                GridRnnCell.builder(type, 2, d -> GruCell.builder(type, 2).build())
                    .dims(3)
                    .inputDims(0)
                    .outputDims(0, 2)
                    .priorityDims(0)
                    .nonRecurrent(Activation.tanh(), 0)
                    .build(),
            floats(2)),
        Entry.of(
            "GridRnnCell of one dimension",
            type -> GridRnnCell.grid1BasicLstm(type, 2, lstm -> lstm).build(),
            floats(2)),
        Entry.of(
            "GridRnnCell of two dimensions",
            type -> GridRnnCell.grid2Lstm(type, 2, LstmCell.Builder::peepholes).build(),
            floats(2)),
        Entry.of(
            "GridRnnCell of three tied dimensions",
            type -> GridRnnCell.grid3Lstm(type, 2, LstmCell.Builder::peepholes).tied().build(),
            floats(2)),
        Entry.of(
                "GridRnnCell of two inputs and outputs",
                type ->
                    GridRnnCell.builder(type, 2).dims(3).inputDims(0, 2).outputDims(1, 2).build(),
                floats(2))
            .withoutWrapper("InputProjectionWrapper", OWN_WIDTH));
  }

  private static List<Entry> others() {
    return List.of(
        Entry.of(
                "NtmCell",
                type ->
                    NtmCell.builder(BasicLstmCell.builder(type, 3).build(), 3, 2)
                        .outputs(2)
                        .build(),
                floats(2))
            .without(Suite.ONE_TENSOR_STATE, "its state holds a memory of two axes, and a count"),
        Entry.of(
                "EmbeddingWrapper",
                type ->
                    EmbeddingWrapper.builder(GruCell.builder(type, 3).build(), TInt32.class, 5, 2)
                        .build(),
                ids(5, 1))
            .without(Suite.ONE_TENSOR_STATE, "its input is an id: the adapter goes inside")
            .without(Suite.IN_STACK, "its input is an id: the stack goes inside"),
        Entry.of(
                "MultiRnnCell of wrappers",
                type ->
                    MultiRnnCell.of(
                        List.of(
                            HighwayWrapper.builder(GruCell.builder(type, 2).build()).build(),
                            InputProjectionWrapper.builder(
                                    ResidualWrapper.of(BasicLstmCell.builder(type, 3).build()), 3)
                                .build(),
                            AttentionCellWrapper.builder(new ElmanCell<>(type), 2).build())),
                floats(2))
            .withoutWrapper("InputProjectionWrapper", OWN_WIDTH));
  }
}
