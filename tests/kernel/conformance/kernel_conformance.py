"""Jupyter's own conformance suite (jupyter_kernel_test), told what our kernel's language looks like.

Every hook that the suite offers is filled in, so that it skips nothing but the pager, which is a terminal's affair, and the
welcome message of a protocol extension (JEP 65) that front ends do not ask for. KERNEL_NAME names the kernelspec.
"""

import os
import unittest

import jupyter_kernel_test


class TypeScriptKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ["KERNEL_NAME"]
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('hello, error')"

    completion_samples = [
        {"text": "Math.flo", "matches": {"floor"}},
        {"text": "JSON.stringi", "matches": {"stringify"}},
        {"text": "const tensor = { shape: [1] }; tensor.sha", "matches": {"shape"}},
    ]

    complete_code_samples = ["1", "console.log('hello')", "function f(x: number) {\n  return x * 2\n}", "class A {}"]
    incomplete_code_samples = ["function f(x: number) {", "console.log(", "const a = [1,", "`open"]
    invalid_code_samples = ["const = 1", "let 1a = 2", ")"]

    code_generate_error = "throw new Error('on purpose')"

    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2].map(n => n * 2)", "result": "[ 2, 4 ]"},
        {"code": "'a'.repeat(3)", "result": "'aaa'"},
        {"code": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>x</b>', 'text/plain': 'x' }) })", "mime": "text/html", "result": "<b>x</b>"},
    ]

    code_display_data = [
        {"code": "import * as tslab from 'tslab'; tslab.display.html('<b>test</b>')", "mime": "text/html"},
        {"code": "import * as tslab from 'tslab'; tslab.display.png(new Uint8Array([137, 80, 78, 71]))", "mime": "image/png"},
        {"code": "import * as tslab from 'tslab'; tslab.display.svg('<svg/>')", "mime": "image/svg+xml"},
    ]

    code_history_pattern = "1 ?*2*"
    supported_history_operations = ("tail", "range", "search")

    code_inspect_sample = "Math.floor"
    code_clear_output = (
        "(globalThis as unknown as Record<symbol, { clear(wait?: boolean): void }>)"
        "[Symbol.for('fromthetensor.jupyter')]!.clear()"
    )


if __name__ == "__main__":
    unittest.main(verbosity=2)
