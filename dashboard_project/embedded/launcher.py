"""Becomes another program that dies with its parent: `python -I -S launcher.py PARENT_PID SIGNAL PROGRAM [ARGS…]`.

Run as a script in a process of its own: asking the kernel between fork and exec would be unsafe in a process with
threads. Where the kernel has no parent-death signal (macOS) it only becomes the program; the parent ends it at exit.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, signal_number, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:  # It died before the kernel was asked.
        sys.exit(1)
    os.execv(program, sys.argv[3:])  # noqa: S606


if __name__ == "__main__":
    main()
