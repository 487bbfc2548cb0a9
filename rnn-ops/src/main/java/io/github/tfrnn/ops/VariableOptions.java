package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.tensorflow.DeviceSpec;
import org.tensorflow.framework.constraints.Constraint;
import org.tensorflow.framework.regularizers.Regularizer;

/**
 * How a variable is made: the arguments of {@code tf.get_variable} besides name, shape and type.
 *
 * <p>A {@link VariableScope} has such options for its variables, and hands them to the scopes
 * inside it, all but the constraint. A variable starts from those of its scope and may change them,
 * {@code scope.variable("w", shape, type, options -> options.withTrainable(false))}. Each method
 * returns a changed copy. On a variable that exists only reuse and partitioner have a meaning.
 *
 * <p>Three arguments of TensorFlow 1.15 are missing on purpose. A {@code dtype} of a scope could
 * not tell the compiler the type of the operand that a variable returns, so each call names its
 * type. {@code validate_shape=False} would make variables without a shape, which nothing here could
 * check, slice or train. {@code use_resource} has no choice: TensorFlow-Java saves, exports and
 * trains reference variables only.
 *
 * @param reuse whether variables are made or handed out
 * @param initializer emits the first value; without one it is {@link Initializers#glorotUniform()}
 *     for floating point types, zeros for the others
 * @param regularizer emits a loss of a new variable; only floating point variables have one
 * @param constraint what optimizers do to the variable after each update
 * @param partitioner says in how many parts the variable is kept
 * @param trainable whether optimizers change the variable
 * @param collections the collections that list the variable, besides that of the trainable ones
 * @param cachingDevice where the value is read to; without one TensorFlow decides
 * @param seed mixed with a variable's name to seed its initializer
 */
public record VariableOptions(
    Reuse reuse,
    Optional<VariableInitializer> initializer,
    Optional<Regularizer> regularizer,
    Optional<Constraint> constraint,
    Optional<Partitioner> partitioner,
    boolean trainable,
    List<String> collections,
    Optional<DeviceSpec> cachingDevice,
    long seed) {

  /** Of the root scope. */
  static final VariableOptions DEFAULTS =
      new VariableOptions(
          Reuse.NEVER,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          true,
          List.of(GraphKeys.GLOBAL_VARIABLES),
          Optional.empty(),
          87654321L);

  /** Checks that nothing is null, and copies the list. */
  public VariableOptions {
    requireNonNull(reuse, "reuse");
    requireNonNull(initializer, "initializer");
    requireNonNull(regularizer, "regularizer");
    requireNonNull(constraint, "constraint");
    requireNonNull(partitioner, "partitioner");
    collections = List.copyOf(collections);
    requireNonNull(cachingDevice, "cachingDevice");
  }

  /**
   * Sets the rule for names. Reuse is inherited and cannot be switched off: asking for {@link
   * Reuse#NEVER} keeps what is in force.
   */
  public VariableOptions withReuse(Reuse value) {
    return new VariableOptions(
        reuse.inside(value),
        initializer,
        regularizer,
        constraint,
        partitioner,
        trainable,
        collections,
        cachingDevice,
        seed);
  }

  /** Sets what emits the first value. */
  public VariableOptions withInitializer(VariableInitializer value) {
    return new VariableOptions(
        reuse,
        Optional.of(value),
        regularizer,
        constraint,
        partitioner,
        trainable,
        collections,
        cachingDevice,
        seed);
  }

  /**
   * Sets what emits the loss of a new variable, a scalar; {@link Regularizers#none()} for no loss.
   */
  public VariableOptions withRegularizer(Regularizer value) {
    return new VariableOptions(
        reuse,
        initializer,
        Optional.of(value),
        constraint,
        partitioner,
        trainable,
        collections,
        cachingDevice,
        seed);
  }

  /**
   * Sets what optimizers do to the variable after each update, such as {@code NonNeg} or {@code
   * MaxNorm} of tensorflow-framework, or a reference to a generic method {@code <T extends TNumber>
   * Operand<T> f(Ops tf, Operand<T> value)}. The parts of a partitioned variable are projected one
   * by one. A graph that is saved and loaded has forgotten its constraints, as in TensorFlow 1. One
   * that holds operands of a graph keeps that graph in memory.
   */
  public VariableOptions withConstraint(Constraint value) {
    return withConstraint(Optional.of(value));
  }

  /** Without the constraint, which scopes do not hand on. */
  VariableOptions inside() {
    return withConstraint(Optional.empty());
  }

  private VariableOptions withConstraint(Optional<Constraint> value) {
    return new VariableOptions(
        reuse,
        initializer,
        regularizer,
        value,
        partitioner,
        trainable,
        collections,
        cachingDevice,
        seed);
  }

  /** Keeps the variable in the parts that {@code value} says. */
  public VariableOptions withPartitioner(Partitioner value) {
    return withPartitioner(Optional.of(value));
  }

  /** Keeps the variable whole. */
  public VariableOptions withoutPartitioner() {
    return withPartitioner(Optional.empty());
  }

  private VariableOptions withPartitioner(Optional<Partitioner> value) {
    return new VariableOptions(
        reuse,
        initializer,
        regularizer,
        constraint,
        value,
        trainable,
        collections,
        cachingDevice,
        seed);
  }

  /** Sets whether optimizers change the variable. */
  public VariableOptions withTrainable(boolean value) {
    return new VariableOptions(
        reuse,
        initializer,
        regularizer,
        constraint,
        partitioner,
        value,
        collections,
        cachingDevice,
        seed);
  }

  /**
   * Sets the collections that list the variable, in the place of {@link
   * GraphKeys#GLOBAL_VARIABLES}. A variable that is not in that one is left out of {@link
   * VariableScope#variables()} and of checkpoints, as in TensorFlow 1.15.
   *
   * @throws IllegalArgumentException if {@link GraphKeys#TRAINABLE_VARIABLES} is among them, which
   *     {@link #withTrainable} decides
   */
  public VariableOptions withCollections(String... names) {
    var value = List.of(names);
    if (value.contains(GraphKeys.TRAINABLE_VARIABLES)) {
      throw new IllegalArgumentException(
          "variable: collections must not hold "
              + GraphKeys.TRAINABLE_VARIABLES
              + ", got "
              + value
              + ". Say withTrainable.");
    }
    return new VariableOptions(
        reuse,
        initializer,
        regularizer,
        constraint,
        partitioner,
        trainable,
        value,
        cachingDevice,
        seed);
  }

  /** Of a variable that checkpoints leave out. */
  VariableOptions local() {
    return withTrainable(false).withCollections(GraphKeys.LOCAL_VARIABLES);
  }

  /** Reads the value of the variable on this device, for ops that run there. */
  public VariableOptions withCachingDevice(DeviceSpec value) {
    return withCachingDevice(Optional.of(value));
  }

  /** Reads the value where TensorFlow decides: {@code caching_device=""}. */
  public VariableOptions withoutCachingDevice() {
    return withCachingDevice(Optional.empty());
  }

  private VariableOptions withCachingDevice(Optional<DeviceSpec> value) {
    return new VariableOptions(
        reuse,
        initializer,
        regularizer,
        constraint,
        partitioner,
        trainable,
        collections,
        value,
        seed);
  }

  /** Sets another seed. */
  public VariableOptions withSeed(long value) {
    return new VariableOptions(
        reuse,
        initializer,
        regularizer,
        constraint,
        partitioner,
        trainable,
        collections,
        cachingDevice,
        value);
  }
}
