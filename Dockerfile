# The course in an image, after the conventions of Jupyter's own images (Docker Stacks): the user jovyan (1000:100), port 8888, a new token at
# each start, tini, a health check, and the commands start-notebook.sh and start-singleuser.sh, so that JupyterHub and Binder take it.
#
#   npm run image                                    builds it with docker, podman or buildah, whichever works here
#   docker run --rm -p 8888:8888 from-the-tensor     prints the address with its token
#   npm run image -- --gpu                           builds the target "gpu": the same with CUDA
#
# The course lies in /opt/from-the-tensor, and at each start the user gets a copy of the notebooks in ~/from-the-tensor if there is none: a home
# that is mounted, as JupyterHub's volumes are, keeps what is written there and still finds the software.
#
# BASE is an image of Debian's family with Node 20.19 or newer, and npm; GPU_BASE one with the CUDA and cuDNN
# that this version of onnxruntime-node needs (12 and 9 as its install step says).
# The secrets are for networks with a mirror or a proxy (`ftt image --host-registries`); without them the public registries are used.
ARG BASE=docker.io/library/node:22-trixie-slim
ARG GPU_BASE=docker.io/nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04

# What runs beneath: Python, tini, the user.
FROM ${BASE} AS system
ARG NB_USER=jovyan
ARG NB_UID=1000
COPY cli/image/build/system.sh /tmp/
RUN --mount=type=secret,id=apt.conf,mode=0444 --mount=type=secret,id=ca.crt,mode=0444 \
    sh /tmp/system.sh "$NB_USER" "$NB_UID"
ENV NB_USER=${NB_USER} NB_UID=${NB_UID} NB_GID=100 HOME=/home/${NB_USER} SHELL=/bin/bash LANG=C.UTF-8 \
    FTT_SKIP_SETUP=1 JUPYTER_RUNTIME_DIR=/tmp/jupyter-runtime \
    PATH=/opt/from-the-tensor/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /opt/from-the-tensor

# The packages of npm and of Python: installed again only when their lists change.
FROM system AS packages
USER ${NB_UID}
COPY --chown=1000:100 package.json package-lock.json .npmrc ./
COPY --chown=1000:100 cli/package.json cli/requirements.txt cli/
COPY --chown=1000:100 cli/setup cli/setup
COPY --chown=1000:100 cli/image/build/packages.mjs cli/image/build/secrets.mjs cli/image/build/requirements.txt cli/image/build/
COPY --chown=1000:100 kernel-extensions/package.json kernel-extensions/
COPY --chown=1000:100 lib/package.json lib/
COPY --chown=1000:100 tests/nbconvert-cli-wrapper/package.json tests/nbconvert-cli-wrapper/
RUN --mount=type=secret,id=npmrc,mode=0444 --mount=type=secret,id=pip.conf,mode=0444 --mount=type=secret,id=ca.crt,mode=0444 \
    node cli/image/build/packages.mjs

# The kernel, bundled from its sources, and its kernelspec.
FROM packages AS kernel
COPY --chown=1000:100 cli/image/build/kernel.mjs cli/image/build/
COPY --chown=1000:100 kernel-extensions kernel-extensions
RUN node cli/image/build/kernel.mjs

# Everything but the notebooks, from what changes least to what changes most.
FROM system AS course
COPY --from=packages --chown=1000:100 /opt/from-the-tensor/node_modules node_modules
COPY --from=packages --chown=1000:100 /opt/from-the-tensor/.venv .venv
COPY --chown=1000:100 data data
COPY cli/image/root/ /
COPY --from=kernel /tmp/jupyter/ /usr/local/share/jupyter/
COPY --from=kernel --chown=1000:100 /opt/from-the-tensor/kernel-extensions kernel-extensions
COPY --chown=1000:100 package.json package-lock.json tsconfig.json README.md LICENSE ./
COPY --chown=1000:100 docs docs
COPY --chown=1000:100 cli cli
COPY --chown=1000:100 bench bench
COPY --chown=1000:100 site site
COPY --chown=1000:100 tests tests
COPY --chown=1000:100 lib lib
USER ${NB_UID}
EXPOSE 8888
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/opt/from-the-tensor/cli/image/healthcheck.mjs"]
ENTRYPOINT ["tini", "-g", "--", "start.sh"]
CMD ["start-notebook.sh"]

# CUDA's libraries out of a CUDA image, those alone that onnxruntime-node's provider loads, and the provider itself.
FROM ${GPU_BASE} AS cuda
COPY cli/image/build/cuda.sh /tmp/
RUN sh /tmp/cuda.sh /opt/cuda/lib

FROM packages AS provider
COPY --chown=1000:100 cli/image/build/provider.mjs cli/image/build/
RUN --mount=type=secret,id=ca.crt,mode=0444 node cli/image/build/provider.mjs /tmp/provider

FROM course AS gpu
COPY --from=cuda /opt/cuda/lib /opt/cuda/lib
COPY --from=provider /tmp/provider node_modules/onnxruntime-node/bin/napi-v6/linux/x64/
ENV LD_LIBRARY_PATH=/opt/cuda/lib
# All that the provider is linked with is there but the driver, which comes with the machine; else GPU_BASE is of another version of CUDA.
RUN if ldd node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so | grep 'not found' | grep -v 'libcuda\.so'; \
    then echo "GPU_BASE has not the CUDA that onnxruntime-node was made for" >&2; exit 1; fi
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --chown=1000:100 notebooks notebooks
WORKDIR ${HOME}

FROM course AS notebook
COPY --chown=1000:100 notebooks notebooks
WORKDIR ${HOME}
