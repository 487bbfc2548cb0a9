package io.github.tfrnn.bench;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Scanner;

/**
 * Builds and times layers of this library as the lines on standard input say, until there are no
 * more: the other side of {@link LayerProcess}. A version is the name of a {@link RnnPath}.
 */
final class LayerServer {
  private final Map<String, Competitor> layers = new HashMap<>();

  private LayerServer() {}

  /** Obeys standard input. */
  public static void main(String[] arguments) {
    var server = new LayerServer();
    var lines = new Scanner(System.in, StandardCharsets.UTF_8);
    while (lines.hasNextLine()) {
      System.out.println(server.answer(lines.nextLine().split(" ", -1)));
    }
  }

  private String answer(String[] words) {
    switch (words[0]) {
      case "open" -> {
        var shape = LayerShape.parse(words[3]);
        var path = RnnPath.valueOf(words[1]);
        layers.put(words[1], Competitor.ours(CellKind.valueOf(words[2]), shape, path));
        return "ok";
      }
      case "time" -> {
        var timing = layer(words[1]).time(Task.valueOf(words[2]), Double.parseDouble(words[3]));
        return timing.median() + " " + timing.shortest() + " " + timing.runs();
      }
      case "close" -> {
        layer(words[1]).close();
        layers.remove(words[1]);
        return "ok";
      }
      default ->
          throw new IllegalArgumentException(
              "layer server: command must be open, time or close, got " + words[0]);
    }
  }

  private Competitor layer(String version) {
    var layer = layers.get(version);
    if (layer == null) {
      throw new IllegalStateException("layer server: " + version + " must be open, got " + layers);
    }
    return layer;
  }
}
