package io.github.tfrnn.onednn;

import io.github.tfrnn.onednn.PlanKey.Direction;
import io.github.tfrnn.ops.spi.LayerKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer as oneDNN and as TensorFlow know it: the same equations, with the columns of the gates in
 * another order.
 *
 * <p>Source: the RNN primitive in the developer guide of oneDNN 3.6.
 */
enum Formula {
  /** Gates i, f, candidate, o there; columns i, j, f, o here. */
  LSTM(
      List.of("c", "h"),
      List.of(4),
      List.of(new Block(0, 0), new Block(0, 2), new Block(0, 1), new Block(0, 3))),

  /** Gates u, r, candidate there; columns r, u here, and a matrix for the candidate. */
  GRU(List.of("h"), List.of(2, 1), List.of(new Block(0, 1), new Block(0, 0), new Block(1, 0))),

  /** One block. */
  TANH_RNN(List.of("h"), List.of(1), List.of(new Block(0, 0)));

  /** Large enough that its sigmoid is one, and that of its negative no more than 1e-37. */
  private static final float SHUT = 1e30f;

  /**
   * Where the columns of a gate stand.
   *
   * @param matrix which kernel
   * @param column which block of H columns in it
   */
  record Block(int matrix, int column) {}

  private final List<String> states;
  private final List<Integer> matrices;
  private final List<Block> gates;

  Formula(List<String> states, List<Integer> matrices, List<Block> gates) {
    this.states = states;
    this.matrices = matrices;
    this.gates = gates;
  }

  static Formula of(LayerKind kind) {
    return switch (kind) {
      case LSTM -> LSTM;
      case GRU -> GRU;
      case TANH_RNN -> TANH_RNN;
    };
  }

  /** The type of the op. */
  String op() {
    return switch (this) {
      case LSTM -> "TfrnnOneDnnLstm";
      case GRU -> "TfrnnOneDnnGru";
      case TANH_RNN -> "TfrnnOneDnnRnn";
    };
  }

  /** The type of the op that computes its gradient. */
  String gradientOp() {
    return op() + "Grad";
  }

  /** The parts of the state, in the order of the op's operands. */
  List<String> states() {
    return states;
  }

  /** Which part of the state is h. */
  int h() {
    return states.size() - 1;
  }

  /** How many blocks of columns each kernel has. */
  List<Integer> matrices() {
    return matrices;
  }

  /** Where the columns of each gate of oneDNN stand. */
  List<Block> gates() {
    return gates;
  }

  int gateCount() {
    return gates.size();
  }

  /**
   * The pass that computes outputs alone. For one row of an LSTM oneDNN is faster, by a fifth, at
   * what it does in training.
   */
  Direction inference(long batch) {
    return this == LSTM && batch == 1 ? Direction.TRAINING : Direction.INFERENCE;
  }

  /** What is added to a gate of oneDNN where a bias for the forget gate is asked for. */
  float bias(int gate, float forgetBias) {
    return this == LSTM && gate == 1 ? forgetBias : 0;
  }

  /**
   * Whether rows that have ended are kept as they are by one more input, which is one in the steps
   * past their end: it opens the gate that keeps the state and shuts the one that lets new values
   * in, so that these steps change neither c of an LSTM nor h of a GRU, and no gradient comes from
   * them. Without a gate there is none, and none is needed where h alone is read.
   */
  boolean hasEndInput() {
    return this != TANH_RNN;
  }

  /** The weight of that input in a gate of oneDNN. */
  float endWeight(int gate) {
    return switch (this) {
      case LSTM -> gate == 0 ? -SHUT : gate == 1 ? SHUT : 0;
      case GRU -> gate == 0 ? SHUT : 0;
      case TANH_RNN -> 0;
    };
  }

  /** The names of all operands of the op, x, lengths, states, and a kernel and a bias each. */
  List<String> operands() {
    var names = new ArrayList<String>(List.of("x", "lengths"));
    states.forEach(state -> names.add("initial_" + state));
    for (int i = 0; i < matrices.size(); i++) {
      names.addAll(List.of("kernel_" + i, "bias_" + i));
    }
    return names;
  }
}
