package io.github.tfrnn.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names that Keras makes of classes for the groups of a file. */
final class KerasNames {
  private static final Map<String, String> CLASSES =
      Map.of(
          "simple_rnn", "SimpleRNN",
          "lstm", "LSTM",
          "gru", "GRU",
          "rnn", "RNN",
          "bidirectional", "Bidirectional",
          "embedding", "Embedding",
          "dense", "Dense");

  private final Map<String, Integer> counts = new HashMap<>();

  /** The name of the next object of a class: {@code lstm}, {@code lstm_1} ... */
  String next(String className) {
    String name = snakeCase(className);
    int count = counts.merge(name, 1, Integer::sum) - 1;
    return count == 0 ? name : name + "_" + count;
  }

  static String snakeCase(String className) {
    return className
        .replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** The class that a group is named after, empty if it is none of those that are converted. */
  static String className(String group) {
    return CLASSES.getOrDefault(group.replaceAll("_\\d+$", ""), "");
  }

  /** Names with numbers at their end by number, forward before backward. */
  static List<String> sorted(Collection<String> names) {
    var sorted = new ArrayList<>(names);
    sorted.sort(
        Comparator.comparing((String name) -> name.startsWith("backward"))
            .thenComparing(name -> name.replaceAll("_?\\d{1,9}$", ""))
            .thenComparing(KerasNames::number));
    return sorted;
  }

  private static long number(String name) {
    String digits = name.replaceAll("^.*?(\\d{0,9})$", "$1");
    return digits.isEmpty() ? -1 : Long.parseLong(digits);
  }
}
