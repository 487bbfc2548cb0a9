package io.github.tfrnn.cells;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The product of a grouped LSTM: each group of the columns of x and h has a kernel of its own.
 *
 * @param groups a map of each group, with its part of the biases and columns i, j, f, o
 * @param units H, of all groups together
 */
record Groups<T extends TFloating>(List<Linear<T>> groups, int units)
    implements LstmWeights.Product<T> {

  /**
   * Gives each group its part of the biases.
   *
   * @param biases of i, j, f, o, each {@code [H]}
   */
  static <T extends TFloating> Groups<T> of(
      Ops tf, List<Operand<T>> kernels, List<Operand<T>> biases, int units) {
    int count = kernels.size();
    // [gate, group, unit] becomes [group, gate, unit]
    var rows = tf.reshape(tf.stack(biases), tf.constant(new int[] {4, count, units / count}));
    var turned = tf.linalg.transpose(rows, tf.constant(new int[] {1, 0, 2}));
    var parts = parts(tf, tf.reshape(turned, tf.constant(new int[] {4 * units})), count, 0);
    var groups = new ArrayList<Linear<T>>();
    for (int k = 0; k < count; k++) {
      groups.add(new Linear<>(kernels.get(k), parts.get(k)));
    }
    return new Groups<>(List.copyOf(groups), units);
  }

  /** Returns the columns i, j, f, o of all units, {@code [B, 4H]}. */
  @Override
  public Operand<T> of(Ops tf, Operand<T> x, Operand<T> h) {
    var xs = parts(tf, x, groups.size(), 1);
    var hs = parts(tf, h, groups.size(), 1);
    var products = new ArrayList<Operand<T>>();
    for (int k = 0; k < groups.size(); k++) {
      products.add(groups.get(k).of(tf, xs.get(k), hs.get(k)));
    }
    return together(tf, products);
  }

  private static <T extends TFloating> List<Operand<T>> parts(
      Ops tf, Operand<T> value, int count, int axis) {
    return List.copyOf(tf.split(tf.constant(axis), value, (long) count).output());
  }

  /** From the columns i, j, f, o of each group to those of all. */
  private Operand<T> together(Ops tf, List<Operand<T>> products) {
    int count = groups.size();
    if (count == 1) {
      return products.get(0);
    }
    int batch = (int) products.get(0).shape().get(0);
    var all = tf.concat(products, tf.constant(1));
    var apart = tf.reshape(all, tf.constant(new int[] {batch, count, 4, units / count}));
    var turned = tf.linalg.transpose(apart, tf.constant(new int[] {0, 2, 1, 3}));
    return tf.reshape(turned, tf.constant(new int[] {batch, 4 * units}));
  }

  /**
   * Takes the product apart.
   *
   * @param depth D
   * @param outputs P
   */
  Affine.Parts<T> halves(Ops outside, long depth, long outputs) {
    int count = groups.size();
    var halves =
        groups.stream().map(g -> g.halves(outside, depth / count, outputs / count)).toList();
    return new Affine.Parts<>() {
      @Override
      public Operand<T> project(Ops tf, Operand<T> inputs) {
        var xs = parts(tf, inputs, count, 1);
        var products = new ArrayList<Operand<T>>();
        for (int k = 0; k < count; k++) {
          products.add(halves.get(k).project(tf, xs.get(k)));
        }
        return together(tf, products);
      }

      @Override
      public Operand<T> of(Ops tf, Operand<T> projected, Operand<T> h) {
        var hs = parts(tf, h, count, 1);
        var products = new ArrayList<Operand<T>>();
        for (int k = 0; k < count; k++) {
          products.add(halves.get(k).ofState(tf, hs.get(k)));
        }
        return tf.math.add(projected, together(tf, products));
      }
    };
  }
}
