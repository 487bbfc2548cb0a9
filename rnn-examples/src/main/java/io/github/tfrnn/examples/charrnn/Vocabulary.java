package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The characters that a model knows, numbered: 0 for every character that it does not know, then
 * those of the text it was trained on, in the order of Unicode.
 */
final class Vocabulary {
  /** The number of characters that are not known. */
  static final int UNKNOWN = 0;

  private static final int REPLACEMENT = 0xFFFD;

  private final int[] characters;
  private final Map<Integer, Integer> numbers = new HashMap<>();

  private Vocabulary(List<Integer> known) {
    characters = new int[known.size() + 1];
    characters[UNKNOWN] = REPLACEMENT;
    for (int i = 0; i < known.size(); i++) {
      characters[i + 1] = known.get(i);
      numbers.put(known.get(i), i + 1);
    }
  }

  /** The characters of {@code text}. */
  static Vocabulary of(String text) {
    return new Vocabulary(
        text.codePoints().filter(c -> c != REPLACEMENT).sorted().distinct().boxed().toList());
  }

  /** How many numbers there are, that of unknown characters included. */
  int size() {
    return characters.length;
  }

  /** The numbers of the characters of {@code text}. */
  int[] encode(String text) {
    return text.codePoints().map(c -> numbers.getOrDefault(c, UNKNOWN)).toArray();
  }

  /** The character of a number; U+FFFD for {@link #UNKNOWN}. */
  String decode(int number) {
    return Character.toString(characters[number]);
  }

  /** Writes {@link #text}. */
  void save(Path file) throws IOException {
    Files.writeString(file, text());
  }

  /**
   * One line for each number, from 0: the code point, as in {@code U+0041}, and its name in
   * Unicode.
   */
  String text() {
    var lines = new StringBuilder();
    for (int c : characters) {
      lines.append("U+%04X %s\n".formatted(c, Character.getName(c)));
    }
    return lines.toString();
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws UserError if the file is not such a list
   */
  static Vocabulary load(Path file) throws IOException {
    var known = new ArrayList<Integer>();
    for (String line : Files.readAllLines(file)) {
      known.add(codePoint(file, line));
    }
    if (known.isEmpty() || known.get(0) != REPLACEMENT) {
      throw new UserError(file + " must begin with the line of U+FFFD, for unknown characters");
    }
    return new Vocabulary(known.subList(1, known.size()));
  }

  private static int codePoint(Path file, String line) {
    var word = line.split(" ", 2)[0];
    if (!word.matches("U\\+[0-9A-F]{4,6}")) {
      throw new UserError(file + " must have lines such as \"U+0041 NAME\", got \"" + line + "\"");
    }
    return Integer.parseInt(word.substring(2), 16);
  }
}
