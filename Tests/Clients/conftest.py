"""The brokers, tokens and official clients that the tests share."""

import os
from collections.abc import Callable

import httpx
import pytest
from supabase import AsyncClient, AsyncClientOptions, Client, ClientOptions, acreate_client, create_client

from broker import Broker
from sockets import Socket
from tokens import User
from uploads import Rows

os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

UNHURRIED = {"limits.joinsPerSecond": 0}


@pytest.fixture(scope="session")
def broker(tmp_path_factory) -> Broker:
    """The broker that tests share; they tell their rows apart by owner."""
    broker = Broker(tmp_path_factory.mktemp("shared"), UNHURRIED).start()
    yield broker
    broker.stop()


def factory(tmp_path_factory):
    made: list[Broker] = []

    def make(start: bool = True, **settings) -> Broker:
        broker = Broker(tmp_path_factory.mktemp("own"), UNHURRIED | {key.replace("__", "."): value for key, value in settings.items()})
        made.append(broker)
        return broker.start() if start else broker

    yield make
    for broker in made:
        broker.stop()


@pytest.fixture
def own_broker(tmp_path_factory) -> Callable[..., Broker]:
    """Brokers of a test's own, each with its own data folder: `own_broker(limits__connections=5)`."""
    yield from factory(tmp_path_factory)


@pytest.fixture(scope="module")
def module_broker(tmp_path_factory) -> Broker:
    """A broker that one module has to itself, where the load is heavy or a function reaches every row."""
    makers = factory(tmp_path_factory)
    yield next(makers)()
    next(makers, None)


@pytest.fixture
def rows(broker) -> Rows:
    return Rows(broker)


@pytest.fixture
def connect(broker) -> Callable[..., Client]:
    """The official client over HTTP: `connect(user)`, or without a user as the anonymous role."""
    def make(user: User | None = None, key: str | None = None) -> Client:
        options = ClientOptions(headers={"Authorization": f"Bearer {user.token}"}) if user else ClientOptions()
        return create_client(broker.url, key or broker.anon, options=options)

    return make


@pytest.fixture
async def realtime() -> Callable[..., AsyncClient]:
    """The official asynchronous client, its socket authorised as `user`: `await realtime(broker, user)`."""
    made: list[AsyncClient] = []

    async def make(broker: Broker, user: User | None = None) -> AsyncClient:
        options = AsyncClientOptions(headers={"Authorization": f"Bearer {user.token}"}) if user else AsyncClientOptions()
        client = await acreate_client(broker.url, broker.anon, options=options)
        if user:
            await client.realtime.set_auth(user.token)
        made.append(client)
        return client

    yield make
    for client in made:
        await client.realtime.close()


@pytest.fixture
async def sockets() -> Callable[..., Socket]:
    """Raw sockets that are closed after the test: `await sockets(broker, key)`."""
    made: list[Socket] = []

    async def make(broker: Broker, key: str | None = None, **options) -> Socket:
        made.append(await Socket.open(broker, key, **options))
        return made[-1]

    yield make
    for socket in made:
        await socket.close()


@pytest.fixture
def httpx_client(broker) -> Callable[..., httpx.Client]:
    """Plain HTTP under `/rest/v1`, as the owner of a token: `httpx_client(user)`."""
    made: list[httpx.Client] = []

    def make(user: User | None = None) -> httpx.Client:
        token = user.token if user else broker.anon
        headers = {"apikey": broker.anon, "Authorization": f"Bearer {token}"}
        made.append(httpx.Client(base_url=f"{broker.url}/rest/v1", headers=headers, timeout=30, trust_env=False))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def every_frame_is_understood(caplog):
    """The client drops frames that do not fit its schema, with one line of log: there must be none."""
    yield
    dropped = [record.getMessage() for record in caplog.get_records("call") if "Unrecognized message" in record.getMessage()]
    assert dropped == []
