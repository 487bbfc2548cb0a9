package io.github.tfrnn.onednn;

import org.jspecify.annotations.Nullable;

/**
 * The weights of a kernel in the order that its plan reads them in, and a copy of them as they
 * came: a model that serves has the same ones in each run, and to see that takes a fraction of the
 * time of ordering them. For one thread at a time.
 */
final class PackedWeights implements AutoCloseable {
  private final Scratch memory = new Scratch();

  /** What the order is for; null if there is no copy to compare with. */
  private @Nullable Plan plan;

  private long copies;
  private LayerForward.Weights weights = new LayerForward.Weights(0, 0, 0);

  /**
   * Returns the weights of a pass, ordered anew if they or the plan are not those of last time.
   *
   * @param keep whether the same ones may come again
   */
  LayerForward.Weights of(LayerForward pass, float forgetBias, boolean keep) {
    if (plan != pass.plan() || !isCopied(pass.operands())) {
      order(pass, forgetBias, keep);
    }
    return weights;
  }

  private boolean isCopied(Operands operands) {
    long at = copies;
    for (var weight : operands.weights()) {
      if (weight.bytes().mismatch(new NativeTensor(at, weight.dims()).bytes()) >= 0) {
        return false;
      }
      at += weight.elements() * Float.BYTES;
    }
    return true;
  }

  private void order(LayerForward pass, float forgetBias, boolean keep) {
    var operands = pass.operands();
    var slices = new Slices();
    var packed = LayerForward.Packed.of(pass.plan(), slices);
    long floats = operands.weights().stream().mapToLong(NativeTensor::elements).sum();
    long offset = keep ? slices.addFloats(floats) : 0;
    long base = memory.reserve(slices.total());
    weights = packed.fill(pass.plan(), operands, forgetBias, base);
    pass.plan().await();
    plan = keep ? pass.plan() : null;
    copies = base + offset;
    if (keep) {
      copy(operands);
    }
  }

  private void copy(Operands operands) {
    long at = copies;
    for (var weight : operands.weights()) {
      new NativeTensor(at, weight.dims()).bytes().put(weight.bytes());
      at += weight.elements() * Float.BYTES;
    }
  }

  /** How much memory they take. */
  long bytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    memory.free();
    plan = null;
  }
}
