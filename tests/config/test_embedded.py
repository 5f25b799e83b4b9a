"""The embedded services: one set per data folder, whoever starts it and however anything dies."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config.embedded.locks import holding
from config.embedded.places import Places
from tests.config.installation import START, Installation
from tests.processes import Script, is_alive, kill_all, processes_of, until

pytestmark = pytest.mark.process


def test_first_user_gets_a_private_database_and_broker_in_a_folder_with_an_awkward_name(tmp_path: Path) -> None:
    # Longer than a socket's path may be, with a space and Chinese letters.
    installation = Installation(tmp_path / ("数据 folder " + "long" * 25) / "var")
    user = installation.user()
    assert installation.sql("select current_user, current_database()", role="hemu_app") == [("hemu_app", "hemu")]
    assert installation.sql("show server_encoding") == [("UTF8",)]
    assert installation.sql("show fsync") == [("off",)]
    assert installation.redis().ping()
    for folder in (installation.where.postgres, installation.where.sockets, installation.where.secrets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    user.end()
    installation.destroy()


def test_server_waits_for_the_disk_unless_tests_ask_otherwise(durable: Installation) -> None:
    user = durable.user()
    settings = {
        name: durable.sql(f"show {name}")[0][0]
        for name in ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "max_connections")
    }
    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "max_connections": "60",
    }
    user.end()


def test_eight_racing_processes_share_one_keeper(installation: Installation) -> None:
    racers = [Script(START, installation.env) for _ in range(8)]
    for racer in racers:
        racer.await_done()
    running = processes_of(installation.where.data).values()
    assert sum("config.embedded.keeper" in command for command in running) == 1
    assert sum("bin/postgres -D" in command for command in running) == 1
    assert sum("valkey-server" in command or "redis-server" in command for command in running) == 1
    assert [racer.end()[0] for racer in racers] == [0] * 8


def test_newcomer_waits_while_another_process_starts_or_stops_the_services(installation: Installation) -> None:
    lock = installation.where.services / "start.lock"
    lock.parent.mkdir(parents=True)
    with holding(lock, seconds=5):
        newcomer = Script(START, installation.env)
        descriptors = Path(f"/proc/{newcomer.process.pid}/fd")
        until(lambda: any(os.path.realpath(entry) == str(lock) for entry in descriptors.iterdir()), what="it waits")
        assert installation.state() == {}
        assert list(processes_of(installation.where.data)) == [newcomer.process.pid]
    newcomer.await_done()
    newcomer.end()


def test_services_end_after_their_last_user_and_keep_the_data(installation: Installation) -> None:
    first, second = installation.user(), installation.user()
    installation.sql("create table kept (n int)")
    installation.sql("insert into kept values (1)")
    installation.redis().rpush("queue", "message")
    first.end()
    assert installation.is_ready()
    second.kill()
    installation.await_stopped()
    assert not installation.where.sockets.exists()
    third = installation.user()
    assert installation.sql("select n from kept", role="hemu_app") == [(1,)]
    assert installation.redis().lrange("queue", 0, -1) == [b"message"]
    third.end()


def test_leaving_ends_the_services_at_once_unless_somebody_else_uses_them(installation: Installation) -> None:
    other = installation.user()
    leave = "\nprint(embedded.leave())"
    assert Script(START + leave, installation.env, waits=False).end()[1] == "False\n"
    assert installation.is_ready()
    other.end()
    assert Script(START + leave, installation.env, waits=False).end()[1] == "True\n"
    installation.await_stopped()


@pytest.mark.parametrize("server", ["postgres", "broker"])
def test_keeper_replaces_a_killed_server_without_losing_a_row(durable: Installation, server: str) -> None:
    user = durable.user()
    durable.sql("create table if not exists survivors (n int)")
    before = len(durable.sql("select 1 from survivors"))
    for n in range(20):
        durable.sql("insert into survivors values (%s)", n)
        durable.redis().rpush(f"queue-{server}", n)
    durable.await_revived(server, durable.kill(server))
    assert len(durable.sql("select 1 from survivors", role="hemu_app")) == before + 20
    assert durable.redis().llen(f"queue-{server}") == 20
    user.end()


def test_servers_die_with_a_killed_keeper_and_come_back_on_the_next_call(durable: Installation) -> None:
    code = (
        f"{START}\nimport sys\nprint('done', flush=True)\nsys.stdin.readline()\n"
        "while embedded.keeper_is_alive(): pass\n"
        "embedded.start_if_wanted()"
    )
    user = Script(code, durable.env)
    user.await_done()
    durable.sql("create table if not exists kept_by_keeper (n int)")
    durable.sql("insert into kept_by_keeper values (1)")
    servers = [durable.state()[name] for name in ("postgres", "broker")]
    keeper = durable.kill("keeper")
    until(lambda: not any(is_alive(pid) for pid in (keeper, *servers)), what="the servers end with their keeper")
    assert user.process.stdin is not None
    user.process.stdin.write("go on\n")
    user.process.stdin.flush()
    user.await_done()
    assert durable.state()["keeper"] != keeper
    assert durable.sql("select n from kept_by_keeper")
    user.end()


def test_server_that_dies_over_and_over_is_given_up_until_the_next_call(shared: Installation) -> None:
    first = shared.user()

    def is_given_up() -> bool:
        if shared.is_ready():
            shared.kill("broker")
            until(lambda: not shared.is_ready())
        return shared.state().get("phase") == "failed"

    until(is_given_up)
    assert "broker" in shared.state()["chinese"]
    second = shared.user()
    assert shared.redis().ping()
    first.end()
    second.end()


def test_everything_killed_at_once_recovers_for_all_who_race_to_start_it(durable: Installation) -> None:
    durable.user()
    durable.sql("create table if not exists committed (n int)")
    durable.sql("insert into committed values (1)")
    kill_all(durable.where.data)
    query = (
        "import psycopg; psycopg.connect(embedded.database_url('app')).execute('select n from committed').fetchone()"
    )
    # State and sockets of the dead are still there, and must not be taken for those of the living.
    racers = [Script(f"{START}\n{query}", durable.env) for _ in range(8)]
    for racer in racers:
        racer.await_done()
    for racer in racers:
        racer.end()


def test_process_id_of_a_stranger_in_the_pid_files_does_not_stop_the_start(shared: Installation) -> None:
    shared.user()
    socket_lock = shared.where.sockets / f"{shared.where.postgres_socket.name}.lock"
    saved = {path: path.read_text() for path in (shared.where.postgres / "postmaster.pid", socket_lock)}
    kill_all(shared.where.data)
    shared.await_stopped()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    for path, text in saved.items():
        path.write_text(f"{stranger.pid}\n{text.partition(chr(10))[2]}")
    user = shared.user()
    assert shared.sql("select 1") == [(1,)]
    assert stranger.poll() is None
    stranger.communicate(b"\n")
    user.end()


def test_interrupted_first_start_is_made_good(installation: Installation) -> None:
    torso = installation.where.data / "postgres.new-4711"
    torso.mkdir(parents=True)
    (torso / "PG_VERSION").write_text("18\n")
    starter = Script(START, installation.env)
    until(lambda: len(list(installation.where.data.glob("postgres.new-*"))) and not torso.exists(), what="initdb runs")
    kill_all(installation.where.data)
    starter.end()
    user = installation.user()
    assert installation.sql("select 1", role="hemu_app") == [(1,)]
    assert list(installation.where.data.glob("postgres.new-*")) == []
    user.end()


def test_root_without_namespaces_runs_the_database_as_nobody(tmp_path: Path) -> None:
    # pytest's folders are closed to other users, as root's home is; the second one is open.
    closed = Installation(tmp_path / "closed", HEMU_EMBEDDED_NAMESPACE="0")
    open_to_all = Installation(Path("/var/tmp") / f"hemu-test-{os.getpid()}", HEMU_EMBEDDED_NAMESPACE="0")
    for installation in (closed, open_to_all):
        # First as usual, so that a folder of root's is taken over where that is possible.
        if installation is open_to_all:
            first = Installation(installation.where.data)
            first.stop(first.user())
        user = installation.user()
        installation.sql("create table t (n int)")
        assert installation.redis().ping()
        installation.stop(user)
        again = installation.user()
        assert installation.sql("select count(*) from t", role="hemu_app") == [(0,)]
        again.end()
        installation.destroy()


def test_other_postgresql_version_is_refused_and_left_alone(installation: Installation) -> None:
    installation.stop(installation.user())
    mark = installation.where.postgres / "PG_VERSION"
    mark.write_text("17\n")
    sentence = installation.refused()
    assert "PostgreSQL 17" in sentence
    assert "18" in sentence
    assert "Nothing was changed" in sentence
    assert mark.read_text() == "17\n"


def test_server_that_cannot_start_is_told_with_the_end_of_its_log(installation: Installation) -> None:
    installation.stop(installation.user())
    (installation.where.postgres / "global" / "pg_control").unlink()
    assert "pg_control" in installation.refused()
    installation.await_stopped()


def test_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sentence = Installation(tmp_path / "file" / "var").refused()
    assert "无法写入" in sentence
    assert "HEMU_DATA" in sentence
    assert str(tmp_path / "file" / "var") in sentence


def test_full_disk_is_told_in_one_sentence(installation: Installation) -> None:
    # The kernel answers writes to this device as a full disk would.
    installation.where.secrets.mkdir(parents=True, mode=0o700)
    (installation.where.secrets / "secret-key.new").symlink_to("/dev/full")
    assert "磁盘已满" in installation.refused()
    assert not (installation.where.secrets / "secret-key").exists()


def test_socket_folder_open_to_others_is_refused(installation: Installation) -> None:
    installation.where.sockets.mkdir()
    installation.where.sockets.chmod(0o777)
    assert str(installation.where.sockets) in installation.refused()


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"])
def test_half_a_configuration_is_refused(installation: Installation, name: str) -> None:
    installation.env[name] = "x://y"
    assert "REDIS_URL" in installation.refused()
    assert not installation.where.data.exists()


def test_configured_servers_leave_the_embedded_ones_alone(installation: Installation) -> None:
    installation.env |= {"DATABASE_URL": "postgresql://h/d", "REDIS_URL": "redis://h"}
    assert Script(START + "; print(embedded.wanted())", installation.env, waits=False).end()[1] == "False\n"
    assert not installation.where.data.exists()


def test_places_are_told_without_starting_anything(installation: Installation) -> None:
    code = "from config import embedded; print(embedded.database_url('app')); print(embedded.redis_url())"
    _, out, _ = Script(code, installation.env, waits=False).end()
    database, broker = out.splitlines()
    assert psycopg.conninfo.conninfo_to_dict(database) == {
        "user": "hemu_app",
        "dbname": "hemu",
        "host": str(installation.where.sockets),
        "port": "5432",
    }
    assert broker == f"unix://{installation.where.broker_socket}?db=0"
    assert not installation.where.data.exists()


def test_two_data_folders_never_share_sockets(tmp_path: Path) -> None:
    assert Places(tmp_path / "a").sockets != Places(tmp_path / "b").sockets
    # A socket's path may have 107 bytes.
    assert len(os.fsencode(Places(tmp_path / ("长" * 80)).postgres_socket)) < 100
