package io.github.tfrnn.examples.blog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ported note prints. */
class BlogCommandTest {
  private static String printed;

  @BeforeAll
  static void runOnce() {
    var text = new StringWriter();
    BlogCommand.print(new PrintWriter(text, true));
    printed = text.toString();
  }

  private static List<Double> differences() {
    return Pattern.compile("(?:differ|differs) by ([0-9.E-]+)")
        .matcher(printed)
        .results()
        .map((MatchResult match) -> Double.valueOf(match.group(1)))
        .toList();
  }

  @Test
  void everythingThatShouldBeEqualIs() {
    assertEquals(6, differences().size());
    differences().forEach(difference -> assertTrue(difference < 1e-6, printed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "variable basic_lstm_cell/kernel [7, 16]",
        "variable multi_rnn_cell/cell_2/basic_lstm_cell/bias [16]",
        "variable gru_cell/gates/kernel [7, 8]",
        "refused: MultiRnnCell: cells must be different objects, got the same one for cell 0",
        "refused: Trying to share variable basic_lstm_cell/kernel",
        "zero state   [2, 24]",
        "outputs      [3, 25, 4]",
        "outputs      [5, 2, 4]",
        "TF 1   tf.nn.dynamic_rnn(cell, x, sequence_length=[5, 10, 25], dtype=tf.float32)",
        "cell_2/h     [2, 4]"
      })
  void thePageShows(String line) {
    assertTrue(printed.contains(line), () -> line + " is missing in\n" + printed);
  }

  @Test
  void outputsPastTheEndOfARowAreZero() {
    assertTrue(
        Pattern.compile("row 0, step 5 +\\[1, 1, 4\\] +0\\.0000 +0\\.0000 +0\\.0000 +0\\.0000")
            .matcher(printed)
            .find(),
        printed);
  }

  @Test
  void theLossOfThreeTrainingStepsIsPrinted() {
    assertEquals(
        3, Pattern.compile("(?m)^ +loss +\\[\\]").matcher(printed).results().count(), printed);
  }
}
