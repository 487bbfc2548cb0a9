package io.github.tfrnn.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A group of an HDF5 file.
 *
 * @param path from the root, empty for the root itself
 * @param groups the groups in it, in the order of the file
 * @param arrays the arrays in it, in the order of the file
 * @param attributes its attributes that are text, one line or several
 */
record Hdf5Group(
    String path,
    Map<String, Hdf5Group> groups,
    Map<String, Hdf5Array> arrays,
    Map<String, List<String>> attributes) {

  /** The group at a path from here, with slashes between names. */
  Optional<Hdf5Group> find(String inner) {
    int slash = inner.indexOf('/');
    if (slash < 0) {
      return Optional.ofNullable(groups.get(inner));
    }
    return Optional.ofNullable(groups.get(inner.substring(0, slash)))
        .flatMap(group -> group.find(inner.substring(slash + 1)));
  }

  /** The array at a path from here, with slashes between names. */
  Optional<Hdf5Array> array(String inner) {
    int slash = inner.lastIndexOf('/');
    if (slash < 0) {
      return Optional.ofNullable(arrays.get(inner));
    }
    return find(inner.substring(0, slash))
        .flatMap(group -> group.array(inner.substring(slash + 1)));
  }

  /** The first line of an attribute. */
  Optional<String> text(String attribute) {
    return Optional.ofNullable(attributes.get(attribute))
        .filter(lines -> !lines.isEmpty())
        .map(lines -> lines.get(0));
  }
}
