package io.github.tfrnn.onednn;

import io.github.tfrnn.onednn.EnginesSideBySide.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs, last states and all gradients are those of the loop. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class EngineEqualityTest {
  /** Graphs take longer to build than to run, so those of one form are shared. */
  private static final Map<Form, EnginesSideBySide> GRAPHS = new HashMap<>();

  /** The lengths of the rows. */
  enum Lengths {
    FULL,
    MIXED,
    ONE_ZERO,
    ALL_ZERO,
    /** No row takes the last step. */
    SHORT,
    /** Some more than there are steps, some negative. */
    BEYOND;

    int[] rows(int batch, int time) {
      return IntStream.range(0, batch).map(b -> row(b, time)).toArray();
    }

    private int row(int b, int time) {
      return switch (this) {
        case FULL -> time;
        case MIXED -> (b * 5 + 3) % (time + 1);
        case ONE_ZERO -> b == 0 ? 0 : time;
        case ALL_ZERO -> 0;
        case SHORT -> Math.max(0, time / 2 - b % 2);
        case BEYOND -> b % 2 == 0 ? time + 9 : -4;
      };
    }
  }

  @AfterAll
  static void close() {
    GRAPHS.values().forEach(EnginesSideBySide::close);
    GRAPHS.clear();
  }

  /** Each pair of layer, lengths, initial state and layout; of these all sizes. */
  private static Stream<Arguments> cases() {
    var cases = new ArrayList<Arguments>();
    for (var layer : Layers.values()) {
      for (var form :
          List.of(
              new Form(layer, false, false, true),
              new Form(layer, false, true, false),
              new Form(layer, true, true, true),
              new Form(layer, true, false, false))) {
        for (int batch : new int[] {1, 3, 32}) {
          for (int time : new int[] {0, 1, 7, 19}) {
            for (var lengths : form.lengths() ? Lengths.values() : new Lengths[] {Lengths.FULL}) {
              cases.add(Arguments.of(form, batch, time, lengths));
            }
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}, batch {1}, time {2}, rows {3}")
  @MethodSource("cases")
  void everyEngineGivesWhatTheLoopGives(Form form, int batch, int time, Lengths lengths) {
    GRAPHS
        .computeIfAbsent(form, EnginesSideBySide::new)
        .compare(batch, time, lengths.rows(batch, time));
  }
}
