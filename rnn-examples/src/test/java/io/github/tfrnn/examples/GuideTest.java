package io.github.tfrnn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Rnn;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide names nothing that does not exist, and leaves no name of TensorFlow 1 out. */
class GuideTest {
  private static final Path GUIDE = Path.of("../docs/guide.md");

  private static final List<String> PACKAGES =
      List.of("cells", "model", "ops", "rnn", "train").stream()
          .map(name -> "io.github.tfrnn." + name)
          .toList();

  /** Public types that no name of TensorFlow 1 leads to, each said in its own doc. */
  private static final List<String> OURS =
      List.of(
          "Activation",
          "CellScope",
          "HasProjection",
          "ProjectsInput",
          "RaggedOptions",
          "RnnResult",
          "ScanOptions",
          "Shapes",
          "Step",
          "TensorCell");

  private static String section(String title) throws IOException {
    var text = Files.readString(GUIDE);
    int begin = text.indexOf("\n## " + title + "\n");
    int end = text.indexOf("\n## ", begin + 4);
    return text.substring(begin, end < 0 ? text.length() : end);
  }

  /** What stands between backquotes. */
  private static List<String> spans(String text) {
    return Pattern.compile("`([^`\n]+)`")
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  /** The columns of the table: names of TensorFlow 1, and ours. */
  private static List<String[]> rows() throws IOException {
    return section("From TensorFlow 1 to tfrnn")
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split(" \\| ", 2))
        .toList();
  }

  private static Optional<Class<?>> type(String name) {
    return PACKAGES.stream()
        .flatMap(in -> find(in + "." + name).stream())
        .filter(type -> Modifier.isPublic(type.getModifiers()))
        .findFirst();
  }

  private static Optional<Class<?>> find(String fullName) {
    try {
      return Optional.of(Class.forName(fullName, false, Rnn.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  private static boolean exists(String name) {
    var parts = name.split("\\.", -1);
    int last = parts.length - 1;
    if (type(String.join("$", parts)).isPresent()) {
      return true;
    }
    return type(String.join("$", Arrays.copyOf(parts, last)))
        .map(
            type -> Arrays.stream(type.getMethods()).anyMatch(m -> m.getName().equals(parts[last])))
        .orElse(false);
  }

  @Test
  void everyNameOfOursExists() throws IOException {
    var names = new TreeSet<String>();
    rows().forEach(row -> names.addAll(spans(row[1])));
    assertFalse(names.isEmpty());
    assertEquals(List.of(), names.stream().filter(name -> !exists(name)).toList());
  }

  @Test
  void everyPublicTypeIsInTheGuide() throws IOException, URISyntaxException {
    var named = new TreeSet<String>(OURS);
    spans(Files.readString(GUIDE)).forEach(span -> named.add(span.replaceAll("[.(].*", "")));
    var missing = new ArrayList<String>();
    for (String type : publicTypes()) {
      if (!named.contains(type)) {
        missing.add(type);
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void everyNameOfTensorFlowIsInTheTable() throws IOException {
    var column = new StringBuilder();
    rows().forEach(row -> column.append(row[0]).append('\n'));
    var names =
        Pattern.compile("[A-Za-z0-9_]+").matcher(column).results().map(MatchResult::group).toList();
    var missing = TensorFlowNames.ALL.stream().filter(name -> !names.contains(name)).toList();
    assertEquals(List.of(), missing);
  }

  /** The public top-level types of the packages that users see. */
  private static List<String> publicTypes() throws IOException, URISyntaxException {
    var types = new ArrayList<String>();
    for (Class<?> anchor : List.of(VariableScope.class, Rnn.class)) {
      var place = anchor.getProtectionDomain().getCodeSource().getLocation().toURI();
      if (place.getPath().endsWith(".jar")) {
        try (var jar = FileSystems.newFileSystem(URI.create("jar:" + place), Map.of())) {
          collect(jar.getPath("/"), types);
        }
      } else {
        collect(Path.of(place), types);
      }
    }
    return types;
  }

  private static void collect(Path root, List<String> types) throws IOException {
    for (String in : PACKAGES) {
      var folder = root.resolve(in.replace('.', '/'));
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> files = Files.list(folder)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("-"))
            .map(file -> file.substring(0, file.length() - ".class".length()))
            .filter(name -> type(name).isPresent())
            .sorted()
            .forEach(types::add);
      }
    }
  }
}
