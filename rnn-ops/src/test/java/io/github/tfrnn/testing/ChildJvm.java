package io.github.tfrnn.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a process of its own: for what may take the process down or hang it. */
public final class ChildJvm {
  private static final int SECONDS = 60;

  private ChildJvm() {}

  /**
   * How a child ended.
   *
   * @param exit its exit code, not zero if it crashed
   * @param output what it printed, errors included
   */
  public record Result(int exit, String output) {}

  /** Runs {@code main} on the class path of the test; a child that hangs is killed and fails. */
  public static Result run(Class<?> main, String... args) {
    return run(SECONDS, main, args);
  }

  /** As the other one, for a child that needs more time than usual. */
  public static Result run(int seconds, Class<?> main, String... args) {
    return run(seconds, System.getProperty("java.class.path"), List.of(), main, args);
  }

  /**
   * As the other one, with a class path and options of its own.
   *
   * @param options of the virtual machine, after those that all children have
   */
  public static Result run(String classPath, List<String> options, Class<?> main, String... args) {
    return run(SECONDS, classPath, options, main, args);
  }

  private static Result run(
      int seconds, String classPath, List<String> options, Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.addAll(List.of("-XX:ErrorFile=/dev/null", "-cp", classPath));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(args));
    try {
      var printed = Files.createTempFile("child", ".txt");
      try {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
        var child = builder.redirectOutput(printed.toFile()).start();
        if (!child.waitFor(seconds, TimeUnit.SECONDS)) {
          child.destroyForcibly().waitFor();
          throw new AssertionError(
              main.getSimpleName() + " did not end in " + seconds + " s: " + read(printed));
        }
        return new Result(child.exitValue(), read(printed));
      } finally {
        Files.delete(printed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String read(java.nio.file.Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
