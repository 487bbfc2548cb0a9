package io.github.tfrnn.ops;

import java.util.Map;
import java.util.regex.Pattern;

/** What scopes and variables may be called. */
final class ScopeNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_.\\-/]*");

  private ScopeNames() {}

  /** The full name of {@code inner} in {@code scope}. */
  static String full(String scope, String inner) {
    return scope.isEmpty() ? inner : scope + "/" + inner;
  }

  /** {@code name}, or with the first number that makes it differ from all that were counted. */
  static String unique(String name, Map<String, Integer> counts) {
    String unique = name;
    for (int i = 1; counts.containsKey(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }

  /** How messages call a scope. */
  static String label(String scope) {
    return scope.isEmpty() ? "root scope" : scope;
  }

  /** Refuses a name that neither an op nor a checkpoint could have. */
  static void require(String scope, String inner) {
    if (!NAME.matcher(inner).matches() || inner.endsWith("/") || inner.contains("//")) {
      throw new IllegalArgumentException(
          label(scope)
              + ": name must be letters, digits, '_', '.', '-' and '/', not beginning with '_', got \""
              + inner
              + "\"");
    }
  }
}
