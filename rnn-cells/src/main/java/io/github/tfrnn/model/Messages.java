package io.github.tfrnn.model;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists that a message can hold. */
final class Messages {
  private static final int MOST = 20;

  private Messages() {}

  /** The first ones, and how many more there are. */
  static String some(Collection<String> all, String between) {
    if (all.isEmpty()) {
      return "none";
    }
    String first = all.stream().limit(MOST).collect(Collectors.joining(between));
    return all.size() <= MOST ? first : first + between + "and " + (all.size() - MOST) + " more";
  }
}
