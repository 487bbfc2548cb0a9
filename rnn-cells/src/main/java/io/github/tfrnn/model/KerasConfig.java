package io.github.tfrnn.model;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A layer or a model as Keras describes it in JSON.
 *
 * @param className such as {@code LSTM}
 * @param settings the arguments of its constructor, as JSON has them
 */
record KerasConfig(String className, Map<String, Object> settings) {

  /** A class without settings. */
  static KerasConfig of(String className) {
    return new KerasConfig(className, Map.of());
  }

  /**
   * Parses the description of a model.
   *
   * @throws IOException if it is not JSON
   * @throws IllegalArgumentException if it does not describe a model
   */
  static KerasConfig parse(String json) throws IOException {
    return of(JSON.std.anyFrom(json))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "description must be an object with class_name and config"));
  }

  private static Optional<KerasConfig> of(Object json) {
    if (json instanceof Map<?, ?> object
        && object.get("class_name") instanceof String name
        && object.get("config") instanceof Map<?, ?> config) {
      var settings = new TreeMap<String, Object>();
      config.forEach(
          (key, value) -> {
            if (value != null) {
              settings.put(String.valueOf(key), value);
            }
          });
      object.entrySet().stream()
          .filter(entry -> entry.getKey().equals("name") && entry.getValue() instanceof String)
          .forEach(entry -> settings.putIfAbsent("name", entry.getValue()));
      return Optional.of(new KerasConfig(name, settings));
    }
    return Optional.empty();
  }

  Optional<String> text(String setting) {
    return settings.get(setting) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  Optional<Boolean> flag(String setting) {
    return settings.get(setting) instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
  }

  String name() {
    return text("name").orElseGet(() -> KerasNames.snakeCase(className));
  }

  /** The layers of a model. */
  Optional<List<KerasConfig>> layers() {
    return list("layers");
  }

  /** The layer or cell inside a wrapper. */
  Optional<KerasConfig> inner(String setting) {
    return Optional.ofNullable(settings.get(setting)).flatMap(KerasConfig::of);
  }

  /** The cells of an RNN layer: one, or those of a stack. */
  Optional<List<KerasConfig>> cells() {
    return inner("cell").map(cell -> cell.list("cells").orElse(List.of(cell)));
  }

  private Optional<List<KerasConfig>> list(String setting) {
    return settings.get(setting) instanceof List<?> list
        ? Optional.of(list.stream().flatMap(item -> of(item).stream()).toList())
        : Optional.empty();
  }
}
