package io.github.tfrnn.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a comparison runs, each part given as {@code NAME=VALUE}.
 *
 * @param cells the cells
 * @param shapes the sizes, as in {@code 32x100x128x128}
 * @param paths the ways of this library to run a cell
 * @param withoutOneDnn those that are also timed where rnn-onednn is not on the class path
 * @param peers the command of each peer that takes part
 * @param passes how often everything is built and timed anew
 * @param rounds how often the competitors take turns in a pass
 * @param seconds how long a turn is
 */
record CompareSettings(
    List<CellKind> cells,
    List<LayerShape> shapes,
    List<RnnPath> paths,
    List<RnnPath> withoutOneDnn,
    Map<Peer, List<String>> peers,
    int passes,
    int rounds,
    double seconds) {

  /**
   * Reads a command line; what it does not name has its default.
   *
   * @throws IllegalArgumentException if an argument is no setting, or its value cannot be
   */
  static CompareSettings parse(String... arguments) {
    var settings =
        new Settings("compare")
            .with("cells", List.of(CellKind.values()))
            .with("shapes", LayerShape.ALL)
            .with("paths", List.of(RnnPath.values()))
            .with("without-onednn", List.of(RnnPath.AUTO));
    for (Peer peer : Peer.values()) {
      settings.with(peer.setting(), "");
    }
    settings.with("passes", "2").with("rounds", "4").with("seconds", "0.3").read(arguments);
    return new CompareSettings(
        settings.constants("cells", List.of(CellKind.values())),
        settings.shapes(),
        settings.constants("paths", List.of(RnnPath.values())),
        settings.constants("without-onednn", RnnPath.elsewhere()),
        peers(settings),
        settings.count("passes"),
        settings.count("rounds"),
        settings.seconds());
  }

  private static Map<Peer, List<String>> peers(Settings settings) {
    var commands = new EnumMap<Peer, List<String>>(Peer.class);
    Arrays.stream(Peer.values())
        .filter(peer -> !settings.words(peer.setting()).isEmpty())
        .forEach(peer -> commands.put(peer, settings.words(peer.setting())));
    return commands;
  }
}
