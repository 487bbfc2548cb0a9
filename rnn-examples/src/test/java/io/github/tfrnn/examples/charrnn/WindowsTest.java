package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {

  private static Windows of(int characters, int rows, int steps) {
    return new Windows(IntStream.range(0, characters).toArray(), rows, steps);
  }

  /** What row {@code row} reads in all windows, one after the other. */
  private static List<Integer> read(Windows windows, int row) {
    var read = new ArrayList<Integer>();
    for (int i = 0; i < windows.count(); i++) {
      var window = windows.get(i);
      for (int t = 0; t < window.lengths()[row]; t++) {
        read.add(window.characters()[row * window.steps() + t]);
      }
    }
    return read;
  }

  @ParameterizedTest(name = "{0} characters in {1} rows, windows of {2}")
  @CsvSource({"101, 4, 5", "100, 4, 5", "103, 4, 7", "5, 4, 10", "1000, 1, 50", "98, 32, 2"})
  void eachCharacterButTheFirstIsTheTargetOfOneStep(int characters, int rows, int steps) {
    var windows = of(characters, rows, steps);
    var targets = new ArrayList<Integer>();
    int size = 0;
    for (int i = 0; i < windows.count(); i++) {
      var window = windows.get(i);
      size += window.size();
      for (int row = 0; row < rows; row++) {
        for (int t = 0; t < window.lengths()[row]; t++) {
          targets.add(window.targets()[row * window.steps() + t]);
        }
      }
    }
    assertEquals(
        IntStream.range(1, characters).boxed().toList(), targets.stream().sorted().toList());
    assertEquals(windows.size(), size);
  }

  @Test
  void aRowGoesOnWhereItEndedInTheWindowBefore() {
    var windows = of(103, 4, 7);
    for (int row = 0; row < 4; row++) {
      var read = read(windows, row);
      int first = read.get(0);
      assertEquals(IntStream.range(first, first + read.size()).boxed().toList(), read);
    }
  }

  @Test
  void aTargetIsTheCharacterThatFollows() {
    var window = of(13, 2, 3).get(1);
    assertArrayEquals(new int[] {3, 4, 5, 9, 10, 11}, window.characters());
    assertArrayEquals(new int[] {4, 5, 6, 10, 11, 12}, window.targets());
  }

  @Test
  void theLastWindowIsShorterAndShortRowsArePadded() {
    var windows = of(12, 2, 4); // rows of 5 and 6 targets
    var last = windows.get(1);
    assertEquals(2, last.steps());
    assertArrayEquals(new int[] {1, 2}, last.lengths());
    assertArrayEquals(new int[] {4, 0, 9, 10}, last.characters());
    assertArrayEquals(new int[] {5, 0, 10, 11}, last.targets());
  }

  @Test
  void aTextOfFewerCharactersThanRowsIsRefused() {
    var e = assertThrows(IllegalArgumentException.class, () -> of(4, 4, 10));
    assertEquals("windows: text must have more than 4 characters, got 4", e.getMessage());
  }
}
