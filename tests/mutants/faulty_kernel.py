"""A kernel that speaks Jupyter's protocol on real sockets and has one fault, named by --fault. Its cells are lines: `print X` prints,
`fail X` raises; anything else does nothing. What a sound kernel would do with them is written in the notebooks beside."""

import asyncio
import os
import signal
import subprocess
import sys
import time

FAULT = sys.argv.pop(sys.argv.index("--fault") + 1)
sys.argv.remove("--fault")

if FAULT == "never-starts":
    time.sleep(600)

from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from ipykernel.kernelbase import Kernel  # noqa: E402


class FaultyKernel(Kernel):
    implementation = "faulty"
    implementation_version = "1"
    language = "text"
    language_version = "1"
    language_info = {"name": "text", "mimetype": "text/plain", "file_extension": ".txt"}
    banner = "a kernel with one fault"

    def show(self, text, name="stdout"):
        self.send_response(self.iopub_socket, "stream", {"name": name, "text": text + "\n"})

    def show_error(self, words):
        self.send_response(self.iopub_socket, "error", {"ename": "Failure", "evalue": words, "traceback": [words]})

    def is_second(self, code):
        return code.startswith("print second")

    async def execute_request(self, stream, ident, parent):
        code = parent["content"]["code"]
        if self.is_second(code):
            content = {"status": "ok", "execution_count": self.execution_count, "user_expressions": {}, "payload": []}
            if FAULT == "aborted":
                content = {"status": "aborted"}
            if FAULT in ("aborted", "skips-silently"):
                # The second cell is answered without having been run or announced.
                self.session.send(stream, "execute_reply", content, parent, ident=ident)
                return
            if FAULT == "runs-twice":
                await super().execute_request(stream, ident, parent)
        await super().execute_request(stream, ident, parent)
        if self.is_second(code) and FAULT == "late-output":
            await asyncio.sleep(0)
            asyncio.get_event_loop().call_later(0.05, self.late, parent)

    def late(self, parent):
        self.session.send(self.iopub_socket, "stream", {"name": "stdout", "text": "late\n"}, parent=parent, ident=b"stream")

    async def do_execute(self, code, silent, store_history=True, user_expressions=None, allow_stdin=False, **_):
        ok = {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}
        command, _, words = code.strip().partition(" ")
        if self.is_second(code):
            self.misbehave()
            if FAULT == "prints-nothing":
                return ok
            if FAULT == "unknown-status":
                return {**ok, "status": "fine"}
            if FAULT == "error-without-output":
                return {"status": "error", "ename": "Failure", "evalue": "hidden", "traceback": [], "execution_count": self.execution_count}
            if FAULT == "ok-with-error":
                self.show_error("shown, but the reply says ok")
                return ok
        if command == "print":
            self.show(words)
        if command == "fail":
            self.show_error(words)
            return {"status": "error", "ename": "Failure", "evalue": words, "traceback": [], "execution_count": self.execution_count}
        return ok

    def misbehave(self):
        if FAULT == "ignores-interrupt":
            for name in (signal.SIGINT, signal.SIGTERM):
                signal.signal(name, signal.SIG_IGN)
            self.show("before the hang")
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
            while True:
                time.sleep(1)
        if FAULT == "dies":
            self.show("last words")
            time.sleep(0.2)
            os._exit(1)

    async def do_shutdown(self, restart):
        if FAULT == "ignores-shutdown":
            while True:
                time.sleep(1)
        return {"status": "ok", "restart": restart}


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=FaultyKernel)
