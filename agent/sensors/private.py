"""Devices that say something of a person's body or pocket: no sensor sends anything of them.

Braille displays, hearing and medical devices, smart cards, phones. What a device calls itself is
read here only to keep it in.
"""

import re
from collections.abc import Iterable

# Vendors of braille displays and of little else, from BRLTTY's udev rules (usb-all.rules)
BRAILLE_VENDORS = frozenset(
    {
        "06b0",  # Alva
        "0798",  # Optelec, Tieman
        "0904",  # Baum
        "0921",  # Handy Tech
        "0f4e",  # Freedom Scientific
        "1148",  # KGS
        "1c71",  # HumanWare
        "1fe4",  # Handy Tech
        "4242",  # Papenmeier
        "c251",  # EuroBraille
    }
)

# Vendors of phones (usb.ids); their network functions are tethering
PHONE_VENDORS = frozenset(
    {
        "04e8",  # Samsung
        "05c6",  # Qualcomm
        "0bb4",  # HTC
        "0e8d",  # MediaTek
        "0fce",  # Sony
        "1004",  # LG
        "12d1",  # Huawei
        "18d1",  # Google
        "19d2",  # ZTE
        "22b8",  # Motorola
        "22d9",  # OPPO
        "2717",  # Xiaomi
        "2a70",  # OnePlus
        "2d95",  # vivo
    }
)

# HID Usage Tables: eye and head trackers, medical instruments, braille displays
PRIVATE_PAGES = frozenset({0x12, 0x40, 0x41})

# USB interfaces by class, subclass and protocol (usb.org, defined class codes); empty: any
PRIVATE_INTERFACES = frozenset(
    {
        ("06", "", ""),  # still image: phones and cameras
        ("0b", "", ""),  # smart card
        ("0f", "", ""),  # personal healthcare
        ("ff", "42", "01"),  # Android Debug Bridge
        ("ff", "fe", "02"),  # Apple usbmux
    }
)

WORDS = re.compile(
    r"braille|brltty|\bfocus (?:14|40|80)\b|hearing|cochlear|phonak|oticon|audiolog"
    r"|medical|glucose|insulin|oximeter|\becg\b|wheelchair|eye ?gaze|tobii"
    r"|smart ?card|\bccid\b|\bmtp\b"
    r"|iphone|ipad|ipod|android|\bphone\b|galaxy|\bpixel \d",
    re.IGNORECASE,
)


def says_private(texts: Iterable[str]) -> bool:
    """Whether one of these names is that of such a device."""
    return any(WORDS.search(text) for text in texts)


def private_interface(class_: str, subclass: str, protocol: str) -> bool:
    """Whether a USB interface is that of a phone, a smart card or a medical device."""
    return bool(PRIVATE_INTERFACES & {(class_, "", ""), (class_, subclass, protocol)})
