package io.github.tfrnn.ops;

import java.util.regex.Pattern;

/** What scopes and variables may be called. */
final class ScopeNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_.\\-/]*");

  private ScopeNames() {}

  /** The full name of {@code inner} in {@code scope}. */
  static String full(String scope, String inner) {
    return scope.isEmpty() ? inner : scope + "/" + inner;
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
