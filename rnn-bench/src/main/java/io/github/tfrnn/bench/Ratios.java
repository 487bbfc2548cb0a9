package io.github.tfrnn.bench;

import io.github.tfrnn.bench.Measurement.Subject;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The times of this library divided by those of a peer.
 *
 * <p>A ratio is the median, over the rounds, of one median divided by another: of a competitor of
 * this library by the faster version of the peer. Below 1 this library is faster.
 */
final class Ratios {
  /** For each subject and competitor, the median of each round. */
  private final Map<Subject, Map<String, Map<Integer, Double>>> medians = new LinkedHashMap<>();

  private final Set<String> ours = new LinkedHashSet<>();

  Ratios(List<Measurement> measurements) {
    for (Measurement measurement : measurements) {
      medians
          .computeIfAbsent(measurement.of(), subject -> new LinkedHashMap<>())
          .computeIfAbsent(measurement.who(), who -> new LinkedHashMap<>())
          .put(measurement.round(), measurement.timing().median());
      if (Peer.of(measurement.who()).isEmpty()) {
        ours.add(measurement.who());
      }
    }
  }

  /** What was timed, in the order of the measurements. */
  List<Subject> subjects() {
    return List.copyOf(medians.keySet());
  }

  /** The competitors of this library, in the order of the measurements. */
  List<String> ours() {
    return List.copyOf(ours);
  }

  /** The version of a peer with the lowest median over all rounds; empty if it was not timed. */
  Optional<String> fastest(Subject subject, Peer peer) {
    return times(subject).keySet().stream()
        .filter(who -> Peer.of(who).equals(Optional.of(peer)))
        .min(Comparator.comparingDouble(who -> median(subject, who)));
  }

  /** The median over all rounds. */
  double median(Subject subject, String who) {
    return median(rounds(subject, who).values());
  }

  /**
   * The time of {@code who} divided by that of the faster version of {@code peer}; empty if one of
   * them was not timed.
   *
   * @throws IllegalArgumentException if the peer was timed, but not in each round of {@code who}
   */
  OptionalDouble of(Subject subject, String who, Peer peer) {
    var bar = fastest(subject, peer).map(version -> rounds(subject, version));
    var mine = rounds(subject, who);
    if (bar.isEmpty() || mine.isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        median(
            mine.entrySet().stream()
                .map(round -> round.getValue() / at(bar.get(), round.getKey(), peer))
                .toList()));
  }

  private static double at(Map<Integer, Double> rounds, int round, Peer peer) {
    var median = rounds.get(round);
    if (median == null) {
      throw new IllegalArgumentException(
          "ratios: round " + round + " must have a time of " + peer.label() + ", got none");
    }
    return median;
  }

  private static double median(Collection<Double> values) {
    return Timing.median(values.stream().mapToDouble(value -> value).toArray());
  }

  private Map<String, Map<Integer, Double>> times(Subject subject) {
    return medians.getOrDefault(subject, Map.of());
  }

  private Map<Integer, Double> rounds(Subject subject, String who) {
    return times(subject).getOrDefault(who, Map.of());
  }
}
