package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingTest {
  private static Growth growth(double... longer) {
    var rounds = new ArrayList<Growth.Round>();
    for (double time : longer) {
      rounds.add(new Growth.Round(2, time));
    }
    var subject =
        new Measurement.Subject(CellKind.LSTM, new LayerShape(1, 100, 8, 4), Task.TRAINING);
    return new Growth(subject, RnnPath.STORED, 100, rounds);
  }

  @Test
  void theRatioIsTheMedianOverTheRounds() {
    assertEquals(110, growth(900, 220, 200).ratio());
  }

  @Test
  void aQuarterMoreIsStillLinear() {
    assertTrue(growth(250).isLinear());
    assertFalse(growth(250.1).isLinear());
  }

  @Test
  void aRowHasBothTimes() {
    assertEquals(
        "| LSTM | 1, 100, 8, 4 | training | stored loop | 2.00 | 10,000 | 220.0 | 110.0 | 125 |\n",
        growth(900, 220, 200).row());
  }

  @Test
  void allPathsThatSupportTheStepsAreMeasured() {
    var scaling =
        new Scaling(
            "cells=GRU",
            "shapes=1x2x2x2",
            "paths=STORED,STATIC,RECOMPUTED",
            "factor=501",
            "rounds=2",
            "seconds=0");
    var all = new ArrayList<Growth>();
    scaling.run(all::add);
    assertEquals(
        List.of(
            "FORWARD STORED 2",
            "FORWARD RECOMPUTED 2",
            "TRAINING STORED 2",
            "TRAINING RECOMPUTED 2"),
        all.stream()
            .map(it -> it.of().task() + " " + it.path() + " " + it.rounds().size())
            .toList());
    all.forEach(growth -> assertTrue(growth.ratio() > 1, growth::toString));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "factor=many; factor must be a number from 1 to 9999, got many",
        "passes=2; argument must be NAME=VALUE with a name of [cells, shapes, paths, factor,"
            + " rounds, seconds], got passes=2"
      })
  void badSettingsAreRefused(String argument, String message) {
    var e = assertThrows(IllegalArgumentException.class, () -> new Scaling(argument));
    assertEquals("scaling: " + message, e.getMessage());
  }
}
