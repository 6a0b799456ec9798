from agent.disclosure import disclosed
from signatures.hit import Role
from signatures.pack import Pack
from signatures.shape import Signature
from wire.row import Row

ROLES: dict[str, Role] = {"kvm.box": "control", "kvm.other": "control", "aid.braille": "assistive"}
PACK = Pack(
    tuple(
        Signature(id=name, name=name, role=role, technique="", references=(), indicators=())
        for name, role in ROLES.items()
    ),
    "",
)


class Device(Row, frozen=True, tag="usb.device"):
    port: str
    hits: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()


class Interface(Row, frozen=True, tag="usb.interface"):
    port: str


def left(*rows: Row, sanctioned: tuple[str, ...] = ()) -> list[Row]:
    return list(disclosed(rows, PACK, frozenset(sanctioned)))


def test_a_device_that_nothing_recognised_leaves() -> None:
    rows = [Device(port="1-1"), Interface(port="1-1")]
    assert left(*rows) == rows


def test_a_sanctioned_device_stays_with_its_interfaces() -> None:
    box = Device(port="1-1", hits=("kvm.box",), strengths=("strong",))
    other = Interface(port="1-2")
    assert left(box, Interface(port="1-1"), other, sanctioned=("kvm.box",)) == [other]


def test_a_device_that_is_also_another_tool_leaves() -> None:
    box = Device(port="1-1", hits=("kvm.box", "kvm.other"), strengths=("weak", "strong"))
    assert left(box, sanctioned=("kvm.box",)) == [box]


def test_a_device_that_helps_a_person_stays() -> None:
    aid = Device(port="1-1", hits=("aid.braille", "kvm.box"), strengths=("strong", "weak"))
    assert left(aid, Interface(port="1-1")) == []


def test_a_device_that_surely_drives_the_machine_leaves_whatever_it_pretends() -> None:
    fake = Device(port="1-1", hits=("aid.braille", "kvm.box"), strengths=("strong", "decisive"))
    assert left(fake) == [fake]
