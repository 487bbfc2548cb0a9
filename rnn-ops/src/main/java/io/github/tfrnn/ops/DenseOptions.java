package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.tensorflow.types.family.TFloating;

/**
 * How a {@link Dense} layer is made: {@code options -> options.activation(Activation.relu())}.
 *
 * <p>Each method returns a changed copy. By default there is a bias, no activation, the initializer
 * of the scope for the kernel and zeros for the bias, and the name {@code dense} made unique.
 *
 * @param <T> the type of the weights
 */
public final class DenseOptions<T extends TFloating> {
  private final Optional<String> name;
  private final Activation<T> activation;
  private final boolean bias;
  private final Optional<VariableInitializer> kernelInitializer;
  private final VariableInitializer biasInitializer;

  private DenseOptions(
      Optional<String> name,
      Activation<T> activation,
      boolean bias,
      Optional<VariableInitializer> kernelInitializer,
      VariableInitializer biasInitializer) {
    this.name = name;
    this.activation = requireNonNull(activation, "activation");
    this.bias = bias;
    this.kernelInitializer = kernelInitializer;
    this.biasInitializer = requireNonNull(biasInitializer, "biasInitializer");
  }

  /** The defaults. */
  static <T extends TFloating> DenseOptions<T> defaults() {
    return new DenseOptions<>(
        Optional.empty(), Activation.linear(), true, Optional.empty(), Initializers.zeros());
  }

  /** Enters exactly this scope for the weights, whether another layer has it or not. */
  public DenseOptions<T> name(String name) {
    return new DenseOptions<>(
        Optional.of(name), activation, bias, kernelInitializer, biasInitializer);
  }

  /** Applies a function to the result. */
  public DenseOptions<T> activation(Activation<T> activation) {
    return new DenseOptions<>(name, activation, bias, kernelInitializer, biasInitializer);
  }

  /** Leaves the bias out. */
  public DenseOptions<T> withoutBias() {
    return new DenseOptions<>(name, activation, false, kernelInitializer, biasInitializer);
  }

  /** Initializes the kernel this way and not as the scope says. */
  public DenseOptions<T> kernelInitializer(VariableInitializer initializer) {
    return new DenseOptions<>(name, activation, bias, Optional.of(initializer), biasInitializer);
  }

  /** Initializes the bias this way and not with zeros. */
  public DenseOptions<T> biasInitializer(VariableInitializer initializer) {
    return new DenseOptions<>(name, activation, bias, kernelInitializer, initializer);
  }

  /** The scope of the weights inside {@code scope}. */
  VariableScope enter(VariableScope scope) {
    var own = name.isPresent() ? scope.scope(name.get()) : scope.uniqueScope("dense");
    return kernelInitializer.isPresent() ? own.withInitializer(kernelInitializer.get()) : own;
  }

  Activation<T> activation() {
    return activation;
  }

  boolean bias() {
    return bias;
  }

  VariableInitializer biasInitializer() {
    return biasInitializer;
  }
}
