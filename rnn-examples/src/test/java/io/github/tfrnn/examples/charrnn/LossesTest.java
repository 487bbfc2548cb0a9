package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.examples.UserError;
import io.github.tfrnn.examples.charrnn.Losses.Point;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Losses as a file for a spreadsheet and as a picture. */
class LossesTest {
  private static final Losses LOSSES =
      Losses.none()
          .and(new Point(10, 0.5, 3.25, OptionalDouble.empty()))
          .and(new Point(20, 1, 2.5, OptionalDouble.of(2.75)))
          .and(new Point(40, 2, 1.5, OptionalDouble.of(1.75)));

  @TempDir private Path folder;

  @Test
  void aFileGivesTheSameLosses() throws IOException {
    var file = folder.resolve("losses.csv");
    LOSSES.save(file);
    assertEquals(LOSSES, Losses.load(file));
    assertEquals(
        List.of(
            "step,epoch,training,held_out", "10,0.5,3.25,", "20,1.0,2.5,2.75", "40,2.0,1.5,1.75"),
        Files.readAllLines(file));
  }

  @Test
  void aDamagedLineIsRefusedByName() throws IOException {
    var file = Files.writeString(folder.resolve("losses.csv"), "step\n10,0.5");
    var e = assertThrows(UserError.class, () -> Losses.load(file));
    assertEquals(
        file + " must have lines of step,epoch,training,held_out, got \"10,0.5\"", e.getMessage());
  }

  @Test
  void thePictureShowsBothCurves() throws IOException {
    var file = folder.resolve("losses.png");
    LossPlot.draw(LOSSES, "1 layer", file);
    var image = ImageIO.read(file.toFile());
    assertEquals(900, image.getWidth());
    assertEquals(560, image.getHeight());
    assertTrue(pixels(image, 0x9DB8D9) > 100, "the curve of the training loss");
    assertTrue(pixels(image, 0xC8442B) > 100, "the curve of the held-out loss");
  }

  private static long pixels(BufferedImage image, int color) {
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xFFFFFF)
        .filter(pixel -> pixel == color)
        .count();
  }
}
