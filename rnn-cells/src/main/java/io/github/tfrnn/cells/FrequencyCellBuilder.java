package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.VariableInitializer;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.tensorflow.types.family.TFloating;

/** The settings that cells over time and frequency share. */
abstract class FrequencyCellBuilder<T extends TFloating, B extends FrequencyCellBuilder<T, B>>
    extends CellBuilder<T, B> {
  double forgetBias = 1;
  boolean peepholes;
  OptionalDouble cellClip = OptionalDouble.empty();
  OptionalInt featureSize = OptionalInt.empty();
  int frequencySkip = 1;
  int unitShards = 1;
  @Nullable VariableInitializer initializer;

  FrequencyCellBuilder(Class<T> type, int units, String name) {
    super(type, units, name);
  }

  /** Sets what is added to the forget gates before their sigmoid, 1 by default. */
  public B forgetBias(double forgetBias) {
    this.forgetBias = forgetBias;
    return self();
  }

  /** Lets the gates see the memories, through a weight for each unit. */
  public B peepholes() {
    this.peepholes = true;
    return self();
  }

  /**
   * Clips the memories to {@code [-limit, limit]}.
   *
   * @param limit at least 0, where 0 keeps the memories empty
   * @throws IllegalArgumentException if {@code limit} is negative or not a number
   */
  public B cellClip(double limit) {
    if (!(limit >= 0)) {
      throw refused("cellClip", "at least 0", Double.toString(limit));
    }
    this.cellClip = OptionalDouble.of(limit);
    return self();
  }

  /**
   * Sets how many columns of the input a frequency step sees, which must be set.
   *
   * @throws IllegalArgumentException if {@code columns < 1}
   */
  public B featureSize(int columns) {
    this.featureSize = OptionalInt.of(requirePositive("featureSize", columns));
    return self();
  }

  /**
   * Sets by how many columns the window moves from one frequency step to the next, 1 by default.
   *
   * @throws IllegalArgumentException if {@code columns < 1}
   */
  public B frequencySkip(int columns) {
    this.frequencySkip = requirePositive("frequencySkip", columns);
    return self();
  }

  /**
   * Keeps each kernel in several variables, {@code W_0}, {@code W_1} and so on, as a checkpoint of
   * TensorFlow 1 made with {@code num_unit_shards} does; 1 by default.
   *
   * @param shards at least 1, and at most the rows of a kernel, which the first step tells
   * @throws IllegalArgumentException if {@code shards < 1}
   */
  public B unitShards(int shards) {
    this.unitShards = requirePositive("unitShards", shards);
    return self();
  }

  /** Sets the initializer of all weights but the biases; by default that of the scope around. */
  public B initializer(VariableInitializer initializer) {
    this.initializer = requireNonNull(initializer, "initializer");
    return self();
  }

  final int requireFeatureSize() {
    return featureSize.orElseThrow(() -> refused("featureSize", "set", "none"));
  }
}
