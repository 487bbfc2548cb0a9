package io.github.tfrnn.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs that a test ends, or that may need only so much memory. */
final class Children {
  private Children() {}

  /**
   * Starts a main class on the class path of the test.
   *
   * @param heap an option such as {@code -Xmx48m}
   * @param log where it prints to
   */
  static Process start(Class<?> main, String heap, Path log, String... args) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
    return builder.redirectOutput(log.toFile()).start();
  }
}
