package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RatioTableTest {
  private static final Measurement.Subject SMALL = subject(new LayerShape(1, 2, 3, 4));
  private static final Measurement.Subject LARGE = subject(new LayerShape(5, 6, 7, 8));

  private static Measurement.Subject subject(LayerShape shape) {
    return new Measurement.Subject(CellKind.LSTM, shape, Task.TRAINING);
  }

  /** One median for each round. */
  private static Stream<Measurement> times(
      Measurement.Subject subject, String who, double... medians) {
    return Stream.iterate(0, round -> round < medians.length, round -> round + 1)
        .map(round -> new Measurement(subject, round, who, new Timing(medians[round], 1, 9)));
  }

  @Test
  void ratiosAreTakenRoundByRoundAgainstTheFasterPeer() {
    var table =
        new RatioTable(
            Stream.of(
                    times(SMALL, "Python v2", 10, 100, 10),
                    times(SMALL, "Python v1", 20, 200, 20),
                    times(SMALL, "stored loop", 5, 50, 9),
                    times(LARGE, "Python v2", 40),
                    times(LARGE, "Python v1", 20),
                    times(LARGE, "stored loop", 40))
                .flatMap(measurements -> measurements)
                .toList());
    assertEquals(
        """
        | cell | B, T, input, units | task | Python, ms | stored loop |
        | --- | --- | --- | ---: | ---: |
        | LSTM | 1, 2, 3, 4 | training | 10.0 (v2) | 0.50 |
        | LSTM | 5, 6, 7, 8 | training | 20.0 (v1) | 2.00 |
        | LSTM | geometric mean | training |  | 1.00 |
        """,
        table.markdown());
  }

  @Test
  void aPathThatWasNotTimedHasAnEmptyCell() {
    var table =
        new RatioTable(
            Stream.of(
                    times(SMALL, "Python v2", 1),
                    times(SMALL, "stored loop", 2),
                    times(LARGE, "Python v2", 1),
                    times(LARGE, "stored loop", 2),
                    times(LARGE, "static unroll", 3))
                .flatMap(measurements -> measurements)
                .toList());
    assertEquals(
        List.of(
            "| LSTM | 1, 2, 3, 4 | training | 1.0 (v2) | 2.00 |  |",
            "| LSTM | 5, 6, 7, 8 | training | 1.0 (v2) | 2.00 | 3.00 |",
            "| LSTM | geometric mean | training |  | 2.00 | 3.00 |"),
        table.markdown().lines().skip(2).toList());
  }

  @Test
  void timesWithoutAPeerAreRefused() {
    var table = new RatioTable(times(SMALL, "stored loop", 2).toList());
    var e = assertThrows(IllegalArgumentException.class, table::markdown);
    assertEquals("table: must have times of a peer, got none", e.getMessage());
  }
}
