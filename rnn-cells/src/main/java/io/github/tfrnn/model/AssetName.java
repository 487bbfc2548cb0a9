package io.github.tfrnn.model;

import java.util.List;

/** Names of the files beside a model. */
final class AssetName {
  private AssetName() {}

  /** Refuses a name that may lead out of the folder. */
  static void require(String where, String name) {
    boolean plain =
        !name.isEmpty()
            && name.indexOf('\\') < 0
            && name.indexOf('\0') < 0
            && name.indexOf(':') < 0
            && List.of(name.split("/", -1)).stream()
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (!plain) {
      throw new IllegalArgumentException(
          where
              + ": asset names must be relative names such as vocabulary.txt, got '"
              + name
              + "'");
    }
  }
}
