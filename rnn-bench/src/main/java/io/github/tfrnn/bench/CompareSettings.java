package io.github.tfrnn.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a comparison runs, each part given as {@code NAME=VALUE}.
 *
 * @param cells the cells
 * @param shapes the sizes, as in {@code 32x100x128x128}
 * @param paths the ways of this library to run a cell
 * @param peer the command of the Python peer, empty for none
 * @param passes how often everything is built and timed anew
 * @param rounds how often the competitors take turns in a pass
 * @param seconds how long a turn is
 */
record CompareSettings(
    List<CellKind> cells,
    List<LayerShape> shapes,
    List<RnnPath> paths,
    List<String> peer,
    int passes,
    int rounds,
    double seconds) {

  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("cells", "LSTM,GRU");
    DEFAULTS.put(
        "shapes",
        LayerShape.ALL.stream().map(LayerShape::toString).collect(Collectors.joining(",")));
    DEFAULTS.put("paths", "STORED,RECOMPUTED,STATIC,ONEDNN");
    DEFAULTS.put("peer", "");
    DEFAULTS.put("passes", "2");
    DEFAULTS.put("rounds", "4");
    DEFAULTS.put("seconds", "0.3");
  }

  /**
   * Reads a command line; what it does not name has its default.
   *
   * @throws IllegalArgumentException if an argument is no setting, or its value cannot be
   */
  static CompareSettings parse(String... arguments) {
    var values = new LinkedHashMap<>(DEFAULTS);
    for (String argument : arguments) {
      int sign = argument.indexOf('=');
      if (sign < 0 || !DEFAULTS.containsKey(argument.substring(0, sign))) {
        throw refused("argument", "NAME=VALUE with a name of " + DEFAULTS.keySet(), argument);
      }
      values.put(argument.substring(0, sign), argument.substring(sign + 1));
    }
    return new CompareSettings(
        list(values, "cells", text -> constant(CellKind.values(), "cells", text)),
        list(values, "shapes", LayerShape::parse),
        list(values, "paths", text -> constant(RnnPath.values(), "paths", text)),
        list(values, "peer", text -> text),
        count(values, "passes"),
        count(values, "rounds"),
        seconds(values.getOrDefault("seconds", "")));
  }

  private static <V> List<V> list(
      Map<String, String> values, String name, Function<String, V> reader) {
    return Arrays.stream(values.getOrDefault(name, "").split(","))
        .filter(text -> !text.isEmpty())
        .map(reader)
        .toList();
  }

  private static <E extends Enum<E>> E constant(E[] constants, String name, String text) {
    return Arrays.stream(constants)
        .filter(constant -> constant.name().equals(text))
        .findFirst()
        .orElseThrow(() -> refused(name, "of " + Arrays.toString(constants), text));
  }

  private static int count(Map<String, String> values, String name) {
    String text = values.getOrDefault(name, "");
    if (!text.matches("[1-9]\\d{0,3}")) {
      throw refused(name, "a number from 1 to 9999", text);
    }
    return Integer.parseInt(text);
  }

  private static double seconds(String text) {
    if (!text.matches("\\d+(\\.\\d+)?")) {
      throw refused("seconds", "a number such as 0.3", text);
    }
    return Double.parseDouble(text);
  }

  private static IllegalArgumentException refused(String what, String rule, String got) {
    return new IllegalArgumentException("compare: " + what + " must be " + rule + ", got " + got);
  }
}
