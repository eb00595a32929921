#!/bin/bash
# Gets @tensorflow/tfjs-node as a peer where its own install script cannot: the JavaScript and the sources of its binding from npm,
# libtensorflow and its headers from Python's tensorflow-cpu wheel, the binding compiled here. For Linux on x86-64, Node 18 to 22.
# Needs g++, python3 with pip, and node's headers (Debian: libnode-dev; or those beside `node` in its own distribution).
#   bash bench/train/tfjs-node.sh
# Afterwards `npm run bench -- train --peer tensorflow` and tests/lib/tensor/tensorflow-backend.test.ts use it.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
modules=$root/.ftt/peers-npm
tensorflow=$root/.ftt/tensorflow
mkdir -p "$modules" "$tensorflow"
[ -f "$modules/package.json" ] || echo '{ "private": true }' > "$modules/package.json"
npm install --ignore-scripts --no-audit --no-fund --prefix "$modules" @tensorflow/tfjs-node@4.22.0

python3 -m pip download --quiet --no-deps --dest "$tensorflow" tensorflow-cpu==2.21.0
python3 - "$tensorflow" <<'PYTHON'
import glob, sys, zipfile
with zipfile.ZipFile(glob.glob(f"{sys.argv[1]}/*.whl")[0]) as wheel:
    for name in wheel.namelist():
        header = name.startswith("tensorflow/include/") and name.endswith(".h")
        library = name.startswith(("tensorflow/libtensorflow_cc.so", "tensorflow/libtensorflow_framework.so"))
        if header or library:
            wheel.extract(name, sys.argv[1])
PYTHON

package=$modules/node_modules/@tensorflow/tfjs-node
headers=$(node -p 'const p = require("path"), fs = require("fs"); [p.join(p.dirname(process.execPath), "../include/node"), "/usr/include/node"].find(d => fs.existsSync(p.join(d, "node_api.h"))) ?? ""')
[ -n "$headers" ] || { echo "expected node_api.h beside node or in /usr/include/node, found none; install libnode-dev" >&2; exit 1; }
mkdir -p "$package/lib/napi-v8"
g++ -shared -fPIC -O2 -std=c++17 -DNAPI_VERSION=8 -DBUILDING_NODE_EXTENSION \
  -I"$headers" -I"$tensorflow/tensorflow/include" "$package"/binding/*.cc \
  "$tensorflow/tensorflow/libtensorflow_cc.so.2" "$tensorflow/tensorflow/libtensorflow_framework.so.2" \
  -Wl,-rpath,"$tensorflow/tensorflow" -o "$package/lib/napi-v8/tfjs_binding.node"
cd "$modules" && node -e 'const tf = require("@tensorflow/tfjs-node"); console.log(tf.getBackend(), tf.version["tfjs-node"]);'
