package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/** The kinds of networks that cuDNN knows, and the variables of one layer of each. */
enum CudnnMode {
  LSTM("lstm", 4, "cudnn_compatible_lstm_cell"),
  GRU("gru", 3, "cudnn_compatible_gru_cell"),
  TANH("rnn_tanh", 1, "basic_rnn_cell"),
  RELU("rnn_relu", 1, "basic_rnn_cell");

  /** What the ops call it. */
  final String op;

  private final int gates;

  /** The scope of a cell with the same weights. */
  final String cell;

  CudnnMode(String op, int gates, String cell) {
    this.op = op;
    this.gates = gates;
    this.cell = cell;
  }

  /** The initializers of a matrix and of a bias in cuDNN's form. */
  record Initial(VariableInitializer kernel, VariableInitializer bias) {

    /**
     * A kernel of matrices {@code [H, width]}, turned: one below the other for each of {@code
     * widths}, and side by side for each gate.
     */
    VariableInitializer kernelOf(int gates, long... widths) {
      return (tf, shape, type, seed) -> {
        var columns = new ArrayList<Operand<TType>>();
        long next = seed;
        for (int gate = 0; gate < gates; gate++) {
          var rows = new ArrayList<Operand<TType>>();
          for (long width : widths) {
            var matrix = Shape.of(shape.get(1) / gates, width);
            var value = value(kernel, tf, matrix, type, next++);
            rows.add(tf.linalg.transpose(value, tf.constant(new int[] {1, 0})));
          }
          columns.add(CudnnWeights.joined(tf, rows, 0));
        }
        return CudnnWeights.joined(tf, columns, 1);
      };
    }

    /** A bias for each gate, the sum of the two that cuDNN has. */
    VariableInitializer sumOf(int gates) {
      return (tf, shape, type, seed) -> {
        var row = Shape.of(shape.get(0) / gates);
        var sums = new ArrayList<Operand<TType>>();
        for (int gate = 0; gate < gates; gate++) {
          sums.add(
              tf.math.addN(
                  List.of(
                      value(bias, tf, row, type, seed + 2L * gate),
                      value(bias, tf, row, type, seed + 2L * gate + 1))));
        }
        return CudnnWeights.joined(tf, sums, 0);
      };
    }

    @SuppressWarnings("unchecked") // the scope checks the type of what is made of it
    private static Operand<TType> value(
        VariableInitializer initializer,
        Ops tf,
        Shape shape,
        Class<? extends TType> type,
        long seed) {
      return (Operand<TType>) initializer.initialValue(tf, shape, type, seed);
    }
  }

  /**
   * Makes or hands out the variables of one layer and direction, and returns them in cuDNN's form.
   *
   * @param at the scope of the cell, inside {@code own}
   * @param depth D, the width of its input
   * @param units H
   */
  <T extends TFloating> CudnnWeights<T> weights(
      VariableScope own, String at, Class<T> type, long depth, long units, Initial initial) {
    var tf = own.tf();
    long rows = depth + units;
    if (this == GRU) {
      var candidate = at + "/candidate/";
      return CudnnWeights.ofGru(
          tf,
          new CudnnWeights.Gru<>(
              own.variable(
                  at + "/gates/kernel",
                  Shape.of(rows, 2 * units),
                  type,
                  initial.kernelOf(2, depth, units)),
              own.variable(at + "/gates/bias", Shape.of(2 * units), type, initial.sumOf(2)),
              own.variable(
                  candidate + "input_projection/kernel",
                  Shape.of(depth, units),
                  type,
                  initial.kernelOf(1, depth)),
              own.variable(
                  candidate + "hidden_projection/kernel",
                  Shape.of(units, units),
                  type,
                  initial.kernelOf(1, units)),
              own.variable(
                  candidate + "input_projection/bias", Shape.of(units), type, initial.bias()),
              own.variable(
                  candidate + "hidden_projection/bias", Shape.of(units), type, initial.bias())));
    }
    var cell =
        new CudnnWeights.Cell<>(
            own.variable(
                at + "/kernel",
                Shape.of(rows, gates * units),
                type,
                initial.kernelOf(gates, depth, units)),
            own.variable(at + "/bias", Shape.of(gates * units), type, initial.sumOf(gates)));
    return this == LSTM ? CudnnWeights.ofLstm(tf, cell) : CudnnWeights.ofRnn(tf, cell);
  }
}
