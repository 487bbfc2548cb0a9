package io.github.tfrnn.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Tensor;
import org.tensorflow.proto.SavedModel;

/** Damages a SavedModel, case by case, and tells what became of each. */
final class SavedModelFuzz {
  private static final List<String> FILES =
      List.of(
          "saved_model.pb",
          "saved_model.pb",
          "saved_model.pb",
          "variables/variables.index",
          "variables/variables.data-00000-of-00001");

  /** What a case may take, unless the machine gives it no time. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration BUSY = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Path model;
  private final Path copy;
  private final boolean structured;
  private volatile long started;
  private volatile long startedCpu;

  private SavedModelFuzz(Path model, Path copy, boolean structured) {
    this.structured = structured;
    this.model = model;
    this.copy = copy;
  }

  /** Arguments: the model, a folder to work in, the first case, how many, bytes or structure. */
  public static void main(String[] args) throws IOException {
    int first = Integer.parseInt(args[2]);
    var copy = Path.of(args[1]).resolve("case" + first);
    new SavedModelFuzz(Path.of(args[0]), copy, args[4].equals("structure"))
        .run(first, Integer.parseInt(args[3]));
  }

  private void run(int first, int count) throws IOException {
    var watchdog = new Thread(this::watch);
    watchdog.setDaemon(true);
    watchdog.start();
    try (var whole = RnnModel.load(model)) { // loads the native library, too
      answers(whole);
    }
    var outcomes = new HashMap<String, Integer>();
    for (int i = first; i < first + count; i++) {
      System.out.println("case " + i);
      startedCpu = cpu();
      started = System.nanoTime();
      outcomes.merge(outcome(new Random(i)), 1, Integer::sum);
    }
    System.out.println("outcomes " + outcomes);
  }

  /** Nanoseconds of all threads. */
  private static long cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  // A hang in native code cannot be interrupted.
  private void watch() {
    try {
      while (true) {
        Thread.sleep(200);
        long time = System.nanoTime() - started;
        boolean hangs = time > LIMIT.toNanos() && cpu() - startedCpu > BUSY.toNanos();
        if (started != 0 && (hangs || time > IDLE.toNanos())) {
          System.out.println("took longer than " + LIMIT);
          Runtime.getRuntime().halt(3);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String outcome(Random random) throws IOException {
    String damaged = FILES.get(random.nextInt(FILES.size()));
    try (var files = Files.walk(model)) {
      for (Path source : files.filter(Files::isRegularFile).toList()) {
        var target = copy.resolve(model.relativize(source));
        Files.createDirectories(target.getParent());
        Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    var file = copy.resolve(damaged);
    if (structured) {
      var pb = copy.resolve("saved_model.pb");
      var saved = SavedModel.parseFrom(Files.readAllBytes(pb)).toBuilder();
      StructureDamage.of(saved.getMetaGraphsBuilder(0), random);
      Files.write(pb, saved.build().toByteArray());
    } else {
      Files.write(file, damage(Files.readAllBytes(file), random));
    }
    try (var loaded = RnnModel.load(copy, options -> options.timeout(Duration.ofSeconds(4)))) {
      return answers(loaded);
    } catch (IllegalArgumentException e) {
      if (e.getMessage() == null || !e.getMessage().startsWith(copy.toString())) {
        throw new AssertionError("an error that names no file of the model", e);
      }
      return "refused";
    }
  }

  private static byte[] damage(byte[] bytes, Random random) {
    int kind = random.nextInt(10);
    if (kind == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    byte[] copy = bytes.clone();
    if (kind == 1) { // a hole
      int from = random.nextInt(copy.length);
      Arrays.fill(copy, from, Math.min(copy.length, from + 1 + random.nextInt(32)), (byte) 0);
      return copy;
    }
    int flips = 1 + random.nextInt(3);
    for (int i = 0; i < flips; i++) {
      int at = random.nextInt(copy.length);
      copy[at] =
          (byte) (random.nextBoolean() ? copy[at] ^ (1 << random.nextInt(8)) : random.nextInt());
    }
    return copy;
  }

  private static String answers(RnnModel model) {
    String outcome = "answered";
    try (var x = SequenceModel.wave(2, 3, 3, 0);
        var target = SequenceModel.wave(2, 3, 2, 0);
        var c = SequenceModel.zeros(2, 4);
        var h = SequenceModel.zeros(2, 4)) {
      Map<String, Tensor> all = Map.of("x", x, "target", target, "state/c", c, "state/h", h);
      for (String name : model.signatures()) {
        var inputs = new HashMap<>(all);
        inputs.keySet().retainAll(model.signature(name).inputs().keySet());
        try (var outputs = model.signature(name).call(inputs)) {
          outputs.names().forEach(output -> outputs.get(output).shape());
        } catch (RuntimeException e) {
          outcome = "failed to run";
        }
      }
    }
    return outcome;
  }
}
