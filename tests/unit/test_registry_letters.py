"""Whom a letter is for, what it is written in, and that it tells the same in every language."""

from collections.abc import Iterable
from datetime import date
from string import Formatter
from uuid import UUID

import pytest
from pydantic import ValidationError

from deploy.reference_tables import read_reference
from services.contracts.geography import Geography
from services.contracts.registry import (
    Coverage,
    GeographicChange,
    LanguageDecision,
    Organisation,
    OrganisationKind,
    SamiCategory,
    UnitCoverage,
    WrittenForm,
)
from services.contracts.registry.letters import (
    LetterLanguage,
    LetterText,
    LetterTexts,
    NewLetterText,
    NorwegianForm,
)
from services.contracts.registry.newsletters import NewsletterSubscription
from services.kernel.problems import Invalid
from services.registry.domain.coverage import units_covered
from services.registry.domain.letter_templates import FOLDER, template
from services.registry.domain.letters import (
    Addressee,
    LetterChanged,
    NobodyToWriteTo,
    addressees,
    languages_of,
    letter_to,
    previews,
    require_read,
)
from services.registry.domain.newsletters import NoSubscriber, require_subscriber, units_reached

TODAY = date(2024, 4, 8)
CENTRE = UUID(int=1)
TEXTS = LetterTexts(
    nb=LetterText(subject="Tilbudet i 2024", body="Kom på kurs."),
    nn=LetterText(subject="Tilbodet i 2024", body="Kom på kurs, de òg."),
    se=LetterText(subject="Fálaldat 2024", body="Boahtet kursii."),
)
NORWEGIAN = TEXTS.model_copy(update={"se": None})
ENGLISH = TEXTS.model_copy(update={"en": LetterText(subject="What we offer", body="Come to a course.")})
BOKMAL, NYNORSK, NEUTRAL = WrittenForm.bokmal, WrittenForm.nynorsk, WrittenForm.neutral
IN_AREA = SamiCategory.language_development


@pytest.fixture(scope="module")
def country() -> Geography:
    reference = read_reference()
    changes = (
        GeographicChange(change_id=UUID(int=number), **change.model_dump())
        for number, change in enumerate(reference.changes)
    )
    return Geography(reference.units, reference.counties, changes)


def a_centre(counties: Iterable[str] = (), units: Iterable[str] = ()) -> Organisation:
    since = date(2010, 1, 1)
    return Organisation(
        organisation_id=CENTRE,
        reference="senter",
        name="Senteret",
        kind=OrganisationKind.korus,
        coverage=tuple(Coverage(county_code=code, valid_from=since) for code in counties),
        unit_coverage=tuple(UnitCoverage(unit_code=code, valid_from=since) for code in units),
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.iterdir()))
def test_r_110_a_template_tells_the_same_facts_in_every_language(name: str):
    texts = template(name)
    assert set(texts) == set(LetterLanguage)
    places = {language: {name for _, name, _, _ in Formatter().parse(text) if name} for language, text in texts.items()}
    assert len(set(map(frozenset, places.values()))) == 1, places
    assert len(set(texts.values())) == len(LetterLanguage)


@pytest.mark.parametrize(
    ("form", "sami", "has_name", "undecided", "expected"),
    [
        (BOKMAL, None, False, NorwegianForm.both, "nb"),
        (NYNORSK, None, False, NorwegianForm.both, "nn"),
        (NYNORSK, None, False, NorwegianForm.nb, "nn"),
        (NEUTRAL, None, False, NorwegianForm.both, "nb nn"),
        (NEUTRAL, None, False, NorwegianForm.nn, "nn"),
        (None, None, False, NorwegianForm.both, "nb nn"),
        (None, None, False, NorwegianForm.nb, "nb"),
        (BOKMAL, IN_AREA, True, NorwegianForm.both, "nb se"),
        (None, IN_AREA, True, NorwegianForm.both, "nb nn se"),
        (BOKMAL, IN_AREA, False, NorwegianForm.both, "nb"),
        (BOKMAL, None, True, NorwegianForm.both, "nb"),
    ],
)
def test_r_110_a_unit_is_written_to_in_the_form_that_it_has_decided(form, sami, has_name, undecided, expected):
    decision = LanguageDecision(form=form, sami_category=sami, valid_from=date(2020, 1, 1), source="a decision")
    assert " ".join(languages_of(decision, TEXTS, undecided, has_north_sami=has_name)) == expected


@pytest.mark.parametrize(
    ("area", "expected"), [("north_sami", "nb se"), ("lule_sami", "nb"), ("south_sami", "nb"), (None, "nb")]
)
def test_r_111_northern_sami_goes_to_its_own_part_of_the_area(area, expected):
    decision = LanguageDecision(form=BOKMAL, sami_area=area, valid_from=date(2024, 1, 1), source="sameloven § 3-1")
    assert " ".join(languages_of(decision, TEXTS, NorwegianForm.both, has_north_sami=True)) == expected


def test_r_110_who_has_decided_nothing_is_written_to_as_the_sender_says():
    for undecided, expected in ((NorwegianForm.both, ["nb", "nn"]), (NorwegianForm.nn, ["nn"])):
        assert list(languages_of(None, TEXTS, undecided, has_north_sami=True)) == expected


def test_r_111_northern_sami_is_sent_only_where_it_is_written_and_english_to_all():
    decision = LanguageDecision(sami_category=IN_AREA, valid_from=date(2020, 1, 1), source="a decision")
    assert languages_of(decision, NORWEGIAN, NorwegianForm.nb, has_north_sami=True) == (LetterLanguage.nb,)
    for each in (decision, None):
        assert languages_of(each, ENGLISH, NorwegianForm.nb, has_north_sami=False)[-1] is LetterLanguage.en


def test_r_110_a_decision_holds_for_its_time(country: Geography):
    decided = LanguageDecision(
        form=NYNORSK, valid_from=date(2021, 1, 1), valid_to=date(2024, 1, 1), source="a decision"
    )
    unit = country.units["4601"].model_copy(update={"languages": (decided,)})
    changed = Geography([unit], country.counties.values())
    for on, expected in ((date(2023, 12, 31), "nn"), (date(2024, 1, 1), "nb nn")):
        (found,) = addressees(changed, a_centre(), ["4601"], TEXTS, NorwegianForm.both, on)
        assert " ".join(found.languages) == expected


def test_r_111_a_municipality_is_called_by_its_official_name_and_in_sami_by_its_own(country: Geography):
    decided = LanguageDecision(
        form=BOKMAL, sami_category=IN_AREA, valid_from=date(2024, 1, 1), source="sameloven § 3-1"
    )
    kautokeino = country.units["5612"].model_copy(update={"languages": (decided,)})
    changed = Geography([kautokeino], country.counties.values())
    (found,) = addressees(changed, a_centre(), ["5612"], TEXTS, NorwegianForm.both, TODAY)
    letter = letter_to(found, TEXTS, "KORUS Nord", 2024)
    assert found.languages == (LetterLanguage.nb, LetterLanguage.se)
    assert letter.text.startswith(f"Til {country.names('5612', TODAY).official_name}\n")
    assert "* * *\n\nGuovdageaidnu\n" in letter.text
    assert letter.subject == "Tilbudet i 2024 / Fálaldat 2024"


def test_a_city_district_is_written_to_as_its_municipality_has_decided(country: Geography):
    decided = LanguageDecision(form=NYNORSK, valid_from=date(2020, 1, 1), source="a decision")
    oslo = country.units["0301"].model_copy(update={"languages": (decided,)})
    district = next(unit for unit in country.units.values() if unit.parent_code == "0301")
    changed = Geography([oslo, district], country.counties.values())
    (found,) = addressees(changed, a_centre(), [district.code], TEXTS, NorwegianForm.both, TODAY)
    assert found.languages == (LetterLanguage.nn,)


def test_the_senders_words_are_left_as_they_are_and_a_subject_is_said_once():
    texts = LetterTexts(
        nb=LetterText(subject="Kurs i {year}", body="{unit} & <b>{}\nmed to linjer"),
        nn=LetterText(subject="Kurs i {year}", body="{nothing}"),
    )
    unit = Addressee("1902", "Tromsø {centre}", None, (LetterLanguage.nb, LetterLanguage.nn))
    letter = letter_to(unit, texts, "Senteret {body}", 2024)
    assert letter.subject == "Kurs i {year}"
    assert "Til Tromsø {centre}\n\n{unit} & <b>{}\nmed to linjer\n\nVennlig hilsen\nSenteret {body}\n" in letter.text
    assert letter.text.count("* * *") == 1


@pytest.mark.parametrize("sign", ["\n", "\r", "\x85", "\u2028", "\u2029", "\x1e", "\x00"])
def test_a_subject_is_one_line_whatever_signs_for_a_new_one_there_are(sign: str):
    with pytest.raises(ValidationError):
        NewLetterText(subject=f"Kurs{sign}Bcc: alle", body="Kom.")


def test_a_letter_is_for_all_that_the_centre_covers_on_the_day(country: Geography):
    north = a_centre(["18", "19", "20"])
    assert len(units_covered(north, country, date(2016, 2, 15))) == 87
    by_name = a_centre(["20"], ["1902", "030101"])
    assert units_covered(by_name, country, date(2016, 2, 15)) == {
        *(unit.code for unit in country.units_on(date(2016, 2, 15), "20")), "1902", "030101",
    }  # fmt: skip
    # Who covered Tromsø in 2016 covers it under its code of today.
    assert "5501" in units_covered(a_centre(units=["1902"]), country, TODAY)
    assert units_covered(a_centre(), country, TODAY) == frozenset()


def test_a_letter_to_nobody_is_refused(country: Geography):
    with pytest.raises(NobodyToWriteTo):
        addressees(country, a_centre(), None, TEXTS, NorwegianForm.both, TODAY)


def test_br_02_there_is_one_letter_to_each_unit(country: Geography):
    with pytest.raises(Invalid) as refusal:
        addressees(country, a_centre(), ["5501", "5601", "5501"], TEXTS, NorwegianForm.both, TODAY)
    assert [error.pointer for error in refusal.value.errors] == ["/unit_codes/2"]


def test_every_choice_of_languages_is_read_before_a_letter_goes():
    units = [
        Addressee(code, f"Kommune {code}", None, languages)
        for code, languages in (
            ("1101", (LetterLanguage.nb,)),
            ("1103", (LetterLanguage.nn,)),
            ("1106", (LetterLanguage.nn,)),
        )
    ]
    read = previews(units, TEXTS, "Senteret", 2024)
    assert [(each.languages, each.units, each.unit_name) for each in read.items] == [
        ((LetterLanguage.nb,), 1, "Kommune 1101"),
        ((LetterLanguage.nn,), 2, "Kommune 1103"),
    ]
    assert [each.text for each in read.items] == [letter_to(each, TEXTS, "Senteret", 2024).text for each in units[:2]]
    require_read(read.digest, previews(units, TEXTS, "Senteret", 2024))
    for other in (previews(units[:2], TEXTS, "Senteret", 2024), previews(units, TEXTS, "Et annet", 2024)):
        with pytest.raises(LetterChanged) as refusal:
            require_read(read.digest, other)
        assert refusal.value.facts == {"digest": other.digest}


def a_subscription(number: int, code: str, since: date = date(2016, 1, 1), until: date | None = None):
    return NewsletterSubscription(
        subscription_id=UUID(int=number), centre_id=CENTRE, unit_code=code, subscribed_on=since, ended_on=until
    )


def test_br_03_an_issue_informs_the_units_with_a_subscriber_who_got_it_and_no_others(country: Geography):
    on = date(2016, 6, 1)
    subscriptions = [
        a_subscription(1, "1902"),
        a_subscription(2, "1902"),
        a_subscription(3, "1804"),
        a_subscription(4, "1805", since=date(2016, 6, 2)),
        a_subscription(5, "1806", until=on),
        a_subscription(6, "2030", until=date(2016, 6, 2)),
    ]
    assert units_reached(subscriptions, country, on) == ("1804", "1902", "2030")
    assert units_reached(subscriptions, country, on, [UUID(int=1), UUID(int=3)]) == ("1902", "2030")
    assert units_reached([], country, on) == ()


def test_br_03_five_thousand_subscribers_in_one_unit_are_one_unit(country: Geography):
    subscriptions = [a_subscription(number, "1902") for number in range(5100)]
    assert units_reached(subscriptions, country, date(2016, 6, 1)) == ("1902",)


def test_br_03_a_subscriber_follows_the_municipality_and_of_a_divided_one_nobody_is_told(country: Geography):
    moved, divided = a_subscription(1, "1902"), a_subscription(2, "1850")
    assert units_reached([moved, divided], country, TODAY) == ("5501",)


def test_br_03_a_unit_without_a_subscriber_cannot_be_said_to_have_had_a_newsletter():
    require_subscriber("1902", ("1804", "1902"))
    with pytest.raises(NoSubscriber):
        require_subscriber("1903", ("1804", "1902"))
