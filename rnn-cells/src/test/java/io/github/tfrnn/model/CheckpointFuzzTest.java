package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged files, in a program with little memory: each is read as what it was or refused with the
 * one exception, at once. Where the checksums are made right again the damage gets as far as the
 * structure; then a file may also be read as something else.
 */
class CheckpointFuzzTest {
  private static final int CASES = 2_500;
  private static final long SEED = 7_101;
  private static final String HEAP = "-Xmx48m";

  private static String printed = "";

  static Stream<String> kinds() {
    return Stream.of(
        "v1 plain",
        "v1 sealed",
        "v2.index plain",
        "v2.index sealed",
        "v2.data-00000-of-00001 plain",
        "checkpoint plain");
  }

  @BeforeAll
  static void read(@TempDir Path folder) throws IOException, InterruptedException {
    var log = folder.resolve("log");
    String kinds = kinds().collect(Collectors.joining(","));
    var child =
        Children.start(
            DamagedFiles.class, HEAP, log, folder.toString(), CASES + "", SEED + "", kinds);
    int exit = child.waitFor();
    printed = Files.readString(log);
    assertEquals(0, exit, "seed " + SEED + ": " + printed);
    System.out.println("seed " + SEED + "\n" + printed);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aDamagedFileIsReadOrRefused(String kind) {
    var counts =
        Pattern.compile(Pattern.quote(kind) + ": read (\\d+), refused (\\d+)").matcher(printed);
    assertTrue(counts.find(), printed);
    int refused = Integer.parseInt(counts.group(2));
    assertEquals(CASES, Integer.parseInt(counts.group(1)) + refused);
    assertTrue(refused > CASES / 4, counts.group());
  }
}
