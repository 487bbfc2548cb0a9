package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompareTest {

  /** Answers as the Python script does, in no time. */
  public static final class Echo {
    /** Reads commands until there are none. */
    public static void main(String[] arguments) {
      var commands = new java.util.Scanner(System.in, java.nio.charset.StandardCharsets.UTF_8);
      while (commands.hasNextLine()) {
        System.out.println(commands.nextLine().startsWith("time") ? "4.0 3.5 7" : "ok");
      }
    }
  }

  private static String echo() {
    return System.getProperty("java.home")
        + "/bin/java,-cp,"
        + System.getProperty("java.class.path")
        + ","
        + Echo.class.getName();
  }

  @Test
  void everyoneTakesTurns() {
    var settings =
        CompareSettings.parse(
            "cells=GRU",
            "shapes=2x3x2x2",
            "paths=STORED,STATIC",
            "passes=2",
            "rounds=1",
            "seconds=0",
            "peer=" + echo());
    var measurements = new ArrayList<Measurement>();
    Compare.run(settings, measurements::add);
    var turns =
        measurements.stream()
            .map(
                measurement ->
                    measurement.round() + " " + measurement.of().task() + " " + measurement.who())
            .toList();
    var ofAPass =
        List.of(
            "FORWARD Python v2",
            "FORWARD Python v1",
            "FORWARD stored loop",
            "FORWARD static unroll",
            "TRAINING Python v2",
            "TRAINING Python v1",
            "TRAINING stored loop",
            "TRAINING static unroll");
    var expected = new ArrayList<String>();
    for (int pass = 0; pass < 2; pass++) {
      for (String turn : ofAPass) {
        expected.add(pass + " " + turn);
      }
    }
    assertEquals(expected, turns);
    assertEquals(new Timing(4, 3.5, 7), measurements.get(0).timing());
    assertTrue(measurements.get(2).timing().shortest() > 0);
  }

  @ParameterizedTest
  @EnumSource(RnnPath.class)
  void aMeasurementIsReadAsItWasWritten(RnnPath path) {
    var subject = new Measurement.Subject(CellKind.LSTM, LayerShape.parse("1x2x3x4"), Task.FORWARD);
    var measurement = new Measurement(subject, 3, path.label(), new Timing(1.25, 0.5, 10));
    assertEquals(
        "LSTM,1x2x3x4,FORWARD,3," + path.label() + ",1.2500,0.5000,10", measurement.line());
    assertEquals(measurement, Measurement.parse(measurement.line()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "colour=red; argument must be NAME=VALUE with a name of [cells, shapes, paths, peer, passes,"
            + " rounds, seconds], got colour=red",
        "cells=ELMAN; cells must be of [LSTM, GRU], got ELMAN",
        "rounds=0; rounds must be a number from 1 to 9999, got 0",
        "seconds=soon; seconds must be a number such as 0.3, got soon"
      })
  void badSettingsAreRefused(String argument, String message) {
    var e = assertThrows(IllegalArgumentException.class, () -> CompareSettings.parse(argument));
    assertEquals("compare: " + message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"32x100x128", "32x100x128x0", "32x100x128x-1", "AxBxCxD"})
  void badShapesAreRefused(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> LayerShape.parse(text));
    assertEquals(
        "shape: must be batch, time, depth and units as in 32x100x128x128, got " + text,
        e.getMessage());
  }
}
