"""The mail that asks a contact whether all is still right, in the four languages that one can be written to in.

It tells nothing of what is kept but the place: that is shown on the page that the link opens.
"""

from dataclasses import dataclass

from services.contracts.registry.contact_persons import ContactLanguage
from services.kernel.mail import Mail
from services.registry.domain.contact_dates import LINK_LIVES


@dataclass(frozen=True, slots=True)
class Wording:
    """The words in one language. The texts have the places ``{place}``, ``{link}`` and ``{days}``."""

    subject: str
    reminder: str
    """The subject when it is asked a second time."""
    text: str
    page: str = "/kontakt/"
    """Where the contact's page is; what comes behind is the right to see it."""


WORDINGS = {
    ContactLanguage.nb: Wording(
        "Er opplysningene om deg fortsatt riktige?",
        "Påminnelse: Er opplysningene om deg fortsatt riktige?",
        """\
Hei.

Du står som kontaktperson for {place} i Samla. Der holder kompetansesentrene oversikt over hvem de kan snakke med i \
kommunene.

Se hva som er lagret om deg, og svar om det fortsatt er riktig:
{link}

På den samme siden kan du si fra at du ikke lenger er kontaktperson, be om å bli slettet og se hvem som har sett på \
opplysningene dine. Lenken er bare for deg og virker i {days} dager. Ikke send den videre.

Denne e-posten er sendt automatisk og kan ikke besvares.
""",
    ),
    ContactLanguage.nn: Wording(
        "Er opplysningane om deg framleis rette?",
        "Påminning: Er opplysningane om deg framleis rette?",
        """\
Hei.

Du står som kontaktperson for {place} i Samla. Der held kompetansesentera oversikt over kven dei kan snakke med i \
kommunane.

Sjå kva som er lagra om deg, og svar om det framleis er rett:
{link}

På den same sida kan du seie frå at du ikkje lenger er kontaktperson, be om å bli sletta og sjå kven som har sett \
på opplysningane dine. Lenkja er berre for deg og verkar i {days} dagar. Ikkje send henne vidare.

Denne e-posten er send automatisk og kan ikkje svarast på.
""",
        page="/nn/kontakt/",
    ),
    ContactLanguage.se: Wording(
        "Leatgo dieđut du birra ain riekta?",
        "Muittuhus: Leatgo dieđut du birra ain riekta?",
        """\
Bures.

Don leat oktavuođaolmmoš Samla-registtaris: {place}.

Geahča makkár dieđut leat vurkejuvvon du birra, ja vástit leatgo dat ain riekta:
{link}

Seamma siiddus sáhtát dieđihit ahte don it šat leat oktavuođaolmmoš, bivdit dieđuid sihkkojuvvot ja oaidnit geat \
leat geahččan daid. Liŋka lea dušše dutnje ja doaibmá {days} beaivvi. Ale sádde dan viidáseappot.

Dát e-poasta lea sáddejuvvon automáhtalaččat, iige dasa sáhte vástidit.
""",
    ),
    ContactLanguage.en: Wording(
        "Is what we know about you still right?",
        "Reminder: Is what we know about you still right?",
        """\
Hello.

You are a contact person for {place} in Samla, where the Norwegian competence centres keep track of whom to talk to \
in the municipalities.

See what is stored about you, and tell us whether it is still right:
{link}

On the same page you can say that you are no longer a contact person, ask to be erased, and see who has looked at \
your details. The link is for you alone and works for {days} days. Please do not pass it on.

This e-mail was sent automatically and cannot be answered.
""",
    ),
}


def check_mail(
    to: str, language: ContactLanguage, *, place: str, site: str, token: str, is_reminder: bool = False
) -> Mail:
    """The mail to one contact. ``site`` is the installation's address, ``token`` what opens the contact's page."""
    words = WORDINGS[language]
    text = words.text.format(place=place, link=f"{site}{words.page}{token}", days=LINK_LIVES.days)
    return Mail(to, words.reminder if is_reminder else words.subject, text, str(language), is_personal=True)
