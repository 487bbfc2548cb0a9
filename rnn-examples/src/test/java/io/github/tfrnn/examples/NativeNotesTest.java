package io.github.tfrnn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The notes on the native runtime name tests that exist. */
class NativeNotesTest {
  /** A class of tests, then perhaps a remark in brackets, then perhaps a colon and its tests. */
  private static final Pattern CITED =
      Pattern.compile("([A-Z]\\w*Test)\\b(?: \\([^)]*\\))?(?::((?:\\s+[a-z]+[A-Z]\\w*,?)+))?");

  /** The sources of all tests, by class. */
  private static Map<String, String> tests() throws IOException {
    var sources = new HashMap<String, String>();
    for (String module :
        List.of("rnn-ops", "rnn-cells", "rnn-onednn", "rnn-examples", "rnn-bench")) {
      try (var files = Files.walk(Path.of("..", module, "src/test/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
          var name = file.getFileName().toString().replace(".java", "");
          sources.put(name, Files.readString(file));
        }
      }
    }
    return sources;
  }

  @Test
  void everyTestThatTheNotesNameExists() throws IOException {
    var tests = tests();
    var missing = new ArrayList<String>();
    int named = 0;
    var cited = CITED.matcher(Files.readString(Path.of("../native-notes.md")));
    while (cited.find()) {
      named++;
      var source = tests.get(cited.group(1));
      if (source == null) {
        missing.add(cited.group(1));
      } else if (cited.group(2) != null) {
        for (String method : cited.group(2).trim().replaceAll(",$", "").split("[\\s,]+", -1)) {
          if (!source.contains(" " + method + "(")) {
            missing.add(cited.group(1) + ": " + method);
          }
        }
      }
    }
    assertFalse(named < 30, () -> "the notes must be read, found few tests in them");
    assertEquals(List.of(), missing);
  }
}
