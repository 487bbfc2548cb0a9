package io.github.tfrnn.train;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** A learning rate, or a rate like it: a number, or a scalar of the graph. */
interface LearningRate {
  /** The rate as a scalar of {@code type}. */
  <T extends TFloating> Operand<T> in(Ops tf, Class<T> type);

  static LearningRate of(String optimizer, double number) {
    return of(optimizer, "learningRate", number);
  }

  static LearningRate of(String optimizer, Operand<? extends TFloating> scalar) {
    return of(optimizer, "learningRate", scalar);
  }

  static LearningRate of(String optimizer, String what, double number) {
    Settings.requireAtLeastZero(optimizer, what, number);
    return new LearningRate() {
      @Override
      public <T extends TFloating> Operand<T> in(Ops tf, Class<T> type) {
        return Settings.number(tf, number, type);
      }
    };
  }

  static LearningRate of(String optimizer, String what, Operand<? extends TFloating> rate) {
    Settings.requireScalar(optimizer, what, rate);
    return new LearningRate() {
      @Override
      @SuppressWarnings("unchecked") // compared
      public <T extends TFloating> Operand<T> in(Ops tf, Class<T> type) {
        return rate.type() == type ? (Operand<T>) rate : tf.dtypes.cast(rate, type);
      }
    };
  }
}
