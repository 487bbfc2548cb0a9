package io.github.tfrnn.bench;

import io.github.tfrnn.ops.spi.LayerEngines;
import io.github.tfrnn.rnn.Engine;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Commands that run a class in another process, with the class path of this one. */
final class ChildJava {
  private ChildJava() {}

  /** Runs {@code main}. */
  static List<String> command(Class<?> main, String... arguments) {
    return command(classPath(), main, arguments);
  }

  /** Runs {@code main} where the module rnn-onednn is not on the class path. */
  static List<String> withoutOneDnn(Class<?> main, String... arguments) {
    var places = new ArrayList<>(classPath());
    LayerEngines.named(Engine.ONEDNN.name())
        .map(engine -> placeOf(engine.getClass()))
        .ifPresent(jar -> places.removeIf(place -> Path.of(place).toAbsolutePath().equals(jar)));
    return command(places, main, arguments);
  }

  private static List<String> classPath() {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));
  }

  /** The jar or folder that a class came from. */
  private static Path placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> command(List<String> places, Class<?> main, String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, places),
                main.getName()));
    command.addAll(Arrays.asList(arguments));
    return command;
  }
}
