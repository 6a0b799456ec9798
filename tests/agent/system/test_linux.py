import os
import socket
import sys
from pathlib import Path

import pytest

from agent.system import Denied, Socket
from agent.system.linux import LinuxSystem
from agent.system.live import live
from agent.system.processes import Processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


def test_a_listener_and_its_connection_are_this_processes_own(tmp_path: Path) -> None:
    system = live(bytes(32), tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            there, _ = listener.accept()
            with there:
                system.begin()
                held = system.owned(frozenset({os.getpid()}))[os.getpid()]
                own = [each for each in system.sockets() if each.inode in held]
                peer_port = client.getsockname()[1]
                inode = os.fstat(there.fileno()).st_ino
    assert ("listen", "127.0.0.1", port, "") in {
        (each.state, each.address, each.port, each.peer) for each in own
    }
    assert Socket("tcp", "established", "127.0.0.1", port, "127.0.0.1", peer_port, inode) in own


def test_a_process_that_has_ended_holds_nothing(tmp_path: Path) -> None:
    assert live(bytes(32), tmp_path).owned(frozenset({2**22 + 1})) == {2**22 + 1: frozenset()}


def test_a_machine_that_shows_only_our_own_processes_will_not_say(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    hidden = Processes(str(tmp_path / "proc"), lambda: 0.0)
    with pytest.raises(Denied, match="/proc: AmbientCapabilities=CAP_SYS_PTRACE"):
        LinuxSystem(bytes(32), tmp_path, hidden).processes()
