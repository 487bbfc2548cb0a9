package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

class GruBlockCellTest {
  private static final List<String> NAMES_OF_GRU_CELL =
      List.of("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias");

  @Nested
  class FirstVersion implements BlockCellContract {
    @Override
    public TensorCell<TFloat32, ?> cell() {
      return GruBlockCell.builder(TFloat32.class, 2).build();
    }

    @Override
    public TensorCell<TFloat64, ?> composed() {
      return GruCell.builder(TFloat64.class, 2).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of("w_ru", "b_ru", "w_c", "b_c");
    }

    @Override
    public String twinName(String name) {
      return Map.of(
              "w_ru", "gates/kernel",
              "b_ru", "gates/bias",
              "w_c", "candidate/kernel",
              "b_c", "candidate/bias")
          .get(name);
    }

    @Override
    public String scopeName() {
      return "gru_cell";
    }
  }

  @Nested
  class SecondVersion implements BlockCellContract {
    @Override
    public TensorCell<TFloat32, ?> cell() {
      return GruBlockCell.builderV2(TFloat32.class, 2).build();
    }

    @Override
    public TensorCell<TFloat64, ?> composed() {
      return GruCell.builder(TFloat64.class, 2).build();
    }

    @Override
    public List<String> variableNames() {
      return NAMES_OF_GRU_CELL;
    }

    @Override
    public String scopeName() {
      return "gru_cell";
    }
  }

  /** testGRUCell of TensorFlow 1.15, whose biases of the gates are ones. */
  @Test
  void beginsWithTheBiasesOfGruCell() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var h = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 0.1f, 0.1f);
      var step = GruBlockCell.builder(TFloat32.class, 2).build().step(scope, x, h);
      assertArrayEquals(new double[] {0.175991, 0.175991}, test.value(step.output()), 1e-6);
    }
  }

  @Test
  void anotherTypeIsRefusedByName() {
    assertEquals(
        "gru_cell: type must be TFloat32, which is what the kernel of GRUBlockCell takes, got"
            + " TFloat16. GruCell has the same weights and takes every floating point type.",
        Refusals.argument(() -> GruBlockCell.builderV2(TFloat16.class, 2)));
  }
}
