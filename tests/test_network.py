"""No test reaches beyond this machine."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_nothing_connects_to_anywhere_else() -> None:
    with socket.socket() as redactor, pytest.raises(SocketConnectBlockedError):
        redactor.connect(("192.0.2.1", 443))
