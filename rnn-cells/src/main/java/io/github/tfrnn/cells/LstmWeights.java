package io.github.tfrnn.cells;

import io.github.tfrnn.cells.ProjectsInput.Projection;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** What an LSTM does with its weights, as a whole and in two halves. */
interface LstmWeights<T extends TFloating> {

  /** Emits a step; input and state fit. */
  Step<Operand<T>, LstmState<T>> step(Ops tf, Operand<T> x, LstmState<T> state);

  /** Splits the step, outside of a loop. */
  Projection<T, LstmState<T>> project(Ops tf, Operand<T> inputs);

  /** A product of x and h. */
  @FunctionalInterface
  interface Product<T extends TFloating> {
    /** Returns the columns of all gates. */
    Operand<T> of(Ops tf, Operand<T> x, Operand<T> h);
  }

  /** What follows a product. */
  @FunctionalInterface
  interface Rest<T extends TFloating> {
    /** Emits the rest of a step from the columns of all gates and the memory. */
    Step<Operand<T>, LstmState<T>> next(Ops tf, Operand<T> z, Operand<T> c);
  }

  /** A product {@code [x, h] * kernel + bias} and what follows. */
  static <T extends TFloating> LstmWeights<T> of(
      Affine<T> gates, long depth, long outputs, Rest<T> rest) {
    return new OfProduct<>(gates::of, tf -> gates.halves(tf, depth, outputs), rest);
  }

  /**
   * Any product and what follows.
   *
   * @param parts takes the product apart, with ops outside of a loop
   */
  record OfProduct<T extends TFloating>(
      Product<T> product, Function<Ops, ? extends Affine.Parts<T>> parts, Rest<T> rest)
      implements LstmWeights<T> {

    @Override
    public Step<Operand<T>, LstmState<T>> step(Ops tf, Operand<T> x, LstmState<T> state) {
      return rest.next(tf, product.of(tf, x, state.h()), state.c());
    }

    @Override
    public Projection<T, LstmState<T>> project(Ops outside, Operand<T> inputs) {
      var halves = parts.apply(outside);
      return new Projection<>(
          halves.project(outside, inputs),
          (tf, projected, state) -> rest.next(tf, halves.of(tf, projected, state.h()), state.c()));
    }
  }
}
