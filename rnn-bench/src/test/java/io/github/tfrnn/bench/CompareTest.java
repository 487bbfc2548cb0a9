package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompareTest {

  /** Answers as the Python scripts do, in no time. */
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
    return String.join(",", ChildJava.command(Echo.class));
  }

  @Test
  void everyoneTakesTurns() {
    var settings =
        CompareSettings.parse(
            "cells=GRU",
            "shapes=2x3x2x2",
            "paths=STORED,STATIC",
            "without-onednn=AUTO",
            "passes=2",
            "rounds=1",
            "seconds=0",
            "pytorch=" + echo(),
            "tf1=" + echo());
    var measurements = new ArrayList<Measurement>();
    Compare.run(settings, measurements::add);
    var competitors =
        List.of(
            "TF1 v2",
            "TF1 v1",
            "PyTorch eager",
            "stored loop",
            "static unroll",
            "auto without rnn-onednn");
    var expected =
        Stream.of(0, 1)
            .flatMap(round -> Stream.of(round + " FORWARD ", round + " TRAINING "))
            .flatMap(turn -> competitors.stream().map(turn::concat))
            .toList();
    assertEquals(
        expected,
        measurements.stream()
            .map(
                measurement ->
                    measurement.round() + " " + measurement.of().task() + " " + measurement.who())
            .toList());
    assertEquals(new Timing(4, 3.5, 7), measurements.get(0).timing());
    assertTrue(measurements.get(3).timing().shortest() > 0);
    assertTrue(measurements.get(5).timing().shortest() > 0);
  }

  @Test
  void thereNeedNotBeAPeer() {
    var settings =
        CompareSettings.parse(
            "cells=LSTM",
            "shapes=1x2x1x1",
            "paths=AUTO",
            "without-onednn=",
            "passes=1",
            "rounds=1",
            "seconds=0");
    var measurements = new ArrayList<Measurement>();
    Compare.run(settings, measurements::add);
    assertEquals(List.of("auto", "auto"), measurements.stream().map(Measurement::who).toList());
  }

  @Test
  void allIsComparedByDefault() {
    assertEquals(
        new CompareSettings(
            List.of(CellKind.LSTM, CellKind.GRU),
            LayerShape.ALL,
            List.of(RnnPath.values()),
            List.of(RnnPath.AUTO),
            Map.of(),
            2,
            4,
            0.3),
        CompareSettings.parse());
  }

  @Test
  void aCommandIsReadAtItsCommas() {
    assertEquals(
        Map.of(Peer.PYTORCH, List.of("python3", "torch_layer.py")),
        CompareSettings.parse("tf1=", "pytorch=python3,torch_layer.py").peers());
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
        "colour=red; argument must be NAME=VALUE with a name of [cells, shapes, paths,"
            + " without-onednn, tf1, pytorch, passes, rounds, seconds], got colour=red",
        "cells=ELMAN; cells must be of [LSTM, GRU], got ELMAN",
        "without-onednn=ONEDNN; without-onednn must be of [AUTO, STORED, RECOMPUTED, SEGMENTED,"
            + " SLICED, UNROLLED_STEPS, XLA, FUSED, STATIC],"
            + " got ONEDNN",
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
