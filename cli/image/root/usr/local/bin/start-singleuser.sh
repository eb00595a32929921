#!/bin/bash
# The server that a JupyterHub starts for each of its users.
exec start.sh jupyterhub-singleuser "$@"
