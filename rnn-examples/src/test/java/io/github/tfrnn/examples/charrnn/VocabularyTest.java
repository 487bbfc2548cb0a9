package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
  /** Ends with a character outside of the basic plane. */
  private static final String TEXT = "if (x) {\n\ty = 你好;\n}\uD83D\uDE00";

  @TempDir private Path folder;

  private static String decoded(Vocabulary vocabulary, int[] numbers) {
    return Arrays.stream(numbers).mapToObj(vocabulary::decode).collect(Collectors.joining());
  }

  @Test
  void decodingGivesTheTextBack() {
    var vocabulary = Vocabulary.of(TEXT);
    assertEquals(TEXT, decoded(vocabulary, vocabulary.encode(TEXT)));
    assertEquals(TEXT.codePoints().distinct().count() + 1, vocabulary.size());
  }

  @Test
  void aCharacterThatWasNotInTheTextIsUnknown() {
    var vocabulary = Vocabulary.of("abc");
    assertArrayEquals(new int[] {1, Vocabulary.UNKNOWN, 3}, vocabulary.encode("a?c"));
    assertEquals("\uFFFD", vocabulary.decode(Vocabulary.UNKNOWN));
  }

  @Test
  void aFileGivesTheSameNumbers() throws IOException {
    var file = folder.resolve("vocabulary.txt");
    var vocabulary = Vocabulary.of(TEXT);
    vocabulary.save(file);
    assertArrayEquals(vocabulary.encode(TEXT), Vocabulary.load(file).encode(TEXT));
    assertTrue(Files.readString(file).contains("U+0028 LEFT PARENTHESIS"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "U+0041 A", "U+FFFD REPLACEMENT CHARACTER\nA", "U+FFFD x\nU+41"})
  void aFileThatIsNoVocabularyIsRefused(String content) throws IOException {
    var file = Files.writeString(folder.resolve("vocabulary.txt"), content);
    var e = assertThrows(UserError.class, () -> Vocabulary.load(file));
    assertTrue(String.valueOf(e.getMessage()).startsWith(file + " must "), e.getMessage());
  }
}
