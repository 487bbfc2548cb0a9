package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import org.jspecify.annotations.Nullable;

/**
 * What the weights of a cell begin with.
 *
 * @param kernel null for what is usual
 * @param bias null for what is usual
 */
record WeightInitializers(
    @Nullable VariableInitializer kernel, @Nullable VariableInitializer bias) {

  /** The scope to make kernels in, whose initializer is the usual one. */
  VariableScope kernels(VariableScope own) {
    return kernel == null ? own : own.withInitializer(kernel);
  }

  VariableInitializer kernelOr(VariableInitializer usual) {
    return kernel == null ? usual : kernel;
  }

  VariableInitializer biasOr(VariableInitializer usual) {
    return bias == null ? usual : bias;
  }
}
