package io.github.tfrnn.rnn;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.cells.CellScope;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.VariableInitializer;
import java.util.function.Function;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.family.TFloating;

/**
 * Settings of a network of cuDNN.
 *
 * <p>There is no {@code input_mode}: the input is always projected, {@code linear_input}. Without a
 * projection the weights of the first layer have no form that a cell or a checkpoint shares.
 *
 * @param <T> type of inputs, outputs and weights
 * @param <L> the network
 */
public final class CudnnBuilder<T extends TFloating, L> {
  final CudnnMode mode;
  final Class<T> type;
  final int layers;
  final int units;
  private final Function<CudnnLayer<T>, L> make;
  boolean bidirectional;
  double dropout;
  long seed;
  boolean anywhere;
  private String name;
  private Reuse reuse = Reuse.NEVER;
  private VariableInitializer kernelInitializer = Initializers.glorotUniform();
  private VariableInitializer biasInitializer = Initializers.zeros();

  CudnnBuilder(
      CudnnMode mode,
      String name,
      Class<T> type,
      int layers,
      int units,
      Function<CudnnLayer<T>, L> make) {
    this.mode = mode;
    this.name = name;
    this.type = requireNonNull(type, "type");
    this.layers = requirePositive("layers", layers);
    this.units = requirePositive("units", units);
    this.make = make;
    if (type.equals(TBfloat16.class)) {
      throw refused(
          "type",
          "TFloat16, TFloat32 or TFloat64",
          type.getSimpleName() + ". Only support float16, float32, float64, which cuDNN takes.");
    }
  }

  /** Adds a second direction to each layer: {@code direction="bidirectional"}. */
  public CudnnBuilder<T, L> bidirectional() {
    this.bidirectional = true;
    return this;
  }

  /**
   * Drops outputs between layers with this probability, in training.
   *
   * @param rate from 0, the default, to 1
   * @throws IllegalArgumentException if it is not
   */
  public CudnnBuilder<T, L> dropout(double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw refused("dropout", "from 0 to 1", Double.toString(rate));
    }
    this.dropout = rate;
    return this;
  }

  /** Sets the seed of the dropout; 0, the default, makes every run another. */
  public CudnnBuilder<T, L> seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** Sets the initializer of cuDNN's matrices {@code [H, D]} and {@code [H, H]}, Glorot's. */
  public CudnnBuilder<T, L> kernelInitializer(VariableInitializer initializer) {
    this.kernelInitializer = requireNonNull(initializer, "initializer");
    return this;
  }

  /**
   * Sets the initializer of cuDNN's biases, zeros by default. Of the two that a gate has, a
   * variable begins with the sum.
   */
  public CudnnBuilder<T, L> biasInitializer(VariableInitializer initializer) {
    this.biasInitializer = requireNonNull(initializer, "initializer");
    return this;
  }

  /**
   * Sets the default name of the scope, which siblings of that name still make unique.
   *
   * @throws IllegalArgumentException at {@code build} if it is empty or holds a slash
   */
  public CudnnBuilder<T, L> name(String name) {
    this.name = requireNonNull(name, "name");
    return this;
  }

  /** Shares the weights of a network that was built before, as cells do. */
  public CudnnBuilder<T, L> reuse(Reuse reuse) {
    this.reuse = requireNonNull(reuse, "reuse");
    return this;
  }

  /**
   * Builds the graph also on a machine without a GPU, to be exported to one that has it. A session
   * here can initialize and save its variables, and run whatever else the graph holds, if its
   * configuration has {@code place_pruned_graph}; else TensorFlow looks for a kernel of every op in
   * the graph before any run.
   */
  public CudnnBuilder<T, L> forAnotherMachine() {
    this.anywhere = true;
    return this;
  }

  /** Returns the network; it adds nothing to a graph before its first run. */
  public L build() {
    return make.apply(new CudnnLayer<>(this));
  }

  CellScope scope() {
    return CellScope.named(name, reuse);
  }

  CudnnMode.Initial initial() {
    return new CudnnMode.Initial(kernelInitializer, biasInitializer);
  }

  private int requirePositive(String what, int value) {
    if (value < 1) {
      throw refused(what, "at least 1", Integer.toString(value));
    }
    return value;
  }

  private IllegalArgumentException refused(String what, String rule, String got) {
    return new IllegalArgumentException(name + ": " + what + " must be " + rule + ", got " + got);
  }
}
