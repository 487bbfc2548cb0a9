package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged files, in a program with little memory: each is read as what it was or refused with the
 * one exception, at once. Where the checksums are made right again the damage gets as far as the
 * structure; then a file may also be read as something else.
 */
class CheckpointFuzzTest {
  private static final int CASES = 2_500;
  private static final long SEED = 7_101;
  private static final String HEAP = "-Xmx48m";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "v1, plain",
    "v1, sealed",
    "v2.index, plain",
    "v2.index, sealed",
    "v2.data-00000-of-00001, plain",
    "checkpoint, plain"
  })
  void aDamagedFileIsReadOrRefused(String file, String checksums)
      throws IOException, InterruptedException {
    var log = folder.resolve("log");
    var child =
        Children.start(
            DamagedFiles.class,
            HEAP,
            log,
            folder.toString(),
            file,
            checksums,
            Integer.toString(CASES),
            Long.toString(SEED));
    int exit = child.waitFor();
    String printed = Files.readString(log);
    assertEquals(0, exit, "seed " + SEED + ": " + printed);
    var counts = Pattern.compile("read (\\d+), refused (\\d+)").matcher(printed);
    assertTrue(counts.find(), printed);
    System.out.println(file + " " + checksums + ", seed " + SEED + ": " + counts.group());
    int refused = Integer.parseInt(counts.group(2));
    assertEquals(CASES, Integer.parseInt(counts.group(1)) + refused);
    assertTrue(refused > CASES / 4, counts.group());
  }
}
