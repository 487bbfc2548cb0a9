package io.github.tfrnn.ops;

/**
 * The names of TensorFlow 1's collections of variables, {@code tf.GraphKeys}, for {@link
 * VariableScope#collection} and {@link VariableOptions#withCollections}. Any other name makes a
 * collection of one's own.
 */
public final class GraphKeys {
  /** Variables that checkpoints hold; those that name no collection are in this one. */
  public static final String GLOBAL_VARIABLES = "variables";

  /** Variables that optimizers change. */
  public static final String TRAINABLE_VARIABLES = "trainable_variables";

  /** Variables of one process, such as counters of a metric, that checkpoints leave out. */
  public static final String LOCAL_VARIABLES = "local_variables";

  /** Variables that inference needs, by convention; nothing is put there by itself. */
  public static final String MODEL_VARIABLES = "model_variables";

  /** What {@link VariableScope#regularizationLosses()} lists. */
  public static final String REGULARIZATION_LOSSES = "regularization_losses";

  private GraphKeys() {}
}
