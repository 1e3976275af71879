"""Apache Kafka on one machine: jars fetched by Maven once, one KRaft node, loopback only, data in one folder.

Needs Java 17 and Maven; `missing_tools` says in a line what is not there.
"""

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import uuid
from pathlib import Path

from backbone import bus_admin
from backbone.bus import BusSettings, BusUnavailable
from deploy.local.processes import ManagedProcess, StackError, spawn, wait_until

CHECKOUT = Path(__file__).resolve().parents[2]
POM = CHECKOUT / "deploy" / "kafka" / "pom.xml"
CACHE = CHECKOUT / ".cache"
JAVA_AT_LEAST = 17
START_SECONDS = 60.0
STOP_SECONDS = 15.0

# Serial collection and little room beside the heap: a demonstration's broker, in the memory a laptop can spare.
JVM = [
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:MaxDirectMemorySize=128m",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
]

# By default a broker that was killed stays fenced for 14 s after its restart, with the shorter session 5 s; and
# a group's first member would wait 3 s for others.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
log.dirs={logs}
auto.create.topics.enable=false
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.min.isr=1
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=16777216
"""


class KafkaServer:
    """One broker. `stop` and `start` again keep data and address."""

    def __init__(self, data_dir: Path) -> None:
        self._data = data_dir
        self._port, self._controller_port = _free_ports()
        self.process: ManagedProcess | None = None

    @property
    def bootstrap(self) -> str:
        """The address for KAFKA_BOOTSTRAP_SERVERS."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns when the broker answers clients.

        Raises:
            StackError: a tool is missing, the jars could not be fetched, or the broker did not come up.
        """
        jars = fetch_jars()
        properties = self._configure(jars)
        self.process = spawn(
            [_java(), *JVM, "-cp", f"{jars}/*", "kafka.Kafka", properties],
            name="kafka",
            log_path=self._data / "kafka.log",
            cwd=self._data,
        )
        try:
            wait_until(self._answers, name="kafka", timeout=START_SECONDS, process=self.process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the broker; its data stays. Twice is harmless."""
        if self.process is not None:
            self.process.stop(STOP_SECONDS)

    def kill(self) -> None:
        """Ends the broker as a crash would; for fault tests."""
        if self.process is not None:
            self.process.stop(STOP_SECONDS, ask=signal.SIGKILL)

    def _configure(self, jars: Path) -> Path:
        logs = self._data / "logs"
        properties = self._data / "server.properties"
        self._data.mkdir(parents=True, exist_ok=True)
        properties.write_text(
            PROPERTIES.format(port=self._port, controller_port=self._controller_port, logs=logs), "utf-8"
        )
        if not (logs / "meta.properties").exists():
            shutil.rmtree(logs, ignore_errors=True)  # a formatting that was cut short is of no use
            _format(jars, properties)
        return properties

    def _answers(self) -> bool:
        # Asking a port that nobody has opened yet costs the client its whole time limit; trying it costs nothing.
        if not _port_open(self._port):
            return False
        try:
            bus_admin.ping(BusSettings("kafka", "", self.bootstrap, "licita-stack"))
        except BusUnavailable:
            return False
        return True


def missing_tools() -> str | None:
    """Why Kafka cannot be started here, in one line; None when it can."""
    java = shutil.which("java")
    if java is None:
        return f"Java {JAVA_AT_LEAST} is not installed"
    if (version := _java_version(java)) < JAVA_AT_LEAST:
        return f"Java {JAVA_AT_LEAST} is needed, found {version}"
    if shutil.which("mvn") is None and not _jars_folder().exists():
        return "Maven is not installed, which fetches Kafka's jars"
    return None


def fetch_jars() -> Path:
    """The folder with the jars that deploy/kafka/pom.xml names, fetched where it is not there yet (44 MB).

    Raises:
        StackError: Java or Maven is missing, or Maven failed.
    """
    if (reason := missing_tools()) is not None:
        raise StackError(f"Kafka cannot be started: {reason}")
    folder = _jars_folder()
    if not folder.exists():
        fetched = folder.with_name(f"{folder.name}.{os.getpid()}")
        _maven(fetched)
        try:
            fetched.rename(folder)  # at once, so that nobody ever sees half of them
        except OSError:
            shutil.rmtree(fetched)  # another run was faster
    return folder


def _jars_folder() -> Path:
    """One folder per content of the pom, so that a new version never mixes with the old."""
    return CACHE / "kafka" / hashlib.sha256(POM.read_bytes()).hexdigest()[:16]


def _maven(folder: Path) -> None:
    # Maven's own store goes into the cache as well: nothing outside the checkout is touched.
    _run(
        [
            "mvn", "-q", "-B", "-f", POM, f"-Dmaven.repo.local={CACHE / 'maven'}",
            "dependency:copy-dependencies", f"-DoutputDirectory={folder}",
        ],
        "Maven could not fetch Kafka",
    )  # fmt: skip


def _format(jars: Path, properties: Path) -> None:
    cluster = uuid.uuid4()
    _run(
        [
            _java(), "-Xmx128m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{jars}/*",
            "kafka.tools.StorageTool", "format", "--standalone", "-t", cluster.hex[:22], "-c", properties,
        ],
        "Kafka could not format its folder",
    )  # fmt: skip


def _run(argv: list[str | Path], failure: str) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise StackError(f"{failure}:\n{(done.stdout + done.stderr).strip()[-2000:]}")


def _java() -> str:
    return shutil.which("java") or "java"


def _java_version(java: str) -> int:
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _port_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
