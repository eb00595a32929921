#!/bin/bash
# JupyterLab, or what DOCKER_STACKS_JUPYTER_CMD names; below a JupyterHub its single-user server. Arguments go to it.
if [[ -n "$JUPYTERHUB_API_TOKEN" ]]; then exec start-singleuser.sh "$@"; fi
exec start.sh jupyter "${DOCKER_STACKS_JUPYTER_CMD:-lab}" "$@"
