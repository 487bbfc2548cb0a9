package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A training run from text to model, with all that it leaves in its folder: {@code checkpoint-N},
 * {@code losses.csv}, {@code losses.png}, {@code sample.txt}, {@code saved-model}.
 */
final class TrainingJob {
  private static final int SAMPLE_LENGTH = 600;
  private static final double SAMPLE_TEMPERATURE = 0.5;

  private final Run run;
  private final Optional<Checkpoint> resumed;
  private final Path root;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Vocabulary vocabulary;
  private final Windows training;
  private final Windows heldOut;

  /**
   * Reads the text.
   *
   * @param asked settings, without a fingerprint if this is a new run
   * @param resumed what to go on from, if anything
   * @param root the folder, made by {@link #run}
   * @throws UserError if the text does not do
   */
  TrainingJob(
      Run asked, Optional<Checkpoint> resumed, Path root, PrintWriter out, PrintWriter err) {
    this.resumed = resumed;
    this.root = root;
    this.out = out;
    this.err = err;
    var corpus = asked.text().isEmpty() ? Corpus.builtIn() : Corpus.ofFile(Path.of(asked.text()));
    run = asked.of(corpus);
    vocabulary =
        resumed.map(Checkpoint::vocabulary).orElseGet(() -> Vocabulary.of(corpus.training()));
    training = trainingWindows(vocabulary.encode(corpus.training()), run.schedule());
    heldOut = heldOutWindows(vocabulary.encode(corpus.heldOut()), run.schedule());
    describe(corpus);
  }

  private static Windows trainingWindows(int[] text, Schedule schedule) {
    long least = (long) schedule.batch() * schedule.window() + 1;
    if (text.length < least) {
      throw new UserError(
          ("--text must have at least %d characters to train on, for --batch %d windows of"
                  + " --window %d side by side, got %d. Take a longer text, or lower one of the two")
              .formatted(least, schedule.batch(), schedule.window(), text.length));
    }
    return new Windows(text, schedule.batch(), schedule.window());
  }

  /** The text held out is shorter: it is read in as many rows as it fills. */
  private static Windows heldOutWindows(int[] text, Schedule schedule) {
    if (text.length < 2) {
      throw new UserError(
          "--text must have at least 2 characters in the tenth that is held out, got "
              + text.length);
    }
    int rows = (text.length - 1) / schedule.window();
    return new Windows(text, Math.max(1, Math.min(schedule.batch(), rows)), schedule.window());
  }

  private void describe(Corpus corpus) {
    out.printf(
        Locale.ROOT,
        "text:     %s; %,d and %,d characters%n",
        corpus.description(),
        training.size() + 1,
        heldOut.size() + 1);
    out.printf("model:    %s, %d symbols%n", run.network(), vocabulary.size());
    out.printf(
        Locale.ROOT,
        "training: %,d windows of %d x %d characters to an epoch%n",
        training.count(),
        training.rows(),
        run.schedule().window());
    resumed.ifPresent(checkpoint -> out.println("resuming: " + checkpoint.folder()));
    out.flush();
  }

  /**
   * Trains, and writes what a run leaves.
   *
   * @throws UserError if the folder cannot be written to, if the checkpoint to go on from does not
   *     fit, or if all is done already
   */
  void run(Limits limits) throws IOException {
    long done = resumed.map(Checkpoint::step).orElse(0L);
    if (done >= limits.lastStep(training.count())) {
      throw new UserError(
          "--epochs or --steps must be more than the "
              + done
              + " steps that were trained, "
              + training.count()
              + " to an epoch, got "
              + limits.lastStep(training.count())
              + " steps");
    }
    var folder = RunFolder.writable(root);
    try (var interrupt = Interrupt.listen()) {
      var outcome = train(folder, done, limits, interrupt);
      if (outcome.interrupted()) {
        // Said before the interrupt closes, for the process ends then.
        out.println(
            "stopped after step " + outcome.steps() + ". Go on with --resume --out " + root);
        return;
      }
    }
    publish(folder);
  }

  private Trainer.Outcome train(RunFolder folder, long done, Limits limits, Interrupt interrupt)
      throws IOException {
    try (var model =
        new TrainingModel(run.network(), run.schedule(), vocabulary.size(), training.count())) {
      var trainer =
          new Trainer(
              model,
              training,
              heldOut,
              (step, losses) -> save(folder, model, step, losses),
              out,
              err);
      model.carried().zeros(training.rows());
      resumed.ifPresent(
          checkpoint -> {
            checkpoint.restoreWeights(model.session());
            checkpoint.restoreState(model.carried());
            trainer.resume(done, checkpoint.losses());
          });
      return trainer.train(limits, interrupt::requested);
    }
  }

  private void save(RunFolder folder, TrainingModel model, long step, Losses losses)
      throws IOException {
    folder.checkpoint(
        step,
        path ->
            new Checkpoint(path).write(run, vocabulary, losses, model.session(), model.carried()));
    folder.publish("losses.csv", losses::save);
    if (!losses.points().isEmpty()) {
      draw(folder, losses);
    }
  }

  private void draw(RunFolder folder, Losses losses) throws IOException {
    try {
      folder.publish("losses.png", path -> LossPlot.draw(losses, run.network().toString(), path));
    } catch (LinkageError | InternalError e) {
      err.println("losses.png is not drawn: this Java has no fonts to draw with (" + e + ")");
    } catch (IllegalStateException e) {
      // Java can no longer begin to draw while the process ends; the checkpoint counts more.
      err.println("losses.png is not drawn: " + e.getMessage());
    }
  }

  private void publish(RunFolder folder) throws IOException {
    try (var model = CharModel.load(new Checkpoint(folder.requireNewest()))) {
      var sample = Sampler.sample(model, "\n", SAMPLE_LENGTH, SAMPLE_TEMPERATURE, 1).strip();
      folder.publish("sample.txt", path -> Files.writeString(path, sample));
      folder.publish("saved-model", model::export);
      out.printf("%na sample, at temperature %s:%n%n%s%n%n", SAMPLE_TEMPERATURE, sample);
    }
    out.println("left in " + root + ":");
    out.println("  " + folder.requireNewest().getFileName() + "  weights; go on with --resume");
    out.println("  losses.png, losses.csv  how the loss fell");
    out.println("  sample.txt  the text above; more: tfrnn char-rnn sample --model " + root);
    out.println("  saved-model  for TensorFlow in any language");
  }
}
