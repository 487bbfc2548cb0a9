package io.github.tfrnn.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Pieces of tables in Markdown. */
final class Markdown {
  private Markdown() {}

  /** One line of a table. */
  static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  /** One line of a table whose first columns stand in a list. */
  static String row(List<String> first, String... more) {
    return row(Stream.concat(first.stream(), Arrays.stream(more)).toList());
  }

  /** The line below the heads: {@code words} columns of words, then {@code numbers} of numbers. */
  static String rule(int words, int numbers) {
    return row(Collections.nCopies(words, "---")).stripTrailing()
        + row(Collections.nCopies(numbers, "---:")).substring(1);
  }

  /** A ratio, or nothing where there is none. */
  static String ratio(OptionalDouble value) {
    return value.isPresent() ? number("%.2f", value.getAsDouble()) : "";
  }

  /** A number with the point and the comma of English. */
  static String number(String format, Number value) {
    return String.format(Locale.ROOT, format, value);
  }
}
