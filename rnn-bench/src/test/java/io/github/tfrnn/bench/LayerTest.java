package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class LayerTest {
  private static final LayerShape SHAPE = new LayerShape(2, 3, 4, 5);

  @Test
  void aLayerForForwardPassesDoesNotTrain() {
    try (var forward = new Layer(CellKind.GRU, SHAPE, RnnPath.AUTO, Task.FORWARD);
        var both = new Layer(CellKind.GRU, SHAPE, RnnPath.AUTO)) {
      assertEquals(both.run(Task.FORWARD), forward.run(Task.FORWARD), 1e-6f);
      assertThrows(NoSuchElementException.class, () -> forward.run(Task.TRAINING));
    }
  }

  @Test
  void sizesAreKnownOnlyWhereAPathNeedsThem() {
    assertArrayEquals(new long[] {-1, -1, 4}, RnnPath.AUTO.inputShape(SHAPE).asArray());
    assertArrayEquals(new long[] {3, 2, 4}, RnnPath.STATIC.inputShape(SHAPE).asArray());
  }
}
