package io.github.tfrnn.conformance;

import io.github.tfrnn.cells.CellScope;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A user's cell with a record in, a record out and a record as its state: {@code image' =
 * tanh(image + scale * x + count)}, where the count sums what the rows bring.
 */
final class GlyphCell<T extends TFloating>
    implements RnnCell<GlyphCell.Glyph<T>, GlyphCell.Glyph<T>, GlyphCell.Glyph<T>> {
  private static final Shape IMAGE = Shape.of(2, 3);

  private final CellScope weights = CellScope.named("glyph_cell");
  private final Class<T> type;

  /**
   * An image for each row, and a number.
   *
   * @param image {@code [batch, 2, 3]}
   * @param count {@code [batch, 1]}
   */
  record Glyph<T extends TFloating>(Operand<T> image, Operand<TInt32> count) {}

  GlyphCell(Class<T> type) {
    this.type = type;
  }

  @SuppressWarnings("unchecked") // parts of a glyph
  private Structure<Glyph<T>> glyph() {
    return Structure.of(
        List.of(Leaf.of("image", type, IMAGE), Leaf.of("count", TInt32.class, Shape.of(1))),
        glyph -> List.of(glyph.image(), glyph.count()),
        parts -> new Glyph<>((Operand<T>) parts.get(0), (Operand<TInt32>) parts.get(1)));
  }

  @Override
  public Structure<Glyph<T>> inputSize() {
    return glyph();
  }

  @Override
  public Structure<Glyph<T>> outputSize() {
    return glyph();
  }

  @Override
  public Structure<Glyph<T>> stateSize() {
    return glyph();
  }

  @Override
  public Step<Glyph<T>, Glyph<T>> step(VariableScope scope, Glyph<T> x, Glyph<T> state) {
    return weights.within(
        scope,
        own -> {
          var tf = own.tf();
          var scale = own.variable("scale", IMAGE, type);
          var count = tf.math.add(state.count(), x.count());
          var plus = tf.expandDims(tf.dtypes.cast(count, type), tf.constant(2));
          var sum = tf.math.add(state.image(), tf.math.mul(scale, x.image()));
          var next = new Glyph<>(tf.math.tanh(tf.math.add(sum, plus)), count);
          return new Step<>(next, next);
        });
  }
}
