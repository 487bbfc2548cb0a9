package io.github.tfrnn.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The arguments of a command line, each given as {@code NAME=VALUE}, over defaults. */
final class Settings {
  private final String command;
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * No settings yet.
   *
   * @param command what messages begin with
   */
  Settings(String command) {
    this.command = command;
  }

  /** Adds a setting with its default. */
  Settings with(String name, String value) {
    values.put(name, value);
    return this;
  }

  /** Adds a setting whose default is all of {@code values}. */
  Settings with(String name, List<?> values) {
    return with(name, values.stream().map(Object::toString).collect(Collectors.joining(",")));
  }

  /**
   * Takes values from a command line; what it does not name keeps its default.
   *
   * @throws IllegalArgumentException if an argument is no setting
   */
  Settings read(String... arguments) {
    for (String argument : arguments) {
      int sign = argument.indexOf('=');
      if (sign < 0 || !values.containsKey(argument.substring(0, sign))) {
        throw refused("argument", "NAME=VALUE with a name of " + values.keySet(), argument);
      }
      values.put(argument.substring(0, sign), argument.substring(sign + 1));
    }
    return this;
  }

  /** The parts of a value between commas; none if it is empty. */
  List<String> words(String name) {
    return Arrays.stream(text(name).split(",", -1)).filter(word -> !word.isEmpty()).toList();
  }

  /** Sizes of layers, at the setting {@code shapes}. */
  List<LayerShape> shapes() {
    return words("shapes").stream().map(LayerShape::parse).toList();
  }

  /**
   * Constants by their names.
   *
   * @throws IllegalArgumentException if a name is that of none of {@code allowed}
   */
  <E extends Enum<E>> List<E> constants(String name, List<E> allowed) {
    return words(name).stream().map(word -> constant(name, allowed, word)).toList();
  }

  private <E extends Enum<E>> E constant(String name, List<E> allowed, String word) {
    return allowed.stream()
        .filter(constant -> constant.name().equals(word))
        .findFirst()
        .orElseThrow(() -> refused(name, "of " + allowed, word));
  }

  /**
   * A number of times.
   *
   * @throws IllegalArgumentException if the value is no number from 1 to 9999
   */
  int count(String name) {
    if (!text(name).matches("[1-9]\\d{0,3}")) {
      throw refused(name, "a number from 1 to 9999", text(name));
    }
    return Integer.parseInt(text(name));
  }

  /**
   * A time, at the setting {@code seconds}.
   *
   * @throws IllegalArgumentException if the value is no number without a sign
   */
  double seconds() {
    if (!text("seconds").matches("\\d+(\\.\\d+)?")) {
      throw refused("seconds", "a number such as 0.3", text("seconds"));
    }
    return Double.parseDouble(text("seconds"));
  }

  private String text(String name) {
    return values.getOrDefault(name, "");
  }

  private IllegalArgumentException refused(String what, String rule, String got) {
    return new IllegalArgumentException(
        command + ": " + what + " must be " + rule + ", got " + got);
  }
}
