package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir private Path root;

  private List<String> names() throws IOException {
    try (var files = Files.list(root)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void write(Path part) throws IOException {
    Files.writeString(part.resolve("weights"), "numbers");
  }

  @Test
  void theNewestCheckpointIsTheOneOfTheMostSteps() throws IOException {
    Files.createDirectory(root.resolve("checkpoint-9"));
    Files.createDirectory(root.resolve("checkpoint-10"));
    Files.createDirectory(root.resolve("checkpoint-11.part"));
    assertEquals(Optional.of(root.resolve("checkpoint-10")), RunFolder.at(root).newest());
  }

  @Test
  void aNewCheckpointReplacesTheOneBefore() throws IOException {
    var folder = RunFolder.writable(root);
    folder.checkpoint(5, RunFolderTest::write);
    folder.checkpoint(12, RunFolderTest::write);
    assertEquals(List.of("checkpoint-12"), names());
  }

  @Test
  void aCheckpointThatFailsHalfWayLeavesTheOneBefore() throws IOException {
    var folder = RunFolder.writable(root);
    folder.checkpoint(5, RunFolderTest::write);
    assertThrows(
        IOException.class,
        () ->
            folder.checkpoint(
                6,
                part -> {
                  write(part);
                  throw new IOException("disk full");
                }));
    assertEquals(List.of("checkpoint-5"), names());
  }

  @Test
  void whatACrashLeftHalfMadeDoesNotStandInTheWay() throws IOException {
    write(Files.createDirectory(root.resolve("checkpoint-6.part")));
    RunFolder.writable(root).checkpoint(6, RunFolderTest::write);
    assertEquals(List.of("checkpoint-6"), names());
  }

  @Test
  void aFolderIsPublishedOverAnOlderOne() throws IOException {
    var folder = RunFolder.writable(root);
    for (String text : List.of("old", "new")) {
      folder.publish(
          "saved-model",
          part -> {
            Files.createDirectory(part);
            Files.writeString(part.resolve(text), text);
          });
    }
    assertFalse(Files.exists(root.resolve("saved-model/old")));
    assertEquals("new", Files.readString(root.resolve("saved-model/new")));
  }

  @Test
  void aFileIsNoFolderToWriteTo() throws IOException {
    var file = Files.writeString(root.resolve("file"), "text");
    var e = assertThrows(UserError.class, () -> RunFolder.writable(file));
    assertEquals("--out must be a folder that can be written to, got " + file, e.getMessage());
  }
}
