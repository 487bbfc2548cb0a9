package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Shapes;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The weights of one layer and direction in the canonical form of cuDNN: a matrix and a bias for
 * each gate and for each of x and h.
 *
 * <p>With input width {@code D} and {@code H} units, each gate is made of {@code W x + R h + bW +
 * bR}. The gates run
 *
 * <table>
 * <caption>Gates of cuDNN</caption>
 * <tr><th>network</th><th>gates</th><th>variables of the cell</th></tr>
 * <tr><td>LSTM</td><td>i, f, j, o</td><td>kernel {@code [D + H, 4H]} and bias, columns i, j, f, o,
 *     of {@link io.github.tfrnn.cells.LstmCell} with a forget bias of 0</td></tr>
 * <tr><td>GRU</td><td>r, u, c</td><td>gates/kernel {@code [D + H, 2H]} and bias, columns r, u, and
 *     kernel and bias of the two projections of the candidate</td></tr>
 * <tr><td>tanh and ReLU</td><td>h</td><td>kernel {@code [D + H, H]} and bias of {@link
 *     io.github.tfrnn.cells.BasicRnnCell}</td></tr>
 * </table>
 *
 * <p>A cell has one bias where cuDNN has two: each gets half of it, and back they are added. Only
 * the candidate of the GRU keeps both. The conversions are plain ops and run everywhere; that into
 * the one opaque vector of cuDNN, which {@link CudnnLstm} and the others add, needs a GPU.
 *
 * <p>Source: {@code CudnnOpaqueParamsSaveable} of {@code tf.contrib.cudnn_rnn} in TensorFlow 1.15.
 *
 * @param matrices W of each gate, shape {@code [H, D]}, then R of each gate, shape {@code [H, H]}
 * @param biases bW of each gate, then bR of each gate, shape {@code [H]}
 */
public record CudnnWeights<T extends TFloating>(
    List<Operand<T>> matrices, List<Operand<T>> biases) {
  /** Where the gates of cuDNN stand in the columns of an LSTM cell, and the other way round. */
  private static final int[] LSTM = {0, 2, 1, 3};

  private static final int[] RNN = {0};

  /**
   * Checks that there are as many biases as matrices, two for each gate.
   *
   * @throws IllegalArgumentException if there are not
   */
  public CudnnWeights {
    matrices = List.copyOf(matrices);
    biases = List.copyOf(biases);
    if (matrices.size() != biases.size() || matrices.size() % 2 != 0 || matrices.isEmpty()) {
      throw new IllegalArgumentException(
          "cuDNN weights: matrices and biases must be two for each gate, got "
              + matrices.size()
              + " and "
              + biases.size());
    }
  }

  /** The variables of an LSTM or a simple cell. */
  public record Cell<T extends TFloating>(Operand<T> kernel, Operand<T> bias) {}

  /**
   * The variables of a GRU whose reset gate works behind the product.
   *
   * @param gateKernel shape {@code [D + H, 2H]}, columns r, u
   * @param gateBias shape {@code [2H]}
   * @param inputKernel shape {@code [D, H]}
   * @param hiddenKernel shape {@code [H, H]}
   * @param inputBias shape {@code [H]}
   * @param hiddenBias shape {@code [H]}
   */
  public record Gru<T extends TFloating>(
      Operand<T> gateKernel,
      Operand<T> gateBias,
      Operand<T> inputKernel,
      Operand<T> hiddenKernel,
      Operand<T> inputBias,
      Operand<T> hiddenBias) {}

  /**
   * Returns the canonical form of an LSTM cell.
   *
   * @param cell kernel {@code [D + H, 4H]}, columns i, j, f, o, and bias {@code [4H]}, with any
   *     forget bias in it; shapes must be known
   * @throws IllegalArgumentException if the kernel has another shape
   */
  public static <T extends TFloating> CudnnWeights<T> ofLstm(Ops tf, Cell<T> cell) {
    return of(tf, cell, LSTM);
  }

  /**
   * Returns the canonical form of a simple cell.
   *
   * @param cell kernel {@code [D + H, H]} and bias {@code [H]}; shapes must be known
   * @throws IllegalArgumentException if the kernel has another shape
   */
  public static <T extends TFloating> CudnnWeights<T> ofRnn(Ops tf, Cell<T> cell) {
    return of(tf, cell, RNN);
  }

  /**
   * Returns the canonical form of a GRU cell.
   *
   * @param cell its variables; shapes must be known
   * @throws IllegalArgumentException if the kernel of the gates has another shape
   */
  public static <T extends TFloating> CudnnWeights<T> ofGru(Ops tf, Gru<T> cell) {
    var gates = of(tf, new Cell<>(cell.gateKernel(), cell.gateBias()), new int[] {0, 1});
    var matrices = new ArrayList<>(gates.matrices().subList(0, 2));
    matrices.add(transposed(tf, cell.inputKernel()));
    matrices.addAll(gates.matrices().subList(2, 4));
    matrices.add(transposed(tf, cell.hiddenKernel()));
    var biases = new ArrayList<>(gates.biases().subList(0, 2));
    biases.add(cell.inputBias());
    biases.addAll(gates.biases().subList(2, 4));
    biases.add(cell.hiddenBias());
    return new CudnnWeights<>(matrices, biases);
  }

  private static <T extends TFloating> CudnnWeights<T> of(Ops tf, Cell<T> cell, int[] order) {
    var shape = cell.kernel().shape();
    long units = shape.numDimensions() == 2 ? shape.get(1) / order.length : 0;
    if (units < 1 || shape.get(1) % order.length != 0 || shape.get(0) <= units) {
      throw new IllegalArgumentException(
          "cuDNN weights: kernel must have shape [D + H, "
              + (order.length == 1 ? "" : order.length)
              + "H], got "
              + Shapes.text(shape));
    }
    var half = tf.dtypes.cast(tf.constant(0.5f), cell.bias().type());
    var rows = tf.split(tf.constant(0), transposed(tf, cell.kernel()), (long) order.length);
    var halves = tf.split(tf.constant(0), tf.math.mul(cell.bias(), half), (long) order.length);
    var widths = tf.constant(new long[] {shape.get(0) - units, units});
    var ofX = new ArrayList<Operand<T>>();
    var ofH = new ArrayList<Operand<T>>();
    var biases = new ArrayList<Operand<T>>();
    for (int gate : order) {
      var parts = tf.splitV(rows.output().get(gate), widths, tf.constant(1), 2L).output();
      ofX.add(parts.get(0));
      ofH.add(parts.get(1));
      biases.add(halves.output().get(gate));
    }
    ofX.addAll(ofH);
    biases.addAll(List.copyOf(biases));
    return new CudnnWeights<>(ofX, biases);
  }

  /**
   * Returns the variables of an LSTM cell.
   *
   * @throws IllegalArgumentException if there are not four gates
   */
  public Cell<T> lstm(Ops tf) {
    return cell(tf, LSTM);
  }

  /**
   * Returns the variables of a simple cell.
   *
   * @throws IllegalArgumentException if there is more than one gate
   */
  public Cell<T> rnn(Ops tf) {
    return cell(tf, RNN);
  }

  /**
   * Returns the variables of a GRU cell.
   *
   * @throws IllegalArgumentException if there are not three gates
   */
  public Gru<T> gru(Ops tf) {
    requireGates(3);
    var gates = new CudnnWeights<>(without(matrices), without(biases)).cell(tf, new int[] {0, 1});
    return new Gru<>(
        gates.kernel(),
        gates.bias(),
        transposed(tf, matrices.get(2)),
        transposed(tf, matrices.get(5)),
        biases.get(2),
        biases.get(5));
  }

  /** The parts of the first two of three gates. */
  private static <T extends TFloating> List<Operand<T>> without(List<Operand<T>> all) {
    return List.of(all.get(0), all.get(1), all.get(3), all.get(4));
  }

  private Cell<T> cell(Ops tf, int[] order) {
    requireGates(order.length);
    var rows = new ArrayList<Operand<T>>();
    var sums = new ArrayList<Operand<T>>();
    for (int gate : order) {
      int ofH = gate + order.length;
      rows.add(tf.concat(List.of(matrices.get(gate), matrices.get(ofH)), tf.constant(1)));
      sums.add(tf.math.add(biases.get(gate), biases.get(ofH)));
    }
    return new Cell<>(transposed(tf, joined(tf, rows, 0)), joined(tf, sums, 0));
  }

  /** One behind the other along an axis; a single part is the whole. */
  static <V extends TType> Operand<V> joined(Ops tf, List<Operand<V>> parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(axis));
  }

  private void requireGates(int gates) {
    if (matrices.size() != 2 * gates) {
      throw new IllegalArgumentException(
          "cuDNN weights: matrices must be " + 2 * gates + ", got " + matrices.size());
    }
  }

  private static <T extends TFloating> Operand<T> transposed(Ops tf, Operand<T> matrix) {
    return tf.linalg.transpose(matrix, tf.constant(new int[] {1, 0}));
  }
}
