package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files of Keras are read or refused with one kind of exception that names the file, in
 * bounded time and memory. {@code -Dtfrnn.fuzz.seed} and {@code -Dtfrnn.fuzz.cases} change the
 * damage.
 */
class KerasFuzzTest {
  private static final long SEED = Long.getLong("tfrnn.fuzz.seed", 20250401);
  private static final int CASES = Integer.getInteger("tfrnn.fuzz.cases", 2000);
  private static final long[] HUGE = {
    -1, -2, 1L << 31, (1L << 31) - 1, (1L << 32) - 1, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
  };

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras3/stack.weights.h5",
        "tf_keras/stack.keras",
        "tf_keras/stack.h5",
      })
  void damagedFilesAreReadOrRefused(String name) throws IOException {
    byte[] sound = Files.readAllBytes(KerasFiles.FOLDER.resolve(name));
    var random = new Random(SEED ^ name.hashCode());
    int[] counts = new int[2];
    assertTimeoutPreemptively(
        Duration.ofMinutes(3),
        () -> {
          for (int i = 0; i < CASES; i++) {
            String label = name + ", seed " + SEED + ", case " + i;
            byte[] damaged = damaged(sound, random);
            long begin = System.nanoTime();
            counts[read(damaged, label)]++;
            long seconds = (System.nanoTime() - begin) / 1_000_000_000;
            assertTrue(seconds < 10, label + " took " + seconds + " s");
          }
        });
    System.out.printf("%s, seed %d: %d read, %d refused%n", name, SEED, counts[0], counts[1]);
    assertTrue(counts[0] > 0 && counts[1] > CASES / 10, Arrays.toString(counts));
  }

  /** Opens a file and converts what it can; returns 0 if all arrays were read, and else 1. */
  private int read(byte[] bytes, String label) throws IOException {
    var file = Files.write(folder.resolve("damaged"), bytes);
    int refused = 0;
    KerasWeights keras;
    try {
      keras = KerasWeights.open(file);
    } catch (IllegalArgumentException e) {
      return requireClear(e, file, label);
    } catch (Throwable e) {
      return fail(label, e);
    }
    for (var layer : keras.layers()) {
      for (var array : layer.arrays()) {
        refused |= attempt(array::read, file, label);
      }
      // Not every layer has weights of a cell, cells or directions; that is no damage.
      attempt(() -> layer.variables("scope"), file, label);
      attempt(layer::cells, file, label);
      attempt(layer::forward, file, label);
    }
    return refused;
  }

  private static int attempt(Runnable reading, Path file, String label) {
    try {
      reading.run();
      return 0;
    } catch (IllegalArgumentException e) {
      return requireClear(e, file, label);
    } catch (Throwable e) {
      return fail(label, e);
    }
  }

  private static int requireClear(IllegalArgumentException e, Path file, String label) {
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(file + ": "), label + ": " + message);
    assertTrue(message.contains(" must "), label + ": " + message);
    assertTrue(!message.contains("claim more memory"), label + ": " + message);
    return 1;
  }

  private static byte[] damaged(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    switch (random.nextInt(6)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> {
        var field = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        field.putLong(field(bytes, random), HUGE[random.nextInt(HUGE.length)]);
      }
      case 2 -> { // a pointer to elsewhere, such as to a node above
        var field = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        field.putLong(field(bytes, random), field.getLong(field(bytes, random)));
      }
      case 3 -> {
        int begin = place(bytes, random);
        int end = Math.min(bytes.length, begin + 1 + random.nextInt(64));
        Arrays.fill(bytes, begin, end, (byte) (random.nextBoolean() ? 0 : 0xff));
      }
      default -> {
        for (int i = random.nextInt(8); i >= 0; i--) {
          bytes[place(bytes, random)] = (byte) random.nextInt(256);
        }
      }
    }
    return bytes;
  }

  /** Where eight bytes begin, as the fields of HDF5 do. */
  private static int field(byte[] bytes, Random random) {
    return Math.min(place(bytes, random), bytes.length - 8) & ~7;
  }

  /** Mostly where something is: these files are full of zeros. */
  private static int place(byte[] bytes, Random random) {
    int place = random.nextInt(bytes.length);
    for (int i = 0; i < 50 && bytes[place] == 0; i++) {
      place = random.nextInt(bytes.length);
    }
    return place;
  }
}
