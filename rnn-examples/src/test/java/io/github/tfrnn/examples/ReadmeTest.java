package io.github.tfrnn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what runs. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  private static String block(String language, int index) throws IOException {
    var matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("README.md")));
    for (int i = 0; i <= index; i++) {
      assertTrue(matcher.find(), "block " + index + " of " + language);
    }
    return matcher.group(1);
  }

  @Test
  void theProgramIsTheOneInTheExamples() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/github/tfrnn/examples/FirstSteps.java"));
    String body =
        source.substring(source.indexOf("    try (var graph"), source.lastIndexOf("  }\n}"));
    assertEquals(body.stripTrailing().stripIndent(), block("java", 0).strip());
  }

  @Test
  void theProgramPrintsWhatTheReadmeSays() throws IOException {
    var old = System.out;
    var printed = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      FirstSteps.main(new String[0]);
    } finally {
      System.setOut(old);
    }
    assertEquals(block("text", 0).strip(), printed.toString(StandardCharsets.UTF_8).strip());
  }
}
