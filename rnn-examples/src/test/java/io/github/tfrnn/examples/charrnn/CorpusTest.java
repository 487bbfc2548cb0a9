package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir private Path folder;

  private Corpus file(String text) throws IOException {
    return Corpus.ofFile(Files.writeString(folder.resolve("text.txt"), text));
  }

  @Test
  void theBuiltInTextIsJavaAndATenthOfItsFilesIsHeldOut() {
    var corpus = Corpus.builtIn();
    assertTrue(corpus.training().contains("public class Glorot"), "a class of the framework");
    double share =
        (double) corpus.heldOut().length()
            / (corpus.heldOut().length() + corpus.training().length());
    assertTrue(share > 0.05 && share < 0.15, "held out: " + share);
    assertTrue(corpus.description().matches(".*: \\d+ files to train on, \\d+ held out"));
  }

  /** The classes of a text, with the packages that their files begin with. */
  private static Set<String> classes(String text) {
    var classes = new HashSet<String>();
    String inPackage = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("package ")) {
        inPackage = line;
      }
      if (line.matches("public (abstract |final )?(class|interface|enum) .*")) {
        classes.add(inPackage + line);
      }
    }
    return classes;
  }

  @Test
  void noFileIsBothTrainedOnAndHeldOut() {
    var corpus = Corpus.builtIn();
    var heldOut = classes(corpus.heldOut());
    assertTrue(heldOut.size() > 10, heldOut.toString());
    assertTrue(Collections.disjoint(classes(corpus.training()), heldOut), heldOut.toString());
  }

  @Test
  void theLastTenthOfAFileIsHeldOut() throws IOException {
    var corpus =
        file("abcdefghijklmnopqrs\uD83D\uDE00"); // twenty characters, the last of two units
    assertEquals("abcdefghijklmnopqr", corpus.training());
    assertEquals("s\uD83D\uDE00", corpus.heldOut());
  }

  @Test
  void anotherTextHasAnotherFingerprint() throws IOException {
    var first = file("the first text").fingerprint();
    assertEquals(first, file("the first text").fingerprint());
    assertNotEquals(first, file("the first test").fingerprint());
  }
}
