"""``config.stack run -- COMMAND``: who uses the servers, who stops them, which signals arrive."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def light(stack: Any) -> Any:
    """Only Valkey, which starts in a moment: who stops what is the same for both."""
    stack.environ["DATABASE_URL"] = "postgresql://somewhere/else"
    return stack


def read_until_ready(run: Any) -> None:
    while run.stdout.readline() != "ready\n":
        pass


def test_the_last_of_several_runs_stops_the_servers(stack: Any, wait_for: Any, tmp_path: Path) -> None:
    first = stack.spawn("run", "--", "sh", "-c", "read line; exit 7", stdin=subprocess.PIPE)
    wait_for(stack.running)
    second = stack.spawn("run", "--", "sh", "-c", f"touch {tmp_path}/in; read line", stdin=subprocess.PIPE)
    wait_for((tmp_path / "in").exists)
    assert "仍有程序在使用" in stack.call("down", code=1)
    first.communicate("\n", timeout=30)
    assert first.returncode == 7
    assert stack.running()
    assert "已停止" in second.communicate("\n", timeout=30)[0]
    assert not stack.running()


def test_servers_count_as_used_while_the_command_of_a_killed_run_lives(
    light: Any, wait_for: Any, tmp_path: Path
) -> None:
    written = tmp_path / "pid"
    killed = light.spawn(
        "run", "--", "sh", "-c", f"echo $$ > {written}; exec sleep 60", stdout=subprocess.DEVNULL
    )
    wait_for(lambda: written.exists() and written.read_text())
    killed.kill()
    light.call("run", "--", "true")
    assert light.running()
    os.kill(int(written.read_text()), signal.SIGKILL)
    wait_for(lambda: "已停止" in light.call("run", "--", "true"))
    assert not light.running()


def test_run_leaves_up_what_was_up_before(light: Any) -> None:
    light.call("up")
    assert light.call("run", "--", "echo", "within").endswith("\nwithin\n")
    assert light.running()


def test_run_hands_signals_on_and_then_stops_the_servers(light: Any) -> None:
    waiting = "trap 'echo stopped; exit 3' TERM; echo ready; while :; do sleep 0.05; done"
    run = light.spawn("run", "--", "sh", "-c", waiting)
    read_until_ready(run)
    run.send_signal(signal.SIGTERM)
    said, _ = run.communicate(timeout=30)
    assert said.split() == ["stopped", "Valkey", "已停止"]
    assert run.returncode == 3


def test_ctrl_c_in_a_terminal_reaches_the_command_once(light: Any) -> None:
    counting = (
        "import signal, time; n = []\n"
        "signal.signal(signal.SIGINT, lambda *_: n.append(1))\n"
        "print('ready', flush=True)\n"
        "while not n: time.sleep(0.02)\n"
        "time.sleep(0.3); print('interrupts:', len(n))"
    )
    ours, theirs = os.openpty()
    try:
        run = light.spawn(
            *("run", "--", sys.executable, "-c", counting),
            stdin=theirs,
            start_new_session=True,
            # Opening a terminal as the leader of a new session makes it the controlling one.
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
        )
        read_until_ready(run)
        os.write(ours, b"\x03")
        assert "interrupts: 1\n" in run.communicate(timeout=30)[0]
    finally:
        os.close(ours)
        os.close(theirs)
    assert not light.running()
