"""Start in order, watch, stop: the life of ``make run``."""

import os
import signal
import time
from pathlib import Path
from types import FrameType

from config import embedded
from config.embedded.refusal import Refusal
from config.run import checks, steps
from config.run.children import Family, children
from config.run.console import Progress, say, speak_utf8

WATCH_SECONDS = 0.3
ROLL_SECONDS = 30.0


class Stopped(BaseException):
    """Somebody asked for the end: Ctrl-C, a signal, or a parent that is gone."""


class StopSignals:
    """Turns the first Ctrl-C, TERM or HUP into ``Stopped``; while stopping, further ones change nothing."""

    def __init__(self) -> None:
        self.stopping = False
        # Under nohup a hang-up is not for us, and a parent shell that goes away neither - but make always is.
        self.detached = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        self.parent = None if self.detached and "MAKELEVEL" not in os.environ else os.getppid()
        for number in (signal.SIGINT, signal.SIGTERM, *(() if self.detached else (signal.SIGHUP,))):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if not self.stopping:
            self.stopping = True
            raise Stopped

    def check_parent(self) -> None:
        """Stop when the parent is gone: a closed terminal does not always say so by a signal."""
        if self.parent is not None and os.getppid() != self.parent and not self.stopping:
            self.stopping = True
            raise Stopped


def main() -> int:
    """Run until told to stop (status 0), or until something fails (status 1, with a sentence)."""
    speak_utf8()
    signals = StopSignals()
    family: Family | None = None
    status = 0
    try:
        embedded.wanted()  # refuses half a configuration
        port = checks.port()
        data = checks.check_data()
        # Held by its descriptor, which stays open until this process ends.
        checks.become_only_one(data, f"http://{checks.HOST}:{port}")
        checks.check_port(port)
        family = Family(data)
        bring_up(family, port)
        welcome(data, port)
        watch(family, signals)
    except Stopped:
        say("\n正在停止 … (stopping)")
    except Refusal as refusal:
        say(f"\n{refusal}", error=True)
        status = 1
    finally:
        signals.stopping = True
        if family is not None:
            family.stop()
            take_down_services()
    if status == 0:
        say("已停止，数据已保存。 (stopped, data is kept)")
    return status


def bring_up(family: Family, port: int) -> None:
    """Take all steps up to a system that answers."""
    progress = Progress(5 if steps.wants_demo() else 4)
    say("和睦 Hemu")
    with progress.step("启动内置数据库与消息队列", "embedded services") as step:
        step.result = "" if embedded.wanted() else "使用已配置的服务器 (configured servers), "
        embedded.start_if_wanted()
    with progress.step("更新数据库结构", "migrate") as step:
        steps.migrate(family, step)
    with progress.step("整理静态文件", "static files") as step:
        steps.collect_static(family, step)
    if steps.wants_demo():
        with progress.step("准备示范城市数据", "demo city") as step:
            steps.seed_demo(family, step)
    with progress.step("启动网站、任务进程与定时器", "web, worker, beat"):
        for child in children(family.data, port):
            family.start(child)
        steps.await_ready(family, port)


def welcome(data: Path, port: int) -> None:
    """Print the address and the demo logins."""
    say(f"\n系统已就绪：http://{checks.HOST}:{port}  (ready)")
    if logins := steps.logins(data):
        say(f"\n{logins}")
    elif os.environ.get("DATABASE_URL") and not steps.wants_demo():
        say("使用自己的数据库，未填入示范数据；需要时设置 HEMU_DEMO=1。 (no demo data on your own database)")
    say(f"\n日志 (logs): {data / 'logs'}    按 Ctrl-C 停止 (Ctrl-C stops)")


def watch(family: Family, signals: StopSignals) -> None:
    """Look after everything until the end. Raises Stopped or Refusal."""
    next_roll = time.monotonic() + ROLL_SECONDS
    while True:
        signals.check_parent()
        steps.refuse_if_ended(family)
        if embedded.wanted() and not embedded.keeper_is_alive():
            say("内置服务中断，正在重新启动 … (services lost, starting them again)")
            embedded.start_if_wanted()
            say("内置服务已恢复。 (services are back)")
        if time.monotonic() > next_roll:
            family.roll_logs()
            next_roll = time.monotonic() + ROLL_SECONDS
        time.sleep(WATCH_SECONDS)


def take_down_services() -> None:
    """Let the embedded services end now rather than three seconds after us, unless somebody else uses them."""
    try:
        if embedded.wanted():
            embedded.leave()
    except Refusal as refusal:
        say(str(refusal), error=True)
