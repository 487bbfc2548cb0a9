package io.github.tfrnn.onednn;

import static io.github.tfrnn.onednn.KernelApi.TF_OpKernelConstruction_GetAttrBool;
import static io.github.tfrnn.onednn.KernelApi.TF_OpKernelConstruction_GetAttrFloat;

/** The attributes of the op that a kernel is made for. */
record KernelAttributes(long construction, Status status) {

  boolean bool(String name) {
    var value = new byte[1];
    TF_OpKernelConstruction_GetAttrBool(construction, name, value, status.address());
    status.check();
    return value[0] != 0;
  }

  float number(String name) {
    var value = new float[1];
    TF_OpKernelConstruction_GetAttrFloat(construction, name, value, status.address());
    status.check();
    return value[0];
  }
}
