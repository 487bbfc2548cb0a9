package io.github.tfrnn.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which files a path stands for. */
final class CheckpointPaths {
  private static final String ANY_SHARD = "-?????-of-?????";
  private static final Pattern PART_OF_V2 =
      Pattern.compile("(.+)\\.(index|meta|data-\\d+-of-\\d+)");

  private CheckpointPaths() {}

  /** Opens the format that is there. */
  static CheckpointFile open(Path path) {
    if (path.getFileName() == null) {
      throw none(path);
    }
    if (Files.exists(BundleFile.index(path))) {
      return BundleFile.open(path);
    }
    if (Files.isRegularFile(path)) {
      return SlicesFile.open(path, List.of(single(path)));
    }
    var shards = shards(path);
    if (shards.isEmpty()) {
      throw none(path);
    }
    return SlicesFile.open(path, shards);
  }

  private static StoredFile single(Path path) {
    var part = PART_OF_V2.matcher(path.getFileName().toString());
    if (part.matches()) {
      throw new CheckpointException(
          path
              + ": must be the prefix of the files of a checkpoint, got one of the files. Open "
              + path.resolveSibling(part.group(1)));
    }
    return StoredFile.at(path);
  }

  private static CheckpointException none(Path path) {
    if (Files.isDirectory(path)) {
      return new CheckpointException(
          path
              + ": must be the prefix of the files of a checkpoint, got a folder."
              + " Call Checkpoints.in(folder).latest()");
    }
    return new CheckpointException(
        path
            + ": must be a checkpoint, got neither a file of this name nor "
            + path.getFileName()
            + ".index");
  }

  /** All of {@code name-00000-of-00002} and so on; none if there is none. */
  private static List<StoredFile> shards(Path path) {
    String name = path.getFileName().toString();
    String stem =
        name.endsWith(ANY_SHARD) ? name.substring(0, name.length() - ANY_SHARD.length()) : name;
    var pattern = Pattern.compile(Pattern.quote(stem) + "-(\\d{5})-of-(\\d{5})");
    var counts = new TreeSet<Integer>();
    var folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (var names = Files.list(folder)) {
      names.forEach(
          file -> {
            var match = pattern.matcher(file.getFileName().toString());
            if (match.matches()) {
              counts.add(Integer.valueOf(match.group(2)));
            }
          });
    } catch (IOException e) {
      throw StoredFile.unreadable(folder, e);
    }
    if (counts.size() > 1) {
      throw new CheckpointException(
          path + ": must be one checkpoint, got several, of " + counts + " files");
    }
    var shards = new ArrayList<StoredFile>();
    for (int count : counts) {
      for (int i = 0; i < count; i++) {
        shards.add(StoredFile.at(path.resolveSibling(stem + "-%05d-of-%05d".formatted(i, count))));
      }
    }
    return shards;
  }
}
