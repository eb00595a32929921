#!/bin/sh
# In a CUDA image: copies the libraries that onnxruntime-node's CUDA provider loads, each under the name by which it is loaded.
set -eu
target=$1
mkdir -p "$target"
for wanted in libcudart.so.12 libcublas.so.12 libcublasLt.so.12 libcufft.so.11 libcurand.so.10 libnvrtc.so.12 libnvrtc-builtins.so libnvJitLink.so.12 libcudnn.so.9 libcudnn_; do
  found=$(ldconfig -p | awk -v name="$wanted" 'index($1, name) == 1 { print $1 "=" $NF }')
  if [ -z "$found" ]; then
    case $wanted in libnvJitLink*) continue ;; esac # newer libcufft alone loads it
    echo "cuda.sh: expected $wanted in this image, got none; GPU_BASE must be an image with CUDA 12 and cuDNN 9 (a *-cudnn-runtime one)" >&2
    exit 1
  fi
  for pair in $found; do cp -L "${pair#*=}" "$target/${pair%%=*}"; done
done
