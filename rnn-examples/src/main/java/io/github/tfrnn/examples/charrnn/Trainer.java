package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import io.github.tfrnn.examples.charrnn.Losses.Point;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * Trains a model window after window, epoch after epoch, and has it saved: after each epoch, every
 * two minutes, and at the end.
 */
final class Trainer {
  private static final Duration SAVE_EVERY = Duration.ofMinutes(2);
  private static final int POINTS_AN_EPOCH = 20;

  private final TrainingModel model;
  private final Windows training;
  private final Windows heldOut;
  private final Saver saver;
  private final PrintWriter out;
  private final PrintWriter err;

  private long step;
  private Losses losses = Losses.none();
  private final Mean sincePoint = new Mean();
  private final Mean thisEpoch = new Mean();

  /** Saves the model as it is. */
  @FunctionalInterface
  interface Saver {
    /** Saves what {@code step} steps have made. */
    void save(long step, Losses losses) throws IOException;
  }

  /**
   * How training ended.
   *
   * @param steps how many windows the model was trained on, from the very beginning
   * @param losses how the loss fell
   * @param interrupted whether it was asked to stop before its limits
   */
  record Outcome(long steps, Losses losses, boolean interrupted) {}

  /**
   * A trainer that has made no step.
   *
   * @param model what is trained on {@code training} and measured on {@code heldOut}
   * @param out gets a line after each epoch
   * @param err gets the progress
   */
  Trainer(
      TrainingModel model,
      Windows training,
      Windows heldOut,
      Saver saver,
      PrintWriter out,
      PrintWriter err) {
    this.model = model;
    this.training = training;
    this.heldOut = heldOut;
    this.saver = saver;
    this.out = out;
    this.err = err;
  }

  /** Goes on after {@code step} steps; the model carries the state that they left. */
  void resume(long step, Losses losses) {
    this.step = step;
    this.losses = losses;
  }

  /**
   * Trains until a limit is reached, or {@code stop} asks to stop.
   *
   * @throws UserError if the loss is no longer a number; what was saved before stays
   * @throws IOException if the model cannot be saved
   */
  Outcome train(Limits limits, BooleanSupplier stop) throws IOException {
    long last = limits.lastStep(training.count());
    var clock = Stopwatch.start();
    while (step < last && !limits.isOver(clock.elapsed()) && !stop.getAsBoolean()) {
      double speed = epoch(last, () -> stop.getAsBoolean() || limits.isOver(clock.elapsed()));
      if (!stop.getAsBoolean()) { // whoever presses Ctrl-C does not want to wait for this
        measure(speed);
      }
      saver.save(step, losses);
    }
    return new Outcome(step, losses, stop.getAsBoolean() && step < last);
  }

  /** Trains to the end of the epoch, or to step {@code last}; returns characters per second. */
  private double epoch(long last, BooleanSupplier over) throws IOException {
    int windows = training.count();
    long epoch = step / windows;
    long end = Math.min(last, (epoch + 1) * windows);
    var clock = Stopwatch.start();
    var sinceSaved = Stopwatch.start();
    long characters = 0;
    thisEpoch.clear();
    try (var progress = Progress.of("epoch " + (epoch + 1), step % windows, windows, err)) {
      while (step < end && !over.getAsBoolean()) {
        var window = training.get((int) (step % windows));
        step(window);
        characters += window.size();
        progress.step(thisEpoch.value(), characters / clock.seconds());
        if (sinceSaved.elapsed().compareTo(SAVE_EVERY) > 0) {
          saver.save(step, losses);
          sinceSaved = Stopwatch.start();
        }
      }
    }
    return characters / clock.seconds();
  }

  private void step(Windows.Window window) {
    if (step % training.count() == 0) {
      model.carried().zeros(training.rows());
    }
    double loss = model.train(window);
    step++;
    if (!Double.isFinite(loss)) {
      throw new UserError(
          "loss must be a number, got "
              + loss
              + " at step "
              + step
              + ". Lower --learning-rate or --clip");
    }
    thisEpoch.add(loss);
    sincePoint.add(loss);
    int inEpoch = (int) (step % training.count());
    if (inEpoch > 0 && inEpoch % Math.max(1, training.count() / POINTS_AN_EPOCH) == 0) {
      point(OptionalDouble.empty());
    }
  }

  private void measure(double speed) {
    double measured = model.measure(heldOut);
    point(OptionalDouble.of(measured));
    out.printf(
        Locale.ROOT,
        "epoch %d, step %d: loss %.3f trained on, %.3f held out; %,.0f characters/s%n",
        (step - 1) / training.count() + 1,
        step,
        thisEpoch.value(),
        measured,
        speed);
    out.flush();
  }

  /** Notes the loss; where there was a point just now, that one's loss. */
  private void point(OptionalDouble measured) {
    double trained = sincePoint.isEmpty() ? thisEpoch.value() : sincePoint.value();
    losses = losses.and(new Point(step, (double) step / training.count(), trained, measured));
    sincePoint.clear();
  }
}
