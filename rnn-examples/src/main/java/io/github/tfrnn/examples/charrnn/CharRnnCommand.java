package io.github.tfrnn.examples.charrnn;

import picocli.CommandLine.Command;

/** {@code tfrnn char-rnn}: holds the three commands of the character model. */
@Command(
    name = "char-rnn",
    description = "A model of text, one character at a time.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TrainCommand.class, SampleCommand.class, ExportCommand.class})
public final class CharRnnCommand {
  /** Made by the launcher. */
  public CharRnnCommand() {}
}
