package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.AssignAdd;
import org.tensorflow.types.TFloat32;

/** A folder holds the last checkpoints, and its list always names whole ones. */
class CheckpointsTest {
  @TempDir private Path folder;
  private final TestGraph test = new TestGraph();
  private AssignAdd<TFloat32> add;

  @AfterEach
  void close() {
    test.close();
  }

  /** Adds one to the only variable, which begins at zero. */
  private void train() {
    if (add == null) {
      var tf = test.tf();
      test.scope().variable("w", Shape.of(3), TFloat32.class, Initializers.zeros());
      var reference = test.graph().operationOrThrow("w").<TFloat32>output(0);
      add = tf.assignAdd(reference, tf.constant(new float[] {1, 1, 1}));
    }
    test.run(add);
  }

  private Checkpoint save(Checkpoints checkpoints, long step) {
    train();
    return checkpoints.save(test.session(), step);
  }

  private static double value(Checkpoint checkpoint) {
    try (var w = checkpoint.read("w", TFloat32.class)) {
      return w.getFloat(0);
    }
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String list() throws IOException {
    return Files.readString(folder.resolve("checkpoint"));
  }

  @Test
  void theLastOnesAreKeptAndListed() throws IOException {
    var checkpoints = Checkpoints.in(folder).keep(2);
    assertEquals(Optional.empty(), checkpoints.latest());
    for (int step = 10; step <= 40; step += 10) {
      save(checkpoints, step);
    }
    assertEquals(
        List.of(
            "checkpoint",
            "model.ckpt-30.data-00000-of-00001",
            "model.ckpt-30.index",
            "model.ckpt-40.data-00000-of-00001",
            "model.ckpt-40.index"),
        files());
    assertEquals(
        """
        model_checkpoint_path: "model.ckpt-40"
        all_model_checkpoint_paths: "model.ckpt-30"
        all_model_checkpoint_paths: "model.ckpt-40"
        """,
        list());
    assertEquals(4, value(checkpoints.latest().orElseThrow()));
    assertEquals(
        List.of(folder.resolve("model.ckpt-30"), folder.resolve("model.ckpt-40")),
        checkpoints.all());
  }

  @Test
  void aStepMayBeSavedAgain() throws IOException {
    var checkpoints = Checkpoints.in(folder).named("run");
    save(checkpoints, 1);
    save(checkpoints, 2);
    assertEquals(3, value(save(checkpoints, 1)));
    assertEquals(3, value(checkpoints.latest().orElseThrow()));
    assertEquals(
        """
        model_checkpoint_path: "run-1"
        all_model_checkpoint_paths: "run-2"
        all_model_checkpoint_paths: "run-1"
        """,
        list());
    assertEquals(5, files().size());
  }

  /** What a save may have left when it was killed, one state after the other. */
  @Test
  void whatAKilledSaveLeftIsRemovedByTheNext() throws IOException {
    var checkpoints = Checkpoints.in(folder);
    save(checkpoints, 1);
    Files.writeString(folder.resolve(".model.ckpt-2.data-00000-of-00001.part"), "half");
    Files.writeString(folder.resolve(".model.ckpt-2.index.part"), "half");
    Files.writeString(folder.resolve(".checkpoint.part"), "half");
    Files.writeString(folder.resolve("model.ckpt-2.data-00000-of-00001"), "moved");
    Files.writeString(folder.resolve("model.ckpt-20.index"), "the user's own");
    Files.writeString(folder.resolve("checkpoint"), list() + "# unsettled \"model.ckpt-2\"\n");
    assertEquals(1, value(checkpoints.latest().orElseThrow()));
    save(checkpoints, 3);
    assertEquals(
        List.of(
            "checkpoint",
            "model.ckpt-1.data-00000-of-00001",
            "model.ckpt-1.index",
            "model.ckpt-20.index",
            "model.ckpt-3.data-00000-of-00001",
            "model.ckpt-3.index"),
        files());
  }

  /** Tells a list from another of the same text. */
  private String version() throws IOException {
    var file = Files.readAttributes(folder.resolve("checkpoint"), BasicFileAttributes.class);
    return file.lastModifiedTime() + " " + file.fileKey() + " " + list();
  }

  /** What a reader meets at an instant is what a kill at that instant leaves. */
  @Test
  void aReaderBesideTheSaverFindsAWholeCheckpointAtEveryInstant() throws Exception {
    var checkpoints = Checkpoints.in(folder).keep(2);
    save(checkpoints, 0);
    var saver = Executors.newSingleThreadExecutor();
    try {
      var saves =
          saver.submit(
              () -> {
                for (int i = 0; i < 200; i++) {
                  save(checkpoints, i / 2); // each step twice
                }
              });
      while (!saves.isDone()) {
        String before = version();
        try {
          checkpoints.latest().orElseThrow().verify();
        } catch (CheckpointException e) {
          assertNotEquals(before, version(), "the list still names what is not whole: " + e);
        }
      }
      saves.get();
    } finally {
      saver.shutdownNow();
    }
    assertEquals(201, value(checkpoints.latest().orElseThrow()));
  }

  /** Killed between data and index: the one before is listed under its second name. */
  @Test
  void aStepThatWasBeingSavedAgainIsWholeUnderItsSecondName() throws IOException {
    var checkpoints = Checkpoints.in(folder);
    save(checkpoints, 1);
    for (String end : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(folder.resolve("model.ckpt-1" + end), folder.resolve("model.ckpt-1.before" + end));
    }
    Files.writeString(folder.resolve("model.ckpt-1.data-00000-of-00001"), "new data, old index");
    Files.writeString(
        folder.resolve("checkpoint"),
        """
        model_checkpoint_path: "model.ckpt-1.before"
        all_model_checkpoint_paths: "model.ckpt-1.before"
        # unsettled "model.ckpt-1"
        """);
    assertEquals(1, value(checkpoints.latest().orElseThrow()));
    save(checkpoints, 1);
    assertEquals(2, value(checkpoints.latest().orElseThrow()));
    assertEquals(3, files().size());
  }

  @Test
  void aSaveThatFailsLeavesTheOneBefore() throws IOException {
    var checkpoints = Checkpoints.in(folder);
    save(checkpoints, 1);
    Files.createDirectory(folder.resolve("model.ckpt-2.data-00000-of-00001"));
    Files.writeString(folder.resolve("model.ckpt-2.data-00000-of-00001/x"), "in the way");
    assertThrows(UncheckedIOException.class, () -> save(checkpoints, 2));
    assertEquals(1, value(checkpoints.latest().orElseThrow()));
    assertTrue(files().stream().noneMatch(name -> name.endsWith(".part")), files().toString());
  }

  @Test
  void whatPythonWroteIsListedAndAMovedFolderFound() throws IOException {
    save(Checkpoints.in(folder), 7);
    Files.writeString(
        folder.resolve("checkpoint"),
        """
        model_checkpoint_path: "/of/another/machine/model.ckpt-7"
        all_model_checkpoint_paths: "/of/another/machine/model.ckpt-7"
        all_model_checkpoint_timestamps: 1.7e+09
        last_preserved_timestamp: 1700000000.25
        """);
    var checkpoints = Checkpoints.in(folder).keep(1);
    assertEquals(1, value(checkpoints.latest().orElseThrow()));
    save(checkpoints, 8);
    assertEquals(3, files().size());
  }

  @Test
  void filesOfOtherFoldersAreNotDeleted() throws IOException {
    var other = folder.resolve("other");
    save(Checkpoints.in(other), 1);
    Files.writeString(
        folder.resolve("checkpoint"),
        "model_checkpoint_path: \"other/model.ckpt-1\"\n# unsettled \"other/model.ckpt-1\"\n");
    save(Checkpoints.in(folder).keep(1), 2);
    assertEquals(1, value(Checkpoints.in(other).latest().orElseThrow()));
  }

  @Test
  void aListThatIsDamagedIsRefusedByItsLine() throws IOException {
    Files.writeString(folder.resolve("checkpoint"), "model_checkpoint_path \"x\"");
    assertEquals(
        folder.resolve("checkpoint")
            + ": lines must be like all_model_checkpoint_paths: \"name\","
            + " got model_checkpoint_path \"x\"."
            + " The file is damaged, cut off or of another kind.",
        CheckpointTest.message(() -> Checkpoints.in(folder).latest()));
  }

  @Test
  void badArgumentsAreRefused() {
    var checkpoints = Checkpoints.in(folder);
    assertEquals(
        "checkpoints: number to keep must be at least 1, got 0",
        Refusals.argument(() -> checkpoints.keep(0)));
    assertEquals(
        "checkpoints: name must be of letters, digits, dots, dashes and underscores, got ../x",
        Refusals.argument(() -> checkpoints.named("../x")));
    assertEquals(
        "checkpoints: step must be at least 0, got -1",
        Refusals.argument(() -> save(checkpoints, -1)));
    assertEquals(
        "save: graph must have a variable that checkpoints hold, got none",
        Refusals.argument(
            () -> {
              try (var empty = new TestGraph()) {
                checkpoints.save(empty.session(), 1);
              }
            }));
  }
}
