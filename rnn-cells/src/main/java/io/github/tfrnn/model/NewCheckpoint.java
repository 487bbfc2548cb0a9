package io.github.tfrnn.model;

import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;

/** The files of a checkpoint that is not there yet: whole, and under names of their own. */
final class NewCheckpoint implements AutoCloseable {
  private final Path data;
  private final Path index;

  private NewCheckpoint(Path prefix) {
    this.data = BundleFile.data(prefix, 0, 1);
    this.index = BundleFile.index(prefix);
  }

  /** Reads the variables of a session in one run and writes them. */
  static NewCheckpoint write(Session session, Path prefix) throws IOException {
    var variables = VariableScope.of(session.graph()).variables();
    if (variables.isEmpty()) {
      throw new IllegalArgumentException(
          "save: graph must have a variable that checkpoints hold, got none");
    }
    var folder = prefix.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    var files = new NewCheckpoint(prefix);
    var runner = session.runner();
    variables.forEach(variable -> runner.fetch(variable.name()));
    try (var values = runner.run();
        var writer = new BundleWriter(DurableFiles.part(files.data))) {
      add(writer, variables, values);
      writer.finish(DurableFiles.part(files.index));
      return files;
    } catch (IOException | RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private static void add(BundleWriter writer, List<Variable> variables, Result values)
      throws IOException {
    var held = new HashMap<String, Tensor>();
    for (int i = 0; i < variables.size(); i++) {
      held.put(variables.get(i).name(), values.get(i));
    }
    for (var whole : Restore.byWhole(variables).entrySet()) {
      var slices = new LinkedHashMap<TensorSlice, Tensor>();
      for (Variable part : whole.getValue()) {
        slices.put(Restore.place(part), held.get(part.name()));
      }
      var first = slices.entrySet().iterator().next();
      if (first.getKey().isAll()) {
        writer.add(whole.getKey(), first.getValue());
      } else {
        writer.add(whole.getKey(), first.getKey().whole(), slices);
      }
    }
  }

  /** Moves the files to their names, first the data and then the index. */
  void publish() throws IOException {
    DurableFiles.move(DurableFiles.part(data), data);
    DurableFiles.move(DurableFiles.part(index), index);
    DurableFiles.syncFolder(index);
  }

  /** Deletes files that were not published. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(DurableFiles.part(data));
    Files.deleteIfExists(DurableFiles.part(index));
  }
}
