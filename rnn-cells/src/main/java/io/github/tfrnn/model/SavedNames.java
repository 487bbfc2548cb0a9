package io.github.tfrnn.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.tensorflow.ndarray.Shape;

/** Finds the tensors of a file by the names that a graph has for them. */
final class SavedNames {
  private final Path path;
  private final CheckpointFile file;
  private final RestoreOptions options;
  private final Map<String, List<String>> older = new HashMap<>();
  private final TreeSet<String> unused = new TreeSet<>();

  SavedNames(Path path, CheckpointFile file, RestoreOptions options) {
    this.path = path;
    this.file = file;
    this.options = options;
    for (SavedVariable variable : file.variables()) {
      if (options.acceptsOldNames()) {
        for (String today : OldNames.today(variable.name())) {
          older.computeIfAbsent(today, any -> new ArrayList<>()).add(variable.name());
        }
      }
      unused.add(variable.name());
    }
  }

  /** The names in the file that nothing was found under, in order. */
  List<String> unused() {
    return List.copyOf(unused);
  }

  /** The tensor of a variable as the file has it. */
  Optional<StoredTensor> whole(String name) {
    return saved(options.savedName(name));
  }

  /** The parts of a variable that the file holds as variables of their own. */
  List<StoredTensor> parts(String name) {
    var parts = new ArrayList<StoredTensor>();
    while (true) {
      String part = "/part_" + parts.size();
      var found =
          saved(options.savedName(name + part)).or(() -> saved(options.savedName(name) + part));
      if (found.isEmpty()) {
        return parts;
      }
      parts.add(found.get());
    }
  }

  /** The tensor of a variable, put together if need be; nothing if its parts do not fit. */
  Optional<StoredTensor> find(String name, Shape shape) {
    return whole(name).or(() -> StoredTensor.joined(name, shape, parts(name)));
  }

  private Optional<StoredTensor> saved(String name) {
    var found = file.find(name).or(() -> older(name));
    found.ifPresent(tensor -> unused.remove(tensor.variable().name()));
    return found;
  }

  private Optional<StoredTensor> older(String name) {
    var names = older.getOrDefault(name, List.of());
    if (names.size() > 1) {
      throw new CheckpointException(
          path + ": old names of " + name + " must be one, got " + names + ". Give a map of names");
    }
    return names.stream().findFirst().flatMap(file::find);
  }
}
