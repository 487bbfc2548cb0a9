package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Layer normalization over the last axis.
 *
 * <pre>{@code
 * y = gamma * (x - mean(x)) / sqrt(variance(x) + 1e-12) + beta
 * }</pre>
 *
 * <p>Sources: Ba, Kiros and Hinton 2016; {@code tf.contrib.layers.layer_norm} of TensorFlow 1.15,
 * whose epsilon for half precision is 1e-3. Half precision is normalized in single precision here,
 * and needs no epsilon of its own.
 *
 * @param gamma shape {@code [H]}, or that of several norms, {@code [gates, H]}
 * @param beta the same shape
 */
record LayerNorm<T extends TFloating>(Operand<T> gamma, Operand<T> beta) {
  private static final double EPSILON = 1e-12;

  /**
   * What gamma and beta begin with.
   *
   * @param gain {@code norm_gain} of TensorFlow 1.15
   * @param shift {@code norm_shift} of TensorFlow 1.15
   */
  record Start(double gain, double shift) {
    static final Start PLAIN = new Start(1, 0);
  }

  /** Makes {@code name/gamma} and {@code name/beta}, each {@code [units]}. */
  static <T extends TFloating> LayerNorm<T> variables(
      VariableScope own, String name, int units, Class<T> type, Start start) {
    var shape = Shape.of(units);
    var gain = Initializers.constant(start.gain());
    var shift = Initializers.constant(start.shift());
    var gamma = own.variable(name + "/gamma", shape, type, gain);
    return new LayerNorm<>(gamma, own.variable(name + "/beta", shape, type, shift));
  }

  /** Returns the normalized {@code x}, shape {@code [..., H]} or {@code [..., gates, H]}. */
  Operand<T> of(Ops tf, Operand<T> x) {
    if (x.type() == TFloat16.class || x.type() == TBfloat16.class) {
      // Squares of half precision overflow from 256 on.
      var wide = new LayerNorm<>(wide(tf, gamma), wide(tf, beta));
      return tf.dtypes.cast(wide.of(tf, wide(tf, x)), x.type());
    }
    var last = tf.constant(-1);
    var centered = tf.math.sub(x, tf.math.mean(x, last, Mean.keepDims(true)));
    var variance = tf.math.mean(tf.math.square(centered), last, Mean.keepDims(true));
    var epsilon = tf.constantOfSameType(x, EPSILON);
    var unit = tf.math.mul(centered, tf.math.rsqrt(tf.math.add(variance, epsilon)));
    return tf.math.add(tf.math.mul(unit, gamma), beta);
  }

  private static Operand<TFloat32> wide(Ops tf, Operand<?> value) {
    return tf.dtypes.cast(value, TFloat32.class);
  }

  /**
   * The norms of several gates, each over its own columns, as one.
   *
   * @param norm of shape {@code [gates, H]}
   */
  record OfGates<T extends TFloating>(LayerNorm<T> norm, int gates, int units) {

    /** Makes the variables of the gates in the order of {@code names}. */
    static <T extends TFloating> OfGates<T> variables(
        VariableScope own, List<String> names, int units, Class<T> type, Start start) {
      var gammas = new ArrayList<Operand<T>>();
      var betas = new ArrayList<Operand<T>>();
      for (var name : names) {
        var norm = LayerNorm.variables(own, name, units, type, start);
        gammas.add(norm.gamma);
        betas.add(norm.beta);
      }
      var tf = own.tf();
      var norm = new LayerNorm<>(stack(tf, gammas), stack(tf, betas));
      return new OfGates<>(norm, names.size(), units);
    }

    private static <T extends TFloating> Operand<T> stack(Ops tf, List<Operand<T>> rows) {
      return tf.stack(rows, Stack.axis(0L));
    }

    /**
     * Returns the norms with {@code more} added to their betas.
     *
     * @param more shape {@code [gates * H]}
     */
    OfGates<T> shifted(Ops tf, Operand<T> more) {
      var rows = tf.reshape(more, tf.constant(new int[] {gates, units}));
      return new OfGates<>(new LayerNorm<>(norm.gamma, tf.math.add(norm.beta, rows)), gates, units);
    }

    /** Returns the columns of the gates, {@code [B, gates * H]}, each gate normalized. */
    Operand<T> of(Ops tf, Operand<T> z) {
      int batch = (int) z.shape().get(0);
      var apart = tf.reshape(z, tf.constant(new int[] {batch, gates, units}));
      return tf.reshape(norm.of(tf, apart), tf.constant(new int[] {batch, gates * units}));
    }
  }
}
