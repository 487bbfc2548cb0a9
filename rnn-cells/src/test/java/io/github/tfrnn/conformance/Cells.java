package io.github.tfrnn.conformance;

import static io.github.tfrnn.conformance.Input.floats;
import static io.github.tfrnn.conformance.Input.ids;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.ConcatenatedState;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import java.util.List;

/** All cells. A new one is one entry, and all suites run it. */
final class Cells {
  private Cells() {}

  static List<Entry> all() {
    return List.of(
        Entry.of("BasicRnnCell", type -> BasicRnnCell.builder(type, 3).build(), floats(2)),
        Entry.of("BasicLstmCell", type -> BasicLstmCell.builder(type, 3).build(), floats(2)),
        Entry.of(
            "LstmCell with everything",
            type ->
                LstmCell.builder(type, 3)
                    .peepholes()
                    .cellClip(0.8)
                    .projection(2)
                    .projectionClip(0.5)
                    .build(),
            floats(2)),
        Entry.of("GruCell", type -> GruCell.builder(type, 3).build(), floats(2)),
        Entry.of(
            "MultiRnnCell of a GRU and an LSTM",
            type ->
                MultiRnnCell.of(
                    List.of(
                        GruCell.builder(type, 3).build(), BasicLstmCell.builder(type, 2).build())),
            floats(2)),
        Entry.of(
            "ConcatenatedState of a stack",
            type ->
                ConcatenatedState.of(
                    MultiRnnCell.of(
                        2, layer -> LstmCell.builder(type, 2).projection(1 + layer).build())),
            floats(2)),
        Entry.of("a user's cell", ElmanCell::new, floats(2)),
        Entry.of("a user's cell of images and counts", GlyphCell::new, floats(2, 3), ids(4, 1))
            .without(Suite.ONE_TENSOR_STATE, "its state holds integers, and images of two axes")
            .without(
                Suite.IN_STACK, "its input is a record, and the layers of a stack pass tensors"));
  }
}
