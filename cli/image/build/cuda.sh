#!/bin/sh
# In a CUDA image: copies the libraries that onnxruntime-node's CUDA provider loads, each under the name by which it is loaded.
set -eu
target=$1
mkdir -p "$target"
for wanted in libcudart.so. libcublas.so. libcublasLt.so. libcufft.so. libcurand.so. libnvrtc.so. libnvrtc-builtins.so. libcudnn.so. libcudnn_ libnvJitLink.so.; do
  found=$(ldconfig -p | awk -v name="$wanted" 'index($1, name) == 1 { print $1 "=" $NF }')
  if [ -z "$found" ]; then
    if [ "$wanted" = libnvJitLink.so. ]; then continue; fi # some versions of the others load it, some do without
    echo "cuda.sh: expected ${wanted}N in this image, got none; GPU_BASE must be an image with CUDA and cuDNN (a *-cudnn-runtime one)" >&2
    exit 1
  fi
  for pair in $found; do cp -L "${pair#*=}" "$target/${pair%%=*}"; done
done
