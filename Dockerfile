# JupyterLab with the course, for a plain user. The base is any Debian-like image with Node >= 20.19; Python comes from its packages.
#   docker build -t from-the-tensor .
#   docker run --rm -p 8888:8888 from-the-tensor        (prints the address with its token)
ARG BASE=node:22-bookworm-slim
FROM ${BASE}

RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 python3-venv tini \
 && rm -rf /var/lib/apt/lists/*

# Jupyter's customary user; Node's images have already given 1000 to "node".
RUN (userdel --remove node || true) && useradd --create-home --uid 1000 --gid 100 jovyan
USER jovyan
WORKDIR /home/jovyan/from-the-tensor

# The set-up's inputs first: an edited notebook then rebuilds only the last layer.
COPY --chown=1000:100 package.json package-lock.json .npmrc tsconfig.json ./
COPY --chown=1000:100 cli ./cli
COPY --chown=1000:100 kernel-extensions ./kernel-extensions
COPY --chown=1000:100 lib ./lib
COPY --chown=1000:100 tests ./tests
COPY --chown=1000:100 bench ./bench
COPY --chown=1000:100 site ./site
RUN node cli/ftt.mjs setup
COPY --chown=1000:100 . .

EXPOSE 8888
ENTRYPOINT ["tini", "--"]
CMD ["node", "cli/ftt.mjs", "lab", "--no-browser", "--ip=0.0.0.0", "--port=8888"]
