package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.AttentionCellWrapper;
import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.CellScope;
import io.github.tfrnn.cells.CfnCell;
import io.github.tfrnn.cells.ConcatenatedState;
import io.github.tfrnn.cells.CudnnCompatibleGruCell;
import io.github.tfrnn.cells.CudnnCompatibleLstmCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.HighwayWrapper;
import io.github.tfrnn.cells.IndRnnCell;
import io.github.tfrnn.cells.IndyGruCell;
import io.github.tfrnn.cells.IndyLstmCell;
import io.github.tfrnn.cells.InputProjectionWrapper;
import io.github.tfrnn.cells.IntersectionRnnCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MinimalRnnCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.OutputProjectionWrapper;
import io.github.tfrnn.cells.ResidualWrapper;
import io.github.tfrnn.cells.SruCell;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.cells.UgrnnCell;
import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TFloat64;

/** One cell of each kind. A new cell is one line, and all tests of the drivers run it. */
enum DriverCells {
  BASIC_RNN,
  BASIC_LSTM,
  LSTM_WITH_EVERYTHING,
  GRU,
  MIXED_STACK,
  CONCATENATED_STACK,
  UGRNN,
  INTERSECTION_RNN,
  SRU,
  IND_RNN,
  INDY_GRU,
  INDY_LSTM,
  MINIMAL_RNN,
  CFN,
  CUDNN_COMPATIBLE_GRU,
  CUDNN_COMPATIBLE_LSTM,
  STACK_OF_PROJECTIONS,
  WITHOUT_PROJECTION,
  RESIDUAL_STACK,
  RESIDUAL_WITHOUT_PROJECTION,
  HIGHWAY,
  INPUT_PROJECTION,
  OUTPUT_PROJECTION,
  ATTENTION,
  STACK_OF_WRAPPERS;

  TensorCell<TFloat64, ?> make() {
    var type = TFloat64.class;
    return switch (this) {
      case BASIC_RNN -> BasicRnnCell.builder(type, 3).build();
      case BASIC_LSTM -> BasicLstmCell.builder(type, 3).build();
      case LSTM_WITH_EVERYTHING ->
          LstmCell.builder(type, 3)
              .peepholes()
              .cellClip(0.8)
              .projection(2)
              .projectionClip(0.5)
              .build();
      case GRU -> GruCell.builder(type, 3).build();
      case MIXED_STACK ->
          MultiRnnCell.of(
              List.of(GruCell.builder(type, 3).build(), BasicLstmCell.builder(type, 2).build()));
      case CONCATENATED_STACK ->
          ConcatenatedState.of(
              MultiRnnCell.of(2, layer -> LstmCell.builder(type, 2).projection(1 + layer).build()));
      case UGRNN -> UgrnnCell.builder(type, 3).build();
      case INTERSECTION_RNN ->
          IntersectionRnnCell.builder(type, 3)
              .inputProjection()
              .outputActivation(Activation.tanh()) // smooth, for finite differences
              .build();
      case SRU -> SruCell.builder(type, 3).build();
      case IND_RNN -> IndRnnCell.builder(type, 3).build();
      case INDY_GRU -> IndyGruCell.builder(type, 3).build();
      case INDY_LSTM -> IndyLstmCell.builder(type, 3).build();
      case MINIMAL_RNN -> MinimalRnnCell.builder(type, 3).build();
      case CFN -> CfnCell.builder(type, 3).build();
      case CUDNN_COMPATIBLE_GRU -> CudnnCompatibleGruCell.builder(type, 3).build();
      case CUDNN_COMPATIBLE_LSTM -> CudnnCompatibleLstmCell.builder(type, 3).build();
      case STACK_OF_PROJECTIONS -> // whose upper layers split their kernels around the loop
          MultiRnnCell.of(
              List.of(
                  SruCell.builder(type, 3).build(),
                  UgrnnCell.builder(type, 2).build(),
                  CudnnCompatibleGruCell.builder(type, 2).build(),
                  MinimalRnnCell.builder(type, 2).build()));
      case WITHOUT_PROJECTION -> new ElmanCell();
      case RESIDUAL_STACK ->
          ResidualWrapper.of(MultiRnnCell.of(2, layer -> GruCell.builder(type, 2).build()));
      case RESIDUAL_WITHOUT_PROJECTION ->
          ResidualWrapper.of(
              new ElmanCell(),
              (tf, x, y) -> tf.math.add(y, tf.sum(x, tf.constant(1), Sum.keepDims(true))));
      case HIGHWAY ->
          HighwayWrapper.builder(BasicLstmCell.builder(type, 2).build()).separateGates().build();
      case INPUT_PROJECTION ->
          InputProjectionWrapper.builder(GruCell.builder(type, 3).build(), 4)
              .activation(Activation.tanh())
              .build();
      case OUTPUT_PROJECTION ->
          OutputProjectionWrapper.builder(BasicLstmCell.builder(type, 3).build(), 2).build();
      case ATTENTION ->
          AttentionCellWrapper.builder(BasicLstmCell.builder(type, 2).build(), 3)
              .attentionSize(3)
              .attentionVectorSize(2)
              .build();
      case STACK_OF_WRAPPERS ->
          MultiRnnCell.of(
              List.of(
                  HighwayWrapper.builder(GruCell.builder(type, 2).build()).build(),
                  InputProjectionWrapper.builder(
                          ResidualWrapper.of(BasicLstmCell.builder(type, 3).build()), 3)
                      .build(),
                  AttentionCellWrapper.builder(new ElmanCell(), 2).build()));
    };
  }

  /** {@code h' = tanh(x * input + h * kernel)}, as a user would write it. */
  private static final class ElmanCell implements TensorCell<TFloat64, Operand<TFloat64>> {
    private final CellScope weights = CellScope.named("elman_cell");

    @Override
    public Class<TFloat64> type() {
      return TFloat64.class;
    }

    @Override
    public Structure<Operand<TFloat64>> outputSize() {
      return stateSize();
    }

    @Override
    public Structure<Operand<TFloat64>> stateSize() {
      return Structure.tensor(Leaf.of("h", TFloat64.class, Shape.of(3)));
    }

    @Override
    public Step<Operand<TFloat64>, Operand<TFloat64>> step(
        VariableScope scope, Operand<TFloat64> x, Operand<TFloat64> h) {
      return weights.within(
          scope,
          own -> {
            var tf = own.tf();
            var input = own.variable("input", Shape.of(x.shape().get(1), 3), TFloat64.class);
            var kernel = own.variable("kernel", Shape.of(3, 3), TFloat64.class);
            var next =
                tf.math.tanh(tf.math.add(tf.linalg.matMul(x, input), tf.linalg.matMul(h, kernel)));
            return new Step<>(next, next);
          });
    }
  }
}
