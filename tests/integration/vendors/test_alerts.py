"""Tenders of followed categories, over the real bus: what tenders tells becomes alerts, exactly once."""

import threading
import uuid
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message as ProtoMessage
from google.protobuf.timestamp_pb2 import Timestamp
from licita.tenders.v1.events_pb2 import NoticeAmended, TenderPublished
from licita.tenders.v1.notice_pb2 import Item, Lot, Notice

from backbone.bus import Delivered, Message, open_publisher, open_subscriber
from backbone.events import Event, Received, cloud_event, open_event, sign_event
from backbone.ids import new_id
from backbone.keys import KeyRing
from backbone.listener import Listener, Subscription
from tests.integration.vendors.conftest import Person, Town, refused
from tests.support.alone import Alone

TENDERS = "licita.tenders.v1"


def notice(*codes: str, version: int = 1) -> Notice:
    end = Timestamp()
    end.FromDatetime(datetime(2099, 1, 1, tzinfo=UTC))
    items = [Item(id=str(n), classification_scheme="UNSPSC", classification_id=code) for n, code in enumerate(codes)]
    return Notice(
        tender=new_id(), ocid="ocds-prueba-1", title="Adquisición de equipos", buyer_name="Municipalidad",
        version=version, tender_period_end=end, lots=[Lot(id="1", items=items)],
    )  # fmt: skip


def signed(house: Alone, data: ProtoMessage, sequence: int) -> bytes:
    """The event as the tenders service would sign it."""
    event = Event(subject="t", data=data)
    told = cloud_event(
        event_id=new_id(), producer="tenders", kind=event.type, subject="t", time=datetime.now(UTC),
        sequence=sequence, actor="", data=event.data_json(),
    )  # fmt: skip
    return sign_event(told, house.signers["tenders"])


def hear(house: Alone, *bodies: bytes) -> None:
    """Publishes on the bus and lets the service's own listener run until it has taken everything."""
    publisher = open_publisher(house.settings.bus)
    publisher.publish([Message(TENDERS, "t", body) for body in bodies])
    publisher.close()
    assert house.parts.listener is not None
    stop = threading.Event()
    running = threading.Thread(target=house.parts.listener.run, args=(stop,))
    running.start()
    watcher = open_subscriber(house.settings.bus, "licita-vendors", [TENDERS])
    while watcher.lag():
        stop.wait(0.05)
    stop.set()
    running.join()
    watcher.close()


def alerts(vendor: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = vendor.get(f"/v1/vendors/{vendor.organisation}/alerts").get_json()["items"]
    return items


def follow(vendor: Person, *codes: str) -> None:
    path = f"/v1/vendors/{vendor.organisation}/categories"
    answer = vendor.put(path, {"categories": [{"scheme": "UNSPSC", "id": code} for code in codes]})
    assert answer.status_code == 200, answer.text


def test_followers_are_alerted_once_per_version(town: Town, house: Alone) -> None:
    """Control 1.6, in part: published or changed, an alert is queued with its delivery status."""
    family = str(uuid.uuid4().int)[:4]
    follower, exact, other = town.vendor(), town.vendor(), town.vendor()
    follow(follower, f"{family}0000")
    follow(exact, f"{family}1503-001", f"{family}1503")
    follow(other, "99000000")
    published = notice(f"{family}1503-001", f"{family}1504")
    once = signed(house, TenderPublished(notice=published), 1)
    amended = Notice()
    amended.CopyFrom(published)
    amended.version = 2
    hear(house, once, once, signed(house, NoticeAmended(notice=amended), 2))
    for vendor in (follower, exact):
        assert [(each["tender"], each["noticeVersion"], each["deliveryStatus"]) for each in alerts(vendor)] == [
            (published.tender, 1, "queued"),
            (published.tender, 2, "queued"),
        ]
    assert alerts(other) == []
    queued = [each for each in house.journal() if each["type"] == "TenderAlertQueued"]
    assert sorted(each["subject"] for each in queued if each["data"]["tender"] == published.tender) == sorted(
        [follower.organisation, exact.organisation] * 2
    )


def test_an_event_that_comes_twice_is_handled_once(house: Alone) -> None:
    heard: list[str] = []
    keys = KeyRing("vendors", house.settings.key_file, house.settings.keys_file)
    subscription = Subscription(TenderPublished, lambda _, event: heard.append(event.id))
    listener = Listener(house.database, keys, [subscription], lambda: open_subscriber(house.settings.bus, "g", []))
    delivered = Delivered(Message(TENDERS, "t", signed(house, TenderPublished(notice=notice()), 9)), 0, 0)
    for _ in range(2):
        listener.handle(delivered, threading.Event())
    assert len(heard) == 1


def test_categories_are_replaced_as_a_whole(town: Town, house: Alone) -> None:
    first, second = str(uuid.uuid4().int)[:8], str(uuid.uuid4().int)[:8]
    vendor = town.vendor(categories=[{"scheme": "UNSPSC", "id": first}])
    follow(vendor, second)
    hear(house, signed(house, TenderPublished(notice=notice(first)), 3))
    assert alerts(vendor) == []
    follow(vendor)
    assert vendor.get(f"/v1/vendors/{vendor.organisation}").get_json()["categories"] == []
    told = [each for each in house.journal() if each["type"] == "CategoriesFollowed"]
    assert [each["data"]["categories"] for each in told[-2:]] == [[f"UNSPSC:{second}"], []]


def test_a_forged_event_is_parked_and_stops_nothing(town: Town, house: Alone) -> None:
    code = str(uuid.uuid4().int)[:8]
    vendor = town.vendor(categories=[{"scheme": "UNSPSC", "id": code}])
    true, forged = notice(code), notice(code)
    data = Event(subject="t", data=TenderPublished(notice=forged)).data_json()
    claim = cloud_event(
        event_id=new_id(), producer="tenders", kind="licita.tenders.v1.TenderPublished", subject="t",
        time=datetime.now(UTC), sequence=4, actor="", data=data,
    )  # fmt: skip
    hear(
        house,
        sign_event(claim, house.signers["bids"]),
        b"not a note",
        signed(house, TenderPublished(notice=true), 5),
    )
    assert [each["tender"] for each in alerts(vendor)] == [true.tender]


def test_alerts_are_for_their_owner(town: Town) -> None:
    vendor = town.vendor()
    path = f"/v1/vendors/{vendor.organisation}"
    refused(town.vendor().get(f"{path}/alerts"), 403, "vendor_of_others")
    refused(town.vendor().put(f"{path}/categories", {"categories": []}), 403, "vendor_of_others")
    refused(town.staff("registrar").get(f"{path}/alerts"), 403, "role_missing")
    unregistered = town.supplier()
    refused(unregistered.get(f"/v1/vendors/{unregistered.organisation}/alerts"), 404, "vendor_unknown")


def test_what_the_register_tells_travels_signed_and_numbered(town: Town, house: Alone) -> None:
    """The journal goes out in its order, without gaps, under the service's own signature."""
    vendor = town.vendor()
    while house.parts.relay.relay_once():
        pass
    keys = KeyRing("audit", house.settings.key_file, house.settings.keys_file)
    reader = open_subscriber(house.settings.bus, f"test-{new_id()}", ["licita.vendors.v1"])
    heard: list[Received] = []
    while len(heard) < len(house.journal()):
        delivered = reader.poll(5, 500)
        assert delivered, "the bus has fewer events than the journal"
        heard += [open_event(each.message.value, keys.verifiers) for each in delivered]
        reader.commit(delivered[-1])
    reader.close()
    assert sorted(each.sequence for each in heard) == list(range(1, len(heard) + 1))
    assert {each.producer for each in heard} == {"vendors"}
    assert "licita.vendors.v1.VendorRegistered" in [each.type for each in heard if each.subject == vendor.organisation]
