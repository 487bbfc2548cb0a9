package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatioTableTest {
  private static final Measurement.Subject SMALL = subject(new LayerShape(1, 2, 3, 4));
  private static final Measurement.Subject LARGE = subject(new LayerShape(5, 6, 7, 8));

  private static Measurement.Subject subject(LayerShape shape) {
    return new Measurement.Subject(CellKind.LSTM, shape, Task.TRAINING);
  }

  /** One median for each round. */
  private static List<Measurement> times(
      Measurement.Subject subject, String who, double... medians) {
    return IntStream.range(0, medians.length)
        .mapToObj(round -> new Measurement(subject, round, who, new Timing(medians[round], 1, 9)))
        .toList();
  }

  private static RatioTable table(List<List<Measurement>> measurements) {
    return new RatioTable(measurements.stream().flatMap(List::stream).toList());
  }

  @Test
  void ratiosAreTakenRoundByRoundAgainstTheFasterVersion() {
    var table =
        table(
            List.of(
                times(SMALL, "TF1 v2", 10, 100, 10),
                times(SMALL, "TF1 v1", 20, 200, 20),
                times(SMALL, "stored loop", 5, 50, 9),
                times(LARGE, "TF1 v2", 40),
                times(LARGE, "TF1 v1", 20),
                times(LARGE, "stored loop", 40)));
    assertEquals(
        """
        Time divided by that of dynamic_rnn of TensorFlow 1 in Python, the faster one of its loops v2 and v1:

        | cell | B, T, input, units | task | TF1, ms | stored loop |
        | --- | --- | --- | ---: | ---: |
        | LSTM | 1, 2, 3, 4 | training | 10.0 (v2) | 0.50 |
        | LSTM | 5, 6, 7, 8 | training | 20.0 (v1) | 2.00 |
        | LSTM | geometric mean | training |  | 1.00 |
        | all | geometric mean | all |  | 1.00 |
        | all | at most 1.0 | all |  | 1 of 2 |
        | all | at most 1.2 | all |  | 1 of 2 |
        """,
        table.markdown());
  }

  @Test
  void eachPeerHasATableOfItsOwn() {
    var forward = new Measurement.Subject(CellKind.GRU, SMALL.shape(), Task.FORWARD);
    var table =
        table(
            List.of(
                times(SMALL, "TF1 v2", 8),
                times(SMALL, "PyTorch eager", 2),
                times(SMALL, "auto", 2),
                times(SMALL, "oneDNN", 2.4),
                times(LARGE, "TF1 v2", 8),
                times(LARGE, "PyTorch eager", 4),
                times(LARGE, "auto", 8),
                times(LARGE, "oneDNN", 9.6),
                times(forward, "PyTorch eager", 10),
                times(forward, "auto", 2.5),
                times(forward, "oneDNN", 20)));
    assertEquals(
        """
        Time divided by that of dynamic_rnn of TensorFlow 1 in Python, the faster one of its loops v2 and v1:

        | cell | B, T, input, units | task | TF1, ms | auto | oneDNN |
        | --- | --- | --- | ---: | ---: | ---: |
        | LSTM | 1, 2, 3, 4 | training | 8.0 (v2) | 0.25 | 0.30 |
        | LSTM | 5, 6, 7, 8 | training | 8.0 (v2) | 1.00 | 1.20 |
        | LSTM | geometric mean | training |  | 0.50 | 0.60 |
        | all | geometric mean | all |  | 0.50 | 0.60 |
        | all | at most 1.0 | all |  | 2 of 2 | 1 of 2 |
        | all | at most 1.2 | all |  | 2 of 2 | 2 of 2 |

        Time divided by that of PyTorch's LSTM and GRU in Python, eager, on the CPU:

        | cell | B, T, input, units | task | PyTorch, ms | auto | oneDNN |
        | --- | --- | --- | ---: | ---: | ---: |
        | LSTM | 1, 2, 3, 4 | training | 2.0 | 1.00 | 1.20 |
        | LSTM | 5, 6, 7, 8 | training | 4.0 | 2.00 | 2.40 |
        | GRU | 1, 2, 3, 4 | forward | 10.0 | 0.25 | 2.00 |
        | LSTM | geometric mean | training |  | 1.41 | 1.70 |
        | GRU | geometric mean | forward |  | 0.25 | 2.00 |
        | all | geometric mean | all |  | 0.79 | 1.79 |
        | all | at most 1.0 | all |  | 2 of 3 | 0 of 3 |
        | all | at most 1.2 | all |  | 2 of 3 | 1 of 3 |
        """,
        table.markdown());
  }

  @Test
  void aPathThatWasNotTimedHasAnEmptyCell() {
    var table =
        table(
            List.of(
                times(SMALL, "TF1 v2", 1),
                times(SMALL, "stored loop", 2),
                times(LARGE, "TF1 v2", 1),
                times(LARGE, "stored loop", 2),
                times(LARGE, "static unroll", 3)));
    assertEquals(
        List.of(
            "| LSTM | 1, 2, 3, 4 | training | 1.0 (v2) | 2.00 |  |",
            "| LSTM | 5, 6, 7, 8 | training | 1.0 (v2) | 2.00 | 3.00 |",
            "| LSTM | geometric mean | training |  | 2.00 | 3.00 |",
            "| all | geometric mean | all |  | 2.00 | 3.00 |",
            "| all | at most 1.0 | all |  | 0 of 2 | 0 of 1 |",
            "| all | at most 1.2 | all |  | 0 of 2 | 0 of 1 |"),
        table.markdown().lines().skip(4).toList());
  }

  @Test
  void timesWithoutAPeerAreRefused() {
    var table = table(List.of(times(SMALL, "stored loop", 2)));
    var e = assertThrows(IllegalArgumentException.class, table::markdown);
    assertEquals("table: must have times of a peer, got none", e.getMessage());
  }

  @Test
  void aRoundWithoutThePeerIsRefused() {
    var table = table(List.of(times(SMALL, "PyTorch eager", 1), times(SMALL, "auto", 2, 2)));
    var e = assertThrows(IllegalArgumentException.class, table::markdown);
    assertEquals("ratios: round 1 must have a time of PyTorch, got none", e.getMessage());
  }

  @Test
  void theRoundsOfTwoFilesAreComparedWithinThem(@TempDir Path folder) throws Exception {
    var quiet = folder.resolve("quiet.csv");
    var busy = folder.resolve("busy.csv");
    write(quiet, List.of(times(SMALL, "PyTorch eager", 10, 10), times(SMALL, "auto", 5, 5)));
    write(busy, List.of(times(SMALL, "PyTorch eager", 20), times(SMALL, "auto", 30)));
    assertEquals(
        List.of(0, 1, 0, 1, 2, 2),
        RatioTable.read(quiet.toString(), busy.toString()).stream()
            .map(Measurement::round)
            .toList());
  }

  private static void write(Path file, List<List<Measurement>> measurements) throws Exception {
    Files.write(
        file,
        Stream.concat(
                Stream.of(Measurement.HEADER),
                measurements.stream().flatMap(List::stream).map(Measurement::line))
            .toList());
  }
}
