"""Who signs in in the example: roles, never persons. Two accounts where two persons are required."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ExampleAccount:
    """A role that acts for an organisation, named by the organisation's short name in the registry."""

    login_name: str
    role: str
    organisation: str | None = None


ACCOUNTS = (
    ExampleAccount("korusnord.redaktor", "ED", "korus-nord"),
    ExampleAccount("korusnord.leder1", "GK", "korus-nord"),
    ExampleAccount("korusnord.leder2", "GK", "korus-nord"),
    ExampleAccount("korusnord.saksbehandler", "SB", "korus-nord"),
    ExampleAccount("korusnord.okonomi1", "ØK", "korus-nord"),
    ExampleAccount("korusnord.okonomi2", "ØK", "korus-nord"),
    ExampleAccount("napha.redaktor", "ED", "napha"),
    ExampleAccount("korfor.redaktor", "ED", "korfor"),
    ExampleAccount("rvtsnord.redaktor", "ED", "rvts-nord"),
    ExampleAccount("rvtsnord.leder", "GK", "rvts-nord"),
    ExampleAccount("rkbunord.redaktor", "ED", "rkbu-nord"),
    ExampleAccount("tromso.bruker", "KOM", "tromso-kommune"),
    ExampleAccount("tromso.soker", "KOM+", "tromso-kommune"),
    ExampleAccount("fagperson", "PRO"),
    ExampleAccount("fagvurderer", "FAG"),
    ExampleAccount("koordinator1", "KOO"),
    ExampleAccount("koordinator2", "KOO"),
    ExampleAccount("direktoratet", "HD", "helsedirektoratet"),
    ExampleAccount("drift1", "DRIFT"),
    ExampleAccount("drift2", "DRIFT"),
    ExampleAccount("revisor", "REV"),
    ExampleAccount("personvernombud1", "PVO"),
    ExampleAccount("personvernombud2", "PVO"),
)
