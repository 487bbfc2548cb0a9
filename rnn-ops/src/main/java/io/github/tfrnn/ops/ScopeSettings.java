package io.github.tfrnn.ops;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link VariableScope} hands down to the scopes inside it.
 *
 * @param reuse whether variables are made or handed out
 * @param initializer the initializer of variables that bring none; null for the default
 * @param trainable whether new variables are trainable
 * @param seed mixed with a variable's name to seed its initializer
 */
record ScopeSettings(
    Reuse reuse, @Nullable VariableInitializer initializer, boolean trainable, long seed) {

  static final ScopeSettings ROOT = new ScopeSettings(Reuse.NEVER, null, true, 87654321L);

  ScopeSettings withReuse(Reuse value) {
    return new ScopeSettings(value, initializer, trainable, seed);
  }

  ScopeSettings withInitializer(VariableInitializer value) {
    return new ScopeSettings(reuse, value, trainable, seed);
  }

  ScopeSettings withTrainable(boolean value) {
    return new ScopeSettings(reuse, initializer, value, seed);
  }

  ScopeSettings withSeed(long value) {
    return new ScopeSettings(reuse, initializer, trainable, value);
  }
}
