package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Which variables {@link Checkpoint#restore(org.tensorflow.Session, UnaryOperator)} restores, and
 * under which names the file holds them.
 *
 * <p>Each method returns a changed copy. By default it is all of the graph under their own names,
 * and the file may hold others. A partitioned variable goes by the name of the whole.
 */
public final class RestoreOptions {
  private final Predicate<String> filter;
  private final UnaryOperator<String> names;
  private final boolean oldNames;
  private final boolean strict;

  private RestoreOptions(
      Predicate<String> filter, UnaryOperator<String> names, boolean oldNames, boolean strict) {
    this.filter = filter;
    this.names = names;
    this.oldNames = oldNames;
    this.strict = strict;
  }

  /** The defaults. */
  static RestoreOptions defaults() {
    return new RestoreOptions(name -> true, UnaryOperator.identity(), false, false);
  }

  /** Restores the variables of the graph whose names fit, the others keep what they have. */
  public RestoreOptions only(Predicate<String> filter) {
    return new RestoreOptions(requireNonNull(filter, "filter"), names, oldNames, strict);
  }

  /**
   * Reads variables under other names.
   *
   * @param names from the name in the graph to the one in the file
   */
  public RestoreOptions names(UnaryOperator<String> names) {
    return new RestoreOptions(filter, requireNonNull(names, "names"), oldNames, strict);
  }

  /**
   * Reads some variables under other names: {@code tf.train.Saver(var_list)} with a dict.
   *
   * @param names from the name in the graph to the one in the file; one that is missing is the same
   */
  public RestoreOptions names(Map<String, String> names) {
    var copy = Map.copyOf(names);
    return names(name -> copy.getOrDefault(name, name));
  }

  /**
   * Takes variables also under the names that TensorFlow gave them before 1.2: {@link OldNames}.
   */
  public RestoreOptions oldNames() {
    return new RestoreOptions(filter, names, true, strict);
  }

  /** Refuses a file with variables that are not restored, of those whose names the filter fits. */
  public RestoreOptions strict() {
    return new RestoreOptions(filter, names, oldNames, true);
  }

  boolean takes(String name) {
    return filter.test(name);
  }

  String savedName(String name) {
    return requireNonNull(names.apply(name), "names");
  }

  boolean acceptsOldNames() {
    return oldNames;
  }

  boolean isStrict() {
    return strict;
  }
}
