"""Landlock (Linux 5.13 and later) by system call: a process gives up files and TCP for itself and its children.

Source of numbers and structures: linux/landlock.h and Documentation/userspace-api/landlock.rst. Standard library only,
since the launcher imports it.
"""

import ctypes
import os
import struct
from collections.abc import Sequence

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_READ = (1 << 0) | (1 << 2) | (1 << 3)  # execute, read file, read directory
_LIST = 1 << 3
_FILE_ONLY = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14)  # what may be granted on a path that is no directory
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
_NET_TCP = (1 << 0) | (1 << 1)  # bind, connect: from ABI 4 on


def abi_version() -> int:
    """The kernel's Landlock version; 0 where there is none."""
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(_CREATE_RULESET, None, 0, 1)))


def restrict(readable: Sequence[str], writable: Sequence[str], listable: Sequence[str] = ()) -> None:
    """Allow reading and executing below ``readable``, everything below ``writable``, and nothing else; no TCP.

    Below ``listable`` the names of files can be seen, which Python's import needs, but nothing can be read.

    Raises OSError where the kernel does not know Landlock.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    abi = abi_version()
    if abi == 0:
        raise OSError("Landlock is not available")
    everything = _ALL_BY_ABI[min(abi, 3)]
    attributes = struct.pack("<QQ", everything, _NET_TCP) if abi >= 4 else struct.pack("<Q", everything)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    rules = [(path, _READ) for path in readable] + [(path, everything) for path in writable]
    rules += [(path, _LIST) for path in listable]
    for path, access in [*rules, ("/dev/null", everything), ("/dev/urandom", _READ)]:
        _allow(libc, ruleset, path, access & everything)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(_RESTRICT_SELF, ruleset, 0):
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, access: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            access &= _FILE_ONLY
        rule = struct.pack("<Qi", access, fd)
        if libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0):
            raise OSError(ctypes.get_errno(), f"landlock_add_rule {path}")
    finally:
        os.close(fd)
