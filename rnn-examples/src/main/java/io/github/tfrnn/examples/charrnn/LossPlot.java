package io.github.tfrnn.examples.charrnn;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws how the loss fell. */
final class LossPlot {
  private static final Color TRAINING = new Color(0x9DB8D9);
  private static final Color HELD_OUT = new Color(0xC8442B);

  private LossPlot() {}

  /**
   * Draws a PNG of 900 by 560 points: the loss on windows as they were trained on, and on the text
   * that was held out.
   *
   * @param losses at least one point
   */
  static void draw(Losses losses, String title, Path file) throws IOException {
    var chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title(title)
            .xAxisTitle("epochs")
            .yAxisTitle("loss, nats per character")
            .build();
    var style = chart.getStyler();
    style.setLegendPosition(LegendPosition.InsideNE);
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setYAxisMin(0.0);
    style.setXAxisMin(0.0);
    addTraining(chart, losses);
    addHeldOut(chart, losses);
    try (var out = Files.newOutputStream(file)) {
      BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
    }
  }

  private static void addTraining(XYChart chart, Losses losses) {
    var points = losses.points();
    var series =
        chart.addSeries(
            "trained on",
            points.stream().mapToDouble(Losses.Point::epoch).toArray(),
            points.stream().mapToDouble(Losses.Point::training).toArray());
    series.setMarker(SeriesMarkers.NONE).setLineColor(TRAINING).setLineStyle(SeriesLines.SOLID);
  }

  private static void addHeldOut(XYChart chart, Losses losses) {
    var points = losses.points().stream().filter(p -> p.heldOut().isPresent()).toList();
    if (points.isEmpty()) {
      return; // the chart refuses a series without points
    }
    var series =
        chart.addSeries(
            "held out",
            points.stream().mapToDouble(Losses.Point::epoch).toArray(),
            points.stream().mapToDouble(p -> p.heldOut().getAsDouble()).toArray());
    series
        .setMarker(SeriesMarkers.CIRCLE)
        .setMarkerColor(HELD_OUT)
        .setLineColor(HELD_OUT)
        .setLineStyle(SeriesLines.SOLID);
  }
}
