package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Values with tensors in them, taken apart and put together again by a {@link Structure}. */
class StructureTest {
  private final TestGraph test = new TestGraph();
  private final Operand<TFloat32> a = test.tf().constant(1f);
  private final Operand<TFloat32> b = test.tf().constant(2f);

  @AfterEach
  void close() {
    test.close();
  }

  /** A record as cells have for their states. */
  record Pair(Operand<TFloat32> c, Operand<TFloat32> h) {
    @SuppressWarnings("unchecked") // parts come from a pair
    static final Structure<Pair> STRUCTURE =
        Structure.of(
            List.of(
                Leaf.of("c", TFloat32.class, Shape.of(3)),
                Leaf.of("h", TFloat32.class, Shape.of(2))),
            pair -> List.of(pair.c(), pair.h()),
            parts -> new Pair((Operand<TFloat32>) parts.get(0), (Operand<TFloat32>) parts.get(1)));
  }

  @Test
  void aTensorIsItsOwnOnlyPart() {
    Structure<Operand<TFloat32>> tensor = Structure.tensor();
    assertEquals(List.of(a), tensor.flatten(a));
    assertSame(a, tensor.pack(List.of(a)));
    assertEquals(TType.class, tensor.leaves().get(0).type());
    assertTrue(tensor.leaves().get(0).shape().isUnknown());
    var described = Leaf.of("h", TFloat32.class, Shape.of(4));
    assertEquals(List.of(described), Structure.<TFloat32>tensor(described).leaves());
  }

  @Test
  void aRecordIsPackedFromItsParts() {
    var pair = new Pair(a, b);
    assertEquals(List.of(a, b), Pair.STRUCTURE.flatten(pair));
    assertEquals(pair, Pair.STRUCTURE.pack(Pair.STRUCTURE.flatten(pair)));
    assertEquals(List.of("c", "h"), Pair.STRUCTURE.leaves().stream().map(Leaf::name).toList());
  }

  @Test
  void aListIsItsParts() {
    var list = Structure.list(2);
    assertEquals(List.of(a, b), list.flatten(List.of(a, b)));
    assertEquals(List.of(a, b), list.pack(List.of(a, b)));
    assertEquals(List.of("0", "1"), list.leaves().stream().map(Leaf::name).toList());
  }

  @Test
  void nothingHasNoParts() {
    assertEquals(List.of(), Structure.none().flatten(List.of()));
    assertEquals(List.of(), Structure.none().pack(List.of()));
    assertEquals(List.of(), Structure.none().leaves());
  }

  @Test
  void anotherNumberOfPartsIsRefusedBothWays() {
    assertEquals(
        "structure: value must have 2 tensors [c, h], got 1",
        Refusals.argument(() -> Pair.STRUCTURE.pack(List.of(a))));
    assertEquals(
        "structure: value must have 2 tensors [0, 1], got 3",
        Refusals.argument(() -> Structure.list(2).flatten(List.of(a, b, a))));
  }

  @Test
  void theLeavesDoNotChangeWithTheListTheyCameFrom() {
    var leaves = new ArrayList<>(List.of(Leaf.any("x")));
    Structure<List<Operand<?>>> structure = Structure.of(leaves, List::copyOf, List::copyOf);
    leaves.clear();
    assertEquals(1, structure.leaves().size());
  }

  @Test
  void aLeafHasTheBatchBeforeItsShape() {
    var row = Leaf.of("c", TFloat32.class, Shape.of(3, 4));
    assertEquals("[5, 3, 4]", Shapes.text(row.withBatch(5)));
    assertEquals("[?, 3, 4]", Shapes.text(row.withBatch(-1)));
    assertEquals("[]", Shapes.text(Leaf.unbatched("t", TInt32.class, Shape.scalar()).withBatch(5)));
    assertEquals("an unknown shape", Shapes.text(Leaf.any("x").withBatch(5)));
  }

  @Test
  void aLeafIsNamedUnderItsLayer() {
    assertEquals("cell_0/c", Leaf.of("c", TFloat32.class, Shape.of(3)).under("cell_0").name());
    assertEquals("cell_1", Leaf.any("").under("cell_1").name());
    assertTrue(Leaf.of("c", TFloat32.class, Shape.of(3)).under("x").batched());
  }
}
