package io.github.tfrnn.examples;

import java.util.List;

/**
 * The recurrent API of TensorFlow 1.15: names of {@code tf.nn.rnn_cell}, {@code tf.contrib.rnn},
 * {@code tf.contrib.grid_rnn}, {@code tf.contrib.cudnn_rnn}, the drivers, and the arguments of
 * {@code tf.variable_scope} and {@code tf.get_variable}.
 */
final class TensorFlowNames {
  static final List<String> ALL =
      List.of(
          """
          RNNCell BasicRNNCell BasicLSTMCell LSTMCell GRUCell MultiRNNCell LSTMStateTuple
          DropoutWrapper ResidualWrapper DeviceWrapper
          dynamic_rnn bidirectional_dynamic_rnn raw_rnn static_rnn static_state_saving_rnn
          static_bidirectional_rnn stack_bidirectional_dynamic_rnn stack_bidirectional_rnn
          functional_rnn bidirectional_functional_rnn Recurrent
          transpose_batch_time best_effort_input_batch_size
          sequence_length initial_state time_major parallel_iterations swap_memory
          EmbeddingWrapper InputProjectionWrapper OutputProjectionWrapper AttentionCellWrapper
          HighwayWrapper CompiledWrapper
          LayerNormBasicLSTMCell LayerNormLSTMCell CoupledInputForgetGateLSTMCell TimeFreqLSTMCell
          GridLSTMCell BidirectionalGridLSTMCell NASCell UGRNNCell IntersectionRNNCell PhasedLSTMCell
          ConvLSTMCell Conv1DLSTMCell Conv2DLSTMCell Conv3DLSTMCell GLSTMCell SRUCell
          WeightNormLSTMCell IndRNNCell IndyGRUCell IndyLSTMCell MinimalRNNCell CFNCell NTMCell
          LSTMBlockCell LSTMBlockFusedCell LSTMBlockWrapper GRUBlockCell GRUBlockCellV2
          FusedRNNCell FusedRNNCellAdaptor TimeReversedFusedRNN
          CudnnCompatibleLSTMCell CudnnCompatibleGRUCell
          CudnnLSTM CudnnGRU CudnnRNNTanh CudnnRNNRelu
          GridRNNCell Grid1BasicRNNCell Grid2BasicRNNCell Grid1BasicLSTMCell Grid2BasicLSTMCell
          Grid1LSTMCell Grid2LSTMCell Grid3LSTMCell Grid2GRUCell
          variable_scope get_variable get_local_variable default_name values initializer regularizer
          caching_device partitioner custom_getter reuse AUTO_REUSE dtype use_resource constraint
          auxiliary_name_scope validate_shape
          """
              .strip()
              .split("\\s+"));

  private TensorFlowNames() {}
}
