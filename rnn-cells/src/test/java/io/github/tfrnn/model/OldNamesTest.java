package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as they stand in files of TensorFlow 0.9 to 1.1. */
class OldNamesTest {
  @ParameterizedTest
  @CsvSource({
    "rnn/basic_lstm_cell/weights, rnn/basic_lstm_cell/kernel",
    "rnn/basic_lstm_cell/biases/Adam_1, rnn/basic_lstm_cell/bias/Adam_1",
    "rnn/basic_lstm_cell_2/weights, rnn/basic_lstm_cell_2/kernel",
    "rnn/multi_rnn_cell/cell_0/gru_cell/gates/weights, rnn/multi_rnn_cell/cell_0/gru_cell/gates/kernel",
    "gru_cell/candidate/biases, gru_cell/candidate/bias",
    "rnn/lstm_cell/weights/part_0, rnn/lstm_cell/kernel/part_0",
    "rnn/lstm_cell/projection/weights, rnn/lstm_cell/projection/kernel",
    "a/nas_rnn/recurrent_weights, a/nas_rnn/recurrent_kernel",
    "phased_lstm_cell/mask_gates/weights, phased_lstm_cell/mask_gates/kernel",
    "attention_cell_wrapper/attn_output_projection/weights, attention_cell_wrapper/attn_output_projection/kernel",
    "attention_cell_wrapper/lstm_cell/weights, attention_cell_wrapper/lstm_cell/kernel",
    "lm/BasicLSTMCell/Linear/Matrix, lm/basic_lstm_cell/kernel",
    "BasicRNNCell/Linear/Bias, basic_rnn_cell/bias",
    "BasicLSTMCell/Linear/Matrix_1, basic_lstm_cell/kernel/part_1",
    "MultiRNNCell/Cell10/GRUCell/Gates/Linear/Matrix, multi_rnn_cell/cell_10/gru_cell/gates/kernel",
    "GRUCell/Candidate/Linear/Bias/Adam, gru_cell/candidate/bias/Adam",
    "BiRNN/FW/MultiRNNCell/Cell0/LSTMCell/B/Momentum, bidirectional_rnn/fw/multi_rnn_cell/cell_0/lstm_cell/bias/Momentum",
    "BiRNN/BW/LSTMCell/W_O_diag/Momentum, bidirectional_rnn/bw/lstm_cell/w_o_diag/Momentum",
    "LSTMCell/W_0/Adam, lstm_cell/kernel/Adam/part_0",
    "LSTMCell/W_P_0, lstm_cell/projection/kernel/part_0",
    "OutputProjectionWrapper/Linear/Matrix, output_projection_wrapper/kernel",
    "EmbeddingWrapper/embedding, embedding_wrapper/embedding"
  })
  void anOldNameBecomesTodays(String old, String today) {
    assertEquals(List.of(today), OldNames.today(old));
  }

  @Test
  void theScopeRnnMayBeTheProgramsOwn() {
    assertEquals(
        List.of("Model/rnn/gru_cell/gates/bias", "Model/RNN/gru_cell/gates/bias"),
        OldNames.today("Model/RNN/GRUCell/Gates/Linear/Bias"));
    assertEquals(
        List.of(
            "RNN/rnn/gru_cell/gates/bias",
            "rnn/rnn/gru_cell/gates/bias",
            "RNN/RNN/gru_cell/gates/bias"),
        OldNames.today("RNN/RNN/GRUCell/Gates/Linear/Bias"));
  }

  @ParameterizedTest
  @CsvSource({
    "rnn/basic_lstm_cell/kernel",
    "RNN/basic_lstm_cell/bias",
    "softmax/weights",
    "weights",
    "my_lstm_cell/weights",
    "lstm_cell/attention/weights",
    "global_step"
  })
  void otherNamesStay(String name) {
    assertEquals(List.of(), OldNames.today(name));
  }
}
